"""Faults that any emulated vendor can be told to have, request by request.

Belongs here: the script (which request, what happens to it) and the vendor-neutral faults.
Does not belong here: a vendor's own dialect (its `Service.fault`), sending (`server.py`).

    emulator.faults.script("orders", 429, 503)            the next two such requests
    emulator.faults.script("/orders.json", "truncated")   a path, or the end of one
    emulator.faults.script("*", "slow", vendor="shopify") any request of one vendor
    emulator.faults.script("orders", None, change_a_row)  answer, then change after the next
    emulator.faults.always("orders", "throttled")         until `clear()`

A request's names are the vendor's: for GraphQL the operation's name and its root fields.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

FAULTS = {
    "slow": "the answer comes, but late",
    "truncated": "the connection ends before the promised length",
    "truncated-chunked": "a chunked answer ends without its last chunk",
    "truncated-framed": "half of the body, framed as if it were whole (a proxy's doing)",
    "invalid-json": "status 200 and a body that is no JSON",
    "html": "status 200 and a page for people",
    "empty": "status 200 and no body at all",
    "429-without-retry-after": "too many requests, and no word on when to come back",
}


@dataclass(frozen=True)
class Fault:
    """`kind` is one of FAULTS, a vendor's own name, or "status"."""

    kind: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    seconds: float = 0.0


Hook = Callable[[], object]
Step = int | str | Fault | Hook | None
"""A status, a fault by name, a fault, something to do once the answer is made, or nothing."""


def status(code: int, *, retry_after: float | None = None, body: bytes | None = None) -> Fault:
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return Fault("status", status=code, headers=headers, body=body)


def slow(seconds: float) -> Fault:
    return Fault("slow", seconds=seconds)


@dataclass
class _Script:
    match: str
    vendor: str | None
    steps: deque[Step]
    forever: bool = False

    def fits(self, vendor: str, path: str, names: tuple[str, ...]) -> bool:
        if self.vendor not in (None, vendor):
            return False
        if self.match.startswith("/"):
            return path.endswith(self.match)
        return self.match == "*" or self.match in names


class Faults:
    """What is scripted and has not happened yet.

    retry_after   seconds that a scripted 429 asks for; None leaves the header out
    slow_seconds  how late "slow" is
    """

    def __init__(self) -> None:
        self.retry_after: float | None = 1.0
        self.slow_seconds = 0.5
        self._scripts: list[_Script] = []
        self._lock = Lock()

    def script(self, match: str, *steps: Step, vendor: str | None = None) -> None:
        """The next matching requests meet these steps, one each, in this order."""
        with self._lock:
            self._scripts.append(_Script(match, vendor, deque(steps)))

    def always(self, match: str, step: Step, *, vendor: str | None = None) -> None:
        with self._lock:
            self._scripts.append(_Script(match, vendor, deque([step]), forever=True))

    def clear(self) -> None:
        with self._lock:
            self._scripts.clear()

    def pending(self) -> dict[str, int]:
        """Steps that no request has met yet, by what they wait for; repeated ones are left out."""
        with self._lock:
            waiting: dict[str, int] = {}
            for one in self._scripts:
                if not one.forever:
                    waiting[one.match] = waiting.get(one.match, 0) + len(one.steps)
            return waiting

    def take(self, vendor: str, path: str, names: tuple[str, ...]) -> Fault | Hook | None:
        with self._lock:
            for one in self._scripts:
                if not one.fits(vendor, path, names):
                    continue
                if one.forever:
                    return self._as_fault(one.steps[0])
                step = one.steps.popleft()
                if not one.steps:
                    self._scripts.remove(one)
                return self._as_fault(step)
        return None

    def _as_fault(self, step: Step) -> Fault | Hook | None:
        if isinstance(step, int):
            wait = self.retry_after if step == 429 else None
            return None if step == 200 else status(step, retry_after=wait)
        if step == "429-without-retry-after":
            return status(429)
        if step == "slow":
            return slow(self.slow_seconds)
        return Fault(step) if isinstance(step, str) else step


def garbled(kind: str, body: bytes) -> tuple[bytes, Mapping[str, str]] | None:
    """The body and headers of a fault that answers 200 with the wrong thing."""
    if kind == "truncated-framed":
        return body[: max(1, len(body) // 2)], {}
    if kind == "invalid-json":
        return b'{"data": {"orders": [', {}
    if kind == "html":
        page = b"<!DOCTYPE html><html><body><h1>We'll be back shortly</h1></body></html>"
        return page, {"content-type": "text/html; charset=utf-8"}
    return (b"", {}) if kind == "empty" else None
