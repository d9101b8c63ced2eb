"""One connector, its vendor and a warehouse: what a contract test moves and looks at.

Belongs here: syncing, reading raw tables, comparing two readings. Does not belong here: vendors
(`played_vendors.py`), the promises (`test_contract.py`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dlt_pipelines.connector import Connector
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.connectors.played_vendors import Played
from tests.warehouse_file import warehouse_in

Rows = dict[str, list[tuple[Any, ...]]]
OWN = ("_connection_id", "_synced_at")


@dataclass
class Stage:
    connector: Connector
    vendor: Played
    home: Path
    values: dict[str, str] = field(default_factory=dict)

    def sync(self, *tables: str, name: str = "one", **given: Any) -> SyncResult:
        """Minutes after the last one. Fields of the request go there, the others to `sync`."""
        self.vendor.later()
        wanted = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        return sync(
            self.connector,
            connection_id=name,
            values=self.values or self.vendor.values,
            home=self.home,
            open_warehouse=lambda holder: warehouse_in(self.home),
            request=SyncRequest(
                **{
                    "now": self.vendor.now(),
                    "tables": frozenset(tables) or None,
                    "reconcile": False,
                    **wanted,
                }
            ),
            **given,
        )

    def beside(self, name: str) -> Stage:
        """The same connection in an empty warehouse."""
        return Stage(self.connector, self.vendor, self.home.parent / name, self.values)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with warehouse_in(self.home) as con:
            return con.execute(sql, list(values)).fetchall()

    @property
    def schema(self) -> str:
        return f"raw_{self.connector.name}"

    def tables(self, *, history: bool = False) -> list[str]:
        found = self.query(
            "select table_name from duckdb_tables() where schema_name = ? order by 1", self.schema
        )
        names = [name for (name,) in found if not name.startswith("_")]
        return [name for name in names if name.endswith("__history") == history]

    def columns(self) -> dict[str, dict[str, str]]:
        """By table, each column's type."""
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in self.query(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where schema_name = ? order by table_name, column_index",
            self.schema,
        ):
            found.setdefault(table, {})[column] = kind
        return found

    def count(self, table: str, *, name: str = "one") -> int:
        if table not in self.tables():
            return 0
        sql = f'select count(*) from {self.schema}."{table}" where _connection_id = ?'
        return self.query(sql, name)[0][0]

    def counts(self, tables: Any, *, name: str = "one") -> dict[str, int]:
        there = set(self.tables())
        parts = [
            f"select '{table}', count(*) from {self.schema}.\"{table}\" where _connection_id = ?"
            for table in tables
            if table in there
        ]
        found = dict(self.query(" union all ".join(parts), *[name] * len(parts))) if parts else {}
        return {table: found.get(table, 0) for table in tables}

    def contents(self, *only: str, name: str = "one") -> Rows:
        """Every raw table's rows by column name order, without when and for whom they came."""
        with warehouse_in(self.home) as con:
            con.execute("set TimeZone = 'UTC'")
            return {
                table: con.execute(f"select {kept} {source} order by all", [name]).fetchall()
                for table, kept, source in self.readable(con)
                if not only or table in only
            }

    def fingerprints(self, *, name: str = "one") -> dict[str, tuple[int, int]]:
        """What tells whether `contents` changed: by table, how many rows and the sum of their
        hashes."""
        with warehouse_in(self.home) as con:
            parts = [
                f"select '{table}', count(*), sum(hash(row({kept}))) {source}"
                for table, kept, source in self.readable(con)
            ]
            found = con.execute(" union all ".join(parts), [name] * len(parts)).fetchall()
        return {table: (rows, hashes) for table, rows, hashes in found}

    def readable(self, con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
        """Each raw table, its columns, and where a connection's rows of it stand."""
        tables = con.execute(
            "select table_name, list(column_name order by column_name) from duckdb_columns()"
            " where schema_name = ? group by 1 order by 1",
            [self.schema],
        ).fetchall()
        return [
            (
                table,
                ", ".join(f'"{one}"' for one in columns if one not in OWN),
                f'from {self.schema}."{table}" where _connection_id = ?',
            )
            for table, columns in tables
            if not table.startswith("_") and "__" not in table
        ]

    def duplicates(self, *, name: str = "one") -> dict[str, int]:
        """By table, the keys that more than one row has."""
        there, found = set(self.tables()), {}
        with warehouse_in(self.home) as con:
            for table in self.connector.tables:
                if table.name not in there:
                    continue
                keys = ", ".join(f'"{key}"' for key in table.primary_key)
                sql = (
                    f'select count(*) from (select {keys} from {self.schema}."{table.name}"'
                    " where _connection_id = ? group by all having count(*) > 1)"
                )
                (number,) = con.execute(sql, [name]).fetchall()[0]
                found |= {table.name: number} if number else {}
        return found

    def valid_at(self, table: str, moment: datetime, *, name: str = "one") -> list[tuple[Any, ...]]:
        """What the table held at a moment, by its own rows and its history."""
        columns = sorted(set(self.columns()[table]) - set(OWN))
        kept = ", ".join(f'"{one}"' for one in columns)
        own = f'from {self.schema}."{table}" where _synced_at <= $1 and _connection_id = $2'
        old = (
            f'from {self.schema}."{table}__history" where _valid_from <= $1 and _valid_to > $1'
            " and _connection_id = $2"
        )
        with warehouse_in(self.home) as con:
            con.execute("set TimeZone = 'UTC'")
            sql = f"select {kept} {own} union all select {kept} {old} order by all"
            return con.execute(sql, [moment, name]).fetchall()

    def take_over(self, other: Stage) -> None:
        """Begins where the other stands: its warehouse and its working folder."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(other.home, self.home)


def differences(
    ours: Rows, theirs: Rows, connector: Connector, *, forgets: Collection[str] = ()
) -> str:
    """Line by line, what an incremental reading and a fresh one do not agree about.

    Rows that only we have are no fault where the vendor does not tell what it deleted, nor where it
    forgets its old ones.
    """
    told = {one.name for one in connector.tables if one.deletes == "seen" or one.scope}
    told -= set(forgets)
    found = []
    for table in sorted({*ours, *theirs}):
        here, there = ours.get(table, []), theirs.get(table, [])
        missing = minus(there, here)
        surplus = minus(here, there)
        if table not in told:
            # Their newest version must be here all the same: a stale one is missing above.
            surplus = []
        if missing or surplus:
            found.append(f"{table}: missing {shortened(missing)}; too many {shortened(surplus)}")
    return "\n".join(found)


def without(rows: Rows, computed: Mapping[str, tuple[str, ...]]) -> Rows:
    """The rows with those paths cut out of their payloads."""
    return {
        table: [tuple(cut(value, computed[table]) for value in row) for row in each]
        if table in computed
        else each
        for table, each in rows.items()
    }


def cut(value: Any, paths: tuple[str, ...]) -> Any:
    if not (isinstance(value, str) and value.startswith("{")):
        return value
    record = json.loads(value)
    for path in paths:
        *way, last = path.split(".")
        place = record
        for step in way:
            place = place.get(step) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place.pop(last, None)
    return json.dumps(record)


def minus(one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    known: dict[str, int] = {}
    for row in other:
        known[repr(row)] = known.get(repr(row), 0) + 1
    left = []
    for row in one:
        if known.get(repr(row), 0):
            known[repr(row)] -= 1
        else:
            left.append(row)
    return left


def shortened(rows: list[tuple[Any, ...]]) -> str:
    return f"{len(rows)} rows" + (f", the first {str(rows[0])[:400]}" if rows else "")
