"""Shopify's own example webhooks become events that the Shopify plan accepts."""

from __future__ import annotations

import copy
import json
import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.events.plans import Plans
from chord_platform.events.shopify_webhooks import TOPICS, Arrived, key_of, map_webhook
from chord_platform.events.source import SourceRules
from tests.events.shopify_bodies import CHECKOUT, CONTRACT, CUSTOMER, FAILED_CHARGE, ORDER, REFUND

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SPECS = Path(
    os.environ.get("CHORD_VENDOR_SPECS")
    or Path(__file__).resolve().parents[3] / "shared" / "vendor_specs"
)
BODIES = {
    "order": ORDER,
    "checkout": CHECKOUT,
    "customer": CUSTOMER,
    "subscription": CONTRACT,
}


def arrived(subject: str, body: Any, **facts: Any) -> Arrived:
    return Arrived(
        subject=subject,
        body=body,
        received_at=facts.pop("received_at", NOW),
        known_since=facts.pop("known_since", NOW - timedelta(days=30)),
        shop="linen.myshopify.com",
        event_id=facts.pop("event_id", "event-1"),
        **facts,
    )


def message_of(subject: str, body: Any, **facts: Any) -> dict[str, Any]:
    found = map_webhook(arrived(subject, body, **facts))
    assert found.message is not None, found.because
    return found.message


def body_of(subject: str) -> Any:
    if subject == "refunds/create":
        return REFUND
    if subject == "subscription_billing_attempts/failure":
        return FAILED_CHARGE
    return BODIES[TOPICS[subject].kind]


@cache
def judge():  # type: ignore[no-untyped-def]
    plan = Plans(Path("nowhere")).load("shopify").for_side("back-end")
    return lambda message: plan.judge(message, SourceRules())


@pytest.mark.parametrize("subject", sorted(TOPICS))
def test_each_topic_becomes_an_event_that_the_plan_accepts(subject):
    message = message_of(subject, body_of(subject), order=ORDER)
    verdict = judge()(message)
    assert verdict.is_planned
    assert verdict.violations == ()


@pytest.mark.parametrize("subject", sorted(TOPICS))
def test_shopifys_own_examples_are_planned_events_too(subject):
    path = SPECS / "shopify" / "webhooks_2026-07.json"
    if not path.exists():
        print("not compared: Shopify's webhook examples are not here")
        return
    example = json.loads(path.read_text())["topics"][subject]["example"]
    if not example:
        print(f"not compared: Shopify shows no example of {subject}")
        return
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    message = message_of(subject, example, known_since=long_ago)
    assert judge()(message).violations == ()


def test_an_order_is_completed_once_whichever_webhook_tells_it():
    created, paid = message_of("orders/create", ORDER), message_of("orders/paid", ORDER)
    assert created["messageId"] == paid["messageId"] == "shopify-order_completed-820982911946154508"
    assert created["properties"]["order_id"] == "820982911946154508"


def test_a_message_tells_who_the_browser_was():
    message = message_of("orders/create", ORDER)
    assert message["anonymousId"] == "anon-7"
    assert message["userId"] == "115310627314723954"
    assert message["properties"]["tracking_ids"] == {
        "google_client_id": "111.222",
        "fbp": "fb.1.1.2",
    }
    assert message["context"]["userAgent"] == "Mozilla/5.0"
    assert message["context"]["page"] == {"url": "https://linen.shop/?utm_source=mail"}
    assert message_of("checkouts/update", CHECKOUT)["anonymousId"] == "anon-7"
    assert message_of("refunds/create", REFUND, order=ORDER)["anonymousId"] == "anon-7"


def test_a_guest_without_the_browsers_id_is_known_by_the_checkout():
    guest = {**ORDER, "customer": None, "note_attributes": []}
    message = message_of("orders/create", guest)
    assert message["anonymousId"] == f"shopify-checkout-{ORDER['checkout_token']}"
    assert "userId" not in message


