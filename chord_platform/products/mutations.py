"""What is to be written at a destination, one typed change each, and what it leaves behind.

Belongs here: the changes with the value before and after, and their effect on a Sync Product.
Does not belong here: deciding them (`comparer.py`), a vendor's way to write them (the mappings).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from chord_platform.products.sync_product import (
    Image,
    OptionType,
    ProductType,
    Publication,
    Side,
    Status,
    SyncProduct,
    Variant,
)


class ProductField(StrEnum):
    NAME = "name"
    SLUG = "slug"
    VENDOR = "vendor"
    LONG_DESCRIPTION = "long_description"


class VariantField(StrEnum):
    NAME = "name"
    SKU = "sku"
    GTIN = "gtin"
    SHOPIFY_ID = "shopify_id"
    PRICE = "price"
    REGULAR_PRICE = "regular_price"
    MAIN_IMAGE = "main_image"
    OPTIONS = "options"
    WEIGHT = "weight"


@dataclass(frozen=True, kw_only=True)
class CreateProduct:
    """is_gift_card can be said now or never."""

    side: Side
    slug: str
    is_gift_card: bool


@dataclass(frozen=True, kw_only=True)
class SetField:
    field: ProductField
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class SetStatus:
    before: Status | None
    after: Status


@dataclass(frozen=True, kw_only=True)
class SetProductType:
    before: ProductType | None
    after: ProductType | None


@dataclass(frozen=True, kw_only=True)
class SetTags:
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SetImages:
    before: tuple[Image, ...]
    after: tuple[Image, ...]


@dataclass(frozen=True, kw_only=True)
class SetOptions:
    before: tuple[OptionType, ...]
    after: tuple[OptionType, ...]


@dataclass(frozen=True, kw_only=True)
class CreateVariant:
    variant: Variant


@dataclass(frozen=True, kw_only=True)
class SetVariantField:
    variant_id: str
    called: str
    field: VariantField
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class PublishVariant:
    variant_id: str
    called: str


@dataclass(frozen=True, kw_only=True)
class UnpublishVariant:
    variant_id: str
    called: str


@dataclass(frozen=True, kw_only=True)
class RemoveVariant:
    variant_id: str
    called: str


@dataclass(frozen=True, kw_only=True)
class PublishProduct:
    """After its children: what links to drafts has holes in delivery."""


@dataclass(frozen=True, kw_only=True)
class UnpublishProduct:
    pass


@dataclass(frozen=True, kw_only=True)
class DeleteProduct:
    pass


Mutation = (
    CreateProduct
    | SetField
    | SetStatus
    | SetProductType
    | SetTags
    | SetImages
    | SetOptions
    | CreateVariant
    | SetVariantField
    | PublishVariant
    | UnpublishVariant
    | RemoveVariant
    | PublishProduct
    | UnpublishProduct
    | DeleteProduct
)


def blank(side: Side) -> SyncProduct:
    """What a product is before anything is written; a shop has no unpublished state of its own."""
    return SyncProduct(side=side, publication=Publication(is_published=side is Side.SHOPIFY))


def applied(product: SyncProduct | None, mutations: Iterable[Mutation]) -> SyncProduct | None:
    """The destination after the mutations. Shopify's list inputs are authoritative, so a writer
    needs the whole product although little of it changed."""
    for mutation in mutations:
        if isinstance(mutation, CreateProduct):
            product = replace(
                blank(mutation.side), slug=mutation.slug, is_gift_card=mutation.is_gift_card
            )
        elif isinstance(mutation, DeleteProduct):
            product = None
        elif product is None:
            raise ValueError(f"{type(mutation).__name__} needs a product")
        else:
            product = after(product, mutation)
    return product


def after(product: SyncProduct, mutation: Mutation) -> SyncProduct:
    match mutation:
        case SetField():
            return touched(replace(product, **{mutation.field.value: mutation.after}))
        case SetStatus():
            return touched(replace(product, status=mutation.after))
        case SetProductType():
            return touched(replace(product, product_type=mutation.after))
        case SetTags():
            return touched(replace(product, tags=mutation.after))
        case SetImages():
            return touched(with_images(product, mutation.after))
        case SetOptions():
            return touched(replace(product, option_types=mutation.after))
        case CreateVariant():
            taken = {variant.id for variant in product.variants}
            number = next(n for n in range(1, len(taken) + 2) if f"new-{n}" not in taken)
            made = replace(mutation.variant, id=f"new-{number}")
            return touched(replace(product, variants=(*product.variants, made)))
        case RemoveVariant():
            rest = tuple(one for one in product.variants if one.id != mutation.variant_id)
            return touched(replace(product, variants=rest))
        case SetVariantField() | PublishVariant() | UnpublishVariant():
            variants = tuple(
                variant_after(variant, mutation, side=product.side)
                if variant.id == mutation.variant_id
                else variant
                for variant in product.variants
            )
            return replace(product, variants=variants)
        case PublishProduct():
            return replace(product, publication=Publication())
        case UnpublishProduct():
            unpublished = replace(product.publication, is_published=False, has_changes=False)
            return replace(product, publication=unpublished)
        case _:
            raise TypeError(f"{type(mutation).__name__} does not change a product")


def with_images(shop: SyncProduct, images: tuple[Image, ...]) -> SyncProduct:
    """A variant shows one of its product's pictures: it follows when that one changes, and shows
    none when that one is taken away."""
    variants = tuple(
        replace(one, main_image=same_picture(one.main_image, images)) if one.main_image else one
        for one in shop.variants
    )
    return replace(shop, images=images, variants=variants)


def same_picture(shown: Image, images: tuple[Image, ...]) -> Image | None:
    if shown.id:
        return next((one for one in images if one.id == shown.id), None)
    return next((one for one in images if one.source == shown.source), None)


def variant_after(
    variant: Variant, mutation: SetVariantField | PublishVariant | UnpublishVariant, *, side: Side
) -> Variant:
    if isinstance(mutation, PublishVariant):
        return replace(variant, publication=Publication())
    if isinstance(mutation, UnpublishVariant):
        unpublished = replace(variant.publication, is_published=False, has_changes=False)
        return replace(variant, publication=unpublished)
    changed = replace(variant, **{mutation.field.value: mutation.after})
    if side is Side.SHOPIFY:
        return changed
    return replace(changed, publication=with_changes(changed.publication))


def touched(product: SyncProduct) -> SyncProduct:
    """A write in the CMS is a draft until it is published."""
    if product.side is Side.SHOPIFY:
        return product
    return replace(product, publication=with_changes(product.publication))


def with_changes(publication: Publication) -> Publication:
    return replace(publication, has_changes=publication.is_published)
