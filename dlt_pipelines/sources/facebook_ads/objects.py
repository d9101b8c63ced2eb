"""Reads the lists of an ad account: campaigns, ads, creatives and the like.

Belongs here: windows, statuses and orders of the lists. Does not belong here: reports
(`reports.py`), pages (`graph.py`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pyarrow as pa

from dlt_pipelines.connector import Table, Window
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.facebook_ads.accounts import Account, Shop
from dlt_pipelines.sources.facebook_ads.graph import Denied, Graph
from dlt_pipelines.sources.facebook_ads.tables import AD_ACCOUNTS, STATUSES, List
from dlt_pipelines.streams import SKIPPED, present_keys

BATCH = 2000
Reading = Generator[Any, None, datetime | str | None]
Record = dict[str, Any]


@dataclass
class ListReader:
    shop: Shop
    list: List

    @property
    def table(self) -> Table:
        return self.list.table

    def read(self, window: Window) -> Reading:
        report = self.shop.settings.report
        keys: list[pa.Table] = []
        accounts = self.shop.accounts()
        denied = 0
        for account in accounts:
            batch = Batch(self.table, account)
            try:
                for record in records(self.shop.graph, account, self.list, window):
                    if batch.add(record):
                        rows = batch.take(report)
                        keys.append(rows.select(list(self.table.primary_key)))
                        yield rows
            except Denied as refused:
                denied += 1
                self.shop.warn(self.table.name, account, refused)
            rows = batch.take(report)
            keys.append(rows.select(list(self.table.primary_key)))
            if rows.num_rows:
                yield rows
        if denied == len(accounts):
            return SKIPPED
        if self.list.how == "whole" and not denied:
            yield present_keys(self.table, pa.concat_tables(keys))
        return None


class Batch:
    """Some thousand records on their way into one Arrow table."""

    def __init__(self, table: Table, account: Account) -> None:
        self.table, self.account = table, account
        self.records: list[Record] = []

    def add(self, record: Record) -> bool:
        self.records.append(record)
        return len(self.records) >= BATCH

    def take(self, report: Any) -> pa.Table:
        """Keys of a log may be absent at the vendor (an event without an actor): empty text."""
        absent = dict.fromkeys(self.table.primary_key, "")
        made = [{**absent, "account_id": self.account.id, **record} for record in self.records]
        rows = raw_table(self.table, made, report, payloads=self.records)
        self.records = []
        return rows


def records(graph: Graph, account: Account, each: List, window: Window) -> Iterator[Record]:
    params: dict[str, Any] = {"fields": ",".join(each.fields)}
    since = window.since
    if each.how == "changed":
        params["effective_status"] = orjson.dumps(STATUSES[each.edge]).decode()
        if since is not None:
            params["filtering"] = changed_since(each, since)
    elif each.how == "logged":
        # The vendor shows a week where no time is given.
        begin = since or account.created_at or window.until - timedelta(days=365)
        params["since"] = int(begin.timestamp())
        params["until"] = int(window.until.timestamp())
    for page in graph.pages(f"{account.path}/{each.edge}", params, limit=each.page):
        yield from page
        if each.how == "newest" and since is not None and all_before(page, since):
            return


def changed_since(each: List, since: datetime) -> str:
    """The filter's border is left out by the vendor, whole seconds are all it knows."""
    field = f"{each.edge.removesuffix('s')}.updated_time"
    terms = {"field": field, "operator": "GREATER_THAN", "value": int(since.timestamp()) - 1}
    return orjson.dumps([terms]).decode()


def all_before(page: list[Record], since: datetime) -> bool:
    """A whole page of what is known: one that is a little out of order does not end the reading."""
    times = [datetime.fromisoformat(record["updated_time"]) for record in page]
    return bool(times) and max(times).astimezone(UTC) < since


def total(graph: Graph, account: Account, each: List) -> int:
    """The vendor's own number of objects of any status."""
    params: Mapping[str, Any] = {
        "effective_status": orjson.dumps(STATUSES[each.edge]).decode(),
        "summary": "total_count",
        "fields": "id",
        "limit": 1,
    }
    return int(graph.get(f"{account.path}/{each.edge}", params)["summary"]["total_count"])


def account_rows(shop: Shop) -> pa.Table:
    found = [dict(account.record) for account in shop.accounts()]
    return raw_table(AD_ACCOUNTS, found, shop.settings.report)


def read_accounts(shop: Shop) -> Reading:
    rows = account_rows(shop)
    yield rows
    yield present_keys(AD_ACCOUNTS, rows.select(["id"]))
    return None
