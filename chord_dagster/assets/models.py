"""The models of `sql/` as assets: one step builds them, checks them and publishes.

Belongs here: translation between Dagster and the warehouse, both ways.
Does not belong here: SQL, order, transactions (`chord_platform.warehouse`).
"""

# No `from __future__ import annotations`: Dagster reads a step's annotations as values.

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from chord_dagster.keys import BUILD_MODELS, BUILD_TAG, MODELS, model_key
from chord_dagster.liveness import at_work
from chord_dagster.resources import PlatformResource
from chord_platform.errors import ModelError, PlatformError
from chord_platform.warehouse.checks import Check, CheckOutcome
from chord_platform.warehouse.models import Model
from chord_platform.warehouse.read_models import read_models

if TYPE_CHECKING:
    from chord_platform.warehouse.build import BuildResult, ModelResult, OnProgress, Progress

OWNERS = ["team:data"]
HISTORY = "__history"

Reported = dg.MaterializeResult | dg.AssetCheckResult


class BuildOptions(dg.Config):
    """full_refresh builds incremental models anew, too."""

    full_refresh: bool = False


def model_assets(sql_dir: Path) -> dg.AssetsDefinition | None:
    """None where there is no model.

    Raises:
        ModelError: with file and line.
    """
    models, checks = read_models(sql_dir)
    if not models:
        return None
    known = {model.name for model in models}

    @dg.multi_asset(
        name=MODELS,
        specs=[model_spec(model, known) for model in models],
        check_specs=[check_spec(check) for check in checks],
        can_subset=True,
    )
    def build_models(
        context: dg.AssetExecutionContext, config: BuildOptions, platform: PlatformResource
    ) -> Iterator[Reported]:
        with platform.session() as opened, at_work(opened.settings.home, context.run.run_id):
            context.instance.add_run_tags(context.run.run_id, {BUILD_TAG: MODELS})
            try:
                result = opened.warehouse.build(
                    now=datetime.now(UTC),
                    select=selected_models(context, models),
                    full_refresh=config.full_refresh,
                    holder=f"build models, run {context.run.run_id[:8]}",
                    on_progress=told(context),
                )
            except PlatformError as error:
                raise dg.Failure(
                    str(error), metadata={"what": error.what, "next_step": error.hint or "none"}
                ) from error
            yield from reported(context, result)

    return build_models


def told(context: dg.AssetExecutionContext) -> "OnProgress":
    """The stages, and not each model and check: a line of the log costs as much as an event."""
    seen: set[str] = set()

    def tell(progress: "Progress") -> None:
        if progress.stage == "waiting" or progress.stage not in seen:
            seen.add(progress.stage)
            context.log.info(f"{progress.stage}: {progress.what}")

    return tell


def broken_models_job(error: ModelError) -> dg.JobDefinition:
    """A file that is wrong must not stop the syncs: the code loads, and this job says what is."""

    @dg.op(name=f"{MODELS}_cannot_be_read")
    def explain() -> None:
        raise dg.Failure(str(error), metadata={"what": error.what, "next_step": error.hint})

    @dg.job(
        name=BUILD_MODELS,
        description=f"The models cannot be read. {error}",
        tags={BUILD_TAG: MODELS},
    )
    def build_models() -> None:
        explain()

    return build_models


def model_spec(model: Model, known: set[str]) -> dg.AssetSpec:
    return dg.AssetSpec(
        model_key(model.name),
        deps=sorted({upstream_key(name, known) for name in model.reads}),
        description=model.description,
        group_name=MODELS,
        kinds={"sql", "duckdb", "view" if model.materialized == "view" else "table"},
        owners=OWNERS,
        skippable=True,
        metadata={
            "dagster/table_name": model.name,
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn(column.name, column.type, description=column.description)
                    for column in model.columns
                ]
            ),
            "materialized": model.materialized,
            "key": ", ".join(model.key) or "none",
            "sql": dg.MetadataValue.md(f"```sql\n{model.sql}\n```"),
            "file": dg.MetadataValue.path(model.path),
        },
    )


def upstream_key(table: str, known: set[str]) -> dg.AssetKey:
    """A table of earlier versions is written by the sync of the table itself."""
    return model_key(table if table in known else table.removesuffix(HISTORY))


def check_spec(check: Check) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name,
        asset=model_key(check.model),
        description=check.description,
        blocking=check.blocking,
    )


def selected_models(context: dg.AssetExecutionContext, models: Sequence[Model]) -> list[str] | None:
    """None: all. A check that is asked for alone builds its model: it runs where that is built."""
    keys = context.selected_asset_keys | {
        check.asset_key for check in context.selected_asset_check_keys
    }
    names = [model.name for model in models if model_key(model.name) in keys]
    return None if len(names) == len(models) else names


def reported(context: dg.AssetExecutionContext, result: "BuildResult") -> Iterator[Reported]:
    for outcome in result.checks:
        evaluated = check_result(outcome)
        key = dg.AssetCheckKey(model_key(outcome.model), outcome.name)
        if key in context.selected_asset_check_keys:
            yield evaluated
        elif not outcome.passed:
            context.log.warning(
                f"{outcome.model}: {outcome.description} ({outcome.count} offending rows)"
            )
    if not result.committed:
        try:
            result.raise_for_failure()
        except PlatformError as error:
            raise dg.Failure(str(error), metadata={"next_step": error.hint}) from error
    if result.removed:
        context.log.info(f"Removed, their files are gone: {', '.join(result.removed)}")
    for model in result.models:
        key = model_key(model.name)
        metadata = model_metadata(model, result)
        if key in context.selected_asset_keys:
            yield dg.MaterializeResult(key, metadata=metadata)
        else:  # a stale view that a selected model reads
            context.log_event(dg.AssetMaterialization(key, metadata=metadata))


def model_metadata(model: "ModelResult", result: "BuildResult") -> dict[str, Any]:
    return {
        "dagster/row_count": model.rows,
        "how": model.how,
        "rows_are_other": model.changed,
        "model_seconds": round(model.seconds, 3),
        "build_seconds": round(result.seconds, 3),
        "waited_seconds": round(result.waited_seconds, 3),
        "lock_seconds": round(result.lock_seconds, 3),
        "published": result.published.outcome if result.published else "no",
    }


def check_result(outcome: CheckOutcome) -> dg.AssetCheckResult:
    severe = outcome.severity == "error"
    metadata: dict[str, Any] = {"offending_rows": outcome.count}
    if outcome.sample:
        metadata["sample"] = dg.MetadataValue.md(sample_table(outcome.sample))
    return dg.AssetCheckResult(
        asset_key=model_key(outcome.model),
        check_name=outcome.name,
        passed=outcome.passed,
        severity=dg.AssetCheckSeverity.ERROR if severe else dg.AssetCheckSeverity.WARN,
        description=outcome.description,
        metadata=metadata,
    )


def sample_table(rows: Sequence[dict]) -> str:
    """Rows as a table in markdown; a bar in a value would begin another column."""
    names = list(rows[0])
    lines = [
        [str(row.get(name)).replace("|", "\\|").replace("\n", " ") for name in names]
        for row in rows
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [names, ["---"] * len(names), *lines])
