"""Which variant of one side is which of the other.

Belongs here: pairs, and the variants that nobody may guess about. Does not belong here: what is
written to a pair (`wanted_variants.py`), finding a product's counterpart (an integration's port).

By Shopify's id, else by sku, else by the chosen options; each only where it is unique on both sides
among what is still without a counterpart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

from chord_platform.products.normal_forms import shop_number
from chord_platform.products.sync_product import Side, SyncProduct, Variant


@dataclass(frozen=True, kw_only=True)
class Pair:
    origin: Variant
    destination: Variant | None


@dataclass(frozen=True, kw_only=True)
class Held:
    """An origin's variant that is not written; `destination` is its counterpart, if it is known."""

    origin: Variant
    destination: Variant | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Matching:
    """pairs, in the origin's order: to be written. unpublished: withdrawn at the origin.
    alone: the destination's variants without any counterpart.
    """

    pairs: tuple[Pair, ...]
    held: tuple[Held, ...]
    unpublished: tuple[Pair, ...]
    alone: tuple[Variant, ...]


def match(origin: SyncProduct, destination: SyncProduct) -> Matching:
    reasons = wrong_by_itself(origin, side=destination.side)
    found = counterparts(origin.variants, destination.variants, held=reasons.keys())
    if destination.side is Side.SHOPIFY:
        found = adopt_placeholder(origin.variants, destination.variants, reasons.keys(), found)
    reasons |= wrong_at_destination(origin, destination, reasons.keys(), found)
    pairs: list[Pair] = []
    held: list[Held] = []
    unpublished: list[Pair] = []
    for at, variant in enumerate(origin.variants):
        other = destination.variants[found[at]] if at in found else None
        if not variant.publication.is_published:
            unpublished.append(Pair(origin=variant, destination=other))
        elif at in reasons:
            held.append(Held(origin=variant, destination=other, reason=reasons[at]))
        else:
            pairs.append(Pair(origin=variant, destination=other))
    taken = set(found.values())
    return Matching(
        pairs=tuple(pairs),
        held=tuple(held),
        unpublished=tuple(unpublished),
        alone=tuple(one for at, one in enumerate(destination.variants) if at not in taken),
    )


def counterparts(
    origin: Sequence[Variant], destination: Sequence[Variant], *, held: Collection[int]
) -> dict[int, int]:
    """What will be written chooses first, so that no withdrawn copy takes its counterpart; what is
    withdrawn may be deleted over there, so it is known by one sure sign or not at all."""
    live = [at for at, one in enumerate(origin) if one.publication.is_published]
    written = [at for at in live if at not in held]
    withdrawn = [at for at, one in enumerate(origin) if not one.publication.is_published]
    by_id_only = [at for at in withdrawn if by_shopify_id(origin[at])]
    by_sku_only = [at for at in withdrawn if not by_shopify_id(origin[at])]
    found: dict[int, int] = {}
    known = -1
    # Again until nothing is found: a pair made by options may leave a sku unique.
    while len(found) > known:
        known = len(found)
        for chosen, key in (
            (written, by_shopify_id),
            (written, by_sku),
            (written, by_options),
            (sorted(held), by_shopify_id),
            (sorted(held), by_sku),
            (by_id_only, by_shopify_id),
            (by_sku_only, by_sku),
        ):
            pair_up(origin, destination, chosen, key, found)
    return found


def by_shopify_id(variant: Variant) -> Hashable:
    return shop_number(variant.shopify_id) or None


def by_sku(variant: Variant) -> Hashable:
    return variant.sku or None


def by_options(variant: Variant) -> Hashable:
    return variant.combination


def pair_up(
    origin: Sequence[Variant],
    destination: Sequence[Variant],
    chosen: Sequence[int],
    key: Callable[[Variant], Hashable],
    found: dict[int, int],
) -> None:
    ours = [(at, key(origin[at])) for at in chosen if at not in found]
    taken = set(found.values())
    theirs = [(at, key(one)) for at, one in enumerate(destination) if at not in taken]
    our_counts = Counter(value for _, value in ours)
    their_counts = Counter(value for _, value in theirs)
    place = {value: at for at, value in theirs if their_counts[value] == 1}
    for at, value in ours:
        if value is not None and our_counts[value] == 1 and value in place:
            found[at] = place[value]


def adopt_placeholder(
    origin: Sequence[Variant],
    destination: Sequence[Variant],
    held: Collection[int],
    found: dict[int, int],
) -> dict[int, int]:
    """A product that came to the shop before its variants got one without options and sku there:
    the first of ours becomes it, instead of standing in the way of all."""
    if len(destination) != 1 or destination[0].sku or destination[0].options:
        return found
    written = [
        at for at, one in enumerate(origin) if one.publication.is_published and at not in held
    ]
    if not written or any(at in found for at in written):
        return found
    return {written[0]: 0}


def wrong_by_itself(origin: SyncProduct, *, side: Side) -> dict[int, str]:
    live = {at: one for at, one in enumerate(origin.variants) if one.publication.is_published}
    skus = Counter(variant.sku for variant in live.values() if variant.sku)
    reasons = {
        at: f"the sku {variant.sku} is used twice by its product"
        for at, variant in live.items()
        if skus[variant.sku] > 1
    }
    if side is Side.SHOPIFY:
        hold_by_options(origin, live, reasons)
    return reasons


def wrong_at_destination(
    origin: SyncProduct, destination: SyncProduct, held: Collection[int], found: dict[int, int]
) -> dict[int, str]:
    taken = set(found.values())
    free = [one for at, one in enumerate(destination.variants) if at not in taken]
    copies = Counter(filter(None, map(by_shopify_id, free)))
    reasons: dict[int, str] = {}
    for at, variant in enumerate(origin.variants):
        if at in held or not variant.publication.is_published:
            continue
        if variant.sku and any(one.sku == variant.sku for one in free):
            reasons[at] = f"another variant of the destination already has the sku {variant.sku}"
        elif at not in found and copies[by_shopify_id(variant)] > 1:
            reasons[at] = "several variants of the destination carry its Shopify id"
    return reasons


def hold_by_options(origin: SyncProduct, live: dict[int, Variant], reasons: dict[int, str]) -> None:
    """Shopify wants one value of each option from every variant, and no choice twice."""
    known = {option.name for option in origin.option_types}
    used = {chosen.option for variant in live.values() for chosen in variant.options}
    needed = known & used
    for at, variant in live.items():
        names = [chosen.option for chosen in variant.options]
        if unknown := sorted(set(names) - known):
            reasons.setdefault(at, f"its product has no option {unknown[0]}")
        elif lacking := sorted(needed - set(names)):
            reasons.setdefault(at, f"it has no value of the option {lacking[0]}")
        elif len(names) > len(set(names)):
            reasons.setdefault(at, "it has two values of one option")
    free = {at: variant for at, variant in live.items() if at not in reasons}
    choices = Counter(variant.combination for variant in free.values())
    for at, variant in free.items():
        if choices[variant.combination] > 1:
            reasons[at] = "another variant has the same options"


def links_back(cms: SyncProduct, shop: SyncProduct) -> tuple[Pair, ...]:
    """The CMS's variants that still lack the id Shopify gave to their counterpart."""
    matching = match(cms, shop)
    return tuple(
        pair
        for pair in matching.pairs
        if pair.destination
        and shop_number(pair.origin.shopify_id) != shop_number(pair.destination.shopify_id)
    )
