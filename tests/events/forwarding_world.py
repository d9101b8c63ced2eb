"""A platform with sources and emulated receivers, for the tests of destinations."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chord_platform.bootstrap import Platform, open_platform
from chord_platform.events.destination import Choice, Destination
from chord_platform.events.envelope import Arrival
from chord_platform.events.forwarding import Forwarding
from chord_platform.events.source import SourceRules
from chord_platform.settings import Settings
from tests.store.settings import settings_on
from vendor_emulator.server import Emulator

FRONT = "my_company_front_end_production"
BACK = "my_company_back_end_production"
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)

PRODUCT = {"product_id": "1", "sku": "A", "name": "Soap", "price": 10, "quantity": 1}
ORDER = {
    "order_id": "1001",
    "order_date": "2026-05-01",
    "currency": "USD",
    "revenue": 10,
    "total": 10,
    "products": [PRODUCT],
}


@dataclass
class World:
    """now: the platform's clock. waited: what a sender would have slept."""

    platform: Platform
    emulator: Emulator
    now: datetime = AT
    waited: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        platform = self.platform
        for each in (platform.destinations, platform.destinations.progress):
            each.clock = lambda: self.now
        self.forwarding = Forwarding(
            platform.destinations,
            sources=platform.sources,
            inbox=platform.inbox,
            plans=platform.plans,
            locks=platform.settings.home / "locks",
            sleep=self.waited.append,
        )

    @property
    def segment(self) -> Any:
        return self.emulator.vendor("segment")

    @property
    def receiver(self) -> Any:
        return self.emulator.vendor("webhook_receiver")

    def add(
        self,
        name: str = "segment",
        *,
        type: str | None = None,
        sources: tuple[str, ...] = (FRONT, BACK),
        values: Mapping[str, str] | None = None,
        from_the_beginning: bool = False,
        **choice: Any,
    ) -> Destination:
        kind = type or name
        vendor = "segment" if kind == "segment" else "webhook_receiver"
        given = {**self.emulator.credentials(vendor), "private_network": "allow", **(values or {})}
        return self.platform.destinations.add(
            name,
            type=kind,
            sources=sources,
            values=given,
            choice=Choice(**choice),
            from_the_beginning=from_the_beginning,
            by="a test",
        )

    def put(self, *messages: Mapping[str, Any], source: str = FRONT) -> None:
        arrival = Arrival(source=source, protocol="segment", received_at=self.now)
        self.platform.inbox.append_now([arrival.record(each) for each in messages])

    def forward(self, name: str = "segment", **given: Any) -> dict[str, int]:
        return dict(self.forwarding.forward(name, **given).counts)

    def get(self, name: str = "segment") -> Destination:
        return self.platform.destinations.get(name)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def rules(self, source: str, **rules: Any) -> None:
        self.platform.sources.set_rules(source, SourceRules(**rules), by="a test")


def message(number: int | str, *, event: str = "Coupon Applied", **more: Any) -> dict[str, Any]:
    """An event that the plan knows from the front end alone, unless another is named."""
    return {
        "type": "track",
        "event": event,
        "messageId": f"m-{number}",
        "anonymousId": "a-1",
        "userId": None,
        "timestamp": "2026-05-01T11:59:00Z",
        "originalTimestamp": "2026-05-01T11:59:05Z",
        "sentAt": "2026-05-01T12:00:05Z",
        "properties": {},
        "context": {},
        **more,
    }


def new_world(home: Path, emulator: Emulator, *, template: Path) -> World:
    """On a copy of an empty store that was migrated before."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, home / "store.sqlite")
    return world_on(settings_on(home, f"sqlite:///{home / 'store.sqlite'}"), emulator)


def world_on(settings: Settings, emulator: Emulator) -> World:
    platform = open_platform(settings)
    platform.sources.init("My Company", by="a test")
    emulator.reset()
    return World(platform, emulator)
