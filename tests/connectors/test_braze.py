"""What is peculiar to Braze: daily series in short windows, permissions, exports of people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.braze import CONNECTOR
from dlt_pipelines.sources.braze.days import Range
from dlt_pipelines.sync import check, sync
from dlt_pipelines.windows import SyncRequest
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.braze.world import braze_id

TODAY = date(2026, 9, 30)


class Account:
    """An emulated workspace, connections to it and their warehouse."""

    def __init__(self, home: Path, *, orders: int = 300, **options: Any) -> None:
        self.home = home
        self.emulator = Emulator(orders=orders, options={"braze": {"largest_page": 5, **options}})
        self.emulator.start()
        self.workspace = self.emulator.vendor("braze")
        self.world = self.workspace.world
        self.values: dict[str, str] = self.emulator.credentials("braze")

    def sync(self, *tables: str, name: str = "one", **given: Any) -> SyncResult:
        self.emulator.clock.advance(60)
        fields = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        request = SyncRequest(
            **{"now": self.now, "tables": frozenset(tables) or None, "reconcile": False, **fields}
        )
        return sync(
            CONNECTOR,
            connection_id=name,
            values={**self.values, **given},
            home=self.home,
            open_warehouse=lambda holder: self.warehouse(),
            request=request,
        )

    @property
    def now(self) -> datetime:
        return self.emulator.clock.now()

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        con = duckdb.connect(str(self.home / "warehouse.duckdb"))
        try:
            yield con
        finally:
            con.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql).fetchall()

    def count(self, table: str) -> int:
        return self.rows(f"select count(*) from raw_braze.{table}")[0][0]

    def asked(self, table: str) -> list[dict[str, str]]:
        return [dict(one.params) for one in self.emulator.requests.named(table)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.01)
    monkeypatch.setattr(limits, "SECOND", 0.01)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    opened = Account(tmp_path)
    yield opened
    opened.emulator.stop()


def test_every_table_holds_what_the_workspace_has(account: Account) -> None:
    result = account.sync()
    expected = {name: rows for name, rows in account.workspace.rows().items() if rows}
    assert {table: account.count(table) for table in expected} == expected
    assert not result.warnings
    for table in CONNECTOR.tables:
        if table.scope:
            assert account.count(table.name), f"{table.name} proves nothing without rows"
