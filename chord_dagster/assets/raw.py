"""A connector's tables as assets: one step syncs one connection.

Belongs here: translation between Dagster and the connections service, both ways.
Does not belong here: what a sync does (`dlt_pipelines.sync`), when it runs (`schedules.py`).
"""

# No `from __future__ import annotations`: Dagster reads a step's annotations as values.

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from chord_dagster.checks import fresh_result, raw_check_specs
from chord_dagster.keys import (
    ROWS_CHANGED_TAG,
    SKIPPED_TAG,
    SYNC_TAG,
    partitions_of,
    raw_key,
)
from chord_dagster.liveness import at_work
from chord_dagster.resources import PlatformResource
from chord_dagster.sync_report import check_results, rows_changed, table_metadata
from chord_platform.errors import PlatformError, SyncSkipped
from dlt_pipelines.columns import declared_columns
from dlt_pipelines.connector import Connector, Table
from dlt_pipelines.errors import ConnectorError, QuotaSpent, VendorUnavailable

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.connections.requests import SyncOptions
    from dlt_pipelines.results import SyncResult

ATTEMPTS_AFTER_THE_FIRST = 2
RETRY_DELAY = timedelta(seconds=60)
NO_PARTITION = (
    "Which connection? Choose it as the partition; on the command line:"
    """ --tags '{"dagster/partition": "NAME"}'."""
)

Reported = dg.MaterializeResult | dg.AssetObservation | dg.AssetCheckResult


class SyncConfig(dg.Config):
    """What to read; empty: what changed since the last sync, of every selected table."""

    full_refresh: bool = False
    since: str | None = None
    until: str | None = None
    tables: list[str] = []  # noqa: RUF012  (a field of a pydantic model)


def connector_assets(
    connector: Connector, *, retry_delay: timedelta = RETRY_DELAY
) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=connector.name,
        specs=[raw_spec(connector, table) for table in connector.tables],
        check_specs=raw_check_specs(connector),
        group_name=connector.name,
        partitions_def=partitions_of(connector.name),
        can_subset=True,
        retry_policy=dg.RetryPolicy(
            max_retries=ATTEMPTS_AFTER_THE_FIRST, delay=retry_delay.total_seconds()
        ),
    )
    def sync_connector(
        context: dg.AssetExecutionContext, config: SyncConfig, platform: PlatformResource
    ) -> Iterator[Reported]:
        if not context.has_partition_key:
            raise dg.Failure(NO_PARTITION, allow_retries=False)
        with platform.session() as opened, at_work(opened.settings.home, context.run.run_id):
            context.instance.add_run_tags(context.run.run_id, {SYNC_TAG: connector.name})
            try:
                result = synced(context, config, opened, connector)
            except SyncSkipped as skipped:
                yield from skip(context, str(skipped))
                return
            yield from reported(context, connector, result)

    return sync_connector


def raw_spec(connector: Connector, table: Table) -> dg.AssetSpec:
    return dg.AssetSpec(
        raw_key(connector.name, table.name),
        description=table.description
        or f"{table.name} of {connector.title}, as the vendor has it.",
        kinds={"dlt", "duckdb"},
        skippable=True,
        metadata={
            "dagster/table_name": f"raw_{connector.name}.{table.name}",
            "dagster/column_schema": column_schema(table),
            "primary_key": ", ".join((*table.primary_key, "_connection_id")),
            "cursor": table.cursor or "read whole at each sync",
            "deletes": table.deletes,
        },
    )


def column_schema(table: Table) -> dg.TableSchema:
    columns = [
        dg.TableColumn(
            name,
            hints["data_type"],
            description=column_description(table, name),
            constraints=dg.TableColumnConstraints(nullable=name not in table.primary_key),
            tags={"personal": ""} if name in table.personal else None,
        )
        for name, hints in declared_columns(table).items()
    ]
    return dg.TableSchema(
        [
            *columns,
            dg.TableColumn("_connection_id", "text", description="The connection it came from."),
            dg.TableColumn("_synced_at", "timestamp", description="When it was last written."),
        ]
    )


