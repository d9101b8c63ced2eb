"""Everything that Dagster shows, built from the catalog and from `sql/`.

Belongs here: putting together. Does not belong here: any of the parts.

Importing reads no environment and opens nothing: the code location is loaded in every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import dagster as dg

from chord_dagster.assets.raw import RETRY_DELAY, connector_assets
from chord_dagster.jobs import sync_job
from chord_dagster.resources import PlatformResource
from dlt_pipelines.catalog import connectors
from dlt_pipelines.connector import Connector

SQL_DIR = Path(__file__).resolve().parent.parent / "sql"


def build_definitions(
    *,
    catalog: Mapping[str, Connector] | None = None,
    sql_dir: Path = SQL_DIR,
    platform: PlatformResource | None = None,
    retry_delay: timedelta = RETRY_DELAY,
) -> dg.Definitions:
    """Overrides are for tests and for who runs a part of it: other connectors, another home."""
    catalog = connectors() if catalog is None else catalog
    raw = [connector_assets(found, retry_delay=retry_delay) for found in catalog.values()]
    return dg.Definitions(
        assets=raw,
        jobs=[sync_job(found) for found in catalog.values()],
        resources={"platform": platform or PlatformResource()},
        executor=dg.in_process_executor,
    )


defs = build_definitions()
