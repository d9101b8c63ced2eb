"""A small shop's models: one of each kind, over one loaded table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from chord_platform.warehouse import Warehouse

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

STAGING = """\
-- One row per order of the shop.
-- materialized: view
-- source raw_shop.orders: id text, total decimal(18,2), status text, customer text,
--   _synced_at timestamptz
-- column order_id: text. The order's key. [not_null]
select id as order_id, total, status, customer as customer_id, _synced_at
from raw_shop.orders
"""

ORDERS = """\
-- One row per order.
-- materialized: table
-- key: order_id
-- column order_id: text. The order's key.
-- column total: decimal(18,2). What was paid. [warn not_null]
-- column status: text. Where it stands. [accepted: open, done]
-- column customer_id: text. Who ordered. [references marts.dim_customers.customer_id]
select order_id, total, status, customer_id
from staging.stg_shop__orders
"""

CUSTOMERS = """\
-- One row per customer.
-- materialized: table
-- key: customer_id
-- column customer_id: text. The customer's key.
-- column orders: bigint. How many orders.
select customer_id, count(*) as orders
from staging.stg_shop__orders
group by customer_id
"""

LATEST = """\
-- One row per order, as it was loaded last.
-- materialized: incremental
-- key: order_id
-- cursor: _synced_at
-- column order_id: text. The order's key.
-- column total: decimal(18,2). What was paid.
-- column _synced_at: timestamptz. When it was loaded.
select order_id, total, _synced_at
from staging.stg_shop__orders
"""

FILES = {
    "staging/shop/stg_shop__orders.sql": STAGING,
    "marts/fct_orders.sql": ORDERS,
    "marts/dim_customers.sql": CUSTOMERS,
    "marts/fct_latest.sql": LATEST,
}


def write(sql_dir: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = sql_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sql_dir


def open_warehouse(home: Path) -> Warehouse:
    return Warehouse(home / "warehouse.duckdb", home / "warehouse.published.duckdb", home / "sql")


def load(warehouse: Warehouse, *orders: tuple[str, str | None, str, str]) -> None:
    """Adds orders: id, total, status, customer."""
    with warehouse.writer("load") as con:
        con.execute("create schema if not exists raw_shop")
        con.execute(
            "create table if not exists raw_shop.orders (id varchar, total decimal(18,2),"
            " status varchar, customer varchar, _synced_at timestamptz)"
        )
        for order in orders:
            con.execute("insert into raw_shop.orders values (?, ?, ?, ?, ?)", [*order, NOW])


def published(warehouse: Warehouse, sql: str) -> list[tuple]:
    with warehouse.reader() as con:
        return con.execute(sql).fetchall()
