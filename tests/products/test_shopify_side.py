"""Shopify as a side of product sync, over a socket: what is asked, what is sent, what survives."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chord_platform.errors import ProductRefused
from chord_platform.products.comparer import Decision, compare
from chord_platform.products.mutations import DeleteProduct, ProductField, SetField
from chord_platform.products.options import ALWAYS, WeightUnit
from chord_platform.products.ports import Ambiguous, Fetched, Gone, VersionConflict
from chord_platform.products.shopify.integration import PRODUCT_GID, VARIANT_GID
from chord_platform.products.sync_product import (
    OptionType,
    OptionValue,
    SelectedOption,
    Side,
    Status,
    SyncProduct,
)
from dlt_pipelines.errors import CredentialsRejected
from dlt_pipelines.sources.shopify import client
from tests.products import cases
from tests.products.shop_stage import (
    ShopStage,
    cms_product,
    photo,
    shop_server,
    shop_stage,
    size,
)

__all__ = ["shop_server", "shop_stage"]  # pytest finds fixtures by import


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SECOND", 0.01)


def sent(stage: ShopStage) -> dict[str, Any]:
    """The input of the last productSet."""
    (*_, last) = (one for one in stage.emulator.requests if one.names[-1] == "productSet")
    return last.variables["input"]


def test_a_new_product_is_one_search_one_write_and_its_publication(shop_stage: ShopStage) -> None:
    made = shop_stage.written(cms_product(tags=("b", "A")))
    assert shop_stage.asked() == [
        "productVariants",
        "productSet",
        "publications",
        "publishablePublish",
    ]
    assert (made.slug, made.name, made.vendor, made.tags) == (
        "linen-shirt",
        "Linen Shirt",
        "Fable",
        ("A", "b"),
    )
    assert [(one.sku, one.price, one.gtin, one.weight) for one in made.variants] == [
        ("SHIRT-S", "49.00", "4001234", "0.3"),
        ("SHIRT-M", "49.00", "4001234", "0.3"),
    ]
    product = shop_stage.shop.world.find(made.id)
    assert product.published_at is not None


def test_a_change_is_one_query_and_one_write_and_nothing_is_none(shop_stage: ShopStage) -> None:
    made = shop_stage.written(cms_product())
    shop_stage.forget_requests()
    shop_stage.written(cms_product(name="Renamed"), linked_id=made.id)
    assert shop_stage.asked() == ["product", "productSet"]
    assert sent(shop_stage) == {"title": "Renamed"}
    shop_stage.forget_requests()
    comparison, _ = shop_stage.carry_over(cms_product(name="Renamed"), linked_id=made.id)
    assert (comparison.decision, shop_stage.asked()) == (Decision.UNCHANGED, ["product"])


def test_a_changed_price_names_every_variant_and_changes_one(shop_stage: ShopStage) -> None:
    made = shop_stage.written(cms_product())
    dearer = cms_product(variants=(size("S"), size("M", price="55", regular_price="60")))
    shop_stage.written(dearer, linked_id=made.id)
    first, second = sent(shop_stage)["variants"]
    assert first == {
        "id": made.variants[0].id,
        "optionValues": [{"optionName": "Size", "name": "S"}],
    }
    assert (second["price"], second["compareAtPrice"]) == ("55.00", "60.00")
    assert set(sent(shop_stage)) == {"variants", "productOptions"}


def test_what_is_not_ours_survives_every_write(shop_stage: ShopStage) -> None:
    """Metafields, collections, stock, films and the merchant's own pictures, in their order."""
    world = shop_stage.shop.world
    old = next(one for one in world.products if one.id % 5 == 0 and one.options)
    origin = cms_product(
        slug=old.handle,
        images=(photo("a.jpg"),),
        option_types=tuple(
            OptionType(name=name, values=tuple(OptionValue(name=one) for one in values))
            for name, values in old.options
        ),
        variants=tuple(
            size(
                str(one.id),
                sku=one.sku,
                options=tuple(SelectedOption(option=n, value=v) for n, v in one.options),
                main_image=photo("b.jpg"),
            )
            for one in old.variants
        ),
    )
    before = shop_stage.integration().fetch(f"{PRODUCT_GID}{7_200_000_000_000 + old.id}")
    assert isinstance(before, Fetched)
    own = [one.id for one in before.product.images]
    metafields = world.metafields_of("product", old.id)
    after = shop_stage.written(origin)
    assert after.id == before.product.id
    assert [one.source.rpartition("/")[2] for one in after.images[:2]] == ["b.jpg", "a.jpg"]
    assert [one.id for one in after.images[2:]] == own
    assert all(one.main_image == after.images[0] for one in after.variants)
    now = world.product(old.id)
    assert (now.collection_ids, world.metafields_of("product", old.id)) == (
        old.collection_ids,
        metafields,
    )
    assert all(world.levels_of(one.inventory_item_id) for one in now.variants)


