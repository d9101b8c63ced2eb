"""Invents carts that never became orders, and subscriptions with their renewals.

Belongs here: abandoned checkouts; which orders a subscription made.
Does not belong here: the inside of an order (`business_orders.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from vendor_emulator.business_model import CENT, ZERO, Customer, Product, Variant
from vendor_emulator.business_people import invent_address, invent_name, place_of
from vendor_emulator.business_sales import Checkout, CheckoutLine, Subscription

MONTH = timedelta(days=30)
FIRST_WITH_A_CUSTOMER = 3  # the first two orders come from guests, see business_calendar
STEPS = ("cart", "address", "delivery", "payment")


def invent_checkout(
    rng: Random,
    *,
    checkout_id: int,
    created_at: datetime,
    customer: Customer | None,
    products: tuple[Product, ...],
    now: datetime,
) -> Checkout:
    who, step, wait = rng.random(), rng.random(), rng.random()
    known = customer is not None and who < 0.4 and not customer.is_anonymised
    email, address, shop = None, None, "shopify" if who * 997 % 1 < 0.6 else "oms"
    if known and customer is not None:
        email, address, shop = customer.email, customer.default_address, customer.shops[0]
    state = STEPS[0 if step < 0.55 else 1 if step < 0.8 else 2 if step < 0.92 else 3]
    if state == "cart":
        address = None
    else:
        email = email or f"visitor{checkout_id}@example.com"
        address = address or invent_address(rng, *invent_name(rng))
    lines: list[CheckoutLine] = []
    for place in range(1 + int(rng.random() * 3)):
        product = products[int(rng.random() ** 2 * len(products))]
        variant = product.variants[int(rng.random() * len(product.variants))]
        lines.append(
            CheckoutLine(
                id=checkout_id * 8 + place,
                product_id=product.id,
                variant_id=variant.id,
                title=product.title,
                variant_title=variant.title,
                sku=variant.sku,
                quantity=1 + int(rng.random() * 2),
                unit_price=variant.price,
            )
        )
    subtotal = sum((line.unit_price * line.quantity for line in lines), ZERO)
    rate = Decimal(0) if address is None else place_of(address).tax_rate
    tax = (subtotal * rate).quantize(CENT)
    touched = created_at + timedelta(seconds=int(wait * 7200))
    return Checkout(
        id=checkout_id,
        shop=shop,
        name=f"#C{checkout_id}" if shop == "shopify" else f"R{900_000_000 + checkout_id}",
        customer_id=customer.id if known and customer is not None else None,
        email=email,
        created_at=created_at,
        updated_at=touched if touched <= now else created_at,
        state=state,
        currency="USD",
        shipping_address=address,
        lines=tuple(lines),
        subtotal=subtotal,
        tax_total=tax,
        total=subtotal + tax,
        recovery_url=f"https://shop.example.com/recover/{checkout_id}?key=k{checkout_id * 7919}",
    )


@dataclass(slots=True)
class Subscribing:
    """One subscription while its orders are being placed on the calendar."""

    id: int
    customer_id: int
    product: Product
    variant: Variant
    months: int
    order_ids: list[int]
    cancelled_at: datetime | None = None
    is_paused: bool = False


@dataclass(slots=True)
class Subscribed:
    """All subscriptions, and which of them made a given order."""

    all: list[Subscribing] = field(default_factory=list)
    by_order: dict[int, Subscribing] = field(default_factory=dict)

    def subscriptions(
        self,
        *,
        time_of: Callable[[int], datetime],
        shop_of: Callable[[int], str],
        now: datetime,
    ) -> tuple[Subscription, ...]:
        made: list[Subscription] = []
        for one in self.all:
            times = [time_of(number) for number in one.order_ids]
            over = one.cancelled_at is not None and one.cancelled_at <= now
            cancelled_at = one.cancelled_at if over else None
            goes_on = not over and not one.is_paused
            made.append(
                Subscription(
                    id=one.id,
                    shop=shop_of(one.customer_id),
                    customer_id=one.customer_id,
                    variant_id=one.variant.id,
                    quantity=1,
                    state="canceled" if over else "paused" if one.is_paused else "active",
                    interval_months=one.months,
                    order_ids=tuple(one.order_ids),
                    created_at=times[0],
                    updated_at=cancelled_at or times[-1],
                    cancelled_at=cancelled_at,
                    next_on=(times[-1] + MONTH * one.months).date() if goes_on else None,
                )
            )
        return tuple(made)


def plan_subscriptions(
    *,
    rng: Random,
    orders: int,
    products: tuple[Product, ...],
    time_of: Callable[[int], datetime],
    order_at: Callable[[datetime], int],
    customer_for: Callable[[int], int],
    later: Sequence[int],
    start: datetime,
) -> Subscribed:
    """Gives existing places in the sequence of orders to first orders and renewals."""
    plan = Subscribed()
    offered = [
        (product, variant)
        for product in products
        for variant in product.variants
        if variant.is_subscribable and product.created_at < start
    ]
    if not offered or orders < FIRST_WITH_A_CUSTOMER:
        return plan
    for number in range(1, max(2, orders // 50) + 1):
        early = rng.random() * 0.95 * (orders - FIRST_WITH_A_CUSTOMER)
        first = FIRST_WITH_A_CUSTOMER + int(early)
        length, months = 1 + int(rng.random() * 16), 1 if rng.random() < 0.85 else 2
        product, variant = offered[int(rng.random() * len(offered))]
        paused = rng.random() < 0.05
        if first in plan.by_order:
            continue
        one = Subscribing(number, customer_for(first), product, variant, months, [first])
        one.is_paused = paused
        plan.all.append(one)
        plan.by_order[first] = one
        begun = time_of(first)
        for renewal in range(1, length):
            place = order_at(begun + MONTH * months * renewal)
            place = next(
                (at for at in range(place, place + 9) if at not in plan.by_order), orders + 1
            )
            if place > orders or place <= one.order_ids[-1]:
                break
            plan.by_order[place] = one
            one.order_ids.append(place)
        else:
            one.cancelled_at = time_of(one.order_ids[-1]) + timedelta(days=12)
    active = [one for one in plan.all if one.cancelled_at is None and not one.is_paused]
    for day, place in enumerate(later):
        if active:
            one = active[day * 7 % len(active)]
            plan.by_order[place] = one
            one.order_ids.append(place)
    return plan
