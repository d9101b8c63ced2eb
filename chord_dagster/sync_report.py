"""A sync's result in Dagster's words: metadata of each table and results of its checks.

Belongs here: translation of `SyncResult`, pure. Does not belong here: running, storing events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg

from chord_dagster.keys import RECONCILIATION_CHECK, ROWS_CHECK, raw_key

if TYPE_CHECKING:
    from dlt_pipelines.connector import Connector
    from dlt_pipelines.results import SyncResult


def table_metadata(connector: str, result: SyncResult, table: str) -> dict[str, Any]:
    """Numbers stay numbers, so that Dagster draws them over time."""
    rows = result.tables[table]
    metadata: dict[str, Any] = {
        "dagster/partition_row_count": rows.total,
        "rows_received": rows.received,
        "rows_inserted": rows.inserted,
        "rows_updated": rows.updated,
        "rows_deleted": rows.deleted,
        "rows_unchanged": rows.unchanged,
        "sync_seconds": round(result.seconds, 3),
        "sync_bytes": result.bytes,
        "api_requests": result.api_requests,
        "waited_seconds": round(result.waited_seconds, 3),
        "lock_seconds": round(result.lock_seconds, 3),
    }
    changes = [change for change in result.schema_changes if concerns(change, connector, table)]
    if changes:
        metadata["schema_changes"] = dg.MetadataValue.md(bullets(changes))
    if warnings := result.warnings.get(table):
        metadata["warnings"] = dg.MetadataValue.md(bullets(warnings))
    if result.notes:
        metadata["notes"] = dg.MetadataValue.md(bullets(result.notes))
    return metadata


def concerns(change: str, connector: str, table: str) -> bool:
    """Schema changes are sentences that begin with the table's name and a colon."""
    return change.startswith(f"raw_{connector}.{table}:")


def bullets(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def rows_changed(result: SyncResult) -> int:
    return sum(rows.inserted + rows.updated + rows.deleted for rows in result.tables.values())


def declared_checks(connector: Connector) -> dict[str, set[str]]:
    """Names by table. Reconciliation only where the vendor can be asked for its own number."""
    names = {ROWS_CHECK}
    if connector.counts is not None:
        names.add(RECONCILIATION_CHECK)
    return {table.name: names for table in connector.tables}


def check_results(
    connector: str, result: SyncResult, *, declared: Mapping[str, set[str]]
) -> Iterator[dg.AssetCheckResult]:
    """The checks a sync answers by itself, of the `declared` ones (check names by table)."""
    for table in result.tables:
        names = declared.get(table, set())
        if ROWS_CHECK in names:
            yield rows_check(connector, table, result)
        if RECONCILIATION_CHECK in names and table in result.reconciliation:
            yield reconciliation_check(connector, table, result)


def rows_check(connector: str, table: str, result: SyncResult) -> dg.AssetCheckResult:
    """One check and not two: each costs three events, and a shop system has 77 tables."""
    rows, warnings = result.tables[table], result.warnings.get(table, [])
    keys_are_sound = not rows.null_keys and not rows.duplicate_keys
    severity = dg.AssetCheckSeverity.WARN if keys_are_sound else dg.AssetCheckSeverity.ERROR
    metadata: dict[str, Any] = {
        "rows": rows.total,
        "null_keys": rows.null_keys,
        "duplicate_keys": rows.duplicate_keys,
    }
    if warnings:
        metadata["warnings"] = dg.MetadataValue.md(bullets(warnings))
    return dg.AssetCheckResult(
        asset_key=raw_key(connector, table),
        check_name=ROWS_CHECK,
        passed=keys_are_sound and not warnings,
        severity=severity,
        metadata=metadata,
    )


def reconciliation_check(connector: str, table: str, result: SyncResult) -> dg.AssetCheckResult:
    ours, vendors = result.reconciliation[table]
    return dg.AssetCheckResult(
        asset_key=raw_key(connector, table),
        check_name=RECONCILIATION_CHECK,
        passed=ours == vendors or (ours > vendors and table in result.forgotten),
        metadata={"rows_here": ours, "rows_at_the_vendor": vendors, "difference": ours - vendors},
    )
