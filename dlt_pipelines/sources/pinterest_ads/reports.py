"""Pinterest's daily numbers: which days, by analytics or by report, and the rows they become.

Belongs here: windows of days, slices, the questions to analytics, rows. Does not belong here: the
life of an asynchronous report (`orders.py`).

Analytics go back 90 days, asked as 89: by its own clock the vendor may already have a new day. What
is older comes from reports, which go back 914 days and are told at most 186 days at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.pinterest_ads.client import Client, NotPermitted
from dlt_pipelines.sources.pinterest_ads.listings import (
    IDS_A_REQUEST,
    ROWS_A_TABLE,
    Listings,
    Reading,
    Record,
    parts,
)
from dlt_pipelines.sources.pinterest_ads.orders import Orders
from dlt_pipelines.sources.pinterest_ads.tables import (
    BY_NAME,
    LOOKBACK,
    METRICS,
    MICROS,
    Level,
)
from dlt_pipelines.streams import SKIPPED, covered

DAY = timedelta(days=1)
ANALYTICS_BACK = timedelta(days=89)
REPORTS_BACK = timedelta(days=913)
SLICE = timedelta(days=180)
"""Below a report's 186 days; a crash loses no more than one of these."""
IDS_A_REPORT = 250
TYPES_A_REPORT = 5
WORKERS = 4
MILLION = Decimal(1_000_000)
REPORT_TIMES = {"TIME_OF_AD_ACTION": "ad_action", "TIME_OF_CONVERSION": "conversion"}


@dataclass(frozen=True)
class Attribution:
    """The windows of this connection: named in each request and stored on each row."""

    click: int
    engagement: int
    view: int
    report_time: str

    @property
    def asked(self) -> dict[str, Any]:
        return {
            "click_window_days": self.click,
            "engagement_window_days": self.engagement,
            "view_window_days": self.view,
            "conversion_report_time": self.report_time,
        }

    @property
    def key(self) -> str:
        return f"{self.click}c{self.engagement}e{self.view}v@{REPORT_TIMES[self.report_time]}"

    @property
    def further_back(self) -> timedelta:
        """How much longer than the table's lookback conversions go on coming in."""
        longest = timedelta(days=max(self.click, self.engagement, self.view))
        return max(longest - LOOKBACK, timedelta(0))


def attribution_of(settings: ConnectionSettings) -> Attribution:
    return Attribution(
        click=int(settings["click_window_days"]),
        engagement=int(settings["engagement_window_days"]),
        view=int(settings["view_window_days"]),
        report_time=settings["conversion_report_time"],
    )


