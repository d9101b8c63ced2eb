"""Chord OMS through the whole sync: the reading modes end in the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatch
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import VendorUnavailable
from dlt_pipelines.sources.chord_oms import CONNECTOR
from dlt_pipelines.sources.chord_oms.solidus import DECLARED, TABLES
from tests.connectors.chord_oms_shop import NOW, Warehouse, running_shop
from vendor_emulator.vendors.chord_oms import OmsServer

UTC_NOW = "now() at time zone 'utc'"
BUSY = (
    "spree_orders,spree_line_items,spree_adjustments,spree_ship*,spree_inventory_units,"
    "spree_payments,spree_users,spree_variants,solidus_subscriptions_subscriptions"
)
SOME = "spree_orders,spree_line_items,spree_stores"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OmsServer]:
    with running_shop(tmp_path_factory.mktemp("oms"), orders=60) as server:
        yield server


def warehouse_of(shop: OmsServer, home: Path, **values: str) -> Warehouse:
    return Warehouse(home, {**shop.credentials(), **values})


def test_window_and_snapshot_end_in_the_same_rows_after_days_of_business(
    shop: OmsServer, tmp_path: Path
) -> None:
    windows = warehouse_of(shop, tmp_path / "windows", mode="window", tables=BUSY)
    windows.now = shop.business.now
    first = windows.sync()
    assert first.tables["spree_orders"].inserted > 0
    deleted: set[str] = set()
    for _ in range(2):
        changes = shop.apply_changes(shop.business.next_day())
        deleted |= {table for table, rows in changes.deleted.items() if rows}
        windows.now = shop.business.now
        result = windows.sync()
        for table, rows in changes.deleted.items():
            if any(fnmatch(table, pattern) for pattern in BUSY.split(",")):
                assert result.tables[table].deleted == rows, table
    assert "spree_line_items" in deleted
    snapshot = warehouse_of(shop, tmp_path / "snapshot", mode="snapshot", tables=BUSY)
    snapshot.sync()
    theirs = snapshot.contents()
    for table, ours in windows.contents().items():
        assert ours == theirs[table], (table, set(ours) ^ set(theirs[table]))


def test_a_first_sync_brings_every_table_as_the_shop_counts_it(
    shop: OmsServer, tmp_path: Path
) -> None:
    warehouse = warehouse_of(shop, tmp_path)
    warehouse.now = shop.business.now + timedelta(days=1)
    result = warehouse.sync(reconcile=True)
    assert result.tables.keys() >= DECLARED.keys()
    assert len(result.reconciliation) == len(TABLES)
    assert all(ours == theirs for ours, theirs in result.reconciliation.values())
    assert warehouse.rows("select count(*) from raw_chord_oms.loyalty_tiers") == [(2,)]


def test_a_sync_with_nothing_new_writes_nothing(shop: OmsServer, tmp_path: Path) -> None:
    warehouse = warehouse_of(shop, tmp_path, tables=SOME)
    warehouse.sync()
    again = warehouse.sync()
    assert sum(table.received for table in again.tables.values()) == 0
    assert again.api_requests == 2
    anew = warehouse.sync(full_refresh=True)
    assert anew.tables["spree_orders"].received == len(warehouse.ids("spree_orders"))
    assert anew.tables["spree_orders"].updated == 0


def test_hard_deleted_and_late_rows_are_seen_by_a_window(shop: OmsServer, tmp_path: Path) -> None:
    warehouse = warehouse_of(shop, tmp_path, tables=SOME, mode="window")
    warehouse.sync()
    (line,) = shop.fetch("select max(id) from spree_line_items")[0]
    with shop.open_transaction() as slow:
        slow.execute(f"update spree_orders set number = 'late', updated_at = {UTC_NOW} where id=1")
        shop.execute("delete from spree_line_items where id = %s", line)
        gone = warehouse.sync()
        slow.commit()
    assert gone.tables["spree_line_items"].deleted == 1
    assert line not in warehouse.ids("spree_line_items")
    history = "select id, _change from raw_chord_oms.spree_line_items__history"
    assert warehouse.rows(history) == [(line, "deleted")]
    warehouse.sync()
    number = "select number from raw_chord_oms.spree_orders where id = 1"
    assert warehouse.rows(number) == [("late",)]


def test_what_the_role_may_not_read_is_left_out_with_a_warning(
    shop: OmsServer, tmp_path: Path
) -> None:
    warehouse = Warehouse(
        tmp_path, {**shop.credentials("chord_narrow"), "tables": "spree_users,spree_orders"}
    )
    result = warehouse.sync()
    assert "may not read" in result.warnings["spree_users"][0]
    assert warehouse.ids("spree_users") == []
    assert warehouse.ids("spree_orders")
    shop.execute("grant select on spree_users to chord_narrow")
    assert warehouse.sync().tables["spree_users"].inserted > 0


def test_a_table_and_a_column_that_appear_later_are_read(shop: OmsServer, tmp_path: Path) -> None:
    warehouse = warehouse_of(shop, tmp_path, mode="window", tables="spree_stores,affiliates,Gift*")
    warehouse.sync()
    shop.execute('create table "Gift Cards" ("Code" text primary key, updated_at timestamp)')
    shop.execute(f"insert into \"Gift Cards\" values ('a', {UTC_NOW}), ('b', {UTC_NOW})")
    shop.execute("alter table spree_stores add column tone jsonb default '{\"calm\": true}'")
    shop.execute("alter table affiliates drop column logo")
    second = warehouse.sync()
    gifts = "select code from raw_chord_oms.gift_cards order by code"
    assert warehouse.rows(gifts) == [("a",), ("b",)]
    assert warehouse.rows("select distinct tone ->> 'calm' from raw_chord_oms.spree_stores") == [
        ("true",)
    ]
    assert any("spree_stores" in change and "tone" in change for change in second.schema_changes)
    assert any("spree_stores.tone" in note for note in second.notes)
    shop.execute('delete from "Gift Cards" where "Code" = \'a\'')
    third = warehouse.sync()
    assert third.tables["gift_cards"].deleted == 1
    assert warehouse.rows(gifts) == [("b",)]
    names = warehouse.rows("select count(logo), count(*) from raw_chord_oms.affiliates")
    assert names == [(0, 5)]


def test_two_connections_and_two_schemas_stay_apart(shop: OmsServer, tmp_path: Path) -> None:
    shop.execute("create schema second")
    shop.execute("create table second.spree_orders (like public.spree_orders including all)")
    shop.execute("insert into second.spree_orders (id, number) values (1, 'of the second')")
    shop.execute("grant usage on schema second to chord_reader")
    shop.execute("grant select on all tables in schema second to chord_reader")
    one = warehouse_of(shop, tmp_path, tables="spree_orders")
    two = warehouse_of(shop, tmp_path, tables="spree_orders", schema="second")
    two.connection_id = "two"
    one.sync()
    count = len(one.ids("spree_orders"))
    two.sync()
    assert len(one.ids("spree_orders")) == count + 1
    numbers = "select number from raw_chord_oms.spree_orders where _connection_id = 'two'"
    assert two.rows(numbers) == [("of the second",)]


def test_a_backfill_reads_its_window_and_moves_nothing(shop: OmsServer, tmp_path: Path) -> None:
    warehouse = warehouse_of(shop, tmp_path, tables=SOME, mode="window")
    warehouse.sync()
    cursors = dict(warehouse.results[-1].cursors)
    shop.execute("update spree_orders set channel = 'then', updated_at = '2020-01-05' where id = 2")
    shop.execute("update spree_orders set channel = 'then', updated_at = '2020-02-05' where id = 3")
    result = warehouse.sync(
        since=NOW.replace(year=2020, month=1, day=1), until=NOW.replace(year=2020, month=2, day=1)
    )
    assert result.tables["spree_orders"].updated == 1
    channels = "select id from raw_chord_oms.spree_orders where channel = 'then'"
    assert warehouse.rows(channels) == [(2,)]
    assert {name: at for name, at in result.cursors.items() if cursors.get(name) != at} == {}


def test_files_go_through_dlt_as_duckdb_wrote_them(shop: OmsServer, tmp_path: Path) -> None:
    writers: dict[str, str] = {}

    class Watching(Warehouse):
        def open(self, holder: str = ""):  # type: ignore[no-untyped-def]
            for path in self.home.rglob("load/**/new_jobs/*.parquet"):
                writers[path.name.split(".")[0]] = pq.read_metadata(path).created_by
            return super().open(holder)

    Watching(tmp_path, {**shop.credentials(), "tables": "spree_orders,affiliates"}).sync()
    assert writers["spree_orders"].startswith("DuckDB")
    assert writers["affiliates"].startswith("DuckDB")
    assert list(tmp_path.rglob("scratch/**/*.parquet")) == []


def test_a_sync_that_finds_no_server_changes_nothing(shop: OmsServer, tmp_path: Path) -> None:
    warehouse = warehouse_of(shop, tmp_path, tables=SOME)
    warehouse.sync()
    before = warehouse.contents()
    away = Warehouse(tmp_path, {**warehouse.values, "base_url": "postgresql://127.0.0.1:1/shop"})
    with pytest.raises(VendorUnavailable, match="could not be reached"):
        away.sync()
    assert warehouse.contents() == before
    warehouse.sync()


def test_building_the_source_opens_nothing_and_names_every_table() -> None:
    values = CONNECTOR.complete(
        {"base_url": "postgresql://127.0.0.1:1/none", "user": "me", "password": "secret"}
    )
    source = CONNECTOR.build_source(ConnectionSettings(values))
    assert source.resources.keys() >= DECLARED.keys()
    assert "other_tables" in source.resources
