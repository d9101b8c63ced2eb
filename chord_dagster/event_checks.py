"""Asset checks of events: declarations, and verdicts as Dagster's evaluations.

Belongs here: which checks stand on which asset, when a verdict is told again.
Does not belong here: verdicts (`chord_platform.events.loading.verdicts`).

Each planned event is an asset and each source a partition, so a check is one event's of one source.
An event of a plan that somebody added has no asset of its own; it is told of on `events/tracks`.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from chord_dagster.keys import event_key, event_sources
from chord_dagster.planned_events import PlannedTable, planned_tables
from chord_platform.events.loading.names import event_table
from chord_platform.events.loading.plan_reading import PLAN_CAN_BE_READ, read_plans
from chord_platform.events.loading.verdicts import (
    ARRIVES_IN_TIME,
    MATCHES_BACK_END,
    MATCHES_ORDERS,
    ORDER_COMPLETED,
    PLAN_IS_HELD,
    VOLUME_IS_USUAL,
    Verdict,
    failing,
)

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.events.loading.verdicts import Sample

OTHER_EVENTS = "other_planned_events"
TRACKS = "tracks"
TOLD_AGAIN_AFTER = timedelta(minutes=15)
MEMORY = "chord/told_event_verdicts"
DESCRIPTIONS = {
    PLAN_IS_HELD: "Few enough messages violate the plan, over an hour, a day and a week.",
    VOLUME_IS_USUAL: "As many messages in 24 hours as in those of the four weeks before.",
    ARRIVES_IN_TIME: "The event was seen within the time that the plan expects.",
    MATCHES_ORDERS: "Each order in marts.fct_orders has its event, and each event its order.",
    MATCHES_BACK_END: "The front end saw most orders that the back end told of, and no others.",
    PLAN_CAN_BE_READ: "The source's tracking plan is in order; else its messages are set aside.",
    OTHER_EVENTS: "Planned events without an asset of their own: all of their checks.",
}


def event_check_specs(tables: Sequence[PlannedTable]) -> list[dg.AssetCheckSpec]:
    with warnings.catch_warnings(action="ignore", category=dg.PreviewWarning):
        return [
            dg.AssetCheckSpec(
                name,
                asset=event_key(table.name),
                description=DESCRIPTIONS[name],
                partitions_def=event_sources(),
            )
            for table in tables
            for name in checks_of(table)
        ]


def checks_of(table: PlannedTable) -> Iterator[str]:
    if table.event:
        yield from (PLAN_IS_HELD, VOLUME_IS_USUAL)
    if table.is_mandatory:
        yield ARRIVES_IN_TIME
    if table.name == event_table(ORDER_COMPLETED):
        yield from (MATCHES_ORDERS, MATCHES_BACK_END)
    if table.name == TRACKS:
        yield from (PLAN_CAN_BE_READ, OTHER_EVENTS)


def check_results(
    instance: dg.DagsterInstance, platform: Platform, *, now: datetime | None = None
) -> Iterator[dg.AssetCheckEvaluation]:
    """Verdicts that are new, that have turned, or whose figures are others than a while ago."""
    from chord_platform.events.loading.figures import verdicts

    now = now or datetime.now(UTC)
    sources = platform.sources.list()
    plans, of_plans = read_plans(sources, platform.plans.load)
    found = verdicts(platform.warehouse, sources, plans, now=now)
    evaluations = as_evaluations([*of_plans, *found])
    told = remembered(instance)
    for key, evaluation in evaluations.items():
        facts = [evaluation.passed, evaluation.description]
        was, at = told.get(key, (None, ""))
        has_turned = was is None or was[0] != evaluation.passed
        is_old = at and now - datetime.fromisoformat(at) >= TOLD_AGAIN_AFTER
        if has_turned or (was != facts and is_old):
            told[key] = (facts, now.isoformat())
            yield evaluation
    remember(instance, {key: told[key] for key in evaluations})


def as_evaluations(verdicts: Iterable[Verdict]) -> dict[str, dg.AssetCheckEvaluation]:
    """By source, table and check."""
    declared = {(table.name, check) for table in planned_tables() for check in checks_of(table)}
    found: dict[str, dg.AssetCheckEvaluation] = {}
    others: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if (verdict.table, verdict.check) in declared:
            key = f"{verdict.source}/{verdict.table}/{verdict.check}"
            found[key] = evaluation_of(verdict)
        else:
            others.setdefault(verdict.source, []).append(verdict)
    for source, each in others.items():
        found[f"{source}/{TRACKS}/{OTHER_EVENTS}"] = evaluation_of_others(source, each)
    return found


def evaluation_of(verdict: Verdict) -> dg.AssetCheckEvaluation:
    metadata: dict[str, Any] = {"event": verdict.event, **verdict.figures}
    if verdict.samples:
        metadata["violations"] = dg.MetadataValue.md(sample_table(verdict.samples))
    return dg.AssetCheckEvaluation(
        asset_key=event_key(verdict.table),
        check_name=verdict.check,
        passed=verdict.passed,
        severity=severity_of([verdict]),
        description=verdict.description,
        metadata=metadata,
        partition=verdict.source,
    )


def evaluation_of_others(source: str, verdicts: Sequence[Verdict]) -> dg.AssetCheckEvaluation:
    wrong = failing(verdicts)
    lines = [f"{each.check}: {each.description}" for each in wrong]
    return dg.AssetCheckEvaluation(
        asset_key=event_key(TRACKS),
        check_name=OTHER_EVENTS,
        passed=not wrong,
        severity=severity_of(wrong),
        description=" ".join(lines) or f"{len({v.event for v in verdicts})} events, all well.",
        metadata={each.event: each.description for each in wrong or verdicts},
        partition=source,
    )


def severity_of(verdicts: Iterable[Verdict]) -> dg.AssetCheckSeverity:
    is_error = any(each.severity == "error" for each in verdicts)
    return dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN


def sample_table(samples: Iterable[Sample]) -> str:
    lines = ["| field | violation | count | such as |", "| --- | --- | --- | --- |"]
    for each in samples:
        ids = ", ".join(f"`{message_id}`" for message_id in each.message_ids)
        cells = (each.field, each.description, f"{each.count:,}", ids)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines)


Told = tuple[list[Any], str]


def remembered(instance: dg.DagsterInstance) -> dict[str, Told]:
    """Kept in Dagster's own store: it goes when the evaluations go."""
    said = instance.run_storage.get_cursor_values({MEMORY}).get(MEMORY)
    return {key: (facts, at) for key, (facts, at) in json.loads(said).items()} if said else {}


def remember(instance: dg.DagsterInstance, told: Mapping[str, Told]) -> None:
    instance.run_storage.set_cursor_values({MEMORY: json.dumps(told)})
