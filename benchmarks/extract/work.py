"""The sync that is measured, and what it said of itself.

Belongs here: one first sync of one table, start-up apart. Does not belong here: the loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

SMALL = {"klaviyo": "accounts", "shopify": "shop", "google_ads": "customers", "zendesk": "groups"}
"""A table of a few rows each: read first, so that drivers are loaded and DuckDB is open."""


def sync_path(
    vendor: str, table: str, values: dict[str, str], now: str, folder: str
) -> Iterator[dict[str, Any]]:
    from benchmarks.oms_load import warehouse
    from dlt_pipelines.catalog import connector
    from dlt_pipelines.sync import sync
    from dlt_pipelines.windows import SyncRequest

    home = Path(folder)

    def read(name: str, *, into: str) -> Any:
        return sync(
            connector(vendor),
            connection_id=into,
            values=values,
            home=home,
            open_warehouse=lambda holder: warehouse(home / f"{into}.duckdb"),
            request=SyncRequest(
                now=datetime.fromisoformat(now), tables=frozenset({name}), reconcile=False
            ),
        )

    read(SMALL[vendor], into="start_up")
    yield {}
    result = read(table, into="bench")
    yield {
        "rows": result.tables[table].total,
        "requests": result.api_requests,
        "lock": result.lock_seconds,
        "waited": result.waited_seconds,
        "warnings": result.warnings,
    }