class Days:
    """The reader of one level's days."""

    def __init__(self, client: Client, listings: Listings, level: Level) -> None:
        self.client, self.listings, self.level = client, listings, level
        self.settings = client.settings
        self.table: Table = BY_NAME[level.table]
        self.attribution = attribution_of(self.settings)

    def read(self, window: Window) -> Reading:
        last = window.until.astimezone(UTC).date()
        accounts = self.listings.accounts()
        first = self.first_day(window, last, accounts)
        end = min(last, first + SLICE - DAY)
        # A backfill's window does not say what day it is; reports know the newest days too.
        oldest = last - ANALYTICS_BACK if not self.settings.backfill else end + DAY
        dead = 0
        for account in accounts:
            try:
                for rows in self.pieces(account["id"], first, end, oldest):
                    told = [self.with_context(row, account) for row in rows]
                    for part in parts(told, ROWS_A_TABLE):
                        yield raw_table(self.table, part, self.settings.report)
                yield covered(self.table, (account["id"],), first, end)
            except NotPermitted as refused:
                dead += 1
                self.settings.report.warn(self.table.name, f"{refused} It was left out.")
        if dead and dead == len(accounts):
            return SKIPPED
        return datetime.combine(end + DAY, time(), UTC) if end < last else None

    def first_day(self, window: Window, last: date, accounts: list[Record]) -> date:
        limit = last - REPORTS_BACK
        if window.since is not None:
            is_later = not (window.whole or self.settings.backfill)
            since = window.since - (self.attribution.further_back if is_later else timedelta(0))
            return min(max(since.astimezone(UTC).date(), limit), last)
        if start_on := self.settings.get("start_on"):
            return min(max(date.fromisoformat(start_on), limit), last)
        # Nothing was shown before the account was made; a report of nothing costs the same.
        made = [account["created_time"] for account in accounts if account.get("created_time")]
        if made and len(made) == len(accounts):
            limit = max(limit, datetime.fromtimestamp(min(made), UTC).date())
        return min(limit, last)

    def pieces(
        self, account_id: str, first: date, end: date, oldest: date
    ) -> Iterator[list[Record]]:
        """Reports and batches of ids are asked for some at a time, and none is ever large."""
        tasks: list[Callable[[], list[Record]]] = []
        if first < oldest:
            orders = Orders(self.client, account_id)
            days = first, min(end, oldest - DAY)
            tasks += [partial(orders.rows, body) for body in self.bodies(account_id, *days)]
        if end >= oldest:
            tasks += self.questions(account_id, max(first, oldest), end)
        return in_parallel(tasks, workers=WORKERS)

    def questions(
        self, account_id: str, first: date, end: date
    ) -> list[Callable[[], list[Record]]]:
        level, path = self.level, f"/ad_accounts/{account_id}"
        asked = {
            "start_date": first.isoformat(),
            "end_date": end.isoformat(),
            "granularity": "DAY",
            "columns": ",".join((*level.above, *METRICS)),
            **self.attribution.asked,
        }
        if level.listing is None:
            return [partial(self.analysed, f"{path}/analytics", asked)]
        path += f"/{level.listing}/{'targeting_' if level.targeting else ''}analytics"
        if level.targeting:
            asked["targeting_types"] = ",".join(level.targeting)
        ids = self.listings.ids(account_id, level.listing)
        return [
            partial(self.analysed, path, {**asked, level.ids: list(some)})
            for some in parts(ids, IDS_A_REQUEST)
        ]

    def analysed(self, path: str, asked: Mapping[str, Any]) -> list[Record]:
        answer = self.client.analyse(path, asked)
        return [flat(one) for one in answer["data"]] if self.level.targeting else answer

    def bodies(self, account_id: str, first: date, end: date) -> Iterator[dict[str, Any]]:
        """Of all entities, also those no list shows any more; of large accounts some at a time, so
        that a report stays small enough to be held. Reports take five targeting types."""
        level = self.level
        own = (level.field,) if level.field else ()
        body: dict[str, Any] = {
            "start_date": first.isoformat(),
            "end_date": end.isoformat(),
            "granularity": "DAY",
            "level": level.report,
            "columns": [*own, *level.above, *METRICS],
            "report_format": "JSON",
            **self.attribution.asked,
        }
        ids = self.listings.ids(account_id, level.listing) if level.listing else []
        all_at_once = len(ids) <= IDS_A_REPORT
        for some in [()] if all_at_once else parts(ids, IDS_A_REPORT):
            chosen = {level.ids: list(some)} if some else {}
            if not level.targeting:
                yield {**body, **chosen}
            for types in parts(level.targeting, TYPES_A_REPORT):
                yield {**body, **chosen, "targeting_types": list(types)}

    # ------------------------------------------------------------------ rows

    def with_context(self, row: Record, account: Record) -> Record:
        context = {
            "account_id": account["id"],
            "currency": account.get("currency"),
            "time_zone": "UTC",
            "attribution_key": self.attribution.key,
            **self.attribution.asked,
            **{name: from_micros(row.get(field)) for name, field in MICROS.items()},
        }
        return {**row, "context": context}


def flat(row: Record) -> Record:
    """A row of targeting analytics in the shape that reports give it."""
    own = {"TARGETING_TYPE": row["targeting_type"], "TARGETING_VALUE": row["targeting_value"]}
    return {**row["metrics"], **own}


def from_micros(value: Any) -> str | None:
    """Exact; what is no number is left as it came, and the column then warns of it."""
    if value is None:
        return None
    try:
        return format(Decimal(str(value)) / MILLION, "f")
    except InvalidOperation:
        return str(value)
