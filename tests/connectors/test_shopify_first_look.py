"""The first look at a store: it saves questions, and no sync lands anything else for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_pipelines.sources.shopify import first_look, shop
from dlt_pipelines.sources.shopify.tables import TABLES
from tests.connectors.test_shopify import Store, columns_of, quick
from vendor_emulator.faults import Fault

CHANGING = (
    "orders",
    "products",
    "customers",
    "inventory_levels",
    "metafields",
    "discounts",
    "deleted_objects",
)
__all__ = ["quick"]  # pytest finds fixtures by import


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.emulator.stop()


def questions(store: Store) -> list[str]:
    """Names of the operations asked since the last call."""
    sent = [one.sent["query"] for one in store.emulator.requests if isinstance(one.sent, dict)]
    store.emulator.requests.clear()
    return [text.split()[1].partition("(")[0] for text in sent]


def refused(*aliases: str) -> Fault:
    errors = [
        {"message": "refused", "path": [alias], "extensions": {"code": "ACCESS_DENIED"}}
        for alias in aliases
    ]
    return Fault("status", status=200, body=json.dumps({"data": None, "errors": errors}).encode())


def test_a_sync_of_everything_that_finds_nothing_new_asks_three_questions(store: Store) -> None:
    store.sync(reconcile=True)
    questions(store)
    again = store.sync(reconcile=True)
    assert questions(store) == ["Account", "Look", "Count"]
    assert all(each.received == 0 for each in again.tables.values())
    assert {name: ours == theirs for name, (ours, theirs) in again.reconciliation.items()} == (
        dict.fromkeys(again.reconciliation, True)
    )


def test_what_a_look_finds_is_read_and_lands_as_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path, orders=12)
    for name in ("looking", "not_looking"):
        store.sync(*CHANGING, name=name)
    world = store.shop.world
    at = store.now
    store.shop.update_order(next(iter(world.orders)).id, at=at, note="changed")
    store.shop.update_customer(next(iter(world.customers)).id, at=at, first_name="Changed")
    store.shop.update_level(next(iter(world.levels)).id, at=at, available=4_321)
    store.shop.update_metafield(next(iter(world.metafields)).id, at=at, value="changed")
    gone, kept, *_ = world.products
    store.shop.delete_product(gone.id, at=at)
    store.shop.update_product(kept.id, at=at, title="Changed")
    looking = store.sync(*CHANGING, name="looking")
    monkeypatch.setattr(shop, "look", lambda pager, streams: None)
    without = store.sync(*CHANGING, name="not_looking")
    store.emulator.stop()
    assert without.api_requests > looking.api_requests
    for table in TABLES:
        if columns := columns_of(store, table.name):
            names = ", ".join(f'"{name}"' for name in columns)
            select = "select {} from raw_shopify.{} where _connection_id = '{}' order by all"
            by_look = store.rows(select.format(names, table.name, "looking"))
            assert by_look == store.rows(select.format(names, table.name, "not_looking")), table


def test_a_list_that_is_longer_than_its_look_comes_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sync("locations", "orders", "products")
    locations = list(store.shop.world.locations)
    store.shop.world.update(store.shop.world.locations, locations[-1].id, None, name="Renamed")
    monkeypatch.setattr(first_look, "LIST_POINTS", 2)
    questions(store)
    result = store.sync("locations", "orders", "products").tables["locations"]
    assert questions(store) == ["Account", "Look", "Page"]
    assert (result.received, result.updated) == (len(locations), 1)
    assert len(locations) > 1


def test_a_stream_that_is_refused_leaves_the_look_and_the_others_stay_in_it(store: Store) -> None:
    store.sync("orders", "products", "customers")
    questions(store)
    store.emulator.faults.script("Look", refused("look0", "look1"))
    store.sync("orders", "products", "customers")
    assert questions(store) == ["Account", "Look", "Look", "Page", "Page"]


@pytest.mark.parametrize("fault", ["max-cost", refused("somewhere else")])
def test_without_a_look_each_stream_is_asked_by_itself(store: Store, fault: str | Fault) -> None:
    store.sync("orders", "products", "customers")
    questions(store)
    store.emulator.faults.script("Look", fault)
    store.sync("orders", "products", "customers")
    assert questions(store) == ["Account", "Look", "Page", "Page", "Page"]


def test_one_stream_alone_is_not_looked_at(store: Store) -> None:
    store.sync("orders")
    questions(store)
    store.sync("orders")
    assert questions(store) == ["Account", "Page"]


def test_counts_that_the_key_may_not_see_are_left_out_and_the_others_are_told(
    store: Store,
) -> None:
    store.sync("orders", "pages", "blogs")
    store.emulator.faults.script("Count", refused("ordersCount"))
    result = store.sync("orders", "pages", "blogs", reconcile=True)
    assert set(result.reconciliation) == {"pages", "blogs"}
