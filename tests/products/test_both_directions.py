"""An edit travels from one emulated vendor to the other by real webhooks, and its echo stops."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from chord_platform.products.outcome import Outcome, Result
from chord_platform.products.refs import Ref
from chord_platform.products.sync_product import Side
from chord_platform.products.under_way import Asked
from tests.products.both_sides import TENANT, TOPIC, BothSides


def shirt(world: BothSides, **fields: Any) -> None:
    cms = world.cms
    front = cms.upload("front", file_name="front.jpg", title="From the front")
    for size in ("s", "m"):
        cms.create("optionValue", f"size-{size}", name=size.upper(), slug=size)
        cms.create(
            "variant",
            f"shirt-{size}",
            name=f"Shirt {size}",
            sku=f"SHIRT-{size.upper()}",
            price="49.00",
            weight="0.3",
            mainImage=front,
            optionValues=[cms.entry(f"size-{size}")],
        )
    values = [cms.entry("size-s"), cms.entry("size-m")]
    cms.create("optionType", "size", name="Size", slug="size", optionValues=values)
    given = {
        "name": "Nordic Shirt",
        "slug": "nordic-shirt",
        "status": "active",
        "vendor": "Fable",
        "images": [front],
        "optionTypes": [cms.entry("size")],
        "variants": [cms.entry("shirt-s"), cms.entry("shirt-m")],
        **fields,
    }
    cms.create("product", "shirt", **given)
    cms.publish_with_links("shirt")


def results(rounds: list[list[Outcome]]) -> set[Result]:
    return {one.result for done in rounds for one in done}


def test_a_product_of_the_cms_comes_to_the_shop_and_its_ids_come_back(world: BothSides) -> None:
    shirt(world)
    first, *echoes = world.work_until_quiet()
    assert [one.result for one in first].count(Result.WRITTEN) == 1
    made = world.shop_product("nordic-shirt")
    assert [one.sku for one in made.variants] == ["SHIRT-S", "SHIRT-M"]
    assert world.cms.values("shirt-s")["shopifyId"].startswith("gid://shopify/ProductVariant/")
    assert results(echoes) <= {Result.ALREADY_SEEN, Result.UNCHANGED}
    writes = world.writes()
    assert writes.count("productSet") == 1
    assert sorted(one for one in writes if one.startswith("PUT")) == [
        "PUT entries/shirt-m",
        "PUT entries/shirt-m/published",
        "PUT entries/shirt-s",
        "PUT entries/shirt-s/published",
    ]


def test_an_edit_in_the_cms_travels_and_its_echo_writes_nothing(world: BothSides) -> None:
    shirt(world)
    world.work_until_quiet()
    world.writes()
    world.cms.edit("shirt", name="Nordic Shirt II", campaignText="New!")
    world.cms.edit("shirt-s", price="39.00", regularPrice="49.00")
    world.cms.publish("shirt-s")
    world.cms.publish("shirt")
    rounds = world.work_until_quiet()
    assert world.shop_product("nordic-shirt").title == "Nordic Shirt II"
    assert world.shop_product("nordic-shirt").variants[0].price == Decimal("39.00")
    assert world.writes() == ["productSet"]
    assert results(rounds[1:]) <= {Result.ALREADY_SEEN, Result.UNCHANGED}


def test_an_edit_in_the_shop_travels_and_its_echo_writes_nothing(world: BothSides) -> None:
    shirt(world)
    world.work_until_quiet()
    world.cms.edit("shirt", locale="de-DE", name="Nordisches Hemd")
    world.cms.publish("shirt")
    world.work_until_quiet()
    world.writes()
    product = world.shop_product("nordic-shirt")
    world.shop.update_product(product.id, title="Shop's Shirt")
    world.shop.update_variant(product.variants[1].id, price=Decimal("45.50"))
    world.work_until_quiet()
    assert world.cms.read("shirt")["fields"]["name"] == {
        "en-US": "Shop's Shirt",
        "de-DE": "Nordisches Hemd",
    }
    assert world.cms.live("shirt-m")["fields"]["price"] == {"en-US": "45.50"}
    writes = world.writes()
    assert "productSet" not in writes
    assert writes == [
        "PUT entries/shirt-m",
        "PUT entries/shirt",
        "PUT entries/shirt-m/published",
        "PUT entries/shirt/published",
    ]


def test_a_product_of_the_shop_comes_to_the_cms(world: BothSides) -> None:
    product = next(
        one
        for one in world.shop.world.products
        if one.status == "active" and not one.is_gift_card and len(one.variants) > 1
    )
    world.shop.update_product(product.id, vendor="Fable & Co")
    world.work_until_quiet()
    (entry,) = world.cms.ids("product")
    told = world.cms.values(entry)
    assert (told["name"], told["slug"]) == (product.title, product.handle)
    assert len(told["variants"]) == len(product.variants)
    assert world.cms.live(entry) is not None
    assert "productSet" not in world.writes()


def test_what_is_unpublished_in_the_cms_is_a_draft_in_the_shop_and_back(world: BothSides) -> None:
    shirt(world)
    world.work_until_quiet()
    world.cms.unpublish("shirt")
    world.work_until_quiet()
    assert world.shop_product("nordic-shirt").status == "draft"
    world.cms.publish("shirt")
    world.work_until_quiet()
    assert world.shop_product("nordic-shirt").status == "active"
    world.cms.delete("shirt")
    world.work_until_quiet()
    assert world.shop_product("nordic-shirt").status == "draft"


def test_an_unpublished_edit_goes_nowhere(world: BothSides) -> None:
    shirt(world)
    world.work_until_quiet()
    world.writes()
    world.cms.edit("shirt", name="Not yet")
    world.cms.edit("shirt-s", shopifyId=world.cms.values("shirt-s")["shopifyId"], weight="0.5")
    world.cms.publish("shirt-s")
    world.work_until_quiet()
    product = world.shop_product("nordic-shirt")
    assert product.title == "Nordic Shirt"
    assert world.shop.world.weights.get(product.variants[0].id).value == 0.5


def test_what_could_not_be_published_is_not_carried_back(world: BothSides) -> None:
    shirt(world)
    world.work_until_quiet()
    world.cms.edit("shirt", campaignText="An editor's work")
    product = world.shop_product("nordic-shirt")
    world.shop.update_product(product.id, title="Shop's Shirt")
    world.work_until_quiet()
    assert world.cms.values("shirt")["name"] == "Shop's Shirt"
    assert world.cms.live("shirt")["fields"]["name"] == {"en-US": "Nordic Shirt"}
    world.cms.edit("shirt-s", price="59.00")
    world.cms.publish("shirt-s")
    world.work_until_quiet()
    product = world.shop_product("nordic-shirt")
    assert (product.title, product.variants[0].price) == ("Shop's Shirt", Decimal("59.00"))
    world.cms.publish("shirt")
    world.writes()
    world.work_until_quiet()
    assert world.writes() == []


def test_deliveries_that_are_late_doubled_and_disordered_end_the_same(world: BothSides) -> None:
    shirt(world)
    world.work_until_quiet()
    world.cms.telling.hold()
    for price in ("10.00", "20.00", "30.00"):
        world.cms.edit("shirt-m", price=price)
        world.cms.publish("shirt-m")
        world.cms.edit("shirt", vendor=f"Fable {price}")
        world.cms.publish("shirt")
    world.writes()
    world.cms.telling.release(lambda calls: [*reversed(calls), *calls])
    world.work_until_quiet()
    product = world.shop_product("nordic-shirt")
    assert (product.vendor, product.variants[1].price) == ("Fable 30.00", Decimal("30.00"))
    assert world.writes() == ["productSet"]


def test_debug_mode_and_a_dry_run_write_nothing(
    world: BothSides, monkeypatch: pytest.MonkeyPatch
) -> None:
    shirt(world)
    ref = Ref(side=Side.CONTENTFUL, id="shirt")
    dry = world.sync.sync(Asked(ref=ref, dry_run=True))
    assert dry.result is Result.WOULD_WRITE
    assert "name: (empty) -> Nordic Shirt" in map(str, dry.changes)
    world.writes()
    world.apply(monkeypatch, options="    debug: true")
    world.writes()
    (done,) = world.work_until_quiet()
    assert {one.result for one in done} == {Result.WOULD_WRITE}
    assert world.writes() == []
    (message,) = world.slack
    assert message["text"] == (
        "⚠️ Nordic Shirt: would sync (debug mode: nothing was written) (my_company)"
    )


def test_slack_hears_of_it_once_a_batch(world: BothSides) -> None:
    shirt(world)
    world.work_until_quiet()
    (message,) = world.slack
    assert "Nordic Shirt" in str(message["blocks"])
    assert "https://app.contentful.com/spaces/" in str(message["blocks"])


def test_who_does_not_have_the_key_or_changes_the_body_is_not_heard(world: BothSides) -> None:
    body = '{"sys":{"type":"Entry","id":"shirt","contentType":{"sys":{"id":"product"}}}}'
    for headers in (
        {"x-api-key": "chord_sync_wrong", "x-chord-tenant-name": TENANT},
        {"X-Shopify-Hmac-Sha256": "wrong", "X-Shopify-Shop-Domain": world.shop.domain},
        {},
    ):
        answer = requests.post(
            f"{world.gateway.url}/sync",
            data=body,
            headers={"x-contentful-topic": "ContentManagement.Entry.publish", **headers},
            timeout=10,
        )
        assert answer.status_code == 401
    world.cms.telling.hold()
    shirt(world)
    world.cms.telling.release(
        lambda calls: [
            replace(one, headers={**one.headers, "x-chord-tenant-name": "other"}) for one in calls
        ]
    )
    assert world.work() == []
    assert world.platform.deliveries.counts().get(TOPIC, {}) == {}
