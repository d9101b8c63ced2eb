"""Reads what Google gives only a little at a time: clicks by the day, changes by the ten thousand.

Belongs here: the streams with limits of their own. Does not belong here: reports (`daily.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.google_ads_api.accounts import Account
from dlt_pipelines.google_ads_api.arrow import arrow_table
from dlt_pipelines.google_ads_api.daily import DAY, WORKERS, DayReader
from dlt_pipelines.google_ads_api.dialect import AccountRefused
from dlt_pipelines.google_ads_api.queries import Days, Shape
from dlt_pipelines.google_ads_api.reading import Ads, Reading, in_turn, together
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.streams import covered

KEPT = timedelta(days=89)
"""Clicks and changes are kept for 90 days, today among them."""
MOST_CHANGES = 10_000


def read_clicks(ads: Ads, shape: Shape) -> Callable[[Window], Reading]:
    """One day a query: click_view takes no range."""
    days_of = DayReader(ads, shape)

    def tasks(wanted: dict[str, Days]) -> Iterator[Callable[[], tuple[Account, Any]]]:
        for account in ads.accounts():
            day = wanted[account.id].first
            while day <= wanted[account.id].last and account.id not in ads.refused:
                yield partial(days_of.of_account, account, Days(day, day))
                day += DAY

    def read(window: Window) -> Reading:
        wanted = {}
        for account in ads.accounts():
            last = account.day(window.until)
            today = account.day(max(window.until, ads.settings.windows[shape.table.name].until))
            wanted[account.id] = Days(max(ads.first_day(account, window), today - KEPT), last)
        for account, tables in in_parallel(tasks(wanted), workers=WORKERS):
            if isinstance(tables, AccountRefused):
                if account.id not in ads.refused:
                    ads.refuse(shape.table.name, account, tables)
                continue
            yield from tables
        for number, days in wanted.items():
            if number not in ads.refused and days:
                yield covered(shape.table, (number,), days.first, days.last)
        return None

    return lambda window: in_turn(ads, together(read(window)))


def read_changes(ads: Ads, shape: Shape) -> Callable[[Window], Reading]:
    """At most 10,000 an answer, so the next answer begins where this one ended."""
    column = "change_status.last_change_date_time"

    def of_account(account: Account, window: Window) -> Iterator[Any]:
        def local(moment: datetime) -> str:
            return moment.astimezone(account.zone).strftime("%Y-%m-%d %H:%M:%S.%f")

        oldest = window.until - KEPT
        begins = local(max(window.since, oldest) if window.since else oldest)
        until = local(window.until)
        while True:
            between = f"{column} >= '{begins}' AND {column} <= '{until}'"
            query = shape.query.text(between, limit=MOST_CHANGES)
            rows = ads.client().rows(account.id, account.through, query)
            if rows:
                yield arrow_table(shape, rows, account)
            if len(rows) < MOST_CHANGES:
                return
            reached = rows[-1]["changeStatus"]["lastChangeDateTime"]
            if reached <= begins:
                raise UnexpectedResponse(
                    ads.name,
                    f"{MOST_CHANGES} changes of one moment hide those after it.",
                    hint="Leave change_status out of this connection.",
                )
            begins = reached

    def read(window: Window) -> Reading:
        for account in ads.accounts():
            try:
                yield from of_account(account, window)
            except AccountRefused as error:
                ads.refuse(shape.table.name, account, error)
        return None

    return lambda window: together(read(window))
