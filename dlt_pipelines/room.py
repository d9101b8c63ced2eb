"""How much memory and how many threads DuckDB takes for the rows of a package.

Belongs here: telling wide rows from narrow ones, DuckDB's settings for each. Does not belong here:
what is done with the rows (`merge.py`), memory outside of DuckDB (`memory.py`).

DuckDB keeps what it wrote for as long as its limit allows, and each of its threads holds a row
group of its own. Rows that are only written need neither. Measured on one machine, packages of a
first sync (CPU seconds, megabytes beyond those before the load):

    60,000 Zendesk tickets and metrics    192 MB, two threads  1.9, 181    64 MB, one  1.0, 125
    456,000 days of Google's ads          192 MB, two threads  3.8, 272    64 MB, one  3.5, 130
    20,600 Shopify orders, later slice    192 MB, two threads  2.1, 255    64 MB, one  1.6, 129
    18,350 Shopify orders, fifth slice    committed as given   1.7, 123    48 MB, one  1.8, 61

With 48 MB a slice of 17,400 orders takes as little as with 64, and with 24 it does not fit. Smaller
groups of rows in the warehouse (6,144 instead of 20,480) halve what a load takes, but the next load
of another kind writes them all again as larger ones, and takes as much more.
Narrow rows (a PostgreSQL's) are written by one thread too, with the memory of a writer: with little
they spill.

    1,000,000 rows of 15 columns          192 MB, two threads  1.1 CPU s   192 MB, one  0.9
    their whole sync                      2.7, 375 MB, 2.3 s of wall       2.1, 305 MB, 2.5 s

The other core reads the next slice meanwhile.

DuckDB works on 2,048 rows at once, which may not fit: 48 MB hold rows of 15 kB, the 192 MB of the
warehouse those of 30 (an e-mail template easily has 60). So a package that did not fit is loaded
again with more, at last with as much as the machine has.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

import duckdb
import pyarrow.parquet as pq

LITTLE = "48MB"
WIDE_ROW = 300
"""Bytes of a row in memory. Vendors' records take 310 to 1,950, rows of Solidus 120 to 230."""
FEW = 1_000
"""Rows; slices share those of one moment: 17,400 orders of which one was here took 40 MB more."""
SMALL_FILE = 1 << 20
"""Bytes up to which nobody looks: it takes little however it is written."""


Amount = Literal["little", "given", "all"]
AMOUNTS: tuple[Amount, ...] = get_args(Amount)


class Room:
    """`amount`: what wide rows are written with; a little, what the warehouse gives to everything,
    or what the machine has."""

    def __init__(self, con: duckdb.DuckDBPyConnection, amount: Amount = "little") -> None:
        self.con, self.amount = con, amount
        self.given: tuple[str, str] | None = None
        self.taken: tuple[str, str] | None = None
        self.is_wide = False

    def for_writing(self, files: Sequence[str]) -> None:
        memory = self.most()[0]
        if self.amount == "all":
            memory = all_memory(self.con)
        elif self.amount == "little" and are_wide(files):
            self.is_wide = True
            memory = LITTLE
        self.take((memory, "1"))

    def for_comparing(self, rows: int) -> None:
        """So many of the rows that came are here: a join holds those, and threads share it."""
        if rows > FEW and self.amount == "little":
            memory, threads = self.most()
            self.take((memory, "1" if self.now[0] == LITTLE else threads))

    def for_committing(self) -> None:
        """What was written by less than a group of rows is laid out only now."""
        if self.is_wide:
            with suppress(duckdb.OutOfMemoryException):  # comparing holds more than that
                self.take((LITTLE, "1"))

    def most(self) -> tuple[str, str]:
        """What the warehouse gives."""
        if self.given is None:
            asked = "select current_setting('memory_limit'), current_setting('threads')::varchar"
            found = self.con.execute(asked).fetchone()
            assert found is not None
            self.given = found
        return self.given

    @property
    def now(self) -> tuple[str, str]:
        return self.taken or self.most()

    def take(self, wanted: tuple[str, str]) -> None:
        memory, threads = self.now
        self.taken = wanted  # DuckDB may hold more already, and refuses the limit as an error
        if wanted[1] != threads:
            self.con.execute(f"set threads = {wanted[1]}")
        if wanted[0] != memory:
            self.con.execute(f"set memory_limit = '{wanted[0]}'")

    def give_back(self) -> None:
        """For who needs more than a little after all, and for whoever has the connection next."""
        if self.taken:
            with suppress(duckdb.OutOfMemoryException):
                self.take(self.most())


def all_memory(con: duckdb.DuckDBPyConnection) -> str:
    """DuckDB's own limit for this machine or container. A reset alone is shown and not heeded."""
    con.execute("reset memory_limit")
    found = con.execute("select current_setting('memory_limit')").fetchone()
    assert found is not None
    return found[0]


def is_short_of_memory(error: duckdb.Error) -> bool:
    """While it commits, DuckDB says so as a failed transaction."""
    is_failed_commit = isinstance(error, duckdb.TransactionException)
    return isinstance(error, duckdb.OutOfMemoryException) or (
        is_failed_commit and "MiB used)" in str(error)
    )


def are_wide(files: Sequence[str]) -> bool:
    size = rows = 0
    for file in files:
        if Path(file).stat().st_size > SMALL_FILE:
            told = pq.read_metadata(file)
            rows += told.num_rows
            size += sum(told.row_group(at).total_byte_size for at in range(told.num_row_groups))
    return size > WIDE_ROW * rows
