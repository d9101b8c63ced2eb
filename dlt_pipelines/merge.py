"""How the rows of one load package become the raw tables: SQL, inside the caller's transaction.

Belongs here: upsert, replacement, deletion, history and casts of raw rows.
Does not belong here: dlt's packages and jobs (`destination.py`), when a sync runs (`sync.py`).

Only rows that differ are rewritten, so a re-read costs no history and no growth of the file. An
earlier version of a row goes to `<table>__history` with the time it was valid from and to. A row
that the vendor did not send stays, unless the whole table, its parent or the list of all keys came
and it was not in it; and an empty answer is never taken for an empty table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from graphlib import TopologicalSorter

import duckdb

from dlt_pipelines.census import are_all_in, census
from dlt_pipelines.column_types import cast
from dlt_pipelines.connector import Write
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.raw_tables import RawTable, columns_in, count_of, quoted, same_key
from dlt_pipelines.results import TableResult
from dlt_pipelines.room import Room
from dlt_pipelines.withdrawn import withdrawn

HISTORY = "__history"


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What a load package holds for one table; lists of Parquet files.

    files    None: the table's stream did not run; an empty list never stands for "no rows left"
    deleted  keys that the vendor says are gone;  present  all keys the vendor has
    covered  values of `scope` and days (of the cursor) whose rows came whole
    parent   (table, column): rows are replaced together with the row that column names
    columns  declared columns and their DuckDB types
    """

    table: str
    key: tuple[str, ...]
    write: Write
    cursor: str | None = None
    created: str | None = None
    parent: tuple[str, str] | None = None
    files: tuple[str, ...] | None = None
    deleted: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)


