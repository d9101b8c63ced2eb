"""What the command line tells Dagster and asks of it.

Belongs here: calling `chord_dagster.instance`, and going on without it.
Does not belong here: what Dagster does with it.

A home without Dagster costs nothing: `import dagster` (1.2 CPU seconds) happens only where its
`dagster.yaml` is installed. What is told here is a short cut; Dagster's sensors and schedules read
the same facts from the store, so a failure to tell is a notice and not an error.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.connections.connection import Connection
    from chord_platform.connections.overview import DagsterFacts
    from chord_platform.settings import Settings
    from dlt_pipelines.results import SyncResult


def is_there(settings: Settings) -> bool:
    return (settings.dagster_home / "dagster.yaml").exists()


def facts(platform: Platform) -> DagsterFacts:
    """Toggles of schedules and live runs; nothing where there is no Dagster."""
    from chord_platform.connections.overview import NO_DAGSTER

    def ask(dagster: Any) -> DagsterFacts:
        connectors = {each.connector for each in platform.connections.list()}
        return dagster.dagster_facts(platform.settings, sorted(connectors))

    return told(platform.settings, ask) or NO_DAGSTER


def added(settings: Settings, connection: Connection) -> None:
    def tell(dagster: Any) -> None:
        dagster.register_partition(settings, connection.connector, connection.name)

    told(settings, tell)


def started(settings: Settings, connection: Connection) -> None:
    """Somebody started this connection, so its connector's schedule has to run; a change of its
    settings is no such wish, and leaves a schedule that was stopped in Dagster alone."""
    if not connection.is_runnable:
        return

    def tell(dagster: Any) -> None:
        dagster.mirror_pause(settings, connection.connector, paused=False, now=datetime.now(UTC))

    told(settings, tell)


def removed(settings: Settings, connection: Connection) -> None:
    def tell(dagster: Any) -> None:
        dagster.remove_partition(settings, connection.connector, connection.name)

    told(settings, tell)


def paused(platform: Platform, connection: Connection) -> None:
    """Stops the connector's schedule when none of its connections is left to start."""
    if not platform.connections.all_paused(connection.connector):
        return
    settings = platform.settings

    def tell(dagster: Any) -> None:
        dagster.mirror_pause(settings, connection.connector, paused=True, now=datetime.now(UTC))

    told(settings, tell)


def synced(platform: Platform, connection: Connection, result: SyncResult) -> None:
    connector = platform.connections.connector_of(connection)

    def tell(dagster: Any) -> None:
        dagster.report_sync(platform.settings, connector, result)

    told(platform.settings, tell)


def told(settings: Settings, say: Callable[[Any], Any]) -> Any:
    if not is_there(settings):
        return None
    try:
        from chord_dagster import instance

        return say(instance)
    except Exception as error:  # whatever is wrong with Dagster's own store, ours is in order
        name = type(error).__name__
        click.echo(
            f"Note: Dagster could not be reached in {settings.dagster_home} ({name}).", err=True
        )
        return None
