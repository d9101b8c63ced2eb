"""A connector of ad days whose vendor is a JSON file. For the tests of the sync alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dlt

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector, Field, Table, Window
from dlt_pipelines.personal import Protection
from dlt_pipelines.records import raw_table
from dlt_pipelines.results import SyncResult
from dlt_pipelines.streams import covered, position, remember_position, stream
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.sync.small_shop import warehouse

DAYS = Table(
    name="days",
    primary_key=("account_id", "ad_id", "date"),
    cursor="date",
    lag=timedelta(days=28),
    slice=timedelta(days=10),
    scope=("account_id",),
    columns={"date": {"data_type": "date"}, "spend": {"data_type": "decimal"}},
)
PEOPLE = Table(
    name="people",
    write="replace",
    columns={"email": {"data_type": "text"}},
    paths={"email": "profile.email"},
    personal=("profile.email", "profile.phones", "notes.text"),
)
FIRST, TODAY = date(2026, 1, 1), datetime(2026, 3, 2, 12, tzinfo=UTC)


def build(settings: ConnectionSettings) -> Any:
    file = Path(settings["world"])
    world = json.loads(file.read_text())

    def days(window: Window) -> Iterator[Any]:
        since = window.since.date() if window.since else FIRST
        until = window.until.date()
        for account in world["accounts"]:
            rows = [
                row
                for row in world["days"]
                if row["account_id"] == account and f"{since}" <= row["date"] <= f"{until}"
            ]
            world["reads"].append([account, f"{since}", f"{until}"])
            file.write_text(json.dumps(world))
            if world.get("dies_after") == f"{until}":
                raise RuntimeError("the wire was cut")
            yield raw_table(DAYS, rows, settings.report)
            yield covered(DAYS, (account,), since, until)

    def people(window: Window) -> Iterator[Any]:
        world["positions"].append(position())
        file.write_text(json.dumps(world))
        remember_position(settings, f"page {len(world['positions'])}")
        yield raw_table(PEOPLE, world["people"], settings.report)

    @dlt.source(name="ad_days")
    def source() -> Iterator[Any]:
        yield stream(settings, DAYS, days)
        yield stream(settings, PEOPLE, people)

    return source()


CONNECTOR = Connector(
    name="ad_days",
    title="Ad days",
    description="For tests",
    category="Advertising",
    fields=(Field(name="world", label="World"),),
    setup_guide="",
    tables=(DAYS, PEOPLE),
    check=lambda settings: CheckResult(),
    build_source=build,
)


class AdVendor:
    def __init__(self, home: Path) -> None:
        self.home, self.file = home, home / "world.json"
        self.now = TODAY
        self.world: dict[str, Any] = {
            "accounts": ["1", "2"],
            "days": [
                day(account, ad, FIRST + timedelta(days=number))
                for account in "12"
                for ad in "ab"
                for number in range(61)
            ],
            "people": [
                {
                    "id": "p1",
                    "profile": {"email": " Ada@Example.com", "phones": ["1", "2"], "city": "Oslo"},
                    "notes": [{"text": "tall", "at": "noon"}, {"at": "dusk"}],
                }
            ],
            "reads": [],
            "positions": [],
        }

    def sync(self, *, personal: Protection | None = None, **request: Any) -> SyncResult:
        self.file.write_text(json.dumps(self.world))
        self.now += timedelta(hours=1)
        try:
            return sync(
                CONNECTOR,
                connection_id="one",
                values={"world": str(self.file)},
                home=self.home,
                open_warehouse=lambda holder: warehouse(self.home),
                request=SyncRequest(now=self.now, **request),
                personal=personal,
            )
        finally:
            self.world = json.loads(self.file.read_text())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with warehouse(self.home) as con:
            return con.execute(sql).fetchall()


def day(account: str, ad: str, on: date, **fields: Any) -> dict[str, Any]:
    return {"account_id": account, "ad_id": ad, "date": on.isoformat(), "spend": "1.50", **fields}
