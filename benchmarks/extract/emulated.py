"""The process of the emulated vendor: `python -m benchmarks.extract.emulated zendesk 100000`.

Belongs here: a vendor's world of about so many rows. Does not belong here: who starts it
(`server.py`).

It prints one line about itself. Each line it reads is how many seconds late it answers from then
on, and is confirmed by an empty line.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any

ORDERS_OF_SHOPIFY = 0.59
"""So much of a business's orders are made at Shopify."""
ROWS_A_CAMPAIGN = 550
"""Rows of Google's ads by day and network, of one campaign in the business's 150 days."""


def world_of(vendor: str, rows: int) -> tuple[int, dict[str, Any]]:
    """Orders of the business, and the vendor's options, for about so many rows and no limits."""
    if vendor == "klaviyo":
        return 4000, {"scale": rows, "limits": "off"}
    if vendor == "zendesk":
        return 2000, {"tickets": rows, "limits": "off"}
    if vendor == "google_ads":
        return 2000, {"scale": math.ceil(rows / ROWS_A_CAMPAIGN / 7), "limits": "off"}
    no_limits = {"restore_rate": 1e9, "bucket": 1e9, "max_query_cost": 10**9, "page_wall": 10**9}
    return math.ceil(rows / ORDERS_OF_SHOPIFY), no_limits


def main() -> None:
    from vendor_emulator.faults import slow
    from vendor_emulator.server import Emulator

    vendor, rows = sys.argv[1], int(sys.argv[2])
    orders, options = world_of(vendor, rows)
    with Emulator(orders=orders, options={vendor: options}, vendors=(vendor,)) as emulator:
        opening = {
            "values": emulator.credentials(vendor),
            "now": emulator.clock.now().isoformat(),
            "accounts": accounts_of(emulator.vendor(vendor)) if vendor == "google_ads" else [],
        }
        print(json.dumps(opening), flush=True)
        for line in sys.stdin:
            emulator.faults.clear()
            if seconds := float(line):
                emulator.faults.always("*", slow(seconds))
            print(flush=True)


def accounts_of(google: Any) -> list[list[str]]:
    customers = google.world.customers.values()
    return [[one.id, one.under[0]] for one in customers if one.account_id is not None]


if __name__ == "__main__":
    main()
