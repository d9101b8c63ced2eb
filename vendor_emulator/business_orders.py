"""Invents one order, with its payments, parcels and refunds, as it stands at a given moment.

Belongs here: what is in the basket, its discount, its tax, and what the order adds up to.
Does not belong here: when orders happen and who buys (`business.py`), what happens to an order
after it was placed (`business_order_life.py`).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from random import Random

from vendor_emulator.business_draft import PARTS, Draft, Plan, money, share
from vendor_emulator.business_model import Discount, Product
from vendor_emulator.business_order_life import OrderLife
from vendor_emulator.business_people import Place, invent_address, invent_name, place_of
from vendor_emulator.business_sales import (
    Order,
    OrderLine,
)

CAD_RATE_PERCENT = 136


def invent_order(
    rng: Random, plan: Plan, *, products: tuple[Product, ...], discounts: tuple[Discount, ...]
) -> Order:
    customer, at = plan.customer, plan.created_at
    if customer is None:
        first, last = invent_name(rng)
        address, email = invent_address(rng, first, last), f"guest{plan.order_id}@example.com"
    else:
        address, email = customer.default_address, customer.email
    anonymised = customer is not None and customer.is_anonymised
    if address is None and not anonymised:
        address = invent_address(rng, "Given", "Elsewhere")
    place = place_of(address)
    draw = rng.random()
    if plan.subscription is not None:
        channel = "subscription"
    else:
        channel = "web" if draw < 0.82 else "instagram" if draw < 0.93 else "pos"
    currency = "CAD" if plan.shop == "oms" and place.currency == "CAD" else "USD"
    percent = CAD_RATE_PERCENT if currency == "CAD" else 100

    drafts = _choose_lines(rng, plan, products=products, percent=percent)
    if plan.edited_at is not None and len(drafts) > 1:
        drafts.pop()
    used, shipping_is_free = _discount(rng, drafts, discounts=discounts, at=at)
    rate = int(place.tax_rate * 1_000_000)
    for line in drafts:
        if not line.product.is_gift_card and rate:
            whole = 1_000_000 + rate if place.taxes_included else 1_000_000
            line.tax = share(line.net, rate, whole)
    needs_parcel = channel != "pos" and any(line.variant.requires_shipping for line in drafts)
    subtotal = sum(line.net for line in drafts)
    gross = sum(line.price * line.quantity for line in drafts)
    parcel_price = (595, 795, 1200)[int(rng.random() * 3)] * percent // 100
    shipping = parcel_price if needs_parcel and subtotal < 7500 and not shipping_is_free else 0
    tax = sum(line.tax for line in drafts)
    total = subtotal + shipping + (0 if place.taxes_included else tax)

    run = OrderLife(rng, plan, place=place, drafts=drafts, shipping=shipping, total=total)
    run.live(channel=channel, needs_parcel=needs_parcel)
    number = 1000 + plan.order_id
    tags = ("Subscription", "Subscription Recurring Order") if plan.subscription else ()
    if draw > 0.97:
        tags = (*tags, "gift", "VIP ✨")
    subscription_id = plan.subscription[0] if plan.subscription else None
    attributes = (("gift_message", "Alles Gute! 🎉"),) if 0.5 < draw < 0.53 else ()
    visible = None if anonymised else address
    return Order(
        id=plan.order_id,
        shop=plan.shop,
        name=f"#{number}" if plan.shop == "shopify" else f"R{100_000_000 + plan.order_id * 37}",
        number=number,
        channel=channel,
        customer_id=customer.id if customer else None,
        email=email,
        phone=visible.phone if visible and draw < 0.3 else None,
        created_at=at,
        processed_at=at,
        updated_at=run.updated_at,
        closed_at=run.closed_at,
        cancelled_at=run.cancelled_at,
        cancel_reason=run.cancel_reason,
        financial_status=run.financial_status(),
        fulfillment_status=run.fulfillment_status(),
        is_test=run.is_test,
        taxes_included=place.taxes_included,
        currency=currency,
        presentment_currency=place.currency if plan.shop == "shopify" else currency,
        locale=place.locale,
        tags=tags,
        note="Leave with the neighbour, s'il vous plaît" if 0.6 < draw < 0.64 else None,
        attributes=attributes,
        discount_codes=(used.code,) if used and used.code else (),
        discount_ids=(used.id,) if used else (),
        shipping_address=visible if needs_parcel else None,
        billing_address=None if channel == "pos" else visible,
        shipping_title=("Express" if parcel_price >= 1200 else "Standard")
        if needs_parcel
        else None,
        lines=tuple(
            _finish_line(line, plan.order_id, number=number, place=place, percent=percent)
            for number, line in enumerate(drafts)
        ),
        transactions=tuple(run.transactions),
        refunds=tuple(run.refunds),
        fulfillments=tuple(run.fulfillments),
        subscription_id=subscription_id,
        gross_total=money(gross),
        discount_total=money(gross - subtotal),
        tax_total=money(tax),
        shipping_total=money(shipping),
        total=money(total),
        paid_total=money(run.paid),
        refunded_total=money(run.refunded),
    )


def _choose_lines(
    rng: Random, plan: Plan, *, products: tuple[Product, ...], percent: int
) -> list[Draft]:
    if plan.subscription is not None:
        _, variant, product = plan.subscription
        return [Draft(product, variant, 1, int(variant.price * 100) * percent // 100)]
    lines: list[Draft] = []
    taken: set[int] = set()
    while True:
        # Squared: a few products make most of the sales.
        product = products[int(rng.random() ** 2 * len(products))]
        variant = product.variants[int(rng.random() * len(product.variants))]
        draw = rng.random()
        if variant.id not in taken:
            taken.add(variant.id)
            quantity = 1 if draw < 0.75 else 2 if draw < 0.93 else 5
            price = int(variant.price * 100) * percent // 100
            lines.append(Draft(product, variant, quantity, price))
        if rng.random() > 0.52 or len(lines) == 8:
            return lines


def _discount(
    rng: Random, lines: list[Draft], *, discounts: tuple[Discount, ...], at: datetime
) -> tuple[Discount | None, bool]:
    draw, which = rng.random(), rng.random()
    if draw > 0.22:
        return None, False
    index = (
        0 if which < 0.4 else 1 if which < 0.6 else 2 if which < 0.75 else 3 if which < 0.9 else 5
    )
    discount = discounts[4 if which > 0.985 else index]
    if discount.ends_at is not None and at > discount.ends_at:
        return None, False
    eligible = [line for line in lines if not line.product.is_gift_card]
    if not eligible:
        return None, False
    if discount.kind == "percentage":
        for line in eligible:
            line.discount = share(line.net, int(discount.value), 100)
        return discount, discount.value == 100
    if discount.kind == "fixed":
        whole = sum(line.net for line in eligible)
        left = min(int(discount.value * 100), whole)
        for line in eligible[:-1]:
            line.discount = share(left, line.net, whole)
        eligible[-1].discount = max(0, left - sum(line.discount for line in eligible[:-1]))
        eligible[-1].discount = min(eligible[-1].discount, eligible[-1].net + eligible[-1].discount)
        return discount, False
    return discount, True


def _finish_line(
    line: Draft, order_id: int, *, number: int, place: Place, percent: int
) -> OrderLine:
    gift = line.product.is_gift_card
    return OrderLine(
        id=order_id * PARTS + number,
        order_id=order_id,
        product_id=line.product.id,
        variant_id=line.variant.id,
        title=line.product.title,
        variant_title=line.variant.title,
        sku=line.variant.sku,
        vendor=line.product.vendor,
        quantity=line.quantity,
        unit_price=money(line.price),
        discount=money(line.discount),
        tax=money(line.tax),
        tax_rate=Decimal(0) if gift else place.tax_rate,
        tax_title=place.tax_title,
        requires_shipping=line.variant.requires_shipping,
        is_gift_card=gift,
        refunded_quantity=line.refunded,
    )
