"""The jobs: one per connector, and one for the models.

Belongs here: what a run consists of. Does not belong here: when it runs.
"""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from chord_dagster.keys import BUILD_MODELS, BUILD_TAG, MODELS, SYNC_TAG, raw_keys, sync_job_name
from dlt_pipelines.connector import Connector

Job = dg.JobDefinition | UnresolvedAssetJobDefinition


def sync_job(connector: Connector) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        sync_job_name(connector.name),
        selection=dg.AssetSelection.assets(*raw_keys(connector)),
        description=(
            f"Syncs one connection of {connector.title}; its name is the partition."
            " A paused or incomplete one is skipped, with the reason."
        ),
        tags={SYNC_TAG: connector.name},
    )


def build_models_job(models: dg.AssetsDefinition) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        BUILD_MODELS,
        selection=dg.AssetSelection.assets(models),
        description="Builds every model, checks it and publishes the read copy.",
        tags={BUILD_TAG: MODELS},
    )