@dataclass
class Merge:
    """One package's merge into `dataset`, for one connection. Needs an open transaction.

    history  how long earlier versions stay readable; zero keeps none
    """

    con: duckdb.DuckDBPyConnection
    dataset: str
    connector: str
    connection_id: str
    synced_at: datetime
    counted_before: datetime
    history: timedelta
    room: Room
    schema_changes: list[str] = field(default_factory=list)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, TableResult] = field(default_factory=dict)
    bytes: int = 0

    def __post_init__(self) -> None:
        self.columns = columns_in(self.con, self.dataset)

    def run(self, package: Sequence[Incoming]) -> dict[str, TableResult]:
        """Parents before children, whatever the order they came in."""
        by_table = {incoming.table: incoming for incoming in package}
        parents = {
            incoming.table: {incoming.parent[0]} & by_table.keys() if incoming.parent else set()
            for incoming in sorted(package, key=lambda incoming: incoming.table)
        }
        for table in TopologicalSorter(parents).static_order():
            self.results[table] = self.merge_table(by_table[table], by_table)
        return self.results

    def merge_table(self, incoming: Incoming, package: Mapping[str, Incoming]) -> TableResult:
        raw = RawTable(
            self.con,
            self.dataset,
            incoming.table,
            key=incoming.key,
            columns=self.columns.get(incoming.table, {}),
            connection_id=self.connection_id,
            synced_at=self.synced_at,
        )
        result = TableResult()
        if incoming.files is not None:
            self.schema_changes += raw.ensure(incoming.columns, incoming.files)
        if not raw.exists():
            return result
        was_empty = not raw.has_rows()
        if incoming.files:
            result.received = self.write_rows(raw, incoming, result, was_empty=was_empty)
        if not was_empty:
            result.deleted = self.remove_rows(raw, incoming, package, received=result.received)
        self.forget_history(raw)
        for message in raw.warnings:
            self.warnings.setdefault(incoming.table, []).append(message)
        (result.total, result.counted, result.null_keys, result.duplicate_keys) = census(
            raw,
            incoming.created,
            self.counted_before,
            is_proven=was_empty or not (result.inserted or result.updated),
        )
        return result

    def write_rows(
        self,
        raw: RawTable,
        incoming: Incoming,
        result: TableResult,
        *,
        was_empty: bool,
    ) -> int:
        """Number of rows that came. Raises `UnexpectedResponse` for a row without its key."""
        assert incoming.files is not None
        self.room.for_writing(incoming.files)
        rows = raw.incoming(incoming.files, cursor=incoming.cursor)
        if rows.keyless:
            raise UnexpectedResponse(
                self.connector,
                f"{rows.keyless} rows of {incoming.table} have no {', '.join(incoming.key)}.",
                hint="Nothing of this answer was stored.",
            )
        con, name = self.con, raw.qualified
        if not rows.count:
            return 0
        if not incoming.key:
            return self.write_keyless(raw, rows.select, incoming, result)
        met = 0 if was_empty else raw.note_met(rows.select, cursor=incoming.cursor)
        if not met:
            con.execute(f"insert into {name} ({raw.column_list}) {rows.select}")
            result.inserted = rows.count
            return rows.count
        self.room.for_comparing(met)
        raw.note_changed(rows.select, came=rows.count, met=met)
        result.inserted = count_of(con, "select count(*) from changed where is_new")
        result.updated = count_of(con, "select count(*) from changed where not is_new")
        if incoming.write == "append":
            con.execute("delete from changed where not is_new")
            result.updated = 0
        if result.updated:
            rows_here = "select row_id from changed where not is_new"
            self.retire(raw, "updated", f"kept.rowid in ({rows_here})")
        con.execute(
            f"insert into {name} ({raw.column_list}) select came.* from ({rows.select}) as came"
            f" where exists (select 1 from changed where {same_key('came', 'changed', raw.key)})"
        )
        con.execute("drop table changed")
        return rows.count

    def write_keyless(
        self, raw: RawTable, select: str, incoming: Incoming, result: TableResult
    ) -> int:
        """A table without a key has no rows to tell apart: what came is the whole table."""
        if incoming.write != "append":
            result.deleted = raw.delete_all()
        self.con.execute(f"insert into {raw.qualified} ({raw.column_list}) {select}")
        result.inserted = count_of(self.con, f"select count(*) from ({select})")
        return result.inserted

    def remove_rows(
        self,
        raw: RawTable,
        incoming: Incoming,
        package: Mapping[str, Incoming],
        *,
        received: int,
    ) -> int:
        """Rows that are gone at the vendor, by each way in which the vendor can tell."""
        if not incoming.key:
            return 0
        gone: list[str] = []
        if incoming.deleted:
            deleted = f"select * from {raw.parquet(incoming.deleted)}"
            gone.append(
                f"exists (select 1 from ({deleted}) as d where"
                f" {raw.matches('d', among=raw.file_columns(incoming.deleted))})"
            )
        if incoming.write == "replace" and incoming.files is not None:
            gone += self.absent(raw, incoming.files, received, "the vendor sent no rows")
        if incoming.present:
            keys = count_of(self.con, f"select count(*) from {raw.parquet(incoming.present)}")
            gone += self.absent(raw, incoming.present, keys, "the vendor listed no keys")
        if incoming.covered and incoming.cursor:
            gone.append(
                withdrawn(
                    raw,
                    ranges=incoming.covered,
                    came=incoming.files or (),
                    scope=incoming.scope,
                    cursor=incoming.cursor,
                )
            )
        removed = 0
        for condition in gone:
            removed += self.retire(raw, "deleted", condition)
        return removed + self.remove_with_parent(raw, incoming, package)

    def absent(self, raw: RawTable, files: Sequence[str], rows: int, what: str) -> list[str]:
        if rows == 0:
            if raw.has_rows():
                raw.warnings.append(
                    f"{what}; the rows already here stay. If the table is really empty,"
                    " disconnect with --drop-data."
                )
            return []
        if are_all_in(raw, files):
            return []
        came = f"select * from {raw.parquet(files)}"
        return [f"not exists (select 1 from ({came}) as c where {raw.matches('c')})"]

    def remove_with_parent(
        self,
        raw: RawTable,
        incoming: Incoming,
        package: Mapping[str, Incoming],
    ) -> int:
        if incoming.parent is None:
            return 0
        parent_table, column = incoming.parent
        parent = package.get(parent_table)
        if parent is None or not parent.key:
            return 0
        holder = quoted(parent.key[0])
        parent_id = f"kept.{quoted(column)}::varchar"
        removed = 0
        if incoming.files is not None and parent.files:
            came = f"select {holder}::varchar as id from {raw.parquet(parent.files)}"
            condition = f"{parent_id} in ({came})"
            if incoming.files:
                rows = f"select * from {raw.parquet(incoming.files)}"
                condition += (
                    f" and not exists (select 1 from ({rows}) as c where {raw.matches('c')})"
                )
            removed += self.retire(raw, "deleted", condition)
        if parent.write == "replace" or parent.deleted or parent.present or self.lost(parent_table):
            alive = (
                f"select {holder}::varchar from {quoted(self.dataset)}.{quoted(parent_table)}"
                " where _connection_id = $connection"
            )
            condition = f"{parent_id} is not null and {parent_id} not in ({alive})"
            removed += self.retire(raw, "deleted", condition)
        return removed

    def lost(self, table: str) -> bool:
        """Whether this merge already removed rows of that table."""
        return table in self.results and self.results[table].deleted > 0

    def retire(self, raw: RawTable, change: str, condition: str) -> int:
        """Moves the rows that meet the condition (of the row `kept`) to the history.

        Which rows these are is asked first, of the key columns alone: mostly there are none.
        """
        self.con.execute(
            f"create or replace temp table retired as select kept.rowid as row_id"
            f" from {raw.qualified} as kept"
            f" where kept._connection_id = $connection and {condition}",
            {"connection": self.connection_id},
        )
        retired = count_of(self.con, "select count(*) from retired")
        if retired:
            chosen = "rowid in (select row_id from retired)"
            if self.history and raw.key:
                columns = raw.column_list
                self.con.execute(
                    f"insert into {self.history_of(raw)}"
                    f" ({columns}, _valid_from, _valid_to, _change)"
                    f" select {columns}, _synced_at, $now, $change from {raw.qualified}"
                    f" where {chosen}",
                    {"now": self.synced_at, "change": change},
                )
            self.con.execute(f"delete from {raw.qualified} where {chosen}")
        self.con.execute("drop table retired")
        return retired

    def history_of(self, raw: RawTable) -> str:
        """The history's name; it is made when the first row goes there."""
        table = raw.table + HISTORY
        name = f"{quoted(self.dataset)}.{quoted(table)}"
        known = self.columns.get(table)
        if known is None:
            self.con.execute(
                f"create table if not exists {name} as select *, _synced_at as _valid_from,"
                f" _synced_at as _valid_to, cast(null as varchar) as _change"
                f" from {raw.qualified} limit 0"
            )
        else:
            for column, kind in raw.columns.items():
                if column not in known:
                    self.con.execute(f"alter table {name} add column {quoted(column)} {kind}")
                elif known[column] != kind:
                    self.con.execute(
                        f"alter table {name} alter column {quoted(column)} type {kind}"
                        f" using {cast(quoted(column), known[column], kind)}"
                    )
        self.columns[table] = dict(raw.columns)
        return name

    def forget_history(self, raw: RawTable) -> None:
        table = raw.table + HISTORY
        if table in self.columns:
            self.con.execute(
                f"delete from {quoted(self.dataset)}.{quoted(table)}"
                " where _connection_id = ? and _valid_to < ?",
                [self.connection_id, self.synced_at - self.history],
            )
