"""Brings rows into the database: by COPY when it is new, row by row when something changed.

Belongs here: COPY, insert-or-update, deletes, sequences. Does not belong here: what the rows say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

Row = tuple[Any, ...]
ROWS_PER_COPY = 20_000
UPDATED_AT = "updated_at"


@dataclass(frozen=True, slots=True)
class Columns:
    """A table and the columns that are given; the others keep their defaults. `id` comes first."""

    table: str
    names: tuple[str, ...]


Add = Callable[[Columns, Row], None]


def columns(table: str, names: str) -> Columns:
    return Columns(table, tuple(names.split()))


def naive(moment: datetime) -> datetime:
    """As Rails writes it: UTC, and not saying so."""
    return moment.replace(tzinfo=None)


class BulkLoader:
    """Collects rows per table and copies them in large portions."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._waiting: dict[Columns, list[Row]] = {}

    def add(self, target: Columns, row: Row) -> None:
        waiting = self._waiting.get(target)
        if waiting is None:
            waiting = self._waiting[target] = []
        waiting.append(row)
        if len(waiting) == ROWS_PER_COPY:
            self._copy(target, waiting)
            self._waiting[target] = []

    def finish(self) -> None:
        for target, rows in self._waiting.items():
            self._copy(target, rows)
        self._waiting = {}

    def _copy(self, target: Columns, rows: Iterable[Row]) -> None:
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(target.table), sql.SQL(", ").join(map(sql.Identifier, target.names))
        )
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


class Collected:
    """Rows by table and id, to be compared with those of another day."""

    def __init__(self) -> None:
        self.rows: dict[Columns, dict[int, Row]] = {}

    def add(self, target: Columns, row: Row) -> None:
        self.rows.setdefault(target, {})[row[0]] = row


@dataclass(slots=True)
class Written:
    """How many rows a change touched, per table."""

    upserted: dict[str, int]
    deleted: dict[str, int]


def write_difference(
    connection: psycopg.Connection[Any],
    *,
    before: Collected,
    after: Collected,
    stamped_at: datetime | None = None,
) -> Written:
    """Inserts what is new, updates what differs, deletes for good what is gone."""
    written = Written({}, {})
    for target, rows in after.rows.items():
        known = before.rows.get(target, {})
        changed = [row for key, row in rows.items() if known.get(key) != row]
        if changed:
            if stamped_at and UPDATED_AT in target.names:
                place = target.names.index(UPDATED_AT)
                stamp = (naive(stamped_at),)
                changed = [(*row[:place], *stamp, *row[place + 1 :]) for row in changed]
            _upsert(connection, target, changed)
            written.upserted[target.table] = len(changed)
    for target, rows in before.rows.items():
        kept = after.rows.get(target, {})
        gone = [key for key in rows if key not in kept]
        if gone:
            statement = sql.SQL("DELETE FROM {} WHERE id = ANY(%s)")
            connection.execute(statement.format(sql.Identifier(target.table)), [gone])
            written.deleted[target.table] = len(gone)
    return written


def _upsert(connection: psycopg.Connection[Any], target: Columns, rows: list[Row]) -> None:
    names = [sql.Identifier(name) for name in target.names]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}").format(
        sql.Identifier(target.table),
        sql.SQL(", ").join(names),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
        sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in names[1:]),
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def advance_sequences(connection: psycopg.Connection[Any]) -> None:
    """The next row a person inserts gets an id of its own."""
    tables = connection.execute(
        "SELECT table_name, pg_get_serial_sequence(quote_ident(table_name), 'id')"
        " FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'id' AND column_default LIKE 'nextval%'"
    ).fetchall()
    for table, sequence in tables:
        statement = sql.SQL("SELECT setval(%s, coalesce((SELECT max(id) FROM {}), 0) + 1, false)")
        connection.execute(statement.format(sql.Identifier(table)), [sequence])
