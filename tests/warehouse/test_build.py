"""A build is all or nothing, and says what it did."""

from __future__ import annotations

import pytest

from chord_platform.errors import CheckFailed, ModelError
from chord_platform.warehouse import Warehouse
from chord_platform.warehouse.results import BuildResult, Progress
from tests.warehouse import shop
from tests.warehouse.shop import NOW, published

ANN = ("1", "5.00", "open", "ann")
BOB = ("2", "7.50", "done", "bob")


def how(result: BuildResult) -> dict[str, tuple[str, int, bool]]:
    return {model.name: (model.how, model.rows, model.changed) for model in result.models}


def test_models_are_built_checked_and_published(warehouse: Warehouse):
    shop.load(warehouse, ANN, BOB)
    result = warehouse.build(now=NOW)
    assert result.committed
    assert how(result) == {
        "staging.stg_shop__orders": ("replaced", 2, True),
        "marts.fct_orders": ("rebuilt", 2, True),
        "marts.dim_customers": ("rebuilt", 2, True),
        "marts.fct_latest": ("rebuilt", 2, True),
    }
    assert all(check.passed for check in result.checks)
    assert result.published is not None
    assert result.published.outcome == "copied"
    assert 0 < result.lock_seconds < 30
    assert published(warehouse, "select sum(total) from marts.fct_orders")[0][0] == 12.5


def test_a_second_build_says_what_changed(warehouse: Warehouse):
    shop.load(warehouse, ANN)
    warehouse.build(now=NOW)
    assert {changed for *_, changed in how(warehouse.build(now=NOW)).values()} == {False}
    shop.load(warehouse, ("2", "1.00", "open", "ann"))
    second = how(warehouse.build(now=NOW))
    assert second["marts.fct_orders"] == ("rebuilt", 2, True)
    assert second["marts.fct_latest"] == ("refreshed", 2, True)
    assert second["marts.dim_customers"] == ("rebuilt", 1, True)


def test_header_words_are_readable_in_the_warehouse(warehouse: Warehouse):
    warehouse_with_rows(warehouse)
    assert published(
        warehouse, "select comment from duckdb_tables() where table_name = 'fct_orders'"
    ) == [("One row per order.",)]
    assert published(
        warehouse,
        "select comment from duckdb_columns() where column_name = 'order_id'"
        " and table_name in ('fct_orders', 'stg_shop__orders')",
    ) == [("The order's key.",), ("The order's key.",)]


def warehouse_with_rows(warehouse: Warehouse) -> None:
    shop.load(warehouse, ANN)
    warehouse.build(now=NOW)


def test_a_broken_promise_changes_nothing_and_shows_the_rows(warehouse: Warehouse):
    warehouse_with_rows(warehouse)
    shop.load(warehouse, ("2", "1.00", "lost", "ann"))
    result = warehouse.build(now=NOW)
    assert not result.committed
    assert result.published is None
    (failure,) = result.blocking_failures
    assert (failure.model, failure.name) == ("marts.fct_orders", "status_accepted")
    assert (failure.count, failure.sample) == (1, ({"order_id": "2", "status": "lost"},))
    with pytest.raises(CheckFailed, match=r"status is one of open, done. \(1 offending rows\)"):
        result.raise_for_failure()
    with warehouse.writer("look") as con:
        assert con.execute("select count(*) from marts.fct_orders").fetchone() == (1,)
    assert published(warehouse, "select count(*) from raw_shop.orders") == [(1,)]


def test_a_warning_is_told_and_published(warehouse: Warehouse):
    shop.load(warehouse, ("1", None, "open", "ann"))
    result = warehouse.build(now=NOW)
    result.raise_for_failure()
    assert [(check.name, check.count) for check in result.warnings] == [("total_not_null", 1)]
    assert published(warehouse, "select count(*) from marts.fct_orders") == [(1,)]


