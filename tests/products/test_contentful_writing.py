"""What a shop's product becomes in Contentful, and what survives there."""

from __future__ import annotations

from dataclasses import replace

import contentful_management
import pytest

from chord_platform.errors import ProductRefused
from chord_platform.products.comparer import Decision, compare
from chord_platform.products.contentful.space import tag_id, tag_name
from chord_platform.products.ports import Fetched, Gone, VersionConflict
from chord_platform.products.sync_product import (
    OptionType,
    OptionValue,
    ProductType,
    SelectedOption,
    Side,
)
from tests.products.contentful_stage import Stage, cms_server, gid, shop_product, stage
from vendor_emulator.vendors.contentful.service import SPACE, TOKEN

__all__ = ["cms_server", "stage"]  # pytest finds fixtures by import


def product_id(stage: Stage) -> str:
    (only,) = stage.cms.ids("product")
    return only


def variant_ids(stage: Stage) -> list[str]:
    links = stage.cms.values(product_id(stage))["variants"]
    return [one["sys"]["id"] for one in links]


def test_a_new_product_is_written_and_published_with_its_children(stage: Stage) -> None:
    stage.written(shop_product())
    told = stage.cms.values(product_id(stage))
    assert (told["name"], told["slug"], told["status"]) == ("Linen Shirt", "linen-shirt", "active")
    kind = stage.cms.values(told["productType"]["sys"]["id"])
    assert kind == {"name": "Pants and Shorts", "slug": "pants-and-shorts"}
    first = stage.cms.values(variant_ids(stage)[0])
    assert (first["sku"], first["price"], first["shopifyId"]) == ("SHIRT-S", "49.00", gid(1))
    assert first["name"] == "Linen Shirt - S"
    order = [one for one in stage.writes() if one.endswith("/published")]
    kinds = [one.split("/")[1].split("-")[0] for one in order]
    assert kinds == [
        "optionValue",
        "optionValue",
        "optionType",
        "productType",
        "variant",
        "variant",
        "product",
    ]


def test_comparing_again_finds_nothing_to_write(stage: Stage) -> None:
    origin = shop_product(sizes=("S", "M", "L"))
    after = stage.written(origin)
    assert compare(origin, after, stage.options).mutations == ()
    comparison, _ = stage.carry_over(origin)
    assert comparison.decision is Decision.UNCHANGED


def test_an_unchanged_product_costs_one_request(stage: Stage) -> None:
    stage.written(shop_product())
    integration = stage.integration()
    id_ = product_id(stage)
    integration.fetch(id_)  # the locale and the content types are read once
    before = integration.requests
    assert isinstance(integration.fetch(id_), Fetched)
    assert isinstance(integration.fetch_live(id_), Fetched)
    assert integration.requests - before == 2


def test_only_what_changed_is_written(stage: Stage) -> None:
    origin = shop_product()
    stage.written(origin)
    stage.emulator.requests.clear()
    second = replace(origin.variants[1], price="39.00", regular_price="49.00")
    stage.written(replace(origin, variants=(origin.variants[0], second)))
    changed = variant_ids(stage)[1]
    assert stage.writes() == [f"PUT entries/{changed}", f"PUT entries/{changed}/published"]


def test_foreign_fields_and_other_locales_survive_every_write(stage: Stage) -> None:
    origin = shop_product()
    stage.written(origin)
    id_ = product_id(stage)
    stage.cms.edit(id_, campaignText="New in!", shortDescription="Airy")
    stage.cms.edit(id_, locale="de-DE", name="Leinenhemd", campaignText="Neu!")
    stage.cms.publish(id_)
    stage.written(replace(origin, name="Linen Shirt II", tags=("linen",)), tags=True)
    fields = stage.cms.read(id_)["fields"]
    assert fields["name"] == {"en-US": "Linen Shirt II", "de-DE": "Leinenhemd"}
    assert fields["campaignText"] == {"en-US": "New in!", "de-DE": "Neu!"}
    assert fields["shortDescription"] == {"en-US": "Airy"}
    assert fields["slug"] == {"en-US": "linen-shirt"}


def test_an_editors_draft_is_written_to_and_not_published(stage: Stage) -> None:
    origin = shop_product()
    stage.written(origin)
    id_ = product_id(stage)
    stage.cms.edit(id_, campaignText="Not yet")
    renamed = replace(origin, name="Linen Shirt II")
    comparison, written = stage.carry_over(renamed)
    assert written is not None
    assert "an editor's unpublished changes" in str(comparison.notes[0])
    assert stage.cms.values(id_)["name"] == "Linen Shirt II"
    assert stage.cms.live(id_)["fields"]["name"] == {"en-US": "Linen Shirt"}
    stage.carry_over(renamed, publish_drafts=True)
    assert stage.cms.live(id_)["fields"]["campaignText"] == {"en-US": "Not yet"}


def test_what_a_sync_left_unpublished_is_not_taken_for_an_editors_draft(stage: Stage) -> None:
    origin = shop_product()
    stage.written(origin)
    id_ = product_id(stage)
    stage.cms.edit(id_, name="Linen Shirt II")
    _, written = stage.carry_over(replace(origin, name="Linen Shirt II"))
    assert written is not None and written.refusals == ()
    assert stage.cms.live(id_)["fields"]["name"] == {"en-US": "Linen Shirt II"}


