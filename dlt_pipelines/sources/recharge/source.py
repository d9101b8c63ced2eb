"""Recharge's resources: which list fills which table, and how deletions are learnt.

Belongs here: the dlt source and its readers. Does not belong here: requests (`client.py`), what
the connector says of itself (`__init__.py`, which loads no driver).

A long first sync is cut by rows, not by months: lists come in the order of change, so after
`ROWS_PER_SLICE` rows the time of the last one is how far the table was read. A month-long slice
would cost an empty request and a load for each month of a store's past, and a busy month would
still be one unit.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.records import raw_table, utc
from dlt_pipelines.sources.recharge.client import NAME, Client, Denied, Refused
from dlt_pipelines.sources.recharge.tables import BY_NAME, TABLES
from dlt_pipelines.streams import SKIPPED, deleted_keys, present_keys, stream

ROWS_PER_BATCH = 2_500
ROWS_PER_SLICE = 20_000
EVENTS_REACH = timedelta(days=7) - timedelta(minutes=5)
"""Older ones are refused with 422; the minutes are for clocks that differ."""
OWNERS = ("customer", "subscription", "order", "charge", "address", "store")
TABLE_OF = {
    "address": "addresses",
    "charge": "charges",
    "customer": "customers",
    "discount": "discounts",
    "onetime": "onetimes",
    "order": "orders",
    "subscription": "subscriptions",
}
ALSO_ASKED = {"onetimes": {"include_cancelled": "true"}}
Record = dict[str, Any]
Reading = Generator[Any, None, datetime | str | None]


def recharge(settings: ConnectionSettings) -> DltSource:
    reader = Reader(settings)

    @dlt.source(name=NAME)
    def source() -> Iterator[DltResource]:
        for table in TABLES:
            yield stream(settings, table, reader.of(table))

    return source()


class Reader:
    """Reads the tables of one run with one client, which is made at the first request."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings, self.report = settings, settings.report
        self.opened: Client | None = None

    @property
    def client(self) -> Client:
        if self.opened is None:
            self.opened = Client(self.settings)
        return self.opened

    def of(self, table: Table) -> Any:
        read = {"store": self.store, "metafields": self.metafields, "events": self.events}.get(
            table.name
        )
        if read is None:
            read = self.changed if table.cursor else self.whole

        def reading(window: Window) -> Reading:
            try:
                return (yield from read(table, window))
            except Denied as denied:
                self.report.warn(
                    table.name,
                    f"not read: {denied.what} Once it is granted, a full refresh of this table"
                    " brings the past.",
                )
                return SKIPPED

        return reading

    # ------------------------------------------------------------------ lists

    def changed(self, table: Table, window: Window) -> Reading:
        since = self.since(window)
        asked = {"sort_by": "updated_at-asc", **ALSO_ASKED.get(table.name, {})}
        if since:
            asked["updated_at_min"] = moment(since)
        if not self.settings.moves_cursors:
            # Only a backfill has an end: what changes while a sync reads moves to the list's end.
            asked["updated_at_max"] = moment(window.until)
        came_from = window.since + table.lag if window.since else None
        rows = 0
        waiting: list[Record] = []
        for records in self.client.pages(f"/{table.name}", asked):
            waiting += records
            rows += len(records)
            if len(waiting) >= ROWS_PER_BATCH:
                yield raw_table(table, waiting, self.report)
                waiting = []
            if rows >= ROWS_PER_SLICE and records and not window.whole:
                reached = utc(records[-1]["updated_at"])
                if reached < window.until and (came_from is None or reached > came_from):
                    if waiting:
                        yield raw_table(table, waiting, self.report)
                    return reached
        if waiting:
            yield raw_table(table, waiting, self.report)
        return None

    def since(self, window: Window) -> datetime | None:
        """`start_on` is where a first sync begins."""
        start_on = self.settings.get("start_on")
        if window.since or not start_on:
            return window.since
        return datetime.fromisoformat(start_on).replace(tzinfo=UTC)

    def whole(self, table: Table, window: Window) -> Reading:
        yield from self.batches(table, f"/{table.name}", {})
        return None

    def batches(self, table: Table, path: str, asked: Record) -> Iterator[pa.Table]:
        waiting: list[Record] = []
        for records in self.client.pages(path, asked):
            waiting += records
            if len(waiting) >= ROWS_PER_BATCH:
                yield raw_table(table, waiting, self.report)
                waiting = []
        if waiting:
            yield raw_table(table, waiting, self.report)

    def store(self, table: Table, window: Window) -> Reading:
        body = self.client.get("/store")
        yield raw_table(table, [body["store"]], self.report)
        return None

    def metafields(self, table: Table, window: Window) -> Reading:
        """A metafield has no list by change: all are read, and those that did not come are gone,
        unless a kind of owner could not be read."""
        refused: list[Denied] = []
        keys: list[Any] = []
        for owner in OWNERS:
            try:
                for rows in self.batches(table, "/metafields", {"owner_resource": owner}):
                    yield rows
                    keys += rows["id"].chunks
            except Denied as denied:
                refused.append(denied)
                self.report.warn(
                    table.name, f"those of the kind {owner} are not read: {denied.what}"
                )
            except Refused as unknown:
                if "owner_resource" not in unknown.what:
                    raise
                # Recharge's own library names four kinds, its guide six.
                self.report.notes.append(f"Recharge knows no metafields of the kind {owner}.")
        if len(refused) == len(OWNERS):
            return SKIPPED
        if keys and not refused:
            yield present_keys(table, pa.table({"id": pa.chunked_array(keys)}))
        return None

    # ------------------------------------------------------------------ events

    def events(self, table: Table, window: Window) -> Reading:
        oldest = window.until - EVENTS_REACH
        since = max(window.since or oldest, oldest)
        if window.since and window.since + table.lag < oldest:
            self.report.warn(
                table.name,
                f"Recharge shows seven days: what was deleted between {window.since:%Y-%m-%d}"
                f" and {oldest:%Y-%m-%d} was not seen; a full refresh of other tables finds it.",
            )
        asked = {"sort_by": "created_at-asc", "created_at_min": moment(since)}
        if not self.settings.moves_cursors:
            asked["created_at_max"] = moment(max(window.until, since))
        for records in self.client.pages("/events", asked):
            if records:
                yield raw_table(table, records, self.report)
            for name, keys in self.gone(records).items():
                yield deleted_keys(BY_NAME[name], pa.table({"id": keys}))
        return None

    def gone(self, events: list[Record]) -> dict[str, list[str]]:
        """By table, the ids of records that are no more."""
        found: dict[str, list[str]] = {}
        for event in events:
            name = TABLE_OF.get(str(event.get("object_type")).lower())
            verb = str(event.get("verb")).lower()
            if name is None or event.get("object_id") is None:
                continue
            number = str(event["object_id"])
            if verb == "deleted" or (verb == "merged" and self.is_gone(name, number)):
                found.setdefault(name, []).append(number)
        return found

    def is_gone(self, name: str, number: str) -> bool:
        """Of two merged records one stays; the event does not say which."""
        try:
            self.client.get(f"/{name}/{number}")
        except Refused as refused:
            return "answered 404" in refused.what
        except Denied:
            return False
        return False


def moment(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
