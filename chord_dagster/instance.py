"""Dagster's own store, read and written from outside of Dagster's processes.

The command line and the Data Sources pages say here what they did, and ask here what runs; no
daemon and no code location need to be up (measured: 0.05 s a call, beside 1.2 CPU s of import).

Belongs here: partitions, toggles of schedules, live runs, events without a run.
Does not belong here: what a connection's status follows from (`chord_platform.connections`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
)

from chord_dagster.home import install_dagster_home
from chord_dagster.keys import CODE_LOCATION, partitions_name, raw_key, schedule_name
from chord_dagster.sync_report import check_results, declared_checks, table_metadata

if TYPE_CHECKING:
    from datetime import datetime

    from chord_platform.connections.overview import DagsterFacts
    from chord_platform.settings import Settings
    from dlt_pipelines.connector import Connector
    from dlt_pipelines.results import SyncResult

PARTITION_TAG = "dagster/partition"
AT_WORK = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]


@contextmanager
def opened(settings: Settings) -> Iterator[dg.DagsterInstance | None]:
    """None where Dagster was never set up in this home."""
    if not (settings.dagster_home / "dagster.yaml").exists():
        yield None
        return
    install_dagster_home(settings)  # it names its own folder, which may have been moved
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        yield instance


def register_partition(settings: Settings, connector: str, name: str) -> None:
    """Lets a connection be launched at once; the `sync_requests` sensor would need 5 s."""
    with opened(settings) as instance:
        if instance:
            instance.add_dynamic_partitions(partitions_name(connector), [name])


def remove_partition(settings: Settings, connector: str, name: str) -> None:
    with opened(settings) as instance:
        if instance:
            instance.delete_dynamic_partition(partitions_name(connector), name)


def live_runs(settings: Settings) -> dict[str, str]:
    """Run ids by the name of the connection they sync."""
    with opened(settings) as instance:
        return runs_by_connection(instance) if instance else {}


def runs_by_connection(instance: dg.DagsterInstance) -> dict[str, str]:
    runs = instance.get_runs(dg.RunsFilter(statuses=AT_WORK))
    return {run.tags[PARTITION_TAG]: run.run_id for run in runs if PARTITION_TAG in run.tags}


def connections_with_runs(instance: dg.DagsterInstance) -> dict[str, str]:
    """Those at work, and those that wait for their turn."""
    runs = instance.get_runs(dg.RunsFilter(statuses=[*WAITING, *AT_WORK]))
    return {run.tags[PARTITION_TAG]: run.run_id for run in runs if PARTITION_TAG in run.tags}


def dagster_facts(settings: Settings, connectors: Iterable[str]) -> DagsterFacts:
    """What a connection's status needs to know of Dagster, in one opening of its store."""
    from chord_platform.connections.overview import DagsterFacts

    with opened(settings) as instance:
        if instance is None:
            return DagsterFacts()
        return facts_of(instance, connectors)


def facts_of(instance: dg.DagsterInstance, connectors: Iterable[str]) -> DagsterFacts:
    from chord_platform.connections.overview import DagsterFacts

    states = {name: schedule_state(instance, name) for name in connectors}
    return DagsterFacts(
        schedules={
            name: None if state is None else state.is_running for name, state in states.items()
        },
        live_runs=runs_by_connection(instance),
    )


def schedule_running(settings: Settings, connector: str) -> bool | None:
    """The toggle of the connector's schedule; None where Dagster has not yet seen it."""
    with opened(settings) as instance:
        if instance is None:
            return None
        state = schedule_state(instance, connector)
        return None if state is None else state.is_running


def mirror_pause(settings: Settings, connector: str, *, paused: bool, now: datetime) -> None:
    """Sets the toggle of the connector's schedule: off when all its connections are paused."""
    with opened(settings) as instance:
        if instance:
            set_schedule(instance, connector, running=not paused, now=now)


def set_schedule(
    instance: dg.DagsterInstance, connector: str, *, running: bool, now: datetime
) -> None:
    status = InstigatorStatus.RUNNING if running else InstigatorStatus.STOPPED
    data = ScheduleInstigatorData("* * * * *", now.timestamp())
    state = schedule_state(instance, connector)
    if state is None:
        if not running:  # running is what the code declares
            origin = repository_origin().get_instigator_origin(schedule_name(connector))
            instance.add_instigator_state(
                InstigatorState(origin, InstigatorType.SCHEDULE, status, data)
            )
    elif state.is_running != running:
        instance.update_instigator_state(state.with_status(status).with_data(data))


def schedule_state(instance: dg.DagsterInstance, connector: str) -> InstigatorState | None:
    """Found by name: the storage keeps the rows of schedules whose code is long gone."""
    origin = repository_origin().get_instigator_origin(schedule_name(connector))
    return instance.get_instigator_state(origin.get_id(), origin.get_selector().get_id())


def repository_origin() -> RemoteRepositoryOrigin:
    """Dagster finds a toggle by location, repository and name; host and port do not matter."""
    return RemoteRepositoryOrigin(
        code_location_origin=GrpcServerCodeLocationOrigin(
            host="localhost", port=4266, location_name=CODE_LOCATION
        ),
        repository_name="__repository__",
    )


def report_sync(settings: Settings, connector: Connector, result: SyncResult) -> None:
    """Shows a sync that ran outside of Dagster on its assets: rows, metadata, checks."""
    with opened(settings) as instance:
        if instance:
            report_events(instance, connector, result)


def report_events(instance: dg.DagsterInstance, connector: Connector, result: SyncResult) -> None:
    instance.add_dynamic_partitions(partitions_name(connector.name), [result.connection_id])
    for table in result.tables:
        instance.report_runless_asset_event(
            dg.AssetMaterialization(
                raw_key(connector.name, table),
                partition=result.connection_id,
                metadata=table_metadata(connector.name, result, table),
            )
        )
    for found in check_results(connector.name, result, declared=declared_checks(connector)):
        assert found.asset_key and found.check_name
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=found.asset_key,
                check_name=found.check_name,
                passed=found.passed,
                metadata=found.metadata,
                severity=found.severity,
                description=found.description,
                partition=result.connection_id,
            )
        )
