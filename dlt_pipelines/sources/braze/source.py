"""Braze's resources: which stream fills which table.

Belongs here: the dlt source. Does not belong here: what the connector says of itself
(`__init__.py`, which the catalog loads everywhere and which therefore loads no driver).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Window
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.braze.client import Braze, NotAllowed
from dlt_pipelines.sources.braze.days import Range, days_of
from dlt_pipelines.sources.braze.messages import (
    CAMPAIGNS,
    CANVASES,
    Messages,
    asleep_before,
    read_messages,
    remember,
)
from dlt_pipelines.sources.braze.people import read_people
from dlt_pipelines.sources.braze.series import Asked, data_of, points, read_series
from dlt_pipelines.sources.braze.tables import BY_NAME
from dlt_pipelines.streams import SKIPPED, stream

Rows = Generator[Any, None, datetime | str | None]
LONGEST, LONGEST_CANVAS = 100, 14
MOST_CALLS = 600
"""Revenue shares a limit of 1,000 calls an hour with two lists, and each product is a call: many
products are read less far back."""
FIRST_ADDRESSES = date(2011, 1, 1)
"""Braze began in 2011."""
BREAKDOWNS = {"include_variant_breakdown": "true", "include_step_breakdown": "true"}
"""Absent from the answer unless asked for."""
KPIS = ("new_users", "dau", "mau", "uninstalls")


class Workspace:
    """What the streams of one sync share."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        self.braze = Braze(settings)
        self.campaigns = Messages(self.braze, CAMPAIGNS)
        self.canvases = Messages(self.braze, CANVASES)
        self.listed: dict[str, list[dict[str, Any]]] = {}

    # ------------------------------------------------------------------ what there is

    def messages(self, name: str, messages: Messages, window: Window) -> Iterator[Any]:
        yield from read_messages(self.settings, BY_NAME[name], messages, window)

    def segments(self, window: Window) -> Iterator[Any]:
        rows = []
        for one in self.list_of("segments", "/segments/list"):
            details = self.braze.get("/segments/details", segment_id=one["id"])
            del details["message"]
            rows.append({**one, **details})
        if rows:
            yield raw_table(BY_NAME["segments"], rows, self.settings.report)

    def names(self, name: str, window: Window) -> Iterator[Any]:
        rows = [{"name": one} for one in self.named(name)]
        if rows:
            yield raw_table(BY_NAME[name], rows, self.settings.report)

    def named(self, name: str) -> list[str]:
        path = "/events/list" if name == "custom_events" else "/purchases/product_list"
        rows = "events" if name == "custom_events" else "products"
        return self.list_of(rows, path, within=self.braze.names)

    def list_of(self, rows: str, path: str, **options: Any) -> list[Any]:
        if rows not in self.listed:
            pages = self.braze.pages(path, rows, **options)
            self.listed[rows] = [one for page in pages for one in page]
        return self.listed[rows]

    def by_offset(self, name: str, path: str, rows: str, window: Window) -> Iterator[Any]:
        params = {}
        if window.since is not None:
            params["modified_after"] = window.since.strftime("%Y-%m-%dT%H:%M:%S.%f")
        for found in self.braze.slices(path, rows, 1000, **params):
            yield raw_table(BY_NAME[name], found, self.settings.report)

    def addresses(self, name: str, window: Window) -> Iterator[Any]:
        """Both days mean their midnight in UTC, so today needs tomorrow's."""
        table = BY_NAME[name]
        first = FIRST_ADDRESSES
        if window.since or self.settings.get("start_on"):
            first = days_of(window, self.settings).first
        last = window.until.date() + timedelta(days=1)
        dates = {"start_date": first.isoformat(), "end_date": last.isoformat()}
        at = table.primary_key[1]
        for found in self.braze.slices(f"/email/{name}", "emails", 500, **dates):
            rows = raw_table(table, found)
            # "2016-08-25 15:24:32 +0000": the blank before the offset is Braze's own.
            times = pa.array([time_of(one.get(at)) for one in found], rows[at].type)
            yield rows.set_column(rows.column_names.index(at), at, times)

    def people(self, window: Window) -> Rows:
        segments = [one.strip() for one in self.settings.get("export_segments").split(",")]
        if not any(segments):
            return SKIPPED
        for segment in filter(None, segments):
            yield from read_people(self.settings, self.braze, BY_NAME["users"], segment)
        return None

    # ------------------------------------------------------------------ numbers by day

    def analytics(
        self, name: str, messages: Messages, path: str, longest: int, window: Window
    ) -> Iterator[Any]:
        before = asleep_before(self.settings, window)
        seen = list(messages.awake(before))
        more = BREAKDOWNS if longest == LONGEST_CANVAS else {}
        things = [
            Asked(
                {messages.kind.key: one["id"]},
                days,
                self.asking(path, **{messages.kind.key: one["id"]}, **more),
            )
            for one in seen
            if (days := messages.days(one, window, self.settings)) is not None
        ]
        yield from read_series(self.settings, BY_NAME[name], longest, things)
        remember(self.settings, messages, before, seen, window.until.date())

    def series(
        self, name: str, path: str, key: str, values: list[str], window: Window
    ) -> Iterator[Any]:
        table = BY_NAME[name]
        days = days_of(window, self.settings)
        things = (
            Asked({table.primary_key[0]: value}, days, self.asking(path, **{key: value}))
            for value in values
        )
        yield from read_series(self.settings, table, LONGEST, things)

    def segment_sizes(self, window: Window) -> Iterator[Any]:
        tracked = [
            one["id"]
            for one in self.list_of("segments", "/segments/list")
            if one.get("analytics_tracking_enabled")
        ]
        yield from self.series(
            "segment_analytics", "/segments/data_series", "segment_id", tracked, window
        )

    def event_counts(self, window: Window) -> Iterator[Any]:
        names = self.named("custom_events")
        yield from self.series("custom_event_counts", "/events/data_series", "event", names, window)

    def revenue(self, window: Window) -> Iterator[Any]:
        table = BY_NAME["product_revenue"]
        path, days = "/purchases/revenue_series", days_of(window, self.settings)
        products = self.named("products")
        each = MOST_CALLS // max(1, len(products))
        if not each:
            self.settings.report.warn(
                table.name,
                f"{len(products)} products are more than Braze's limit allows to ask one by one:"
                " only their total is read.",
            )
            products = []
        things = [Asked({"product": ""}, days, self.asking(path, within=self.braze.names))]
        lately = days.at_most(each, LONGEST)
        for product in products:
            ask = self.asking(path, within=self.braze.names, product=product)
            things.append(Asked({"product": product}, lately, ask))
        yield from read_series(self.settings, table, LONGEST, things)

    def kpis(self, window: Window) -> Rows:
        """One row a day from four series; one that the key may not ask leaves its column empty."""
        table, by_day = BY_NAME["kpis"], dict[str, dict[str, Any]]()
        days, refused = days_of(window, self.settings), 0
        for name in KPIS:
            try:
                for point in self.whole(f"/kpi/{name}/data_series", days):
                    by_day.setdefault(point["time"], {}).update(point)
            except NotAllowed as error:
                self.settings.report.warn(table.name, f"{name} is not read: {error.what}")
                refused += 1
        if refused == len(KPIS):
            return SKIPPED
        if by_day:
            yield raw_table(table, list(by_day.values()), self.settings.report)
        return None

    def sessions(self, window: Window) -> Iterator[Any]:
        rows = self.whole("/sessions/data_series", days_of(window, self.settings))
        if rows:
            yield raw_table(BY_NAME["sessions"], rows, self.settings.report)

    def whole(self, path: str, days: Range) -> list[dict[str, Any]]:
        asked = Asked({}, days, self.asking(path))
        return [
            point
            for length, ending_at in days.requests(LONGEST)
            for point in points(asked, length, ending_at)
        ]

    def asking(self, path: str, **params: Any) -> Callable[[int, str], list[dict[str, Any]]]:
        def ask(length: int, ending_at: str) -> list[dict[str, Any]]:
            answer = self.braze.get(path, length=length, ending_at=ending_at, **params)
            return data_of(answer, path)

        return ask