def test_what_was_withdrawn_without_further_work_comes_back(stage: Stage) -> None:
    origin = shop_product()
    stage.written(origin)
    id_ = product_id(stage)
    stage.cms.edit(id_, campaignText="Shown before")
    stage.cms.publish(id_)
    stage.cms.unpublish(id_)
    stage.written(replace(origin, vendor="Fable & Co"))
    assert stage.cms.live(id_) is not None


def test_a_draft_that_an_editor_has_begun_is_not_published(stage: Stage) -> None:
    stage.cms.create("product", "p", name="Linen Shirt", slug="linen-shirt", campaignText="Soon")
    stage.carry_over(shop_product())
    assert stage.cms.live("p") is None
    assert stage.cms.values("p")["vendor"] == "Fable"


def test_a_refusal_names_the_brands_own_field_and_leaves_a_draft(stage: Stage) -> None:
    environment = stage.cms.environments["master"]
    kind = environment.published[("ContentType", "product")]
    kind["fields"].append({**kind["fields"][0], "id": "care", "name": "Care", "validations": []})
    _, written = stage.carry_over(shop_product())
    assert written is not None
    assert written.refusals == ("Linen Shirt: care is required.",)
    assert stage.cms.live(product_id(stage)) is None


def test_a_variant_that_cannot_be_published_keeps_the_product_from_having_a_hole(
    stage: Stage,
) -> None:
    stage.cms.create("variant", "other", name="Other", sku="SHIRT-M")
    stage.cms.publish("other")
    _, written = stage.carry_over(shop_product())
    assert written is not None
    first, second = written.refusals
    assert first == "Linen Shirt - M: sku is used by another entry."
    assert second.startswith("Linen Shirt: not published, because Linen Shirt - M is not")


def test_somebody_who_writes_in_between_is_not_overwritten(stage: Stage) -> None:
    origin = shop_product()
    stage.written(origin)
    id_ = product_id(stage)
    integration = stage.integration()
    there = integration.fetch(id_)
    assert isinstance(there, Fetched)
    stage.cms.edit(id_, campaignText="In between")
    mutations = compare(replace(origin, name="X"), there.product, stage.options).mutations
    with pytest.raises(VersionConflict):
        integration.apply(there, mutations)
    assert stage.cms.values(id_)["campaignText"] == "In between"
    assert stage.cms.values(id_)["name"] == "Linen Shirt"


@pytest.mark.parametrize("writes", range(1, 15))
def test_a_crash_between_any_two_writes_makes_nothing_twice(stage: Stage, writes: int) -> None:
    origin = shop_product(tags=("linen",))
    sent = iter(range(1000))

    def dies(*_: object) -> None:
        if next(sent) >= writes:
            raise KeyboardInterrupt

    integration = stage.integration(tags=True)
    ask = integration.cma.ask

    def counted(method: str, path: str, **given: object):
        if method != "GET":
            dies()
        return ask(method, path, **given)  # type: ignore[arg-type]

    integration.cma.ask = counted  # type: ignore[method-assign]
    mutations = compare(origin, None, integration.options).mutations
    with pytest.raises(KeyboardInterrupt):
        there = integration.apply(None, mutations).after
        assert isinstance(there, Fetched)
        integration.publish(there, mutations)
        raise KeyboardInterrupt
    stage.carry_over(origin, tags=True)
    counts = {kind: len(stage.cms.ids(kind)) for kind in ("product", "variant", "productType")}
    assert counts == {"product": 1, "variant": 2, "productType": 1}
    assert len(stage.cms.ids("optionValue")) == 2
    assert stage.cms.live(product_id(stage)) is not None
    assert stage.carry_over(origin, tags=True)[0].decision is Decision.UNCHANGED


def test_tags_are_found_by_name_or_id_and_else_made(stage: Stage) -> None:
    stage.cms.tag("sale-2026", "Sale")
    stage.cms.tag("linen")
    after = stage.written(shop_product(tags=("Sale", "linen", "Black Friday 50%")), tags=True)
    assert after.tags == ("Black Friday 50%", "linen", "Sale")
    links = stage.cms.read(product_id(stage))["metadata"]["tags"]
    made = "Black.20Friday.2050.25"
    assert {one["sys"]["id"] for one in links} == {"sale-2026", "linen", made}
    assert stage.cms.read(made, type="Tag")["name"] == "Black Friday 50%"


@pytest.mark.parametrize("name", ["Black Friday 50%", "a.b", "Größe-XL_1", "..", "日本"])
def test_a_tags_id_reads_back_as_its_name(name: str) -> None:
    assert tag_name(tag_id(name)) == name


def test_a_slug_that_is_taken_by_another_name_gets_a_number(stage: Stage) -> None:
    stage.cms.create("productType", "t", name="Other", slug="pants-and-shorts")
    stage.written(shop_product())
    slugs = {stage.cms.values(one)["slug"] for one in stage.cms.ids("productType")}
    assert slugs == {"pants-and-shorts", "pants-and-shorts-2"}


