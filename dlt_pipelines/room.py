"""How much memory and how many threads DuckDB takes for the rows of a package.

Belongs here: telling wide rows from narrow ones, DuckDB's settings for each. Does not belong here:
what is done with the rows (`merge.py`), memory outside of DuckDB (`memory.py`).

DuckDB keeps what it wrote for as long as its limit allows, and each of its threads holds a row
group of its own. Rows that are only written need neither. Measured on one machine, packages of a
first sync (CPU seconds, megabytes beyond those before the load):

    60,000 Zendesk tickets and metrics    192 MB, two threads  1.9, 181    64 MB, one  1.0, 125
    456,000 days of Google's ads          192 MB, two threads  3.8, 272    64 MB, one  3.5, 130
    20,600 Shopify orders, later slice    192 MB, two threads  2.1, 255    64 MB, one  1.6, 129

With 48 MB a slice of 17,400 orders takes as little as with 64, and with 24 it does not fit. Smaller
groups of rows in the warehouse (6,144 instead of 20,480) halve what a load takes, but the next load
of another kind writes them all again as larger ones, and takes as much more.
Narrow rows (a PostgreSQL's) are written sooner by two threads, and take little anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

LITTLE = "48MB"
WIDE_ROW = 300
"""Bytes of a row in memory. Vendors' records take 310 to 1,950, rows of Solidus 120 to 230."""
FEW = 1_000
"""Rows; slices share those of one moment: 17,400 orders of which one was here took 40 MB more."""
SMALL_FILE = 1 << 20
"""Bytes up to which nobody looks: it takes little however it is written."""


class Room:
    """`is_spare` off: everything may take what the warehouse gives, for rows too wide for less."""

    def __init__(self, con: duckdb.DuckDBPyConnection, *, is_spare: bool = True) -> None:
        self.con, self.is_spare = con, is_spare
        self.given: tuple[str, str] | None = None
        self.taken: tuple[str, str] | None = None

    def for_writing(self, files: Sequence[str]) -> None:
        is_wide = self.is_spare and are_wide(files)
        if is_wide or self.taken:
            self.take((LITTLE, "1") if is_wide else self.most())

    def for_comparing(self, rows: int) -> None:
        """So many of the rows that came are here: a join holds those."""
        if self.taken and rows > FEW:
            self.take((self.most()[0], self.taken[1]))

    def most(self) -> tuple[str, str]:
        if self.given is None:
            asked = "select current_setting('memory_limit'), current_setting('threads')::varchar"
            found = self.con.execute(asked).fetchone()
            assert found is not None
            self.given = found
        return self.given

    def take(self, wanted: tuple[str, str]) -> None:
        self.most()
        if wanted != self.taken:
            self.taken = wanted  # DuckDB may hold more already, and refuses the limit as an error
            self.con.execute(f"set memory_limit = '{wanted[0]}'")
            self.con.execute(f"set threads = {wanted[1]}")

    def give_back(self) -> None:
        """For who needs more than a little after all, and for whoever has the connection next."""
        if self.taken:
            self.take(self.most())


def are_wide(files: Sequence[str]) -> bool:
    size = rows = 0
    for file in files:
        if Path(file).stat().st_size > SMALL_FILE:
            told = pq.read_metadata(file)
            rows += told.num_rows
            size += sum(told.row_group(at).total_byte_size for at in range(told.num_row_groups))
    return size > WIDE_ROW * rows