def test_money_is_added_exactly_and_lines_lose_their_discounts():
    properties = message_of("orders/create", ORDER)["properties"]
    assert (properties["total"], properties["revenue"], properties["shipping"]) == (
        45.1,
        30.1,
        10.0,
    )
    shirt, _ = properties["products"]
    assert (shirt["price"], shirt["quantity"], shirt["revenue"]) == (10.1, 2, 20.1)
    assert shirt["option_values"] == ["Blue", "M"]


def test_a_refund_says_what_was_paid_back_and_for_what():
    properties = message_of("refunds/create", REFUND, order=ORDER)["properties"]
    assert (properties["total"], properties["revenue"], properties["currency"]) == (
        11.0,
        10.05,
        "EUR",
    )
    assert properties["products"][0]["quantity"] == 1
    assert properties["email"] == "jon@example.com"


def test_a_refund_is_told_also_when_its_order_is_out_of_reach():
    message = message_of("refunds/create", REFUND)
    assert message["anonymousId"] == "shopify-order-820982911946154508"
    assert judge()(message).violations == ()


def test_a_checkout_without_lines_waits_for_the_update_that_has_them():
    empty = map_webhook(arrived("checkouts/create", {**CHECKOUT, "line_items": []}))
    assert (empty.message, empty.outcome) == (None, "not_yet")
    full = message_of("checkouts/update", CHECKOUT)
    assert full["messageId"] == "shopify-checkout_started-981820079255243537"


def test_each_change_of_a_customer_is_told_and_each_copy_of_it_is_not():
    first = message_of("customers/create", CUSTOMER)
    same = message_of("customers/update", CUSTOMER, event_id="another")
    later = message_of("customers/update", {**CUSTOMER, "updated_at": "2026-05-01T11:00:00Z"})
    assert first["messageId"] == same["messageId"] != later["messageId"]


def test_a_subscription_may_be_paused_twice_and_is_made_once():
    def ids(subject: str, *events: str) -> set[str]:
        return {message_of(subject, CONTRACT, event_id=each)["messageId"] for each in events}

    assert len(ids("subscription_contracts/pause", "a", "b")) == 2
    assert len(ids("subscription_contracts/pause", "a", "a")) == 1
    assert len(ids("subscription_contracts/create", "a", "b")) == 1


def test_what_is_older_than_known_copies_is_left_out():
    old = {**ORDER, "created_at": "2026-03-01T12:00:00Z"}
    assert map_webhook(arrived("orders/paid", old)).outcome == "too_old"


def test_the_admin_pages_test_button_makes_no_sale():
    assert map_webhook(arrived("orders/create", ORDER, is_test=True)).outcome == "test_notification"


def test_deliveries_about_one_order_share_a_key():
    assert key_of("orders/paid", ORDER, otherwise="x") == "order/820982911946154508"
    assert key_of("refunds/create", REFUND, otherwise="x") == "order/820982911946154508"
    assert key_of("orders/create", {}, otherwise="x") == "orders/create/x"
    assert key_of("shop/update", {"id": 1}, otherwise="x") == "shop/update/x"


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.just([]), st.just({}), st.just([None]), st.just([{}]),
)  # fmt: skip


@settings(max_examples=150)
@given(subject=st.sampled_from(sorted(TOPICS)), data=st.data())
def test_no_body_breaks_the_mapping(subject, data):
    """A version change may remove or retype any field."""
    body = copy.deepcopy(body_of(subject))
    names = data.draw(st.lists(st.sampled_from(sorted(body)), max_size=6))
    for name in names:
        body[name] = data.draw(JUNK)
    found = map_webhook(arrived(subject, body, order=data.draw(st.sampled_from([None, {}, ORDER]))))
    if found.message is None:
        assert found.because
    else:
        assert found.message["messageId"]
        assert found.message.get("userId") or found.message.get("anonymousId")
        json.dumps(found.message, allow_nan=False)
