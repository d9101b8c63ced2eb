"""What a sync promises, whichever connector it runs."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from dlt.common.configuration.container import Container
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext

from dlt_pipelines.errors import SettingsRefused, UnexpectedResponse
from dlt_pipelines.sync import repair
from dlt_pipelines.working_folder import AlreadySyncing, Working
from tests.sync.small_shop import CONNECTOR, START, SmallShop, line, order, warehouse


@pytest.fixture
def shop(tmp_path: Path) -> SmallShop:
    return SmallShop(tmp_path)


def test_a_first_sync_brings_every_row_with_its_connection_and_time(shop: SmallShop) -> None:
    result = shop.sync()
    assert shop.ids("orders") == ["1", "2", "3"]
    assert shop.ids("lines") == ["a", "b", "c"]
    assert result.tables["orders"].inserted == 3
    assert shop.rows("select distinct _connection_id, _synced_at from raw_small_shop.orders") == [
        ("one", shop.now)
    ]
    assert shop.rows("select total from raw_small_shop.orders where id = '1'") == [
        (Decimal("10.5"),)
    ]


def test_a_second_sync_reads_only_what_changed_and_rewrites_nothing_else(shop: SmallShop) -> None:
    shop.sync()
    shop.change(2, total="21")
    result = shop.sync()
    orders = result.tables["orders"]
    assert (orders.received, orders.updated, orders.inserted) == (1, 1, 0)
    assert shop.ids("orders") == ["1", "2", "3"]
    assert result.tables["stores"].unchanged == 2


def test_a_row_is_found_to_differ_by_its_time_alone_or_by_anything_else(shop: SmallShop) -> None:
    shop.sync()
    first, second, third = shop.world["orders"]
    within_the_lag = (shop.now + timedelta(minutes=59)).isoformat()
    for each in (first, second, third):
        each["updated_at"] = within_the_lag
    assert shop.sync().tables["orders"].updated == 3
    second["total"] = "77"  # and its time stands still
    result = shop.sync().tables["orders"]
    assert (result.received, result.updated) == (3, 1)
    history = shop.rows("select id from raw_small_shop.orders__history order by id")
    assert [int(key) for (key,) in history] == [1, 2, 2, 3]


def test_a_changed_row_keeps_its_earlier_version_readable(shop: SmallShop) -> None:
    shop.sync()
    first = shop.now
    shop.change(2, total="21")
    shop.sync()
    assert shop.rows(
        "select id, total, _valid_from, _valid_to, _change from raw_small_shop.orders__history"
    ) == [("2", Decimal("20"), first, shop.now, "updated")]


def test_history_is_forgotten_after_its_retention(shop: SmallShop) -> None:
    shop.sync()
    shop.change(2, total="21")
    shop.sync()
    shop.now += timedelta(days=91)
    shop.change(3, total="5")
    shop.sync()
    assert shop.rows("select id from raw_small_shop.orders__history") == [("3",)]


def test_children_are_replaced_together_with_their_parent(shop: SmallShop) -> None:
    shop.sync()
    shop.change(1, note="edited")
    shop.world["lines"] = [line("b", 1), line("d", 1), line("c", 2)]
    shop.sync()
    assert shop.ids("lines") == ["b", "c", "d"]


def test_a_parent_without_children_left_loses_the_ones_it_had(shop: SmallShop) -> None:
    shop.sync()
    shop.change(1, note="edited")
    shop.world["lines"] = [line("c", 2)]
    shop.sync()
    assert shop.ids("lines") == ["c"]


def test_a_deleted_parent_takes_its_children_along(shop: SmallShop) -> None:
    shop.sync()
    shop.world["deleted_orders"] = [{"id": 1}]
    shop.world["orders"] = [order(2, total="20"), order(3, total="0.01")]
    result = shop.sync()
    assert shop.ids("orders") == ["2", "3"]
    assert shop.ids("lines") == ["c"]
    assert result.tables["orders"].deleted == 1
    assert shop.rows("select _change from raw_small_shop.orders__history") == [("deleted",)]


def test_a_replaced_table_loses_the_rows_that_are_gone(shop: SmallShop) -> None:
    shop.sync()
    shop.world["stores"] = shop.world["stores"][:1]
    shop.sync()
    assert shop.ids("stores") == ["main"]


def test_an_empty_answer_overwrites_nothing_and_is_said(shop: SmallShop) -> None:
    shop.sync()
    shop.world["stores"] = []
    result = shop.sync()
    assert shop.ids("stores") == ["main", "side"]
    assert "sent no rows" in result.warnings["stores"][0]


def test_rows_the_vendor_did_not_send_stay(shop: SmallShop) -> None:
    shop.sync()
    shop.world["orders"] = []
    shop.sync()
    assert shop.ids("orders") == ["1", "2", "3"]


def test_a_full_refresh_of_one_table_leaves_the_others_alone(shop: SmallShop) -> None:
    shop.sync()
    shop.world["orders"] = [order(2, total="20")]
    shop.world["stores"] = [{"id": "main", "city": "Bergen"}]
    shop.sync(tables=frozenset({"orders"}), full_refresh=True)
    assert shop.ids("orders") == ["2"]
    assert shop.ids("lines") == ["c"]
    assert shop.ids("stores") == ["main", "side"]


def test_a_backfill_merges_its_window_and_moves_no_cursor(shop: SmallShop) -> None:
    shop.sync()
    before = shop.sync().cursors
    shop.world["orders"].append(order(200, total="7"))
    result = shop.sync(since=datetime(2025, 1, 1, tzinfo=UTC), until=START - timedelta(days=100))
    assert result.tables["orders"].inserted == 1
    assert "200" in shop.ids("orders")
    assert result.cursors == before


def test_a_row_changed_behind_the_cursor_is_found_within_the_lag(shop: SmallShop) -> None:
    shop.sync()
    late = order(4, total="1")
    late["updated_at"] = (shop.now - timedelta(minutes=5)).isoformat()
    shop.world["orders"].append(late)
    shop.sync()
    assert "4" in shop.ids("orders")


def test_a_failed_slice_moves_nothing_and_the_slices_before_it_stay(shop: SmallShop) -> None:
    shop.world["slice_end"] = (START - timedelta(days=2)).isoformat()
    shop.world["fails_at"] = 1
    with pytest.raises(UnexpectedResponse):
        shop.sync()
    assert shop.ids("orders") == ["2", "3"]
    del shop.world["fails_at"]
    result = shop.sync()
    assert shop.ids("orders") == ["1", "2", "3"]
    assert result.tables["orders"].received == 2, "the first slice was not read again"


def test_two_connections_with_the_same_ids_stay_apart(tmp_path: Path) -> None:
    one, two = SmallShop(tmp_path, "one"), SmallShop(tmp_path, "two")
    two.world["orders"] = [order(1, total="99")]
    two.world["lines"] = []
    one.sync()
    two.sync()
    one.world["stores"] = [{"id": "main", "city": "Oslo"}]
    one.sync()
    assert one.ids("orders") == ["1", "2", "3"]
    assert two.ids("orders") == ["1"]
    assert two.ids("stores") == ["main", "side"]


def test_a_value_of_the_wrong_type_stays_in_the_payload_with_a_warning(shop: SmallShop) -> None:
    shop.world["orders"][0]["total"] = "a lot"
    result = shop.sync()
    assert shop.rows(
        "select total, payload ->> 'total' from raw_small_shop.orders where id = '1'"
    ) == [(None, "a lot")]
    assert "total" in result.warnings["orders"][0]


def test_lost_local_state_is_taken_from_the_warehouse(shop: SmallShop) -> None:
    shop.sync()
    shutil.rmtree(shop.home / "dlt")
    shop.change(1, total="11")
    result = shop.sync()
    assert result.tables["orders"].received == 1


def test_a_lost_warehouse_is_filled_again_from_the_beginning(shop: SmallShop) -> None:
    shop.sync()
    (shop.home / "warehouse.duckdb").unlink()
    result = shop.sync()
    assert shop.ids("orders") == ["1", "2", "3"]
    assert any("restored" in note for note in result.notes)


def test_a_warehouse_restored_from_a_backup_gets_back_what_it_lacks(shop: SmallShop) -> None:
    shop.sync()
    shutil.copy(shop.home / "warehouse.duckdb", shop.home / "backup.duckdb")
    shop.change(1, total="11")
    shop.sync()
    shutil.copy(shop.home / "backup.duckdb", shop.home / "warehouse.duckdb")
    shop.sync()
    assert shop.rows("select total from raw_small_shop.orders where id = '1'") == [(Decimal("11"),)]


def test_a_new_column_of_the_file_is_added_and_reported(shop: SmallShop) -> None:
    shop.sync()
    with warehouse(shop.home) as con:
        con.execute("alter table raw_small_shop.orders drop column total")
    shop.change(1, total="3")
    result = shop.sync()
    assert any("new column total" in change for change in result.schema_changes)


def test_a_column_whose_type_changed_is_cast_to_the_older_type(shop: SmallShop) -> None:
    shop.sync()
    with warehouse(shop.home) as con:
        con.execute("alter table raw_small_shop.orders alter column total type integer")
    shop.change(1, total="12")
    shop.change(2, total="99999999999")
    result = shop.sync()
    assert shop.rows("select id, total from raw_small_shop.orders where id in ('1', '2')") == [
        ("1", 12),
        ("2", None),
    ]
    assert "values are not INTEGER" in result.warnings["orders"][0]
    assert shop.rows("select payload ->> 'total' from raw_small_shop.orders where id = '2'") == [
        ("99999999999.000000000",)
    ]


def test_a_connection_is_synced_by_one_process_at_a_time(shop: SmallShop) -> None:
    with Working(CONNECTOR, "one", shop.home).lock(), pytest.raises(AlreadySyncing):
        shop.sync()


def test_repair_drops_a_stuck_load_and_loses_no_row(shop: SmallShop) -> None:
    shop.sync()
    assert repair(CONNECTOR, connection_id="one", home=shop.home)
    shop.change(3, total="4")
    shop.sync()
    assert shop.ids("orders") == ["1", "2", "3"]


def test_a_missing_setting_names_itself_and_the_command(shop: SmallShop) -> None:
    with pytest.raises(SettingsRefused, match=r"world not given.*chord connections set"):
        CONNECTOR.complete({})


def test_the_vendors_own_count_is_compared(shop: SmallShop) -> None:
    shop.world["orders"].append(order(-1, total="1"))  # created after the compared time
    result = shop.sync()
    assert result.reconciliation["orders"] == (3, 4)


def test_a_setting_that_somebody_left_for_another_dlt_pipeline_changes_nothing(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    columns = "select column_name from duckdb_columns() where table_name = 'orders' order by 1"
    shop.sync()
    before = shop.rows(columns)
    monkeypatch.setenv("NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID", "true")
    monkeypatch.setenv("LOAD__DELETE_COMPLETED_JOBS", "false")
    (tmp_path / "other").mkdir()
    other = SmallShop(tmp_path / "other")
    providers = Container()[PluggableRunContext].providers.providers
    other.sync()
    assert other.rows(columns) == before
    assert list((tmp_path / "other").rglob("loaded/**/*.parquet")) == []
    assert Container()[PluggableRunContext].providers.providers is providers
