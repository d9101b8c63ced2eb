"""Asset checks of the raw tables: which there are, and when a connection is late.

Keys, types and reconciliation are answered by the sync itself, within its step: the numbers are
counted where the rows are written, and reading the warehouse again would need the writer's lock.
Freshness is what a sync that does not run cannot answer; the `stale_work` sensor does.

Belongs here: declarations and the rule of freshness. Does not belong here: the models' checks
(`assets/models.py`), a result's translation (`sync_report.py`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import dagster as dg

from chord_dagster.keys import (
    FRESHNESS_CHECK,
    RECONCILIATION_CHECK,
    ROWS_CHECK,
    partitions_of,
    raw_key,
)
from chord_dagster.sync_report import declared_checks
from chord_platform.connections.schedules import latest_due
from dlt_pipelines.connector import Connector

DESCRIPTIONS = {
    ROWS_CHECK: "No key is null or stands twice; a warning where a value is in the payload only.",
    RECONCILIATION_CHECK: "As many rows are here as the vendor counts in the same window.",
    FRESHNESS_CHECK: "The connection synced within its schedule, tolerance included.",
}
TOLERANCE = timedelta(minutes=30)


def raw_check_specs(connector: Connector) -> list[dg.AssetCheckSpec]:
    """One connection's pass must not hide another's failure, so each carries the partitions.

    Freshness stands on the first table alone: it is the connection's, not the table's.
    """
    names = declared_checks(connector)
    first = connector.tables[0].name
    with warnings.catch_warnings(action="ignore", category=dg.PreviewWarning):
        return [
            dg.AssetCheckSpec(
                name,
                asset=raw_key(connector.name, table.name),
                description=DESCRIPTIONS[name],
                partitions_def=partitions_of(connector.name),
            )
            for table in connector.tables
            for name in (
                *sorted(names[table.name]),
                *((FRESHNESS_CHECK,) if table.name == first else ()),
            )
        ]


def fresh_result(
    connector: Connector, selected: Mapping[str, set[str]]
) -> Iterator[dg.AssetCheckResult]:
    """A sync that has just succeeded is fresh."""
    first = connector.tables[0].name
    if FRESHNESS_CHECK in selected.get(first, ()):
        yield dg.AssetCheckResult(
            asset_key=raw_key(connector.name, first), check_name=FRESHNESS_CHECK, passed=True
        )


def late_since(
    *, cron: str, started_at: datetime, last_synced_at: datetime | None, now: datetime
) -> datetime | None:
    """When the sync was due that has not succeeded within the tolerance; None while it is fresh."""
    if started_at > now - TOLERANCE:
        return None
    if last_synced_at is None:
        return started_at
    due_at = latest_due(cron, now=now - TOLERANCE)
    return due_at if started_at <= due_at and last_synced_at < due_at else None


def late_evaluation(
    connector: Connector, name: str, *, due_at: datetime, last_synced_at: datetime | None
) -> dg.AssetCheckEvaluation:
    last = last_synced_at.isoformat() if last_synced_at else "never"
    return dg.AssetCheckEvaluation(
        asset_key=raw_key(connector.name, connector.tables[0].name),
        check_name=FRESHNESS_CHECK,
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"A sync was due at {due_at.isoformat()}; the last one that succeeded: {last}.",
        metadata={"due_at": due_at.isoformat(), "last_synced_at": last},
        partition=name,
    )
