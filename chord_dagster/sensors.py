"""The sensors: "sync now" requests, what died, and models after syncs.

Belongs here: ticks and their reasons. Does not belong here: repair (`healing.py`), the queue of
requests (`chord_platform.connections`).

An interval of 1 s makes them tick every 5 s, Dagster's floor; 5 would make it 10. One sensor asks
for all connections: two hundred would take most of a core.
"""

# No `from __future__ import annotations`: Dagster reads a sensor's annotations as values.

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from chord_dagster.healing import end_dead_runs, late_evaluations, partition_requests
from chord_dagster.instance import AT_WORK, WAITING, facts_of, runs_by_connection
from chord_dagster.jobs import Job
from chord_dagster.keys import (
    BUILD_TAG,
    CAUSE_TAG,
    EVENTS,
    MODELS,
    ROWS_CHANGED_TAG,
    SYNC_TAG,
    partitions_name,
    partitions_of,
    sync_job_name,
)
from chord_dagster.resources import PlatformResource
from dlt_pipelines.connector import Connector

if TYPE_CHECKING:
    from chord_platform.connections.requests import RequestedSync

OFTEN = 1
LONGEST_WAIT = timedelta(minutes=10)
"""Syncs that follow each other without a pause must not keep the models old for ever."""

LEAST_BETWEEN = timedelta(minutes=5)
"""Events alone arrive all the time, and a build takes more than they do."""


def sync_requests_sensor(
    catalog: Mapping[str, Connector], jobs: Sequence[Job]
) -> dg.SensorDefinition:
    @dg.sensor(
        name="sync_requests",
        jobs=jobs,
        minimum_interval_seconds=OFTEN,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts the syncs that somebody asked for: `chord connections sync NAME`.",
    )
    def sync_requests(
        context: dg.SensorEvaluationContext, platform: PlatformResource
    ) -> dg.SensorResult | dg.SkipReason:
        with platform.session() as opened:
            waiting = [
                request
                for request in opened.connections.requested_syncs()
                if request.connector in catalog
            ]
        if not waiting:
            return dg.SkipReason("No connection asks for a sync.")
        return dg.SensorResult(
            run_requests=[requested_run(request) for request in waiting],
            dynamic_partitions_requests=[
                partitions_of(request.connector).build_add_request([request.connection_id])
                for request in waiting
                if not context.instance.has_dynamic_partition(
                    partitions_name(request.connector), request.connection_id
                )
            ],
        )

    return sync_requests


def requested_run(request: "RequestedSync") -> dg.RunRequest:
    options = request.options
    config = {
        "full_refresh": options.full_refresh,
        "since": options.since.isoformat() if options.since else None,
        "until": options.until.isoformat() if options.until else None,
        "tables": sorted(options.tables or ()),
    }
    return dg.RunRequest(
        run_key=request.run_key,
        job_name=sync_job_name(request.connector),
        partition_key=request.connection_id,
        run_config={"ops": {request.connector: {"config": config}}},
        tags={CAUSE_TAG: f"asked for by {request.requested_by}"},
    )


def stale_work_sensor(catalog: Mapping[str, Connector]) -> dg.SensorDefinition:
    @dg.sensor(
        name="stale_work",
        minimum_interval_seconds=OFTEN,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Ends runs whose process died, frees what they held, keeps the partitions equal to the"
            " connections, and says which connections are late."
        ),
    )
    def stale_work(
        context: dg.SensorEvaluationContext, platform: PlatformResource
    ) -> dg.SensorResult:
        instance, now = context.instance, datetime.now(UTC)
        with platform.session() as opened:
            ended = end_dead_runs(instance, opened.settings.home, now=now)
            healed = opened.connections.heal(runs_by_connection(instance))
            seen = opened.connections.overviews(dagster=facts_of(instance, catalog))
        names: dict[str, set[str]] = {}
        for each in seen:
            names.setdefault(each.connection.connector, set()).add(each.connection.name)
        partitions = partition_requests(instance, catalog, names)
        late, cursor = late_evaluations(catalog, seen, cursor=context.cursor, now=now)
        done = [
            *(f"ended run {run_id[:8]}, whose process died" for run_id in ended),
            *(f"freed {name}" for name in healed),
            *(f"{event.partition} is late" for event in late),
        ]
        said = "; ".join(done) if done else f"{len(seen)} connections, nothing stale."
        if done:
            context.log.info(said)
        return dg.SensorResult(
            skip_reason=said,
            asset_events=late,
            dynamic_partitions_requests=partitions,
            cursor=cursor,
        )

    return stale_work


def build_models_sensor(job: Job, catalog: Mapping[str, Connector]) -> dg.SensorDefinition:
    """Reads the statuses of runs like a run-status sensor, but of all at once: that one is asked
    about each success by itself, and would wait for ever for a sync that then fails."""

    @dg.sensor(
        name="build_models_after_syncs",
        job=job,
        minimum_interval_seconds=OFTEN,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Builds the models when the syncs and loads that changed rows have ended, or the first"
            f" of them has waited for {LONGEST_WAIT.seconds // 60} minutes."
        ),
    )
    def build_models_after_syncs(
        context: dg.SensorEvaluationContext,
    ) -> dg.RunRequest | dg.SkipReason:
        return next_build(context.instance, [*catalog, EVENTS], now=datetime.now(UTC))

    return build_models_after_syncs


def next_build(
    instance: dg.DagsterInstance, connectors: list[str], *, now: datetime
) -> dg.RunRequest | dg.SkipReason:
    building = dg.RunsFilter(tags={BUILD_TAG: MODELS})
    last = next(iter(instance.get_run_records(building, limit=1)), None)
    if last and last.dagster_run.status in (*WAITING, *AT_WORK):
        return dg.SkipReason("The models are being built, or about to be.")
    since = last.create_timestamp if last else None
    unbuilt = [
        record
        for record in instance.get_run_records(
            dg.RunsFilter(
                statuses=[dg.DagsterRunStatus.SUCCESS],
                tags={SYNC_TAG: connectors},
                updated_after=since,
            ),
            order_by="update_timestamp",
            ascending=True,
        )
        if record.dagster_run.tags.get(ROWS_CHANGED_TAG) != "0"
    ]
    if not unbuilt:
        return dg.SkipReason("No sync has changed a row since the last build.")
    only_events = all(each.dagster_run.tags[SYNC_TAG] == EVENTS for each in unbuilt)
    if since and only_events and now - since < LEAST_BETWEEN:
        return dg.SkipReason("Only events came since the last build, a moment ago.")
    syncing = instance.get_runs_count(
        dg.RunsFilter(statuses=[*WAITING, *AT_WORK], tags={SYNC_TAG: connectors})
    )
    if syncing and now - unbuilt[0].update_timestamp < LONGEST_WAIT:
        return dg.SkipReason(f"Waiting for {syncing} syncs that are queued or at work.")
    return dg.RunRequest(run_key=f"after {unbuilt[-1].dagster_run.run_id}")
