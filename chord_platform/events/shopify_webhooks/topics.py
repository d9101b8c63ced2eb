"""The topics that become events: their names at Shopify, and what deliveries coalesce on.

Belongs here: this table. Does not belong here: what a body says (`mapping.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Topic:
    """subject: as the header says it. kind and field: deliveries about one thing share a key.

    scopes: without one of them Shopify refuses the subscription; what it would tell is left out.
    own_app_only: Shopify tells only the app that made the contract; else Shopify Flow sends it.
    """

    subject: str
    kind: str
    field: str
    scopes: tuple[str, ...]
    own_app_only: bool = False

    @property
    def enum(self) -> str:
        return self.subject.upper().replace("/", "_")


ORDERS = ("read_orders", "read_marketplace_orders")
CONTRACTS = ("read_own_subscription_contracts",)

TOPICS: Mapping[str, Topic] = {
    topic.subject: topic
    for topic in (
        Topic(subject="orders/create", kind="order", field="id", scopes=ORDERS),
        Topic(subject="orders/paid", kind="order", field="id", scopes=ORDERS),
        Topic(subject="refunds/create", kind="order", field="order_id", scopes=ORDERS),
        Topic(subject="checkouts/create", kind="checkout", field="token", scopes=("read_orders",)),
        Topic(subject="checkouts/update", kind="checkout", field="token", scopes=("read_orders",)),
        Topic(subject="customers/create", kind="customer", field="id", scopes=("read_customers",)),
        Topic(subject="customers/update", kind="customer", field="id", scopes=("read_customers",)),
        *(
            Topic(
                subject=f"subscription_contracts/{what}",
                kind="subscription",
                field="id",
                scopes=CONTRACTS,
                own_app_only=True,
            )
            for what in ("create", "cancel", "pause", "expire")
        ),
        Topic(
            subject="subscription_billing_attempts/failure",
            kind="subscription",
            field="subscription_contract_id",
            scopes=CONTRACTS,
            own_app_only=True,
        ),
    )
}


def key_of(subject: str, body: Mapping[str, Any], *, otherwise: str) -> str:
    """`order/820982911946154508`; `otherwise` where the body does not say whom it is about."""
    topic = TOPICS.get(subject)
    known = body.get(topic.field) if topic else None
    if topic is None or not isinstance(known, str | int) or known == "":
        return f"{subject}/{otherwise}"
    return f"{topic.kind}/{known}"
