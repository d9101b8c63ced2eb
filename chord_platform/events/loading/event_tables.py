"""The tables of events: made, widened, and the two that follow from others.

Belongs here: DDL, `users` and the views over sources. Does not belong here: rows (`writing.py`).

`tracks` is a view over a source's event tables: their common columns, so that no event is written
twice and the two cannot differ (it took a third of the loader's time as a table).

`events.<table>` are views over all production sources, with the source's name: models read them,
so that a new source is a new row of theirs and not another model. Staging stands apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chord_platform.events.loading.kinds import EXACT_IN_FLOAT, Kind, conversion, joined
from chord_platform.events.loading.names import (
    COMMON,
    CONTEXT,
    RESERVED,
    STANDARD_TABLES,
    TABLE_BY_TYPE,
    USERS,
    schema_name,
)
from chord_platform.warehouse.sql_text import literal, quoted, quoted_table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Table = tuple[str, str]
PREFIX = schema_name("")
TRACKS = TABLE_BY_TYPE["track"]
ALL_SOURCES = "events"
SOURCE = "_source"
"""Of the views. No property's column begins with an underscore and a letter."""

TIMES = frozenset({"received_at", "sent_at", "timestamp", "original_timestamp", "uuid_ts"})
KINDS = {kind.value: kind for kind in Kind}
IN_USERS = ("id", "received_at", "timestamp", "uuid", "uuid_ts")
NOT_IN_USERS = frozenset(COMMON)


class Columns:
    """The columns of all event tables, as the warehouse has them; kept in step with its DDL."""

    def __init__(self, found: dict[Table, dict[str, Kind]]) -> None:
        self.found = found
        self.tracks: dict[str, dict[str, Kind]] = {}

    def of(self, table: Table) -> dict[str, Kind]:
        if table[1] == TRACKS:
            return self.tracks.get(table[0], {})
        return self.found.get(table, {})


def read_columns(con: duckdb.DuckDBPyConnection) -> Columns:
    found: dict[Table, dict[str, Kind]] = {}
    for schema, table, column, kind in con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and starts_with(schema_name, ?)"
        " and schema_name <> 'events_meta' and (schema_name, table_name) in"
        " (select (schema_name, table_name) from duckdb_tables()) order by all",
        [PREFIX],
    ).fetchall():
        columns = found.setdefault((schema.removeprefix(PREFIX), table), {})
        if kind in KINDS:
            columns[column] = KINDS[kind]
    return Columns(found)


def base_columns(table: str) -> dict[str, str]:
    """What every table of Segment's has; `users` has no event of its own to tell of."""
    names = IN_USERS if table == USERS else COMMON
    is_track = table not in STANDARD_TABLES
    return {
        name: Kind.TIMESTAMP.value
        if name in TIMES
        else "UUID"
        if name == "uuid"
        else Kind.TEXT.value
        for name in names
        if is_track or name not in ("event", "event_text")
    }


def grown(
    con: duckdb.DuckDBPyConnection, columns: Columns, table: Table, wanted: Mapping[str, Kind]
) -> bool:
    """Makes the table and the columns that are not there, and widens those that are too narrow.
    `wanted` becomes what the columns are."""
    name = quoted_table(f"{schema_name(table[0])}.{table[1]}")
    has_changed = False
    if table not in columns.found:
        made = base_columns(table[1])
        made |= {column: kind.value for column, kind in wanted.items() if column not in made}
        con.execute(f"create schema if not exists {quoted(schema_name(table[0]))}")
        declared = ", ".join(f"{quoted(column)} {kind}" for column, kind in made.items())
        con.execute(f"create table if not exists {name} ({declared})")
        columns.found[table] = {
            column: KINDS[kind] for column, kind in made.items() if kind in KINDS
        }
        has_changed = True
    there = columns.found[table]
    for column, kind in wanted.items():
        was = there.get(column)
        if was is kind:
            continue
        if was is None:
            con.execute(f"alter table {name} add column {quoted(column)} {kind.value}")
            there[column] = kind
        else:
            there[column] = widen(con, name, column, was=was, wanted=kind)
        has_changed = True
    return has_changed


def exact(
    con: duckdb.DuckDBPyConnection, columns: Columns, table: Table, wanted: dict[str, Kind]
) -> dict[str, Kind]:
    """Text instead of float where an integer that is there would be rounded."""
    there = columns.of(table)
    name = quoted_table(f"{schema_name(table[0])}.{table[1]}")
    for column, kind in wanted.items():
        if kind is Kind.FLOAT and there.get(column) is Kind.INTEGER:
            row = con.execute(
                f"select max(abs({quoted(column)}::hugeint)) > {EXACT_IN_FLOAT} from {name}"
            ).fetchone()
            if row and row[0]:
                wanted[column] = Kind.TEXT
    return wanted


