"""An order in the making: what is known beforehand, and lines whose sums are whole cents.

Belongs here: the values that `business_orders.py` and `business_order_life.py` hand to each other.
Does not belong here: finished orders (`business_sales.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from vendor_emulator.business_model import Customer, Product, Variant

# Ids of an order's parts are the order's id times this, plus their place: unique, and found
# without remembering the orders before.
PARTS = 32


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known about an order before its inside is invented."""

    order_id: int
    shop: str
    created_at: datetime
    customer: Customer | None
    subscription: tuple[int, Variant, Product] | None  # id, and what it sends
    edited_at: datetime | None  # a later day on which its last line was taken out
    returned_at: datetime | None  # a later day on which one piece came back
    now: datetime


@dataclass(slots=True)
class Draft:
    """A line in the making, in cents."""

    product: Product
    variant: Variant
    quantity: int
    price: int
    discount: int = 0
    tax: int = 0
    refunded: int = 0

    @property
    def net(self) -> int:
        return self.price * self.quantity - self.discount


def money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def share(amount: int, part: int, whole: int) -> int:
    """`amount * part / whole`, rounded half up; 0 of nothing."""
    return (2 * amount * part + whole) // (2 * whole) if whole else 0


def part_of(amount: int, upto: int, before: int, whole: int) -> int:
    """What the units after `before` and up to `upto` take of a line's amount, to the cent."""
    return share(amount, upto, whole) - share(amount, before, whole)
