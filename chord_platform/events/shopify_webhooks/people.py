"""Customers as identify, subscription contracts and failed charges as the five subscription events.

Belongs here: their traits and properties. Does not belong here: the message around them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chord_platform.events.shopify_webhooks.reading import (
    amount,
    id_of,
    iso,
    known,
    mapping,
    moment,
    number,
    text,
)

SUBSCRIPTION_EVENTS = {
    "subscription_contracts/create": "Subscription Created",
    "subscription_contracts/cancel": "Subscription Cancelled",
    "subscription_contracts/pause": "Subscription Paused",
    "subscription_contracts/expire": "Subscription Expired",
    "subscription_billing_attempts/failure": "Subscription Payment Failed",
}


def traits(customer: Mapping[str, Any]) -> dict[str, Any]:
    """Segment's reserved names, so that destinations know them."""
    address = mapping(customer.get("default_address"))
    created_at = moment(customer.get("created_at"))
    lived = known(
        {
            "street": text(address.get("address1")),
            "city": text(address.get("city")),
            "state": text(address.get("province")),
            "postalCode": text(address.get("zip")),
            "country": text(address.get("country")),
        }
    )
    return known(
        {
            "email": text(customer.get("email")),
            "firstName": text(customer.get("first_name")),
            "lastName": text(customer.get("last_name")),
            "phone": text(customer.get("phone") or address.get("phone")),
            "createdAt": iso(created_at) if created_at else None,
            "address": lived or None,
        }
    )


def subscription(body: Mapping[str, Any]) -> dict[str, Any]:
    """Of a contract, or of a charge that failed, which knows only whose it is."""
    policy = mapping(body.get("billing_policy"))
    return known(
        {
            "subscription_id": subscription_id(body),
            "state": text(body.get("status")),
            "currency": text(body.get("currency_code")),
            "interval_length": number(amount(policy.get("interval_count"))),
            "interval_units": text(policy.get("interval")),
        }
    )


def subscription_id(body: Mapping[str, Any]) -> str | None:
    contract = body.get("subscription_contract_id") or body.get(
        "admin_graphql_api_subscription_contract_id"
    )
    return id_of(contract or body.get("id"))
