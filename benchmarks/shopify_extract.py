"""Shopify: orders with two lines, whole sync path, beside a plain loop on the same server.

The loop is what one writes in an hour: requests, orjson, and an upsert of each page into DuckDB.
The server answers from prepared pages and files, so that it is not what is measured.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, cost

TARGET = "at least 0.6 of the loop's orders per CPU second, under 400 MB, flat to 200,000 orders"
SHARE_OF_SHOPIFY = 0.59
WITHOUT_LIMITS = (
    *("--restore-rate", "1e9", "--bucket", "1e9"),
    *("--max-query-cost", "1000000000", "--page-wall", "1000000000"),
)
SIZES = tuple(int(size) for size in os.environ.get("BENCH_ORDERS", "50000,200000").split(","))


def loop(values: dict[str, str], folder: str) -> Iterator[int]:
    """Pages of orders with their lines, as the connector asks for them."""
    import duckdb
    import orjson
    import requests

    from dlt_pipelines.sources.shopify.documents import page_document
    from dlt_pipelines.sources.shopify.order_queries import ORDERS

    session = requests.Session()
    session.headers["X-Shopify-Access-Token"] = values["access_token"]
    url = f"{values['base_url']}/admin/api/2026-10/graphql.json"
    con = duckdb.connect(str(Path(folder) / "loop.duckdb"))
    con.execute("create table orders (id varchar primary key, updated_at varchar, payload json)")
    con.execute("create table lines (id varchar primary key, order_id varchar, payload json)")
    query = page_document(ORDERS, without=frozenset())
    variables: dict[str, Any] = {"first": 250, "after": None, "query": None}
    yield 0
    seen = 0
    while True:
        answer = session.post(url, json={"query": query, "variables": variables})
        connection = orjson.loads(answer.content)["data"]["orders"]
        orders, lines = [], []
        for node in connection["nodes"]:
            for item in node.pop("lineItems")["nodes"]:
                lines.append((item["id"], node["id"], orjson.dumps(item).decode()))
            orders.append((node["id"], node["updatedAt"], orjson.dumps(node).decode()))
        upsert(con, "orders", orders)
        upsert(con, "lines", lines)
        seen += len(orders)
        if not connection["pageInfo"]["hasNextPage"]:
            break
        variables["after"] = connection["pageInfo"]["endCursor"]
    con.close()
    yield seen


def upsert(con: Any, table: str, rows: list[tuple[str, ...]]) -> None:
    import pyarrow as pa

    if rows:
        came = pa.table([pa.array(column) for column in zip(*rows, strict=True)], ["a", "b", "c"])
        con.register("came", came)
        con.execute(f"insert or replace into {table} select * from came")
        con.unregister("came")


def sync_path(values: dict[str, str], folder: str, extraction: str) -> Iterator[int]:
    from benchmarks.oms_load import warehouse
    from dlt_pipelines.catalog import connector
    from dlt_pipelines.sync import sync
    from dlt_pipelines.windows import SyncRequest

    home = Path(folder)
    shopify = connector("shopify")

    def read(table: str, *, into: str) -> int:
        result = sync(
            shopify,
            connection_id=into,
            values={**values, "extraction": extraction},
            home=home,
            open_warehouse=lambda holder: warehouse(home / f"{into}.duckdb"),
            request=SyncRequest(now=datetime.now(UTC), tables=frozenset({table}), reconcile=False),
        )
        return result.tables[table].total

    read("shop", into="start_up")
    yield 0
    yield read("orders", into="bench")


@contextmanager
def server(orders: int) -> Iterator[dict[str, str]]:
    """An emulated shop of about so many orders in a process of its own, without its limits."""
    asked = str(int(orders / SHARE_OF_SHOPIFY))
    process = subprocess.Popen(
        [sys.executable, "-m", "vendor_emulator", "--orders", asked, *WITHOUT_LIMITS],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("credentials "):
                yield json.loads(line.removeprefix("credentials "))["shopify"]
                break
    finally:
        process.terminate()
        process.wait(timeout=60)


def rows() -> list[tuple[str, ...]]:
    lines = []
    for size in SIZES:
        with server(size) as values:
            runs = [("loop", loop, {})]
            runs += [(f"sync, {how}", sync_path, {"extraction": how}) for how in ("paged", "bulk")]
            beside: Cost | None = None
            for name, work, options in runs:
                in_folder(work, values, **options)  # the server prepares its answers
                spent = in_folder(work, values, **options)
                speed = spent.answer / spent.cpu
                ratio = "" if beside is None else f"{speed * beside.cpu / beside.answer:.2f}"
                beside = beside or spent
                lines.append(
                    (
                        f"{spent.answer:,} orders, {name}: {speed:,.0f} orders per CPU s",
                        f"{spent.cpu:.1f}",
                        f"{spent.wall:.1f}",
                        ratio and f"speed {ratio}",
                        "",
                        f"{spent.peak_mb:.0f}",
                    )
                )
    return lines


def in_folder(work: Any, values: dict[str, str], **options: str) -> Cost:
    with tempfile.TemporaryDirectory(prefix="shopify-extract-") as folder:
        return cost(work, values=values, folder=folder, **options)
