"""An emulated advertiser at Meta, connections to it and their warehouse, for the tests beside this.

Belongs here: syncing and looking at what came. Does not belong here: what must come (the tests).
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import duckdb

from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.facebook_ads import CONNECTOR
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.recorder import Recorded
from vendor_emulator.server import Emulator


class Advertiser:
    """Reads from September 2026 on unless told otherwise: thirty days, short enough to be answered
    at once."""

    def __init__(self, home: Path, **options: Any) -> None:
        self.home = home
        self.emulator = Emulator(
            orders=60, options={"facebook_ads": options}, vendors=("facebook_ads",)
        )
        self.emulator.start()
        self.vendor = self.emulator.vendor("facebook_ads")
        self.values = {**self.emulator.credentials("facebook_ads"), "start_on": "2026-09-01"}

    def sync(self, *tables: str, name: str = "one", **given: Any) -> SyncResult:
        """Later by a minute each time; what is not a request's field is a connection's value."""
        self.emulator.clock.advance(60)
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

    @property
    def faults(self) -> Any:
        return self.emulator.faults

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        return self.query(sql)[0][0]

    def rows(self, table: str, name: str = "one") -> list[tuple[Any, ...]]:
        """Typed columns alone: the payload of a report that came in parts is joined."""
        return self.query(
            f"select columns(c -> c not in ('payload', '_connection_id', '_synced_at'))"
            f" from raw_facebook_ads.{table} where _connection_id = '{name}' order by all"
        )

    def truth(self, since: str = "2026-09-01") -> list[Any]:
        """The business's own ad days, of all accounts."""
        figures = self.vendor.reporting.figures
        return [
            made
            for account in self.vendor.world.accounts
            for day, days in figures.by_day(account).items()
            if since <= day.isoformat() <= self.vendor.reporting.today(account).isoformat()
            for made in days
        ]

    def asked(self, name: str) -> list[Recorded]:
        return self.emulator.requests.named(name)

    def ranges(self, name: str) -> list[tuple[str, str]]:
        """The days that reports of this name asked for."""
        found = []
        for one in self.asked(name):
            params = {**dict(one.params), **sent_form(one)}
            if "time_range" in params and params.get("time_increment") == "1":
                days = json.loads(params["time_range"])
                found.append((days["since"], days["until"]))
        return found


def sent_form(one: Recorded) -> dict[str, str]:
    return dict(parse_qsl(one.body.decode()))
