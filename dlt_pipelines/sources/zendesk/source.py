"""Zendesk's resources: which stream fills which table.

Belongs here: the dlt source. Does not belong here: what the connector says of itself
(`__init__.py`, which the catalog loads everywhere and which therefore loads no driver).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import Any

import dlt
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.sources.zendesk import lists
from dlt_pipelines.sources.zendesk.client import NotAllowed, client, exports_of
from dlt_pipelines.sources.zendesk.exports import (
    ByCursor,
    ByTime,
    Export,
    Reader,
    second_of,
    start_on,
)
from dlt_pipelines.sources.zendesk.rows import Gathered, rows_as_arrow
from dlt_pipelines.sources.zendesk.tables import BY_NAME, LISTED
from dlt_pipelines.streams import SKIPPED, position, remember_position, rows_of, stream

Rows = Generator[Any, None, datetime | str | None]
INCREMENTAL = "/api/v2/incremental"
BY_CURSOR = {
    "tickets": Export(
        f"{INCREMENTAL}/tickets/cursor",
        "tickets",
        lambda row: row["generated_timestamp"],
        include="metric_sets",
    ),
    "users": Export(
        f"{INCREMENTAL}/users/cursor", "users", lambda row: second_of(row["updated_at"])
    ),
}
BY_TIME = {
    "organizations": Export(
        f"{INCREMENTAL}/organizations",
        "organizations",
        lambda row: second_of(row["updated_at"]),
    ),
    "ticket_events": Export(
        f"{INCREMENTAL}/ticket_events",
        "ticket_events",
        lambda row: row["timestamp"],
        include="comment_events",
        takes_size=False,
    ),
    "ticket_metric_events": Export(
        f"{INCREMENTAL}/ticket_metric_events",
        "ticket_metric_events",
        lambda row: second_of(row["time"]),
        takes_size=False,
    ),
}
METRIC = "metric_set"


def zendesk(settings: ConnectionSettings) -> DltSource:
    def exported(name: str, kind: type[Reader], export: Export) -> DltResource:
        table = BY_NAME[name]
        landed = with_ticket_metrics if name == "tickets" else plainly

        def read(window: Window) -> Rows:
            reader = kind(
                client(settings),
                exports_of(settings),
                export,
                window,
                settings,
            )
            if settings.moves_cursors and not window.whole:
                reader.place = position()
            try:
                reached = yield from landed(table, reader.read(), settings)
            except NotAllowed as refused:
                if not table.optional:
                    raise
                settings.report.warn(name, f"not read: {refused.what}")
                return SKIPPED
            remember_position(settings, reader.place)
            return reached

        return stream(settings, table, read)

    def listed(table: Table) -> DltResource:
        def read(window: Window) -> Rows:
            filters = {}
            if table.cursor:
                since = int(window.since.timestamp()) if window.since else 0
                filters["start_time"] = str(max(since, start_on(settings)))
            gathered = Gathered()
            try:
                for records in lists.pages(client(settings), table.name, filters):
                    if records:
                        rows = rows_as_arrow(table, records, settings.report)
                        yield from gathered.add(rows)
            except NotAllowed as refused:
                settings.report.warn(table.name, f"not read: {refused.what}")
                return SKIPPED
            yield from gathered.rest()
            return None

        return stream(settings, table, read)

    @dlt.source(name="zendesk")
    def source() -> Iterator[DltResource]:
        for name, export in BY_CURSOR.items():
            yield exported(name, ByCursor, export)
        for name, export in BY_TIME.items():
            yield exported(name, ByTime, export)
        for table in LISTED:
            yield listed(table)

    return source()


def plainly(
    table: Table,
    pages: Generator[list[Any], None, datetime | None],
    settings: ConnectionSettings,
) -> Rows:
    gathered = Gathered()
    reached = yield from each_page(
        pages,
        lambda records: gathered.add(rows_as_arrow(table, records, settings.report)),
    )
    yield from gathered.rest()
    return reached


def with_ticket_metrics(
    table: Table,
    pages: Generator[list[Any], None, datetime | None],
    settings: ConnectionSettings,
) -> Rows:
    """A ticket's metrics come inside it and become rows of their own. They are always asked for:
    the cursor goes past the ticket, and they would be missed for good."""
    metrics = BY_NAME["ticket_metrics"]
    tickets, measured = Gathered(), Gathered()

    def split(records: list[Any]) -> Iterator[Any]:
        sets = [found for record in records if (found := record.pop(METRIC, None))]
        yield from tickets.add(rows_as_arrow(table, records, settings.report))
        for rows in measured.add(rows_as_arrow(metrics, sets, settings.report)):
            yield rows_of(metrics, rows)

    reached = yield from each_page(pages, split)
    yield from tickets.rest()
    for rows in measured.rest():
        yield rows_of(metrics, rows)
    return reached


def each_page(
    pages: Generator[list[Any], None, datetime | None],
    land: Callable[[list[Any]], Iterator[Any]],
) -> Rows:
    while True:
        try:
            records = next(pages)
        except StopIteration as end:
            return end.value
        if records:
            yield from land(records)
