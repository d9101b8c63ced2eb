"""Compares the business of one day with that of the day before.

Belongs here: finding what is new, different or gone, and which order is edited on a day.
Does not belong here: how goods and orders change by themselves (their own files).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vendor_emulator.business_sales import Changes, Order

if TYPE_CHECKING:
    from vendor_emulator.business import Business

# The latest thing that happens to an order by itself is a refund 75 days on, its second 3 later.
STILL_MOVING = timedelta(days=100)


def compare(before: Business, after: Business) -> Changes:
    changed_orders: list[Order] = []
    removed_lines: list[int] = []
    moving = {
        number
        for number in range(1, before.order_count + 1)
        if before.order_time(number) >= before.now - STILL_MOVING
    }
    for number in sorted(moving | set(after.later_edits) | set(after.later_returns)):
        old = before.order(number)
        new = after.order(number)
        if new != old:
            changed_orders.append(new)
            kept = {line.id for line in new.lines}
            removed_lines.extend(line.id for line in old.lines if line.id not in kept)
    old_products = {product.id: product for product in before.products}
    known = {customer.id: customer for customer in before.iter_customers()}
    customers = list(after.iter_customers())
    deleted = {one.id for one in before.deleted_objects}
    old_carts = {cart.id: cart for cart in before.iter_checkouts()}
    new_carts = {cart.id: cart for cart in after.iter_checkouts()}
    old_subscriptions = set(before.subscriptions)
    fresh = range(before.order_count + 1, after.order_count + 1)
    return Changes(
        new_orders=tuple(after.order(number) for number in fresh),
        changed_orders=tuple(changed_orders),
        removed_line_ids=tuple(removed_lines),
        new_products=tuple(one for one in after.products if one.id not in old_products),
        changed_products=tuple(
            one for one in after.products if old_products.get(one.id, one) != one
        ),
        deleted=tuple(one for one in after.deleted_objects if one.id not in deleted),
        new_customers=tuple(one for one in customers if one.id not in known),
        changed_customers=tuple(one for one in customers if known.get(one.id, one) != one),
        new_checkouts=tuple(cart for key, cart in new_carts.items() if key not in old_carts),
        removed_checkouts=tuple(cart for key, cart in old_carts.items() if key not in new_carts),
        changed_subscriptions=tuple(
            one for one in after.subscriptions if one not in old_subscriptions
        ),
    )


def edits_after(before: Business) -> dict[int, datetime]:
    """The edits so far, and the next day's: an open unpaid OMS order loses its last line."""
    edits = dict(before.later_edits)
    for order in _newest(before):
        is_open = order.financial_status == "pending" and order.cancelled_at is None
        if is_open and len(order.lines) > 1 and order.id not in edits and order.shop == "oms":
            edits[order.id] = before.now + timedelta(hours=10)
            break
    return edits


def returns_after(before: Business) -> dict[int, datetime]:
    """The returns so far, and the next day's: one in each shop."""
    returns = dict(before.later_returns)
    waiting = {"shopify", "oms"}
    for order in _newest(before):
        is_kept = order.financial_status == "paid" and order.fulfillment_status == "fulfilled"
        if is_kept and order.shop in waiting and order.lines[0].net and order.id not in returns:
            returns[order.id] = before.now + timedelta(hours=11)
            waiting.remove(order.shop)
            if not waiting:
                break
    return returns


def _newest(business: Business) -> Iterator[Order]:
    for number in range(business.order_count, max(0, business.order_count - 1500), -1):
        yield business.order(number)
