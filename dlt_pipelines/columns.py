"""The declared columns of a raw table that keeps the vendor's record whole.

Belongs here: what the catalog and the asset graph show. Does not belong here: rows (`records.py`).
"""

from __future__ import annotations

from typing import Any

from dlt_pipelines.connector import Table

PAYLOAD = "payload"


def declared_columns(table: Table) -> dict[str, dict[str, Any]]:
    """dlt columns of a raw table: keys and parent as text, cursor as UTC timestamp, `payload`."""
    columns: dict[str, dict[str, Any]] = {}
    parent = (table.parent[1],) if table.parent else ()
    for name in (*table.primary_key, *parent):
        columns[name] = {"name": name, "data_type": "text"}
    for name in (table.created, table.cursor):
        if name:
            columns[name] = {"name": name, "data_type": "timestamp"}
    for name, hints in table.columns.items():
        columns[name] = {**columns.get(name, {}), "name": name, **hints}
    columns[PAYLOAD] = {"name": PAYLOAD, "data_type": "json"}
    return columns