def widen(
    con: duckdb.DuckDBPyConnection, table: str, column: str, *, was: Kind, wanted: Kind
) -> Kind:
    kind = joined(was, wanted)
    if kind is not was:
        using = conversion(quoted(column), was=was, wanted=kind)
        con.execute(f"alter table {table} alter {quoted(column)} type {kind.value} using {using}")
    return kind


def refresh_users(
    con: duckdb.DuckDBPyConnection, columns: Columns, source: str, arriving_rows: pa.Table
) -> tuple[int, bool]:
    """The users of the identifies that have just arrived, computed again from all of theirs: each
    trait's last value, by the time it was stated, in whatever order they came."""
    identifies = quoted_table(f"{schema_name(source)}.identifies")
    users = quoted_table(f"{schema_name(source)}.{USERS}")
    traits = {
        column: kind
        for column, kind in columns.of((source, "identifies")).items()
        if column not in NOT_IN_USERS
    }
    has_changed = grown(con, columns, (source, USERS), traits)
    con.execute(
        "create or replace temp table touched as"
        " select distinct user_id from arriving_rows where user_id is not null"
    )
    order = 'row("timestamp", received_at, id)'
    values = [
        "user_id as id",
        "max(received_at) as received_at",
        'max("timestamp") as "timestamp"',
        f"arg_max(uuid, {order}) as uuid",
        "max(uuid_ts) as uuid_ts",
        *(f"arg_max({quoted(name)}, {order}) as {quoted(name)}" for name in traits),
    ]
    con.execute(f"delete from {users} where id in (from touched)")
    done = con.execute(
        f"insert into {users} by name select {', '.join(values)} from {identifies}"
        " where user_id in (from touched) group by user_id"
    ).fetchone()
    return (done[0] if done else 0), has_changed


def refresh_views(
    con: duckdb.DuckDBPyConnection, columns: Columns, production: Sequence[str]
) -> None:
    """`union all by name` lets each source have columns of its own; types are widened to agree."""
    by_table: dict[str, list[str]] = {}
    for source in {source for source, _ in columns.found}:
        make_tracks(con, columns, source)
    for source, table in columns.found:
        if source in production:
            by_table.setdefault(table, []).append(source)
    if by_table:
        con.execute(f"create schema if not exists {ALL_SOURCES}")
    if sources := [source for source in columns.tracks if source in production]:
        by_table[TRACKS] = sources
    for table, sources in by_table.items():
        parts = [one_source(columns, source, table, sources) for source in sorted(sources)]
        con.execute(
            f"create or replace view {quoted_table(f'{ALL_SOURCES}.{table}')} as\n"
            + "\nunion all by name\n".join(parts)
        )


def make_tracks(con: duckdb.DuckDBPyConnection, columns: Columns, source: str) -> None:
    tables = [t for s, t in columns.found if s == source and t not in STANDARD_TABLES]
    if not tables:
        return
    there = {t: {c: k for c, k in columns.of((source, t)).items() if is_common(c)} for t in tables}
    whole: dict[str, Kind] = {}
    for found in there.values():
        for column, kind in found.items():
            whole[column] = joined(whole.get(column, kind), kind)
    columns.tracks[source] = whole
    parts = []
    for table, found in sorted(there.items()):
        values = [
            quoted(column)
            if kind is whole[column]
            else f"{conversion(quoted(column), was=kind, wanted=whole[column])} as {quoted(column)}"
            for column, kind in found.items()
        ]
        name = quoted_table(f"{schema_name(source)}.{table}")
        parts.append(f"select {', '.join(values)}, uuid from {name}")
    con.execute(
        f"create or replace view {quoted_table(f'{schema_name(source)}.{TRACKS}')} as\n"
        + "\nunion all by name\n".join(parts)
    )


def is_common(column: str) -> bool:
    return column in RESERVED or column.startswith(f"{CONTEXT}_")


def one_source(columns: Columns, source: str, table: str, sources: Sequence[str]) -> str:
    """Columns that another source has with another type are given that which holds both."""
    casts = []
    for column, kind in columns.of((source, table)).items():
        wider = kind
        for other in sources:
            wider = joined(wider, columns.of((other, table)).get(column, wider))
        if wider is not kind:
            value = conversion(quoted(column), was=kind, wanted=wider)
            casts.append(f"{value} as {quoted(column)}")
    replaced = f" replace ({', '.join(casts)})" if casts else ""
    name = quoted_table(f"{schema_name(source)}.{table}")
    return f"select {literal(source)} as {SOURCE}, *{replaced} from {name}"
