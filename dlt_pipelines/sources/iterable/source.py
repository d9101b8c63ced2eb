"""Iterable's resources: which list fills which table.

Belongs here: the dlt source and the readers of lists. Does not belong here: events (`events.py`),
requests (`client.py`), what the connector says of itself (`__init__.py`, which loads no driver).
"""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.errors import UnexpectedResponse, VendorUnavailable
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.iterable.client import (
    LARGEST_PAGE_OF_JOURNEYS,
    NAME,
    Client,
    Denied,
)
from dlt_pipelines.sources.iterable.events import Events
from dlt_pipelines.sources.iterable.rows import Record, dated, given, moment
from dlt_pipelines.sources.iterable.tables import TABLES
from dlt_pipelines.streams import SKIPPED, present_keys, stream

MEDIA = {"Email": "email", "Push": "push", "SMS": "sms", "InApp": "inapp"}
DETAILS_AT_ONCE = 8
CAMPAIGNS_PER_REQUEST = 50
STILL_MOVES = timedelta(days=30)
"""A blast's opens, clicks and purchases come within a month of its end."""
Reading = Generator[Any, None, datetime | str | None]


def iterable(settings: ConnectionSettings) -> DltSource:
    reader = Lists(settings)

    @dlt.source(name=NAME)
    def source() -> Iterator[DltResource]:
        for table in TABLES:
            yield stream(settings, table, reader.of(table))

    return source()


