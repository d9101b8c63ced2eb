"""Turns a table's reader into a dlt resource, and marks the rows of other tables it brings along.

Belongs here: what a source yields. Does not belong here: how rows are merged (`warehouse.py`).

A reader is a generator function `read(window)` that yields Arrow tables (`records.raw_table`),
`parquet_file(...)`, or `rows_of(...)`, `deleted_keys(...)`, `present_keys(...)`. Its table's cursor
moves to the window's end when the generator ends, and not before: a reader that raises moves
nothing. Rows whose parent came with them are replaced together with that parent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract.resource import DltResource

from dlt_pipelines.connector import ConnectionSettings, Table, Window, Write

CURSOR = "cursor"
DELETED, PRESENT = "__deleted", "__present"
"""Suffixes of tables that carry keys instead of rows: the keys that are gone, or all there are."""


def stream(
    settings: ConnectionSettings,
    table: Table,
    read: Callable[[Window], Iterator[Any]],
    *,
    write: Write | None = None,
) -> DltResource:
    """The resource of a table that is asked for by itself; children come with their parent's."""
    disposition = write or table.write

    def rows() -> Iterator[Any]:
        window = settings.windows[table.name]
        yield from read(window)
        dlt.current.resource_state()[CURSOR] = window.until.isoformat()

    return dlt.resource(
        rows,
        name=table.name,
        primary_key=list(table.primary_key),
        write_disposition=disposition,
    )


def rows_of(table: Table, rows: pa.Table) -> Any:
    """Rows of another table than the stream's own: a child that came with its parent."""
    return dlt.mark.with_table_name(rows, table.name)


def deleted_keys(table: Table, keys: pa.Table) -> Any:
    """Rows of `table` that the vendor says are deleted; `keys` has its primary key's columns."""
    return dlt.mark.with_table_name(keys, table.name + DELETED)


def present_keys(table: Table, keys: pa.Table) -> Any:
    """All keys the vendor has (may come in parts): rows of other keys are gone."""
    return dlt.mark.with_table_name(keys, table.name + PRESENT)


def parquet_file(path: Path, rows: int) -> Any:
    """A Parquet file with rows of the stream's own table; taken over as it is, never re-encoded."""
    return dlt.mark.with_file_import(str(path), "parquet", rows)