def test_a_query_that_fails_names_its_file_and_changes_nothing(warehouse: Warehouse):
    warehouse_with_rows(warehouse)
    broken = shop.CUSTOMERS.replace("count(*)", "cast(max(customer_id) as bigint)")
    shop.write(warehouse.sql_dir, {"marts/dim_customers.sql": broken})
    with pytest.raises(ModelError, match=r"dim_customers.sql: .*Could not convert string 'ann'"):
        warehouse.build(now=NOW)
    assert published(warehouse, "select orders from marts.dim_customers") == [(1,)]
    with warehouse.writer("look") as con:
        assert con.execute("select orders from marts.dim_customers").fetchone() == (1,)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("column orders: bigint", "column orders: integer", "declared integer and comes out as B"),
        ("column orders: bigint. How many orders.", "key: customer_id", "does not declare its"),
        ("count(*) as orders", "count(*) as number", "has no column orders"),
    ],
)
def test_a_marts_columns_are_as_declared(warehouse: Warehouse, old: str, new: str, complaint: str):
    shop.load(warehouse, ANN)
    text = shop.CUSTOMERS.replace(old, new)
    if new.startswith("key"):
        text = text.replace("-- key: customer_id\n", "", 1)
    shop.write(warehouse.sql_dir, {"marts/dim_customers.sql": text})
    with pytest.raises(ModelError, match=complaint):
        warehouse.build(now=NOW)


def test_marts_build_while_a_connector_is_not_connected_and_fill_when_it_is(
    warehouse: Warehouse,
):
    result = warehouse.build(now=NOW)
    assert result.committed
    assert published(warehouse, "select count(*) from marts.fct_orders") == [(0,)]
    assert published(
        warehouse, "select count(*) from duckdb_schemas() where schema_name = 'raw_shop'"
    ) == [(0,)]
    shop.load(warehouse, ANN)
    second = warehouse.build(now=NOW, select=["marts.*"])
    assert "staging.stg_shop__orders" in how(second), "the view still read the stand-in"
    assert published(warehouse, "select count(*) from marts.fct_orders") == [(1,)]


def test_a_column_that_the_loaded_table_lacks_is_null(warehouse: Warehouse):
    with warehouse.writer("load") as con:
        con.execute("create schema raw_shop")
        con.execute(
            "create table raw_shop.orders as select '1' as id, 'open' as status,"
            " 'ann' as customer, cast(? as timestamptz) as _synced_at",
            [NOW],
        )
    warehouse.build(now=NOW).raise_for_failure()
    assert published(warehouse, "select order_id, total from marts.fct_orders") == [("1", None)]


def test_a_model_that_changes_kind_or_goes_leaves_nothing_behind(warehouse: Warehouse):
    warehouse_with_rows(warehouse)
    as_view = shop.CUSTOMERS.replace("materialized: table", "materialized: view")
    shop.write(warehouse.sql_dir, {"marts/dim_customers.sql": as_view})
    (warehouse.sql_dir / "marts/fct_latest.sql").unlink()
    result = warehouse.build(now=NOW)
    assert result.removed == ("marts.fct_latest",)
    assert published(
        warehouse,
        "select table_name, table_type from information_schema.tables"
        " where table_schema = 'marts' order by 1",
    ) == [("dim_customers", "VIEW"), ("fct_orders", "BASE TABLE")]
    shop.write(warehouse.sql_dir, {"marts/dim_customers.sql": shop.CUSTOMERS})
    assert warehouse.build(now=NOW).committed


def test_a_selection_needs_the_tables_it_reads_and_brings_its_views(warehouse: Warehouse):
    shop.load(warehouse, ANN)
    over_orders = shop.CUSTOMERS.replace("staging.stg_shop__orders", "marts.fct_orders")
    shop.write(warehouse.sql_dir, {"marts/dim_customers.sql": over_orders})
    with pytest.raises(ModelError, match=r"--select \+marts.dim_customers"):
        warehouse.build(now=NOW, select=["dim_customers"])
    result = warehouse.build(now=NOW, select=["fct_latest"])
    assert [model.name for model in result.models] == [
        "staging.stg_shop__orders",
        "marts.fct_latest",
    ]


def test_rebuilding_what_others_refer_to_checks_them_again(warehouse: Warehouse):
    warehouse_with_rows(warehouse)
    nobody = shop.CUSTOMERS.replace("group by", "where false\ngroup by")
    shop.write(warehouse.sql_dir, {"marts/dim_customers.sql": nobody})
    result = warehouse.build(now=NOW, select=["dim_customers"])
    assert [(check.model, check.name) for check in result.blocking_failures] == [
        ("marts.fct_orders", "customer_id_references")
    ]
    assert not result.committed


def test_progress_names_each_step(warehouse: Warehouse):
    shop.load(warehouse, ANN)
    told: list[Progress] = []
    result = warehouse.build(now=NOW, on_progress=told.append)
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages == ["model", "check", "committing", "publishing", "published"]
    assert told[-1].done == told[-1].total == len(result.models) + len(result.checks)
