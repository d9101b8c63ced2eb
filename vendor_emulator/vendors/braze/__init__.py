"""Braze, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.braze.workspace import Workspace

PAGED = {"limits": "off", "largest_page": 5, "days": 60}

VENDOR = Vendor(
    name="braze",
    title="Braze (REST export API)",
    open=Workspace,
    paths=("/campaigns/list", "/campaigns/data_series", "/users/export/segment", "/..."),
    faults={
        "throttled": "status 429, with the epoch second at which the limit is set back",
        "revoked": "status 401, the key is refused from now on",
        "no-permission": "status 401, as for a wrong key: the key lacks this permission",
        "not-ready": "status 403 for a file of exported users, as while the export still works",
        "not-success": "status 200, and a message other than success",
    },
    rehearsal=Rehearsal(
        main="campaigns",
        request="campaigns",
        options=PAGED,
        throttled=("throttled",),
        ill=(500, 503),
        narrowed=(
            {**PAGED, "without": ("email.hard_bounces", "segments.data_series")},
            ("hard_bounces", "segment_analytics"),
        ),
    ),
)
