"""What is asked of Shopify about webhooks and single orders, against its official schema; and the
emulated webhooks' bodies against the fields of its documented examples."""

from __future__ import annotations

import json

import pytest
from graphql import NoDeprecatedCustomRule, parse, specified_rules, validate

from chord_platform.events.shopify_webhooks import TOPICS
from dlt_pipelines.sources.shopify import change_lookup, order_lookup, webhooks
from tests.conformance.specs import SPECS
from tests.conformance.test_shopify_queries import official_schema
from vendor_emulator.business import Business
from vendor_emulator.vendors.shopify import webhook_bodies as bodies
from vendor_emulator.vendors.shopify.webhooks import as_enum, as_header

EXAMPLES = SPECS / "shopify" / "webhooks_2026-07.json"
LISTED = SPECS / "shopify" / "webhook_topics_2026-10.json"


DOCUMENTS = [*webhooks.DOCUMENTS, *order_lookup.DOCUMENTS, *change_lookup.DOCUMENTS]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_document_validates_against_the_official_schema(document):
    tree, schema = parse(document), official_schema()
    if schema is not None:
        rules = [*specified_rules, NoDeprecatedCustomRule]
        assert [error.message for error in validate(schema, tree, rules)] == []


def test_every_topic_is_one_of_shopifys():
    if not LISTED.exists():
        print(f"not compared: {LISTED.name} is not here")
        return
    known = {one["enum"] for one in json.loads(LISTED.read_text())}
    assert {topic.enum for topic in TOPICS.values()} <= known


@pytest.mark.parametrize("subject", [*TOPICS, "products/update"])
def test_the_emulator_writes_topics_both_ways(subject):
    assert as_header(as_enum(subject)) == subject


def test_the_emulators_bodies_have_only_fields_of_shopifys_own():
    if not EXAMPLES.exists():
        print(f"not compared: {EXAMPLES.name} is not here")
        return
    topics = json.loads(EXAMPLES.read_text())["topics"]
    business = Business(seed=1, orders=60)
    orders = [one for one in business.orders if one.shop == "shopify"]
    buyer = next(one for one in business.customers if "shopify" in one.shops)
    refunded = next(one for one in orders if one.refunds)
    checkout = next(one for one in business.checkouts if one.shop == "shopify")
    for subject, body in (
        ("orders/create", bodies.order(orders[0], buyer)),
        ("refunds/create", bodies.refund(refunded.refunds[0], refunded)),
        ("customers/create", bodies.customer(buyer)),
        ("checkouts/create", bodies.checkout(checkout, buyer)),
        ("products/update", bodies.product(business.products[0])),
    ):
        strange = set(body) - set(topics[subject]["example"])
        assert not strange, f"{subject}: {sorted(strange)}"
        for name in ("line_items", "refund_line_items", "variants"):
            if body.get(name):
                there = topics[subject]["example"][name][0]
                strange = set(body[name][0]) - set(there)
                assert not strange, f"{subject} {name}: {sorted(strange)}"


def test_a_product_of_many_variants_shows_its_first_hundred_and_names_the_rest():
    business = Business(seed=1, orders=5)
    product = business.products[0]
    variants = tuple(product.variants[0] for _ in range(130))
    from dataclasses import replace

    body = bodies.product(replace(product, variants=variants))
    assert (len(body["variants"]), len(body["variant_gids"])) == (100, 130)
