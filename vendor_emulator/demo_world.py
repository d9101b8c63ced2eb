"""The demo's world in a process of its own: all vendors over HTTP and a Chord OMS in PostgreSQL.

Belongs here: one folder's remembered world (its business, its day, its ports), served until the
caller is done with it. Does not belong here: what the vendors show.

    python -m vendor_emulator.demo_world FOLDER --orders 2000

prints one JSON line with each vendor's address and credentials once both answer, then obeys lines
on its standard input: `next-day` (answered by one JSON line). It ends with its input, so it never
outlives who started it, also when that one was killed.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from vendor_emulator.business import Business
from vendor_emulator.business_calendar import DAYS
from vendor_emulator.clock import Clock
from vendor_emulator.server import Emulator
from vendor_emulator.vendors import find_vendors
from vendor_emulator.vendors.chord_oms.server import OmsServer

ORDERS = 2000
WITHOUT_LIMITS = {"limits": "off"}
"""Some vendors allow two reports a minute; who watches a demo need not wait as long."""
PLUS = {"plan": "plus"}
DAYS_AHEAD = 14
"""The first day lies so far back that this many days may pass before the world is in the future."""


@dataclass(frozen=True)
class Remembered:
    """What the folder keeps, so that a later start shows the same world at the same addresses."""

    orders: int
    seed: int
    first_day: str
    days: int = DAYS
    days_later: int = 0
    http_port: int = 0
    postgres_port: int | None = None

    def business(self) -> Business:
        return Business(
            seed=self.seed,
            orders=self.orders,
            today=date.fromisoformat(self.first_day),
            days_later=self.days_later,
            days=self.days,
        )


class DemoWorld:
    def __init__(
        self, folder: Path, *, orders: int = ORDERS, days: int = DAYS, seed: int = 1
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "world.json"
        if self.file.exists():
            self.remembered = Remembered(**json.loads(self.file.read_text()))
        else:
            first_day = datetime.now(UTC).date() - timedelta(days=DAYS_AHEAD)
            self.remembered = Remembered(orders, seed, first_day.isoformat(), days)
        business = self.remembered.business()
        # Vendors stamp a change with the moment it is made, so their clock is the machine's.
        clock = Clock(datetime.now(UTC))
        self.emulator = Emulator(
            business=business,
            clock=clock,
            port=self.remembered.http_port,
            options=dict.fromkeys(find_vendors(), WITHOUT_LIMITS) | {"shopify": PLUS},
        )
        self.emulator.start()
        try:
            self.oms = OmsServer.start(
                folder / "postgres", business, port=self.remembered.postgres_port
            )
        except BaseException:
            self.emulator.stop()
            raise
        self.remember(http_port=self.emulator.port, postgres_port=self.oms.port)

    def remember(self, **changes: Any) -> None:
        self.remembered = replace(self.remembered, **changes)
        self.file.write_text(json.dumps(asdict(self.remembered)))

    def addresses(self) -> dict[str, Any]:
        return {
            "day": self.emulator.business.today.isoformat(),
            "url": self.emulator.url,
            "vendors": {
                "shopify": self.emulator.credentials("shopify"),
                "chord_oms": self.oms.credentials(),
                **{
                    name: self.emulator.credentials(name)
                    for name, vendor in find_vendors().items()
                    if vendor.rehearsal  # the others are written to, not read from
                },
            },
        }

    def next_day(self) -> dict[str, Any]:
        """A day's orders, edits, refunds and deletions, made now."""
        later = self.emulator.business.next_day()
        now = datetime.now(UTC)
        self.emulator.next_day(stamped_at=now)
        self.oms.apply_changes(later, stamped_at=now)
        self.remember(days_later=later.days_later)
        return self.addresses()

    def close(self) -> None:
        self.emulator.stop()
        self.oms.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="demo_world", description="The demo's vendors.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    # Ctrl-C reaches the whole group; the one who started this ends it by closing the input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    world = DemoWorld(asked.folder, orders=asked.orders, days=asked.days, seed=asked.seed)
    try:
        say(world.addresses())
        for line in sys.stdin:
            if line.strip() == "next-day":
                say(world.next_day())
    finally:
        world.close()
    return 0


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
