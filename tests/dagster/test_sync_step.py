"""One step syncs one connection and reports it on the assets."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pytest

from chord_dagster.keys import (
    FRESHNESS_CHECK,
    RECONCILIATION_CHECK,
    ROWS_CHANGED_TAG,
    ROWS_CHECK,
    SKIPPED_TAG,
    SYNC_TAG,
    raw_key,
)
from tests.dagster.conftest import add
from tests.dagster.location import defs

ITEMS, STORES = raw_key("toy", "items"), raw_key("toy", "stores")


@pytest.fixture
def run(instance: dg.DagsterInstance) -> Any:
    def run(name: str, **options: Any) -> dg.ExecuteInProcessResult:
        instance.add_dynamic_partitions("toy_connections", [name])
        return defs.resolve_job_def("sync_toy").execute_in_process(
            partition_key=name, instance=instance, raise_on_error=False, **options
        )

    return run


def config(**options: Any) -> dict[str, Any]:
    return {"ops": {"toy": {"config": options}}}


def metadata(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> dict[str, Any]:
    for event in result.get_asset_materialization_events():
        if event.asset_key == key:
            return {name: value.value for name, value in event.materialization.metadata.items()}
    raise AssertionError(f"{key} was not materialized")


def checks(result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], bool]:
    return {
        (found.asset_key.path[-1], found.check_name): found.passed
        for found in result.get_asset_check_evaluations()
    }


def failure(result: dg.ExecuteInProcessResult) -> str:
    return next(
        event.step_failure_data.user_failure_data.description
        for event in result.all_events
        if event.is_step_failure
    )


def test_a_sync_materializes_every_table_with_its_numbers(run, shop) -> None:
    result = run(shop)
    assert result.success
    found = metadata(result, ITEMS)
    assert found["rows_received"] == found["rows_inserted"] == 5
    assert found["dagster/partition_row_count"] == 5
    assert found["api_requests"] == 4
    assert found["sync_bytes"] > 0
    assert {"rows_updated", "rows_deleted", "sync_seconds", "lock_seconds"} <= found.keys()
    assert metadata(result, STORES)["rows_inserted"] == 1


def test_a_second_sync_reports_that_nothing_changed(run, shop, instance) -> None:
    run(shop)
    result = run(shop)
    assert metadata(result, ITEMS)["rows_inserted"] == 0
    assert instance.get_run_by_id(result.run_id).tags[ROWS_CHANGED_TAG] == "0"
    assert instance.get_run_by_id(result.run_id).tags[SYNC_TAG] == "toy"


def test_a_sync_answers_its_checks(run, shop) -> None:
    found = checks(run(shop))
    assert all(found.values())
    assert {name for table, name in found if table == "items"} >= {
        ROWS_CHECK,
        RECONCILIATION_CHECK,
        FRESHNESS_CHECK,
    }


def test_reconciliation_fails_when_the_vendor_counts_more_rows(run, shop, vendor) -> None:
    vendor.hidden = 2
    found = checks(run(shop))
    assert not found["items", RECONCILIATION_CHECK]
    assert found["items", ROWS_CHECK]


def test_a_value_that_does_not_fit_its_type_is_a_warning_on_its_table(run, shop, vendor) -> None:
    vendor.items[0]["price"] = "a lot"
    result = run(shop)
    (found,) = (
        check
        for check in result.get_asset_check_evaluations()
        if check.asset_key == ITEMS and check.check_name == ROWS_CHECK
    )
    assert not found.passed
    assert found.severity is dg.AssetCheckSeverity.WARN
    assert "price" in found.metadata["warnings"].value
    assert "price" in metadata(result, ITEMS)["warnings"]


def test_checks_keep_one_connection_apart_from_another(
    run, platform, vendor, instance, shop
) -> None:
    other = add(platform, "other", vendor)
    vendor.hidden = 2
    run(shop)
    vendor.hidden = 0
    run(other)
    key = dg.AssetCheckKey(ITEMS, RECONCILIATION_CHECK)
    by_partition = {
        record.event.dagster_event.event_specific_data.partition: (
            record.event.dagster_event.event_specific_data.passed
        )
        for record in instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    }
    assert by_partition == {"shop": False, "other": True}


def test_one_table_can_be_refreshed_by_selecting_its_asset(run, shop, vendor) -> None:
    run(shop)
    vendor.asked.clear()
    result = run(shop, asset_selection=[STORES])
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [STORES]
    assert not any(path.startswith("/items") for path in vendor.asked)


def test_one_table_can_be_refreshed_by_option(run, shop, vendor) -> None:
    run(shop)
    vendor.asked.clear()
    result = run(shop, run_config=config(tables=["items"], full_refresh=True))
    assert result.success
    assert metadata(result, ITEMS)["rows_received"] == 5
    assert not any(path.startswith("/stores") for path in vendor.asked)


def test_a_check_asked_for_alone_is_answered_by_a_sync_of_its_table(run, shop, instance) -> None:
    run(shop)
    check = dg.AssetCheckKey(STORES, ROWS_CHECK)
    job = dg.define_asset_job("check_stores", selection=dg.AssetSelection.checks(check))
    only = dg.Definitions(
        assets=[defs.resolve_assets_def(ITEMS)], jobs=[job], executor=dg.in_process_executor
    )
    result = only.resolve_job_def("check_stores").execute_in_process(
        tags={"dagster/partition": shop}, instance=instance
    )
    assert checks(result) == {("stores", ROWS_CHECK): True}


def test_a_launch_without_a_connection_says_how_to_name_one(instance, settings) -> None:
    result = defs.resolve_job_def("sync_toy").execute_in_process(
        instance=instance, raise_on_error=False
    )
    assert not result.success
    assert '--tags \'{"dagster/partition": "NAME"}\'' in failure(result)


def test_a_window_is_read_again_by_option(run, shop, vendor) -> None:
    run(shop)
    result = run(shop, run_config=config(since="2026-01-29", until="2026-02-02T00:00:00Z"))
    assert metadata(result, ITEMS)["rows_received"] == 3


def test_a_window_that_is_no_time_fails_with_the_way_to_write_it(run, shop) -> None:
    result = run(shop, run_config=config(since="last week"))
    assert not result.success
    assert "Write 2026-01-31" in failure(result)


def test_a_paused_connection_is_skipped_with_a_reason_on_every_asset(
    run, shop, platform, instance, vendor
) -> None:
    platform.connections.pause(shop, because="stocktaking", by="anna")
    vendor.asked.clear()
    result = run(shop)
    assert result.success
    assert not result.get_asset_materialization_events()
    observed = {
        event.event_specific_data.asset_observation.asset_key: event.event_specific_data
        for event in result.get_asset_observation_events()
    }
    assert observed.keys() == {ITEMS, STORES}
    reason = observed[ITEMS].asset_observation.metadata["skipped"].value
    assert "paused" in reason
    assert "anna" in reason
    assert "stocktaking" in reason
    assert instance.get_run_by_id(result.run_id).tags[SKIPPED_TAG] == reason
    assert not vendor.asked


def test_an_incomplete_connection_is_skipped_with_what_is_missing(run, platform) -> None:
    platform.connections.add("half", connector="toy", values={}, start=True, by="anna")
    result = run("half")
    assert result.success
    assert not result.get_asset_materialization_events()


def test_a_vendor_that_is_down_is_tried_again(run, shop, vendor) -> None:
    vendor.faults = [503]
    result = run(shop)
    assert result.success
    assert [event.event_type_value for event in result.all_events].count("STEP_UP_FOR_RETRY") == 1


def test_a_rejected_key_is_not_tried_again_and_says_who_must_act(run, shop, vendor) -> None:
    vendor.token = "another"
    vendor.asked.clear()
    result = run(shop)
    assert not result.success
    assert len([path for path in vendor.asked if path.startswith("/items")]) == 1
    assert "Check the key and its scopes" in failure(result)


def test_a_sync_launched_from_the_asset_page_is_known_as_one(run, shop, instance) -> None:
    instance.add_dynamic_partitions("toy_connections", [shop])
    result = dg.materialize(
        [defs.resolve_assets_def(ITEMS)],
        instance=instance,
        partition_key=shop,
    )
    assert instance.get_run_by_id(result.run_id).tags[SYNC_TAG] == "toy"
