"""A webhook enters the inbox as a record of its source, under the source's own rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from chord_platform.errors import SourceRefused
from chord_platform.events.shopify_webhooks.taking import Given, source_of, take
from chord_platform.events.source import ConsentRule, Source, SourceRules
from chord_platform.events.sources import Sources
from chord_platform.store import migrate, open_store
from tests.events.shopify_bodies import ORDER, REFUND
from tests.store.settings import settings_on

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOURCE = Source(
    name="linen_shopify_webhook_production",
    title="Linen Shopify Webhook (Production)",
    company="Linen",
    side="back-end",
    environment="production",
    kind="shopify_webhook",
    plan="shopify",
)


def given(subject: str, body: object, **headers: str) -> Given:
    named = {f"x-shopify-{name.replace('_', '-')}": value for name, value in headers.items()}
    return Given(subject=subject, headers=named, body=orjson.dumps(body), received_at=NOON)


def with_rules(**rules: object) -> Source:
    return replace(SOURCE, rules=SourceRules(**rules))


def test_an_order_becomes_a_record_of_the_source():
    taken = take(SOURCE, given("orders/create", ORDER, shop_domain="linen.myshopify.com"))
    assert taken.result["result"] == "event"
    record = orjson.loads(taken.record)
    assert (record["source"], record["protocol"]) == (SOURCE.name, "shopify")
    assert record["received_at"] == "2026-05-01T12:00:00.000000Z"
    assert record["message"]["event"] == "Order Completed"
    assert record["ip"] == "203.0.113.7"


def test_a_refund_asks_the_shop_for_its_order_and_others_ask_nothing():
    asked = []

    def find(order_id: str):  # type: ignore[no-untyped-def]
        asked.append(order_id)
        return ORDER

    taken = take(SOURCE, given("refunds/create", REFUND), find_order=find)
    take(SOURCE, given("orders/create", ORDER), find_order=find)
    assert asked == ["820982911946154508"]
    assert orjson.loads(taken.record)["message"]["anonymousId"] == "anon-7"


def test_the_sources_ip_policy_holds_for_webhooks_too():
    record = orjson.loads(take(with_rules(ip_policy="remove"), given("orders/paid", ORDER)).record)
    assert record["ip"] is None
    assert "ip" not in record["message"]["context"]


def test_what_the_sources_consent_rule_drops_is_not_kept():
    rule = ConsentRule(category="marketing", action="drop", unstated="refused")
    taken = take(with_rules(consent=(rule,)), given("orders/create", ORDER))
    assert (taken.record, taken.result["result"]) == (None, "consent")


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{"])
def test_a_body_that_is_no_object_is_unreadable(body):
    odd = replace(given("orders/create", {}), body=body)
    assert take(SOURCE, odd).result["result"] == "unreadable"


def test_a_test_notification_makes_no_event():
    assert take(SOURCE, given("orders/create", ORDER, test="true")).record is None


def test_the_source_is_the_one_that_names_the_connection_or_the_only_one(tmp_path):
    settings = settings_on(tmp_path, f"sqlite:///{tmp_path / 'store.sqlite'}")
    migrate(settings)
    store = open_store(settings)
    sources = Sources(store)
    with pytest.raises(SourceRefused, match="No source"):
        source_of(sources, "shop")
    made = sources.init("Linen", with_shopify=True)
    webhooks = [each.source for each in made if each.source.kind == "shopify_webhook"]
    with pytest.raises(SourceRefused, match="Several"):
        source_of(sources, "shop")
    chosen = webhooks[0].name
    sources.change(chosen, lambda source: replace(source, connection="shop"))
    assert source_of(sources, "shop").name == chosen
    assert source_of(sources, "staging_shop").name == webhooks[1].name
    store.close()
