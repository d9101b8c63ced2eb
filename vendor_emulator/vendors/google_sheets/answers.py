"""Google's errors: a status, and a body that says it again.

Belongs here: those bodies. Does not belong here: who gets which (`service.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vendor_emulator.vendors import Answer, json_answer

WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


@dataclass
class Refusal(Exception):
    status: int
    message: str
    reason: str = ""


UNAUTHENTICATED = Refusal(
    401,
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or"
    " other valid authentication credential.",
)
NOT_SHARED = Refusal(403, "The caller does not have permission")
NOT_FOUND = Refusal(404, "Requested entity was not found.")
NARROW_SCOPE = Refusal(403, "Request had insufficient authentication scopes.")
NO_DRIVE = Refusal(
    403,
    "Google Drive API has not been used in project 123456789012 before or it is disabled.",
    "accessNotConfigured",
)
THROTTLED = Refusal(
    429,
    "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user'"
    " of service 'sheets.googleapis.com' for consumer 'project_number:123456789012'.",
)
FAULTS = {
    "throttled": THROTTLED,
    "429": THROTTLED,
    "ill": Refusal(503, "The service is currently unavailable."),
    "503": Refusal(503, "The service is currently unavailable."),
    "internal": Refusal(500, "Internal error encountered."),
    "500": Refusal(500, "Internal error encountered."),
    "expired": UNAUTHENTICATED,
    "401": UNAUTHENTICATED,
    "not-shared": NOT_SHARED,
    "no-drive": NO_DRIVE,
}


def bad(refusal: Refusal, *, of_drive: bool = False) -> Answer:
    """Drive still lists the reasons, as its errors did before Google's common form."""
    error: dict[str, Any] = {"code": refusal.status, "message": refusal.message}
    if of_drive:
        reason = refusal.reason or {404: "notFound", 401: "authError"}.get(refusal.status, "global")
        error["errors"] = [{"message": refusal.message, "domain": "global", "reason": reason}]
    else:
        error["status"] = WORDS[refusal.status]
    return json_answer({"error": error}, status=refusal.status)
