"""What the Shopify connector lands, from an emulated store over real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.shopify import CONNECTOR, client, paged
from dlt_pipelines.sources.shopify.tables import TABLES
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.server import Emulator

ORDER_TABLES = (
    "orders",
    "order_line_items",
    "order_refunds",
    "refund_line_items",
    "order_transactions",
    "fulfillments",
)
PATIENT = {"restore_rate": 1e6, "bucket": 1e7}
"""A bucket that never runs empty, for tests of something else."""


class Store:
    """An emulated store, one connection to it and its warehouse."""

    def __init__(self, home: Path, *, orders: int = 60, **options: Any) -> None:
        self.home = home
        self.emulator = Emulator(orders=orders, options={"shopify": {**PATIENT, **options}})
        self.emulator.start()
        self.shop = self.emulator.vendor("shopify")
        self.values: dict[str, str] = self.emulator.credentials("shopify")

    def sync(self, *tables: str, name: str = "one", **given: Any) -> SyncResult:
        """Later by a minute each time; what is not a request's field is a connection's value."""
        self.emulator.clock.advance(60)
        fields = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        request = SyncRequest(
            **{"now": self.now, "tables": frozenset(tables) or None, "reconcile": False, **fields}
        )
        return sync(
            CONNECTOR,
            connection_id=name,
            values={**self.values, **given},
            home=self.home,
            open_warehouse=lambda holder: self.warehouse(),
            request=request,
        )

    @property
    def now(self) -> datetime:
        return self.emulator.clock.now()

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql).fetchall()

    def count(self, table: str, name: str = "one") -> int:
        sql = f"select count(*) from raw_shopify.{table} where _connection_id = '{name}'"
        return self.rows(sql)[0][0]

    def payloads(self, table: str, name: str = "one") -> dict[str, dict[str, Any]]:
        sql = f"select id, payload from raw_shopify.{table} where _connection_id = '{name}'"
        return {key: json.loads(payload) for key, payload in self.rows(sql)}

    def asked(self, text: str) -> list[str]:
        """Texts of the GraphQL requests that hold `text`, bulk queries included."""
        sent = [one.sent for one in self.emulator.requests if isinstance(one.sent, dict)]
        texts = [json.dumps(one) for one in sent if "query" in one]
        return [one for one in texts if text in one]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SECOND", 0.002)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.emulator.stop()


def columns_of(store: Store, table: str) -> list[str]:
    sql = (
        "select column_name from information_schema.columns"
        f" where table_schema = 'raw_shopify' and table_name = '{table}'"
        " and column_name not in ('_connection_id', '_synced_at') order by ordinal_position"
    )
    return [name for (name,) in store.rows(sql)]


def test_bulk_and_pages_land_the_same_rows_in_every_table(tmp_path: Path) -> None:
    store = Store(tmp_path, orders=100)
    store.sync(name="by_bulk", extraction="bulk")
    store.sync(name="by_page", extraction="paged")
    store.emulator.stop()
    for table in TABLES:
        names = ", ".join(f'"{name}"' for name in columns_of(store, table.name))
        select = "select {} from raw_shopify.{} where _connection_id = '{}' order by all"
        by_bulk = store.rows(select.format(names, table.name, "by_bulk"))
        by_page = store.rows(select.format(names, table.name, "by_page"))
        assert by_bulk == by_page, table.name
        if table.name != "deleted_objects":
            assert by_bulk, f"{table.name} proves nothing without rows"


def test_a_sync_brings_as_many_records_as_the_store_counts(store: Store) -> None:
    result = store.sync(reconcile=True)
    assert {"orders", "products", "customers", "product_variants"} <= set(result.reconciliation)
    for table, (ours, theirs) in result.reconciliation.items():
        assert ours == theirs, table


def test_a_second_sync_reads_little_and_changes_nothing(store: Store) -> None:
    first = store.sync()
    second = store.sync()
    assert second.api_requests < first.api_requests / 2
    changes = {
        table: (each.inserted, each.updated, each.deleted)
        for table, each in second.tables.items()
        if each.inserted or each.updated or each.deleted
    }
    assert changes == {}


def test_keys_are_text_and_payloads_keep_the_vendors_own_numbers(store: Store) -> None:
    store.sync("orders")
    line = next(iter(store.payloads("order_line_items").values()))
    order = next(iter(store.payloads("orders").values()))
    assert line["id"].startswith("gid://shopify/LineItem/9100")
    assert isinstance(order["legacyResourceId"], str)
    assert isinstance(order["totalPriceSet"]["shopMoney"]["amount"], str)
    assert not {"lineItems", "refunds", "transactions", "fulfillments"} & set(order)


def test_a_bulk_query_never_carries_a_sort_key(store: Store) -> None:
    store.sync(extraction="bulk")
    started = store.asked("mutation RunBulk")
    assert len(started) >= 8
    assert not [text for text in started if "sortKey" in text]


def test_pages_are_sorted_by_the_time_they_are_filtered_by(store: Store) -> None:
    store.sync("orders", "customers", extraction="paged")
    pages = store.asked("query Page")
    assert pages and all("sortKey: UPDATED_AT" in text for text in pages)


def test_orders_with_many_lines_are_read_to_their_last_line(store: Store) -> None:
    with store.shop.lock:
        order = next(iter(store.shop.world.orders))
        line = order.lines[0]
        many = tuple(
            line.__class__(
                **{
                    **{field: getattr(line, field) for field in line.__dataclass_fields__},
                    "id": 500_000 + number,
                }
            )
            for number in range(60)
        )
    store.shop.update_order(order.id, lines=many)
    store.sync("orders", extraction="paged")
    sql = "select order_id, count(*) from raw_shopify.order_line_items group by 1 order by 2 desc"
    assert store.rows(sql)[0][1] == 60
    assert store.asked("query More")


def test_a_deleted_product_leaves_with_its_variants(store: Store) -> None:
    store.sync("products", "deleted_objects")
    before = store.count("product_variants")
    product = next(iter(store.shop.world.products))
    store.shop.delete_product(product.id)
    result = store.sync("products", "deleted_objects")
    assert result.tables["products"].deleted == 1
    assert store.count("product_variants") == before - len(product.variants)
    deleted = {each["subjectId"] for each in store.payloads("deleted_objects").values()}
    assert any(subject.startswith("gid://shopify/Product/") for subject in deleted)


def test_only_events_of_deletion_are_asked_for(store: Store) -> None:
    store.sync("deleted_objects")
    assert {each["action"] for each in store.payloads("deleted_objects").values()} <= {"destroy"}
    assert all("action:destroy" in text for text in store.asked("events("))


def test_deleted_orders_and_customers_take_their_rows_along(store: Store) -> None:
    store.sync("orders", "customers", "deleted_objects")
    order, customer = next(iter(store.shop.world.orders)), next(iter(store.shop.world.customers))
    store.shop.delete_order(order.id)
    store.shop.delete_customer(customer.id)
    result = store.sync("orders", "customers", "deleted_objects")
    assert (result.tables["orders"].deleted, result.tables["customers"].deleted) == (1, 1)
    sql = (
        "select count(*) from raw_shopify.order_line_items where order_id not in"
        " (select id from raw_shopify.orders)"
    )
    assert store.rows(sql) == [(0,)]


def test_a_variant_that_its_product_no_longer_has_is_gone(store: Store) -> None:
    store.sync("products")
    product = max(store.shop.world.products, key=lambda each: len(each.variants))
    store.shop.update_product(product.id, variants=product.variants[:-1])
    before = store.count("product_variants")
    store.sync("products")
    assert store.count("product_variants") == before - 1


def test_a_changed_stock_level_is_found_though_its_item_did_not_change(store: Store) -> None:
    store.sync("inventory_items", "inventory_levels")
    level = next(iter(store.shop.world.levels))
    store.shop.update_level(level.id, available=987_654)
    result = store.sync("inventory_items", "inventory_levels")
    assert result.tables["inventory_levels"].updated == 1
    sql = "select count(*) from raw_shopify.inventory_levels where payload::varchar like '%987654%'"
    assert store.rows(sql) == [(1,)]


def test_a_full_refresh_finds_the_metafield_whose_owner_did_not_change(store: Store) -> None:
    store.sync("metafields")
    metafield = next(iter(store.shop.world.metafields))
    store.shop.update_metafield(metafield.id, value="seen at last")
    sql = "select count(*) from raw_shopify.metafields where payload->>'value' = 'seen at last'"
    store.sync("metafields")
    assert store.rows(sql) == [(0,)]
    store.sync("metafields", full_refresh=True)
    assert store.rows(sql) == [(1,)]


def test_inactive_locations_are_read_too(store: Store) -> None:
    store.sync("locations")
    known = list(store.shop.world.locations)
    assert store.count("locations") == len(known)
    assert not all(each.is_active for each in known)


def test_a_row_that_changes_while_pages_are_read_is_not_lost(store: Store) -> None:
    orders = sorted(store.shop.world.orders, key=lambda order: order.updated_at)

    def change_the_last_row() -> None:
        store.shop.update_order(orders[-1].id, note="changed under paging")

    store.emulator.faults.script("Page", None, None, change_the_last_row)
    store.sync("orders", extraction="paged")
    store.sync("orders", extraction="paged")
    assert store.count("orders") == len(orders)
    sql = "select count(*) from raw_shopify.orders where payload->>'note' = 'changed under paging'"
    assert store.rows(sql) == [(1,)]


def test_a_window_with_nothing_in_it_is_an_empty_bulk_result_and_no_error(store: Store) -> None:
    result = store.sync("orders", "customers", start_on="2099-01-01", extraction="bulk")
    assert result.tables.get("orders") is None or result.tables["orders"].received == 0
    later = store.sync("orders", extraction="bulk")
    assert later.warnings == {}


def test_start_on_bounds_the_first_sync(store: Store) -> None:
    start = sorted(order.updated_at for order in store.shop.world.orders)[-5]
    store.sync("orders", start_on=start.date().isoformat())
    expected = sum(order.updated_at.date() >= start.date() for order in store.shop.world.orders)
    assert store.count("orders") == expected


def test_few_changes_are_paged_and_a_large_window_goes_in_bulk(tmp_path: Path) -> None:
    store = Store(tmp_path, orders=150, restore_rate=100.0, bucket=2000.0)
    store.sync("orders")
    assert store.asked("mutation RunBulk")
    store.emulator.requests.clear()
    store.shop.update_order(next(iter(store.shop.world.orders)).id, note="one")
    result = store.sync("orders")
    assert result.tables["orders"].updated == 1
    assert not store.asked("mutation RunBulk") and store.asked("query Page")
    store.emulator.stop()


def test_more_records_than_one_query_may_page_through_are_read_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged, "WALL", 40)
    monkeypatch.setattr(paged, "LARGEST_PAGE", 10)
    store = Store(tmp_path, orders=150, page_wall=40)
    store.sync("orders", "metafields", "abandoned_checkouts", extraction="paged")
    assert store.count("orders") == len(store.shop.world.orders) > 80
    assert store.count("abandoned_checkouts") == len(store.shop.world.checkouts)
    assert store.count("metafields") == len(store.shop.world.metafields)
    store.emulator.stop()
