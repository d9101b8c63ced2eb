"""What Contentful's entries say of a product, as editors see it and as visitors do."""

from __future__ import annotations

import pytest

from chord_platform.errors import ProductRefused
from chord_platform.products.contentful import ContentfulIntegration
from chord_platform.products.ports import Ambiguous, Fetched, Gone
from chord_platform.products.sync_product import Publication, SelectedOption, Status, SyncProduct
from dlt_pipelines import api
from dlt_pipelines.errors import CredentialsRejected, VendorUnavailable
from tests.products.contentful_stage import Stage, cms_server, gid, shop_product, stage
from vendor_emulator.faults import status

__all__ = ["cms_server", "stage"]  # pytest finds fixtures by import


def shirt(stage: Stage) -> None:
    """Two sizes, three pictures, all live."""
    cms = stage.cms
    front = cms.upload("front", file_name="front.jpg", title="From the front")
    back = cms.upload("back", file_name="back.jpg")
    cms.create("productType", "shirts", name="Shirts", slug="shirts")
    for size in ("s", "m"):
        cms.create("optionValue", f"size-{size}", name=size.upper(), slug=size)
    values = [cms.entry("size-s"), cms.entry("size-m")]
    cms.create("optionType", "size", name="Size", slug="size", optionValues=values)
    for at, size in enumerate(("s", "m"), start=1):
        cms.create(
            "variant",
            f"shirt-{size}",
            name=f"Shirt {size}",
            sku=f"SHIRT-{size.upper()}",
            shopifyId=gid(at),
            price="49.00",
            weight="0.3",
            mainImage=front,
            optionValues=[cms.entry(f"size-{size}")],
        )
    cms.create(
        "product",
        "shirt",
        name="Linen Shirt",
        slug="linen-shirt",
        status="active",
        vendor="Fable",
        longDescription="Airy.",
        productType=cms.entry("shirts"),
        mainImage=front,
        images=[front, back],
        optionTypes=[cms.entry("size")],
        variants=[cms.entry("shirt-s"), cms.entry("shirt-m")],
        giftCard=False,
        tags=[cms.tag("linen", "Linen")],
    )
    cms.publish_with_links("shirt")


def live(integration: ContentfulIntegration, id_: str) -> SyncProduct:
    found = integration.fetch_live(id_)
    assert isinstance(found, Fetched)
    return found.product


def test_a_product_is_read_with_all_it_links_to(stage: Stage) -> None:
    shirt(stage)
    product = live(stage.integration(tags=True), "shirt")
    assert (product.status, product.tags) == (Status.ACTIVE, ("Linen",))
    assert product.product_type is not None and product.product_type.slug == "shirts"
    assert [one.options for one in product.variants] == [
        (SelectedOption(option="Size", value="S"),),
        (SelectedOption(option="Size", value="M"),),
    ]
    front = product.variants[0].main_image
    assert front is not None and front.url.startswith("https://images.ctfassets.net/")
    assert (front.alt, front.file_name, front.file_type) == (
        "From the front",
        "front.jpg",
        "image/jpeg",
    )
    assert [one.alt for one in product.images] == ["From the front", "back.jpg"]


def test_visitors_do_not_see_what_an_editor_has_not_published(stage: Stage) -> None:
    shirt(stage)
    cms = stage.cms
    cms.edit("shirt", name="Secret name", variants=[cms.entry("shirt-s")])
    cms.edit("shirt-s", price="1.00")
    cms.upload("new", file_name="new.jpg", publish=False)
    integration = stage.integration()
    seen = live(integration, "shirt")
    assert (seen.name, len(seen.variants), seen.variants[0].price) == ("Linen Shirt", 2, "49.00")
    draft = integration.fetch("shirt")
    assert isinstance(draft, Fetched)
    assert (draft.product.name, len(draft.product.variants)) == ("Secret name", 1)
    assert draft.product.variants[0].price == "1.00"
    # The name and the price would be overwritten: they are not an editor's work to keep.
    assert draft.product.publication == Publication(has_changes=True)


@pytest.mark.parametrize(
    ("field", "value"), [("campaignText", "Soon"), ("images", []), ("slug", "other")]
)
def test_work_in_fields_that_a_sync_never_writes_is_an_editors_draft(
    stage: Stage, field: str, value: object
) -> None:
    shirt(stage)
    stage.cms.edit("shirt", **{field: value})
    draft = stage.integration().fetch("shirt")
    assert isinstance(draft, Fetched) and draft.product.publication.holds_draft


def test_work_in_another_locale_is_an_editors_draft(stage: Stage) -> None:
    shirt(stage)
    stage.cms.edit("shirt", locale="de-DE", name="Leinenhemd")
    draft = stage.integration().fetch("shirt")
    assert isinstance(draft, Fetched) and draft.product.publication.holds_draft


