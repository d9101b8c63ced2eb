"""Reads TikTok's reports: rows by advertiser, campaign, ad group or ad and by day or hour.

Belongs here: windows in the account's own days, rows, what was read whole.
Does not belong here: which reports there are (`tables.py`), requests (`client.py`).

A call takes 30 days (hours: one day), so a window is cut; calls run side by side within the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

import orjson
import pyarrow as pa

from dlt_pipelines.columns import PAYLOAD
from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.tiktok_ads.accounts import Account, Accounts, Reading
from dlt_pipelines.sources.tiktok_ads.entities import Entities
from dlt_pipelines.sources.tiktok_ads.tables import (
    BY_NAME,
    GMV_MAX_DAILY,
    GMV_MAX_METRICS,
    Report,
)
from dlt_pipelines.streams import SKIPPED, covered, position, remember_position

DAYS_PER_CALL = 30
FIRST_SYNC = timedelta(days=365)
FIRST_SYNC_OF_HOURS = timedelta(days=30)
WORKERS = 4
NO_VALUE = ("-", "", None)
REPORT_PATH, GMV_MAX_PATH = "/report/integrated/get/", "/gmv_max/report/get/"
Days = tuple[date, date]


class Reports:
    def __init__(self, accounts: Accounts, entities: Entities) -> None:
        self.accounts, self.entities = accounts, entities
        self.settings, self.report = accounts.settings, accounts.settings.report

    def reader(self, one: Report) -> Callable[[Window], Reading]:
        table = BY_NAME[one.table]

        def of_account(window: Window, account: Account) -> Iterator[Any]:
            days = days_of(account, window, first_day(self.settings, account, window, one))
            yield from self.calls(one, table, account, days)

        def read(window: Window) -> Reading:
            if one.is_hourly and one.level.name not in hourly_levels(self.settings):
                return SKIPPED
            piece = first_piece(table, window, earliest(self.settings, window, one))
            read_any = yield from self.accounts.each(one.table, partial(of_account, piece))
            if not read_any:
                return SKIPPED
            return piece.until if piece.until < window.until else None

        return read

    def calls(self, one: Report, table: Table, account: Account, days: Days) -> Iterator[Any]:
        pieces = list(cut(days, 1 if one.is_hourly else DAYS_PER_CALL))
        tasks = [partial(self.rows, one, account, piece) for piece in pieces]
        for piece, rows in zip(pieces, in_parallel(tasks, workers=WORKERS), strict=True):
            if rows:
                yield report_table(table, rows, self.report)
            yield covered(table, (account.id,), *piece)

    def rows(self, one: Report, account: Account, days: Days) -> list[dict[str, Any]]:
        asked = {
            "advertiser_id": account.id,
            "report_type": one.type,
            "data_level": one.level.data_level,
            "dimensions": one.dimensions,
            "metrics": (*one.metrics, *one.level.names),
            "start_date": days[0].isoformat(),
            "end_date": days[1].isoformat(),
        }
        return [
            described(account, row)
            for page in self.accounts.client.pages(REPORT_PATH, asked)
            for row in page
        ]

    # ------------------------------------------------------------------ shop campaigns

    def read_gmv_max(self, window: Window) -> Reading:
        piece = first_piece(GMV_MAX_DAILY, window, earliest(self.settings, window))

        def of_account(account: Account) -> Iterator[Any]:
            days = days_of(account, piece, first_day(self.settings, account, piece))
            for store in self.entities.stores(account):
                store_id = str(store["store_id"])
                for part in cut(days, DAYS_PER_CALL):
                    rows = self.gmv_max_rows(account, store_id, part)
                    if rows:
                        yield report_table(GMV_MAX_DAILY, rows, self.report)
                    yield covered(GMV_MAX_DAILY, (account.id, store_id), *part)

        read_any = yield from self.accounts.each(GMV_MAX_DAILY.name, of_account)
        if not read_any:
            return SKIPPED
        return piece.until if piece.until < window.until else None

    def gmv_max_rows(self, account: Account, store_id: str, days: Days) -> list[dict[str, Any]]:
        asked = {
            "advertiser_id": account.id,
            "store_ids": [store_id],
            "dimensions": ["campaign_id", "stat_time_day"],
            "metrics": list(GMV_MAX_METRICS),
            "start_date": days[0].isoformat(),
            "end_date": days[1].isoformat(),
        }
        pages = self.accounts.client.pages(GMV_MAX_PATH, asked)
        return [{**described(account, row), "store_id": store_id} for page in pages for row in page]

    def read_gmv_max_campaigns(self, window: Window) -> Reading:
        """TikTok gives them by id alone: at first of all rows, from then on of a month's."""
        is_first = window.whole or position() is None
        recent = Window(window.until - timedelta(days=DAYS_PER_CALL), window.until)
        piece = window if is_first else recent
        remember_position(self.settings, window.until.isoformat())

        def of_account(account: Account) -> Iterator[dict[str, Any]]:
            days = days_of(account, piece, first_day(self.settings, account, piece))
            ids: dict[str, None] = {}
            for store in self.entities.stores(account):
                for part in cut(days, DAYS_PER_CALL):
                    rows = self.gmv_max_rows(account, str(store["store_id"]), part)
                    ids.update(dict.fromkeys(row["campaign_id"] for row in rows))
            for campaign_id in ids:
                asked = {"advertiser_id": account.id, "campaign_id": campaign_id}
                record = self.accounts.client.get("/campaign/gmv_max/info/", asked)
                yield {"advertiser_id": account.id, "campaign_id": campaign_id, **record}

        return (yield from self.entities.read("gmv_max_campaigns", of_account))


