"""A long stream read at several places at once gives each of its rows once, however they lie."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_pipelines.sources.klaviyo import timeline
from dlt_pipelines.sources.klaviyo.timeline import Page, Timeline

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(seconds=4000)
PAGE = 10


class Stream:
    """Rows by second, answered in pages of ten; links name the rest.

    A page comes after `seconds_per_page`, as a vendor's does: without that one reader may run far
    ahead of the others.
    """

    seconds_per_page = 0.0

    def __init__(self, seconds: list[int]) -> None:
        self.rows = sorted((START + timedelta(seconds=at), key) for key, at in enumerate(seconds))
        self.asked = self.firsts = 0
        self.lock = Lock()

    def ask(self, start: datetime, end: datetime) -> Page:
        self.firsts += 1
        return self.page(start, end, 0)

    def follow(self, link: str) -> Page:
        start, end, place = link.split("|")
        return self.page(datetime.fromisoformat(start), datetime.fromisoformat(end), int(place))

    def page(self, start: datetime, end: datetime, place: int) -> Page:
        with self.lock:
            self.asked += 1
        time.sleep(self.seconds_per_page)
        meant = [row for row in self.rows if start <= row[0] < end]
        page = meant[place : place + PAGE]
        more = place + PAGE < len(meant)
        link = f"{start.isoformat()}|{end.isoformat()}|{place + PAGE}" if more else None
        times = pa.array([row[0] for row in page], pa.timestamp("us", "UTC"))
        return pa.table({"at": times, "id": pa.array([row[1] for row in page], pa.int64())}), link


def read(stream: Stream, folder: Path) -> tuple[list[int], datetime]:
    reading = Timeline("at", stream.ask, stream.follow, folder, "rows")
    found: list[Any] = []
    for rows in reading.read(START, END):
        table = rows if isinstance(rows, pa.Table) else pq.read_table(rows[0])
        found += table["id"].to_pylist()
    assert reading.reached is not None
    return found, reading.reached


@given(st.lists(st.integers(0, 3999), max_size=400), st.integers(2, 40), st.integers(4, 60))
def test_every_row_comes_once(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[int], worth: int, unit: int
) -> None:
    stream = Stream(seconds)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "WORTH_SPLITTING", worth)
        patch.setattr(timeline, "UNIT_PAGES", unit)
        patch.setattr(timeline, "SHORTEST_UNIT", timedelta(seconds=100))
        found, reached = read(stream, tmp_path_factory.mktemp("rows"))
    assert sorted(found) == [
        key for at, key in sorted(stream.rows, key=lambda row: row[1]) if at < reached
    ]
    assert START < reached <= END


@pytest.mark.parametrize(
    "seconds",
    [
        [number * 2 for number in range(2000)],
        [3999 - int((number / 2000) ** 0.5 * 3999) for number in range(2000)],
        [(number % 7) * 500 + number % 11 for number in range(2000)],
    ],
    ids=["even", "uneven", "bursts"],
)
def test_splitting_costs_few_pages(tmp_path: Path, seconds: list[int]) -> None:
    stream = Stream(seconds)
    stream.seconds_per_page = 0.01
    found, reached = read(stream, tmp_path)
    assert (len(found), len(set(found)), reached) == (2000, 2000, END)
    assert stream.asked <= 200 * 1.15
    assert stream.asked <= 200 + stream.firsts


def test_an_error_in_one_place_ends_all(tmp_path: Path) -> None:
    stream = Stream([number * 2 for number in range(2000)])
    follow = stream.follow

    def failing(link: str) -> Page:
        if stream.asked > 40:
            raise ValueError("page refused")
        return follow(link)

    stream.follow = failing  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="page refused"):
        read(stream, tmp_path)
