"""Recharge's Admin API 2021-11, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.recharge.service import Recharge

VENDOR = Vendor(
    name="recharge",
    title="Recharge (2021-11)",
    open=Recharge,
    paths=("/customers", "/subscriptions", "/charges", "/orders", "/plans", "/events", "..."),
    faults={
        "throttled": "status 429, a full bucket and no word on when to come back",
        "revoked": "status 401, the token was deleted",
        "denied": "status 403, the token lacks this scope",
        "unpaid": "status 402, the store owes Recharge a payment",
        "third-party": "status 503, the shop's platform does not answer",
        "bad-cursor": "status 422, the cursor is not accepted",
        "errors-as-text": 'status 500 and {"errors": "text"}',
        "errors-nested": "status 500 and errors within objects",
    },
    rehearsal=Rehearsal(
        main="charges",
        request="charges",
        options={"largest_page": 2, "limits": "off"},
        throttled=(429, "throttled"),
        ill=(503, 500, "third-party", "errors-nested"),
        narrowed=({"without": ("read_events", "read_discounts")}, ("events", "discounts")),
    ),
)
