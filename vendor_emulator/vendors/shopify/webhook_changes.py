"""What a change in the shop is told as: topics by what differs between before and after.

Belongs here: which topics. Does not belong here: bodies (`webhook_bodies.py`), subscriptions and
sending (`webhooks.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify import webhook_bodies as bodies
from vendor_emulator.vendors.shopify.webhooks import Webhooks
from vendor_emulator.vendors.shopify.world import World


def tell_changes(world: World, webhooks: Webhooks) -> None:
    """From now on, whatever changes the shop's tables is told to whoever subscribed."""
    telling = Changes(world, webhooks)
    world.orders.watched_by = telling.order
    world.customers.watched_by = telling.customer
    world.checkouts.watched_by = telling.checkout
    world.products.watched_by = telling.product


class Changes:
    """before or after is None for what is new or gone."""

    def __init__(self, world: World, webhooks: Webhooks) -> None:
        self.world, self.webhooks = world, webhooks

    def order(self, before: model.Order | None, after: model.Order | None) -> None:
        if after is None:
            return
        topics = ["orders/create" if before is None else "orders/updated"]
        was_paid = before is not None and before.financial_status == "paid"
        if after.financial_status == "paid" and not was_paid:
            topics.append("orders/paid")
        for topic in topics:
            self.tell(topic, lambda: bodies.order(after, self.buyer(after.customer_id)))
        known = {one.id for one in before.refunds} if before else set()
        for one in after.refunds:
            if one.id not in known:
                self.tell("refunds/create", lambda one=one: bodies.refund(one, after))

    def customer(self, before: model.Customer | None, after: model.Customer | None) -> None:
        if after is not None:
            topic = "customers/create" if before is None else "customers/update"
            self.tell(topic, lambda: bodies.customer(after))

    def checkout(self, before: model.Checkout | None, after: model.Checkout | None) -> None:
        if after is not None:
            topic = "checkouts/create" if before is None else "checkouts/update"
            self.tell(topic, lambda: bodies.checkout(after, self.buyer(after.customer_id)))

    def product(self, before: model.Product | None, after: model.Product | None) -> None:
        if after is None:
            assert before is not None
            gone = {"id": bodies.number("Product", before.id)}
            self.tell("products/delete", lambda: gone)
        else:
            topic = "products/create" if before is None else "products/update"
            self.tell(topic, lambda: bodies.product(after))

    def buyer(self, number: int | None) -> model.Customer | None:
        return self.world.customer(number)

    def tell(self, topic: str, body: Callable[[], Any]) -> None:
        if self.webhooks.wanted(topic):
            self.webhooks.tell(topic, body())
