"""A bulk result as Arrow: each line goes to its table by its id's type, without a Python object
per row.

Belongs here: reading a bulk file. Does not belong here: getting it (`bulk.py`).

Blocks of 2 MB keep memory flat whatever the file's size (8 MB blocks cost 140 MB more, and no less
time); a line longer than a block just makes a longer block. DuckDB takes the lines apart: one parse
per line for keys and lists, one to drop what has a table of its own and to write the text in one
form, so that a record that comes by bulk and then by page is not taken for a changed one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dlt_pipelines.connector import SyncReport, Table
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.records import PAYLOAD, declared_columns
from dlt_pipelines.sources.shopify.auth import NAME
from dlt_pipelines.sources.shopify.rows import arrow_table
from dlt_pipelines.sources.shopify.shapes import Children, Parts, Stream
from dlt_pipelines.sources.shopify.tables import BY_NAME

BLOCK = 1 << 20
PARENT = "__parentId"
Rows = tuple[Table, pa.Table]


def read_bulk_file(path: Path, stream: Stream, report: SyncReport) -> Iterator[list[Rows]]:
    """Rows by table, block by block."""
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        con.execute("set preserve_insertion_order = true")
        for block in blocks_of(path):
            lines = lines_of(block)
            con.register("lines", pa.table({"line": lines}))
            try:
                yield rows_of_block(con, stream, len(lines), report)
            except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
                raise UnexpectedResponse(
                    NAME, f"a line of a bulk result is not JSON ({type(error).__name__})."
                ) from None
            finally:
                con.unregister("lines")


def blocks_of(path: Path) -> Iterator[bytes]:
    """Whole lines, about 1 MB at a time, without the last line's end."""
    with path.open("rb") as file:
        rest = b""
        while chunk := file.read(BLOCK):
            end = chunk.rfind(b"\n")
            if end < 0:
                rest += chunk
                continue
            yield rest + chunk[:end]
            rest = chunk[end + 1 :]
        if rest.strip():
            yield rest


def lines_of(block: bytes) -> pa.Array:
    offsets = pa.py_buffer(len(block).to_bytes(4, "little").rjust(8, b"\0"))
    whole = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(block)])
    return pc.call_function("split_pattern", [whole], pc.SplitPatternOptions("\n")).flatten()


def rows_of_block(
    con: duckdb.DuckDBPyConnection, stream: Stream, lines: int, report: SyncReport
) -> list[Rows]:
    con.execute(f"create or replace temp table parsed as {parsed_sql(stream)}")
    found: list[Rows] = []
    known = 0
    for table, sql, is_line in selections(stream):
        arrow = con.sql(sql).to_arrow_table() if table else None
        if table and arrow is not None:
            columns = {name: arrow.column(name).combine_chunks() for name in arrow.column_names}
            found.append((table, arrow_table(table, columns, report)))
            known += arrow.num_rows if is_line else 0
        else:
            known += con.execute(sql).fetchall()[0][0]
    if known != lines:
        raise UnexpectedResponse(
            NAME, f"{lines - known} lines of a bulk result are of a kind that was not asked for."
        )
    return found


def parsed_sql(stream: Stream) -> str:
    """One row per line: the text, its keys and times, and its lists."""
    shape: dict[str, object] = {"id": "VARCHAR", PARENT: "VARCHAR"}
    for name in stream.tables:
        table = BY_NAME[name]
        for column in declared_columns(table):
            if column != PAYLOAD:
                put(shape, table.paths.get(column, column).split("."))
    for part in stream.parts:
        shape[part.field] = ["JSON"]
    text = orjson.dumps(shape).decode().replace("'", "''")
    return f"select line, unnest(from_json(line, '{text}')) from lines"


def put(shape: dict[str, object], path: list[str]) -> None:
    inner = shape
    for step in path[:-1]:
        deeper = inner.setdefault(step, {})
        if not isinstance(deeper, dict):
            return
        inner = deeper
    inner.setdefault(path[-1], "VARCHAR")


def selections(stream: Stream) -> Iterator[tuple[Table | None, str, bool]]:
    """Per table: its query, and whether its rows are lines of their own."""
    is_root = f"{quoted(PARENT)} is null"
    if stream.table:
        table = BY_NAME[stream.table]
        without = [part.field for part in stream.parts]
        yield table, f"select {columns_of(table, without)} from parsed where {is_root}", True
    else:
        yield None, f"select count(*) from parsed where {is_root}", True
    for children in stream.descendants:
        types = ", ".join(f"'{name}'" for name in (children.type, *children.or_types))
        wanted = f"{quoted(PARENT)} is not null and split_part(id, '/', 4) in ({types})"
        if children.table:
            table = BY_NAME[children.table]
            columns = columns_of(table, [PARENT], parent=children)
            yield table, f"select {columns} from parsed where {wanted}", True
        else:
            yield None, f"select count(*) from parsed where {wanted}", True
    for part in stream.parts:
        yield BY_NAME[part.table], part_sql(part), False


def columns_of(table: Table, without: list[str], *, parent: Children | None = None) -> str:
    columns = []
    for name in declared_columns(table):
        if name == PAYLOAD:
            continue
        source = ".".join(quoted(step) for step in table.paths.get(name, name).split("."))
        if parent and name == parent.parent_id:
            source = quoted(PARENT)
        columns.append(f"{source} as {quoted(name)}")
    payload = "line"
    if without:
        patch = orjson.dumps(dict.fromkeys(without)).decode()
        payload = f"json_merge_patch(line, '{patch}')::varchar"
    return ", ".join([*columns, f"{payload} as {PAYLOAD}"])


def part_sql(part: Parts) -> str:
    table = BY_NAME[part.table]
    columns = []
    for name in declared_columns(table):
        if name == PAYLOAD:
            columns.append(f"part::varchar as {PAYLOAD}")
        elif name == part.parent_id:
            columns.append(f"record_id as {quoted(name)}")
        else:
            path = table.paths.get(name, name)
            columns.append(f"part ->> '$.{path}' as {quoted(name)}")
    return (
        f"select {', '.join(columns)} from (select id as record_id, unnest({quoted(part.field)})"
        f" as part from parsed where {quoted(PARENT)} is null)"
    )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
