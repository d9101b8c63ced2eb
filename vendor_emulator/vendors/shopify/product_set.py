"""`productSet`: a product is made to be as the input says.

Belongs here: what the vendor refuses of it, and its lists, which are authoritative: what is left
out of a list is deleted, and a list that is left out stays as it is.
Does not belong here: the other mutations (`product_writes.py`), files (`setting_files.py`),
variants (`setting_variants.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify.metafields import set_all
from vendor_emulator.vendors.shopify.setting_files import set_files
from vendor_emulator.vendors.shopify.setting_variants import (
    check_lists,
    forget_variants,
    keep_weights,
    set_variants,
)
from vendor_emulator.vendors.shopify.things import UserError
from vendor_emulator.vendors.shopify.writing import (
    LONGEST,
    Refused,
    handle_of,
    number_of,
    refuse,
    tidy_html,
    tidy_tags,
)


@dataclass(frozen=True)
class Payload:
    """What a product's mutations answer with; the fields of each type take what they show."""

    product: Any = None
    errors: tuple[UserError, ...] = ()
    id: str | None = None


def product_set(
    root: Any,
    s: Any,
    input: dict[str, Any],
    identifier: dict[str, str] | None = None,
    synchronous: bool = True,
) -> Payload:
    try:
        return Payload(written(s, input, identifier or {}))
    except Refused as refusal:
        return Payload(errors=refusal.errors)


def written(s: Any, given: dict[str, Any], identifier: dict[str, str]) -> model.Product:
    shop, world = s.shop, s.world
    current = target(world, given, identifier)
    check_lists(given)
    start = current or blank(s, given, identifier)
    is_new = current is None
    changes = scalars(world, start, given, is_new=is_new)
    media, chosen = set_files(s, start, given)
    variants, weights = set_variants(s, start, given, is_new=is_new)
    if "collections" in given:
        changes["collection_ids"] = collections(given)
    # Everything has been checked: from here on it is written.
    when = max(shop.stamp(), start.updated_at)
    product = replace(start, **changes, **variants, updated_at=when)
    product = replace(
        product,
        variants=tuple(
            replace(one, updated_at=when) if one not in start.variants else one
            for one in product.variants
        ),
    )
    forget_variants(world, start, product)
    world.products.put(product)
    keep_weights(world, product, weights)
    if media is not None:
        shown = {**media.shown, **chosen(product)}
        shown = {variant: file for variant, file in shown.items() if file is not None}
        media = replace(media, shown=shown).with_files(media.files)
        world.media.put(replace(media, id=product.id))
    if "collections" in given:
        join_collections(world, product, when)
    if "metafields" in given:
        set_all(s, product, given["metafields"], when)
    return product


def target(world: Any, given: dict[str, Any], identifier: dict[str, str]) -> model.Product | None:
    id = identifier.get("id") or given.get("id")
    if id:
        path = ("identifier", "id") if identifier.get("id") else ("input", "id")
        found = world.product(number_of(id, "Product", path))
        if found is None:
            raise refuse(("input",), "Product does not exist", "PRODUCT_DOES_NOT_EXIST")
        return found
    if handle := identifier.get("handle"):
        return by_handle(world, handle)
    return None


def by_handle(world: Any, handle: str) -> model.Product | None:
    def make(products: Any) -> dict[str, model.Product]:
        return {one.handle: one for one in products}

    return world.products.derived("by handle", make).get(handle)


def blank(s: Any, given: dict[str, Any], identifier: dict[str, str]) -> model.Product:
    if not (given.get("title") or "").strip():
        raise refuse(("input", "title"), "Title can't be blank", "INVALID_PRODUCT")
    number, when = s.shop.writes.numbers.next("products"), s.now
    gift = bool(given.get("giftCard"))
    if gift and not s.shop.writes.sells_gift_cards:
        message = "Gift cards are not activated on this shop"
        raise refuse(("input", "giftCard"), message, "GIFT_CARDS_NOT_ACTIVATED")
    own = s.shop.writes.numbers.next("variants")
    first = model.Variant(
        id=own, product_id=number, position=1, title="Default Title",
        sku="", barcode=None, price=model.ZERO, compare_at_price=None, cost=model.ZERO, options=(),
        inventory_item_id=own, weight_grams=0, is_tracked=False,
        requires_shipping=not gift, is_subscribable=False, created_at=when, updated_at=when,
    )  # fmt: skip
    return model.Product(
        id=number, title="", handle=identifier.get("handle", ""), description_html="",
        vendor=s.world.business_name, product_type="", status="active", tags=(), options=(),
        variants=(first,), is_gift_card=gift, collection_ids=(), created_at=when, updated_at=when,
        published_at=None,
    )  # fmt: skip


TEXTS = {
    "title": "title",
    "vendor": "vendor",
    "productType": "product_type",
}


def scalars(
    world: Any, start: model.Product, given: dict[str, Any], *, is_new: bool
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, own in TEXTS.items():
        if given.get(name) is None:
            continue
        text = given[name].strip()
        if len(text) > LONGEST:
            message = f"{name.capitalize()} is too long (maximum is {LONGEST} characters)"
            raise refuse(("input", name), message, "INVALID_PRODUCT")
        changes[own] = text
    if "title" in changes and not changes["title"]:
        raise refuse(("input", "title"), "Title can't be blank", "INVALID_PRODUCT")
    if given.get("descriptionHtml") is not None:
        changes["description_html"] = tidy_html(given["descriptionHtml"])
    if given.get("status") is not None:
        changes["status"] = given["status"].lower()
    if given.get("tags") is not None:
        changes["tags"] = tidy_tags(given["tags"], ("input", "tags"))
    if not is_new and given.get("giftCard") not in (None, start.is_gift_card):
        message = "Gift card attribute cannot be changed after creation"
        raise refuse(("input", "giftCard"), message, "GIFT_CARD_ATTRIBUTE_CANNOT_BE_CHANGED")
    asked = given.get("handle")
    if asked is not None or is_new:
        changes["handle"] = handle(world, start, asked or start.handle, changes.get("title", ""))
    return changes


def handle(world: Any, start: model.Product, asked: str, title: str) -> str:
    """One that was asked for is refused when it is taken; one made of the title gives way."""
    wanted = handle_of(asked)
    if wanted:
        other = by_handle(world, wanted)
        if other is not None and other.id != start.id:
            message = f"Handle '{wanted}' already in use. Please provide a new handle."
            raise refuse(("input", "handle"), message, "HANDLE_NOT_UNIQUE")
        return wanted
    made = first = handle_of(title) or "product"
    number = 1
    while (other := by_handle(world, made)) is not None and other.id != start.id:
        made, number = f"{first}-{number}", number + 1
    return made


def collections(given: dict[str, Any]) -> tuple[int, ...]:
    return tuple(
        number_of(id, "Collection", ("input", "collections", place))
        for place, id in enumerate(given["collections"] or ())
    )


def join_collections(world: Any, product: model.Product, when: Any) -> None:
    for one in list(world.collections):
        is_in, shall = product.id in one.product_ids, one.id in product.collection_ids
        if is_in == shall:
            continue
        rest = tuple(number for number in one.product_ids if number != product.id)
        members = (*rest, product.id) if shall else rest
        world.collections.put(replace(one, product_ids=members, updated_at=when))
