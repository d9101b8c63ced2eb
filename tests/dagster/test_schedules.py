"""Each minute a connector's schedule asks which connections are due, or says why none is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context

from chord_platform.connections.schedules import latest_due
from tests.dagster.conftest import add
from tests.dagster.location import ToyPlatform, defs

HOURLY = "0 * * * *"


@pytest.fixture
def tick(stored: dg.DagsterInstance) -> Any:
    def tick(now: datetime) -> tuple[list[dg.RunRequest], str]:
        with (
            partition_loading_context(dynamic_partitions_store=stored),
            dg.build_schedule_context(
                instance=stored,
                scheduled_execution_time=now,
                repository_def=defs.get_repository_def(),
                resources={"platform": ToyPlatform()},
            ) as context,
        ):
            result = defs.resolve_schedule_def("sync_toy_schedule").evaluate_tick(context)
        return list(result.run_requests or ()), result.skip_message or ""

    return tick


@pytest.fixture
def later() -> datetime:
    """Past each due time of what the test adds now, whatever the time of day."""
    return datetime.now(UTC) + timedelta(hours=3)


def test_a_connector_without_connections_says_how_to_add_one(tick, later) -> None:
    requests, reason = tick(later)
    assert not requests
    assert "chord connections add NAME --connector toy" in reason


def test_a_started_connection_is_requested_and_its_partition_is_known(
    tick, shop, stored, later
) -> None:
    requests, _ = tick(later)
    assert [request.partition_key for request in requests] == [shop]
    assert stored.get_dynamic_partitions("toy_connections") == [shop]


def test_missed_times_collapse_into_one(tick, platform, vendor, later) -> None:
    add(platform, "shop", vendor, schedule=HOURLY)
    platform.connections.sync("shop")
    requests, _ = tick(later)
    due_at = latest_due(HOURLY, now=later)
    assert [request.run_key for request in requests] == [f"shop@{due_at.isoformat()}"]


def test_two_ticks_for_one_due_time_carry_one_run_key(tick, platform, vendor, later) -> None:
    add(platform, "shop", vendor, schedule=HOURLY)
    platform.connections.sync("shop")
    on_the_hour = latest_due(HOURLY, now=later)
    keys = {tick(on_the_hour + timedelta(minutes=n))[0][0].run_key for n in (0, 1, 59)}
    assert len(keys) == 1


def test_a_first_sync_that_never_began_is_asked_for_again(tick, platform, vendor, later) -> None:
    add(platform, "shop", vendor, schedule=HOURLY)
    first = tick(later)[0][0].run_key
    assert tick(later + timedelta(hours=1))[0][0].run_key != first


def test_a_connection_that_is_not_due_says_when_it_is(tick, platform, vendor) -> None:
    add(platform, "shop", vendor, schedule=HOURLY)
    platform.connections.sync("shop")
    requests, reason = tick(datetime.now(UTC))
    assert not requests
    assert "shop: next due at" in reason


def test_a_paused_connection_is_skipped_with_who_and_why(tick, platform, shop, later) -> None:
    platform.connections.pause(shop, because="stocktaking", by="anna")
    requests, reason = tick(later)
    assert not requests
    assert "shop: paused by anna since" in reason
    assert "stocktaking" in reason


def test_one_connection_paused_does_not_hold_back_another(
    tick, platform, vendor, shop, later
) -> None:
    add(platform, "other", vendor)
    platform.connections.pause(shop, because="stocktaking", by="anna")
    assert [request.partition_key for request in tick(later)[0]] == ["other"]


def test_a_connection_whose_run_waits_is_not_requested_twice(tick, shop, stored, later) -> None:
    stored.add_dynamic_partitions("toy_connections", [shop])
    job = defs.resolve_job_def("sync_toy")
    stored.create_run_for_job(
        job, tags={"dagster/partition": shop}, status=dg.DagsterRunStatus.NOT_STARTED
    )
    requests, reason = tick(later)
    assert not requests
    assert "a run of it is queued or at work" in reason
