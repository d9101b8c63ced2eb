"""Hashes or drops personal data on its way in, before anything of it is stored.

Belongs here: what becomes of the values that a connector's tables mark as personal.
Does not belong here: which these are (`Table.personal`), the key and the choice (the platform).

A hash is HMAC-SHA256 under a key of this installation, of the value in lower case without blanks
around it: the same e-mail has the same hash in every connector, so that joins still hold, and
nobody without the key can try out addresses. What identifies a row is hashed also where the choice
is to drop, or its rows could not be told apart.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from dlt_pipelines.columns import PAYLOAD
from dlt_pipelines.connector import Table

Choice = Literal["hash", "drop"]
CHOICES = ("keep", "hash", "drop")


@dataclass(frozen=True)
class Protection:
    choice: Choice
    key: bytes

    def __repr__(self) -> str:
        return f"Protection({self.choice})"

    def rows(self, table: Table, rows: pa.Table) -> pa.Table:
        """The rows with every personal value hashed or dropped, in columns and payload alike."""
        if not table.personal:
            return rows
        named = self.columns_of(table)
        for name in rows.column_names:
            if name in named:
                protected = self.column(rows[name], is_key=name in table.primary_key)
            elif name == PAYLOAD:
                protected = self.payload(table, rows[name])
            else:
                continue
            rows = rows.set_column(rows.column_names.index(name), name, protected)
        return rows

    def file(self, table: Table, path: Path) -> None:
        """The same for a Parquet file, in its place."""
        if not table.personal:
            return
        whole = path.with_suffix(".protected")
        with (
            pq.ParquetFile(path) as file,
            pq.ParquetWriter(whole, file.schema_arrow, compression="zstd") as writer,
        ):
            for batch in file.iter_batches():
                rows = pa.Table.from_batches([batch], schema=file.schema_arrow)
                writer.write_table(self.rows(table, rows).cast(file.schema_arrow))
        whole.replace(path)

    def columns_of(self, table: Table) -> set[str]:
        """Columns that are personal themselves, or are read from a personal path."""
        names = {*table.paths, *table.columns, *table.primary_key, *table.personal}
        return {
            name
            for name in names
            if any(
                covers(path, name) or covers(path, table.paths.get(name, name))
                for path in table.personal
            )
        }

    def column(self, values: pa.ChunkedArray, *, is_key: bool) -> pa.Array:
        if (self.choice == "drop" and not is_key) or not pa.types.is_string(values.type):
            return pa.nulls(len(values), type=values.type)
        hashed = cache(self.hashed)
        return pa.array([hashed(value) for value in values.to_pylist()], type=values.type)

    def payload(self, table: Table, values: pa.ChunkedArray) -> pa.Array:
        paths = [path.split(".") for path in table.personal]
        protect: Callable[[Any], Any] = self.hashed if self.choice == "hash" else nothing
        done = []
        for text in values.to_pylist():
            if text is None:
                done.append(None)
                continue
            record = orjson.loads(text)
            for path in paths:
                protect_at(record, path, protect)
            done.append(orjson.dumps(record).decode())
        return pa.array(done, type=values.type)

    def hashed(self, value: Any) -> Any:
        if value is None or value == "" or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return {name: self.hashed(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.hashed(each) for each in value]
        return hmac.digest(self.key, str(value).strip().lower().encode(), "sha256").hex()


def protect_at(record: Any, path: list[str], protect: Callable[[Any], Any]) -> None:
    if isinstance(record, list):
        for each in record:
            protect_at(each, path, protect)
    elif isinstance(record, dict) and path[0] in record:
        if len(path) == 1:
            record[path[0]] = protect(record[path[0]])
        else:
            protect_at(record[path[0]], path[1:], protect)


def covers(path: str, other: str) -> bool:
    return other == path or other.startswith(path + ".")


def nothing(_: Any) -> None:
    return None
