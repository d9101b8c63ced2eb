"""What dlt is given: the spreadsheet, its list of sheets, and one resource for all their rows.

Belongs here: the shape of the source. Does not belong here: reading (`reading.py`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.google_sheets.reading import Book, ReadSheet
from dlt_pipelines.sources.google_sheets.setup import NAME
from dlt_pipelines.sources.google_sheets.tables import BY_NAME
from dlt_pipelines.streams import parquet_file, present_keys, stream

CELLS, MARK = "cells", "mark"
Reading = Generator[Any, None, datetime | str | None]


def google_sheets(settings: ConnectionSettings) -> DltSource:
    book = Book(settings, remembered)

    def read_spreadsheet(window: Window) -> Reading:
        if (read := book.read) is not None:
            record = {**read.meta, "spreadsheetId": book.client.spreadsheet_id, "file": read.file}
            kept = ("spreadsheetId", "properties", "file")
            one = {name: record.get(name) for name in kept}
            yield from whole(BY_NAME["spreadsheet"], raw_table(BY_NAME["spreadsheet"], [one]))
        return None

    def read_sheets(window: Window) -> Reading:
        if (read := book.read) is not None:
            records = [one.described(book.client.spreadsheet_id) for one in read.sheets]
            yield from whole(BY_NAME["sheets"], raw_table(BY_NAME["sheets"], records))
        return None

    def cells() -> Iterator[Any]:
        """One table after the other through one resource: which there are is not known before the
        spreadsheet is asked."""
        if "sheets" not in settings.windows or (read := book.read) is None:
            return
        for sheet in read.sheets:
            yield from as_table(sheet)
        dlt.current.resource_state()[MARK] = read.mark

    @dlt.source(name=NAME)
    def source() -> Iterator[DltResource]:
        yield stream(settings, BY_NAME["spreadsheet"], read_spreadsheet)
        yield stream(settings, BY_NAME["sheets"], read_sheets)
        yield dlt.resource(cells, name=CELLS, write_disposition="append")

    return source()


def whole(table: Table, rows: pa.Table) -> Iterator[Any]:
    """Not `replace`: of that dlt makes an empty file when nothing is read."""
    yield rows
    yield present_keys(table, rows.select(table.primary_key))


def remembered() -> str | None:
    """dlt keeps it with the cursors, beside the rows."""
    return dlt.current.source_state().get("resources", {}).get(CELLS, {}).get(MARK)


def as_table(sheet: ReadSheet) -> Iterator[Any]:
    """dlt adds the columns of each hint to those before: they are emptied with the new name."""
    if sheet.path is None:
        return
    emptied = dlt.mark.make_hints(
        table_name=sheet.area.table_name, primary_key="", write_disposition="replace"
    )
    yield dlt.mark.with_hints([], {**emptied, "columns": {}, "original_columns": {}})
    yield parquet_file(sheet.path, sheet.rows, write="replace", key=sheet.key)
    sheet.path.unlink(missing_ok=True)
