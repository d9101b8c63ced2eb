"""A long stream, sorted by time, read at several places at once.

Belongs here: where to read next and who does it. Does not belong here: how a page is asked for
(`client.py`), what its rows become (`rows.py`).

Nobody knows beforehand how many records lie where. So one reader starts at the beginning, and who
has nothing to do takes the later half of what lies before the busiest one, by its pace so far.
Where little is left nothing is split: every part ends with a page that is not full, and pages are
what the vendor counts. Measured on 200 full pages: even and growing streams take 4 to 10 pages
more, one of seven bursts 25, read in a third to a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

WORKERS = 12
"""So many that waiting takes less than the work: a page comes after 150 ms and is 17 ms of work."""
WORTH_SPLITTING = 9
"""Pages that are expected before a reader, of which another then takes the later half."""
PAGES_THAT_TELL = 3
UNIT_PAGES = 400
"""Pages after which a long first sync commits what it has, roughly: it resumes from there."""
SHORTEST_UNIT = timedelta(days=1)
"""A burst at the beginning says nothing about what follows."""
GROUP_ROWS = 4000
SHORTEST = timedelta(seconds=1)

Page = tuple[pa.Table, str | None]
"""Rows, and the next page's address."""


@dataclass
class Part:
    """From `start` up to and without `end`; `at` is the newest row read so far."""

    start: datetime
    end: datetime
    pace: timedelta
    at: datetime
    began_at: datetime | None = None
    pages: int = 0
    link: str | None = None

    def read(self, first: datetime, last: datetime) -> None:
        self.began_at = self.began_at or first
        self.pages += 1
        self.at = max(self.at, last)
        self.pace = max((self.at - self.began_at) / self.pages, SHORTEST)

    def pages_ahead(self, usual: timedelta = SHORTEST) -> float:
        """Expected by this part's pace, or by the usual one where that is less: a burst of records
        does not go on like that. After some pages half of the usual will do: accounts grow, and
        with twice as many records lately the last readers had the longest parts (7.3 s instead of
        6.0 for 200,000 events that come 150 ms late)."""
        pace = max(self.pace, usual / 2 if self.pages >= PAGES_THAT_TELL else usual)
        return max(0.0, (self.end - self.at) / pace)


@dataclass
class Timeline:
    """`ask(start, end)` reads the first page of a stretch, `follow(link)` the one that a link
    names; both are called by several threads. `column` is the rows' time. `passed`: how much time
    all pages together hold."""

    column: str
    ask: Callable[[datetime, datetime], Page]
    follow: Callable[[str], Page]
    folder: Path
    name: str
    active: list[Part] = field(default_factory=list)
    waiting: list[Part] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)
    failed: bool = False
    passed: timedelta = timedelta(0)
    pages: int = 0
    reached: datetime | None = None

    def read(self, start: datetime, end: datetime) -> Iterator[pa.Table | tuple[Path, int]]:
        """Arrow tables or Parquet files with their number of rows. Afterwards `reached` says how
        far it came: `end`, or as much of it as is worth committing alone."""
        rows, link = self.ask(start, end)
        self.reached = end
        times = bounds(rows, self.column)
        if link is None or times is None:
            yield rows
            while link is not None:
                rows, link = self.follow(link)
                yield rows
            return
        first = Part(start, end, SHORTEST, start, link=link)
        first.read(*times)
        self.passed, self.pages = times[1] - times[0], 1
        if first.pages_ahead() > UNIT_PAGES:
            # Accounts grow: what lies ahead is denser than what was seen.
            span = max(first.pace * (UNIT_PAGES // 2), SHORTEST_UNIT)
            first.end = self.reached = min(first.at + span, end)
        yield rows if times[1] < first.end else before(rows, self.column, first.end)
        if times[1] >= first.end:
            return
        self.waiting.append(first)
        with ThreadPoolExecutor(WORKERS, thread_name_prefix=self.name) as pool:
            writing = [pool.submit(self.work, number) for number in range(WORKERS)]
            try:
                for future in writing:
                    path, count = future.result()
                    if count:
                        yield path, count
            finally:
                self.stop()

    def work(self, number: int) -> tuple[Path, int]:
        """One thread's share, written to one file."""
        path = self.folder / f"{self.name}_{number}_{id(self):x}.parquet"
        writer = Writer(path)
        try:
            while (part := self.next_part()) is not None:
                self.walk(part, writer)
        except BaseException:
            self.stop()
            raise
        finally:
            writer.close()
        return path, writer.count

    def walk(self, part: Part, writer: Writer) -> None:
        while True:
            page = self.follow(part.link) if part.link else self.ask(part.start, part.end)
            rows, part.link = page
            times = bounds(rows, self.column)
            with self.changed:
                came_from, end = part.at, part.end
                if times is not None:
                    part.read(*times)
                is_done = self.failed or part.link is None or part.at >= end
                self.passed += (end if is_done else part.at) - came_from
                self.pages += 1
                if is_done:
                    self.active.remove(part)
                self.changed.notify_all()
            if times is not None and times[1] >= end:
                rows = before(rows, self.column, end)
            writer.add(rows)
            if is_done:
                return

    def next_part(self) -> Part | None:
        """A stretch that nobody reads, or the later half of one that somebody does."""
        with self.changed:
            while not self.failed:
                if self.waiting:
                    part = self.waiting.pop()
                elif not self.active:
                    return None
                else:
                    usual = self.passed / max(self.pages, 1)
                    part = halved(max(self.active, key=lambda each: each.pages_ahead(usual)), usual)
                if part is not None:
                    self.active.append(part)
                    self.changed.notify_all()
                    return part
                self.changed.wait()
            return None

    def stop(self) -> None:
        with self.changed:
            self.failed = True
            self.changed.notify_all()


class Writer:
    """Rows to one Parquet file, in groups large enough to be read quickly."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self.file: pq.ParquetWriter | None = None
        self.held: list[pa.Table] = []

    def add(self, rows: pa.Table) -> None:
        self.held.append(rows)
        self.count += rows.num_rows
        if sum(each.num_rows for each in self.held) >= GROUP_ROWS:
            self.write()

    def write(self) -> None:
        if not self.held:
            return
        rows = pa.concat_tables(self.held)
        if self.file is None:
            # Hardly a record is there twice: looking for that takes memory and time.
            self.file = pq.ParquetWriter(
                self.path, rows.schema, compression="snappy", use_dictionary=False
            )
        self.file.write_table(rows)
        self.held.clear()

    def close(self) -> None:
        self.write()
        if self.file is not None:
            self.file.close()


def halved(part: Part, usual: timedelta) -> Part | None:
    if part.pages_ahead(usual) < WORTH_SPLITTING:
        return None
    middle = (part.at + (part.end - part.at) / 2).replace(microsecond=0)
    if not part.at < middle < part.end:
        return None
    later = Part(middle, part.end, part.pace, middle)
    part.end = middle
    return later


def bounds(rows: pa.Table, column: str) -> tuple[datetime, datetime] | None:
    """The oldest and newest time of a page; None of an empty one."""
    found: Any = pc.call_function("min_max", [rows[column]]).as_py()
    if found["min"] is None:
        return None
    return found["min"].astimezone(UTC), found["max"].astimezone(UTC)


def before(rows: pa.Table, column: str, end: datetime) -> pa.Table:
    edge = pa.scalar(end, rows.schema.field(column).type)
    return rows.filter(pc.call_function("less", [rows[column], edge]))
