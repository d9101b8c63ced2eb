"""Google Sheets: each sheet and named range of one spreadsheet as a table of its own.

API      Sheets v4 (values by blocks of rows, unformatted) and Drive v3 (the file's version)
Limits   60 reads a minute per user and 300 per project, then 429 until the minute is over
Changes  none by row: a file whose version in Drive is as it was is not read at all

Left out (with the reasons, in `left_out`): charts, connected sheets, formulas, comments.

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector
from dlt_pipelines.sources.google_sheets.setup import FIELDS, LEFT_OUT, LIMITS, NAME, SETUP_GUIDE
from dlt_pipelines.sources.google_sheets.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def check(settings: ConnectionSettings) -> CheckResult:
    from dlt_pipelines.sources.google_sheets.checks import check

    return check(settings)


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.google_sheets.source import google_sheets

    return google_sheets(settings)


CONNECTOR = Connector(
    name=NAME,
    title="Google Sheets",
    description="Targets, costs, lists: whatever stands in the sheets of one spreadsheet.",
    category="Files",
    limits=LIMITS,
    left_out=LEFT_OUT,
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    build_source=build_source,
)
