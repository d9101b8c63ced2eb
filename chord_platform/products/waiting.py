"""What an earlier sync wrote into the CMS and could not publish, seen from the CMS as origin. Pure.

Belongs here: which values of a draft count although they are not live.
Does not belong here: reading drafts, whether they may be published (`comparer.py`).

While an editor's work holds publishing back, the CMS's live version is older than the shop. Taken
as it is, the next event of that product would carry the old values back to the shop. So where a
draft already says what the destination says, there is nothing to carry over; everything else of a
draft stays invisible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from chord_platform.products.descriptions import say_the_same
from chord_platform.products.normal_forms import is_control, normal, shop_number
from chord_platform.products.sync_product import OptionType, SyncProduct, Variant

PRODUCT_FIELDS = ("name", "vendor", "status", "product_type", "long_description", "tags")
VARIANT_FIELDS = ("sku", "gtin", "price", "regular_price", "weight", "options")


def with_what_waits(
    live: SyncProduct, waiting: SyncProduct | None, destination: SyncProduct | None
) -> SyncProduct:
    """waiting: the draft; None when there is none."""
    if waiting is None or destination is None:
        return live
    live, waiting, there = normal(live), normal(waiting), normal(destination)
    agreed = {
        name: getattr(waiting, name)
        for name in PRODUCT_FIELDS
        if agrees(name, getattr(waiting, name), getattr(there, name))
    }
    if names(waiting.option_types) == names(there.option_types):
        agreed["option_types"] = waiting.option_types
    return replace(live, **agreed, variants=tuple(variants(live, waiting, there)))


def agrees(name: str, one: Any, other: Any) -> bool:
    if name == "product_type":
        return (one.name if one else "") == (other.name if other else "")
    if name == "long_description":
        return say_the_same(one, other)
    if name == "tags":
        return folded(one) == folded(other)
    return bool(one == other)


def folded(tags: Iterable[str]) -> set[str]:
    return {tag.casefold() for tag in tags if not is_control(tag)}


def names(options: Iterable[OptionType]) -> list[str]:
    return [one.name for one in options]


def variants(
    live: SyncProduct, waiting: SyncProduct, destination: SyncProduct
) -> Iterable[Variant]:
    """Also those that the product's draft has and its live version lacks, or the reverse."""
    there = {shop_number(one.shopify_id): one for one in destination.variants if one.shopify_id}
    shown = {one.id: one for one in live.variants}
    drafts = {one.id: one for one in waiting.variants}
    for id, variant in shown.items():
        draft = drafts.get(id)
        other = there.get(shop_number(variant.shopify_id)) if variant.shopify_id else None
        if draft is None and other is None and variant.shopify_id:
            continue
        if draft is None or other is None:
            yield variant
            continue
        agreed = {
            name: getattr(draft, name)
            for name in VARIANT_FIELDS
            if getattr(draft, name) == getattr(other, name)
        }
        yield replace(variant, **agreed)
    for id, draft in drafts.items():
        if id not in shown and draft.shopify_id and shop_number(draft.shopify_id) in there:
            yield draft
