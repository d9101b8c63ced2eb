"""An emulated Klaviyo account, one connection to it and its warehouse, for the tests of it.

Belongs here: opening, syncing, looking. Does not belong here: what is promised (its tests).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.klaviyo import CONNECTOR
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.recorder import Recorded
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.klaviyo.service import Klaviyo

FASTER = 100


class Account:
    """An emulated account, one connection to it and its warehouse."""

    def __init__(self, home: Path, *, orders: int = 120, **options: Any) -> None:
        self.home = home
        business = Business(orders=orders)
        self.emulator = Emulator(
            business=business,
            clock=Clock(business.now, ticking=lambda: monotonic() * FASTER),
            options={"klaviyo": {"limits": "off", **options}},
            vendors=("klaviyo",),
        )
        self.emulator.start()
        self.vendor: Klaviyo = self.emulator.vendor("klaviyo")
        told = self.emulator.credentials("klaviyo")
        self.values = {name: told[name] for name in ("api_key", "base_url")}

    def sync(self, *tables: str, **given: Any) -> SyncResult:
        """Later by a minute each time; what is not a request's field is a connection's value."""
        self.emulator.clock.advance(60)
        self.emulator.requests.clear()
        fields = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        now = self.emulator.clock.now()
        wanted = {"now": now, "tables": frozenset(tables) or None, "reconcile": False, **fields}
        return sync(
            CONNECTOR,
            connection_id="one",
            values={**self.values, **given},
            home=self.home,
            open_warehouse=lambda holder: self.warehouse(),
            request=SyncRequest(**wanted),
        )

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql).fetchall()

    def count(self, table: str) -> int:
        return self.rows(f"select count(*) from raw_klaviyo.{table}")[0][0]

    def asked(self, name: str) -> list[Recorded]:
        return self.emulator.requests.named(name)


@pytest.fixture(autouse=True)
def shorter_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (api, limits):
        monkeypatch.setattr(module, "SECOND", 1 / FASTER)


@pytest.fixture
def open_account(tmp_path: Path) -> Iterator[Any]:
    opened: list[Account] = []

    def open_one(**options: Any) -> Account:
        opened.append(Account(tmp_path / f"home{len(opened)}", **options))
        opened[-1].home.mkdir()
        return opened[-1]

    yield open_one
    for one in opened:
        one.emulator.stop()
