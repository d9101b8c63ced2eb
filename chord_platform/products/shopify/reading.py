"""Shopify's product as a Sync Product.

Belongs here: the mapping from what `documents.py` asks for. Does not belong here: asking, writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from chord_platform.products.normal_forms import converted_weight
from chord_platform.products.options import SyncOptions, WeightUnit
from chord_platform.products.sync_product import (
    Image,
    OptionType,
    OptionValue,
    ProductType,
    SelectedOption,
    Side,
    Status,
    SyncProduct,
    Unreadable,
    Variant,
)

DEFAULT_OPTION, DEFAULT_VALUE = "Title", "Default Title"
"""A product without options has one all the same."""
FAILED = "FAILED"
UNLISTED = "UNLISTED"


def sync_product(
    node: Mapping[str, Any], sources: Mapping[str, str], options: SyncOptions
) -> SyncProduct:
    """node: with all its variants and media. sources: of the pictures that a sync put there."""
    images = tuple(
        picture(one, sources)
        for one in node["media"]["nodes"]
        if not (one["status"] == FAILED and one["id"] in sources)
    )
    by_id = {image.id: image for image in images}
    kind = node["productType"]
    is_unlisted = node["status"] == UNLISTED
    reason = "UNLISTED in Shopify reads as active, and stays unlisted."
    return SyncProduct(
        side=Side.SHOPIFY,
        id=node["id"],
        status=Status.ACTIVE if is_unlisted else Status(node["status"].lower()),
        name=node["title"],
        slug=node["handle"],
        vendor=node["vendor"],
        product_type=ProductType(name=kind) if kind else None,
        long_description=node["descriptionHtml"] or "",
        images=images,
        option_types=option_types(node),
        tags=tuple(node["tags"]),
        variants=tuple(variant(one, by_id, options) for one in node["variants"]["nodes"]),
        is_gift_card=node["isGiftCard"],
        unreadable=(Unreadable(field="status", reason=reason),) if is_unlisted else (),
    )


def picture(node: Mapping[str, Any], sources: Mapping[str, str]) -> Image:
    """A film or a model is one that no sync put there: it keeps its place."""
    url = ((node.get("image") or {}).get("url")) or ""
    return Image(
        id=node["id"],
        url=url,
        source=sources.get(node["id"], ""),
        alt=node["alt"] or "",
        file_name=PurePosixPath(unquote(urlsplit(url).path)).name,
    )


def option_types(node: Mapping[str, Any]) -> tuple[OptionType, ...]:
    found = tuple(
        OptionType(
            name=one["name"], values=tuple(OptionValue(name=value) for value in one["values"])
        )
        for one in node["options"]
    )
    is_default = [(one.name, [value.name for value in one.values]) for one in found] == [
        (DEFAULT_OPTION, [DEFAULT_VALUE])
    ]
    return () if is_default else found


def variant(
    node: Mapping[str, Any], pictures: Mapping[str, Image], options: SyncOptions
) -> Variant:
    chosen = tuple(
        SelectedOption(option=one["name"], value=one["value"]) for one in node["selectedOptions"]
    )
    is_default = chosen == (SelectedOption(option=DEFAULT_OPTION, value=DEFAULT_VALUE),)
    shown = node["media"]["nodes"]
    return Variant(
        id=node["id"],
        sku=node["sku"] or "",
        gtin=node["barcode"] or "",
        shopify_id=node["id"],
        price=node["price"] or "",
        regular_price=node["compareAtPrice"] or "",
        main_image=pictures.get(shown[0]["id"]) if shown else None,
        options=() if is_default else chosen,
        weight=weight(node["inventoryItem"]["measurement"]["weight"], options.weight_unit),
    )


def weight(measured: Mapping[str, Any] | None, wanted: WeightUnit) -> str:
    if not measured:
        return ""
    try:
        value = Decimal(str(measured["value"]))
    except InvalidOperation:
        return ""
    return converted_weight(value, given=WeightUnit(measured["unit"]), wanted=wanted)
