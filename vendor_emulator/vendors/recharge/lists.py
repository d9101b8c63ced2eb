"""Recharge's lists: which words each takes, and what its filters mean.

Belongs here: parameters of a list. Does not belong here: pages and errors (`service.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SCOPES = {
    "store": "store_info",
    "customers": "read_customers",
    "addresses": "read_customers",
    "subscriptions": "read_subscriptions",
    "onetimes": "read_subscriptions",
    "bundle_selections": "read_subscriptions",
    "charges": "read_orders",
    "orders": "read_orders",
    "discounts": "read_discounts",
    "plans": "read_products",
    "collections": "read_products",
    "payment_methods": "read_payment_methods",
    "credit_adjustments": "read_customers",
    "metafields": "read_customers",
    "events": "read_events",
}
OWNERS = ("customer", "subscription", "order", "charge", "address", "store")
PLURAL_OWNERS = {"addresses": "address"}
TIMES = ("created_at_min", "created_at_max", "updated_at_min", "updated_at_max")
BY_CHANGE = ("id-asc", "id-desc", "updated_at-asc", "updated_at-desc")
BY_BIRTH = ("created_at-asc", "created_at-desc")


@dataclass(frozen=True)
class List:
    """words: filters beside `limit` and `cursor`; sorts: orders that it takes."""

    words: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    default_sort: str = "id-desc"

    def trouble(self, name: str, value: str) -> str | None:
        if name == "sort_by":
            return None if value in self.sorts else "Not a valid choice."
        if name not in self.words:
            return "Unknown field."
        if name.endswith(("_min", "_max")):
            try:
                at(value)
            except ValueError:
                return "Not a valid datetime."
        if name == "owner_resource" and value not in OWNERS:
            return "Not a valid choice."
        if name == "include_cancelled" and value not in ("true", "false"):
            return "Not a valid boolean."
        return None

    def matches(self, row: Mapping[str, Any], given: Mapping[str, str]) -> bool:
        for name, value in given.items():
            if name in ("sort_by", "include_cancelled"):
                continue
            if name.endswith("_min"):
                if at(row[name[:-4]]) < at(value):
                    return False
            elif name.endswith("_max"):
                if at(row[name[:-4]]) > at(value):
                    return False
            elif str(row.get(name)) != value:
                return False
        hides = "include_cancelled" in self.words and given.get("include_cancelled") != "true"
        return not (hides and row["is_cancelled"])


def at(text: str) -> datetime:
    time = datetime.fromisoformat(text.replace(" ", "+"))
    return time if time.tzinfo else time.replace(tzinfo=UTC)


LISTS = {
    "customers": List((*TIMES, "email", "external_customer_id", "hash"), BY_CHANGE),
    "addresses": List((*TIMES, "customer_id", "is_active"), BY_CHANGE),
    "subscriptions": List((*TIMES, "customer_id", "address_id", "status"), (*BY_CHANGE, *BY_BIRTH)),
    "charges": List(
        (*TIMES, "customer_id", "address_id", "status", "scheduled_at"),
        (*BY_CHANGE, "scheduled_at-asc", "scheduled_at-desc"),
    ),
    "orders": List(
        (*TIMES, "customer_id", "address_id", "status", "type"),
        (*BY_CHANGE, "scheduled_at-asc", "scheduled_at-desc"),
    ),
    "onetimes": List((*TIMES, "address_id", "include_cancelled"), (*BY_CHANGE, *BY_BIRTH)),
    "discounts": List((*TIMES, "status"), (*BY_CHANGE, *BY_BIRTH)),
    "bundle_selections": List((*TIMES, "purchase_item_id"), BY_CHANGE),
    "credit_adjustments": List(TIMES, BY_CHANGE),
    "plans": List(("updated_at_min", "updated_at_max", "external_product_id", "type"), BY_CHANGE),
    "collections": List((), ("id-asc", "id-desc", *BY_BIRTH, "title-asc", "title-desc")),
    "payment_methods": List(("customer_id",)),
    "metafields": List(("owner_resource", "owner_id"), ("id-asc", "id-desc")),
    "events": List(
        ("created_at_min", "created_at_max", "customer_id", "object_type", "object_id", "verb"),
        ("id-asc", "id-desc", *BY_BIRTH),
        "created_at-desc",
    ),
}
