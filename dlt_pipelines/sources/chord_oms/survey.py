"""One question about all tables of a sync: what is there, what needs care, what changed.

Belongs here: counts and fingerprints that the server computes. Does not belong here: reading rows.

Most syncs find most tables as they were. So the server adds up a hash of every row of a small
table, or of every key of a large one, and a table whose sum is that of the last sync is not read
again: nothing of it goes through dlt, the merge and the lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg

from dlt_pipelines.sources.chord_oms.columns import Landing, landings, literal, quoted, shape
from dlt_pipelines.sources.chord_oms.plan import Planned


@dataclass(frozen=True)
class Survey:
    """`rows` and `is_odd` are of the rows to be read, `fingerprint` of the whole table.

    `fingerprint` is None for a table that is read in any case.
    """

    rows: int
    is_odd: bool
    fingerprint: str | None


class Answering(Protocol):
    """A snapshot, or any session."""

    def all_rows(self, sql: str) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True)
class Session:
    connection: psycopg.Connection[Any]

    def all_rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql.encode()).fetchall()


def survey(answering: Answering, schema: str, tables: Sequence[Planned]) -> dict[str, Survey]:
    if not tables:
        return {}
    columns = {planned.table.name: landings(planned.table.columns) for planned in tables}
    parts = [question(schema, planned, columns[planned.table.name]) for planned in tables]
    found = {}
    for name, rows, is_odd, total, hashed in answering.all_rows(" union all ".join(parts)):
        marks = f"{total}:{hashed}:{shape(columns[name])}" if hashed is not None else None
        found[name] = Survey(rows, is_odd, marks)
    return found


def question(schema: str, planned: Planned, columns: Sequence[Landing]) -> str:
    table = planned.table
    odd = " or ".join(filter(None, (column.odd_at_server for column in columns))) or "false"
    only = f" filter (where {planned.where})" if planned.where else ""
    hashed = hash_of(planned, columns)
    return (
        f"select {literal(table.name)}::text as name, count(*){only} as n,"
        f" coalesce(bool_or({odd}){only}, false) as odd, count(*) as total,"
        f" {f'coalesce(sum({hashed}), 0)::text' if hashed else 'null::text'} as hashed"
        f" from {quoted(schema)}.{quoted(table.name)}"
    )


def hash_of(planned: Planned, columns: Sequence[Landing]) -> str | None:
    if not planned.fingerprinted:
        return None
    if planned.where is None:
        names = ", ".join(quoted(column.column.name) for column in columns)
        return f"hashtextextended(row({names})::text, 0)"
    keys = [quoted(name) for name in planned.table.key]
    return f"hashtextextended(concat_ws(' ', {', '.join(keys)}), 0)"
