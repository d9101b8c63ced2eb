"""Customers, checkouts, contracts and charges as GraphQL shows them, in the words of webhooks.

Belongs here: that translation, and which webhooks the state of a contract stands for. Does not
belong here: asking Shopify (`dlt_pipelines`), orders (`order_node.py`).

What no webhook told of becomes the same event, with the same id, as if one had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chord_platform.events.shopify_webhooks.order_node import money
from chord_platform.events.shopify_webhooks.reading import id_of, mapping, mappings, moment, text

RECOVERY = re.compile(r"/checkouts/(?:[a-z]{2}/)?(?P<token>[^/?#]+)/recover")
"""`https://shop/548380009/checkouts/TOKEN/recover?key=...`: GraphQL has the token nowhere else."""

ENDED = {"CANCELLED": "subscription_contracts/cancel", "EXPIRED": "subscription_contracts/expire"}
"""A pause is not among them: nothing in a contract says which pause it is in, so that it would
stand beside its own webhook's, under another id."""

FAILED = "SubscriptionBillingAttemptFailedState"


def webhook_customer(node: Mapping[str, Any]) -> dict[str, Any]:
    address = mapping(node.get("defaultAddress"))
    return {
        "id": id_of(node.get("id")),
        "created_at": node.get("createdAt"),
        "updated_at": node.get("updatedAt"),
        "first_name": node.get("firstName"),
        "last_name": node.get("lastName"),
        "email": mapping(node.get("defaultEmailAddress")).get("emailAddress"),
        "phone": mapping(node.get("defaultPhoneNumber")).get("phoneNumber"),
        "default_address": dict(address) if address else None,
    }


def webhook_checkout(node: Mapping[str, Any]) -> dict[str, Any]:
    customer_id = id_of(mapping(node.get("customer")).get("id"))
    found = RECOVERY.search(text(node.get("abandonedCheckoutUrl")) or "")
    total = mapping(mapping(node.get("totalPriceSet")).get("shopMoney"))
    return {
        "token": found["token"] if found else None,
        "name": node.get("name"),
        "created_at": node.get("createdAt"),
        "updated_at": node.get("updatedAt"),
        "currency": total.get("currencyCode"),
        "subtotal_price": money(node, "subtotalPriceSet"),
        "total_price": money(node, "totalPriceSet"),
        "total_tax": money(node, "totalTaxSet"),
        "total_discounts": money(node, "totalDiscountSet"),
        "discount_codes": [{"code": code} for code in node.get("discountCodes") or ()],
        "note_attributes": [
            {"name": each.get("key"), "value": each.get("value")}
            for each in mappings(node.get("customAttributes"))
        ],
        "customer": {"id": customer_id} if customer_id else None,
        "line_items": [
            {
                "key": id_of(line.get("id")),
                "product_id": id_of(mapping(line.get("product")).get("id")),
                "variant_id": id_of(mapping(line.get("variant")).get("id")),
                "title": line.get("title"),
                "variant_title": line.get("variantTitle"),
                "sku": line.get("sku"),
                "quantity": line.get("quantity"),
                "price": money(line, "originalUnitPriceSet"),
            }
            for line in mappings(mapping(node.get("lineItems")).get("nodes"))
        ],
    }


def contract_webhooks(
    node: Mapping[str, Any], *, since: datetime
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Subjects and bodies: that it was made, when it was made since then, and that it ended."""
    policy = mapping(node.get("billingPolicy"))
    status = text(node.get("status")) or ""
    body = {
        "id": id_of(node.get("id")),
        "customer_id": id_of(mapping(node.get("customer")).get("id")),
        "currency_code": node.get("currencyCode"),
        "revision_id": node.get("revisionId"),
        "billing_policy": {
            "interval": (text(policy.get("interval")) or "").lower() or None,
            "interval_count": policy.get("intervalCount"),
        },
    }
    made_at = moment(node.get("createdAt"))
    if made_at and made_at >= since:
        yield (
            "subscription_contracts/create",
            {**body, "status": "active", "created_at": node.get("createdAt")},
        )
    if status in ENDED:
        ended = {**body, "status": status.lower(), "updated_at": node.get("updatedAt")}
        yield ENDED[status], ended


def webhook_attempt(node: Mapping[str, Any]) -> dict[str, Any] | None:
    """None: the charge did not fail, or not yet."""
    if mapping(node.get("state")).get("__typename") != FAILED:
        return None
    contract = mapping(node.get("subscriptionContract"))
    return {
        "id": id_of(node.get("id")),
        "idempotency_key": node.get("idempotencyKey"),
        "subscription_contract_id": id_of(contract.get("id")),
        "customer_id": id_of(mapping(contract.get("customer")).get("id")),
        "updated_at": node.get("completedAt"),
        "created_at": node.get("createdAt"),
    }
