"""What a sync reads of each table: all of it, or the rows that changed.

Belongs here: reading modes and the conditions that follow from them.
Does not belong here: asking PostgreSQL anything.

Whole tables are read in mode `snapshot`, at a table's first sync, at a full refresh, where there is
no usable cursor, where the parent is read whole, and in mode `auto` while a table is small.

A window reads the rows at or after its beginning (ties included) and those without a time, and with
them every child of a changed parent, because Solidus rebuilds children and touches the parent. It
has no upper end but the snapshot: what was committed while the sync ran is consistent with the keys
that are compared. Only a backfill ends where it was told to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from dlt.common.normalizers.naming.snake_case import NamingConvention

from dlt_pipelines.connector import ConnectionSettings, Table
from dlt_pipelines.sources.chord_oms.columns import literal, quoted, unused
from dlt_pipelines.sources.chord_oms.present import Present, PresentTable
from dlt_pipelines.sources.chord_oms.solidus import DECLARED, TABLES

SNAPSHOT_BELOW = 100_000
"""Rows under which `auto` copies a table. Measured: a window costs two scans at the server and a
comparison of all keys, a copy of 100,000 rows 0.15 s and the comparison of all columns as much;
at 1,000,000 rows the copy costs 3 s and the window 0.6 s."""


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


def plan_of(settings: ConnectionSettings, present: Present) -> Plan:
    wanted = [
        table
        for table in TABLES
        if table.name in settings.windows and is_asked_for(settings, table.name)
    ]
    readable = {
        table.name: present.tables[table.name]
        for table in wanted
        if is_readable(present.tables.get(table.name), table)
    }
    if not settings.moves_cursors:
        readable = {name: here for name, here in readable.items() if cursor_of(here)}
    wholes = {name for name, here in readable.items() if is_whole(settings, here)}
    for name in readable:
        if any(parent in wholes for parent in ancestors(name, readable)):
            wholes.add(name)
    wheres = {name: condition(settings, name, readable) for name in readable if name not in wholes}
    everything = settings.moves_cursors and len(settings.windows) == len(TABLES)
    others = [
        name
        for name, table in sorted(present.tables.items())
        if everything and name not in DECLARED and table.readable and is_asked_for(settings, name)
    ]
    names = raw_names(others)
    return Plan(
        tables={
            name: Planned(
                here,
                name,
                wheres.get(name),
                with_keys=name in wheres and settings.moves_cursors,
                fingerprinted=settings.moves_cursors
                and (name in wheres or here.rows < SNAPSHOT_BELOW),
            )
            for name, here in readable.items()
        },
        absent=tuple(table for table in wanted if table.name not in readable),
        extra=tuple(
            Planned(
                present.tables[name],
                names[name],
                fingerprinted=present.tables[name].rows < SNAPSHOT_BELOW,
            )
            for name in others
        ),
        reached=reached(settings, present),
    )


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


def is_whole(settings: ConnectionSettings, here: PresentTable) -> bool:
    window, mode = settings.windows[here.name], settings["mode"]
    if not settings.moves_cursors:
        return False
    if window.whole or window.since is None or cursor_of(here) is None:
        return True
    return mode == "snapshot" or (mode == "auto" and here.rows < SNAPSHOT_BELOW)


def cursor_of(here: PresentTable) -> str | None:
    """The type of the cursor, where the table has one by which PostgreSQL can be asked."""
    column = here.column(DECLARED[here.name][0].cursor)
    return column.base if column and column.base in ("timestamp", "timestamptz") else None


def parent_of(name: str, readable: Mapping[str, PresentTable]) -> tuple[str, str] | None:
    parent = DECLARED[name][0].parent
    usable = parent and parent[0] in readable and readable[name].column(parent[1])
    return parent if usable else None


def ancestors(name: str, readable: Mapping[str, PresentTable]) -> list[str]:
    parent = parent_of(name, readable)
    return [parent[0], *ancestors(parent[0], readable)] if parent else []


def condition(settings: ConnectionSettings, name: str, readable: Mapping[str, PresentTable]) -> str:
    table, here, window = DECLARED[name][0], readable[name], settings.windows[name]
    cursor, kind = quoted(table.cursor or ""), cursor_of(here)
    bounds = []
    if window.since is not None:
        since = window.since - wider_lag(settings, table)
        bounds.append(f"{cursor} >= {moment(since, kind)}")
    if not settings.moves_cursors:
        bounds.append(f"{cursor} < {moment(window.until, kind)}")
    changed = f"({' and '.join(bounds) or 'true'} or {cursor} is null)"
    if parent := parent_of(name, readable):
        key = quoted(DECLARED[parent[0]][0].primary_key[0])
        place = f"{quoted(settings['schema'])}.{quoted(parent[0])}"
        parents = f"select {key} from {place} where {condition(settings, parent[0], readable)}"
        changed = f"({changed} or {quoted(parent[1])} in ({parents}))"
    return changed


def moment(at: datetime, kind: str | None) -> str:
    """Columns without a zone hold UTC."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return (
        f"{literal(text + '+00')}::timestamptz"
        if kind == "timestamptz"
        else (f"{literal(text)}::timestamp")
    )


def wider_lag(settings: ConnectionSettings, table: Table) -> timedelta:
    """What `lag_minutes` adds to the lag that the window already holds."""
    return max(timedelta(minutes=int(settings["lag_minutes"])) - table.lag, timedelta())


def reached(settings: ConnectionSettings, present: Present) -> datetime | None:
    """A transaction that has written and is open for longer than the lag holds the cursor back."""
    if present.oldest_writer_seconds is None or not settings.windows:
        return None
    name, window = next(iter(settings.windows.items()))
    lag = DECLARED[name][0].lag + wider_lag(settings, DECLARED[name][0])
    began = window.until - timedelta(seconds=present.oldest_writer_seconds)
    return began + lag if began + lag < window.until else None
