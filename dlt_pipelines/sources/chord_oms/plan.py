"""What a sync reads of each table: all of it, or the rows that changed.

Belongs here: reading modes and the conditions that follow from them.
Does not belong here: asking PostgreSQL anything.

Whole tables are read in mode `snapshot`, at a table's first sync, at a full refresh, where there is
no usable cursor, where its columns changed, where the parent is read whole, once a week, and in
mode `auto` while a table is small.

A window reads the rows at or after its beginning (ties included) and those without a time, and with
them every child of a changed parent, because Solidus rebuilds children and touches the parent. It
has no upper end but the snapshot: what was committed while the sync ran is consistent with the keys
that are compared. Only a backfill ends where it was told to.

Tables that nobody declared are treated alike: their key is PostgreSQL's, their cursor an
`updated_at`, as everywhere in Rails. One without a key is read whole and replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from dlt.common.normalizers.naming.snake_case import NamingConvention

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.sources.chord_oms.columns import landings, literal, quoted, shape, unused
from dlt_pipelines.sources.chord_oms.notation import CURSOR
from dlt_pipelines.sources.chord_oms.present import Present, PresentTable
from dlt_pipelines.sources.chord_oms.solidus import DECLARED, TABLES

ABSENT = "absent"
SNAPSHOT_BELOW = 100_000
"""Rows under which `auto` copies a table that changed, and compares it by a hash of its rows."""

WHOLE_EVERY = timedelta(days=7)
"""Solidus writes some columns without moving `updated_at`, and a commit may come later than any
lag: so each table is read whole from time to time, and only what differs is rewritten."""


@dataclass(frozen=True)
class Remembered:
    """Of earlier syncs, by the tables' names in the warehouse.

    fingerprints  end with the shape of the table's columns
    cursors       of undeclared tables
    wholes        when each table was last read or compared whole
    """

    fingerprints: Mapping[str, str] = field(default_factory=dict)
    cursors: Mapping[str, str] = field(default_factory=dict)
    wholes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A table of this sync: what is known of it, what is there, what is asked for."""

    table: Table
    here: PresentTable
    window: Window

    @property
    def cursor_type(self) -> str | None:
        """None where PostgreSQL cannot be asked by the cursor."""
        column = self.here.column(self.table.cursor)
        return column.base if column and column.base in ("timestamp", "timestamptz") else None

    @property
    def is_small(self) -> bool:
        return self.here.rows < SNAPSHOT_BELOW


@dataclass(frozen=True)
class Planned:
    """`where` is None for a whole table.

    name           in the warehouse
    with_keys      all keys are wanted too, to see what is gone
    fingerprinted  the table need not be read when it is as it was at the last sync
    """

    table: PresentTable
    name: str
    where: str | None = None
    with_keys: bool = False
    fingerprinted: bool = False


@dataclass(frozen=True)
class Plan:
    """`reached` is where the next window begins, None: at the end of this one."""

    tables: dict[str, Planned]
    absent: tuple[Table, ...]
    extra: tuple[Planned, ...]
    reached: datetime | None


def plan_of(settings: ConnectionSettings, present: Present, remembered: Remembered) -> Plan:
    wanted = [
        table
        for table in TABLES
        if table.name in settings.windows and is_asked_for(settings, table.name)
    ]
    readable = {
        table.name: Subject(table, present.tables[table.name], settings.windows[table.name])
        for table in wanted
        if is_readable(present.tables.get(table.name), table)
    }
    extra = extra_subjects(settings, present, remembered.cursors)
    subjects = {**readable, **extra}
    if not settings.moves_cursors:
        subjects = {name: each for name, each in subjects.items() if each.cursor_type}
    wholes = {name for name, each in subjects.items() if is_whole(settings, each, remembered)}
    for name in subjects:
        if not wholes.isdisjoint(ancestors(name, subjects)):
            wholes.add(name)
    planned = {}
    for name, each in subjects.items():
        is_window = name not in wholes
        planned[name] = Planned(
            each.here,
            each.table.name,
            condition(settings, name, subjects) if is_window else None,
            with_keys=is_window and settings.moves_cursors,
            fingerprinted=settings.moves_cursors and (is_window or each.is_small),
        )
    return Plan(
        tables={name: each for name, each in planned.items() if name in readable},
        absent=tuple(table for table in wanted if table.name not in readable),
        extra=tuple(each for name, each in planned.items() if name in extra),
        reached=reached(settings, present),
    )


