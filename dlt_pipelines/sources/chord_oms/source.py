"""What dlt is given: one resource for each table, one for the keys of it, one for what is unknown.

Belongs here: the shape of the source. Does not belong here: reading (`reading.py`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any

import dlt
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Table, Window, Write
from dlt_pipelines.sources.chord_oms.exact import File
from dlt_pipelines.sources.chord_oms.naming import CONNECTOR_NAME
from dlt_pipelines.sources.chord_oms.notation import CURSOR
from dlt_pipelines.sources.chord_oms.plan import Remembered
from dlt_pipelines.sources.chord_oms.reading import Reading
from dlt_pipelines.sources.chord_oms.solidus import TABLES
from dlt_pipelines.streams import PRESENT, SKIPPED, parquet_file, stream

OTHERS, KEYS = "other_tables", "keys_of_tables"
FINGERPRINT, CURSORS, WHOLE_AT = "fingerprint", "cursors", "whole_at"


def build_source(settings: ConnectionSettings) -> DltSource:
    reading = Reading(settings, remembered)

    @dlt.source(name=CONNECTOR_NAME)
    def chord_oms() -> Iterator[DltResource]:
        for table in TABLES:
            yield rows_resource(settings, table, reading)
        yield keys_resource(reading)
        yield others_resource(settings, reading)

    return chord_oms()


def remembered() -> Remembered:
    """dlt keeps it with the cursors, beside the rows."""
    resources = dlt.current.source_state().get("resources", {})
    others = resources.get(OTHERS, {})

    def of_all(what: str) -> dict[str, str]:
        found = {name: state.get(what) for name, state in resources.items() if name != OTHERS}
        return {name: value for name, value in {**found, **others.get(what, {})}.items() if value}

    return Remembered(of_all(FINGERPRINT), others.get(CURSORS, {}), of_all(WHOLE_AT))


def rows_resource(settings: ConnectionSettings, table: Table, reading: Reading) -> DltResource:
    def read(window: Window) -> Generator[Any, None, datetime | str | None]:
        found = reading.read.tables.get(table.name)
        if found is None:
            return SKIPPED
        if found.rows:
            yield from handed_over(found.rows, write=found.write)
        if settings.moves_cursors:
            state = dlt.current.resource_state()
            state[FINGERPRINT] = found.fingerprint
            if found.is_whole:
                state[WHOLE_AT] = window.until.isoformat()
        if found.is_absent:
            return SKIPPED
        # What is read whole at a full refresh is one unit and ends where its window ends.
        return None if window.whole else reading.read.reached

    return stream(settings, table, read)


def keys_resource(reading: Reading) -> DltResource:
    """The keys of all tables through one resource: each takes dlt half a millisecond, with nothing
    to hand over."""

    def keys() -> Iterator[Any]:
        for found in reading.read.tables.values():
            if found.keys:
                yield from as_table(found.name + PRESENT, found.keys, key=(), write="append")

    return dlt.resource(keys, name=KEYS, write_disposition="append")


def others_resource(settings: ConnectionSettings, reading: Reading) -> DltResource:
    """Tables that nobody declared, one after the other through one resource, because they are not
    known before the database is asked."""

    def rows() -> Iterator[Any]:
        extra = reading.read.extra
        for found in extra:
            if found.rows:
                yield from as_table(found.name, found.rows, key=found.key, write=found.write)
            if found.keys:
                yield from as_table(found.name + PRESENT, found.keys, key=(), write="append")
        if extra:
            state = dlt.current.resource_state()
            until = min(window.until for window in settings.windows.values())
            reached = reading.read.reached or until
            state[FINGERPRINT] = {found.name: found.fingerprint for found in extra}
            state[CURSORS] = {found.name: reached.isoformat() for found in extra}
            state.setdefault(WHOLE_AT, {}).update(
                {found.name: until.isoformat() for found in extra if found.is_whole}
            )

    return dlt.resource(rows, name=OTHERS, write_disposition="append")


def handed_over(
    file: File,
    *,
    write: Write,
    key: tuple[str, ...] | None = None,
    cursor: str | None = None,
) -> Iterator[Any]:
    yield parquet_file(file.path, file.rows, write=write, key=key, cursor=cursor)
    file.path.unlink(missing_ok=True)


def as_table(name: str, file: File, *, key: tuple[str, ...], write: Write) -> Iterator[Any]:
    """dlt adds the columns of each hint to those before: they are emptied with the new name."""
    emptied = dlt.mark.make_hints(table_name=name, primary_key="", write_disposition=write)
    yield dlt.mark.with_hints([], {**emptied, "columns": {}, "original_columns": {}})
    yield from handed_over(file, write=write, key=key, cursor=CURSOR if key else None)
