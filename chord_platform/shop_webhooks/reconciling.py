"""Asks a shop for what changed meanwhile, and tells it as the webhooks would have.

Belongs here: which kinds are asked for, from what is found to the inbox. Does not belong here:
since when (`registering.py`), Shopify's API (`dlt_pipelines`), translating nodes (`events/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from chord_platform.events.shopify_webhooks.change_nodes import (
    contract_webhooks,
    webhook_attempt,
    webhook_checkout,
    webhook_customer,
)
from chord_platform.events.shopify_webhooks.order_node import webhook_order, webhook_refunds
from chord_platform.events.shopify_webhooks.taking import Given, take
from chord_platform.shop_webhooks.shop import Shop

AT_ONCE = 100


@dataclass(frozen=True)
class News:
    """A webhook that might have come; order: a refund's."""

    subject: str
    body: Mapping[str, Any]
    order: Mapping[str, Any] | None = None


def reconcile(shop: Shop, since: datetime, *, now: datetime) -> int:
    """Copies of known events fall out by their ids. Returns how many were handed over."""
    handed = 0
    waiting: list[bytes] = []
    with shop.translated():
        for news in changed(shop, since):
            if (record := record_of(shop, news, now=now)) is not None:
                waiting.append(record)
            if len(waiting) >= AT_ONCE:
                shop.platform.inbox.append_now(waiting)
                handed, waiting = handed + len(waiting), []
        shop.platform.inbox.append_now(waiting)
    return handed + len(waiting)


def changed(shop: Shop, since: datetime) -> Iterator[News]:
    """A kind that the key may not read is left out: Shopify refused its webhooks, too."""
    from dlt_pipelines.sources.shopify.client import FieldsDenied

    for kind in (orders, checkouts, customers, contracts, charges):
        try:
            yield from kind(shop, since)
        except FieldsDenied:
            if kind is orders:  # without those the source has no point
                raise


def orders(shop: Shop, since: datetime) -> Iterator[News]:
    for number in shop.orders.changed_since(since):
        node = shop.orders.whole(number)
        if node is None:
            continue
        order = webhook_order(node)
        yield News("orders/create", order)
        for refund in webhook_refunds(node):
            yield News("refunds/create", refund, order)


def checkouts(shop: Shop, since: datetime) -> Iterator[News]:
    for node in shop.changes.checkouts(since):
        yield News("checkouts/update", webhook_checkout(node))


def customers(shop: Shop, since: datetime) -> Iterator[News]:
    for node in shop.changes.customers(since):
        yield News("customers/update", webhook_customer(node))


def contracts(shop: Shop, since: datetime) -> Iterator[News]:
    for node in shop.changes.contracts(since):
        for subject, body in contract_webhooks(node, since=since):
            yield News(subject, body)


def charges(shop: Shop, since: datetime) -> Iterator[News]:
    for node in shop.changes.attempts(since):
        if (body := webhook_attempt(node)) is not None:
            yield News("subscription_billing_attempts/failure", body)


def record_of(shop: Shop, news: News, *, now: datetime) -> bytes | None:
    given = Given(
        subject=news.subject,
        headers={"x-shopify-shop-domain": shop.domain},
        body=orjson.dumps(news.body),
        received_at=now,
    )
    return take(shop.source, given, find_order=lambda _: news.order).record
