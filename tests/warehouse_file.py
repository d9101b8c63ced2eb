"""The warehouse file of a folder, opened as the platform opens it: attached to DuckDB in memory.

Belongs here: opening and closing it. Does not belong here: what a test does with it.

One DuckDB serves a whole process: making one takes 12 ms of the 19 ms that opening a file takes.
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

NUMBERS = count(1)
SPILL = TemporaryDirectory(prefix="chord-tests-")


@cache
def instance() -> duckdb.DuckDBPyConnection:
    """Tests change the folder they run in; DuckDB would spill to `.tmp` of the first one."""
    return duckdb.connect(":memory:", config={"temp_directory": SPILL.name})


@contextmanager
def warehouse_in(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """By one process and one thread at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "warehouse.lock", timeout=30):
        con, catalog = instance().cursor(), f"warehouse_{next(NUMBERS)}"
        con.execute(f"attach '{folder / 'warehouse.duckdb'}' as {catalog}")
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