class Lists:
    """Reads the tables of one run with one client, which is made at the first request."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings, self.report = settings, settings.report
        self.opened: Client | None = None
        self.exports: Events | None = None

    @property
    def client(self) -> Client:
        if self.opened is None:
            self.opened = Client(self.settings)
        return self.opened

    @property
    def events(self) -> Events:
        if self.exports is None:
            self.exports = Events(self.settings, self.client)
        return self.exports

    def of(self, table: Table) -> Any:
        own = {
            "campaigns": self.campaigns,
            "campaign_metrics": self.campaign_metrics,
            "templates": self.templates,
            "journeys": self.journeys,
            "lists": self.lists,
            "list_users": self.list_users,
            "channels": self.channels,
            "message_types": self.message_types,
            "metadata_tables": self.metadata_tables,
            "forgotten_users": self.forgotten_users,
        }
        read = own.get(table.name) or self.of_events

        def reading(window: Window) -> Reading:
            try:
                return (yield from read(table, window))
            except Denied as denied:
                if not self.client.is_accepted():
                    raise
                self.report.warn(
                    table.name, f"not read: {denied.what} Give the key this permission."
                )
                return SKIPPED

        return reading

    def of_events(self, table: Table, window: Window) -> Reading:
        return (yield from self.events.read(table, window))

    # ------------------------------------------------------------------ lists

    def campaigns(self, table: Table, window: Window) -> Reading:
        for records in self.client.pages("/api/campaigns"):
            yield dated(table, records, self.report)
        return None

    def journeys(self, table: Table, window: Window) -> Reading:
        """Archived ones are a list of their own."""
        for params in ({}, {"state": "Archived"}):
            for records in self.client.pages(
                "/api/journeys", params, size=LARGEST_PAGE_OF_JOURNEYS
            ):
                yield dated(table, records, self.report)
        return None

    def lists(self, table: Table, window: Window) -> Reading:
        yield dated(table, self.client.get("/api/lists")["lists"], self.report)
        return None

    def channels(self, table: Table, window: Window) -> Reading:
        yield dated(table, self.client.get("/api/channels")["channels"], self.report)
        return None

    def message_types(self, table: Table, window: Window) -> Reading:
        yield dated(table, self.client.get("/api/messageTypes")["messageTypes"], self.report)
        return None

    def metadata_tables(self, table: Table, window: Window) -> Reading:
        yield raw_table(table, self.client.get("/api/metadata")["results"], self.report)
        return None

    def list_users(self, table: Table, window: Window) -> Reading:
        if self.settings.get("list_members") == "no":
            self.report.notes.append("Members of lists are switched off (list_members).")
            return SKIPPED
        for one in self.client.get("/api/lists")["lists"]:
            text = self.client.text("/api/lists/getUsers", {"listId": one["id"]}, scope="members")
            members = dict.fromkeys(line.strip() for line in text.splitlines())
            records = [{"listId": one["id"], "user": user} for user in members if user]
            if records:
                yield raw_table(table, records, self.report)
        return None

    def forgotten_users(self, table: Table, window: Window) -> Reading:
        """A project knows its people by e-mail, by user id or by both, and refuses the other."""
        records: list[Record] = []
        for path, name, kind in (
            ("/api/users/forgotten", "hashedEmails", "email"),
            ("/api/users/forgottenUserIds", "hashedUserIds", "userId"),
        ):
            try:
                hashes = self.client.get(path, scope="forgotten")[name]
            except UnexpectedResponse as refused:
                if "BadParams" not in refused.what:
                    raise
                continue
            records += [{"kind": kind, "hashed": one} for one in hashes]
        yield raw_table(table, records, self.report)
        return None

    def templates(self, table: Table, window: Window) -> Reading:
        """The list says what changed; the contents are asked for one by one, by medium."""
        keys: list[str] = []
        for medium, word in MEDIA.items():
            for metadata in self.client.pages("/api/templates", {"messageMedium": medium}):
                keys += [str(one["templateId"]) for one in metadata]
                changed = [one for one in metadata if self.is_changed(one, window)]
                tasks = [self.with_content(one, medium, word) for one in changed]
                records = [one for one in in_parallel(tasks, workers=DETAILS_AT_ONCE) if one]
                if records:
                    yield dated(table, records, self.report)
        if keys:
            yield present_keys(table, pa.table({"template_id": keys}))
        return None

    def is_changed(self, template: Record, window: Window) -> bool:
        changed_at = moment(template.get("updatedAt"))
        return window.since is None or changed_at is None or changed_at >= window.since

    def with_content(self, template: Record, medium: str, word: str) -> Any:
        def run() -> Record:
            path, params = f"/api/templates/{word}/get", {"templateId": template["templateId"]}
            return {**template, "messageMedium": medium, "content": self.client.get(path, params)}

        return run

    # ------------------------------------------------------------------ daily metrics

    def campaign_metrics(self, table: Table, window: Window) -> Reading:
        since = window.since or window.until - timedelta(days=int(self.settings["metrics_days"]))
        until = window.until
        if table.slice and until - since > table.slice + table.lag:
            until = since + table.slice
        campaigns = [one for page in self.client.pages("/api/campaigns") for one in page]
        day = since.astimezone(UTC).date()
        while day <= until.astimezone(UTC).date():
            ids = [one["id"] for one in campaigns if may_move(one, day)]
            for place in range(0, len(ids), CAMPAIGNS_PER_REQUEST):
                records = self.metrics_of(ids[place : place + CAMPAIGNS_PER_REQUEST], day)
                if records:
                    days = [day] * len(records)
                    yield given(table, records, self.report, date=days)
            day += timedelta(days=1)
        return until if until < window.until else None

    def metrics_of(self, ids: list[Any], day: date) -> list[Record]:
        params = {
            "campaignId": ids,
            "startDateTime": f"{day}T00:00:00Z",
            "endDateTime": f"{day + timedelta(days=1)}T00:00:00Z",
        }
        text = self.client.text("/api/campaigns/metrics", params, scope="metrics")
        rows = list(csv.DictReader(StringIO(text)))
        if rows and "id" not in rows[0]:
            raise UnexpectedResponse(NAME, "a CSV of metrics has no column id.")
        if rows and None in rows[-1].values():
            # A row has all columns, empty ones too: this one was cut off.
            raise VendorUnavailable(
                NAME, "a CSV of metrics ends within a line.", hint="It is tried again by itself."
            )
        return [{name: value or None for name, value in row.items()} for row in rows]


def may_move(campaign: Record, day: date) -> bool:
    """Whether a campaign may have numbers on that day."""
    made, ended = moment(campaign.get("createdAt")), moment(campaign.get("endedAt"))
    if made is not None and made.date() > day:
        return False
    return campaign.get("type") == "Triggered" or not ended or day <= (ended + STILL_MOVES).date()
