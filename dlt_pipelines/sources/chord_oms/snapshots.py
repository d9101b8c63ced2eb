"""Two ways to read many tables as of one moment, with the same answers.

Belongs here: sessions that hold one snapshot, and how rows get from there into a Parquet file.
Does not belong here: which tables and rows are read (`reading.py`).

`ExtensionSnapshot`  DuckDB's postgres extension, loaded from its wheel: 1.0 s and 1.0 CPU seconds
                     for 1,000,000 rows of 15 columns
`AdbcSnapshot`       Arrow Database Connectivity, where the extension cannot be loaded
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import duckdb

from dlt_pipelines.sources.chord_oms.columns import Landing, literal, quoted, select_here
from dlt_pipelines.sources.chord_oms.database import Database
from dlt_pipelines.sources.chord_oms.present import Present, PresentTable

MEMORY = "256MB"
THREADS = min(os.cpu_count() or 1, 4)
"""Each holds a row group in the making."""

ROW_GROUP = 40_960
"""Measured for 1,000,000 rows of 15 columns: a third of the default's memory (109 MB peak instead
of 195), the same CPU; wide text is bounded by bytes instead of rows."""
ROW_GROUP_BYTES = "16MB"
IN_TRANSIT = (
    "compression lz4_raw, dictionary_size_limit 1, write_bloom_filter false, parquet_version v2"
)
"""For a file that is read once. Without dictionaries 0.1 CPU seconds per million rows less to
write, as much to read; with version 2's differences instead of values 0.1 less again, and a fifth
of the disk; lz4 takes no more CPU than no compression."""

EXTENSION = "duckdb_extension_postgres_scanner"
CTID_SCANS_SINCE = 140_000
"""Version of PostgreSQL that reads ranges of row addresses."""


class Snapshot(Protocol):
    """Everything asked of it is answered as of its first question.

    con         the DuckDB in which rows are on their way
    why_slower  why the fast driver is not used; empty when it is
    """

    con: duckdb.DuckDBPyConnection
    requests: int
    why_slower: str

    def all_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows answered by the server; few ones."""
        ...

    def copy(
        self,
        table: PresentTable,
        columns: Sequence[Landing],
        where: str | None,
        path: Path,
        *,
        one_connection: bool = False,
        one_thread: bool = False,
    ) -> int:
        """Rows written to the Parquet file."""
        ...


class ExtensionSnapshot:
    def __init__(
        self, con: duckdb.DuckDBPyConnection, database: Database, present: Present
    ) -> None:
        self.con = con
        self.schema = database.schema
        # On a standby the parallel parts do not share the snapshot: 7 of 15 reads were wrong under
        # load (rows missing or doubled); with one connection 20 of 20 were exact.
        self.may_split = not present.is_standby and present.version >= CTID_SCANS_SINCE
        self.requests = 0
        self.why_slower = ""

    def all_rows(self, sql: str) -> list[tuple[Any, ...]]:
        self.requests += 1
        return self.con.execute(f"select * from postgres_query('pg', {literal(sql)})").fetchall()

    def copy(
        self,
        table: PresentTable,
        columns: Sequence[Landing],
        where: str | None,
        path: Path,
        *,
        one_connection: bool = False,
        one_thread: bool = False,
    ) -> int:
        self.requests += 1
        self.con.execute(f"set threads = {1 if one_thread or table.is_wide else THREADS}")
        plain = where is None and table.kind == "r" and all(column.is_plain for column in columns)
        if plain:
            split = "true" if self.may_split and not one_connection else "false"
            self.con.execute(f"set pg_use_ctid_scan = {split}")
            names = ", ".join(
                f"{quoted(column.column.name)} as {quoted(column.name)}" for column in columns
            )
            source = f"pg.{quoted(self.schema)}.{quoted(table.name)}"
            relation = f"(select {names} from {source})"
        else:
            sql = server_select(self.schema, table, columns, where)
            relation = f"postgres_query('pg', {literal(sql)})"
        return write_parquet(self.con, select_here(columns, relation), path)


