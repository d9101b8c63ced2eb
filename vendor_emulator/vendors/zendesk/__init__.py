"""Zendesk Support, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.zendesk.desk import OF_LARGER_PLANS, Desk

PAGED = {"limits": "off", "largest_page": 4}

VENDOR = Vendor(
    name="zendesk",
    title="Zendesk (Support API v2)",
    open=Desk,
    paths=("/api/v2/incremental/tickets/cursor", "/api/v2/incremental/...", "/api/v2/groups"),
    faults={
        "revoked": "status 401, the token is refused from now on",
        "forbidden": "status 403, the plan or the role does not allow this",
        "too-recent": "status 422, start_time lies within the last minute",
        "cursor-refused": "status 400, a page that is asked for by cursor is refused",
        "cursor-repeats": "a page that leads back to itself",
    },
    rehearsal=Rehearsal(
        main="tickets",
        request="tickets",
        options=PAGED,
        throttled=(429,),
        ill=(503, 520),
        narrowed=({**PAGED, "plan": "team"}, OF_LARGER_PLANS),
    ),
)
