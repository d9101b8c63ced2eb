"""Numbers that Klaviyo computes: metric aggregates, and reports of campaigns, flows, forms and
segments.

Belongs here: frames of time, and turning an answer's columns into rows. Does not belong here:
which statistics there are (`statistics.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dlt_pipelines.connector import Window
from dlt_pipelines.sources.klaviyo.client import BudgetUsedUp, Client, Missing, ScopeMissing
from dlt_pipelines.sources.klaviyo.history import Reading
from dlt_pipelines.sources.klaviyo.listings import Record, skipped
from dlt_pipelines.sources.klaviyo.rows import gathered
from dlt_pipelines.sources.klaviyo.statistics import Report
from dlt_pipelines.sources.klaviyo.tables import BY_NAME
from dlt_pipelines.streams import SKIPPED, covered

FIRST_REPORTS = timedelta(days=90)
"""How far back a first sync asks for reports, and from there to the first of the month: two
requests of each series, as many as Klaviyo answers in a minute. `start_on` asks for more."""
LONGEST_DAILY = 60
LONGEST_AGGREGATE = 365
SEGMENTS_SINCE = date(2023, 6, 1)
"""Klaviyo has no numbers of segments before this day."""
FRAMES_AT_ONCE = 12
"""Frames after which a first sync commits what it has."""
AGGREGATES = "metric_aggregates"
DAY = timedelta(days=1)
Frame = tuple[date, date]
"""First and last day."""


class Account:
    """Time zone and currency, by which Klaviyo's days and money go."""

    def __init__(self, client: Client, table: str) -> None:
        self.time_zone, self.currency = "UTC", None
        try:
            found = client.once("/api/accounts")
        except ScopeMissing:
            client.settings.report.warn(
                table, "The key may not read the account: days are taken as those of UTC."
            )
            return
        if found:
            self.time_zone = found[0]["attributes"].get("timezone") or "UTC"
            self.currency = found[0]["attributes"].get("preferred_currency")
        self.zone = ZoneInfo(self.time_zone)

    zone: Any = UTC

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def day_of(self, text: str) -> date:
        """The day that an answer's time begins: a midnight of the account, whose offset Klaviyo
        may leave out, or its moment in UTC."""
        moment = datetime.fromisoformat(text)
        if moment.time() == time(0) or moment.tzinfo is None:
            return moment.date()
        return self.day(moment)


def read_report(client: Client, report: Report, window: Window) -> Reading:
    table = BY_NAME[report.table]
    try:
        account = Account(client, report.table)
        metric = conversion_metric(client, report) if report.converts else None
        if report.converts and metric is None:
            return SKIPPED
        frames = frames_of(report, client, account, window)
        scope = (metric,) if metric else ()
        for number, frame in enumerate(frames):
            if number == FRAMES_AT_ONCE:
                return start_of_day(frame[0], account)
            try:
                rows = list(report_rows(client, report, frame, account, metric))
            except BudgetUsedUp as refused:
                client.settings.report.notes.append(f"{report.table}: {refused}")
                return start_of_day(frame[0], account) if number else SKIPPED
            yield from gathered(table, rows, client.settings.report)
            first, last = (frame[0], frame[1]) if report.is_daily else (frame[0], frame[0])
            yield covered(table, scope, first, last)
    except ScopeMissing as refused:
        return skipped(client, report.table, refused)
    return None


def start_of_day(day: date, account: Account) -> datetime:
    return datetime.combine(day, time(0), account.zone).astimezone(UTC)


def frames_of(report: Report, client: Client, account: Account, window: Window) -> list[Frame]:
    first, last = first_day(client, account, window, FIRST_REPORTS), account.day(window.until)
    if report.table.startswith("segment_"):
        first = max(first, SEGMENTS_SINCE)
    if report.is_daily:
        return list(stretches(first, last, LONGEST_DAILY))
    return [
        (date(year, 1, 1), min(date(year, 12, 31), last))
        for year in range(first.year, last.year + 1)
    ]


def first_day(client: Client, account: Account, window: Window, usual: timedelta) -> date:
    if window.since:
        return account.day(window.since)
    if chosen := client.settings.get("start_on"):
        return date.fromisoformat(chosen)
    return account.day(window.until - usual).replace(day=1)