class AdbcSnapshot:
    def __init__(
        self, con: duckdb.DuckDBPyConnection, cursor: Any, schema: str, why_slower: str
    ) -> None:
        self.con = con
        self.cursor = cursor
        self.schema = schema
        self.requests = 0
        self.why_slower = why_slower

    def all_rows(self, sql: str) -> list[tuple[Any, ...]]:
        self.requests += 1
        self.cursor.execute(sql)
        return [tuple(row) for row in self.cursor.fetchall()]

    def copy(
        self,
        table: PresentTable,
        columns: Sequence[Landing],
        where: str | None,
        path: Path,
        *,
        one_connection: bool = False,
        one_thread: bool = False,
    ) -> int:
        self.requests += 1
        self.con.execute(f"set threads = {1 if one_thread or table.is_wide else THREADS}")
        self.cursor.execute(server_select(self.schema, table, columns, where))
        with self.cursor.fetch_record_batch() as batches:
            self.con.register("came", batches)
            try:
                return write_parquet(self.con, select_here(columns, "came"), path)
            finally:
                self.con.unregister("came")


def server_select(
    schema: str, table: PresentTable, columns: Sequence[Landing], where: str | None
) -> str:
    names = ", ".join(f"{column.at_server} as {quoted(column.name)}" for column in columns)
    condition = f" where {where}" if where else ""
    return f"select {names} from {quoted(schema)}.{quoted(table.name)}{condition}"


def write_parquet(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> int:
    row = con.execute(
        f"copy ({select}) to {literal(str(path))} (format parquet, {IN_TRANSIT},"
        f" row_group_size {ROW_GROUP}, row_group_size_bytes '{ROW_GROUP_BYTES}')"
    ).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def open_snapshot(database: Database, present: Present, scratch: Path) -> Iterator[Snapshot]:
    with local_duckdb(scratch) as con:
        why_slower = why_not_loaded(con)
        opened = (
            adbc_snapshot(con, database, why_slower)
            if why_slower
            else extension_snapshot(con, database, present)
        )
        with opened as snapshot:
            yield snapshot


@contextmanager
def extension_snapshot(
    con: duckdb.DuckDBPyConnection, database: Database, present: Present
) -> Iterator[Snapshot]:
    # The password goes into a secret of this process: what ATTACH fails with quotes the rest.
    con.execute(
        f"create temporary secret oms (type postgres, password {literal(database.password)})"
    )
    con.execute(
        f"attach {literal(database.conninfo(password=False))} as pg"
        f" (type postgres, read_only, secret oms, schema {literal(database.schema)})"
    )
    con.execute("begin transaction")
    try:
        yield ExtensionSnapshot(con, database, present)
    finally:
        # When the server has ended the session, DuckDB's own rollback in `close` aborts the whole
        # process (1.5.5: "terminate called after throwing"); asked for, it is an ordinary error.
        with suppress(duckdb.Error):
            con.execute("rollback")


@contextmanager
def adbc_snapshot(
    con: duckdb.DuckDBPyConnection, database: Database, why_slower: str
) -> Iterator[Snapshot]:
    from adbc_driver_postgresql import dbapi  # loaded only where the extension is not

    uri = database.conninfo(password=True)
    with dbapi.connect(uri, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("begin isolation level repeatable read read only")
        yield AdbcSnapshot(con, cursor, database.schema, why_slower)
        cursor.execute("commit")


@contextmanager
def local_duckdb(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """In memory, bounded, and without a way to the network but the extension that we load.

    Its signature is not checked again at each load (0.15 CPU seconds, DuckDB reads all 42 MB of
    it): it comes from a wheel whose hash was checked when it was installed, like our own code.
    """
    con = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(scratch / "spilled"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_unsigned_extensions": True,
            "preserve_insertion_order": False,
        },
    )
    try:
        con.execute("set TimeZone = 'UTC'")
        yield con
    finally:
        con.close()


def why_not_loaded(con: duckdb.DuckDBPyConnection) -> str:
    """Loads DuckDB's postgres extension from its wheel; empty when it is there."""
    path = extension_path()
    if path is None:
        package = EXTENSION.replace("_", "-")
        return f"the package {package} is not here for DuckDB {duckdb.__version__}"
    try:
        con.execute(f"load {literal(str(path))}")
    except duckdb.Error as error:
        return f"it could not be loaded ({type(error).__name__})"
    return ""


def extension_path() -> Path | None:
    spec = importlib.util.find_spec(EXTENSION)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations)))
    path = folder / "extensions" / f"v{duckdb.__version__}" / "postgres_scanner.duckdb_extension"
    return path if path.exists() else None
