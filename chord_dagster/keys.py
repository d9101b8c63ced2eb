"""How the platform's names are called in Dagster.

Belongs here: asset keys, partitions, names of jobs, schedules and checks.
Does not belong here: what they do.
"""

from __future__ import annotations

import dagster as dg

from dlt_pipelines.connector import Connector

CODE_LOCATION = "chord_dagster"
EACH_MINUTE = "* * * * *"
BUILD_MODELS = "build_models"
MODELS = "models"
EVENTS = "events"
FORWARD_EVENTS = "forward_events"

LOAD_EVENTS = "load_events"
REPLAY_EVENTS = "replay_events"
EVENTS = "events"
"""Group, asset step and, on runs that load events, the value of SYNC_TAG."""

PRODUCTS = "products"
SYNC_PRODUCTS = "sync_products"
PRODUCT_TENANTS = "product_sync_tenants"
SYNCED_PRODUCTS = dg.AssetKey(["synced_products"])
PRODUCTS_CHECK = "every_product_synced"

SYNC_TAG, BUILD_TAG = "chord/syncs", "chord/builds"
"""On runs, with the connector's name and with "models". The jobs carry them, and a step adds its
own: an asset that is launched from its page runs in a job of Dagster's own."""

SKIPPED_TAG, ROWS_CHANGED_TAG, CAUSE_TAG = "chord/skipped", "chord/rows_changed", "chord/cause"

ROWS_CHECK = "rows_are_sound"
RECONCILIATION_CHECK = "reconciles_with_the_vendor"
FRESHNESS_CHECK = "connection_is_fresh"


def raw_key(connector: str, table: str) -> dg.AssetKey:
    """The warehouse's own name: `raw_shopify.orders` is `raw_shopify/orders`."""
    return dg.AssetKey([f"raw_{connector}", table])


def model_key(name: str) -> dg.AssetKey:
    """`marts.fct_orders` is `marts/fct_orders`."""
    return dg.AssetKey(name.split("."))


def raw_keys(connector: Connector) -> list[dg.AssetKey]:
    return [raw_key(connector.name, table.name) for table in connector.tables]


def partitions_name(connector: str) -> str:
    return f"{connector}_connections"


def partitions_of(connector: str) -> dg.DynamicPartitionsDefinition:
    """One partition per connection: a second shop needs no reload of the code."""
    return dg.DynamicPartitionsDefinition(name=partitions_name(connector))


def sync_job_name(connector: str) -> str:
    return f"sync_{connector}"


def schedule_name(connector: str) -> str:
    return f"{sync_job_name(connector)}_schedule"


def event_key(table: str) -> dg.AssetKey:
    """`events.tracks`, the view over all production sources, is `events/tracks`."""
    return dg.AssetKey([EVENTS, table])


def whole_events_key() -> dg.AssetKey:
    """`events_meta.events`, which the models read."""
    return dg.AssetKey(["events_meta", "events"])


def event_sources_name() -> str:
    return "event_sources"


def event_sources() -> dg.DynamicPartitionsDefinition:
    """One partition per source: a new source needs no reload of the code."""
    return dg.DynamicPartitionsDefinition(name=event_sources_name())
