"""Reads the kinds of export into their tables, each kind from its own place.

Belongs here: which window of which kind; users, whose rows are profiles.
Does not belong here: how a window is exported (`exports.py`).

A table holds several kinds, and a kind may be added to the setting, or its permission be granted,
when the table's cursor has long moved on. So how far each kind was read is remembered by kind, and
committed with the rows; a kind without a place is read from the start.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.sources.iterable.client import NAME, Client, Denied
from dlt_pipelines.sources.iterable.exports import JOBS_AT_ONCE, Exports, File
from dlt_pipelines.sources.iterable.kinds import GROUPS, USERS, chosen
from dlt_pipelines.sources.iterable.rows import Record, event_id, given, moment
from dlt_pipelines.streams import SKIPPED, position, remember_position

ROWS_PER_BATCH = 5_000
ROWS_PER_SLICE = 200_000
"""So many are committed together, and are what a crash in a first sync costs at most."""
FIRST_PIECE = timedelta(days=2 * 365)
FEW_ROWS = 50_000
"""A job costs a second whatever its window: the next window is larger where this one held few."""
UNKNOWN_START = timedelta(days=2 * 365)
"""How far back a first sync goes where neither `start_on` nor the project's age is known."""
Reading = Generator[Any, None, datetime | str | None]


class Events:
    def __init__(self, settings: ConnectionSettings, client: Client) -> None:
        self.settings, self.client, self.report = settings, client, settings.report
        self.exports = Exports(settings, client)
        self.began: datetime | None = None

    def read(self, table: Table, window: Window) -> Reading:
        kinds = GROUPS.get(table.name, (USERS,))
        wanted = [USERS] if kinds == (USERS,) else self.wanted(kinds)
        if not wanted:
            return SKIPPED
        known: dict[str, str] = {} if window.whole else dict(position() or {})
        starts = {kind: self.since(kind, window, known, table) for kind in wanted}
        reached, size, rows = window.since or self.start(window.until), FIRST_PIECE, 0
        while starts and reached < window.until:
            reached, before = min(window.until, reached + size), rows
            for kind, records in self.exported(starts, reached, table):
                rows += len(records)
                yield self.rows(table, kind, records)
            starts = dict.fromkeys(starts, reached)
            if rows >= ROWS_PER_SLICE and not window.whole:
                break
            if rows - before < FEW_ROWS:
                size *= 2
        if not starts:
            return SKIPPED
        ends = dict.fromkeys(starts, reached.isoformat())
        remember_position(self.settings, {**known, **ends})
        return reached if reached < window.until else None

    def wanted(self, kinds: tuple[str, ...]) -> list[str]:
        setting = chosen(self.settings.get("event_types"))
        return [kind for kind in kinds if kind in setting]

    def since(self, kind: str, window: Window, known: dict[str, str], table: Table) -> datetime:
        """A backfill and a reading anew have one place for all kinds."""
        if window.whole or not self.settings.moves_cursors:
            return window.since or self.start(window.until)
        if kind in known:
            return datetime.fromisoformat(known[kind]) - table.lag
        return self.start(window.until)

    def start(self, until: datetime) -> datetime:
        """`start_on`, or when the project's oldest list or type of message was made."""
        start_on = self.settings.get("start_on")
        if start_on:
            return datetime.fromisoformat(start_on).replace(tzinfo=UTC)
        if self.began is None:
            found = []
            for path, name in (("/api/messageTypes", "messageTypes"), ("/api/lists", "lists")):
                try:
                    found += [moment(one["createdAt"]) for one in self.client.get(path)[name]]
                except Denied:
                    continue
            made = [time for time in found if time is not None]
            self.began = min(made, default=until - UNKNOWN_START)
        return min(self.began, until)

    # ------------------------------------------------------------------ rows

    def exported(
        self, starts: dict[str, datetime], until: datetime, table: Table
    ) -> Iterator[tuple[str, list[Record]]]:
        """Batches of a kind's records; kinds that are refused are taken out of `starts`."""
        if self.settings.get("extraction") == "direct":
            for kind, since in list(starts.items()):
                try:
                    yield from self.batches(kind, self.exports.directly(kind, since, until))
                except Denied as refused:
                    self.denied(kind, refused, starts, table)
            return
        kinds = list(starts)
        tasks = [self.allowed(kind, starts[kind], until) for kind in kinds]
        for kind, files in zip(kinds, in_parallel(tasks, workers=JOBS_AT_ONCE), strict=True):
            if isinstance(files, Denied):
                self.denied(kind, files, starts, table)
            else:
                yield from self.batches(kind, self.exports.records(files))

    def allowed(self, kind: str, since: datetime, until: datetime) -> Any:
        """A refusal is a result here: the other kinds go on."""

        def run() -> list[File] | Denied:
            try:
                return self.exports.files_of(kind, since, until)
            except Denied as refused:
                return refused

        return run

    def denied(self, kind: str, refused: Denied, starts: dict[str, datetime], table: Table) -> None:
        if not self.client.is_accepted():
            raise refused
        del starts[kind]
        self.report.warn(
            table.name,
            f"{kind} is not read: the key lacks the permission. Once it is granted, the next sync"
            " brings its past.",
        )

    def batches(
        self, kind: str, parts: Iterator[list[Record]]
    ) -> Iterator[tuple[str, list[Record]]]:
        waiting: list[Record] = []
        for part in parts:
            waiting += part
            while len(waiting) >= ROWS_PER_BATCH:
                yield kind, waiting[:ROWS_PER_BATCH]
                waiting = waiting[ROWS_PER_BATCH:]
        if waiting:
            yield kind, waiting

    def rows(self, table: Table, kind: str, records: list[Record]) -> pa.Table:
        if kind == USERS:
            return given(
                table,
                records,
                self.report,
                id=[profile_id(record) for record in records],
                updated_at=[moment(record.get("profileUpdatedAt")) for record in records],
            )
        return given(
            table,
            records,
            self.report,
            event_id=[event_id(kind, record) for record in records],
            data_type=[kind] * len(records),
            created_at=[moment(record.get("createdAt")) for record in records],
        )


def profile_id(record: Record) -> str:
    """Iterable's own id of a person; older profiles have the e-mail or the store's id alone."""
    for name in ("itblUserId", "email", "userId"):
        if record.get(name):
            return str(record[name])
    raise ValueError(f"{NAME}: a profile without any id")
