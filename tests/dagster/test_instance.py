"""Dagster's store from outside: partitions, toggles, live runs, events without a run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from chord_dagster import instance as dagster_instance
from chord_dagster.home import Installed, install
from chord_dagster.keys import RECONCILIATION_CHECK, raw_key
from chord_platform.connections.status import SyncStatus
from chord_platform.settings import read_settings
from tests.dagster.location import CATALOG, defs
from tests.dagster.toy_vendor import CONNECTOR

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_home_without_dagster_answers_without_making_one(tmp_path: Path) -> None:
    settings = read_settings(tmp_path / "fresh")
    dagster_instance.register_partition(settings, "toy", "shop")
    assert dagster_instance.schedule_running(settings, "toy") is None
    assert dagster_instance.live_runs(settings) == {}
    assert not settings.dagster_home.exists()


def test_a_partition_is_known_at_once_and_gone_when_removed(settings, stored) -> None:
    dagster_instance.register_partition(settings, "toy", "shop")
    dagster_instance.register_partition(settings, "toy", "shop")
    assert stored.get_dynamic_partitions("toy_connections") == ["shop"]
    dagster_instance.remove_partition(settings, "toy", "shop")
    assert stored.get_dynamic_partitions("toy_connections") == []


def test_pausing_every_connection_stops_the_schedule_and_resuming_starts_it(settings) -> None:
    assert dagster_instance.schedule_running(settings, "toy") is None
    dagster_instance.mirror_pause(settings, "toy", paused=False, now=NOW)
    assert dagster_instance.schedule_running(settings, "toy") is None
    dagster_instance.mirror_pause(settings, "toy", paused=True, now=NOW)
    assert dagster_instance.schedule_running(settings, "toy") is False
    dagster_instance.mirror_pause(settings, "toy", paused=True, now=NOW)
    dagster_instance.mirror_pause(settings, "toy", paused=False, now=NOW)
    assert dagster_instance.schedule_running(settings, "toy") is True


def test_a_schedule_stopped_in_dagster_shows_its_connections_as_paused_there(
    settings, platform, shop
) -> None:
    dagster_instance.mirror_pause(settings, "toy", paused=True, now=NOW)
    facts = dagster_instance.dagster_facts(settings, CATALOG)
    (seen,) = platform.connections.overviews(dagster=facts)
    assert seen.sync is SyncStatus.PAUSED
    assert seen.pause is not None
    assert seen.pause.by == "Dagster"


def test_a_run_at_work_shows_its_connection_as_syncing(settings, stored, platform, shop) -> None:
    run = stored.create_run_for_job(
        defs.resolve_job_def("build_models"),
        tags={"dagster/partition": shop},
        status=dg.DagsterRunStatus.STARTED,
    )
    assert dagster_instance.live_runs(settings) == {shop: run.run_id}
    facts = dagster_instance.dagster_facts(settings, CATALOG)
    (seen,) = platform.connections.overviews(dagster=facts)
    assert seen.sync is SyncStatus.SYNCING


def test_a_sync_from_the_command_line_shows_on_its_assets(
    settings, stored, platform, shop, vendor
) -> None:
    vendor.hidden = 1
    result = platform.connections.sync(shop)
    dagster_instance.report_sync(settings, CONNECTOR, result)
    event = stored.get_latest_materialization_event(raw_key("toy", "items"))
    assert event.asset_materialization.partition == shop
    assert event.asset_materialization.metadata["rows_inserted"].value == 5
    key = dg.AssetCheckKey(raw_key("toy", "items"), RECONCILIATION_CHECK)
    (record,) = stored.event_log_storage.get_asset_check_execution_history(key, limit=5)
    assert record.event.dagster_event.event_specific_data.passed is False


def test_dagsters_settings_follow_the_template_until_somebody_edits_them(tmp_path: Path) -> None:
    template, home = tmp_path / "dagster.yaml", tmp_path / "home"
    template.write_text("one in {DAGSTER_HOME}")
    assert install(template, home) is Installed.NEW
    assert (home / "dagster.yaml").read_text() == f"one in {home}"
    assert install(template, home) is Installed.SAME
    template.write_text("two")
    assert install(template, home) is Installed.RENEWED
    (home / "dagster.yaml").write_text("mine")
    assert install(template, home) is Installed.SAME
    template.write_text("three")
    assert install(template, home) is Installed.KEPT
    assert (home / "dagster.yaml").read_text() == "mine"
