"""Klaviyo's error answers.

Belongs here: status, code, title and source of what Klaviyo refuses. Does not belong here: when.
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.vendors import Answer, json_answer

MEDIA_TYPE = "application/vnd.api+json"
TITLES = {
    400: "Invalid input.",
    401: "Authentication credentials were not provided.",
    403: "You do not have permission to perform this action.",
    404: "Not found.",
    405: "Method not allowed.",
    415: "Unsupported media type.",
    429: "Request was throttled.",
    500: "A server error has occurred.",
    503: "Service temporarily unavailable.",
}
CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
    429: "throttled",
    500: "error",
    503: "service_unavailable",
}


class Refused(Exception):
    def __init__(
        self,
        status: int,
        detail: str,
        *,
        parameter: str = "",
        pointer: str = "/data",
        code: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code = status, detail, code or CODES[status]
        self.source = {"parameter": parameter} if parameter else {"pointer": pointer}
        self.retry_after = retry_after

    def answer(self) -> Answer:
        error: dict[str, Any] = {
            "id": f"00000000-0000-4000-8000-{sum(self.detail.encode()):012d}",
            "status": self.status,
            "code": self.code,
            "title": TITLES[self.status],
            "detail": self.detail,
            "source": self.source,
        }
        waiting = {} if self.retry_after is None else {"Retry_After": str(self.retry_after)}
        made = json_answer({"errors": [error]}, status=self.status, **waiting)
        return Answer(made.status, made.body, made.headers, MEDIA_TYPE)


def invalid(detail: str, parameter: str = "") -> Refused:
    return Refused(400, detail, parameter=parameter)


def throttled(seconds: int) -> Refused:
    words = f"Request was throttled. Expected available in {seconds} seconds."
    return Refused(429, words, retry_after=seconds)
