"""What a killed process leaves behind in Dagster, and its repair.

Belongs here: runs without a process, partitions without a connection, connections that are late.
Does not belong here: the connections' own records (`Connections.heal`), ticking (`sensors.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from chord_dagster.checks import late_evaluation, late_since
from chord_dagster.instance import AT_WORK
from chord_dagster.keys import BUILD_TAG, SYNC_TAG, partitions_name
from chord_dagster.liveness import forget, life_of
from dlt_pipelines.connector import Connector

if TYPE_CHECKING:
    from chord_platform.connections.overview import Overview

DIED = (
    "The process of this run ended without a word: it was killed, or the machine stopped."
    " Nothing is lost; the next run finishes what it began."
)

SILENCE = timedelta(minutes=15)

PartitionsRequest = dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest


def end_dead_runs(instance: dg.DagsterInstance, home: Path, *, now: datetime) -> list[str]:
    """Ids of the runs that called themselves started and had no process. Each would hold back its
    connection's next run for ever."""
    ended = []
    for run in instance.get_runs(dg.RunsFilter(statuses=AT_WORK)):
        if not is_dead(instance, home, run, now=now):
            continue
        if run.status is dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, message=DIED)
        else:
            instance.report_run_failed(run, message=DIED)
        forget(home, run.run_id)
        ended.append(run.run_id)
    return ended


def is_dead(instance: dg.DagsterInstance, home: Path, run: dg.DagsterRun, *, now: datetime) -> bool:
    """Without a lock there is nothing to ask before a step begins and between its attempts. Both
    are short; a run of ours that has been silent for long died there."""
    life = life_of(home, run.run_id)
    is_ours = SYNC_TAG in run.tags or BUILD_TAG in run.tags
    if life != "unknown" or not is_ours or run.status is dg.DagsterRunStatus.STARTING:
        return life == "dead"
    last = instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
    return bool(last) and now.timestamp() - last[0].timestamp > SILENCE.total_seconds()


def partition_requests(
    instance: dg.DagsterInstance, connectors: Iterable[str], names: Mapping[str, set[str]]
) -> list[PartitionsRequest]:
    """What makes the partitions of each connector equal its connections (`names` by connector)."""
    requests: list[PartitionsRequest] = []
    for connector in connectors:
        definition = dg.DynamicPartitionsDefinition(name=partitions_name(connector))
        there = set(instance.get_dynamic_partitions(partitions_name(connector)))
        wanted = names.get(connector, set())
        if new := sorted(wanted - there):
            requests.append(definition.build_add_request(new))
        if gone := sorted(there - wanted):
            requests.append(definition.build_delete_request(gone))
    return requests


def late_evaluations(
    catalog: Mapping[str, Connector],
    seen: Sequence[Overview],
    *,
    cursor: str | None,
    now: datetime,
) -> tuple[list[dg.AssetCheckEvaluation], str]:
    """Those newly late, and the cursor that remembers them: one evaluation per missed time, and the
    sync that comes at last takes it back by passing."""
    told: dict[str, str] = json.loads(cursor) if cursor else {}
    late: dict[str, str] = {}
    evaluations = []
    for each in seen:
        connection = each.connection
        if each.pause is not None or connection.connector not in catalog:
            continue
        due_at = late_since(
            cron=each.schedule,
            started_at=connection.started_at or connection.added_at,
            last_synced_at=connection.last_synced_at,
            now=now,
        )
        if due_at is None:
            continue
        late[connection.name] = due_at.isoformat()
        if told.get(connection.name) != late[connection.name]:
            evaluations.append(
                late_evaluation(
                    catalog[connection.connector],
                    connection.name,
                    due_at=due_at,
                    last_synced_at=connection.last_synced_at,
                )
            )
    return evaluations, json.dumps(late, sort_keys=True)
