"""Gives the CMS's variants the ids that Shopify has made for them.

Belongs here: this one write to an origin, which no option forbids and which starts no sync.
Does not belong here: the other direction, where the id is a field like any other.
"""

from __future__ import annotations

from dataclasses import replace

from chord_platform.products.matching import Pair, links_back
from chord_platform.products.mutations import (
    Mutation,
    PublishVariant,
    SetVariantField,
    VariantField,
)
from chord_platform.products.normal_forms import normal, normal_variant
from chord_platform.products.ports import Fetched, Integration
from chord_platform.products.sync_product import Publication, Variant


def give_ids_back(contentful: Integration, live: Fetched, shop: Fetched) -> Fetched:
    """The live product with the ids. What an editor has not published yet is not published by us:
    such a variant's id waits there as its other changes do. One that was written by a sync that
    died before it could publish it is published now."""
    if not links_back(normal(live.product), normal(shop.product)):
        return live
    draft = contentful.fetch(live.product.id)
    if not isinstance(draft, Fetched):
        return live
    pairs = links_back(normal(draft.product), normal(shop.product))
    written = contentful.apply(draft, [filled(pair) for pair in pairs]) if pairs else None
    now = written.after if written else draft
    ids = {pair.origin.id: shopify_id(pair) for pair in pairs}
    filled_in = tuple(with_id(one, ids) for one in draft.product.variants)
    before = {one.id: one for one in live.product.variants}
    shown: list[Mutation] = [
        PublishVariant(variant_id=one.id, called=one.called)
        for one in filled_in
        if one.id in before and differ_in_id_alone(one, before[one.id])
    ]
    if shown and isinstance(now, Fetched):
        contentful.publish(now, shown)
    found = {one.id: one.shopify_id for one in filled_in}
    variants = tuple(with_id(one, found) for one in live.product.variants)
    return replace(live, product=replace(live.product, variants=variants))


def differ_in_id_alone(draft: Variant, live: Variant) -> bool:
    if not draft.publication.is_published or draft.publication.holds_draft:
        return False
    one, other = normal_variant(draft), normal_variant(live)
    if one.shopify_id == other.shopify_id:
        return False
    alike = {"shopify_id": "", "publication": Publication()}
    return replace(one, **alike) == replace(other, **alike)


def filled(pair: Pair) -> SetVariantField:
    return SetVariantField(
        variant_id=pair.origin.id,
        called=pair.origin.called,
        field=VariantField.SHOPIFY_ID,
        before=pair.origin.shopify_id,
        after=shopify_id(pair),
    )


def shopify_id(pair: Pair) -> str:
    return pair.destination.shopify_id if pair.destination else ""


def with_id(variant: Variant, ids: dict[str, str]) -> Variant:
    return replace(variant, shopify_id=ids.get(variant.id, variant.shopify_id))
