"""A home with inbox, loader, two sources and a small plan; messages as the gateway has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chord_platform.events.inbox import Inbox
from chord_platform.events.loading.loader import Loader, LoadResult
from chord_platform.events.plans import Plans
from chord_platform.events.source import Source, SourceRules
from chord_platform.warehouse import Warehouse

FRONT, BACK = "acme_front_end_production", "acme_back_end_production"
STAGING = "acme_front_end_staging"
STARTED = datetime(2026, 11, 20, 8, tzinfo=UTC)
PLAN = {
    "name": "small",
    "title": "Small",
    "description": "Two events.",
    "severity": "error",
    "thresholds": {
        "violation_rate": {"hour": 0.2, "day": 0.1, "week": 0.05},
        "least_events": 5,
        "volume_deviations": 4,
    },
    "mandatory": {"Order Completed": {"within_hours": 24}},
}


def iso(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class World:
    home: Path
    sources: dict[str, Source] = field(default_factory=dict)
    sent: int = 0
    batch_records: int = 50_000
    """A small batch is read in small pieces, too."""

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.home / "inbox")

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(
            self.home / "warehouse.duckdb", self.home / "published.duckdb", self.home / "sql"
        )

    @property
    def plans(self) -> Plans:
        return Plans(self.home / "plans")

    @property
    def loader(self) -> Loader:
        plans = self.plans
        return Loader(
            self.home,
            self.warehouse,
            self.inbox,
            lambda: list(self.sources.values()),
            lambda source: plans.load(source.plan).for_side(source.side) if source.plan else None,
            batch_records=self.batch_records,
            chunk_bytes=min(4 << 20, 300 * self.batch_records),
        )

    def load(self) -> LoadResult:
        return self.loader.load()

    def add_source(
        self, name: str, *, plan: str | None = None, rules: SourceRules | None = None
    ) -> None:
        """Its name says its side and environment."""
        self.sources[name] = Source(
            name=name,
            title=name,
            company="Acme",
            side="front-end" if "front_end" in name else "back-end",
            environment="staging" if name.endswith("staging") else "production",
            plan=plan,
            rules=rules or SourceRules(),
        )

    def envelope(self, source: str = FRONT, **message: Any) -> dict[str, Any]:
        self.sent += 1
        at = message.pop("at", STARTED + timedelta(seconds=self.sent))
        said = {
            "type": "track",
            "messageId": f"message-{self.sent}",
            "anonymousId": "visitor",
            "timestamp": iso(at),
            **message,
        }
        if said["type"] == "track":
            said.setdefault("event", "Thing Done")
        return {"source": source, "received_at": iso(at), "protocol": "segment", "message": said}

    def arrive(self, *envelopes: Mapping[str, Any]) -> None:
        self.inbox.append_now([json.dumps(each).encode() for each in envelopes])

    def track(self, source: str = FRONT, **message: Any) -> None:
        self.arrive(self.envelope(source, **message))

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.warehouse.writer("test") as con:
            return con.execute(sql, list(values)).fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def columns(self, table: str) -> dict[str, str]:
        return {name: kind for name, kind, *_ in self.rows(f"describe {table}")}

    def write_plan(
        self, *, sku: str = "string", mandatory: Mapping[str, Any] | None = None
    ) -> None:
        """`Product Viewed` with a `sku` of this type, and `Order Completed`."""
        said = PLAN if mandatory is None else {**PLAN, "mandatory": mandatory}
        folder = self.home / "plans" / "small"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan.json").write_text(json.dumps(said))
        for name, property_name, kind in (
            ("Product Viewed", "sku", sku),
            ("Order Completed", "order_id", "string"),
        ):
            schema = {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "type": "object",
                "required": ["properties"],
                "properties": {
                    "properties": {
                        "type": "object",
                        "required": [property_name],
                        "properties": {property_name: {"type": kind}},
                    }
                },
            }
            file = {
                "event": name,
                "call": "track",
                "description": name,
                "sides": ["front-end", "back-end"],
                "versions": {"1": {"schema": schema}},
            }
            slug = name.lower().replace(" ", "-")
            (folder / f"{slug}.json").write_text(json.dumps(file))


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.add_source(FRONT)
    made.add_source(BACK)
    return made
