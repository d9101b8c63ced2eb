"""One way to write each value, so that a vendor's habit is not taken for a change.

Belongs here: text, money, weight, tags and ids in their normal form.
Does not belong here: which of two values wins (`wanted.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from chord_platform.products.options import CONTROL_TAGS, WeightUnit
from chord_platform.products.sync_product import Image, SyncProduct, Variant

# Bounded on purpose: Decimal("1e999999") is a number too, and formatting it takes the memory.
NUMBER = re.compile(r"\d{1,12}(\.\d{0,12})?", re.ASCII)
CENTS = Decimal("0.01")
WEIGHT_STEP = Decimal("0.000001")
GRAMS_IN = {
    WeightUnit.KILOGRAMS: Decimal(1000),
    WeightUnit.GRAMS: Decimal(1),
    WeightUnit.POUNDS: Decimal("453.59237"),
    WeightUnit.OUNCES: Decimal("28.349523125"),
}


def text(value: str) -> str:
    """Trimmed as Shopify trims, one kind of line end, composed characters."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines).strip()


def number(value: str) -> Decimal | None:
    trimmed = value.strip()
    return Decimal(trimmed) if NUMBER.fullmatch(trimmed) else None


def money(value: str) -> str:
    """Two digits; empty when it is no amount."""
    amount = number(value)
    return "" if amount is None else str(amount.quantize(CENTS, ROUND_HALF_UP))


def price_before(variant: Variant, *, price: str) -> str:
    """The regular price if it is above the current one, else there is none to show."""
    regular = variant.regular_price
    return regular if regular and price and Decimal(regular) > Decimal(price) else ""


def weight(value: str) -> str:
    """Empty for none and for zero: a shop answers 0 where nobody has weighed."""
    amount = number(value)
    return "" if amount is None else plain_weight(amount)


def plain_weight(amount: Decimal) -> str:
    rounded = amount.quantize(WEIGHT_STEP, ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") if rounded else ""


def converted_weight(amount: Decimal, *, given: WeightUnit, wanted: WeightUnit) -> str:
    return plain_weight(amount * GRAMS_IN[given] / GRAMS_IN[wanted])


def tags(values: Iterable[str]) -> tuple[str, ...]:
    """Unique and sorted without regard to case, as Shopify keeps them; the first spelling stays."""
    found: dict[str, str] = {}
    for value in values:
        if trimmed := text(value):
            found.setdefault(trimmed.casefold(), trimmed)
    return tuple(found[key] for key in sorted(found))


def is_control(tag: str) -> bool:
    return tag.casefold() in CONTROL_TAGS


def shop_number(shopify_id: str) -> str:
    """`gid://shopify/ProductVariant/42` and `42` are one variant."""
    return shopify_id.strip().rpartition("/")[2]


def normal(product: SyncProduct) -> SyncProduct:
    kind = product.product_type
    named = replace(kind, name=text(kind.name)) if kind else None
    return replace(
        product,
        name=text(product.name),
        slug=text(product.slug),
        vendor=text(product.vendor),
        product_type=named if named and named.name else None,
        long_description=text(product.long_description),
        images=tuple(map(normal_image, product.images)),
        option_types=tuple(
            replace(
                option,
                name=text(option.name),
                values=tuple(replace(value, name=text(value.name)) for value in option.values),
            )
            for option in product.option_types
        ),
        tags=tags(product.tags),
        variants=tuple(map(normal_variant, product.variants)),
    )


def normal_variant(variant: Variant) -> Variant:
    return replace(
        variant,
        name=text(variant.name),
        sku=text(variant.sku),
        gtin=text(variant.gtin),
        shopify_id=variant.shopify_id.strip(),
        price=money(variant.price),
        regular_price=money(variant.regular_price),
        main_image=normal_image(variant.main_image) if variant.main_image else None,
        options=tuple(
            sorted(
                replace(chosen, option=text(chosen.option), value=text(chosen.value))
                for chosen in variant.options
            )
        ),
        weight=weight(variant.weight),
    )


def normal_image(image: Image) -> Image:
    return replace(image, alt=text(image.alt))
