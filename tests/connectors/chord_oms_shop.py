"""What the tests of the Chord OMS connector stand on: a running shop, a warehouse, one reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from dlt_pipelines.connector import ConnectionSettings, SyncReport, Window
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.chord_oms import CONNECTOR
from dlt_pipelines.sources.chord_oms.plan import Remembered
from dlt_pipelines.sources.chord_oms.reading import Read, Reading
from dlt_pipelines.sources.chord_oms.solidus import TABLES
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.business import Business
from vendor_emulator.vendors.chord_oms import OmsServer

TODAY = date(2026, 9, 30)
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
NOTHING = Remembered()
READ_BEFORE = Remembered(wholes={table.name: NOW.isoformat() for table in TABLES})


@contextmanager
def running_shop(folder: Path, *, orders: int = 60) -> Iterator[OmsServer]:
    server = OmsServer.start(folder, Business(seed=1, orders=orders, today=TODAY))
    try:
        yield server
    finally:
        server.delete()


def settings_of(
    values: Mapping[str, str],
    scratch: Path,
    *,
    since: datetime | None = None,
    until: datetime = NOW,
    moves_cursors: bool = True,
) -> ConnectionSettings:
    """Of a sync of all tables whose last one ended at `since`, lag included."""
    scratch.mkdir(parents=True, exist_ok=True)
    windows = {table.name: Window(since, until) for table in TABLES}
    return ConnectionSettings(
        CONNECTOR.complete(values),
        windows=windows,
        scratch=scratch,
        report=SyncReport(),
        backfill="" if moves_cursors else "a backfill",
    )


def read(settings: ConnectionSettings, *, remembered: Remembered = READ_BEFORE) -> Read:
    return Reading(settings, lambda: remembered).read


def rows_in(path: Path, *, order_by: str = "1") -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        found = con.execute(f"select * from read_parquet('{path}') order by {order_by}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@dataclass
class Warehouse:
    """One connection's raw tables in a DuckDB file."""

    home: Path
    values: dict[str, str]
    connection_id: str = "one"
    now: datetime = NOW
    results: list[SyncResult] = field(default_factory=list)

    def open(self, holder: str = "") -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home)

    def sync(self, **request: Any) -> SyncResult:
        self.now += timedelta(minutes=1)
        result = sync(
            CONNECTOR,
            connection_id=self.connection_id,
            values=self.values,
            home=self.home,
            open_warehouse=self.open,
            request=SyncRequest(now=self.now, **{"reconcile": False, **request}),
        )
        self.results.append(result)
        return result

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.open() as con:
            return con.execute(sql).fetchall()

    def ids(self, table: str) -> list[int]:
        found = self.rows(f'select id from raw_chord_oms."{table}" order by id')
        return [row[0] for row in found]

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every raw table's rows, without the times of the syncs that brought them."""
        tables = self.rows(
            "select table_name from duckdb_tables() where schema_name = 'raw_chord_oms'"
            " and not starts_with(table_name, '_') and not contains(table_name, '__')"
        )
        return {
            table: self.rows(
                f'select * exclude (_synced_at) from raw_chord_oms."{table}" order by all'
            )
            for (table,) in sorted(tables)
        }
