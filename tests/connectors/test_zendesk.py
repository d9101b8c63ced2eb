"""What is peculiar to Zendesk: exports by cursor and by time, plans, sideloads, its limits."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.connector import CheckResult
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused, UnexpectedResponse
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.zendesk import CONNECTOR, exports
from dlt_pipelines.sync import check, sync
from dlt_pipelines.windows import SyncRequest
from vendor_emulator.clock import Clock
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.zendesk.desk import OAUTH_TOKEN

PAGED = {"limits": "off", "largest_page": 4}


class Account:
    """An emulated account, connections to it and their warehouse."""

    def __init__(self, home: Path, *, orders: int = 150, clock: Any = None, **options: Any) -> None:
        self.home = home
        self.emulator = Emulator(orders=orders, options={"zendesk": {**PAGED, **options}})
        if clock is not None:
            self.emulator.clock = clock(self.emulator.clock.start)
        self.emulator.start()
        self.desk = self.emulator.vendor("zendesk")
        self.values: dict[str, str] = self.emulator.credentials("zendesk")

    def sync(self, *tables: str, name: str = "one", **given: Any) -> SyncResult:
        """Two minutes later each time: what changed has left the last minute."""
        self.emulator.clock.advance(120)
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
        return self.rows(f"select count(*) from raw_zendesk.{table}")[0][0]

    def payload(self, table: str, key: int | str) -> dict[str, Any]:
        sql = f"select payload from raw_zendesk.{table} where id = '{key}'"
        return json.loads(self.rows(sql)[0][0])

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


def test_every_table_holds_what_the_account_has(account: Account) -> None:
    result = account.sync(reconcile=True)
    expected = account.desk.rows()
    assert {table: account.count(table) for table in expected} == expected
    assert not result.warnings
    assert result.reconciliation["ticket_fields"] == (3, 3)
    assert result.reconciliation["satisfaction_ratings"][0] > 0
