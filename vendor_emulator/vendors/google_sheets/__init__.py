"""Google Sheets and the part of Drive that tells when a file changed, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.google_sheets.service import Service

VENDOR = Vendor(
    name="google_sheets",
    title="Google Sheets (v4) with Drive (v3)",
    open=Service,
    paths=(
        "/v4/spreadsheets/{id}",
        "/v4/spreadsheets/{id}/values:batchGet",
        "/v4/spreadsheets/{id}/values/{range}",
        "/drive/v3/files/{id}",
        "/token",
    ),
    faults={
        "throttled": "status 429, RESOURCE_EXHAUSTED: the minute's reads are used up",
        "ill": "status 503, UNAVAILABLE",
        "internal": "status 500, INTERNAL",
        "expired": "status 401: the access token has run out",
        "revoked": "the key is deleted: tokens are refused, and none is given",
        "not-shared": "status 403, PERMISSION_DENIED",
        "no-drive": "status 403: the Drive API is not enabled in the project",
    },
    rehearsal=Rehearsal(
        main="sheets",
        request="values",
        options={"rows_per_request": 40, "limits": "off"},
        throttled=("throttled", "throttled"),
        ill=("ill", "internal"),
    ),
)