def test_a_picture_is_uploaded_once_and_follows_its_order(shop_stage: ShopStage) -> None:
    origin = cms_product(images=(photo("a.jpg"), photo("b.jpg")))
    made = shop_stage.written(origin)
    turned = shop_stage.written(
        replace(origin, images=(photo("b.jpg"), photo("a.jpg", alt="front"))), linked_id=made.id
    )
    assert [one.id for one in turned.images] == [one.id for one in reversed(made.images)]
    assert [one.alt for one in turned.images] == ["b.jpg", "front"]
    gone = shop_stage.written(replace(origin, images=()), linked_id=made.id)
    assert gone.images == ()


def test_a_picture_that_failed_is_sent_again_when_the_product_is_next_looked_at(
    shop_stage: ShopStage,
) -> None:
    bad = photo("bad.jpg")
    shop_stage.shop.writes.broken_sources.add(bad.url)
    made = shop_stage.written(cms_product(images=(bad,)))
    shop_stage.emulator.clock.advance(60)
    shop_stage.shop.writes.broken_sources.clear()
    again = shop_stage.written(cms_product(images=(bad,)), linked_id=made.id)
    assert [one.id for one in again.images] != [one.id for one in made.images]
    assert len(again.images) == 1


def test_a_product_without_options_has_the_shops_default_one(shop_stage: ShopStage) -> None:
    plain = cms_product(option_types=(), variants=(size("S", options=()),))
    made = shop_stage.written(plain)
    assert (made.option_types, made.variants[0].options) == ((), ())
    sized = shop_stage.written(cms_product(variants=(size("S"),)), linked_id=made.id)
    assert sized.variants[0].id == made.variants[0].id
    assert sized.variants[0].options == (SelectedOption(option="Size", value="S"),)


def test_weights_are_in_the_tenants_unit(shop_stage: ShopStage) -> None:
    origin = cms_product(variants=(size("S", weight="3.5"),))
    made = shop_stage.written(origin, weight_unit=WeightUnit.OUNCES)
    assert made.variants[0].weight == "3.5"
    fetched = shop_stage.integration(weight_unit=WeightUnit.GRAMS).fetch(made.id)
    assert isinstance(fetched, Fetched)
    assert fetched.product.variants[0].weight == "99.223331"


def test_many_variants_are_read_and_written_in_pages(shop_stage: ShopStage) -> None:
    many = tuple(size(f"{number:03d}") for number in range(260))
    made = shop_stage.written(cms_product(variants=many))
    assert [one.sku for one in made.variants] == [f"SHIRT-{number:03d}" for number in range(260)]
    shop_stage.forget_requests()
    comparison, _ = shop_stage.carry_over(cms_product(variants=many), linked_id=made.id)
    assert comparison.decision is Decision.UNCHANGED
    assert shop_stage.asked() == ["product"] * 3


def test_a_counterpart_is_found_by_id_then_handle_then_sku(shop_stage: ShopStage) -> None:
    by_sku = shop_stage.written(cms_product(slug="one"))
    by_handle = shop_stage.written(cms_product(slug="two", variants=(size("L"),)))
    find = shop_stage.integration().find_counterpart
    origin = cms_product(slug="two", variants=(size("S"),))
    assert found(find(origin, linked_id="")) == by_handle.id
    assert found(find(replace(origin, slug="none"), linked_id="")) == by_sku.id
    named = replace(origin, variants=(size("X", shopify_id=by_sku.variants[0].id),))
    assert found(find(named, linked_id="")) == by_sku.id
    assert find(cms_product(slug="none", variants=()), linked_id="") is None
    both = cms_product(slug="none", variants=(size("S"), size("L")))
    ambiguous = find(both, linked_id="")
    assert isinstance(ambiguous, Ambiguous)
    assert (set(ambiguous.ids), ambiguous.by) == ({by_sku.id, by_handle.id}, "sku")


def found(counterpart: Any) -> str:
    assert isinstance(counterpart, Fetched)
    return counterpart.product.id


def test_a_product_is_fetched_by_a_variants_id_and_is_gone_when_deleted(
    shop_stage: ShopStage,
) -> None:
    made = shop_stage.written(cms_product())
    side = shop_stage.integration()
    assert found(side.fetch(made.variants[1].id)) == made.id
    shop_stage.shop.delete_product(made.id)
    assert side.fetch(made.id) == Gone(id=made.id)
    assert side.fetch(f"{VARIANT_GID}1") == Gone(id=f"{VARIANT_GID}1")
    before = Fetched(product=made)
    change = SetField(field=ProductField.NAME, before="", after="x")
    with pytest.raises(VersionConflict):
        side.apply(before, [change])


