"""What a person sees of a connection: its statuses, when it comes next, and why.

Belongs here: putting stored facts and Dagster's into one answer. Pure, but for what it is handed.
Does not belong here: how it is printed (`chord_platform.cli`), asking Dagster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chord_platform.connections.connection import Connection, Pause, Setup
from chord_platform.connections.records import AuditEntry
from chord_platform.connections.requests import RequestedSync
from chord_platform.connections.runs import DONE, Run
from chord_platform.connections.schedules import latest_due, next_due
from chord_platform.connections.status import SyncStatus, pause_of, sync_status


@dataclass(frozen=True, kw_only=True)
class DagsterFacts:
    """What only Dagster knows: toggles of schedules by connector, runs by connection."""

    schedules: Mapping[str, bool | None] = field(default_factory=dict)
    live_runs: Mapping[str, str] = field(default_factory=dict)


NO_DAGSTER = DagsterFacts()


@dataclass(frozen=True, kw_only=True)
class Due:
    """A connection whose own cron says that it is time. `after` is when its last sync began."""

    connection_id: str
    connector: str
    schedule: str
    after: datetime | None
    due_at: datetime

    @property
    def run_key(self) -> str:
        return f"{self.connection_id}@{self.due_at.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class Overview:
    """pause: who holds it back, also where that is Dagster or its own incomplete setup.
    next_due: None while something holds it back."""

    connection: Connection
    sync: SyncStatus
    pause: Pause | None
    schedule: str
    inherits_schedule: bool
    next_due: datetime | None
    last_run: Run | None = None


@dataclass(frozen=True, kw_only=True)
class Why:
    overview: Overview
    verdict: str
    next_step: str
    runs: Sequence[Run]
    requests: Sequence[RequestedSync]
    audit: Sequence[AuditEntry]


def due(connection: Connection, *, cron: str, last: datetime | None, now: datetime) -> Due | None:
    """The first sync is due as soon as it is started; later, what was missed is due once."""
    if not connection.is_runnable:
        return None
    if last is None:
        due_at = connection.started_at or connection.added_at
    else:
        due_at = latest_due(cron, now=now)
        if last >= due_at:
            return None
    return Due(
        connection_id=connection.name,
        connector=connection.connector,
        schedule=cron,
        after=last,
        due_at=due_at,
    )


def overview(
    connection: Connection,
    *,
    default_schedule: str,
    last_start: datetime | None,
    last_run: Run | None,
    live_run: str | None,
    dagster: DagsterFacts,
    now: datetime,
) -> Overview:
    running = dagster.schedules.get(connection.connector)
    cron = connection.schedule or default_schedule
    pause = pause_of(connection, schedule_running=running)
    coming = None
    if pause is None:
        is_due = due(connection, cron=cron, last=last_start, now=now)
        coming = now if is_due else next_due(cron, after=now)
    return Overview(
        connection=connection,
        sync=sync_status(
            connection,
            schedule_running=running,
            live_run=live_run or dagster.live_runs.get(connection.name),
        ),
        pause=pause,
        schedule=cron,
        inherits_schedule=connection.schedule is None,
        next_due=coming,
        last_run=last_run,
    )


def verdict(seen: Overview, *, now: datetime, has_dagster: bool) -> tuple[str, str]:
    """One sentence, and the next step."""
    connection, pause = seen.connection, seen.pause
    name, trouble = connection.name, connection.trouble
    if seen.sync is SyncStatus.SYNCING:
        return "It is syncing right now.", "Nothing: wait for it."
    if connection.setup is Setup.INCOMPLETE and trouble:
        return f"It does not sync: its setup is incomplete. {trouble.reason}", trouble.next_step
    if pause and trouble:
        return (
            f"It does not sync: paused by {pause.by}, because {pause.because}. And it is broken:"
            f" {trouble.reason}",
            f"{trouble.next_step} Then `chord connections resume {name}`.",
        )
    if pause and pause.by == "Dagster":
        return f"It does not sync: {pause.because}.", "Start the schedule in Dagster's page."
    if pause:
        return (
            f"It does not sync: paused by {pause.by}, because {pause.because}.",
            f"Run `chord connections resume {name}`.",
        )
    if trouble:
        return f"Its last attempts failed: {trouble.reason}", trouble.next_step
    if seen.next_due and seen.next_due <= now:
        waiting = "It is due now."
        if has_dagster:
            return (
                waiting,
                "Nothing, if Dagster's daemon is up (`make up`): it starts within a minute.",
            )
        return waiting, f"Start Dagster with `make up`, or run `chord connections sync {name}`."
    if seen.last_run and seen.last_run.status != DONE:
        return (
            f"Its last sync ended as {seen.last_run.status}; it is tried again when it is due.",
            seen.last_run.next_step or "Nothing.",
        )
    return "It syncs as scheduled.", "Nothing."
