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

from chord_dagster.home import install_dagster_home
from chord_dagster.keys import partitions_name, raw_key
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
    from chord_dagster.toggle import is_running
    from chord_platform.connections.overview import DagsterFacts

    return DagsterFacts(
        schedules={name: is_running(instance, name) for name in connectors},
        live_runs=runs_by_connection(instance),
    )


def schedule_running(settings: Settings, connector: str) -> bool | None:
    """The toggle of the connector's schedule; None where Dagster has not yet seen it."""
    with opened(settings) as instance:
        if instance is None:
            return None
        from chord_dagster.toggle import is_running

        return is_running(instance, connector)


def mirror_pause(settings: Settings, connector: str, *, paused: bool, now: datetime) -> None:
    """Sets the toggle of the connector's schedule: off when all its connections are paused."""
    with opened(settings) as instance:
        if instance:
            from chord_dagster.toggle import set_running

            set_running(instance, connector, running=not paused, now=now)


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
