"""Iterable's API, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.iterable.service import Iterable

VENDOR = Vendor(
    name="iterable",
    title="Iterable",
    open=Iterable,
    paths=("/api/campaigns", "/api/lists", "/api/export/start", "/api/export/{job}/files", "..."),
    faults={
        "throttled": "status 429 RateLimitExceeded, and no word on when to come back",
        "generic-error": "status 500 GenericError, Please try again later",
        "revoked": "status 401 BadApiKey for everything",
        "denied": "status 401 for this request: the key lacks the permission",
        "job-failed": "an export job that failed",
        "export-truncated": "an export job that passed the largest size",
        "address-expired": "status 403 of the storage host, the file's address is too old",
    },
    rehearsal=Rehearsal(
        main="campaigns",
        request="campaigns",
        options={"largest_page": 5, "rows_per_file": 40, "files_per_page": 2},
        throttled=(429, "throttled"),
        ill=(503, "generic-error"),
        narrowed=(
            {"without": ("purchase", "customEvent", "templates", "getUsers")},
            ("purchases", "custom_events", "templates", "list_users"),
        ),
    ),
)
