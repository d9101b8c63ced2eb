"""One raw table in DuckDB: its columns, the rows that came for it, and how they differ.

Belongs here: the SQL of one table of one connection. Does not belong here: the order in which a
package is merged and what is deleted when (`merge.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from dlt_pipelines.column_types import cast, common, is_wider
from dlt_pipelines.keys import distinct_keys

PAYLOAD = "payload"
CONNECTION, SYNCED = "_connection_id", "_synced_at"


@dataclass(frozen=True)
class IncomingRows:
    """`select` yields the table's columns in order, one row per key."""

    select: str
    count: int
    keyless: int


class RawTable:
    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        dataset: str,
        table: str,
        *,
        key: tuple[str, ...],
        columns: dict[str, str],
        connection_id: str,
        synced_at: datetime,
    ) -> None:
        """`columns`: names and types of the table as it is; empty where it does not exist yet."""
        self.con = con
        self.dataset = dataset
        self.table = table
        self.key = key
        self.connection_id = connection_id
        self.synced_at = synced_at
        self.qualified = f"{quoted(dataset)}.{quoted(table)}"
        self.columns = columns
        self.warnings: list[str] = []
        self.described: dict[tuple[str, ...], dict[str, str]] = {}

    @property
    def column_list(self) -> str:
        return ", ".join(quoted(column) for column in self.columns)

    @property
    def key_names(self) -> list[str]:
        return [quoted(name) for name in self.key]

    @property
    def ours(self) -> str:
        """The connection's rows."""
        return f"from {self.qualified} where {CONNECTION} = {literal(self.connection_id)}"

    def exists(self) -> bool:
        return bool(self.columns)

    def ensure(self, declared: dict[str, str], files: Sequence[str]) -> list[str]:
        """Creates the table or adds what is new; returns the changes in words."""
        wanted = dict(declared)
        for name, kind in self.file_columns(files).items():
            wanted.setdefault(name, kind)
        wanted.setdefault(PAYLOAD, "JSON")
        if not self.exists():
            body = ", ".join(f"{quoted(name)} {kind}" for name, kind in wanted.items())
            self.con.execute(f"create schema if not exists {quoted(self.dataset)}")
            self.con.execute(
                f"create table {self.qualified} ({body}, {CONNECTION} VARCHAR not null,"
                f" {SYNCED} TIMESTAMPTZ not null)"
            )
            self.look()
            return []
        changes = []
        for name, kind in wanted.items():
            if name not in self.columns:
                self.con.execute(f"alter table {self.qualified} add column {quoted(name)} {kind}")
                changes.append(f"{self.dataset}.{self.table}: new column {name} ({kind})")
                continue
            was = self.columns[name]
            # A table that nobody declared has no reader who counts on its types: none of its
            # values is lost to the type that came first.
            wide = common(kind, was) if not declared else kind if is_wider(kind, was) else was
            if wide != was:
                self.con.execute(
                    f"alter table {self.qualified} alter column {quoted(name)} type {wide}"
                    f" using {cast(quoted(name), was, wide)}"
                )
                changes.append(f"{self.dataset}.{self.table}: {name} widened, {was} to {wide}")
        if changes:
            self.look()
        return changes

    def look(self) -> None:
        """After a change of the table: its columns as they are now."""
        described = self.con.execute(f"describe {self.qualified}").fetchall()
        self.columns = {row[0]: row[1] for row in described}

    def incoming(self, files: Sequence[str], *, cursor: str | None) -> IncomingRows:
        source = self.file_columns(files)
        misfits = self.misfits(files, source)
        count, keyless, copies = self.key_census(files)
        selected = [self.expression(name, source, misfits) for name in self.columns]
        select = f"select {', '.join(selected)} from {self.parquet(files)}"
        if copies:
            by_key = ", ".join(quoted(name) for name in self.key)
            newest = f"{quoted(cursor)} desc nulls last, " if cursor and cursor in source else ""
            select += (
                f" qualify row_number() over (partition by {by_key}"
                f" order by {newest}filename desc, file_row_number desc) = 1"
            )
            count -= copies
        return IncomingRows(select, count, keyless)

    def key_census(self, files: Sequence[str]) -> tuple[int, int, int]:
        """Rows, rows without their key, rows beyond the first of their key."""
        source = f"from {self.parquet(files)}"
        null = " or ".join(f"{quoted(name)} is null" for name in self.key) or "false"
        found = self.con.execute(f"select count(*), count(*) filter (where {null}) {source}")
        rows, keyless = found.fetchone() or (0, 0)
        if not self.key or not rows or keyless:
            return rows, keyless, 0
        kinds = [self.file_columns(files)[name] for name in self.key]
        return rows, keyless, rows - distinct_keys(self.con, self.key_names, kinds, source)

    def misfits(self, files: Sequence[str], source: dict[str, str]) -> list[str]:
        """Columns whose values came in another type and do not all fit the table's."""
        doubtful = [
            name
            for name, kind in source.items()
            if name in self.columns and kind != self.columns[name] and self.columns[name] != "JSON"
        ]
        if not doubtful:
            return []
        tests = ", ".join(
            f"count(*) filter (where {quoted(name)} is not null and"
            f" try_cast({quoted(name)} as {self.columns[name]}) is null)"
            for name in doubtful
        )
        row = self.con.execute(f"select {tests} from {self.parquet(files)}").fetchone()
        assert row is not None
        found = [name for name, misfit in zip(doubtful, row, strict=True) if misfit]
        for name, misfit in zip(doubtful, row, strict=True):
            if misfit:
                self.warnings.append(
                    f"{name}: {misfit} values are not {self.columns[name]} ({source[name]} came);"
                    " the column is null there, the payload keeps them."
                )
        return found

    def expression(self, name: str, source: dict[str, str], misfits: list[str]) -> str:
        column, kind = quoted(name), self.columns[name]
        if name == CONNECTION:
            return f"{literal(self.connection_id)} as {column}"
        if name == SYNCED:
            return f"timestamptz {literal(self.synced_at.isoformat())} as {column}"
        if name == PAYLOAD and misfits:
            kept = column if name in source else "cast(null as json)"
            parts = ", ".join(
                f"{literal(misfit)}, case when try_cast({quoted(misfit)} as {self.columns[misfit]})"
                f" is null then {quoted(misfit)}::varchar end"
                for misfit in misfits
            )
            any_misfit = " or ".join(
                f"({quoted(misfit)} is not null and"
                f" try_cast({quoted(misfit)} as {self.columns[misfit]}) is null)"
                for misfit in misfits
            )
            return (
                f"case when {any_misfit} then json_merge_patch(coalesce({kept}, '{{}}'),"
                f" json_object({parts})) else {kept} end as {column}"
            )
        if name not in source:
            return f"cast(null as {kind}) as {column}"
        if source[name] == kind:
            return column
        return f"{cast(column, source[name], kind)} as {column}"

    def note_met(self, select: str, *, cursor: str | None) -> int:
        """Makes the temporary table `met`: keys that came and are here; returns their number.

        Keys are met first and alone: a join of whole rows holds every payload that is here.
        """
        keys = ", ".join(f"came.{quoted(name)}" for name in self.key)
        ours = f"kept.{CONNECTION} = {literal(self.connection_id)}"
        moved = "false"
        if cursor and cursor in self.columns and cursor not in self.key:
            moved = f"came.{quoted(cursor)} is distinct from kept.{quoted(cursor)}"
        self.con.execute(
            f"create or replace temp table met as select kept.rowid as row_id, {keys},"
            f" {moved} as is_moved from ({select}) as came join {self.qualified} as kept"
            f" on {same_key('came', 'kept', self.key)} and {ours}"
        )
        return count_of(self.con, "select count(*) from met")

    def note_changed(self, select: str, *, came: int, met: int) -> None:
        """Makes the temporary table `changed`: keys that came and are new (`is_new`), or whose row
        (`row_id`) differs from the one that is here. After `note_met`.

        Rows whose cursor moved differ, whatever else they hold: only the others are looked at
        whole, which reads every column of the table.
        """
        keys = ", ".join(f"came.{quoted(name)}" for name in self.key)
        same = same_key("came", "kept", self.key)
        unmoved = count_of(self.con, "select count(*) from met where not is_moved")
        mine = ", ".join(f"met.{quoted(name)}" for name in self.key)
        parts = [f"select {mine}, false as is_new, row_id from met where is_moved"]
        if met < came:
            known = f"select 1 from met where {same_key('came', 'met', self.key)}"
            parts.append(
                f"select {keys}, true as is_new, null as row_id from ({select}) as came"
                f" where not exists ({known})"
            )
        if unmoved:
            compared = [
                name for name in self.columns if name not in (*self.key, CONNECTION, SYNCED)
            ]
            differs = " or ".join(
                f"came.{quoted(name)} is distinct from kept.{quoted(name)}" for name in compared
            )
            parts.append(
                f"select {keys}, false as is_new, kept.row_id from (select came.* from ({select})"
                f" as came where exists (select 1 from met where not is_moved"
                f" and {same_key('came', 'met', self.key)})) as came"
                f" join (select *, rowid as row_id from {self.qualified} where rowid in"
                f" (select row_id from met where not is_moved)) as kept on {same}"
                f" where {differs or 'false'}"
            )
        self.con.execute(f"create or replace temp table changed as {' union all '.join(parts)}")
        self.con.execute("drop table met")

    def has_rows(self) -> bool:
        found = self.con.execute(
            f"select 1 from {self.qualified} where {CONNECTION} = ? limit 1", [self.connection_id]
        ).fetchone()
        return found is not None

    def delete_all(self) -> int:
        row = self.con.execute(
            f"delete from {self.qualified} where {CONNECTION} = ?", [self.connection_id]
        ).fetchone()
        return int(row[0]) if row else 0

    def matches(self, alias: str, *, among: Collection[str] | None = None) -> str:
        """The row `kept` has the key of `alias`, whose types may differ (a list of text keys).

        `among`: the columns that `alias` has; what it lacks of the key is not compared.
        """
        return " and ".join(
            f"kept.{quoted(name)} = try_cast({alias}.{quoted(name)} as {self.columns[name]})"
            for name in self.key
            if among is None or name in among
        )

    def file_columns(self, files: Sequence[str]) -> dict[str, str]:
        known = tuple(files)
        if known and known not in self.described:
            rows = self.con.execute(
                f"describe select * exclude (filename, file_row_number) from {self.parquet(files)}"
            ).fetchall()
            self.described[known] = {row[0]: row[1] for row in rows}
        return self.described.get(known, {})

    def parquet(self, files: Iterable[str]) -> str:
        paths = ", ".join(literal(path) for path in files)
        return (
            f"read_parquet([{paths}], union_by_name = true, filename = true,"
            " file_row_number = true)"
        )


def same_key(left: str, right: str, key: Sequence[str]) -> str:
    return " and ".join(f"{left}.{quoted(name)} = {right}.{quoted(name)}" for name in key)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def count_of(con: duckdb.DuckDBPyConnection, sql: str, values: Any = None) -> int:
    row = con.execute(sql, values).fetchone()
    assert row is not None
    return int(row[0])


def columns_in(con: duckdb.DuckDBPyConnection, dataset: str) -> dict[str, dict[str, str]]:
    """Columns and types of each table of a schema. One question: it costs 7 ms, however asked."""
    rows = con.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and schema_name = ?"
        " order by table_name, column_index",
        [dataset],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found
