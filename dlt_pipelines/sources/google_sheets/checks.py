"""The setup test of a Google Sheets connection.

Belongs here: what is asked outside a sync. Does not belong here: texts (`setup.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import CheckResult, ConnectionSettings
from dlt_pipelines.sources.google_sheets.areas import areas_of, readable
from dlt_pipelines.sources.google_sheets.client import Client, NotShared
from dlt_pipelines.sources.google_sheets.reading import SCOPE_MISSING


def check(settings: ConnectionSettings) -> CheckResult:
    client = Client(settings)
    meta = client.meta()
    areas = areas_of(meta, settings.get("sheets"))
    missing: tuple[str, ...] = ()
    warnings: list[str] = []
    try:
        client.file()
    except NotShared:
        missing = ("drive.metadata.readonly",)
        warnings.append(SCOPE_MISSING)
    if not list(readable(areas)):
        warnings.append("None of the spreadsheet's sheets has cells to read.")
    title = meta.get("properties", {}).get("title", client.spreadsheet_id)
    return CheckResult(
        account=f"{title}, read by {client.account}",
        missing_scopes=missing,
        warnings=tuple(warnings),
    )
