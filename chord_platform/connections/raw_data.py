"""Takes one connection's rows out of the raw tables.

Belongs here: that removal. Does not belong here: the connection's record.

Its cursors go with the rows, in one transaction: a connection of the same name that is added later
must not believe that it had read them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chord_platform.warehouse import Warehouse
from dlt_pipelines.connector import Connector
from dlt_pipelines.raw_tables import quoted
from dlt_pipelines.sync import repair

if TYPE_CHECKING:
    import duckdb

OWNER = "_connection_id"
DLT_OWNERS = ("pipeline_name", "schema_name")


def drop_data(
    warehouse: Warehouse, connector: Connector, *, connection_id: str, home: Path
) -> dict[str, int]:
    """Rows taken out, by table; and the connection's working folder, whose cursors are gone too."""
    dropped: dict[str, int] = {}
    if warehouse.path.exists():
        with warehouse.writer(f"disconnect {connection_id}") as con:
            dropped = drop_rows(con, connector, connection_id=connection_id)
    repair(connector, connection_id=connection_id, home=home)
    return dropped


def drop_rows(
    con: duckdb.DuckDBPyConnection, connector: Connector, *, connection_id: str
) -> dict[str, int]:
    """Rows taken out, by table; history included."""
    schema = f"raw_{connector.name}"
    pipeline = f"{connector.name}_{connection_id}"
    owners = con.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_catalog = current_database() and table_schema = ?"
        " and (column_name = ? or (starts_with(table_name, '_dlt') and column_name in (?, ?)))"
        " order by table_name",
        [schema, OWNER, *DLT_OWNERS],
    ).fetchall()
    dropped: dict[str, int] = {}
    con.execute("begin transaction")
    try:
        for table, column in owners:
            owner = connection_id if column == OWNER else pipeline
            name = f"{quoted(schema)}.{quoted(table)}"
            deleted = con.execute(f"delete from {name} where {quoted(column)} = ?", [owner])
            rows = (deleted.fetchone() or (0,))[0]
            if rows and not table.startswith("_"):
                dropped[table] = rows
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return dropped
