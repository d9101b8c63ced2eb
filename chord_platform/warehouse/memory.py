"""How much memory DuckDB takes for what the platform does with the warehouse.

Belongs here: less than a writer's for a checkpoint, more for models of very wide rows. Does not
belong here: a load's (`dlt_pipelines/room.py`), what a writer is given (`warehouse.py`).

DuckDB works on 2,048 rows at once; with 192 MB and two threads it cannot read those of 30 kB.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from chord_platform.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

    from chord_platform.warehouse.results import BuildResult

CHECKPOINT_MEMORY = "48MB"
"""By one thread. Measured, eleven slices of 18,350 Shopify orders each, beyond what the process
held before: 85 to 217 MB with the two threads and 192 MB of a writer, 55 to 65 MB with these, for
the same CPU."""


def take_little(con: duckdb.DuckDBPyConnection) -> None:
    import duckdb

    with suppress(duckdb.OutOfMemoryException):  # more than that is in use
        con.execute(f"set memory_limit = '{CHECKPOINT_MEMORY}'")
    con.execute("set threads = 1")


def with_enough_memory(
    con: duckdb.DuckDBPyConnection, build: Callable[[], BuildResult]
) -> BuildResult:
    """Again with all that the machine has, where a writer's does not do: such a build was rolled
    back whole. Raises `WarehouseError` where that does not do either."""
    import duckdb

    from dlt_pipelines import room

    try:
        return build()
    except duckdb.OutOfMemoryException:
        con.execute(f"set memory_limit = '{room.all_memory(con)}'")
        con.execute("set threads = 1")
    try:
        return build()
    except duckdb.OutOfMemoryException as error:
        first_line = str(error).partition("\n")[0]
        raise WarehouseError(
            f"this machine's memory does not hold the rows of the models: {first_line}",
            hint="Nothing was changed. Give it more memory, or leave wide columns out.",
        ) from error
