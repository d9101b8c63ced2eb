"""Klaviyo's JSON:API, emulated: revision 2026-07-15.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.klaviyo.endpoints import ROUTES
from vendor_emulator.vendors.klaviyo.service import Klaviyo

VENDOR = Vendor(
    name="klaviyo",
    title="Klaviyo (revision 2026-07-15)",
    open=Klaviyo,
    paths=tuple(sorted({route.pattern for route in ROUTES})),
    faults={
        "throttled": "status 429 with Retry-After",
        "ill": "status 503 in Klaviyo's error form",
        "revoked": "status 401: the private key is not known any more",
        "daily": "status 429 with a Retry-After of half a day: a day's requests are used up",
        "empty-page": "no data, and a next link to the page itself",
        "same-page": "the page's next link leads to the page itself",
        "foreign-next": "the next link leads to another host",
        "not-included": "related records are named and do not come along",
        "no-next": "the last page has no next link at all, instead of null",
    },
    rehearsal=Rehearsal(
        main="profiles",
        request="profiles",
        options={"largest_page": 20, "largest_report": 8, "limits": "off"},
        throttled=("throttled", 429),
        ill=("ill", 502),
        narrowed=(
            {"without": ["templates:read", "forms:read"], "limits": "off"},
            ("templates", "forms", "form_values", "form_series"),
        ),
        restated="form_series",
    ),
)
