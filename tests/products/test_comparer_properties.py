"""Whatever two products look like: what the comparer wants is reached by what it says to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.products.comparer import Comparison, Decision, compare, compare_deleted
from chord_platform.products.fingerprints import fingerprint, remember
from chord_platform.products.limits import breaches
from chord_platform.products.mutations import (
    CreateProduct,
    CreateVariant,
    DeleteProduct,
    RemoveVariant,
    SetField,
    SetVariantField,
    applied,
)
from chord_platform.products.normal_forms import is_control, normal
from chord_platform.products.options import SyncOptions
from chord_platform.products.sync_product import Side, SyncProduct
from tests.products.cases import Situation, options, product, situation

CASES = 1000
both_directions = pytest.mark.parametrize("side", list(Side), ids=lambda side: f"from_{side}")


def a_thousand_cases(test: Callable[..., None]) -> Callable[..., None]:
    chosen = given(random=st.randoms(use_true_random=True))
    return settings(max_examples=CASES)(chosen(test))


def run(case: Situation) -> tuple[Comparison, SyncProduct | None]:
    comparison = compare(case.origin, case.destination, case.options, last=case.last)
    return comparison, applied(case.destination, comparison.mutations)


@both_directions
@a_thousand_cases
def test_comparing_again_after_the_mutations_finds_nothing_to_do(
    side: Side, random: Random
) -> None:
    case = situation(random, side=side)
    _, reached = run(case)
    again = compare(case.origin, reached, case.options, last=case.last)
    assert again.mutations == (), case
    assert again.decision is not Decision.WRITE


@both_directions
@a_thousand_cases
def test_what_is_not_ours_is_as_it_was(side: Side, random: Random) -> None:
    case = situation(random, side=side)
    comparison, after = run(case)
    before = case.destination
    if before is None or after is None:
        return
    assert after.short_description == before.short_description
    assert after.main_image == before.main_image
    assert after.is_gift_card == before.is_gift_card
    assert control_tags(after) == control_tags(before)
    assert case.options.tags or after.tags == before.tags
    assert case.options.description or after.long_description == before.long_description
    for one in before.unreadable:
        assert getattr(after, one.field) == getattr(before, one.field)
    left = {variant.id: variant for variant in after.variants}
    for variant in before.variants:
        if variant.id in left:
            assert not variant.name or left[variant.id].name == variant.name
            assert side is Side.SHOPIFY or left[variant.id].shopify_id == variant.shopify_id
    if not case.options.delete:
        assert not [m for m in comparison.mutations if isinstance(m, RemoveVariant | DeleteProduct)]
        assert {variant.id for variant in before.variants} <= set(left)


def control_tags(product: SyncProduct) -> set[str]:
    return {tag.strip() for tag in product.tags if is_control(tag.strip())}


@a_thousand_cases
def test_slugs_and_presentations_of_the_cms_survive(random: Random) -> None:
    case = situation(random, side=Side.SHOPIFY)
    before, (_, after) = case.destination, run(case)
    if before is None or after is None:
        return
    assert not before.slug or after.slug == before.slug
    assert after.images == before.images
    kept = {option.name: option for option in before.option_types}
    for option in after.option_types:
        was = kept.get(option.name)
        if was is None:
            assert (option.slug, option.presentation) == ("", option.name)
        else:
            assert (option.slug, option.presentation) == (was.slug, was.presentation)
            assert option.values[: len(was.values)] == was.values


@a_thousand_cases
def test_a_merchants_own_pictures_stay_in_their_order(random: Random) -> None:
    case = situation(random, side=Side.CONTENTFUL)
    before, (_, after) = case.destination, run(case)
    if before is None or after is None:
        return
    ours = {image.file_name for image in case.origin.images}
    ours |= {one.main_image.file_name for one in case.origin.variants if one.main_image}
    own = [one.id for one in before.images if not one.source and one.file_name not in ours]
    assert [one.id for one in after.images if one.id in own] == own


@a_thousand_cases
def test_what_is_written_to_the_shop_is_what_the_shop_accepts(random: Random) -> None:
    comparison, after = run(situation(random, side=Side.CONTENTFUL))
    if after is None or comparison.decision is not Decision.WRITE:
        return
    assert not breaches(after)
    combinations = Counter(variant.combination for variant in after.variants)
    assert max(combinations.values(), default=1) == 1
    if not any(isinstance(m, CreateVariant | SetVariantField) for m in comparison.mutations):
        return
    known = {(option.name, value.name) for option in after.option_types for value in option.values}
    for variant in after.variants:
        chosen = [(one.option, one.value) for one in variant.options]
        assert sorted(name for name, _ in chosen) == sorted(one.name for one in after.option_types)
        assert set(chosen) <= known
        assert not variant.main_image or variant.main_image in after.images


@both_directions
@a_thousand_cases
def test_an_echo_of_a_sync_writes_nothing(side: Side, random: Random) -> None:
    """The destination's own webhook comes back and makes it the origin."""
    case = situation(random, side=side)
    origin, (_, reached) = case.origin, run(case)
    if reached is None:
        return
    cms, shop = (origin, reached) if side is Side.CONTENTFUL else (reached, origin)
    last = remember(cms, shop, case.options)
    assert compare(reached, origin, case.options, last=last).mutations == ()
    assert compare(origin, reached, case.options, last=last).mutations == ()


@both_directions
@a_thousand_cases
def test_a_deletion_repeated_does_nothing_more(side: Side, random: Random) -> None:
    chosen: SyncOptions = options(random)
    once = product(random, side=side)
    gone = applied(once, compare_deleted(once, chosen).mutations)
    assert compare_deleted(gone, chosen).mutations == ()
    assert (gone is None) == chosen.delete


@both_directions
@a_thousand_cases
def test_mutations_name_what_was_there_before(side: Side, random: Random) -> None:
    case = situation(random, side=side)
    comparison, _ = run(case)
    for mutation in comparison.mutations:
        if isinstance(mutation, SetField) and case.destination:
            assert mutation.before == getattr(normal(case.destination), mutation.field.value)
            assert mutation.before != mutation.after
    created = [one for one in comparison.mutations if isinstance(one, CreateProduct)]
    assert len(created) == (case.destination is None and bool(comparison.mutations))


@both_directions
@a_thousand_cases
def test_a_fingerprint_sees_content_and_not_spelling(side: Side, random: Random) -> None:
    given, chosen = product(random, side=side), options(random)
    respelled = replace(given, name=f" {given.name} ", tags=tuple(reversed(given.tags)))
    assert fingerprint(respelled, chosen) == fingerprint(given, chosen)
    assert fingerprint(normal(given), chosen) == fingerprint(given, chosen)
    assert fingerprint(replace(given, name="new"), chosen) != fingerprint(given, chosen)
