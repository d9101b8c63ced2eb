"""Brings the database from one day of the business to a later one, as Solidus would write it.

Belongs here: which rows differ between two days. Orders are compared whole, so lines taken out of
an order, and a cart merged into another, are deleted for good, as Solidus does.
Does not belong here: what happens on a day (`vendor_emulator/business*.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from vendor_emulator.business import Business
from vendor_emulator.vendors.chord_oms.catalog_rows import add_catalog
from vendor_emulator.vendors.chord_oms.loading import (
    Collected,
    advance_sequences,
    write_difference,
)
from vendor_emulator.vendors.chord_oms.order_rows import add_cart, add_order
from vendor_emulator.vendors.chord_oms.people_rows import add_people
from vendor_emulator.vendors.chord_oms.subscription_rows import add_subscriptions

# Nothing happens to an order by itself after this long (see business_changes).
STILL_MOVING = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class ChangesWritten:
    """Rows inserted or updated, and rows deleted for good, per table."""

    upserted: dict[str, int]
    deleted: dict[str, int]


def write_changes(
    connection: psycopg.Connection[Any],
    *,
    before: Business,
    after: Business,
    stamped_at: datetime | None = None,
) -> ChangesWritten:
    since = before.now - STILL_MOVING
    edited = frozenset(after.later_edits) | frozenset(after.later_returns)
    old, new = _collect(before, edited, since), _collect(after, edited, since)
    written = write_difference(connection, before=old, after=new, stamped_at=stamped_at)
    advance_sequences(connection)
    return ChangesWritten(written.upserted, written.deleted)


def _collect(business: Business, edited: frozenset[int], since: datetime) -> Collected:
    rows = Collected()
    add_catalog(business, rows.add)
    add_people(business, rows.add)
    for number in range(1, business.order_count + 1):
        if number in edited or business.order_time(number) >= since:
            order = business.order(number)
            if order.shop == "oms":
                add_order(business, order, rows.add)
    for cart in business.iter_checkouts("oms"):
        add_cart(cart, rows.add)
    add_subscriptions(business, rows.add)
    return rows
