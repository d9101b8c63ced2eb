"""The three ways in, through Dagster's real processes: web page, schedules and sensors, terminal.

One web server and one daemon for the whole module, on the toy vendor; a run costs its own process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chord_dagster.home import install_dagster_home
from chord_dagster.instance import mirror_pause, opened, register_partition, schedule_running
from chord_dagster.keys import SKIPPED_TAG, raw_key
from chord_dagster.processes import Dagster, free_port
from chord_platform.bootstrap import Platform
from chord_platform.settings import read_settings
from chord_platform.store import migrate
from tests.dagster.conftest import add
from tests.dagster.location import toy_platform
from tests.dagster.toy_vendor import ToyVendor

ROOT = Path(__file__).resolve().parents[2]
LOCATION = ("-m", "tests.dagster.location", "-d", str(ROOT))
PATIENCE_SECONDS = 120
ONCE_A_YEAR = "0 0 1 1 *"
LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status startTime endTime } } }"
TRY_TICK = """mutation($selector: ScheduleSelector!, $at: Float) {
    scheduleDryRun(selectorData: $selector, timestamp: $at) {
    __typename ... on PythonError { message } ... on DryRunInstigationTick {
    evaluationResult { skipReason error { message } runRequests { runKey } } } } }"""


class World:
    """The toy vendor, the platform, and Dagster up for them."""

    def __init__(self, vendor: ToyVendor, platform: Platform, dagster: Dagster) -> None:
        self.vendor = vendor
        self.platform = platform
        self.dagster = dagster
        self.settings = platform.settings

    def quiet(self, name: str) -> str:
        """Started, synced once and not due for long, so that only the test starts its runs."""
        add(self.platform, name, self.vendor, schedule=ONCE_A_YEAR)
        self.platform.connections.sync(name)
        register_partition(self.settings, "toy", name)
        return name

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = self.dagster.ask(query, **variables)
        assert answer is not None
        return answer

    def runs(self, name: str, job: str = "sync_toy") -> list[dg.DagsterRun]:
        tags = {"dagster/partition": name} if name else {}
        with opened(self.settings) as instance:
            assert instance
            return list(instance.get_runs(dg.RunsFilter(job_name=job, tags=tags)))

    def rows(self, name: str) -> int:
        with self.platform.warehouse.writer("a test") as con:
            found = con.execute(
                "select count(*) from raw_toy.items where _connection_id = ?", [name]
            )
            return (found.fetchone() or (0,))[0]

    def environment(self) -> dict[str, str]:
        return {**self.dagster.environment, "PYTHONPATH": str(ROOT)}

    def dagster_command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dagster", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )


def until(is_so: Callable[[], Any], what: str) -> Any:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not (found := is_so()):
        assert time.monotonic() < give_up, f"{what} did not happen"
        time.sleep(0.25)
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = read_settings(tmp_path_factory.mktemp("live") / "home")
    migrate(settings)
    install_dagster_home(settings)
    dagster = Dagster(settings, free_port(), definitions=LOCATION)
    with ToyVendor() as vendor:
        try:
            platform = toy_platform(settings)
            dagster.start()
            add(platform, "scheduled", vendor, schedule=ONCE_A_YEAR)
            add(platform, "asked_for", vendor, start=False)
            add(platform, "held_back", vendor, start=False)
            platform.connections.request_sync("asked_for", by="anna")
            yield World(vendor, platform, dagster)
        finally:
            dagster.stop()


def finished(world: World, name: str, count: int = 1, job: str = "sync_toy") -> dg.DagsterRun:
    """The newest run of a connection, once that many have ended."""

    def ended() -> dg.DagsterRun | None:
        runs = world.runs(name, job)
        return runs[0] if sum(run.is_finished for run in runs) >= count else None

    return until(ended, f"run {count} of {job} for {name}")


def test_the_web_page_launches_a_sync_of_a_partition_and_its_models_follow(world: World) -> None:
    name = world.quiet("from_the_page")
    world.vendor.add_item(6)
    run_id = launch_from_page(world, name)
    run = until(lambda: ended_run(world, run_id), "the launched run")
    assert run["status"] == "SUCCESS"
    assert world.rows(name) == 6
    until(lambda: [r for r in world.runs("", "build_models") if r.is_finished], "a build")
    with world.platform.warehouse.reader() as con:
        assert con.execute("select count(*) > 0 from marts.fct_items").fetchone() == (True,)


def launch_from_page(world: World, name: str) -> str:
    params = {
        "selector": {
            "repositoryLocationName": "chord_dagster",
            "repositoryName": "__repository__",
            "jobName": "sync_toy",
        },
        "executionMetadata": {"tags": [{"key": "dagster/partition", "value": name}]},
        "runConfigData": {},
    }
    answer = world.ask(LAUNCH, params=params)["launchRun"]
    assert answer["__typename"] == "LaunchRunSuccess", answer
    return answer["run"]["runId"]


def ended_run(world: World, run_id: str) -> dict[str, Any] | None:
    run = world.ask(STATUS, id=run_id)["runOrError"]
    return run if run["status"] in ("SUCCESS", "FAILURE", "CANCELED") else None


def test_a_request_is_started_by_its_sensor_even_while_paused(world: World) -> None:
    run = finished(world, "asked_for")
    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert run.tags["chord/cause"] == "asked for by anna"
    assert world.rows("asked_for") >= 5
    assert world.platform.connections.requested_syncs() == []


def test_a_paused_connection_launched_from_the_page_is_skipped_readably(world: World) -> None:
    name = "held_back"
    until(lambda: name in partitions(world), "the partition of a connection that was just added")
    run_id = launch_from_page(world, name)
    run = until(lambda: ended_run(world, run_id), "the launched run")
    assert run["status"] == "SUCCESS"
    (found,) = world.runs(name)
    assert "held_back is paused since" in found.tags[SKIPPED_TAG]


def partitions(world: World) -> list[str]:
    with opened(world.settings) as instance:
        assert instance
        return list(instance.get_dynamic_partitions("toy_connections"))


def test_dagster_job_launch_and_execute_take_the_partition_as_a_tag(world: World) -> None:
    launched_name, executed_name = world.quiet("launched"), world.quiet("executed")
    workspace = world.settings.dagster_home / "workspace.up.yaml"
    launched = world.dagster_command(
        *("job", "launch", "-w", str(workspace), "-j", "sync_toy"),
        *("--tags", json.dumps({"dagster/partition": launched_name})),
    )
    assert launched.returncode == 0, launched.stderr[-2000:]
    executed = world.dagster_command(
        *("job", "execute", *LOCATION, "-j", "sync_toy"),
        *("--tags", json.dumps({"dagster/partition": executed_name})),
    )
    assert executed.returncode == 0, executed.stderr[-2000:]
    for name in (launched_name, executed_name):
        assert finished(world, name).status is dg.DagsterRunStatus.SUCCESS
        assert SKIPPED_TAG not in world.runs(name)[0].tags


def test_a_killed_run_is_ended_and_the_connection_syncs_again(world: World) -> None:
    name = world.quiet("killed")
    world.vendor.slow_seconds = 60
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "dagster", "job", "execute", *LOCATION, "-j", "sync_toy"),
            *("--tags", json.dumps({"dagster/partition": name})),
        ],
        env=world.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: world.platform.connections.live.is_live(name), "the sync")
    until(lambda: world.runs(name), "its run")
    process.kill()
    process.wait()
    world.vendor.slow_seconds = 0
    run = finished(world, name)
    assert run.status is dg.DagsterRunStatus.FAILURE


def test_a_connection_that_was_just_started_is_synced_by_its_schedule(world: World) -> None:
    run = finished(world, "scheduled")
    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert run.tags["dagster/schedule_name"] == "sync_toy_schedule"
    assert len(world.runs("scheduled")) == 1


def test_the_toggle_in_the_page_and_the_pause_are_one(world: World) -> None:
    now = datetime.now(UTC)
    mirror_pause(world.settings, "toy", paused=True, now=now)
    assert schedule_running(world.settings, "toy") is False
    state = world.ask(
        """{ scheduleOrError(scheduleSelector: {repositoryLocationName: "chord_dagster",
        repositoryName: "__repository__", scheduleName: "sync_toy_schedule"}) {
        ... on Schedule { scheduleState { status } } } }"""
    )
    assert state["scheduleOrError"]["scheduleState"]["status"] == "STOPPED"
    mirror_pause(world.settings, "toy", paused=False, now=now)
    assert schedule_running(world.settings, "toy") is True


def test_the_assets_of_the_page_know_their_partitions_rows_and_checks(world: World) -> None:
    with opened(world.settings) as instance:
        assert instance
        event = instance.get_latest_materialization_event(raw_key("toy", "items"))
    assert event is not None
    assert event.asset_materialization is not None
    assert "dagster/partition_row_count" in event.asset_materialization.metadata


def test_the_schedule_says_in_the_page_why_it_skips(world: World) -> None:
    selector = {
        "repositoryLocationName": "chord_dagster",
        "repositoryName": "__repository__",
        "scheduleName": "sync_toy_schedule",
    }

    def tried() -> dict[str, Any]:
        answer = world.ask(TRY_TICK, selector=selector, at=time.time())["scheduleDryRun"]
        assert answer["__typename"] == "DryRunInstigationTick", answer
        assert not answer["evaluationResult"]["error"]
        return answer["evaluationResult"]

    result = tried()
    for _ in range(60):
        if result["skipReason"]:
            break
        # Another connection of this world is due at this very moment, and will be synced.
        time.sleep(1)
        result = tried()
    assert "held_back: paused by anna" in result["skipReason"]
