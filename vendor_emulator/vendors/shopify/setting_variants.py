"""The `productOptions` and `variants` of `productSet`.

Belongs here: the vendor's rules for both lists, which variant an input means, what becomes of it.
Does not belong here: files (`setting_files.py`), the product's own fields (`product_set.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify.writing import amount, number_of, refuse

MOST_OPTIONS = 3
MOST_VARIANTS = 2048
DEFAULT = (("Title", "Default Title"),)


@dataclass(frozen=True)
class Weighed:
    """id: the variant's number. A weight as it was entered; the business counts whole grams."""

    id: int
    value: float
    unit: str


def check_lists(given: dict[str, Any]) -> None:
    options, variants = given.get("productOptions"), given.get("variants")
    if variants is not None and options is None:
        message = "Product options input is required when updating variants"
        raise refuse(("input", "productOptions"), message, "PRODUCT_OPTIONS_INPUT_MISSING")
    if options is not None and variants is None:
        message = "Variants input is required when updating product options"
        raise refuse(("input", "variants"), message, "VARIANTS_INPUT_MISSING")
    if options is None or variants is None:
        return
    if len(options) > MOST_OPTIONS:
        message = f"Can only specify a maximum of {MOST_OPTIONS} options"
        raise refuse(("input", "productOptions"), message, "OPTIONS_OVER_LIMIT")
    if len(variants) > MOST_VARIANTS:
        message = f"Can only specify a maximum of {MOST_VARIANTS} variants"
        raise refuse(("input", "variants"), message, "VARIANTS_OVER_LIMIT")
    if not variants:
        raise refuse(("input", "variants"), "Variants can't be empty", "INVALID_INPUT")
    check_options(options)
    check_choices(options, variants)


def check_options(options: list[dict[str, Any]]) -> None:
    names = Counter((one.get("name") or "").strip().casefold() for one in options)
    for place, one in enumerate(options):
        path = ("input", "productOptions", place)
        name = (one.get("name") or "").strip()
        if not name:
            raise refuse((*path, "name"), "Option name can't be blank", "INVALID_INPUT")
        if names[name.casefold()] > 1:
            raise refuse(
                (*path, "name"), f"Option '{name}' already exists", "DUPLICATED_OPTION_NAME"
            )
        values = [(value.get("name") or "").strip() for value in one.get("values") or ()]
        if not values:
            raise refuse((*path, "values"), "Option values are missing", "OPTION_VALUES_MISSING")
        if len({value.casefold() for value in values}) < len(values):
            message = "Option values must be unique"
            raise refuse((*path, "values"), message, "DUPLICATED_OPTION_VALUE")


def check_choices(options: list[dict[str, Any]], variants: list[dict[str, Any]]) -> None:
    known = {
        one["name"].strip(): {value["name"].strip() for value in one["values"]} for one in options
    }
    seen: set[tuple[tuple[str, str], ...]] = set()
    for place, one in enumerate(variants):
        path = ("input", "variants", place, "optionValues")
        chosen = choice(one)
        if unknown := [name for name, _ in chosen if name not in known]:
            raise refuse(path, f"Option '{unknown[0]}' does not exist", "OPTION_DOES_NOT_EXIST")
        if len(chosen) != len(known) or len({name for name, _ in chosen}) != len(known):
            raise refuse(path, "A value for every option is needed", "INVALID_VARIANT")
        if wrong := [value for name, value in chosen if value not in known[name]]:
            message = f"Option value '{wrong[0]}' does not exist"
            raise refuse(path, message, "OPTION_VALUE_DOES_NOT_EXIST")
        key = tuple(sorted(chosen))
        if key in seen:
            title = " / ".join(value for _, value in chosen)
            raise refuse(("input", "variants", place), f"The variant '{title}' already exists.",
                         "INVALID_VARIANT")  # fmt: skip
        seen.add(key)


def choice(variant: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        ((one.get("optionName") or "").strip(), (one.get("name") or "").strip())
        for one in variant["optionValues"]
    )


