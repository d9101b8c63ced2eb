"""What a connection is doing: derived, never stored, so that a killed run heals by itself.

Belongs here: the sync status and who paused. Does not belong here: asking Dagster or locks.
"""

from __future__ import annotations

from enum import StrEnum

from chord_platform.connections.connection import Connection, Pause, Setup


class SyncStatus(StrEnum):
    SCHEDULED = "scheduled"
    PAUSED = "paused"
    SYNCING = "syncing"


def sync_status(
    connection: Connection, *, schedule_running: bool | None = None, live_run: str | None = None
) -> SyncStatus:
    """schedule_running: the toggle of the connector's schedule in Dagster, None where there is no
    Dagster; live_run: the id of the run that syncs it right now."""
    if connection.setup is Setup.INCOMPLETE:
        return SyncStatus.PAUSED
    if live_run:
        return SyncStatus.SYNCING
    pause = pause_of(connection, schedule_running=schedule_running)
    return SyncStatus.PAUSED if pause else SyncStatus.SCHEDULED


def pause_of(connection: Connection, *, schedule_running: bool | None = None) -> Pause | None:
    """Who paused it and why; the connection's own pause goes first."""
    if connection.setup is Setup.INCOMPLETE and connection.trouble:
        return Pause(by="chord", because="its setup is incomplete", at=connection.trouble.since)
    if connection.pause:
        return connection.pause
    if schedule_running is False:
        return Pause(
            by="Dagster",
            because=f"the schedule sync_{connection.connector}_schedule is stopped there",
            at=connection.started_at or connection.added_at,
        )
    return None
