"""What a load package brings, table by table.

Belongs here: its files, and what the connector or dlt's hints say about each table. Does not belong
here: writing it (`merge.py`), when it is committed (`destination.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dlt.common.schema import Schema
from dlt.common.schema.utils import get_columns_names_with_prop
from dlt.common.storages import ParsedLoadJobFileName
from dlt.common.storages.load_package import LoadPackageStateInjectableContext

from dlt_pipelines.connector import Connector, Table, Write
from dlt_pipelines.merge import Incoming
from dlt_pipelines.streams import COVERED, DELETED, PRESENT, without_suffix

DUCKDB_TYPES = {
    "text": "VARCHAR",
    "json": "JSON",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "date": "DATE",
    "bigint": "BIGINT",
    "bool": "BOOLEAN",
    "double": "DOUBLE",
    "decimal": "DECIMAL(38,9)",
}


def incoming_tables(
    files: Mapping[str, list[str]], schema: Schema, connector: Connector, asked: Collection[str]
) -> list[Incoming]:
    """Tables of the package, of their children, and those that were asked for without news."""
    declared = {table.name: table for table in connector.tables}
    names = {without_suffix(name) for name in files} | {*asked}
    names |= {
        table.name for table in declared.values() if table.parent and table.parent[0] in names
    }
    return [
        incoming(name, files, schema.tables.get(name, {"columns": {}}), declared.get(name))
        for name in sorted(names)
        if not name.startswith(schema._dlt_tables_prefix)
    ]


def incoming(
    name: str, files: Mapping[str, list[str]], hints: Any, table: Table | None
) -> Incoming:
    return Incoming(
        table=name,
        key=table.primary_key if table else tuple(columns_with(hints, "primary_key")),
        write=write_of(table, hints.get("write_disposition")),
        cursor=table.cursor if table else next(iter(columns_with(hints, "dedup_sort")), None),
        created=table.created if table else None,
        parent=table.parent if table else None,
        files=tuple(files[name]) if name in files else None,
        deleted=tuple(files.get(name + DELETED, ())),
        present=tuple(files.get(name + PRESENT, ())),
        covered=tuple(files.get(name + COVERED, ())),
        scope=table.scope if table else (),
        columns={
            column: duckdb_type(hint) for column, hint in (table.columns.items() if table else ())
        },
    )


def columns_with(hints: Any, hint: Any) -> list[str]:
    """Of a table that nobody declared (`streams.parquet_file`)."""
    return get_columns_names_with_prop(hints, hint, include_incomplete=True)


def write_of(table: Table | None, hint: Write | None) -> Write:
    """This package's hint where it replaces; else what the connector declares (`unmerged`)."""
    if table is None:
        return hint or "merge"
    return "replace" if hint == "replace" else table.write


def package_files(context: LoadPackageStateInjectableContext, load_id: str) -> dict[str, list[str]]:
    """Parquet files of a package by table, in the order of their names."""
    packages = context.storage
    folder = packages.get_job_state_folder_path(load_id, packages.COMPLETED_JOBS_FOLDER)
    found: dict[str, list[str]] = {}
    for path in sorted(packages.storage.list_folder_files(folder)):
        job = ParsedLoadJobFileName.parse(path)
        if job.file_format == "parquet":
            found.setdefault(job.table_name, []).append(packages.storage.make_full_path(path))
    return found


def duckdb_type(hint: Mapping[str, Any]) -> str:
    if hint["data_type"] == "decimal" and hint.get("precision"):
        return f"DECIMAL({hint['precision']},{hint.get('scale', 0)})"
    return DUCKDB_TYPES[hint["data_type"]]
