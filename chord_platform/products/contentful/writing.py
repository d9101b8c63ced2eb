"""Mutations of a product as writes of entries: children first, the product last.

Belongs here: which entry gets which values. Does not belong here: one entry's write (`saving.py`),
shared entries (`related.py`), publishing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chord_platform.products.contentful.cma import Cma
from chord_platform.products.contentful.model import PRODUCT, VARIANT
from chord_platform.products.contentful.related import Related
from chord_platform.products.contentful.saving import Saving, entry_link
from chord_platform.products.contentful.space import Space
from chord_platform.products.contentful.tree import Tree, id_of
from chord_platform.products.mutations import (
    CreateProduct,
    CreateVariant,
    DeleteProduct,
    Mutation,
    ProductField,
    RemoveVariant,
    SetField,
    SetOptions,
    SetProductType,
    SetStatus,
    SetTags,
    SetVariantField,
    VariantField,
)
from chord_platform.products.normal_forms import shop_number
from chord_platform.products.notes import Note
from chord_platform.products.sync_product import SelectedOption, Variant

PRODUCT_FIELDS = {
    ProductField.NAME: "name",
    ProductField.SLUG: "slug",
    ProductField.VENDOR: "vendor",
    ProductField.LONG_DESCRIPTION: "longDescription",
}
VARIANT_FIELDS = {
    VariantField.NAME: "name",
    VariantField.SKU: "sku",
    VariantField.GTIN: "globalTradeItemNumber",
    VariantField.SHOPIFY_ID: "shopifyId",
    VariantField.PRICE: "price",
    VariantField.REGULAR_PRICE: "regularPrice",
    VariantField.WEIGHT: "weight",
}
"""Its main image is missing: images go to the shop, never from it."""


@dataclass
class Plan:
    """What the mutations come to, entry by entry."""

    product: dict[str, Any] = field(default_factory=dict)
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)
    chosen: dict[str, tuple[SelectedOption, ...]] = field(default_factory=dict)
    made: list[Variant] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    options: SetOptions | None = None
    product_type: SetProductType | None = None
    tags: tuple[str, ...] | None = None
    is_new: bool = False
    is_deletion: bool = False


def planned(mutations: Sequence[Mutation]) -> Plan:
    plan = Plan()
    for mutation in mutations:
        match mutation:
            case CreateProduct():
                plan.is_new = True
                plan.product["slug"] = mutation.slug
                plan.product["giftCard"] = mutation.is_gift_card
            case SetField():
                plan.product[PRODUCT_FIELDS[mutation.field]] = mutation.after
            case SetStatus():
                plan.product["status"] = mutation.after.value
            case SetProductType():
                plan.product_type = mutation
            case SetTags():
                plan.tags = mutation.after
            case SetOptions():
                plan.options = mutation
            case CreateVariant():
                plan.made.append(mutation.variant)
            case SetVariantField() if mutation.field is VariantField.OPTIONS:
                plan.chosen[mutation.variant_id] = mutation.after
            case SetVariantField() if mutation.field in VARIANT_FIELDS:
                values = plan.variants.setdefault(mutation.variant_id, {})
                values[VARIANT_FIELDS[mutation.field]] = mutation.after
            case RemoveVariant():
                plan.removed.append(mutation.variant_id)
            case DeleteProduct():
                plan.is_deletion = True
            case _:
                continue
    return plan


class Writing:
    def __init__(self, cma: Cma, space: Space, tree: Tree) -> None:
        self.tree = tree
        self.space = space
        self.saving = Saving(cma, tree, locale=space.locale, field_types=space.field_types)
        self.related = Related(cma, tree, self.saving)

    def write(self, plan: Plan) -> tuple[Note, ...]:
        """Repeated after a crash it goes on where that left off: what was made is found again."""
        notes: tuple[Note, ...] = ()
        root = self.tree.entry(self.tree.product) if self.tree.product else None
        values = dict(plan.product)
        option_ids = self.related.link_ids(root, "optionTypes") if root else []
        if plan.options is not None:
            option_ids = self.related.options(plan.options.after)
            values["optionTypes"] = [entry_link(one) for one in option_ids]
        if plan.product_type is not None:
            id, notes = self.related.product_type(plan.product_type.after)
            values["productType"] = entry_link(id) if id else None
        for id in dict.fromkeys([*plan.variants, *plan.chosen]):
            self.update_variant(id, plan, option_ids)
        made = [self.new_variant(one, option_ids) for one in plan.made]
        if made or plan.removed:
            before = self.related.link_ids(root, "variants") if root else []
            links = [one for one in before if one not in plan.removed]
            kept = [*links, *(one for one in made if one not in links)]
            values["variants"] = [entry_link(one) for one in kept]
        tags = self.space.tag_ids(plan.tags) if plan.tags is not None else None
        if root is not None:
            self.saving.update(root, values, tags=tags)
        else:
            slug = str(values.get("slug") or "")
            entry = self.saving.create(
                PRODUCT, values, named_after=slug, is_same_thing={"slug": slug}, tags=tags
            )
            self.tree.product = id_of(entry)
        for id in plan.removed:
            self.saving.delete(id)
        return notes

    def update_variant(self, id: str, plan: Plan, option_ids: Sequence[str]) -> None:
        entry = self.tree.things["Entry", id]
        values = dict(plan.variants.get(id, {}))
        if id in plan.chosen:
            values["optionValues"] = self.option_links(plan.chosen[id], option_ids)
        self.saving.update(entry, values)

    def new_variant(self, variant: Variant, option_ids: Sequence[str]) -> str:
        number = shop_number(variant.shopify_id)
        entry = self.saving.create(
            VARIANT,
            {
                "name": variant.name,
                "sku": variant.sku,
                "globalTradeItemNumber": variant.gtin,
                "shopifyId": variant.shopify_id,
                "price": variant.price,
                "regularPrice": variant.regular_price,
                "weight": variant.weight,
                "optionValues": self.option_links(variant.options, option_ids),
            },
            named_after=number,
            is_same_thing={"shopifyId": variant.shopify_id},
        )
        self.tree.made[variant] = id_of(entry)
        return id_of(entry)

    def option_links(
        self, chosen: tuple[SelectedOption, ...], option_ids: Sequence[str]
    ) -> list[dict[str, Any]]:
        wanted = {one.option: one.value for one in chosen}
        return [entry_link(one) for one in self.related.value_ids(wanted, options=option_ids)]

    def delete_product(self) -> None:
        """The product first, so that nothing links to what is deleted; then its own variants."""
        root = self.tree.root
        variants = self.related.link_ids(root, "variants")
        self.saving.delete(self.tree.product)
        for id in variants:
            if self.tree.entry(id) is not None:
                self.saving.delete(id)
