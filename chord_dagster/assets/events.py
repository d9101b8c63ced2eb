"""The event tables as assets, and the step that loads the inbox into them.

Belongs here: translation between Dagster and the loader, both ways.
Does not belong here: loading (`chord_platform.events.loading`), checks (`event_checks.py`).

An asset is a table over all sources, as models read it (`events/order_completed`); a source is a
partition, so that a new one needs no reload of the code. The inbox is one for all sources: whoever
starts a load, it loads for all, and reports each source on its own partition. So the job
`load_events` has no partition; materializing an asset by hand does the same.
"""

# No `from __future__ import annotations`: Dagster reads a step's annotations as values.

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg

from chord_dagster.event_checks import check_results, event_check_specs
from chord_dagster.keys import (
    EVENTS,
    LOAD_EVENTS,
    ROWS_CHANGED_TAG,
    SYNC_TAG,
    event_key,
    event_sources,
    event_sources_name,
    whole_events_key,
)
from chord_dagster.liveness import at_work
from chord_dagster.planned_events import PlannedTable, planned_tables
from chord_dagster.resources import PlatformResource
from chord_platform.errors import PlatformError

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.events.loading.loader import LoadResult, SourceLoad

Event = dg.AssetMaterialization | dg.AssetCheckEvaluation
Reported = dg.MaterializeResult | dg.AssetCheckResult
OWNERS = ["team:data"]
WHOLE = dg.AssetSpec(
    whole_events_key(),
    description="Every accepted message of all sources, whole: what the models read.",
    kinds={"duckdb", "table"},
    owners=OWNERS,
    skippable=True,
    metadata={"dagster/table_name": "events_meta.events"},
)


def event_assets() -> dg.AssetsDefinition:
    tables = planned_tables()

    @dg.multi_asset(
        name=EVENTS,
        specs=[WHOLE, *(event_spec(table) for table in tables)],
        check_specs=event_check_specs(tables),
        group_name=EVENTS,
        partitions_def=event_sources(),
        can_subset=True,
    )
    def events(context: dg.AssetExecutionContext, platform: PlatformResource) -> Iterator[Reported]:
        own = context.partition_key if context.has_partition_key else ""
        for event in load_and_report(context.op_execution_context, platform):
            is_own = event.partition == own
            if is_own and (found := result_of(event, context)) is not None:
                yield found
            else:
                logged(context, event)

    return events


def result_of(event: Event, context: dg.AssetExecutionContext) -> Reported | None:
    """None for what was not selected: that is logged beside."""
    if isinstance(event, dg.AssetMaterialization):
        is_selected = event.asset_key in context.selected_asset_keys
        return (
            dg.MaterializeResult(event.asset_key, metadata=event.metadata) if is_selected else None
        )
    if event.asset_check_key not in context.selected_asset_check_keys:
        return None
    return dg.AssetCheckResult(
        asset_key=event.asset_key,
        check_name=event.check_name,
        passed=event.passed,
        severity=event.severity,
        description=event.description,
        metadata=event.metadata,
    )


def logged(context: dg.OpExecutionContext | dg.AssetExecutionContext, event: Event) -> None:
    context.log_event(event)  # pyright: ignore[reportArgumentType]  (1.13 takes evaluations, too)


def event_spec(table: PlannedTable) -> dg.AssetSpec:
    return dg.AssetSpec(
        event_key(table.name),
        description=table.description,
        kinds={"duckdb", "view" if table.is_view else "table"},
        owners=OWNERS,
        skippable=True,
        metadata={"dagster/table_name": f"events_<source>.{table.name}", "event": table.event},
    )


def load_events_job() -> dg.JobDefinition:
    @dg.op(name=f"{LOAD_EVENTS}_of_all_sources")
    def load(context: dg.OpExecutionContext, platform: PlatformResource) -> None:
        for event in load_and_report(context, platform):
            logged(context, event)

    @dg.job(
        name=LOAD_EVENTS,
        description="Loads what arrived, of all sources, and says how their events fare.",
        tags={SYNC_TAG: EVENTS},
    )
    def load_events() -> None:
        load()

    return load_events


def load_and_report(context: dg.OpExecutionContext, platform: PlatformResource) -> Iterator[Event]:
    instance, run_id = context.instance, context.run.run_id
    with platform.session() as opened, at_work(opened.settings.home, run_id):
        instance.add_run_tags(run_id, {SYNC_TAG: EVENTS})
        try:
            result = opened.loader.load(
                holder=f"load events, run {run_id[:8]}", on_progress=context.log.info
            )
        except PlatformError as error:
            raise dg.Failure(
                str(error), metadata={"what": error.what, "next_step": error.hint or "none"}
            ) from error
        instance.add_run_tags(run_id, {ROWS_CHANGED_TAG: str(result.loaded)})
        names = {source.name for source in opened.sources.list()} | result.sources.keys()
        instance.add_dynamic_partitions(event_sources_name(), sorted(names))
        warn_of_plans(context, result)
        yield from materializations(result)
        yield from checked(context, opened)


def warn_of_plans(context: dg.OpExecutionContext, result: "LoadResult") -> None:
    for source, because in result.unreadable_plans.items():
        context.log.warning(f"{source} was not judged, and all of it set aside. {because}")


def materializations(result: "LoadResult") -> Iterator[dg.AssetMaterialization]:
    for source, load in sorted(result.sources.items()):
        whole = source_metadata(result, source, load)
        if load.loaded:
            yield dg.AssetMaterialization(
                whole_events_key(),
                partition=source,
                metadata={"rows_loaded": load.loaded, **whole},
            )
        for table, rows in sorted(load.rows.items()):
            yield dg.AssetMaterialization(
                event_key(table),
                partition=source,
                metadata={
                    "dagster/table_name": f"events_{source}.{table}",
                    "rows_loaded": rows,
                    **whole,
                },
            )


def source_metadata(result: "LoadResult", source: str, load: "SourceLoad") -> Mapping[str, Any]:
    """Of the source as a whole: a duplicate or a blocked message has no table."""
    lag = result.lag_seconds(source)
    return {
        "source_received": load.received + load.duplicates,
        "source_loaded": load.loaded,
        "source_duplicates": load.duplicates,
        "source_blocked": load.blocked,
        "source_violations": load.violations,
        "lag_seconds": round(lag, 3) if lag is not None else None,
        "newest_received_at": load.newest.isoformat() if load.newest else None,
    }


def checked(
    context: dg.OpExecutionContext, platform: "Platform"
) -> Iterator[dg.AssetCheckEvaluation]:
    """A check that cannot be answered must not fail a load that is done."""
    try:
        yield from check_results(context.instance, platform)
    except PlatformError as error:
        context.log.warning(f"The events were loaded and could not be checked. {error}")
