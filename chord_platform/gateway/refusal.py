"""Why a request is not taken, as the protocol's own codes, and a line in the log about it.

Belongs here: the refusals of all collectors. Does not belong here: how a protocol words its answer
(`routes/`).

The log gets no key, no query and no body: the path's own words, a code, and how many there were. A
flood of refused requests writes one line a second and code.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from chord_platform.errors import InboxFull, InboxUnavailable

log = logging.getLogger(__name__)

BUSY_RETRY_SECONDS = 1
DOWN_RETRY_SECONDS = 5
LOG_EVERY_SECONDS = 1.0


class Refusal(Exception):
    """retry_after: whole seconds; the sender is told to keep what it has, and try again."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        if self.retry_after is None:
            return []
        seconds = str(self.retry_after).encode()
        return [
            (b"retry-after", seconds),
            (b"x-ratelimit-reset", seconds),
            (b"access-control-expose-headers", b"retry-after, x-ratelimit-reset"),
        ]


def too_large(limit: int) -> Refusal:
    return Refusal(400, "payload_too_large", f"The body is larger than {limit} bytes.")


def malformed(what: str) -> Refusal:
    return Refusal(400, "invalid_json", what)


def unknown_key() -> Refusal:
    return Refusal(401, "invalid_write_key", "The write key is missing or unknown.")


def overload() -> Refusal:
    return Refusal(
        429,
        "overloaded",
        "More arrives than can be stored at the moment; try again.",
        retry_after=BUSY_RETRY_SECONDS,
    )


def unavailable() -> Refusal:
    return Refusal(
        503,
        "unavailable",
        "Events cannot be stored at the moment; try again.",
        retry_after=DOWN_RETRY_SECONDS,
    )


def refusal_of(error: Refusal | InboxFull | InboxUnavailable) -> Refusal:
    """Of what is not on disk the sender hears that it shall try again."""
    if isinstance(error, Refusal):
        return error
    return overload() if isinstance(error, InboxFull) else unavailable()


@dataclass
class RefusalLog:
    """Counts between two lines."""

    last_at: dict[str, float] = field(default_factory=dict)
    unsaid: dict[str, int] = field(default_factory=dict)

    def note(self, refusal: Refusal, *, path: str) -> None:
        code, now = refusal.code, time.monotonic()
        count = self.unsaid.get(code, 0) + 1
        if now - self.last_at.get(code, float("-inf")) < LOG_EVERY_SECONDS:
            self.unsaid[code] = count
            return
        self.last_at[code] = now
        self.unsaid[code] = 0
        log.warning("refused %d: %s (%d) at %s", count, code, refusal.status, path)
