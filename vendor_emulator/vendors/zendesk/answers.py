"""What Zendesk says when it refuses, in its own several shapes.

Belongs here: refusals. Does not belong here: when one is given (`desk.py`).
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.vendors import Answer, json_answer


def refusal(status: int, error: Any, description: str = "", **headers: str) -> Answer:
    content = {"error": error}
    if description:
        content["description"] = description
    return json_answer(content, status=status, **headers)


UNAUTHORIZED = refusal(401, "Couldn't authenticate you")
FORBIDDEN = refusal(
    403,
    {
        "title": "Forbidden",
        "message": "You do not have access to this page. Please contact the account owner of this"
        " help desk for further help.",
    },
)
NOT_FOUND = refusal(404, "InvalidEndpoint", "Not found")
TOO_RECENT = refusal(
    422, "StartTimeTooRecent", "Too recent start_time. Use a start_time older than 1 minute."
)
ILL = {
    "409": refusal(409, "DatabaseConflict", "Database collision. Try again."),
    "500": refusal(500, "InternalServerError", "Something went wrong."),
    "502": Answer(502, b"<html><h1>Bad Gateway</h1></html>", {}, "text/html"),
    "503": refusal(503, "ServiceUnavailable", "Zendesk is down for maintenance.", Retry_After="5"),
    "504": Answer(504, b"<html><h1>Gateway Time-out</h1></html>", {}, "text/html"),
    "520": Answer(520, b"error code: 520", {}, "text/plain"),
    "524": Answer(524, b"error code: 524", {}, "text/plain"),
}


def invalid(attribute: str) -> Answer:
    return refusal(
        400,
        {
            "title": "Invalid attribute",
            "message": f"You passed an invalid value for the {attribute} attribute. Invalid"
            f" parameter: {attribute}",
        },
    )


def throttled(after: float, *, exports: bool) -> Answer:
    kind = "incremental export API" if exports else "API"
    return refusal(
        429,
        "APIRateLimitExceeded",
        f"Number of allowed {kind} requests per minute exceeded",
        Retry_After=f"{max(1, round(after))}",
    )
