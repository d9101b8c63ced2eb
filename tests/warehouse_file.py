"""The warehouse file of a folder, opened as the platform opens it: attached to DuckDB in memory.

Belongs here: opening and closing it. Does not belong here: what a test does with it.

One DuckDB serves a whole process: making one takes 12 ms of the 19 ms that opening a file takes.
Blocks are small, because closing a file clears one for each column: 20 tables of four columns took
44 ms with DuckDB's own settings, 19 with the platform's, 7 with blocks of 16 kB.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from filelock import FileLock

from chord_platform.warehouse.warehouse import ROW_GROUP, STORAGE

NUMBERS = count(1)
SPILL = TemporaryDirectory(prefix="chord-tests-")


@cache
def instance() -> duckdb.DuckDBPyConnection:
    """Tests change the folder they run in; DuckDB would spill to `.tmp` of the first one."""
    con = duckdb.connect(":memory:", config={"temp_directory": SPILL.name})
    con.execute("set disabled_compression_methods = 'dictionary,zstd'")
    return con


@contextmanager
def warehouse_in(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """By one process and one thread at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "warehouse.lock", timeout=30):
        con, catalog = instance().cursor(), f"warehouse_{next(NUMBERS)}"
        con.execute(
            f"attach '{folder / 'warehouse.duckdb'}' as {catalog} (block_size 16384,"
            f" row_group_size {ROW_GROUP}, storage_version '{STORAGE}')"
        )
        try:
            con.execute(f"use {catalog}")
            con.execute("set TimeZone = 'UTC'")
            yield con
        finally:
            with suppress(duckdb.TransactionException):  # none was open
                con.execute("rollback")
            con.execute("use memory")
            con.execute(f"detach {catalog}")
            con.close()
