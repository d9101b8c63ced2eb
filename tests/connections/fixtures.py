"""The platform of a test: a home, a migrated store, a clock that stands, a market to connect to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chord_platform.connections.service import Connections
from chord_platform.connections.setup_tests import Checked
from chord_platform.settings import Settings
from chord_platform.store import Store, open_store
from chord_platform.warehouse import Warehouse
from tests.connections.market_service import Market, open_market
from tests.connections.sources.market import CONNECTOR
from tests.store.settings import settings_on

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


class Clock:
    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class World:
    settings: Settings
    store: Store
    connections: Connections
    market: Market
    clock: Clock

    def add(self, name: str = "shop", **given: Any) -> Checked:
        values: Mapping[str, str] = given.pop("values", self.market.values)
        return self.connections.add(name, connector="market", values=values, by="ada", **given)

    def started(self, name: str = "shop", **given: Any) -> Checked:
        return self.add(name, start=True, **given)

    def sync(self, name: str = "shop", **asked: Any) -> Any:
        return self.connections.sync(name, **asked)

    def audit(self, name: str = "shop") -> list[str]:
        entries = self.connections.records.audit(name, limit=100)
        return [entry.what for entry in reversed(entries)]

    def count(self, table: str, name: str = "shop") -> int:
        with self.connections.warehouse.writer("test") as con:
            row = con.execute(
                f"select count(*) from raw_market.{table} where _connection_id = ?", [name]
            ).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def market() -> Iterator[Market]:
    with open_market() as opened:
        yield opened


@pytest.fixture
def world(tmp_path: Path, migrated_url: str, market: Market) -> Iterator[World]:
    settings = settings_on(tmp_path, migrated_url)
    store = open_store(settings)
    clock = Clock()
    connections = Connections(
        settings=settings,
        store=store,
        warehouse=Warehouse(settings.warehouse_path, settings.published_path, settings.sql_dir),
        connectors=lambda: {"market": CONNECTOR},
        clock=clock,
    )
    yield World(settings, store, connections, market, clock)
    store.close()
