"""What the emulated vendors were asked and what they answered.

Belongs here: keeping it, within bounds. Does not belong here: judging it (the tests do).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, overload

import orjson

KEPT_REQUESTS = 20_000
KEPT_BODY_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Recorded:
    """`names` as a fault script would call it; `answer` is None once bodies grew too many."""

    vendor: str
    method: str
    path: str
    names: tuple[str, ...]
    body: bytes
    status: int
    answer: bytes | None
    fault: str | None = None
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = ""

    @property
    def sent(self) -> Any:
        """The request's JSON; None where it is none."""
        return _json(self.body)

    @property
    def operation(self) -> str | None:
        """The text of a GraphQL request."""
        return self.sent.get("query") if isinstance(self.sent, dict) else None

    @property
    def variables(self) -> dict[str, Any]:
        return (self.sent.get("variables") or {}) if isinstance(self.sent, dict) else {}

    @property
    def received(self) -> Any:
        return _json(self.answer)


class Recorder(Sequence[Recorded]):
    """The newest requests in the order of their answers; the oldest bodies are let go first."""

    def __init__(self, *, body_bytes: int = KEPT_BODY_BYTES) -> None:
        self._kept: deque[Recorded] = deque(maxlen=KEPT_REQUESTS)
        self._body_bytes = body_bytes
        self._held = 0
        self._lock = Lock()

    def add(self, one: Recorded) -> None:
        size = len(one.answer or b"")
        with self._lock:
            if size > self._body_bytes:
                one, size = replace(one, answer=None), 0
            self._kept.append(one)
            self._held += size
            if self._held > self._body_bytes:
                self._let_go()

    def _let_go(self) -> None:
        for place, old in enumerate(self._kept):
            if self._held <= self._body_bytes // 2:
                return
            self._held -= len(old.answer or b"")
            self._kept[place] = replace(old, answer=None)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._held = 0

    def named(self, name: str) -> list[Recorded]:
        """Those that a fault script would reach by this name or path."""
        return [one for one in self if name in one.names or one.path == name]

    @overload
    def __getitem__(self, index: int) -> Recorded: ...
    @overload
    def __getitem__(self, index: slice) -> list[Recorded]: ...
    def __getitem__(self, index: int | slice) -> Recorded | list[Recorded]:
        return list(self._kept)[index]

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Recorded]:
        return iter(list(self._kept))


def _json(body: bytes | None) -> Any:
    try:
        return orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        return None