def column_description(table: Table, name: str) -> str | None:
    if name == "payload":
        return "The vendor's record, whole."
    if name in table.primary_key:
        return "Key at the vendor."
    if table.parent and name == table.parent[1]:
        return f"Key of its row in {table.parent[0]}."
    if name == table.cursor:
        return "By this time the vendor is asked for changes."
    if name == table.created:
        return "When the vendor made the record."
    return None


def synced(
    context: dg.AssetExecutionContext,
    config: SyncConfig,
    platform: "Platform",
    connector: Connector,
) -> "SyncResult":
    """Raises `SyncSkipped`, or `dagster.Failure` that says who must act.

    Only a vendor that may answer next time is tried again. Everything else is wrapped, because
    Dagster's retry policy would repeat whatever a step raises.
    """
    try:
        return platform.connections.sync(
            context.partition_key,
            request=sync_options(context, config, connector),
            run_id=context.run.run_id,
            on_progress=context.log.info,
        )
    except SyncSkipped:
        raise
    except (ConnectorError, PlatformError) as error:
        raise dg.Failure(
            str(error),
            metadata={"what": error.what, "next_step": error.hint or "none"},
            allow_retries=isinstance(error, VendorUnavailable)
            and not isinstance(error, QuotaSpent),
        ) from error
    except Exception as error:
        raise dg.Failure(f"{type(error).__name__}: {error}", allow_retries=False) from error


def sync_options(
    context: dg.AssetExecutionContext, config: SyncConfig, connector: Connector
) -> "SyncOptions":
    from chord_platform.connections.requests import SyncOptions

    return SyncOptions(
        tables=wanted_tables(context, config, connector),
        full_refresh=config.full_refresh,
        since=utc_time("since", config.since),
        until=utc_time("until", config.until),
    )


def wanted_tables(
    context: dg.AssetExecutionContext, config: SyncConfig, connector: Connector
) -> frozenset[str] | None:
    """The option's, else the selected assets'; None when that is all of them. A check that is asked
    for alone syncs its table: a sync answers it."""
    checks = context.selected_asset_check_keys
    keys = context.selected_asset_keys | {check.asset_key for check in checks}
    selected = {key.path[-1] for key in keys}
    if config.tables:
        return frozenset(config.tables)
    return None if len(selected) == len(connector.tables) else frozenset(selected)


def utc_time(option: str, text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise PlatformError(
            f"{option} is {text!r}, which is no time.",
            hint="Write 2026-01-31 or 2026-01-31T12:00:00Z.",
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def skip(context: dg.AssetExecutionContext, reason: str) -> Iterator[dg.AssetObservation]:
    """The run succeeds; each asset, its log and the list of runs say why it is empty."""
    context.log.warning(f"Skipped: {reason}")
    context.instance.add_run_tags(context.run.run_id, {SKIPPED_TAG: reason, ROWS_CHANGED_TAG: "0"})
    for key in sorted(context.selected_asset_keys):
        yield dg.AssetObservation(
            key, partition=context.partition_key, metadata={"skipped": reason}
        )


def reported(
    context: dg.AssetExecutionContext, connector: Connector, result: "SyncResult"
) -> Iterator[Reported]:
    context.instance.add_run_tags(context.run.run_id, {ROWS_CHANGED_TAG: str(rows_changed(result))})
    for table in result.tables:
        key = raw_key(connector.name, table)
        metadata = table_metadata(connector.name, result, table)
        if key in context.selected_asset_keys:
            yield dg.MaterializeResult(key, metadata=metadata)
        else:  # a table the vendor has and the catalog does not, or a child that came along
            context.log_event(
                dg.AssetMaterialization(key, partition=context.partition_key, metadata=metadata)
            )
    selected: dict[str, set[str]] = {}
    for check in context.selected_asset_check_keys:
        selected.setdefault(check.asset_key.path[-1], set()).add(check.name)
    yield from check_results(connector.name, result, declared=selected)
    yield from fresh_result(connector, selected)
