"""What Contentful says when it refuses.

Belongs here: error ids, their status and body. Does not belong here: when they apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from vendor_emulator.vendors import Answer

MEDIA_TYPE = "application/vnd.contentful.management.v1+json"
STATUSES = {
    "AccessTokenInvalid": 401,
    "Forbidden": 403,
    "NotFound": 404,
    "UnknownRoute": 404,
    "BadRequest": 400,
    "InvalidQuery": 400,
    "VersionMismatch": 409,
    "Conflict": 409,
    "InvalidEntry": 422,
    "ValidationFailed": 422,
    "UnknownContentType": 422,
    "ActionPreconditionsFailed": 422,
    "RateLimitExceeded": 429,
    "ServerError": 500,
    "ServiceUnavailable": 503,
}


class Refused(Exception):
    """One of STATUSES, as it is sent."""

    def __init__(self, id: str, message: str = "", /, **details: Any) -> None:
        super().__init__(id, message)
        self.id = id
        self.message = message
        self.details = details

    @property
    def status(self) -> int:
        return STATUSES[self.id]

    def answer(self) -> Answer:
        body: dict[str, Any] = {"sys": {"type": "Error", "id": self.id}}
        # A version mismatch has neither a message nor a request id.
        if self.id != "VersionMismatch":
            body["message"] = self.message or "The request was refused."
            body["requestId"] = "4c1a9f4e-6d0b-4ad1-8a3f-0e3f1f3a7c55"
        if self.details:
            body["details"] = self.details
        return Answer(status=self.status, body=orjson.dumps(body), media_type=MEDIA_TYPE)


def not_found(type: str, id: str, *, space: str) -> Refused:
    return Refused("NotFound", "The resource could not be found.", type=type, id=id, space=space)


def invalid(errors: Sequence[dict[str, Any]], *, id: str = "InvalidEntry") -> Refused:
    return Refused(id, "Validation error", errors=list(errors))


def wrong(name: str, path: Sequence[Any], details: str = "", **more: Any) -> dict[str, Any]:
    """One entry of `details.errors`."""
    return {"name": name, "path": list(path), **({"details": details} if details else {}), **more}
