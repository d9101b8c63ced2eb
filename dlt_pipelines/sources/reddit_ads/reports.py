"""Reddit's daily numbers: which days, the question, the rows they become.

Belongs here: windows of days, report bodies, units, attribution. Does not belong here: entities
(`listings.py`).

A day is the account's own: the times of a report carry a Z and are read in `time_zone_id`, and an
offset in them is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dlt_pipelines.connector import Table, Window
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.reddit_ads.client import NAME, Client, NotPermitted, UnexpectedResponse
from dlt_pipelines.sources.reddit_ads.listings import (
    ROWS_A_TABLE,
    Listings,
    Reading,
    Record,
    in_parts,
)
from dlt_pipelines.sources.reddit_ads.tables import (
    BY_NAME,
    CENTS,
    COUNTS,
    LOOKBACK,
    MICROS,
    REACH,
    SLICE,
    WINDOWS,
    Level,
)
from dlt_pipelines.streams import SKIPPED, covered

DAY = timedelta(days=1)
DAYS_BACK = timedelta(days=729)
"""Reddit keeps 24 months."""
REPORTING = "ads-reporting"
UNITS = {**dict.fromkeys(MICROS, Decimal(1_000_000)), **dict.fromkeys(CENTS, Decimal(100))}
FIELDS_OF = {**MICROS, **CENTS}


class Days:
    """The reader of one level's days."""

    def __init__(self, client: Client, listings: Listings, level: Level) -> None:
        self.client, self.listings, self.level = client, listings, level
        self.report = client.settings.report
        self.settings = client.settings
        self.table: Table = BY_NAME[level.table]

    def read(self, window: Window) -> Reading:
        accounts = self.listings.accounts()
        since, until = self.days(window, accounts)
        end = min(until, since + SLICE + LOOKBACK)
        dead = 0
        for account in accounts:
            zone = zone_of(account)
            first, last = since, end
            if end == until:
                last = window.until.astimezone(zone).date()
            if window.since is not None and self.level.days_back is None:
                first = min(first, window.since.astimezone(zone).date())
            first = min(first, last)
            try:
                for some in in_parts(self.rows(account, first, last), ROWS_A_TABLE):
                    yield raw_table(self.table, some, self.report)
                yield covered(self.table, (account["id"],), first, last)
            except NotPermitted as refused:
                dead += 1
                self.report.warn(self.table.name, f"{refused} It was left out.")
        if dead and dead == len(accounts):
            return SKIPPED
        return datetime.combine(end + DAY, time(), UTC) if end < until else None

    def days(self, window: Window, accounts: list[Record]) -> tuple[date, date]:
        """The first and the last to read, by UTC; each account's zone may shift them by one."""
        last = window.until.astimezone(UTC).date()
        limit = last - (timedelta(days=self.level.days_back) if self.level.days_back else DAYS_BACK)
        if window.since is not None:
            first = window.since.astimezone(UTC).date()
        elif start_on := self.settings.get("start_on"):
            first = date.fromisoformat(start_on)
        else:
            # Nothing was shown before the account was made.
            made = [account["created_at"] for account in accounts if account.get("created_at")]
            known = made and len(made) == len(accounts)
            first = datetime.fromisoformat(min(made)).date() - DAY if known else limit
        return min(max(first, limit), last), last

    def rows(self, account: Record, first: date, last: date) -> Iterator[Record]:
        zone = account.get("time_zone_id")
        asked: dict[str, Any] = {
            "fields": self.fields,
            "breakdowns": ["DATE", *self.level.breakdowns],
            "starts_at": f"{first}T00:00:00Z",
            "ends_at": f"{last + DAY}T00:00:00Z",
        }
        if zone:
            asked["time_zone_id"] = zone
        path = f"/ad_accounts/{account['id']}/reports"
        for data in self.client.pages(path, policy=REPORTING, body={"data": asked}):
            for row in metrics_of(data):
                # Whether `ends_at` itself belongs to the report is not said: its first hour would
                # stand for a whole day.
                if f"{first}" <= (row.get("date") or "") <= f"{last}":
                    yield self.with_context(row, account)

    @property
    def fields(self) -> list[str]:
        reach = (REACH,) if self.level.reach else ()
        return [*FIELDS_OF.values(), *COUNTS, *reach, *(one.upper() for one in WINDOWS)]

    def with_context(self, row: Record, account: Record) -> Record:
        windows = {name: row.get(name) or account.get(name) for name in WINDOWS}
        click, view = (str(windows[name] or "unknown").lower() for name in WINDOWS)
        context = {
            "account_id": account["id"],
            "currency": account.get("currency"),
            "time_zone": account.get("time_zone_id") or "UTC",
            "attribution_key": f"{click}_click_{view}_view",
            **windows,
            **{name: in_units(row.get(name), unit) for name, unit in UNITS.items()},
            **{name: "" if row.get(name) is None else row[name] for name in self.level.key},
        }
        return {**row, "context": context}


def metrics_of(data: Any) -> list[Record]:
    """Reddit's schema says an object with `metrics`; a list of such objects was seen as well."""
    if isinstance(data, dict):
        return data.get("metrics") or []
    if isinstance(data, list):
        return [row for one in data for row in one.get("metrics", [one])]
    raise UnexpectedResponse(NAME, "a report's data is neither an object nor a list.")


def in_units(value: Any, unit: Decimal) -> str | None:
    """Exact; what is no number is left as it came, and the column then warns of it."""
    if value is None:
        return None
    try:
        return format(Decimal(str(value)) / unit, "f")
    except InvalidOperation:
        return str(value)


def zone_of(account: Record) -> ZoneInfo:
    try:
        return ZoneInfo(account.get("time_zone_id") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
