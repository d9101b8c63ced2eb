"""How much of a long window is read and loaded as one unit.

Belongs here: where a slice ends, by the store's own counts. Does not belong here: reading it
(`readers.py`), what a slice costs to load (`loader.py`).

A slice is whole or void, and its rows are in memory and in the warehouse's transaction together. So
it is cut by its number of records, not by time: half a year is 12,000 orders at one shop and 80,000
at another. The store counts what is left once, and the slice that the average would give; a shop
that grows or rests makes further counts, each nearer. What is left after a slice is known, so the
next one needs no count of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.sources.shopify.counts import UNSEARCHED
from dlt_pipelines.sources.shopify.shapes import Stream

RECORDS, MOST = 20_000, 25_000
"""Minutes of work to lose at worst, while each slice costs a load of its own."""
SHORT = timedelta(days=7)
"""A window that is not worth a count: what changed in a week is a small part of most stores."""
UNCOUNTED = timedelta(days=180)
"""Where a store does not count a stream (subscription contracts, fulfillment orders)."""
TRIES = 32
"""Enough to find a second in a century; a store that grows evenly needs one to three."""
RESOLUTION = timedelta(seconds=1)
"""Times in search terms are whole seconds, so records of one second cannot be parted."""


class Slices:
    """Of one table's stream in one sync.

    count    the store's own number of a window's records; None: it cannot tell
    oldest   the time of a window's first record; None: it is empty
    repeats  how far each slice reaches back into the one before it
    kept     outlives a slice (`ConnectionSettings.kept`)
    """

    def __init__(
        self,
        stream: Stream,
        *,
        count: Callable[[Window], int | None],
        oldest: Callable[[Window], datetime | None],
        repeats: timedelta,
        kept: dict[Any, Any],
    ) -> None:
        self.stream, self.repeats, self.kept = stream, repeats, kept
        self.ask, self.oldest = count, oldest

    def of(self, window: Window) -> Window:
        """The window, or its first slice."""
        key = ("slice", self.stream.root, window)
        if key not in self.kept:
            self.kept[key] = self.cut(window)
        return self.kept[key]

    def after(self, piece: Window, window: Window) -> Window | None:
        """What the sync asks for when this slice of the window is read."""
        if piece.until >= window.until:
            return None
        return replace(window, since=piece.until - self.repeats)

    def count(self, window: Window) -> int | None:
        """Of the window's records, without those of the slice before it; asked once."""
        key = self.key(window)
        if key not in self.kept:
            begin = self.begin(window)
            self.kept[key] = self.ask(replace(window, since=begin) if begin else window)
        return self.kept[key]

    def begin(self, window: Window) -> datetime | None:
        # The last second of a slice is in it.
        return window.since + self.repeats + RESOLUTION if window.since else None

    def first_time(self, window: Window) -> datetime | None:
        """None: nothing is there, or a stream without order does not tell."""
        if window.since is None and not self.stream.sort:
            return None
        return self.begin(window) or self.oldest(window)

    def is_counted(self, window: Window) -> bool:
        return self.key(window) in self.kept

    def key(self, window: Window) -> Hashable:
        return ("count", self.stream.root, window)

    @property
    def is_cut(self) -> bool:
        """What has a time to be cut by; small lists and texts (pages, articles) need none."""
        return self.stream.bulk and not self.stream.is_small and self.stream.filter is not None

    def cut(self, window: Window) -> Window:
        if not self.is_cut:
            return window
        is_short = window.since is not None and window.until - window.since <= SHORT
        if is_short and not self.is_counted(window):
            return window
        is_countable = self.stream.count is not None and self.stream.count not in UNSEARCHED
        records = self.count(window) if is_countable else None
        if records is None:
            return self.by_time(window)
        if records <= MOST:
            return window
        begin = self.first_time(window)
        if begin is None:
            return window
        piece = self.by_number(window, begin, records)
        rest = self.after(piece, window)
        if rest is not None:
            self.kept[self.key(rest)] = max(0, records - (self.count(piece) or 0))
        return piece

    def by_time(self, window: Window) -> Window:
        begin = self.first_time(window)
        if begin is None or begin + UNCOUNTED >= window.until:
            return window
        return replace(window, until=begin + UNCOUNTED)

    def by_number(self, window: Window, begin: datetime, records: int) -> Window:
        """The slice that the average gives, or one found between that and its neighbours."""
        wanted = records / ceil(records / RECORDS)
        low, low_count, high, high_count = begin, 0, window.until, records
        for attempt in range(TRIES):
            share = (wanted - low_count) / (high_count - low_count) if attempt % 2 == 0 else 0.5
            middle = (low + (high - low) * share).replace(microsecond=0)
            middle = min(max(middle, low + RESOLUTION), high - RESOLUTION)
            if middle <= low:
                break
            count = self.count(replace(window, until=middle))
            if count is None:
                break
            if count > MOST:
                high, high_count = middle, count
            else:
                low, low_count = middle, count
                if count >= wanted / 2:
                    break
        # One that holds little, or nothing, is soon read; what comes after it is cut anew.
        return replace(window, until=low if low > begin else high)
