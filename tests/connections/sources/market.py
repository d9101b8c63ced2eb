"""A connector for tests: a market with stalls and sales behind a small HTTP service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import dlt
import requests

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector, Field, Table, Window
from dlt_pipelines.records import raw_table
from dlt_pipelines.streams import stream

SALES = Table(name="sales", description="One row per sale.", cursor="updated_at")
STALLS = Table(name="stalls", description="Who sells.", write="replace", deletes="seen")
SCOPES = {"read_sales", "read_stalls"}


def get(settings: ConnectionSettings, path: str) -> Any:
    answer = requests.get(
        settings["base_url"] + path, headers={"X-Market-Key": settings["api_key"]}, timeout=10
    )
    settings.report.api_requests += 1
    answer.raise_for_status()
    return answer.json()


def check(settings: ConnectionSettings) -> CheckResult:
    account = get(settings, "/account")
    missing = tuple(sorted(SCOPES - set(account["scopes"])))
    return CheckResult(account=account["name"], missing_scopes=missing)


def build(settings: ConnectionSettings) -> Any:
    def sales(window: Window) -> Iterator[Any]:
        since = window.since.isoformat() if window.since else ""
        rows = [row for row in get(settings, "/sales") if row["updated_at"] >= since]
        yield raw_table(SALES, rows, settings.report)

    def stalls(window: Window) -> Iterator[Any]:
        yield raw_table(STALLS, get(settings, "/stalls"), settings.report)

    @dlt.source(name="market")
    def source() -> Iterator[Any]:
        yield stream(settings, SALES, sales)
        yield stream(settings, STALLS, stalls)

    return source()


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    return {table: len(get(settings, f"/{table}")) for table in tables if table == "stalls"}


CONNECTOR = Connector(
    name="market",
    title="Market",
    description="Stalls and their sales",
    category="commerce",
    fields=(
        Field(name="base_url", label="Address", help="Where the market's service answers."),
        Field(name="api_key", label="API key", help="Made under Settings, Keys.", secret=True),
        Field(
            name="region",
            label="Region",
            help="Two capital letters, as in NO.",
            required=False,
            pattern="[A-Z]{2}",
        ),
    ),
    setup_guide="1. Open Settings, Keys.\n2. Make a key with read_sales and read_stalls.",
    tables=(SALES, STALLS),
    check=check,
    build_source=build,
    counts=counts,
)