def extra_subjects(
    settings: ConnectionSettings, present: Present, cursors: Mapping[str, str]
) -> dict[str, Subject]:
    """Only in a sync of everything: nobody can name these tables to ask for one of them."""
    if not settings.moves_cursors or len(settings.windows) < len(TABLES):
        return {}
    windows = settings.windows.values()
    until = min(window.until for window in windows)
    whole = all(window.whole for window in windows)
    found = [
        table
        for name, table in sorted(present.tables.items())
        if name not in DECLARED and table.readable and is_asked_for(settings, name)
    ]
    names = raw_names([table.name for table in found])
    subjects = {}
    for here in found:
        table = Table(
            name=names[here.name],
            primary_key=here.key,
            cursor=CURSOR if here.key and here.column(CURSOR) else None,
        )
        last = None if whole else cursors.get(table.name)
        since = datetime.fromisoformat(last) - table.lag if last else None
        subjects[here.name] = Subject(table, here, Window(since, until, whole=whole))
    return subjects


def raw_names(tables: list[str]) -> dict[str, str]:
    """Names of undeclared tables as dlt leaves them; none takes the name of another."""
    naming, taken = NamingConvention(), set(DECLARED)
    names = {}
    for table in tables:
        names[table] = unused(naming.normalize_table_identifier(table), taken)
        taken.add(names[table])
    return names


def is_asked_for(settings: ConnectionSettings, name: str) -> bool:
    patterns = [pattern.strip() for pattern in settings.get("tables").split(",")]
    return any(fnmatchcase(name, pattern) for pattern in patterns if pattern) or not any(patterns)


def is_readable(here: PresentTable | None, table: Table) -> bool:
    if here is None:
        return False
    names = {column.name for column in here.columns}
    return here.readable and names.issuperset(table.primary_key)


def is_whole(settings: ConnectionSettings, subject: Subject, remembered: Remembered) -> bool:
    if not settings.moves_cursors:
        return False
    window, mode = subject.window, settings["mode"]
    if window.whole or window.since is None or subject.cursor_type is None:
        return True
    if mode == "snapshot" or (mode == "auto" and subject.is_small):
        return True
    before = remembered.wholes.get(subject.table.name)
    if before is None or window.until - datetime.fromisoformat(before) >= WHOLE_EVERY:
        return True
    # A column that was added, with a default, is set in rows whose time did not move.
    last = remembered.fingerprints.get(subject.table.name, "").rpartition(":")[2]
    return bool(last) and last not in (ABSENT, shape(landings(subject.here.columns)))


def parent_of(name: str, subjects: Mapping[str, Subject]) -> tuple[str, str] | None:
    parent = subjects[name].table.parent
    usable = parent and parent[0] in subjects and subjects[name].here.column(parent[1])
    return parent if usable else None


def ancestors(name: str, subjects: Mapping[str, Subject]) -> list[str]:
    parent = parent_of(name, subjects)
    return [parent[0], *ancestors(parent[0], subjects)] if parent else []


def condition(settings: ConnectionSettings, name: str, subjects: Mapping[str, Subject]) -> str:
    subject = subjects[name]
    cursor, window = quoted(subject.table.cursor or ""), subject.window
    bounds = []
    if window.since is not None:
        since = window.since - wider_lag(settings, subject.table)
        bounds.append(f"{cursor} >= {moment(since, subject.cursor_type)}")
    if not settings.moves_cursors:
        bounds.append(f"{cursor} < {moment(window.until, subject.cursor_type)}")
    changed = f"({' and '.join(bounds) or 'true'} or {cursor} is null)"
    if parent := parent_of(name, subjects):
        key = quoted(subjects[parent[0]].table.primary_key[0])
        place = f"{quoted(settings['schema'])}.{quoted(parent[0])}"
        parents = f"select {key} from {place} where {condition(settings, parent[0], subjects)}"
        changed = f"({changed} or {quoted(parent[1])} in ({parents}))"
    return changed


def moment(at: datetime, kind: str | None) -> str:
    """Columns without a zone hold UTC."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    if kind == "timestamptz":
        return f"{literal(text + '+00')}::timestamptz"
    return f"{literal(text)}::timestamp"


def wider_lag(settings: ConnectionSettings, table: Table) -> timedelta:
    """What `lag_minutes` adds to the lag that the window already holds."""
    return max(timedelta(minutes=int(settings["lag_minutes"])) - table.lag, timedelta())


def reached(settings: ConnectionSettings, present: Present) -> datetime | None:
    """A transaction that has written and is open for longer than the lag holds the cursor back."""
    if present.oldest_writer_seconds is None or not settings.windows:
        return None
    name, window = next(iter(settings.windows.items()))
    table = DECLARED[name][0]
    lag = table.lag + wider_lag(settings, table)
    began = window.until - timedelta(seconds=present.oldest_writer_seconds)
    return began + lag if began + lag < window.until else None
