"""Mutations as the input of one `productSet`.

Belongs here: which fields and lists are sent. Does not belong here: sending, deciding.

A list is authoritative: what it leaves out is deleted. So a list is sent only when something in it
changes, and then it names everything that stays; metafields, collections, channels and stock are
never named at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chord_platform.products.mutations import (
    CreateProduct,
    CreateVariant,
    Mutation,
    ProductField,
    RemoveVariant,
    SetField,
    SetImages,
    SetOptions,
    SetProductType,
    SetStatus,
    SetTags,
    SetVariantField,
    VariantField,
)
from chord_platform.products.options import SyncOptions
from chord_platform.products.shopify.reading import DEFAULT_OPTION, DEFAULT_VALUE
from chord_platform.products.sync_product import Image, SyncProduct, Variant

Input = dict[str, Any]
NAMES = {
    ProductField.NAME: "title",
    ProductField.SLUG: "handle",
    ProductField.VENDOR: "vendor",
    ProductField.LONG_DESCRIPTION: "descriptionHtml",
}


def product_input(
    target: SyncProduct, mutations: Sequence[Mutation], options: SyncOptions
) -> Input:
    """target: the product as it shall be in the end."""
    given: Input = {}
    for mutation in mutations:
        match mutation:
            case CreateProduct():
                # What nothing is said about would get the shop's defaults: its name as the vendor.
                given |= {"giftCard": mutation.is_gift_card, "vendor": target.vendor}
            case SetField():
                given[NAMES[mutation.field]] = mutation.after
            case SetStatus():
                given["status"] = mutation.after.upper()
            case SetProductType():
                given["productType"] = mutation.after.name if mutation.after else ""
            case SetTags():
                given["tags"] = list(mutation.after)
            case _:
                pass
    if created := next((one for one in mutations if isinstance(one, CreateProduct)), None):
        given |= {"handle": created.slug} if created.slug else {}
    lists = [one for one in mutations if touches_variants(one)]
    if lists and target.variants:
        given["productOptions"] = product_options(target)
        given["variants"] = variants(target, lists, options)
    if any(isinstance(one, SetImages) for one in mutations) or shows_other_picture(lists):
        given["files"] = [file(image) for image in target.images]
    return given


def touches_variants(mutation: Mutation) -> bool:
    return isinstance(mutation, CreateVariant | SetVariantField | RemoveVariant | SetOptions)


def shows_other_picture(mutations: Sequence[Mutation]) -> bool:
    """What a variant shows has to be named among the product's files too."""
    return any(
        (isinstance(one, SetVariantField) and one.field is VariantField.MAIN_IMAGE)
        or (isinstance(one, CreateVariant) and one.variant.main_image)
        for one in mutations
    )


def product_options(target: SyncProduct) -> list[Input]:
    if not target.option_types:
        return [{"name": DEFAULT_OPTION, "position": 1, "values": [{"name": DEFAULT_VALUE}]}]
    return [
        {
            "name": option.name,
            "position": place,
            "values": [{"name": value.name} for value in option.values],
        }
        for place, option in enumerate(target.option_types, start=1)
    ]


def variants(
    target: SyncProduct, mutations: Sequence[Mutation], options: SyncOptions
) -> list[Input]:
    changed: dict[str, set[VariantField]] = {}
    for mutation in mutations:
        if isinstance(mutation, SetVariantField):
            changed.setdefault(mutation.variant_id, set()).add(mutation.field)
    every = set(VariantField)
    return [
        variant(one, every if is_new(one) else changed.get(one.id, set()), options)
        for one in target.variants
    ]


def variant(one: Variant, fields: set[VariantField], options: SyncOptions) -> Input:
    """Of one that stays as it is: its id and options alone, so that it is not left out."""
    chosen = [{"optionName": pick.option, "name": pick.value} for pick in one.options]
    given: Input = {
        "optionValues": chosen or [{"optionName": DEFAULT_OPTION, "name": DEFAULT_VALUE}]
    }
    if not is_new(one):
        given["id"] = one.id
    item: Input = {}
    if VariantField.SKU in fields:
        item["sku"] = one.sku
    if VariantField.WEIGHT in fields and (one.weight or not is_new(one)):
        weight = {"unit": options.weight_unit.value, "value": float(one.weight or 0)}
        item["measurement"] = {"weight": weight}
    if item:
        given["inventoryItem"] = item
    if VariantField.GTIN in fields:
        given["barcode"] = one.gtin
    if VariantField.PRICE in fields and one.price:
        given["price"] = one.price
    if VariantField.REGULAR_PRICE in fields or VariantField.PRICE in fields:
        given["compareAtPrice"] = one.regular_price or None
    if VariantField.MAIN_IMAGE in fields and (one.main_image or not is_new(one)):
        given["file"] = file(one.main_image) if one.main_image else None
    return given


def is_new(one: Variant) -> bool:
    return not one.id.startswith("gid://")


def file(image: Image) -> Input:
    if not image.id:
        given = {"originalSource": image.source, "alt": image.alt, "contentType": "IMAGE"}
        return given | ({"filename": image.file_name} if image.file_name else {})
    return {"id": image.id, "alt": image.alt} if image.source else {"id": image.id}
