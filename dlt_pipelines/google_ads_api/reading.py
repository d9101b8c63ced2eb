"""The readers of the Google Ads API's tables, and the dlt source they make.

Belongs here: which accounts, which days, in which order, and what happens to a refused account.
Does not belong here: clicks and changes, which have limits of their own (`narrow.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import date, timedelta
from threading import Lock
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Window
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.google_ads_api.accounts import MONTHS, Account
from dlt_pipelines.google_ads_api.arrow import arrow_table
from dlt_pipelines.google_ads_api.client import Client
from dlt_pipelines.google_ads_api.dialect import AccountRefused
from dlt_pipelines.google_ads_api.field_check import complaints, fingerprint, question
from dlt_pipelines.google_ads_api.queries import Shape
from dlt_pipelines.streams import stream

Reading = Generator[Any, None, Any]
CHECKED = "queries_checked"
FIRST_SYNC = timedelta(days=730)
WORTH_A_QUESTION = timedelta(days=31)
ROWS_TOGETHER = 5_000


class Ads:
    """What the readers of one run share: the client, its accounts, and queries found to be bad."""

    def __init__(
        self, settings: ConnectionSettings, name: str, shapes: Mapping[str, Shape]
    ) -> None:
        self.settings, self.name, self.shapes = settings, name, shapes
        self.lock = Lock()
        self.opened: Client | None = None
        self.refused: dict[str, str] = {}
        self.is_reading_days = False
        self.active: dict[tuple[str, date], date | None] = {}

    def client(self) -> Client:
        """Opened by whichever reader comes first. Raises like a request, and for a bad query."""
        with self.lock:
            if self.opened is None:
                client = Client(self.settings, self.name)
                self.check_queries(client)
                self.tell_of_others(client)
                self.opened = client
            return self.opened

    def check_queries(self, client: Client) -> None:
        """Once for each API version and set of queries: what was found good is kept in the state.

        Raises:
            UnexpectedResponse: a query asks for what this version does not have.
        """
        state = dlt.current.source_state()
        asked = fingerprint(client.version, self.shapes.values())
        if state.get(CHECKED) == asked:
            return
        told = client.fields(question(self.shapes.values()))
        found = complaints(self.shapes.values(), told)
        if found:
            retired = [f"{table} ({', '.join(messages)})" for table, messages in found.items()]
            raise UnexpectedResponse(
                self.name,
                f"version {client.version} of the API no longer answers: {'; '.join(retired)}.",
                hint="Nothing was read. Set api_version to one that the connector knows, or update"
                " the connector.",
            )
        state[CHECKED] = asked

    def tell_of_others(self, client: Client) -> None:
        for account in client.accounts():
            if not account.is_manager and not account.is_read:
                self.warn_of(account, f"is {account.status.lower()}")

    def accounts(self) -> list[Account]:
        client = self.client()
        return [account for account in client.readable() if account.id not in self.refused]

    def refuse(self, table: str, account: Account, error: AccountRefused) -> None:
        """The account is left out from here on. Raises the error when no account is left."""
        self.settings.report.warn(table, f"{label(account)} {error.reason}: not read.")
        self.refused[account.id] = error.reason
        if not self.accounts():
            raise error

    def warn_of(self, account: Account, reason: str) -> None:
        self.settings.report.warn("customers", f"{label(account)} {reason}: not read.")

    def first_day(self, account: Account, window: Window) -> date:
        if window.since is not None:
            return account.day(window.since)
        if start := self.settings.get("start_on"):
            return date.fromisoformat(start)
        return account.day(window.until - FIRST_SYNC)

    def active_since(self, account: Account, first: date, last: date) -> date:
        """The first day worth reading of a long range: one operation tells the months in which the
        account did anything, and each table is spared the years before."""
        if (last - first) < WORTH_A_QUESTION:
            return first
        if (account.id, first) not in self.active:
            query = MONTHS.text(f"segments.date BETWEEN '{first}' AND '{last}'")
            rows = self.client().rows(account.id, account.through, query)
            months = [date.fromisoformat(row["segments"]["month"]) for row in rows]
            self.active[account.id, first] = min(months, default=None)
        since = self.active[account.id, first]
        return last - WORTH_A_QUESTION if since is None else max(first, since)


def label(account: Account) -> str:
    return f"{account.id} ({account.name})" if account.name else account.id


def read_customers(ads: Ads, shape: Shape) -> Callable[[Window], Reading]:
    def read(window: Window) -> Reading:
        for account in ads.client().accounts():
            yield arrow_table(shape, [account.row], account)
        return None

    return lambda window: together(read(window))


def read_entity(ads: Ads, shape: Shape) -> Callable[[Window], Reading]:
    """Read whole: a change of an entity leaves no time on it that could be asked for."""

    def read(window: Window) -> Reading:
        table = shape.table.name
        for account in ads.accounts():
            try:
                for condition in shape.query.filters:
                    query = shape.query.text(condition)
                    for rows in ads.client().pages(account.id, account.through, query):
                        if rows:
                            yield arrow_table(shape, rows, account)
            except AccountRefused as error:
                ads.refuse(table, account, error)
        return None

    return lambda window: together(read(window))


def together(items: Reading) -> Reading:
    """Small Arrow tables as one: each that is handed over costs a file."""
    waiting: list[pa.Table] = []
    while True:
        try:
            item = next(items)
        except StopIteration as end:
            if waiting:
                yield pa.concat_tables(waiting)
            return end.value
        if not isinstance(item, pa.Table):
            yield item
            continue
        waiting.append(item)
        if sum(map(len, waiting)) >= ROWS_TOGETHER:
            yield pa.concat_tables(waiting)
            waiting.clear()


def in_turn(ads: Ads, items: Reading) -> Reading:
    """One large table after the other: dlt asks its generators in turn, and the answers that each
    holds ready would add up. None tells dlt to ask the next generator."""
    while ads.is_reading_days:
        yield None
    ads.is_reading_days = True
    try:
        return (yield from items)
    finally:
        ads.is_reading_days = False


Reader = Callable[[Ads, Shape], Callable[[Window], Reading]]


def source_of(
    settings: ConnectionSettings,
    name: str,
    shapes: Iterable[Shape],
    readers: Mapping[str, Reader],
) -> DltSource:
    """`readers` by table."""
    by_name = {shape.table.name: shape for shape in shapes}
    ads = Ads(settings, name, by_name)

    @dlt.source(name=name)
    def source() -> Iterator[DltResource]:
        for table, shape in by_name.items():
            yield stream(settings, shape.table, readers[table](ads, shape))

    return source()
