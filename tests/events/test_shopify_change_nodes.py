"""What the watchdog asks for is told like the webhook that was lost, under the same id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chord_platform.events.shopify_webhooks import Arrived, map_webhook
from chord_platform.events.shopify_webhooks.change_nodes import (
    contract_webhooks,
    webhook_attempt,
    webhook_checkout,
    webhook_customer,
)
from tests.events.shopify_bodies import CHECKOUT, CONTRACT, CUSTOMER, FAILED_CHARGE

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=8)


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}


CUSTOMER_NODE = {
    "id": "gid://shopify/Customer/115310627314723954",
    "createdAt": "2026-04-30T15:00:00Z",
    "updatedAt": "2026-05-01T10:00:00Z",
    "firstName": "John",
    "lastName": "Smith",
    "defaultEmailAddress": {"emailAddress": "jon@example.com"},
    "defaultPhoneNumber": None,
    "defaultAddress": {
        "address1": "123 Elm St.",
        "city": "Ottawa",
        "province": "Ontario",
        "country": "Canada",
        "zip": "K2H7A8",
        "phone": "123-123-1234",
    },
}
CHECKOUT_NODE = {
    "id": "gid://shopify/AbandonedCheckout/981820079255243537",
    "name": "#981820079255243537",
    "createdAt": "2026-05-01T10:59:00Z",
    "updatedAt": "2026-05-01T10:59:30Z",
    "abandonedCheckoutUrl": "https://linen.shop/548380009/checkouts/123123123/recover?key=k",
    "discountCodes": [],
    "customAttributes": [
        {"key": each["name"], "value": each["value"]} for each in CHECKOUT["note_attributes"]
    ],
    "subtotalPriceSet": money("30.10"),
    "totalPriceSet": money("45.10"),
    "totalTaxSet": money("5.00"),
    "totalDiscountSet": money("0.10"),
    "customer": None,
    "lineItems": {
        "nodes": [
            {
                "id": "gid://shopify/AbandonedCheckoutLineItem/"
                + "139cb5712fb4c8d9957dcfad9a3028da?checkout_token=1",
                "title": "Linen shirt",
                "sku": "SHIRT-BLUE-M",
                "quantity": 2,
                "variant": {"id": "gid://shopify/ProductVariant/642667041472714000"},
                "product": {"id": "gid://shopify/Product/788032119674292922"},
                "originalUnitPriceSet": money("10.10"),
            }
        ]
    },
}
CONTRACT_NODE = {
    "id": "gid://shopify/SubscriptionContract/402440842",
    "revisionId": "7232252373",
    "status": "ACTIVE",
    "createdAt": "2026-05-01T11:00:00Z",
    "updatedAt": "2026-05-01T11:30:00Z",
    "currencyCode": "EUR",
    "customer": {"id": "gid://shopify/Customer/115310627314723954"},
    "billingPolicy": {"interval": "WEEK", "intervalCount": 4},
}


def told(subject: str, body: Any, *, event_id: str = "") -> dict[str, Any]:
    found = map_webhook(
        Arrived(
            subject=subject,
            body=body,
            received_at=NOW,
            known_since=NOW - timedelta(days=30),
            event_id=event_id,
        )
    )
    assert found.message is not None, found.because
    return found.message


def test_a_customer_is_told_as_by_the_webhook():
    assert told("customers/update", webhook_customer(CUSTOMER_NODE)) == told(
        "customers/update", CUSTOMER, event_id="e"
    )


def test_a_checkout_is_told_as_by_the_webhook():
    assert told("checkouts/update", webhook_checkout(CHECKOUT_NODE)) == told(
        "checkouts/update", CHECKOUT, event_id="e"
    )


@pytest.mark.parametrize(
    ("address", "token"),
    [
        ("https://linen.shop/checkouts/ac/hWN2/recover?key=k&locale=en", "hWN2"),
        ("https://linen.shop/recover/7?key=k", None),
    ],
)
def test_a_checkouts_token_stands_in_its_address_or_is_not_known(address, token):
    message = told(
        "checkouts/update", webhook_checkout({**CHECKOUT_NODE, "abandonedCheckoutUrl": address})
    )
    assert message["properties"].get("order_id") == token
    assert message["messageId"] == "shopify-checkout_started-981820079255243537"


def ids(**changed: Any) -> list[str]:
    news = contract_webhooks({**CONTRACT_NODE, **changed}, since=SINCE)
    return [told(subject, body)["messageId"] for subject, body in news]


def test_a_contract_that_was_made_or_has_ended_is_told_under_its_webhooks_id():
    made = told("subscription_contracts/create", CONTRACT, event_id="e")["messageId"]
    ended = told("subscription_contracts/cancel", CONTRACT, event_id="e")["messageId"]
    assert ids() == [made]
    assert ids(status="CANCELLED") == [made, ended]
    assert ids(status="EXPIRED", createdAt="2026-01-01T00:00:00Z") == [
        "shopify-subscription_expired-402440842-7232252373"
    ]


def test_a_pause_and_an_older_contract_are_not_told():
    assert ids(status="PAUSED", createdAt="2026-01-01T00:00:00Z") == []


def test_a_charge_that_failed_is_told_under_its_webhooks_id_and_no_other_is_told():
    node = {
        "id": "gid://shopify/SubscriptionBillingAttempt/99",
        "idempotencyKey": "charge-2026-05",
        "createdAt": "2026-05-01T11:00:00Z",
        "completedAt": "2026-05-01T11:01:00Z",
        "state": {"__typename": "SubscriptionBillingAttemptFailedState"},
        "subscriptionContract": {"id": "gid://shopify/SubscriptionContract/402440842"},
    }
    subject = "subscription_billing_attempts/failure"
    body = webhook_attempt(node)
    assert told(subject, body)["messageId"] == told(subject, FAILED_CHARGE)["messageId"]
    for state in ("SuccessState", "PendingState", "ActionRequiredState"):
        other = {"__typename": f"SubscriptionBillingAttempt{state}"}
        assert webhook_attempt({**node, "state": other}) is None


def test_a_contract_that_ended_twice_is_told_twice_and_each_copy_once():
    def ended(revision: str, event_id: str) -> str:
        body = {**CONTRACT, "revision_id": revision}
        return told("subscription_contracts/cancel", body, event_id=event_id)["messageId"]

    assert ended("1", "a") == ended("1", "b") != ended("2", "c")
