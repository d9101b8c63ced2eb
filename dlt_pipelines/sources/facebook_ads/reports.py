"""Reads a report of all accounts: which days, in which slices, several at once.

Belongs here: ranges of days. Does not belong here: how one range is got (`ladder.py`), what a row
becomes (`rows.py`).

Each sync reads the last 28 days again, today (which is partial) included, by the account's own
days. A first sync goes back 37 months, or to `start_on`, in slices of 90 days that are committed
one by one; months in which an account showed nothing are found by one request and not asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.sources.facebook_ads.accounts import Account, Shop
from dlt_pipelines.sources.facebook_ads.graph import Denied
from dlt_pipelines.sources.facebook_ads.ladder import PAGE, Ask, Ladder, time_range
from dlt_pipelines.sources.facebook_ads.objects import Reading
from dlt_pipelines.sources.facebook_ads.report_tables import Report
from dlt_pipelines.sources.facebook_ads.rows import Row, arrow
from dlt_pipelines.sources.facebook_ads.tables import REPORT_SLICE, RESTATED
from dlt_pipelines.streams import SKIPPED, covered, position, remember_position

MONTHS_KEPT = 37
MARGIN = timedelta(days=2)
"""The border is refused, and the vendor's today may be a day ahead of ours."""
LONG = timedelta(days=45)
"""Above this a range is history: read by report runs, and only in months with delivery."""
WORKERS = 4
BATCH = 5000


@dataclass(frozen=True)
class Range:
    """Days of one account, both ends included."""

    account: Account
    since: date
    until: date


@dataclass
class ReportReader:
    shop: Shop
    report: Report

    def __post_init__(self) -> None:
        self.table = self.report.table

    def read(self, window: Window) -> Reading:
        accounts = self.shop.accounts()
        since = self.resumed(window)
        ranges, denied = self.ranges(accounts, since, window.until)
        until = window.until
        if ranges:
            begin = datetime.combine(min(each.since for each in ranges), time(), UTC)
            if until - begin > REPORT_SLICE:
                until = begin + REPORT_SLICE
        cut = [part for each in ranges if (part := ending(each, until)) is not None]
        denied |= yield from self.read_ranges(cut)
        if len(denied) == len(accounts):
            return SKIPPED
        if until < window.until:
            read_at = window.until.isoformat()
            remember_position(self.shop.settings, {"reached": until.isoformat(), "at": read_at})
            return until
        remember_position(self.shop.settings, None)
        return None

    def resumed(self, window: Window) -> datetime | None:
        """Where to begin. A slice of a first sync goes on where the last one ended: what was final
        when that was read is not read again, as it would be by the window's lookback."""
        if window.whole or self.shop.settings.backfill:
            return window.since
        left = position()
        if not left:
            return window.since
        final = datetime.fromisoformat(left["at"]) - RESTATED
        return min(datetime.fromisoformat(left["reached"]), final)

    # ------------------------------------------------------------------ which days

    def ranges(
        self, accounts: list[Account], since: datetime | None, until: datetime
    ) -> tuple[list[Range], set[str]]:
        """The days to read, and the accounts that may not be read."""
        found: list[Range] = []
        denied: set[str] = set()
        for account in accounts:
            last = account.day(until)
            first = self.earliest(account, last)
            if since is not None:
                first = max(first, account.day(since))
            if first > last:
                continue
            whole = Range(account, first, last)
            if last - first <= LONG:
                found.append(whole)
                continue
            try:
                found += self.delivered(whole)
            except Denied as refused:
                denied.add(account.id)
                self.shop.warn(self.table.name, account, refused)
        return found, denied

    def earliest(self, account: Account, today: date) -> date:
        month = today.year * 12 + today.month - 1 - MONTHS_KEPT
        day = min(today.day, 28)
        known = [date(month // 12, month % 12 + 1, day) + MARGIN + timedelta(days=today.day - day)]
        if made_at := account.created_at:
            known.append(account.day(made_at))
        if start_on := self.shop.settings.get("start_on"):
            known.append(date.fromisoformat(start_on))
        return max(known)

    def delivered(self, whole: Range) -> list[Range]:
        """The months of a long range in which anything happened, neighbours joined; its last weeks
        always."""
        params = {
            "level": "account",
            "fields": "impressions,spend",
            "time_range": time_range(whole.since, whole.until),
            "time_increment": "monthly",
        }
        path = f"{whole.account.path}/insights"
        rows = [row for page in self.shop.graph.pages(path, params, limit=PAGE) for row in page]
        spans = sorted(
            (date.fromisoformat(row["date_start"]), date.fromisoformat(row["date_stop"]))
            for row in rows
        )
        spans.append((max(whole.since, whole.until - RESTATED), whole.until))
        joined: list[tuple[date, date]] = []
        for first, last in spans:
            if joined and first <= joined[-1][1] + timedelta(days=1):
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return [Range(whole.account, first, last) for first, last in joined]

    # ------------------------------------------------------------------ reading

    def read_ranges(self, ranges: list[Range]) -> Iterator[Any]:
        """Returns the accounts that may not be read."""
        ladder = Ladder(self.shop.graph, self.shop.settings)
        denied: set[str] = set()
        held: list[Row] = []
        parts = [(each, part) for each in ranges for part in self.parts(each)]
        asked = [self.task(ladder, each, part) for each, part in parts]
        for place, result in enumerate(in_parallel(asked, workers=WORKERS)):
            each, _ = parts[place]
            account = each.account
            if isinstance(result, Denied):
                if account.id not in denied:
                    self.shop.warn(self.table.name, account, result)
                denied.add(account.id)
                continue
            held += result
            is_last = place + 1 == len(parts) or parts[place + 1][0] is not each
            if held and (is_last or len(held) >= BATCH):
                yield self.rows(account, held)
                held = []
            if is_last and account.id not in denied:
                yield covered(self.table, (account.id,), each.since, each.until)
        return denied

    def parts(self, whole: Range) -> Iterator[Range]:
        first = whole.since
        while first <= whole.until:
            last = min(first + timedelta(days=self.report.days - 1), whole.until)
            yield Range(whole.account, first, last)
            first = last + timedelta(days=1)

    def task(self, ladder: Ladder, whole: Range, part: Range) -> Callable[[], Any]:
        metrics = ("spend", *self.report.metrics)
        ask = Ask(self.report, whole.account.id, part.since, part.until, metrics)
        is_history = whole.until - whole.since > LONG

        def read() -> Any:
            try:
                return ladder.rows(ask, in_background=is_history and self.report.days > 1)
            except Denied as refused:
                return refused

        return read

    def rows(self, account: Account, held: list[Row]) -> Any:
        settings = self.shop.settings
        return arrow(
            self.report,
            self.table,
            account,
            held,
            report_time=settings.get("report_time", "impression"),
            sync_report=settings.report,
        )


def ending(whole: Range, until: datetime) -> Range | None:
    """The part of a range up to a moment."""
    last = min(whole.until, whole.account.day(until))
    return Range(whole.account, whole.since, last) if whole.since <= last else None