def stretches(first: date, last: date, days: int) -> Iterator[Frame]:
    while first <= last:
        yield first, min(first + (days - 1) * DAY, last)
        first += days * DAY


def conversion_metric(client: Client, report: Report) -> str | None:
    """The metric of the chosen name; where two integrations have one, the shop's own."""
    name = client.settings.get("conversion_metric", "Placed Order")
    found = [each for each in client.once("/api/metrics") if each["attributes"]["name"] == name]
    if not found:
        client.settings.report.warn(
            report.table,
            f"Klaviyo has no metric {name!r}: choose another with the setting conversion_metric.",
        )
        return None
    shops = ("Shopify", "API")

    def rank(metric: Record) -> tuple[int, str]:
        integration = (metric["attributes"].get("integration") or {}).get("name")
        return (shops.index(integration) if integration in shops else len(shops), metric["id"])

    return min(found, key=rank)["id"]


def report_rows(
    client: Client, report: Report, frame: Frame, account: Account, metric: str | None
) -> Iterator[Record]:
    attributes: Record = {
        "statistics": list(report.statistics),
        # The offset is ignored: Klaviyo reads these as times of the account.
        "timeframe": {"start": f"{frame[0]}T00:00:00+00:00", "end": f"{frame[1]}T23:59:59+00:00"},
    }
    if report.asks_groups:
        attributes["group_by"] = list(report.group_by)
    if report.is_daily:
        attributes["interval"] = "daily"
    if metric:
        attributes["conversion_metric_id"] = metric
    common: Record = {"time_zone": account.time_zone}
    if metric:
        common |= {"conversion_metric_id": metric, "currency": account.currency}
    url: str | None = report.path
    seen = set[int]()
    while url:
        body = client.post(report.path, report.kind, attributes, url)
        answer = body["data"]["attributes"]
        for result in answer["results"]:
            if report.is_daily:
                yield from days_of(result, answer["date_times"], account, common)
            else:
                yield {**common, "year_start": frame[0].isoformat(), **result}
        url = client.next_link(body, report.path, seen)


def days_of(result: Record, times: list[str], account: Account, common: Record) -> Iterator[Record]:
    for place, text in enumerate(times):
        values = {name: series[place] for name, series in result["statistics"].items()}
        if any(values.values()):
            day = account.day_of(text).isoformat()
            groupings = result["groupings"]
            yield {**common, "date": day, "groupings": groupings, "statistics": values}


def read_aggregates(client: Client, window: Window) -> Reading:
    table = BY_NAME[AGGREGATES]
    try:
        account = Account(client, AGGREGATES)
        first = first_day(client, account, window, LONGEST_AGGREGATE * DAY)
        last = account.day(window.until)
        for metric in client.once("/api/metrics"):
            for frame in stretches(first, last, LONGEST_AGGREGATE):
                try:
                    rows = list(aggregate_rows(client, metric["id"], frame, account))
                except Missing:
                    continue
                yield from gathered(table, rows, client.settings.report)
                yield covered(table, (metric["id"],), *frame)
    except ScopeMissing as refused:
        return skipped(client, AGGREGATES, refused)
    return None


def aggregate_rows(client: Client, metric: str, frame: Frame, account: Account) -> Iterator[Record]:
    body = client.post(
        "/api/metric-aggregates",
        "metric-aggregate",
        {
            "metric_id": metric,
            "measurements": ["count", "sum_value", "unique"],
            "interval": "day",
            "page_size": 500,
            "timezone": account.time_zone,
            "filter": [
                f"greater-or-equal(datetime,{frame[0]}T00:00:00)",
                f"less-than(datetime,{frame[1] + DAY}T00:00:00)",
            ],
        },
    )
    answer = body["data"]["attributes"]
    for group in answer["data"]:
        measured = group["measurements"]
        for place, text in enumerate(answer["dates"]):
            values = {name: series[place] for name, series in measured.items()}
            if any(values.values()):
                yield {
                    "metric_id": metric,
                    "date": account.day_of(text).isoformat(),
                    "time_zone": account.time_zone,
                    **values,
                }
