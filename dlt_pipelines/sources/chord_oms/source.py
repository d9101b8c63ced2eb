"""What dlt is given: one resource for each table, one for the keys of it, one for what is unknown.

Belongs here: the shape of the source. Does not belong here: reading (`reading.py`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pyarrow.parquet as pq
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.sources.chord_oms.exact import File
from dlt_pipelines.sources.chord_oms.failures import CONNECTOR_NAME
from dlt_pipelines.sources.chord_oms.reading import Reading, ReadTable
from dlt_pipelines.sources.chord_oms.solidus import TABLES
from dlt_pipelines.streams import PRESENT, SKIPPED, parquet_file, stream

OTHERS = "other_tables"
FINGERPRINT, FINGERPRINTS = "fingerprint", "fingerprints"
BATCH_ROWS = 50_000


def build_source(settings: ConnectionSettings) -> DltSource:
    reading = Reading(settings, fingerprints)

    @dlt.source(name=CONNECTOR_NAME)
    def chord_oms() -> Iterator[DltResource]:
        for table in TABLES:
            yield rows_resource(settings, table, reading)
            if table.cursor:
                yield keys_resource(table, reading)
        yield others_resource(reading)

    return chord_oms()


def fingerprints() -> dict[str, str]:
    """Of all tables at the last sync; dlt keeps them with the cursors, beside the rows."""
    resources = dlt.current.source_state().get("resources", {})
    marks = {name: state.get(FINGERPRINT) for name, state in resources.items()}
    marks |= resources.get(OTHERS, {}).get(FINGERPRINTS, {})
    return {name: mark for name, mark in marks.items() if mark}


def rows_resource(settings: ConnectionSettings, table: Table, reading: Reading) -> DltResource:
    def read(window: Window) -> Generator[Any, None, datetime | str | None]:
        found = reading.read.tables.get(table.name)
        if found is None:
            return SKIPPED
        if found.rows:
            yield from handed_over(found.rows, write=found.write)
        if settings.moves_cursors:
            dlt.current.resource_state()[FINGERPRINT] = found.fingerprint
        if found.is_absent:
            return SKIPPED
        # What is read whole at a full refresh is one unit and ends where its window ends.
        return None if window.whole else reading.read.reached

    return stream(settings, table, read)


def keys_resource(table: Table, reading: Reading) -> DltResource:
    def keys() -> Iterator[Any]:
        found = reading.read.tables.get(table.name)
        if found and found.keys:
            yield from handed_over(found.keys, write="append")

    return dlt.resource(keys, name=table.name + PRESENT, write_disposition="append")


def others_resource(reading: Reading) -> DltResource:
    """Tables that nobody declared. dlt takes a file only for a resource's own table, so these
    travel as Arrow batches; each becomes a table of its own with the key that PostgreSQL knows."""

    def rows() -> Iterator[Any]:
        for found in reading.read.extra:
            if found.rows:
                yield from arrow_of(found, found.rows.path)
            marks = dlt.current.resource_state().setdefault(FINGERPRINTS, {})
            marks[found.name] = found.fingerprint

    return dlt.resource(rows, name=OTHERS, write_disposition="append")


def handed_over(file: File, *, write: Any) -> Iterator[Any]:
    yield parquet_file(file.path, file.rows, write=write)
    file.path.unlink(missing_ok=True)


def arrow_of(found: ReadTable, path: Path) -> Iterator[Any]:
    with pq.ParquetFile(path) as parquet:
        schema = pa.schema([without_extension(field) for field in parquet.schema_arrow])
        nested = [
            was.name
            for was, now in zip(parquet.schema_arrow, schema, strict=True)
            if was.type != now.type
        ]
        hints = dlt.mark.make_hints(
            table_name=found.name,
            primary_key=list(found.key),
            write_disposition="replace",
            columns=[{"name": name, "data_type": "json"} for name in nested],
        )
        yield dlt.mark.with_hints(schema.empty_table(), hints, create_table_variant=True)
        for batch in parquet.iter_batches(BATCH_ROWS):
            rows = pa.Table.from_batches([batch]).cast(schema)
            yield dlt.mark.with_table_name(rows, found.name)
    path.unlink(missing_ok=True)


def without_extension(field: pa.Field) -> pa.Field:
    """dlt knows no Arrow type for JSON."""
    is_extended = isinstance(field.type, pa.BaseExtensionType)
    return field.with_type(field.type.storage_type) if is_extended else field
