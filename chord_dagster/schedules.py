"""One schedule per connector: each minute it asks the store which connections are due.

Belongs here: run requests, and the reason why there are none. Does not belong here: cron, pauses
(`chord_platform.connections`).
"""

# No `from __future__ import annotations`: Dagster reads a schedule's annotations as values.

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dagster as dg

from chord_dagster.instance import connections_with_runs
from chord_dagster.jobs import Job
from chord_dagster.keys import CAUSE_TAG, EACH_MINUTE, partitions_name, schedule_name
from chord_dagster.resources import PlatformResource
from chord_platform.connections.schedules import latest_due
from dlt_pipelines.connector import Connector

if TYPE_CHECKING:
    from chord_platform.connections.overview import Due, Overview
    from chord_platform.connections.service import Connections


def sync_schedule(connector: Connector, job: Job) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=schedule_name(connector.name),
        job=job,
        cron_schedule=EACH_MINUTE,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Syncs each connection of {connector.title} when its own schedule says so.",
    )
    def due_connections(
        context: dg.ScheduleEvaluationContext, platform: PlatformResource
    ) -> list[dg.RunRequest] | dg.SkipReason:
        now = context.scheduled_execution_time.astimezone(UTC)
        with platform.session() as opened:
            due = opened.connections.due(now, connector=connector.name)
            waiting = connections_with_runs(context.instance)
            ready = [each for each in due if each.connection_id not in waiting]
            if not ready:
                return dg.SkipReason(why_none(opened.connections, connector, set(waiting)))
        # A schedule cannot ask for partitions, and a run of an unknown one is an error.
        context.instance.add_dynamic_partitions(
            partitions_name(connector.name), [each.connection_id for each in ready]
        )
        return [run_request(each, now=now) for each in ready]

    return due_connections


def run_request(due: "Due", *, now: datetime) -> dg.RunRequest:
    """One run per due time, however many times were missed. A first sync is due when it is started
    and has no other time; one whose run never began is asked for again at the next one."""
    due_at = max(due.due_at, latest_due(due.schedule, now=now))
    return dg.RunRequest(
        run_key=f"{due.connection_id}@{due_at.isoformat()}",
        partition_key=due.connection_id,
        tags={CAUSE_TAG: f"schedule {due.schedule}"},
    )


def why_none(connections: "Connections", connector: Connector, waiting: set[str]) -> str:
    """This very schedule ticks, so it runs: that fact need not be asked for."""
    from chord_platform.connections.overview import DagsterFacts

    facts = DagsterFacts(schedules={connector.name: True}, live_runs=dict.fromkeys(waiting, "run"))
    seen = [
        each
        for each in connections.overviews(dagster=facts)
        if each.connection.connector == connector.name
    ]
    return reasons(connector, seen, waiting)


def reasons(connector: Connector, seen: Sequence["Overview"], waiting: set[str]) -> str:
    if not seen:
        return (
            f"{connector.title} has no connection."
            f" Add one: chord connections add NAME --connector {connector.name}"
        )
    return " ".join(f"{each.connection.name}: {reason(each, waiting)}." for each in seen)


def reason(seen: "Overview", waiting: set[str]) -> str:
    if seen.connection.name in waiting:
        return "a run of it is queued or at work"
    if seen.pause:
        pause = seen.pause
        return f"paused by {pause.by} since {pause.at:%Y-%m-%d %H:%M} UTC, {pause.because}"
    if seen.sync == "syncing":
        return "is being synced"
    return f"next due at {seen.next_due:%Y-%m-%d %H:%M} UTC" if seen.next_due else "not due"
