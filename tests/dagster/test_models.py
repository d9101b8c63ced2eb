"""One step builds the models, checks them and publishes; a wrong file does not stop the syncs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chord_dagster.assets.models import sample_table
from chord_dagster.definitions import build_definitions
from tests.dagster.location import SQL_DIR, defs
from tests.dagster.toy_vendor import CONNECTOR

FACT = dg.AssetKey(["marts", "fct_items"])
STAGING = dg.AssetKey(["staging", "stg_toy__items"])


@pytest.fixture
def build(instance: dg.DagsterInstance, platform: Any) -> Any:
    def build(**options: Any) -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def("build_models").execute_in_process(
            instance=instance, raise_on_error=False, **options
        )

    return build


def materialized(result: dg.ExecuteInProcessResult) -> dict[dg.AssetKey, Any]:
    return {
        event.asset_key: event.materialization.metadata
        for event in result.get_asset_materialization_events()
    }


def test_a_build_materializes_every_model_and_publishes(build, shop, platform) -> None:
    platform.connections.sync(shop)
    result = build()
    assert result.success
    found = materialized(result)
    assert found.keys() == {FACT, STAGING}
    assert found[FACT]["dagster/row_count"].value == 5
    assert all(check.passed for check in result.get_asset_check_evaluations())
    with platform.warehouse.reader() as con:
        assert con.execute("select count(*) from marts.fct_items").fetchone() == (5,)


def test_one_model_can_be_built(build, shop, platform) -> None:
    platform.connections.sync(shop)
    build()
    result = build(asset_selection=[FACT])
    assert materialized(result).keys() == {FACT}
    assert {check.asset_key for check in result.get_asset_check_evaluations()} == {FACT}


def test_a_broken_blocking_promise_fails_the_build_and_publishes_nothing(
    build, shop, platform, vendor
) -> None:
    platform.connections.sync(shop)
    build()
    vendor.add_item(6)
    vendor.items[-1]["price"] = "5000000"
    platform.connections.sync(shop)
    result = build()
    assert not result.success
    failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert [check.check_name for check in failed] == ["prices_are_sane"]
    assert failed[0].metadata["offending_rows"].value == 1
    assert "5000000" in failed[0].metadata["sample"].value
    assert not materialized(result)
    with platform.warehouse.reader() as con:
        assert con.execute("select count(*) from marts.fct_items").fetchone() == (5,)


def test_models_stand_on_raw_tables_and_on_each_other() -> None:
    graph = defs.resolve_asset_graph()
    assert graph.get(STAGING).parent_keys == {dg.AssetKey(["raw_toy", "items"])}
    assert graph.get(FACT).parent_keys == {STAGING}


def test_columns_are_documented_in_dagster() -> None:
    specs = {spec.key: spec for spec in defs.resolve_all_asset_specs()}
    columns = {
        column.name: column for column in specs[FACT].metadata["dagster/column_schema"].columns
    }
    assert columns["price"].description == "What it costs."
    raw = specs[dg.AssetKey(["raw_toy", "items"])].metadata["dagster/column_schema"]
    assert {"id", "price", "payload", "_connection_id", "_synced_at"} <= {
        column.name for column in raw.columns
    }


def test_a_wrong_model_leaves_the_syncs_alone_and_says_where_it_is(tmp_path: Path) -> None:
    sql = tmp_path / "sql"
    shutil.copytree(SQL_DIR, sql)
    (sql / "marts" / "fct_items.sql").write_text("-- One row.\n-- materialised: table\nselect 1")
    found = build_definitions(catalog={CONNECTOR.name: CONNECTOR}, sql_dir=sql)
    assert found.resolve_job_def("sync_toy")
    with dg.DagsterInstance.ephemeral() as instance:
        result = found.resolve_job_def("build_models").execute_in_process(
            instance=instance, raise_on_error=False
        )
    assert not result.success
    failure = next(event for event in result.all_events if event.is_step_failure)
    assert "fct_items.sql:2" in failure.step_failure_data.user_failure_data.description


def test_a_platform_without_models_has_no_job_for_them(tmp_path: Path) -> None:
    found = build_definitions(catalog={CONNECTOR.name: CONNECTOR}, sql_dir=tmp_path)
    assert "build_models" not in found.get_repository_def().job_names


def test_a_bar_in_a_sample_stays_in_its_cell() -> None:
    assert sample_table([{"a": "x|y", "b": None}]).splitlines()[2] == "| x\\|y | None |"
