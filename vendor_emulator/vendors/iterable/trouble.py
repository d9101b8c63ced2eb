"""Iterable's errors: a message, a code, parameters.

Belongs here: their form, and the faults that have it. Does not belong here: when they come.
"""

from __future__ import annotations

from vendor_emulator.vendors import Answer, json_answer


def error(status: int, code: str, message: str) -> Answer:
    return json_answer({"msg": message, "code": code, "params": None}, status=status)


class Refused(Exception):
    """A request that gets this error for an answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.answer = error(status, code, message)
        super().__init__(message)


FAULTS = {
    "throttled": error(429, "RateLimitExceeded", "Rate limit exceeded"),
    "generic-error": error(500, "GenericError", "Please try again later"),
    "denied": error(401, "BadApiKey", "Invalid API key"),
    "address-expired": Answer(
        status=403,
        body=b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        media_type="application/xml",
    ),
}
