"""A small shop whose records stand in a JSON file, as a connector. For the tests of the sync alone.

The file is read anew by each sync, so another process can be killed in one and started again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dlt
import duckdb

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector, Field, Table, Window
from dlt_pipelines.records import raw_table
from dlt_pipelines.results import SyncResult
from dlt_pipelines.streams import deleted_keys, rows_of, stream
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in

ORDERS = Table(
    name="orders",
    cursor="updated_at",
    created="created_at",
    columns={"total": {"data_type": "decimal"}},
)
LINES = Table(name="lines", parent=("orders", "order_id"))
STORES = Table(name="stores", write="replace", deletes="seen")
START = datetime(2026, 2, 1, tzinfo=UTC)


def build(settings: ConnectionSettings) -> Any:
    world = json.loads(Path(settings["world"]).read_text())

    def orders(window: Window) -> Iterator[Any]:
        since = window.since.isoformat() if window.since else ""
        slice_end = world.get("slice_end")
        until = window.until.isoformat()
        if slice_end and not since:
            until = slice_end
        changed = [row for row in world["orders"] if since <= row["updated_at"] <= until]
        for row in changed:
            yield raw_table(ORDERS, [row], settings.report)
            if world.get("fails_at") == row["id"]:
                raise RuntimeError("the wire was cut")
        ids = {row["id"] for row in changed}
        lines = [line for line in world["lines"] if line["order_id"] in ids]
        yield rows_of(LINES, raw_table(LINES, lines, settings.report))
        if gone := world.get("deleted_orders"):
            yield deleted_keys(ORDERS, raw_table(ORDERS, gone).select(["id"]))
        return datetime.fromisoformat(until) if until != window.until.isoformat() else None

    def stores(window: Window) -> Iterator[Any]:
        yield raw_table(STORES, world["stores"], settings.report)
        if "store_lines" in world:
            yield rows_of(LINES, raw_table(LINES, world["store_lines"], settings.report))

    @dlt.source(name="small_shop")
    def source() -> Iterator[Any]:
        yield stream(settings, ORDERS, orders)
        yield stream(settings, STORES, stores, is_small="store_lines" in world)

    return source()


CONNECTOR = Connector(
    name="small_shop",
    title="Small shop",
    description="For tests",
    category="commerce",
    fields=(Field(name="world", label="World"), Field(name="key", label="Key", default="k")),
    setup_guide="",
    tables=(ORDERS, LINES, STORES),
    check=lambda settings: CheckResult(),
    build_source=build,
    counts=lambda settings, tables, before: {
        table: len(json.loads(Path(settings["world"]).read_text())[table]) for table in tables
    },
)


class SmallShop:
    """One connection's world, its sync and the warehouse it shares with others."""

    def __init__(self, home: Path, name: str = "one") -> None:
        self.home = home
        self.name = name
        self.file = home / f"{name}.json"
        self.now = START
        self.world: dict[str, Any] = {
            "orders": [order(1, total="10.50"), order(2, total="20"), order(3, total="0.01")],
            "lines": [line("a", 1), line("b", 1), line("c", 2)],
            "stores": [{"id": "main", "city": "Oslo"}, {"id": "side", "city": "Łódź"}],
        }

    def save(self) -> None:
        self.file.write_text(json.dumps(self.world))

    def sync(self, **request: Any) -> SyncResult:
        self.save()
        self.now += timedelta(hours=1)
        return sync(
            CONNECTOR,
            connection_id=self.name,
            values={"world": str(self.file)},
            home=self.home,
            open_warehouse=lambda holder: warehouse(self.home),
            request=SyncRequest(now=self.now, **request),
        )

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with warehouse(self.home) as con:
            return con.execute(sql, list(values)).fetchall()

    def ids(self, table: str) -> list[str]:
        sql = f"select id from raw_small_shop.{table} where _connection_id = ? order by id"
        return [row[0] for row in self.rows(sql, self.name)]

    def change(self, order_id: int, **fields: Any) -> None:
        for row in self.world["orders"]:
            if row["id"] == order_id:
                row.update(fields, updated_at=(self.now + timedelta(minutes=1)).isoformat())


def warehouse(home: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    return warehouse_in(home)


def order(number: int, **fields: Any) -> dict[str, Any]:
    moment = (START - timedelta(days=number)).isoformat()
    return {"id": number, "created_at": moment, "updated_at": moment, **fields}


def line(name: str, order_id: int) -> dict[str, Any]:
    return {"id": name, "order_id": order_id, "quantity": 1}
