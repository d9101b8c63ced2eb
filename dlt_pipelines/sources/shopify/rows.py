"""Records on their way to Arrow: one growing batch per raw table.

Belongs here: columns and payload of a raw table's rows, however they came (pages or bulk).
Does not belong here: asking for records.

`records.raw_table` serves any vendor; this file differs from it because children's parents stand
outside the child's record, and because 5,000 timestamps cast by Arrow take 1 ms instead of 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa

from dlt_pipelines.connector import SyncReport, Table
from dlt_pipelines.records import (
    ARROW_TYPES,
    PAYLOAD,
    declared_columns,
    fitted,
    report_misfits,
    value_at,
)

Record = dict[str, Any]


class Batch:
    """Rows of one raw table. `given` columns come from outside the record."""

    def __init__(self, table: Table, report: SyncReport, *, given: Sequence[str] = ()) -> None:
        self.table, self.report = table, report
        self.given = tuple(given)
        self.columns: dict[str, list[Any]] = {name: [] for name in declared_columns(table)}
        own = [name for name in self.columns if name != PAYLOAD and name not in self.given]
        self.readers: list[tuple[Callable[[Any], None], str | list[str]]] = []
        for name in own:
            path = table.paths.get(name, name).split(".")
            column = self.columns[name]
            self.readers.append((column.append, path[0] if len(path) == 1 else path))
        self.append_payload = self.columns[PAYLOAD].append

    def __len__(self) -> int:
        return len(self.columns[PAYLOAD])

    def add(self, records: Iterable[Record], *given: str) -> None:
        """`given` in the order of the batch's given columns."""
        appends = [self.columns[name].append for name in self.given]
        readers, dumps, append_payload = self.readers, orjson.dumps, self.append_payload
        for record in records:
            for append, path in readers:
                append(record.get(path) if isinstance(path, str) else value_at(record, path))
            for append, value in zip(appends, given, strict=True):
                append(value)
            append_payload(dumps(record))

    def take(self) -> pa.Table:
        """The rows so far as one Arrow table, which may be empty; the batch starts again."""
        table = arrow_table(self.table, self.columns, self.report)
        for column in self.columns.values():
            column.clear()
        return table


def arrow_table(table: Table, columns: Mapping[str, Any], report: SyncReport) -> pa.Table:
    """Columns of texts (lists or Arrow arrays) in their declared types."""
    arrays, fields = [], []
    for name, hints in declared_columns(table).items():
        kind = hints["data_type"]
        arrays.append(column_of(table, name, kind, columns[name], report))
        fields.append(pa.field(name, ARROW_TYPES[kind]))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def column_of(table: Table, name: str, kind: str, values: Any, report: SyncReport) -> pa.Array:
    wanted = ARROW_TYPES[kind]
    if name == PAYLOAD and isinstance(values, list):
        return pa.array(values, type=pa.binary()).cast(wanted)
    try:
        texts = pa.array(values, type=pa.string()) if isinstance(values, list) else values
        return texts.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raw = values if isinstance(values, list) else values.to_pylist()
        casts = [fitted(value, kind) for value in raw]
        report_misfits(table, name, kind, raw, casts, report)
        return pa.array(casts, type=wanted)


class Gathered:
    """Small Arrow tables on their way to larger ones: each costs its own row group downstream."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.waiting: dict[str, list[pa.Table]] = {}

    def add(self, table: Table, rows: pa.Table) -> Iterator[tuple[Table, pa.Table]]:
        waiting = self.waiting.setdefault(table.name, [])
        waiting.append(rows)
        if sum(each.num_rows for each in waiting) >= self.rows:
            yield table, pa.concat_tables(self.waiting.pop(table.name)).combine_chunks()

    def rest(self) -> Iterator[tuple[str, pa.Table]]:
        for name, tables in self.waiting.items():
            yield name, pa.concat_tables(tables).combine_chunks()
        self.waiting.clear()
