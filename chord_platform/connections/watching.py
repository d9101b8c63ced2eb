"""Looks at all connections: which are due, which died, what a person is shown.

Belongs here: gathering what `overview.py` needs. Does not belong here: its rules, changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from chord_platform.connections.connection import Connection
from chord_platform.connections.live import LiveSyncs
from chord_platform.connections.overview import (
    DagsterFacts,
    Due,
    Overview,
    Why,
    due,
    overview,
    verdict,
)
from chord_platform.connections.records import Records
from chord_platform.connections.requests import Requests
from chord_platform.connections.runs import Runs

FEW = 5
"""Runs and changes that fit one screen."""


class Watching:
    def __init__(
        self,
        *,
        records: Records,
        runs: Runs,
        requests: Requests,
        live: LiveSyncs,
        default_schedule: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.records = records
        self.runs = runs
        self.requests = requests
        self.live = live
        self.default_schedule = default_schedule
        self.clock = clock

    def due(self, now: datetime, *, connector: str | None) -> list[Due]:
        chosen = [each for each in self.records.list() if connector in (None, each.connector)]
        starts = self.last_starts(chosen)
        found = (
            due(
                each,
                cron=each.schedule or self.default_schedule,
                last=starts.get(each.name),
                now=now,
            )
            for each in chosen
        )
        return [each for each in found if each and not self.live.is_live(each.connection_id)]

    def heal(self, live_runs: Mapping[str, str]) -> list[str]:
        alive = set(live_runs.values())
        dead = [
            run
            for run in self.runs.running()
            if run.dagster_run_id not in alive and not self.live.is_live(run.connection)
        ]
        for run in dead:
            self.runs.died(run.id, at=self.clock())
        self.requests.release(run.id for run in dead)
        return sorted({run.connection for run in dead})

    def overviews(self, chosen: Iterable[Connection], *, dagster: DagsterFacts) -> list[Overview]:
        connections, now = list(chosen), self.clock()
        starts = self.last_starts(connections)
        return [
            self.overview_of(each, last_start=starts.get(each.name), dagster=dagster, now=now)
            for each in connections
        ]

    def why(self, connection: Connection, *, dagster: DagsterFacts) -> Why:
        now = self.clock()
        last_start = self.last_starts([connection]).get(connection.name)
        seen = self.overview_of(connection, last_start=last_start, dagster=dagster, now=now)
        has_dagster = dagster.schedules.get(connection.connector) is not None
        sentence, next_step = verdict(seen, now=now, has_dagster=has_dagster)
        return Why(
            overview=seen,
            verdict=sentence,
            next_step=next_step,
            runs=self.runs.of(connection.name, limit=FEW),
            requests=self.requests.of(connection.name),
            audit=self.records.audit(connection.name, limit=FEW),
        )

    def overview_of(
        self,
        connection: Connection,
        *,
        last_start: datetime | None,
        dagster: DagsterFacts,
        now: datetime,
    ) -> Overview:
        last = next(iter(self.runs.of(connection.name, limit=1)), None)
        is_live = self.live.is_live(connection.name)
        return overview(
            connection,
            default_schedule=self.default_schedule,
            last_start=last_start,
            last_run=last,
            live_run=(last.id if last else "starting") if is_live else None,
            dagster=dagster,
            now=now,
        )

    def last_starts(self, chosen: list[Connection]) -> dict[str, datetime]:
        """Runs from before it was added were another's of the same name."""
        added = {each.name: each.added_at for each in chosen}
        starts = self.runs.last_starts(list(added))
        return {name: at for name, at in starts.items() if at >= added[name]}
