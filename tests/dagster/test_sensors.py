"""Requests are started, dead work is ended, models follow syncs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context

from chord_dagster.checks import late_since
from chord_dagster.healing import SILENCE, end_dead_runs
from chord_dagster.keys import BUILD_TAG, ROWS_CHANGED_TAG, SYNC_TAG
from chord_dagster.liveness import at_work, life_of
from chord_dagster.sensors import LONGEST_WAIT, next_build
from chord_platform.connections.requests import SyncOptions
from tests.dagster.conftest import add
from tests.dagster.location import ToyPlatform, defs

NOW = datetime(2026, 3, 1, 12, 29, tzinfo=UTC)
Status = dg.DagsterRunStatus


@pytest.fixture
def tick(stored: dg.DagsterInstance) -> Any:
    def tick(name: str, cursor: str | None = None) -> Any:
        with (
            partition_loading_context(dynamic_partitions_store=stored),
            dg.build_sensor_context(
                instance=stored,
                cursor=cursor,
                repository_def=defs.get_repository_def(),
                resources={"platform": ToyPlatform()},
            ) as context,
        ):
            return defs.resolve_sensor_def(name)(context)

    return tick


def a_run(instance: dg.DagsterInstance, status: Status, **tags: str) -> str:
    job = defs.resolve_job_def("build_models")
    named = {name.replace("__", "/"): value for name, value in tags.items()}
    return instance.create_run_for_job(job, tags=named, status=status).run_id


def test_no_request_is_a_reason(tick) -> None:
    assert tick("sync_requests").skip_message == "No connection asks for a sync."


def test_a_request_becomes_one_run_with_its_options_and_its_partition(tick, platform, shop) -> None:
    options = SyncOptions(tables=frozenset({"items"}), since=NOW)
    platform.connections.request_sync(shop, options=options, by="anna")
    result = tick("sync_requests")
    (request,) = result.run_requests
    assert request.job_name == "sync_toy"
    assert request.partition_key == shop
    assert request.run_config["ops"]["toy"]["config"]["tables"] == ["items"]
    assert request.run_config["ops"]["toy"]["config"]["since"] == NOW.isoformat()
    assert [asked.partition_keys for asked in result.dynamic_partitions_requests] == [[shop]]
    assert tick("sync_requests").run_requests[0].run_key == request.run_key


def test_a_paused_connection_is_synced_when_somebody_asks_for_it(
    tick, platform, shop, stored
) -> None:
    platform.connections.pause(shop, because="stocktaking", by="anna")
    platform.connections.request_sync(shop, by="anna")
    (request,) = tick("sync_requests").run_requests
    stored.add_dynamic_partitions("toy_connections", [shop])
    result = defs.resolve_job_def("sync_toy").execute_in_process(
        partition_key=shop, instance=stored, run_config=request.run_config
    )
    assert result.get_asset_materialization_events()
    assert tick("sync_requests").skip_message == "No connection asks for a sync."


def test_partitions_follow_connections(tick, platform, shop, stored) -> None:
    stored.add_dynamic_partitions("toy_connections", ["gone"])
    requests = tick("stale_work").dynamic_partitions_requests
    changes = {(type(request).__name__, tuple(request.partition_keys)) for request in requests}
    assert changes == {
        ("AddDynamicPartitionsRequest", (shop,)),
        ("DeleteDynamicPartitionsRequest", ("gone",)),
    }


def test_a_run_whose_process_was_killed_is_ended(tick, settings, stored, shop) -> None:
    run_id = a_run(stored, Status.STARTED, dagster__partition=shop)
    killed_at_work(settings.home, run_id)
    assert life_of(settings.home, run_id) == "dead"
    result = tick("stale_work")
    assert stored.get_run_by_id(run_id).status is Status.FAILURE
    assert "whose process died" in result.skip_reason.skip_message
    assert life_of(settings.home, run_id) == "unknown"


def test_a_cancelled_run_whose_process_was_killed_is_ended_as_cancelled(
    tick, settings, stored
) -> None:
    run_id = a_run(stored, Status.CANCELING)
    killed_at_work(settings.home, run_id)
    tick("stale_work")
    assert stored.get_run_by_id(run_id).status is Status.CANCELED


def test_a_run_at_work_is_left_alone(tick, settings, stored) -> None:
    run_id = a_run(stored, Status.STARTED)
    with at_work(settings.home, run_id):
        assert life_of(settings.home, run_id) == "alive"
        tick("stale_work")
    assert stored.get_run_by_id(run_id).status is Status.STARTED


def test_a_run_that_died_outside_of_its_step_is_ended_when_it_has_been_silent(
    settings, stored
) -> None:
    ours = a_run(stored, Status.STARTED, **{SYNC_TAG: "toy"})
    foreign = a_run(stored, Status.STARTED)
    for run_id in (ours, foreign):
        stored.report_engine_event("It began.", stored.get_run_by_id(run_id))
    soon, later = datetime.now(UTC), datetime.now(UTC) + SILENCE + timedelta(seconds=1)
    assert end_dead_runs(stored, settings.home, now=soon) == []
    assert end_dead_runs(stored, settings.home, now=later) == [ours]


def test_a_step_that_failed_leaves_no_trace_of_death(settings) -> None:
    with pytest.raises(ValueError, match="failed"), at_work(settings.home, "some-run"):
        raise ValueError("failed")
    assert life_of(settings.home, "some-run") == "unknown"


def test_a_late_connection_fails_its_freshness_once(tick, platform, vendor, monkeypatch) -> None:
    platform.connections.clock = lambda: datetime.now(UTC) - timedelta(days=3)
    add(platform, "shop", vendor)
    result = tick("stale_work")
    (late,) = result.asset_events
    assert not late.passed
    assert late.partition == "shop"
    assert tick("stale_work", cursor=result.cursor).asset_events == []


@pytest.mark.parametrize(
    ("started", "synced", "late"),
    [
        (timedelta(minutes=5), None, False),
        (timedelta(hours=5), None, True),
        (timedelta(hours=5), timedelta(minutes=10), False),
        (timedelta(hours=5), timedelta(hours=3), True),
        (timedelta(minutes=40), timedelta(minutes=35), False),
    ],
)
def test_late_is_what_missed_its_time_and_the_tolerance(started, synced, late) -> None:
    found = late_since(
        cron="0 * * * *",
        started_at=NOW - started,
        last_synced_at=NOW - synced if synced else None,
        now=NOW,
    )
    assert (found is not None) is late


def build_after(instance: dg.DagsterInstance, now: datetime | None = None) -> Any:
    return next_build(instance, ["toy"], now=now or datetime.now(UTC))


def test_models_are_built_after_a_sync_that_changed_rows(instance) -> None:
    assert "No sync has changed a row" in build_after(instance).skip_message
    run_id = a_run(instance, Status.SUCCESS, **{SYNC_TAG: "toy", ROWS_CHANGED_TAG: "3"})
    assert build_after(instance).run_key == f"after {run_id}"


def test_models_are_not_built_after_a_sync_that_changed_nothing(instance) -> None:
    a_run(instance, Status.SUCCESS, **{SYNC_TAG: "toy", ROWS_CHANGED_TAG: "0"})
    assert "No sync has changed a row" in build_after(instance).skip_message


def test_models_wait_for_other_syncs_but_not_for_ever(instance) -> None:
    a_run(instance, Status.SUCCESS, **{SYNC_TAG: "toy", ROWS_CHANGED_TAG: "3"})
    a_run(instance, Status.STARTED, **{SYNC_TAG: "toy"})
    assert "Waiting for 1 syncs" in build_after(instance).skip_message
    much_later = datetime.now(UTC) + LONGEST_WAIT
    assert isinstance(build_after(instance, much_later), dg.RunRequest)


def test_models_are_not_built_twice_for_one_sync(instance) -> None:
    a_run(instance, Status.SUCCESS, **{SYNC_TAG: "toy", ROWS_CHANGED_TAG: "3"})
    build = a_run(instance, Status.NOT_STARTED, **{BUILD_TAG: "models"})
    assert "being built" in build_after(instance).skip_message
    instance.report_run_failed(instance.get_run_by_id(build))
    assert "No sync has changed a row" in build_after(instance).skip_message


def killed_at_work(home: Path, run_id: str) -> None:
    """As a power cut would: the process that holds the run's lock is gone, its file is not."""
    code = f"""
        import sys, time
        from pathlib import Path
        from chord_dagster.liveness import at_work
        with at_work(Path({str(home)!r}), {run_id!r}):
            print("at work", flush=True)
            time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "at work\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
