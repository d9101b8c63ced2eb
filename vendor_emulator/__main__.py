"""`python -m vendor_emulator`: the emulated vendors as a process of their own.

Belongs here: its options, the printed addresses, stopping. Does not belong here: serving.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from vendor_emulator.business import DEFAULT_TODAY
from vendor_emulator.server import Emulator
from vendor_emulator.warm_up import warm_up


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parser().parse_args(arguments)
    options = {
        name: value
        for name in ("plan", "restore_rate", "bucket", "max_query_cost", "page_wall")
        if (value := getattr(asked, name)) is not None
    }
    emulator = Emulator(
        port=asked.port,
        orders=asked.orders,
        seed=asked.seed,
        today=asked.today,
        options={"shopify": options},
    )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with emulator:
        credentials = {"shopify": emulator.credentials("shopify")}
        if asked.prepare is not None:
            count, seconds = warm_up(emulator, asked.prepare)
            say(f"prepared {count} answers in {seconds:.1f} s")
        say(f"vendor_emulator is at {emulator.url}")
        say(f"credentials {json.dumps(credentials)}")
        say(f"{asked.orders} orders, seed {asked.seed}, up to {asked.today}. Ctrl-C stops it.")
        stopped.wait()
    say("vendor_emulator has stopped.")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="vendor_emulator", description="The emulated vendors.")
    made.add_argument("--port", type=int, default=0, help="0 (default): any free one, printed")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--orders", type=int, default=2000)
    made.add_argument("--today", type=date.fromisoformat, default=DEFAULT_TODAY)
    made.add_argument(
        "--prepare", type=Path, metavar="FILE", help="JSON list of requests to answer beforehand"
    )
    shopify = made.add_argument_group("Shopify's limits")
    shopify.add_argument("--plan", choices=("standard", "advanced", "plus", "enterprise"))
    shopify.add_argument("--restore-rate", type=float, help="points a second")
    shopify.add_argument("--bucket", type=float, help="points the bucket holds")
    shopify.add_argument("--max-query-cost", type=int, help="1000 on every real plan")
    shopify.add_argument("--page-wall", type=int, help="25000 at the vendor")
    return made


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
