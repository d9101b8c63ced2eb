"""A Google Ads or YouTube Ads connection against the emulated API, with a warehouse.

Belongs here: what the tests of both share. Does not belong here: promises.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import duckdb

from dlt_pipelines.connector import Connector
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.server import Emulator

US, EU = "4000002001", "4000002002"


class Ads:
    def __init__(self, connector: Connector, home: Path, **options: Any) -> None:
        """`home.parent / "warehouse.duckdb"`: connections in neighbouring homes share it."""
        self.connector, self.home = connector, home
        self.emulator = Emulator(
            orders=40,
            options={connector.name: options},
            vendors=("google_ads", "youtube_ads"),
        )
        self.emulator.start()
        home.mkdir(exist_ok=True)
        self.service = self.emulator.vendor(connector.name)
        self.values: dict[str, str] = self.emulator.credentials(connector.name)

    def sync(self, *tables: str, **given: Any) -> SyncResult:
        """Later by a minute each time; what is not a request's field is a connection's value."""
        self.emulator.clock.advance(60)
        fields = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        wanted = {"now": self.emulator.clock.now(), "reconcile": False, **fields}
        return sync(
            self.connector,
            connection_id="one",
            values={**self.values, **given},
            home=self.home,
            open_warehouse=lambda holder: self.warehouse(),
            request=SyncRequest(tables=frozenset(tables) or None, **wanted),
        )

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home.parent)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql.replace("raw.", f"raw_{self.connector.name}.")).fetchall()

    def value(self, sql: str) -> Any:
        return self.rows(sql)[0][0]

    def queries(self, name: str) -> list[str]:
        """Texts of the queries that a fault script would reach by this name."""
        return [one.sent["query"] for one in self.emulator.requests if name in one.names]