def test_a_type_that_only_this_product_has_is_renamed_and_keeps_its_slug(stage: Stage) -> None:
    origin = shop_product(product_type=ProductType(name="Pants"))
    stage.written(origin)
    stage.written(replace(origin, product_type=ProductType(name="Shorts")))
    (only,) = stage.cms.ids("productType")
    assert stage.cms.values(only) == {"name": "Shorts", "slug": "pants"}
    assert stage.cms.live(only)["fields"]["name"] == {"en-US": "Shorts"}


def test_a_type_that_others_have_is_not_renamed(stage: Stage) -> None:
    origin = shop_product(product_type=ProductType(name="Pants"))
    stage.written(origin)
    (kind,) = stage.cms.ids("productType")
    stage.cms.create("product", "q", name="Q", slug="q", productType=stage.cms.entry(kind))
    _, written = stage.carry_over(replace(origin, product_type=ProductType(name="Shorts")))
    assert written is not None
    assert "which renaming it would change" in str(written.notes[0])
    assert {stage.cms.values(one)["slug"] for one in stage.cms.ids("productType")} == {
        "pants",
        "shorts",
    }


def test_options_of_other_products_are_used_and_never_taken_from(stage: Stage) -> None:
    stage.written(shop_product(sizes=("S", "XL")))
    other = shop_product(sizes=("S", "M"), name="Trousers", slug="trousers")
    variants = tuple(
        replace(one, sku=f"T{at}", shopify_id=gid(10 + at)) for at, one in enumerate(other.variants)
    )
    stage.written(replace(other, variants=variants))
    (size,) = stage.cms.ids("optionType")
    values = [stage.cms.values(one["sys"]["id"]) for one in stage.cms.values(size)["optionValues"]]
    assert [one["slug"] for one in values] == ["s", "xl", "m"]


def test_two_options_with_a_value_of_one_name_stay_apart(stage: Stage) -> None:
    values = (OptionValue(name="Red"), OptionValue(name="Blue"))
    options = tuple(OptionType(name=name, values=values) for name in ("Top", "Bottom"))
    base = shop_product()
    chosen = (
        SelectedOption(option="Bottom", value="Blue"),
        SelectedOption(option="Top", value="Red"),
    )
    one = replace(base.variants[0], options=chosen)
    origin = replace(base, option_types=options, variants=(one,))
    after = stage.written(origin)
    assert after.variants[0].options == chosen
    assert compare(origin, after, stage.options).mutations == ()


def test_a_removed_variant_is_deleted_only_when_the_tenant_deletes(stage: Stage) -> None:
    origin = shop_product()
    stage.written(origin)
    fewer = replace(origin, variants=origin.variants[:1])
    stage.carry_over(fewer)
    kept = variant_ids(stage)
    assert len(kept) == 2 and stage.cms.live(kept[1]) is None
    stage.carry_over(fewer, delete=True)
    assert variant_ids(stage) == kept[:1]
    assert stage.cms.ids("variant") == kept[:1]


def test_a_chosen_name_of_a_variant_stays(stage: Stage) -> None:
    origin = shop_product()
    stage.written(origin)
    first = variant_ids(stage)[0]
    stage.cms.edit(first, name="The small one")
    stage.cms.publish(first)
    stage.written(replace(origin, vendor="Other"))
    assert stage.cms.values(first)["name"] == "The small one"


def test_a_field_that_the_content_type_lacks_is_named(stage: Stage) -> None:
    environment = stage.cms.environments["master"]
    for kind in (environment.published, environment.things["ContentType"]):
        key = ("ContentType", "product") if kind is environment.published else "product"
        kind[key]["fields"] = [one for one in kind[key]["fields"] if one["id"] != "vendor"]
    with pytest.raises(ProductRefused, match="has no field vendor"):
        stage.carry_over(shop_product())


def test_a_deleted_product_is_gone(stage: Stage) -> None:
    stage.written(shop_product())
    id_ = product_id(stage)
    stage.cms.delete(id_)
    assert stage.integration().find_counterpart(shop_product(), linked_id=id_) == Gone(id=id_)


def test_the_official_client_reads_what_was_written(stage: Stage) -> None:
    stage.written(shop_product(tags=("linen",)), tags=True)
    host = stage.emulator.base_url("contentful").removeprefix("http://")
    official = contentful_management.Client(TOKEN, api_url=host, https=False)
    entry = official.entries(SPACE, "master").find(product_id(stage))
    assert (entry.name, entry.vendor, entry.is_published) == ("Linen Shirt", "Fable", True)
    assert [one.id for one in entry._metadata["tags"]] == ["linen"]
    variants = official.entries(SPACE, "master").all(
        {"content_type": "variant", "order": "fields.sku"}
    )
    assert [(one.sku, one.price) for one in variants] == [
        ("SHIRT-M", "49.00"),
        ("SHIRT-S", "49.00"),
    ]


def test_the_side_is_contentful(stage: Stage) -> None:
    assert stage.integration().side is Side.CONTENTFUL
