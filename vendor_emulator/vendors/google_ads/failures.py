"""How the Google Ads API refuses: an HTTP status, a google.rpc.Status, a GoogleAdsFailure in it.

Belongs here: the envelope and which status goes with which family. Does not belong here: when.
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.vendors import Answer, json_answer

STATUSES = {
    "authenticationError": (401, "UNAUTHENTICATED"),
    "authorizationError": (403, "PERMISSION_DENIED"),
    "quotaError": (429, "RESOURCE_EXHAUSTED"),
    "internalError": (500, "INTERNAL"),
}
MESSAGES = {
    401: "Request had invalid authentication credentials. Expected OAuth 2 access token.",
    403: "The caller does not have permission",
    429: "Resource has been exhausted (e.g. check quota).",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
    404: "Requested entity was not found.",
}
NAMES = {404: "NOT_FOUND", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED", 400: "INVALID_ARGUMENT"}


class Refused(Exception):
    """One error of a GoogleAdsFailure."""

    def __init__(
        self, family: str, code: str, message: str, *, details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.family, self.code, self.message, self.details = family, code, message, details

    @property
    def status(self) -> int:
        return STATUSES.get(self.family, (400, ""))[0]

    def body(self, version: str) -> dict[str, Any]:
        status, name = STATUSES.get(self.family, (400, "INVALID_ARGUMENT"))
        error: dict[str, Any] = {
            "errorCode": {self.family: self.code},
            "message": self.message,
        }
        if self.details:
            error["details"] = self.details
        failure = {
            "@type": f"type.googleapis.com/google.ads.googleads.{version}.errors.GoogleAdsFailure",
            "errors": [error],
            "requestId": "emulated-request",
        }
        message = MESSAGES.get(status, "Request contains an invalid argument.")
        return {"error": {"code": status, "message": message, "status": name, "details": [failure]}}

    def answer(self, version: str, *, in_list: bool) -> Answer:
        """searchStream wraps its errors in a list."""
        body = self.body(version)
        return json_answer([body] if in_list else body, status=self.status)


def plain(status: int, *, in_list: bool = False, message: str = "") -> Answer:
    """An error of Google's front, without a GoogleAdsFailure."""
    text = message or MESSAGES.get(status, "Request contains an invalid argument.")
    named = NAMES.get(status) or next(
        (name for code, name in STATUSES.values() if code == status), "UNKNOWN"
    )
    body = {"error": {"code": status, "message": text, "status": named}}
    return json_answer([body] if in_list else body, status=status)


def quota(code: str, *, seconds: int, name: str, scope: str = "DEVELOPER") -> Refused:
    told = {"rateScope": scope, "rateName": name, "retryDelay": f"{seconds}s"}
    return Refused(
        "quotaError", code, "Too many requests. Retry later.", details={"quotaErrorDetails": told}
    )
