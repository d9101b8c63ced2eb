"""How the destination's variants should be, given the origin's.

Belongs here: which are written, created, withdrawn, removed or kept, and with what values.
Does not belong here: which is which (`matching.py`), the product's own fields (`wanted.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from chord_platform.products.matching import Matching, Pair, match
from chord_platform.products.naming import free_name
from chord_platform.products.normal_forms import price_before, shop_number
from chord_platform.products.notes import Note, NoteKind
from chord_platform.products.options import SyncOptions
from chord_platform.products.pictures import picture_of
from chord_platform.products.sync_product import (
    Image,
    OptionType,
    OptionValue,
    Side,
    SyncProduct,
    Variant,
)


@dataclass(frozen=True, kw_only=True)
class WantedVariants:
    """variants: all that the destination should have; those without an id are to be created.
    withdrawn, removed: ids."""

    variants: tuple[Variant, ...]
    option_types: tuple[OptionType, ...]
    withdrawn: frozenset[str]
    removed: frozenset[str]
    written: frozenset[str]
    notes: tuple[Note, ...]


def wanted_variants(
    origin: SyncProduct,
    destination: SyncProduct,
    options: SyncOptions,
    *,
    linked: Collection[str],
    images: tuple[Image, ...],
) -> WantedVariants:
    matching = match(origin, destination)
    notes = [
        Note(kind=NoteKind.VARIANT_HELD, subject=held.origin.called, text=f"{held.reason}.")
        for held in matching.held
    ]
    removed, withdrawn = leaving(origin, destination, matching, options, linked, notes)
    present = {shop_number(one.shopify_id) for one in destination.variants}
    known = {shop_number(one) for one in linked}
    pairs = returning(origin, matching.pairs, options, known - present, notes)
    is_shop = destination.side is Side.SHOPIFY
    by_id = {pair.destination.id: pair.origin for pair in pairs if pair.destination}
    stay = tuple(one for one in destination.variants if one.id not in removed)
    kept = tuple(one for one in stay if one.id not in by_id)
    holds = is_shop and options_clash(origin, kept, pairs)
    if holds:
        notes.append(
            Note(
                kind=NoteKind.OPTIONS_HELD,
                subject=origin.called,
                text="the shop has variants that the CMS does not know and that do not go with "
                "these options: options are left alone and no variant is created.",
            )
        )
    names = {variant.name for variant in destination.variants}
    variants = [
        written(by_id[one.id], one, origin, is_shop, images, keep_options=holds, names=names)
        if one.id in by_id
        else one
        for one in stay
    ]
    for pair in pairs:
        if pair.destination is None and not holds:
            made = Variant()
            variants.append(
                written(pair.origin, made, origin, is_shop, images, keep_options=False, names=names)
            )
    found = tuple(variants)
    types = destination.option_types if holds else option_types(origin, destination, found)
    return WantedVariants(
        variants=found,
        option_types=types,
        withdrawn=withdrawn,
        removed=removed,
        written=frozenset(by_id),
        notes=tuple(notes),
    )


def leaving(
    origin: SyncProduct,
    destination: SyncProduct,
    matching: Matching,
    options: SyncOptions,
    linked: Collection[str],
    notes: list[Note],
) -> tuple[frozenset[str], frozenset[str]]:
    """What is to be removed, and withdrawn. Only what was once on both sides can have been deleted
    on one: a variant that no sync has linked is new, and its own delivery is on its way."""
    known = {shop_number(one) for one in linked}
    is_shop = destination.side is Side.SHOPIFY
    held_skus = {held.origin.sku for held in matching.held if held.origin.sku}
    held_ids = {shop_number(held.origin.shopify_id) for held in matching.held}
    gone = [
        one
        for one in matching.alone
        if one.sku not in held_skus
        and shop_number(one.shopify_id)
        and shop_number(one.shopify_id) not in held_ids
        and (not is_shop or shop_number(one.shopify_id) in known)
    ]
    off = [pair.destination for pair in matching.unpublished if pair.destination]
    candidates = [*gone, *off]
    # While it is in doubt which variant is which, none is deleted.
    removable = candidates if options.delete and not matching.held else []
    if is_shop and len(removable) == len(destination.variants) and not matching.pairs:
        removable = removable[1:]  # a shop's product has at least one variant
    removed = frozenset(one.id for one in removable)
    for one in candidates:
        if one.id not in removed:
            text = f"gone or unpublished in {origin.side}, kept in {destination.side}."
            notes.append(Note(kind=NoteKind.VARIANT_KEPT, subject=one.called, text=text))
    if is_shop:
        return removed, frozenset()
    live = (one.id for one in candidates if one.publication.is_published)
    return removed, frozenset(live) - removed


def returning(
    origin: SyncProduct,
    pairs: tuple[Pair, ...],
    options: SyncOptions,
    deleted: Collection[str],
    notes: list[Note],
) -> tuple[Pair, ...]:
    """A variant that the shop has deleted is not made again because the CMS still has it."""
    if origin.side is Side.SHOPIFY or options.resurrect:
        return pairs
    found = []
    for pair in pairs:
        if pair.destination is None and shop_number(pair.origin.shopify_id) in deleted:
            text = "deleted in Shopify and still in Contentful: not created again."
            kind = NoteKind.VARIANT_NOT_RESURRECTED
            notes.append(Note(kind=kind, subject=pair.origin.called, text=text))
        else:
            found.append(pair)
    return tuple(found)


def options_clash(origin: SyncProduct, kept: tuple[Variant, ...], pairs: tuple[Pair, ...]) -> bool:
    if not pairs:
        return False
    needed = {chosen.option for chosen in pairs[0].origin.options}
    choices = {pair.origin.combination for pair in pairs}
    return any(
        {chosen.option for chosen in one.options} != needed or one.combination in choices
        for one in kept
    )


def written(
    source: Variant,
    current: Variant,
    product: SyncProduct,
    is_shop: bool,
    images: tuple[Image, ...],
    *,
    keep_options: bool,
    names: set[str],
) -> Variant:
    wanted = replace(
        current,
        sku=source.sku,
        gtin=source.gtin,
        # No price is no decision: it never makes a product free.
        price=source.price or current.price,
        regular_price=regular_price(source, current),
        options=current.options if keep_options else source.options,
        weight=source.weight,
    )
    if is_shop:
        if product.cannot_read("images"):
            return wanted
        return replace(wanted, main_image=picture_of(source.main_image, current, images))
    if shop_number(current.shopify_id) != shop_number(source.shopify_id):
        wanted = replace(wanted, shopify_id=source.shopify_id)
    if not current.name:
        name = free_name(name_of(source, product), taken=names)
        names.add(name)
        wanted = replace(wanted, name=name)
    return wanted


def regular_price(source: Variant, current: Variant) -> str:
    """One that shows nothing, because it is not above the price, is as good as none."""
    if not source.price:
        return current.regular_price
    wanted = price_before(source, price=source.price)
    if price_before(current, price=source.price) == wanted:
        return current.regular_price
    return wanted


def name_of(variant: Variant, product: SyncProduct) -> str:
    chosen = " / ".join(one.value for one in variant.options)
    return variant.name or " - ".join(part for part in (product.name, chosen) if part) or "Variant"


def option_types(
    origin: SyncProduct, destination: SyncProduct, variants: tuple[Variant, ...]
) -> tuple[OptionType, ...]:
    """In the shop, the options and values that the variants use, in the CMS's order. In the CMS
    the entries are shared with other products: values are added, never taken away, and what is
    there keeps its slug and presentation."""
    used: dict[str, list[str]] = {}
    for chosen in (chosen for variant in variants for chosen in variant.options):
        used.setdefault(chosen.option, []).append(chosen.value)
    current = {option.name: option for option in destination.option_types}
    names = [option.name for option in origin.option_types]
    if destination.side is Side.SHOPIFY:
        names = [name for name in dict.fromkeys([*names, *current, *used]) if name in used]
    given = {option.name: option for option in origin.option_types}
    return tuple(
        with_values(
            current.get(name) or OptionType(name=name, presentation=name),
            values_of(name, given, current, used, side=destination.side),
        )
        for name in dict.fromkeys(names)
    )


def values_of(
    name: str,
    given: dict[str, OptionType],
    current: dict[str, OptionType],
    used: dict[str, list[str]],
    *,
    side: Side,
) -> list[str]:
    ours = [value.name for value in given[name].values] if name in given else []
    theirs = [value.name for value in current[name].values] if name in current else []
    if side is Side.CONTENTFUL:
        return list(dict.fromkeys([*theirs, *ours, *used.get(name, [])]))
    needed = set(used[name])
    return [one for one in dict.fromkeys([*ours, *theirs, *used[name]]) if one in needed]


def with_values(option: OptionType, names: list[str]) -> OptionType:
    current = {value.name: value for value in option.values}
    return replace(
        option,
        values=tuple(
            current.get(name) or OptionValue(name=name, presentation=name) for name in names
        ),
    )