def test_an_unpublished_product_and_an_unpublished_variant_are_told(stage: Stage) -> None:
    shirt(stage)
    stage.cms.unpublish("shirt-m")
    product = live(stage.integration(), "shirt")
    assert [one.publication.is_published for one in product.variants] == [True, False]
    stage.cms.unpublish("shirt")
    assert not live(stage.integration(), "shirt").publication.is_published
    stage.cms.archive("shirt")
    assert live(stage.integration(), "shirt").publication.is_archived


def test_a_variants_id_leads_to_its_product(stage: Stage) -> None:
    shirt(stage)
    integration = stage.integration()
    assert live(integration, "shirt-m").id == "shirt"
    stage.cms.create("product", "twin", slug="twin", variants=[stage.cms.entry("shirt-m")])
    with pytest.raises(ProductRefused, match="belongs to 2 products"):
        integration.fetch_live("shirt-m")
    assert integration.fetch_live("nowhere") == Gone(id="nowhere")
    assert integration.fetch_live("size") == Gone(id="size")


@pytest.mark.parametrize("fault", [403, 404])
def test_a_space_without_references_is_read_layer_by_layer(stage: Stage, fault: int) -> None:
    shirt(stage)
    whole = live(stage.integration(), "shirt")
    stage.emulator.faults.always("references", fault, vendor="contentful")
    if fault == 404:
        stage.emulator.faults.clear()
        body = b'{"sys":{"type":"Error","id":"UnknownRoute"}}'
        stage.emulator.faults.always("references", status(404, body=body), vendor="contentful")
    integration = stage.integration()
    try:
        assert live(integration, "shirt") == whole
        before = integration.requests
        integration.fetch_live("shirt")
        assert integration.requests - before == 4
    finally:
        stage.emulator.faults.clear()


def test_what_does_not_come_along_is_asked_for(stage: Stage) -> None:
    shirt(stage)
    whole = live(stage.integration(), "shirt")
    stage.cms.options = {**stage.cms.options, "largest_references": 3}
    assert live(stage.integration(), "shirt") == whole


def test_images_are_those_that_are_processed_and_published(stage: Stage) -> None:
    shirt(stage)
    cms = stage.cms
    draft = cms.upload("draft", file_name="draft.jpg", publish=False)
    cms.edit("shirt", images=[draft, cms.asset("front"), cms.asset("nowhere")])
    cms.environments["master"].published.pop(("Entry", "shirt"))
    cms.environments["master"].things["Entry"]["shirt"]["sys"].pop("publishedVersion")
    assert [one.id for one in live(stage.integration(), "shirt").images] == ["front"]


def test_rich_text_is_left_alone_and_told(stage: Stage) -> None:
    shirt(stage)
    kind = stage.cms.environments["master"].things["ContentType"]["product"]
    for field in kind["fields"]:
        if field["id"] == "longDescription":
            field["type"] = "RichText"
    assert live(stage.integration(), "shirt").cannot_read("long_description")


@pytest.mark.parametrize("by", ["Shopify ids of variants", "slug", "sku"])
def test_a_counterpart_is_found_by_ids_then_slug_then_sku(stage: Stage, by: str) -> None:
    shirt(stage)
    if by != "Shopify ids of variants":
        for id_ in ("shirt-s", "shirt-m"):
            stage.cms.edit(id_, shopifyId=None)
    origin = shop_product(slug="linen-shirt" if by == "slug" else "other")
    integration = stage.integration()
    found = integration.find_counterpart(origin, linked_id="")
    assert isinstance(found, Fetched) and found.product.id == "shirt"
    links = [stage.cms.entry("shirt-s")]
    stage.cms.create("product", "twin", slug="linen-shirt", variants=links)
    assert integration.find_counterpart(origin, linked_id="") == Ambiguous(
        ids=("shirt", "twin"), by=by
    )


def test_nobody_is_found_where_nothing_is_alike(stage: Stage) -> None:
    assert stage.integration().find_counterpart(shop_product(), linked_id="") is None


def test_all_products_are_listed_but_the_archived(stage: Stage) -> None:
    for id_ in ("a", "b", "c"):
        stage.cms.create("product", id_)
    stage.cms.archive("b")
    assert list(stage.integration().product_ids()) == ["a", "c"]


def test_a_throttled_or_ill_cms_is_asked_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "SECOND", 0.001)
    shirt(stage)
    stage.emulator.faults.script("references", "throttled", "ill", 502, vendor="contentful")
    assert live(stage.integration(), "shirt").name == "Linen Shirt"
    stage.emulator.faults.always("references", "ill", vendor="contentful")
    try:
        with pytest.raises(VendorUnavailable):
            stage.integration().fetch_live("shirt")
    finally:
        stage.emulator.faults.clear()


def test_a_revoked_token_asks_for_another(stage: Stage) -> None:
    stage.cms.is_revoked = True
    with pytest.raises(CredentialsRejected, match="management token was refused"):
        stage.integration().fetch_live("shirt")
