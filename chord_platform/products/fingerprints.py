"""Recognises what a sync has already seen, so that its own echo ends without a write.

Belongs here: the fingerprint of a side, what is remembered of a sync.
Does not belong here: storage, deciding what a difference means (`comparer.py`).

A webhook does not say who caused it. So after every write both sides are read as they then are, and
a delivery that finds its origin as it was left changes nothing: a vendor that rewrites our HTML or
sorts our tags cannot make us answer ourselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import orjson

from chord_platform.products.descriptions import canonical
from chord_platform.products.normal_forms import is_control, normal, shop_number
from chord_platform.products.options import SyncOptions, takes_part
from chord_platform.products.sync_product import Side, SyncProduct, Variant


@dataclass(frozen=True, kw_only=True)
class LastSync:
    """What the last sync of a product left behind.

    linked  Shopify's ids of the variants that were then on both sides
    marks   each side's own mark of that state: Contentful's published version, Shopify's updatedAt
    """

    contentful: str = ""
    shopify: str = ""
    linked: frozenset[str] = frozenset()
    marks: tuple[tuple[Side, str], ...] = ()

    def of(self, side: Side) -> str:
        return self.contentful if side is Side.CONTENTFUL else self.shopify


def fingerprint(product: SyncProduct, options: SyncOptions) -> str:
    """Of what flows from this side under these options; other options, another fingerprint."""
    shown = outward(normal(product), options)
    return sha256(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)).hexdigest()


def outward(product: SyncProduct, options: SyncOptions) -> dict[str, Any]:
    from_cms = product.side is Side.CONTENTFUL
    shown: dict[str, Any] = {
        "side": product.side,
        "takes_part": takes_part(product, options),
        "rules": [options.follow_status, options.delete, options.resurrect, options.weight_unit],
        "status": product.status,
        "name": product.name,
        "slug": product.slug,
        "vendor": product.vendor,
        "type": product.product_type.name if product.product_type else "",
        "options": [
            [option.name, *([value.name for value in option.values] if not from_cms else [])]
            for option in product.option_types
        ],
        "variants": sorted(
            (outward_variant(variant, from_cms=from_cms) for variant in product.variants),
            key=lambda one: orjson.dumps(one, option=orjson.OPT_SORT_KEYS),
        ),
        "is_gift_card": product.is_gift_card,
        "is_published": product.publication.is_published,
        "is_archived": product.publication.is_archived,
        "unreadable": sorted(one.field for one in product.unreadable),
    }
    if options.description:
        shown["description"] = canonical(product.long_description)
    if options.tags:
        shown["tags"] = [tag.casefold() for tag in product.tags if not is_control(tag)]
    if from_cms:
        shown["images"] = [[image.url, image.alt] for image in product.images]
    return shown


def outward_variant(variant: Variant, *, from_cms: bool) -> dict[str, Any]:
    """Not its Shopify id on the CMS's side: we write it there ourselves."""
    shown: dict[str, Any] = {
        "sku": variant.sku,
        "gtin": variant.gtin,
        "price": variant.price,
        "regular_price": variant.regular_price,
        "options": [asdict(chosen) for chosen in variant.options],
        "weight": variant.weight,
        "is_published": variant.publication.is_published,
    }
    if from_cms:
        image = variant.main_image
        shown["image"] = [image.url, image.alt] if image else None
    else:
        shown["id"] = variant.shopify_id
    return shown


def is_older_than_ours(mark: str, *, side: Side, last: LastSync | None) -> bool:
    """Whether a delivery tells of a state that the last sync had already seen. Versions are whole
    numbers. Times (RFC 3339 in UTC, of equal length) have whole seconds, and within the second of
    what we saw another change may have followed: only an earlier one is certain."""
    known = dict(last.marks).get(side, "") if last else ""
    if not mark or not known:
        return False
    if mark.isdecimal() and known.isdecimal():
        return int(mark) <= int(known)
    return len(mark) == len(known) and mark < known


def remember(
    contentful: SyncProduct,
    shopify: SyncProduct,
    options: SyncOptions,
    *,
    marks: dict[Side, str] | None = None,
) -> LastSync:
    """After a sync, from both sides as they were read after it."""
    ours = {shop_number(one.shopify_id) for one in contentful.variants if one.shopify_id}
    return LastSync(
        contentful=fingerprint(contentful, options),
        shopify=fingerprint(shopify, options),
        linked=frozenset(
            one.shopify_id for one in shopify.variants if shop_number(one.shopify_id) in ours
        ),
        marks=tuple(sorted((marks or {}).items())),
    )