def set_variants(
    s: Any, product: model.Product, given: dict[str, Any], *, is_new: bool
) -> tuple[dict[str, Any], dict[int, Weighed | None]]:
    """The product's `options` and `variants`, and the weights that were said."""
    if given.get("variants") is None:
        return {}, {}
    names = [one["name"].strip() for one in given["productOptions"]]
    options = tuple(
        (one["name"].strip(), tuple(value["name"].strip() for value in one["values"]))
        for one in given["productOptions"]
    )
    by_id = {} if is_new else {one.id: one for one in product.variants}
    by_choice = {} if is_new else {tuple(sorted(one.options)): one for one in product.variants}
    weights: dict[int, Weighed | None] = {}
    found: list[model.Variant] = []
    for place, one in enumerate(given["variants"]):
        path = ("input", "variants", place)
        chosen = tuple(sorted(choice(one), key=lambda pair: names.index(pair[0])))
        chosen = () if chosen == DEFAULT else chosen
        if one.get("id"):
            current = by_id.get(number_of(one["id"], "ProductVariant", (*path, "id")))
            if current is None:
                message = "Product variant does not exist"
                raise refuse((*path, "id"), message, "PRODUCT_VARIANT_DOES_NOT_EXIST")
        else:
            current = by_choice.get(tuple(sorted(chosen))) or fresh(s, product)
        if current.id in {known.id for known in found}:
            raise refuse((*path, "id"), "A variant is listed twice", "INVALID_VARIANT")
        changed = with_input(current, one, path)
        weighed = (one.get("inventoryItem") or {}).get("measurement")
        if weighed is not None:
            weight = weighed.get("weight")
            weights[current.id] = weight and Weighed(current.id, weight["value"], weight["unit"])
        title = " / ".join(value for _, value in chosen) or "Default Title"
        found.append(replace(changed, options=chosen, title=title, position=place + 1))
    return {"options": () if options == ((("Title", ("Default Title",))),) else options,
            "variants": tuple(found)}, weights  # fmt: skip


def fresh(s: Any, product: model.Product) -> model.Variant:
    number = s.shop.writes.numbers.next("variants")
    return replace(
        product.variants[0], id=number, inventory_item_id=number, title="", sku="", barcode=None,
        price=model.ZERO, compare_at_price=None, cost=model.ZERO, options=(), weight_grams=0,
        is_tracked=False, created_at=s.now, updated_at=s.now,
    )  # fmt: skip


def with_input(
    variant: model.Variant, given: dict[str, Any], path: tuple[Any, ...]
) -> model.Variant:
    item = given.get("inventoryItem") or {}
    changes: dict[str, Any] = {}
    if (sku := item.get("sku", given.get("sku"))) is not None:
        changes["sku"] = sku.strip()
    if "barcode" in given:
        changes["barcode"] = (given["barcode"] or "").strip() or None
    if (price := amount(given.get("price"), (*path, "price"))) is not None:
        changes["price"] = price
    if "compareAtPrice" in given:
        changes["compare_at_price"] = amount(given["compareAtPrice"], (*path, "compareAtPrice"))
    if item.get("cost") is not None:
        changes["cost"] = Decimal(str(item["cost"]))
    if item.get("tracked") is not None:
        changes["is_tracked"] = item["tracked"]
    if item.get("requiresShipping") is not None:
        changes["requires_shipping"] = item["requiresShipping"]
    return replace(variant, **changes)


def forget_variants(world: Any, before: model.Product, after: model.Product) -> None:
    kept = {one.id for one in after.variants}
    for variant in before.variants:
        if variant.id in kept:
            continue
        for level in list(world.levels_of(variant.inventory_item_id)):
            world.levels.remove(level.id)
        for metafield in list(world.metafields_of("variant", variant.id)):
            world.metafields.remove(metafield.id)


def keep_weights(world: Any, product: model.Product, weights: dict[int, Weighed | None]) -> None:
    for number, weighed in weights.items():
        if weighed is not None:
            world.weights.put(weighed)
        elif world.weights.get(number):
            world.weights.remove(number)
