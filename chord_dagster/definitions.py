"""Everything that Dagster shows, built from the catalog and from `sql/`.

Belongs here: putting together. Does not belong here: any of the parts.

Importing reads no environment and opens nothing: the code location is loaded in every run.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import dagster as dg

from chord_dagster.assets.destinations import event_destinations
from chord_dagster.assets.event_replay import replay_events_job
from chord_dagster.assets.events import event_assets, load_events_job
from chord_dagster.assets.models import broken_models_job, model_assets
from chord_dagster.assets.products import synced_products
from chord_dagster.assets.raw import RETRY_DELAY, connector_assets
from chord_dagster.assets.webhook_events import oms_events, shopify_webhook_events
from chord_dagster.event_sensor import event_inbox_sensor
from chord_dagster.forwarding import event_destinations_sensor, forward_events_job
from chord_dagster.jobs import Job, build_models_job, sync_job
from chord_dagster.product_runs import (
    product_deliveries_sensor,
    reconcile_products_schedule,
    sync_products_job,
)
from chord_dagster.resources import PlatformResource
from chord_dagster.schedules import sync_schedule
from chord_dagster.sensors import (
    build_models_sensor,
    stale_work_sensor,
    sync_requests_sensor,
)
from chord_dagster.webhook_runs import (
    derive_oms_events_job,
    oms_events_sensor,
    shopify_webhooks_sensor,
    take_shopify_webhooks_job,
    watch_webhooks_job,
    watch_webhooks_schedule,
)
from chord_platform.errors import ModelError
from dlt_pipelines.catalog import connectors
from dlt_pipelines.connector import Connector

SQL_DIR = Path(__file__).resolve().parent.parent / "sql"

# Dagster 1.13 warns of its own doing: it copies each sensor, with a parameter that it calls beta.
warnings.filterwarnings(
    "ignore", "Parameter `owners` of initializer `SensorDefinition", category=dg.BetaWarning
)


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
    syncs = {name: sync_job(found) for name, found in catalog.items()}
    models, builds = modelled(sql_dir)
    webhook_jobs = [take_shopify_webhooks_job, watch_webhooks_job, derive_oms_events_job]
    load_events = load_events_job()
    return dg.Definitions(
        assets=[
            *raw,
            event_assets(),
            *models,
            event_destinations,
            shopify_webhook_events,
            oms_events,
            synced_products,
        ],
        jobs=[
            *syncs.values(),
            load_events,
            replay_events_job,
            *builds,
            forward_events_job,
            *webhook_jobs,
            sync_products_job,
        ],
        schedules=[
            *(sync_schedule(found, syncs[name]) for name, found in catalog.items()),
            watch_webhooks_schedule,
            reconcile_products_schedule,
        ],
        sensors=[
            *([sync_requests_sensor(catalog, list(syncs.values()))] if syncs else []),
            stale_work_sensor(catalog),
            event_inbox_sensor(load_events),
            event_destinations_sensor,
            shopify_webhooks_sensor,
            oms_events_sensor,
            product_deliveries_sensor,
            *(build_models_sensor(job, catalog) for job in builds),
        ],
        resources={"platform": platform or PlatformResource()},
        executor=dg.in_process_executor,
    )


def modelled(sql_dir: Path) -> tuple[list[dg.AssetsDefinition], list[Job]]:
    """The models and the job that builds them; neither where there is no model."""
    try:
        models = model_assets(sql_dir)
    except ModelError as error:
        return [], [broken_models_job(error)]
    return ([models], [build_models_job(models)]) if models else ([], [])


defs = build_definitions()
