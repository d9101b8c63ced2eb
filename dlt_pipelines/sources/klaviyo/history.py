"""Events and profiles: the two streams without an end.

Belongs here: what is asked for and from when. Does not belong here: reading at several places at
once (`timeline.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dlt_pipelines.connector import Table, Window
from dlt_pipelines.sources.klaviyo.client import Client, ScopeMissing
from dlt_pipelines.sources.klaviyo.filters import earliest, terms, written
from dlt_pipelines.sources.klaviyo.rows import page_table
from dlt_pipelines.sources.klaviyo.tables import BY_NAME
from dlt_pipelines.sources.klaviyo.timeline import Page, Timeline
from dlt_pipelines.streams import SKIPPED, parquet_file, position, remember_position

FIRST_RECORD = datetime(2012, 1, 1, tzinfo=UTC)
"""Klaviyo was founded that year."""
COMPLETE_UNTIL = "complete_until"
JUST_BEFORE = timedelta(seconds=1)

Reading = Generator[Any, None, datetime | str | None]


@dataclass(frozen=True)
class Stretch:
    """field: Klaviyo's name of the time. includes_start: profiles can be asked for by greater-than
    alone, so the second before is asked for too, and what it holds is cut off."""

    table: Table
    field: str
    params: Mapping[str, str]
    includes_start: bool = True
    joined: Callable[[dict[str, Any]], list[dict[str, Any]]] = itemgetter("data")

    @property
    def path(self) -> str:
        return f"/api/{self.table.name}"

    def filter(self, start: datetime, end: datetime) -> str:
        return terms(
            f"greater-or-equal({self.field},{written(start)})"
            if self.includes_start
            else f"greater-than({self.field},{written(start - JUST_BEFORE)})",
            f"less-than({self.field},{written(end)})",
        )


def with_attributions(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Each event with what it is attributed to, found by type and id among what came along."""
    records = body["data"]
    if found := body.get("included"):
        by_id = {each["id"]: each for each in found if each.get("type") == "attribution"}
        for record in records:
            named = (record.get("relationships") or {}).get("attributions") or {}
            if links := named.get("data"):
                record["attributions"] = [
                    by_id[link["id"]] for link in links if link["id"] in by_id
                ]
    return records


EVENTS = Stretch(
    BY_NAME["events"],
    "datetime",
    {"include": "attributions", "page[size]": "1000", "sort": "datetime"},
    joined=with_attributions,
)


def profiles(client: Client) -> Stretch:
    wanted = ["subscriptions"]
    if client.settings.get("predictive_analytics") == "yes":
        wanted.append("predictive_analytics")
    return Stretch(
        BY_NAME["profiles"],
        "updated",
        {"additional-fields[profile]": ",".join(wanted), "page[size]": "100", "sort": "updated"},
        includes_start=False,
    )


def read_stretch(client: Client, stretch: Stretch, window: Window) -> Reading:
    table, report = stretch.table, client.settings.report
    seen = set[int]()

    def page(body: dict[str, Any]) -> Page:
        rows = page_table(table, stretch.joined(body), report)
        return rows, client.next_link(body, stretch.path, seen)

    def ask(start: datetime, end: datetime) -> Page:
        params = {**stretch.params, "filter": stretch.filter(start, end)}
        rows, link = page(client.get(stretch.path, stretch.path, params))
        return (rows if stretch.includes_start else since(rows, table.cursor, start)), link

    def follow(link: str) -> Page:
        return page(client.get(stretch.path, link))

    timeline = Timeline(
        column=str(table.cursor),
        ask=ask,
        follow=follow,
        folder=client.settings.scratch or Path(gettempdir()),
        name=table.name,
    )
    start = start_of(client, table, window)
    try:
        for rows in timeline.read(start, max(window.until, start)):
            yield rows if isinstance(rows, pa.Table) else parquet_file(rows[0], rows[1])
    except ScopeMissing as refused:
        report.warn(table.name, str(refused))
        return SKIPPED
    reached = timeline.reached or window.until
    complete = min(reached, window.until - table.lag)
    remember_position(client.settings, {COMPLETE_UNTIL: complete.isoformat()})
    return reached


def start_of(client: Client, table: Table, window: Window) -> datetime:
    """The window's beginning. It goes back by the lag, also behind a first sync's last unit, where
    everything older than the lag had long arrived when that was read: that is not read twice."""
    start = window.since or earliest(client.settings) or FIRST_RECORD
    known = position() or {}
    if window.since and not window.whole and client.settings.moves_cursors:
        complete = known.get(COMPLETE_UNTIL)
        start = max(start, datetime.fromisoformat(complete)) if complete else start
    return start


def since(rows: pa.Table, column: str | None, start: datetime) -> pa.Table:
    edge = pa.scalar(start, rows.schema.field(str(column)).type)
    return rows.filter(pc.call_function("greater_equal", [rows[str(column)], edge]))