def test_a_refusal_names_the_field_and_the_next_step(shop_stage: ShopStage) -> None:
    made = shop_stage.written(cms_product())
    other = Fetched(product=shop_stage.written(cms_product(slug="other", variants=(size("L"),))))
    comparison = compare(cms_product(variants=(size("L"),)), other.product, shop_stage.options)
    with pytest.raises(ProductRefused, match=r"handle: Handle 'linen-shirt' already in use.*slug"):
        shop_stage.integration().apply(other, comparison.mutations)
    assert made.slug == "linen-shirt"


def test_a_key_without_the_scope_is_told_who_must_act(shop_stage: ShopStage) -> None:
    token = shop_stage.shop.tokens.grant("shpat_reads", ["read_products"])
    side = shop_stage.integration(token=token)
    with pytest.raises(CredentialsRejected, match="write_products"):
        side.apply(None, compare(cms_product(), None, shop_stage.options).mutations)
    four = shop_stage.shop.tokens.grant("shpat_four", ["read_products", "write_products"])
    side = shop_stage.integration(token=four)
    comparison = compare(cms_product(), None, shop_stage.options)
    written = side.apply(None, comparison.mutations)
    assert isinstance(written.after, Fetched)
    published = side.publish(written.after, comparison.mutations)
    assert "lacks read_publications or write_publications" in published.refusals[0]


def test_an_unlisted_product_reads_as_active_and_stays_unlisted(shop_stage: ShopStage) -> None:
    made = shop_stage.written(cms_product())
    shop_stage.shop.update_product(made.id, status="unlisted")
    comparison, written = shop_stage.carry_over(cms_product(), linked_id=made.id)
    assert written is None
    assert "stays unlisted" in " ".join(map(str, comparison.notes))


def test_a_lost_answer_to_a_creation_does_not_create_twice(shop_stage: ShopStage) -> None:
    shop_stage.emulator.faults.script("productSet", "truncated", vendor="shopify")
    made = shop_stage.written(cms_product())
    shop_stage.emulator.faults.clear()
    world = shop_stage.shop.world
    assert [one.handle for one in world.products].count("linen-shirt") == 1
    assert len(made.variants) == 2


def test_throttling_and_illness_are_waited_out(shop_stage: ShopStage) -> None:
    shop_stage.emulator.faults.script("productSet", "throttled", 503, "internal-error")
    assert shop_stage.written(cms_product()).name == "Linen Shirt"
    shop_stage.emulator.faults.clear()


def test_a_control_tag_stays_and_ours_are_replaced(shop_stage: ShopStage) -> None:
    made = shop_stage.written(cms_product(tags=("a", "b")))
    shop_stage.shop.update_product(made.id, tags=("a", "b", ALWAYS))
    after = shop_stage.written(cms_product(tags=("B", "c")), linked_id=made.id)
    assert after.tags == ("b", "c", ALWAYS)


def test_a_deleted_product_is_gone_and_a_draft_is_a_status(shop_stage: ShopStage) -> None:
    made = shop_stage.written(cms_product())
    hidden = replace(cms_product().publication, is_published=False)
    draft = shop_stage.written(cms_product(publication=hidden), linked_id=made.id)
    assert draft.status is Status.DRAFT
    side = shop_stage.integration()
    gone = side.apply(Fetched(product=draft), [DeleteProduct()])
    assert gone.after == Gone(id=made.id)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(random=st.randoms(use_true_random=False))
def test_whatever_the_cms_says_the_shop_takes_it_and_then_agrees(
    shop_stage: ShopStage, random: Random
) -> None:
    """Twice, the second time on top of the first."""
    chosen = cases.options(random)
    linked = ""
    for _ in range(2):
        origin = product(random)
        _, written = shop_stage.carry_over(origin, linked_id=linked, **asdict_of(chosen))
        if written is None:
            continue
        assert isinstance(written.after, Fetched)
        linked = written.after.product.id
        again, wrote = shop_stage.carry_over(origin, linked_id=linked, **asdict_of(chosen))
        assert wrote is None, again.mutations
    shop_stage.forget_requests()
    if linked:
        shop_stage.shop.delete_product(linked)


def product(random: Random) -> SyncProduct:
    made = cases.product(random, side=Side.CONTENTFUL)
    return replace(made, name=made.name or "Named", publication=cms_product().publication)


def asdict_of(options: Any) -> dict[str, Any]:
    return {name: getattr(options, name) for name in options.__dataclass_fields__}