def hourly_levels(settings: ConnectionSettings) -> set[str]:
    return {part.strip() for part in settings.get("hourly_levels").split(",")}


def earliest(settings: ConnectionSettings, window: Window, one: Report | None = None) -> datetime:
    """Where the window begins; a first sync's beginning is `start_on`, or a year back."""
    if window.since is not None:
        return window.since
    if start_on := settings.get("start_on"):
        return datetime.fromisoformat(start_on).replace(tzinfo=window.until.tzinfo)
    return window.until - (FIRST_SYNC_OF_HOURS if one and one.is_hourly else FIRST_SYNC)


def first_piece(table: Table, window: Window, since: datetime) -> Window:
    """Of a first sync (or a table read anew) one slice; what came before it is already stored."""
    until = window.until
    if table.slice and (window.since is None or window.whole):
        until = min(until, since + table.slice)
    return Window(since, until, whole=window.whole)


def first_day(
    settings: ConnectionSettings, account: Account, window: Window, one: Report | None = None
) -> date:
    """Not before `start_on` unless a backfill asks for it, and not before the account was made."""
    day = account.day_of(earliest(settings, window, one))
    start_on = settings.get("start_on")
    if start_on and settings.moves_cursors:
        day = max(day, date.fromisoformat(start_on))
    return max(day, account.created_on) if account.created_on else day


def days_of(account: Account, window: Window, first: date) -> Days:
    """In the account's own days; today is partial and is read."""
    return first, account.day_of(window.until)


def cut(days: Days, longest: int) -> Iterator[Days]:
    first, last = days
    while first <= last:
        end = min(last, first + timedelta(days=longest - 1))
        yield first, end
        first = end + timedelta(days=1)


def described(account: Account, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's columns; "-" is TikTok's word for no value, and NONE of a dimension is a value."""
    dimensions, metrics = row["dimensions"], row.get("metrics") or {}
    made: dict[str, Any] = {
        name: None if value in NO_VALUE else value for name, value in metrics.items()
    }
    made.update({name: str(value) for name, value in dimensions.items()})
    time = dimensions.get("stat_time_day") or dimensions["stat_time_hour"]
    made["date"] = time[:10]
    if "stat_time_hour" in dimensions:
        made["hour"] = int(time[11:13])
    made["advertiser_id"] = account.id
    made["currency"], made["time_zone"] = account.currency, account.time_zone
    made["row"] = row
    return made


def report_table(table: Table, rows: Sequence[dict[str, Any]], report: Any) -> pa.Table:
    for row in rows:
        for name, hints in table.columns.items():
            if hints["data_type"] == "bigint" and isinstance(row.get(name), str):
                row[name] = counted(row[name])
    made = raw_table(table, rows, report)
    payload = pa.array([orjson.dumps(row["row"]).decode() for row in rows], type=pa.string())
    return made.set_column(made.column_names.index(PAYLOAD), PAYLOAD, payload)


def counted(value: str) -> Any:
    """TikTok mixes `3`, `"3"` and `"3.00"`."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return int(number) if number == number.to_integral_value() else value
