"""Whatever people do at both sides, in whatever order it is told, and whenever a run dies: both
sides come to say the same, and then there is nothing left to write."""

from __future__ import annotations

import os
from random import Random

import pytest

from chord_platform.products.links import Link
from chord_platform.products.normal_forms import normal
from chord_platform.products.outcome import Result
from chord_platform.products.ports import Fetched
from chord_platform.products.refs import Ref
from chord_platform.products.sync_product import Side, SyncProduct
from chord_platform.products.under_way import Asked
from tests.products.both_sides import TENANT, BothSides
from tests.products.random_edits import People

SEEDS = range(int(os.environ.get("CONVERGENCE_SEEDS", "0"))) or (0, 2, 37)
EDITS = 14
AT_REST = {
    Result.UNCHANGED,
    Result.ALREADY_SEEN,
    Result.NOT_PUBLISHED,
    Result.DELETED_THERE,
    Result.ARCHIVED,
    Result.GONE,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_come_to_say_the_same_and_then_rest(world: BothSides, seed: int) -> None:
    random = Random(seed)
    manners = world.shop.webhooks.manners
    manners.duplicates, manners.disorder = 0.3, 0.05
    people = People(world, random)
    try:
        people.create_in_cms()
        people.create_in_shop()
        for _ in range(EDITS):
            people.edit()
            if random.random() < 0.4:
                people.work(may_die=random.random() < 0.5)
        people.rest()
        assert_at_rest(world, people)
    finally:
        manners.duplicates, manners.disorder = 0.0, 0.0


@pytest.mark.parametrize("seed", range(2))
def test_lost_webhooks_heal_when_all_products_are_compared(world: BothSides, seed: int) -> None:
    people = People(world, Random(100 + seed))
    manners = world.shop.webhooks.manners
    people.create_in_cms()
    people.create_in_shop()
    for _ in range(6):
        people.edit()
    people.rest()
    manners.losses = 1.0
    try:
        for _ in range(4):
            people.edit_in_shop()
        people.rest()
    finally:
        manners.losses = 0.0
    sync = world.products.open(TENANT)
    for asked in ours(world):
        sync.sync(asked)
    people.rest()
    assert_at_rest(world, people)


def assert_at_rest(world: BothSides, people: People) -> None:
    failed = [one for one in people.outcomes if one.is_failure]
    assert not failed, (failed, people.said)
    world.writes()
    sync = world.products.open(TENANT)
    for asked in ours(world):
        outcome = sync.sync(asked)
        assert outcome.result in AT_REST, (outcome, people.said)
    assert world.writes() == [], people.said
    for link in world.products.links.of_tenant(TENANT):
        assert link.pending is None, people.said
        assert_same(world, link, people)


def ours(world: BothSides) -> list[Asked]:
    """Not those that the shop is seeded with: nobody here has touched them."""
    asked = world.products.every(world.products.open(TENANT))
    return [one for one in asked if one.ref.side is Side.CONTENTFUL or is_new(one.ref)]


def is_new(ref: Ref) -> bool:
    return int(ref.id.rpartition("/")[2]) > 7_200_000_000_000 + 2_000_000


def assert_same(world: BothSides, link: Link, people: People) -> None:
    sides: dict[Side, SyncProduct] = {}
    opened = world.products.open(TENANT).opened
    for side in Side:
        found = opened.side(side).fetch_live(link.id_of(side)) if link.id_of(side) else None
        if not isinstance(found, Fetched):
            return
        sides[side] = normal(found.product)
    cms, shop = sides[Side.CONTENTFUL], sides[Side.SHOPIFY]
    if not cms.publication.is_published:
        return
    told = (cms, shop, people.said)
    assert (cms.name, cms.vendor, cms.tags) == (shop.name, shop.vendor, shop.tags), told
    in_shop = {one.id: one for one in shop.variants}
    for variant in cms.variants:
        if variant.publication.is_published:
            assert variant.shopify_id in in_shop, told
            twin = in_shop[variant.shopify_id]
            assert (variant.sku, variant.price) == (twin.sku, twin.price), told
            assert variant.combination == twin.combination, told


def test_a_product_that_is_not_known_is_gone_and_nothing_else(world: BothSides) -> None:
    for ref in (
        Ref(side=Side.CONTENTFUL, id="nothing"),
        Ref(side=Side.SHOPIFY, id="gid://shopify/Product/1"),
    ):
        assert world.sync.sync(Asked(ref=ref)).result is Result.GONE
