"""Reads tables of days: which days again, how many at once, accounts beside each other.

Belongs here: the windows of a report. Does not belong here: a query's text (`queries.py`).

Google restates a day until the click-through window of its conversion actions has closed: 30 days
by default, 90 at most. So the last 30 days are read at every sync, and the last 90 once a week.
Days that were read after their 30 days are settled, and a long first sync that is resumed does not
read them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import requests

from dlt_pipelines.connector import Window
from dlt_pipelines.errors import VendorUnavailable
from dlt_pipelines.google_ads_api.accounts import Account
from dlt_pipelines.google_ads_api.arrow import arrow_table
from dlt_pipelines.google_ads_api.bodies import CutShort
from dlt_pipelines.google_ads_api.dialect import AccountRefused, BrokenOff
from dlt_pipelines.google_ads_api.queries import Days, Pace, Shape
from dlt_pipelines.google_ads_api.reading import Ads, Reading, in_turn, together
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.streams import covered, position, remember_position

DAY = timedelta(days=1)
RANGE = timedelta(days=92)
"""Accounts are read side by side, this many days at a time, so that a slice is whole days."""
SLICE_ROWS = 1_000_000
WEEK, LONGEST_RESTATED = timedelta(days=7), timedelta(days=90)
WORKERS = 2
MOST_TRIES = 4
BROKEN = (
    BrokenOff,
    CutShort,
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
)


def read_days(ads: Ads, shape: Shape) -> Callable[[Window], Reading]:
    return lambda window: in_turn(ads, together(DayReader(ads, shape).read(window)))


@dataclass
class DayReader:
    ads: Ads
    shape: Shape
    pace: Pace = field(default_factory=Pace)

    def read(self, window: Window) -> Reading:
        """Returns the start of the first day that was not read, after many rows."""
        known = self.known(window)
        self.pace.per_day.update(known.get("pace") or {})
        wanted: dict[str, Days] = {}
        for account in self.ads.accounts():
            try:
                wanted[account.id] = self.wanted(account, window, known)
            except AccountRefused as error:
                self.ads.refuse(self.shape.table.name, account, error)
        if not wanted:
            return None
        first = min(days.first for days in wanted.values())
        last = max(days.last for days in wanted.values())
        deep = known.get("deep") if known and not self.is_deep(window, known) else str(last)
        rows = 0
        while first <= last:
            end = min(first + RANGE - DAY, last)
            rows += yield from self.read_range(wanted, first, end)
            self.settle(end, last, deep)
            first = end + DAY
            if rows >= SLICE_ROWS and first <= last:
                return datetime.combine(first, time(), UTC)
        return None

    def read_range(
        self, wanted: dict[str, Days], first: date, last: date
    ) -> Iterator[Any]:  # and the number of rows
        parts: dict[str, Days] = {}
        for account in self.ads.accounts():
            days = wanted[account.id]
            part = Days(max(first, days.first), min(last, days.last))
            if part:
                parts[account.id] = part
        rows = 0
        refused: set[str] = set()
        for account, tables in in_parallel(self.tasks(parts), workers=WORKERS):
            if isinstance(tables, AccountRefused):
                if account.id not in refused:
                    refused.add(account.id)
                    self.ads.refuse(self.shape.table.name, account, tables)
                continue
            while tables:
                rows += len(tables[0])
                yield tables.pop(0)
        for number, part in parts.items():
            if number not in refused:
                yield covered(self.shape.table, (number,), part.first, part.last)
        return rows

    def tasks(self, parts: dict[str, Days]) -> Iterator[Callable[[], tuple[Account, Any]]]:
        """Made while earlier ones are read: their rows say how many days the next may have."""
        for account in self.ads.accounts():
            if account.id not in parts:
                continue
            part = parts[account.id]
            day = part.first
            while day <= part.last and account.id not in self.ads.refused:
                end = min(day + timedelta(days=self.pace.days(account.id)) - DAY, part.last)
                yield partial(self.of_account, account, Days(day, end))
                day = end + DAY

    def of_account(self, account: Account, days: Days) -> tuple[Account, Any]:
        try:
            tables = [
                table
                for condition in self.shape.query.filters
                for table in self.answer(account, days, condition)
            ]
        except AccountRefused as error:
            return account, error
        length = (days.last - days.first).days + 1
        rows, on_the_last = sum(map(len, tables)), rows_of_day(tables, days.last)
        self.pace.saw(account.id, length, rows, on_the_last=on_the_last)
        return account, tables

    def answer(
        self, account: Account, days: Days, condition: str, *, tries: int = 0
    ) -> list[pa.Table]:
        """Long answers break off: then each half of the days is asked for.

        Raises:
            VendorUnavailable: the answer to a single day keeps breaking off.
        """
        query = self.shape.query.of_days(days.first, days.last, condition)
        try:
            return self.ads.client().stream(
                account, query, lambda rows: arrow_table(self.shape, rows, account)
            )
        except BROKEN as error:
            if days.first == days.last and tries == MOST_TRIES:
                raise VendorUnavailable(
                    self.ads.name,
                    f"the answer of {self.shape.table.name} for {days.first} breaks off.",
                    hint="It is tried again by itself.",
                ) from error
        if days.first == days.last:
            self.ads.client().api.pause(2.0**tries, None)
            return self.answer(account, days, condition, tries=tries + 1)
        middle = days.first + (days.last - days.first) // 2
        halves = Days(days.first, middle), Days(middle + DAY, days.last)
        return [table for half in halves for table in self.answer(account, half, condition)]

    # ------------------------------------------------------------------ which days

    def known(self, window: Window) -> dict[str, Any]:
        """What an earlier sync left; nothing where days are named or all is read anew."""
        if window.whole or window.since is None or not self.ads.settings.moves_cursors:
            return {}
        return position() or {}

    def is_deep(self, window: Window, known: dict[str, Any]) -> bool:
        deep = known.get("deep")
        return bool(deep) and window.until.date() - date.fromisoformat(str(deep)) >= WEEK

    def wanted(self, account: Account, window: Window, known: dict[str, Any]) -> Days:
        first, last = self.ads.first_day(account, window), account.day(window.until)
        if "settled" in known:
            first = max(first, date.fromisoformat(known["settled"]) + DAY)
        else:
            first = self.ads.active_since(account, first, last)
        if self.is_deep(window, known):
            first = min(first, last - LONGEST_RESTATED)
        return Days(first, last)

    def settle(self, read_to: date, today: date, deep: str | None) -> None:
        settled = min(read_to, today - self.shape.table.lag - DAY)
        pace = {number: round(rows, 3) for number, rows in self.pace.per_day.items()}
        left = {"settled": settled.isoformat(), "deep": deep, "pace": pace}
        remember_position(self.ads.settings, left)


def rows_of_day(tables: list[pa.Table], day: date) -> int:
    same = [pc.call_function("equal", [table["date"], pa.scalar(day)]) for table in tables]
    return sum(pc.call_function("sum", [each]).as_py() or 0 for each in same)
