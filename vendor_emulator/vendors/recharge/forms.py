"""The forms that Recharge's records share: ids, times, ids at the shop.

Belongs here: how a number, a time, a day is written. Does not belong here: records.

Recharge stands beside the Shopify shop: `ecommerce` ids are those of the emulated Shopify.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vendor_emulator.vendors.shopify.things import legacy_id

Record = dict[str, Any]
FIRST_ID = {
    "customers": 80_000_000,
    "addresses": 90_000_000,
    "subscriptions": 200_000_000,
    "charges": 500_000_000,
    "orders": 400_000_000,
    "onetimes": 300_000_000,
    "payment_methods": 60_000_000,
    "discounts": 59_000_000,
    "plans": 1_200_000,
    "collections": 50_000,
    "bundle_selections": 700_000,
    "credit_adjustments": 800_000,
    "metafields": 15_000_000,
}


def number(kind: str, own: int) -> int:
    return FIRST_ID[kind] + own


def shown(moment: datetime | None) -> str | None:
    return moment and moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def shown_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def external(kind: str, own: int | None) -> Record:
    return {"ecommerce": None if own is None else legacy_id(kind, own)}
