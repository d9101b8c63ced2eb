"""One connector of an ads vendor against its emulated vendor, with a warehouse.

Belongs here: what the tests of Pinterest Ads and Reddit Ads share. Does not belong here: promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb

from dlt_pipelines.catalog import connectors
from dlt_pipelines.personal import Protection
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.server import Emulator

FASTER = 100
"""The vendor's clock runs so much faster, and our waits are so much shorter (`SECOND`)."""


class AdChannel:
    """`kept` is what the connector asked to have stored."""

    def __init__(self, name: str, home: Path, **options: Any) -> None:
        self.name, self.home = name, home
        self.connector = connectors()[name]
        business = Business(orders=40)
        clock = Clock(business.now, ticking=lambda: monotonic() * FASTER)
        self.emulator = Emulator(
            business=business, clock=clock, options={name: options}, vendors=(name,)
        )
        self.emulator.start()
        self.values: dict[str, str] = self.emulator.credentials(name)
        self.kept: list[Mapping[str, str]] = []
        self.personal: Protection | None = None

    def sync(self, *tables: str, **given: Any) -> SyncResult:
        """Later by a minute each time; what is not a request's field is a connection's value."""
        self.emulator.clock.advance(60)
        fields = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        return sync(
            self.connector,
            connection_id="one",
            values={**self.values, **given},
            home=self.home,
            open_warehouse=lambda holder: self.warehouse(),
            keep=self.kept.append,
            personal=self.personal,
            request=SyncRequest(
                **{
                    "now": self.emulator.clock.now(),
                    "tables": frozenset(tables) or None,
                    **fields,
                }
            ),
        )

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql.replace("RAW", f"raw_{self.name}")).fetchall()

    def one(self, sql: str) -> Any:
        return self.rows(sql)[0][0]

    def count(self, table: str) -> int:
        return self.one(f"select count(*) from RAW.{table}")

    def asked(self, name: str) -> list[Any]:
        return [one for one in self.emulator.requests if name in one.names]
