"""The two raw tables that every spreadsheet has; its sheets become tables when they are read.

Belongs here: what is declared, and which names a sheet's table and columns may not have.
Does not belong here: sheets (`reading.py`).
"""

from __future__ import annotations

from typing import Any

from dlt_pipelines.connector import Table

TEXT: dict[str, Any] = {"data_type": "text"}
COUNT: dict[str, Any] = {"data_type": "bigint"}

TABLES = (
    Table(
        name="spreadsheet",
        description="The spreadsheet itself: one row.",
        primary_key=("spreadsheet_id",),
        deletes="seen",
        columns={
            "title": TEXT,
            "locale": TEXT,
            "time_zone": TEXT,
            "version": TEXT,
            "modified_at": {"data_type": "timestamp"},
        },
        paths={
            "spreadsheet_id": "spreadsheetId",
            "title": "properties.title",
            "locale": "properties.locale",
            "time_zone": "properties.timeZone",
            "version": "file.version",
            "modified_at": "file.modifiedTime",
        },
    ),
    Table(
        name="sheets",
        description="Each sheet and named range: the table it became, the columns with their"
        " headers, or why it was not read.",
        primary_key=("spreadsheet_id", "sheet_id"),
        deletes="seen",
        columns={
            "title": TEXT,
            "kind": TEXT,
            "table_name": TEXT,
            "is_hidden": {"data_type": "bool"},
            "header_row": COUNT,
            "row_count": COUNT,
            "columns": {"data_type": "json"},
            "fingerprint": TEXT,
            "left_out_because": TEXT,
        },
    ),
)
BY_NAME = {table.name: table for table in TABLES}
ROW = "_row"
TAKEN_COLUMNS = frozenset({ROW, "payload", "_connection_id", "_synced_at", "_valid_from"}) | {
    "_valid_to",
    "_change",
    "_dlt_id",
    "_dlt_load_id",
}
TAKEN_TABLES = frozenset(BY_NAME)