def braze(settings: ConnectionSettings) -> DltSource:
    shared: list[Workspace] = []

    def workspace() -> Workspace:
        """Made by the first stream that runs: building the source reads no key."""
        if not shared:
            shared.append(Workspace(settings))
        return shared[0]

    def resource(name: str, read: Callable[[Workspace, Window], Any]) -> DltResource:
        def rows(window: Window) -> Rows:
            try:
                return (yield from read(workspace(), window))
            except NotAllowed as refused:
                settings.report.warn(name, f"not read: {refused.what}")
                return SKIPPED

        return stream(settings, BY_NAME[name], rows)

    readers: dict[str, Callable[[Workspace, Window], Any]] = {
        "campaigns": lambda at, window: at.messages("campaigns", at.campaigns, window),
        "canvases": lambda at, window: at.messages("canvases", at.canvases, window),
        "segments": Workspace.segments,
        "campaign_analytics": lambda at, window: at.analytics(
            "campaign_analytics", at.campaigns, "/campaigns/data_series", LONGEST, window
        ),
        "canvas_analytics": lambda at, window: at.analytics(
            "canvas_analytics", at.canvases, "/canvas/data_series", LONGEST_CANVAS, window
        ),
        "segment_analytics": Workspace.segment_sizes,
        "custom_events": lambda at, window: at.names("custom_events", window),
        "custom_event_counts": Workspace.event_counts,
        "products": lambda at, window: at.names("products", window),
        "product_revenue": Workspace.revenue,
        "kpis": Workspace.kpis,
        "sessions": Workspace.sessions,
        "hard_bounces": lambda at, window: at.addresses("hard_bounces", window),
        "unsubscribes": lambda at, window: at.addresses("unsubscribes", window),
        "email_templates": lambda at, window: at.by_offset(
            "email_templates", "/templates/email/list", "templates", window
        ),
        "content_blocks": lambda at, window: at.by_offset(
            "content_blocks", "/content_blocks/list", "content_blocks", window
        ),
        "users": Workspace.people,
    }

    @dlt.source(name="braze")
    def source() -> Iterator[DltResource]:
        for name, read in readers.items():
            yield resource(name, read)

    return source()


def time_of(text: str | None) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z") if text else None
