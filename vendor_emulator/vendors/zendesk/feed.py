"""Records of one kind in the order of their last change, encoded once.

Belongs here: the order, pages of it, cursors. Does not belong here: what a record says.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

Place = tuple[int, int]
"""Epoch seconds of the last change, and the id."""


@dataclass(frozen=True)
class Page:
    bodies: list[bytes]
    places: list[Place]
    is_last: bool


class Feed:
    def __init__(self) -> None:
        self.records: dict[int, dict[str, Any]] = {}
        self.stamps: dict[int, int] = {}
        self.order: list[Place] = []
        self.encoded: dict[int, bytes] = {}

    def __len__(self) -> int:
        return len(self.stamps)

    def load(self, records: dict[int, tuple[int, dict[str, Any]]]) -> None:
        """Many at once, when there are none yet."""
        self.records = {key: record for key, (_, record) in records.items()}
        self.stamps = {key: stamp for key, (stamp, _) in records.items()}
        self.order = sorted((stamp, key) for key, stamp in self.stamps.items())

    def load_encoded(self, made: list[tuple[int, int, bytes]]) -> None:
        """(stamp, id, body) of records that nobody will change."""
        for stamp, key, body in made:
            self.stamps[key] = stamp
            self.encoded[key] = body
        self.order = sorted((stamp, key) for key, stamp in self.stamps.items())

    def put(self, key: int, stamp: int, record: dict[str, Any]) -> None:
        if key in self.stamps:
            del self.order[bisect_left(self.order, (self.stamps[key], key))]
        self.records[key], self.stamps[key] = record, stamp
        self.encoded.pop(key, None)
        insort(self.order, (stamp, key))

    def body(self, key: int) -> bytes:
        found = self.encoded.get(key)
        if found is None:
            found = self.encoded[key] = orjson.dumps(self.records[key])
        return found

    def count(self, *, until: int) -> int:
        return bisect_right(self.order, (until, 2**62))

    def page(
        self,
        start: int,
        *,
        until: int,
        size: int,
        dress: Callable[[int, bytes], bytes] | None = None,
        largest: int | None = None,
    ) -> Page:
        """From a place in the order.

        largest: the page grows to so many records, so as to hold whatever was changed within its
        first second, and not to end within a later one. Small pages would never come past a second
        of many records, as the vendor's own do not come past one of a thousand.
        """
        end = self.count(until=until)
        stop = min(start + size, end)
        if largest is not None and start < end:
            first = bisect_right(self.order, (self.order[start][0], 2**62))
            stop = min(first + size, end)
            stop = bisect_right(self.order, (self.order[stop - 1][0], 2**62))
            stop = min(stop, start + largest, end)
        places = self.order[start:stop]
        bodies = [self.body(key) for _, key in places]
        if dress is not None:
            bodies = [dress(key, body) for (_, key), body in zip(places, bodies, strict=True)]
        return Page(bodies, places, stop >= end)

    def since(self, second: int) -> int:
        return bisect_left(self.order, (second, -1))

    def beyond(self, place: Place) -> int:
        return bisect_right(self.order, place)


def as_cursor(place: Place) -> str:
    return urlsafe_b64encode(f"{place[0]}.0||{place[1]}|".encode()).decode()


def from_cursor(text: str) -> Place | None:
    try:
        second, _, key, _ = urlsafe_b64decode(text.encode()).decode().split("|")
        return int(float(second)), int(key)
    except ValueError:
        return None
