"""Destinations of events as assets: one step forwards to all of them, each says how it is.

Belongs here: translation between Dagster and forwarding. Does not belong here: what forwarding does
(`chord_platform.events.forwarding`), when it runs (`forwarding.py`).
"""

# No `from __future__ import annotations`: Dagster reads a step's annotations as values.

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import dagster as dg

from chord_dagster.keys import EVENTS
from chord_dagster.liveness import at_work
from chord_dagster.resources import PlatformResource

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.events.destination import Destination

DESTINATIONS = dg.AssetKey(["event_destinations"])
DELIVERING_CHECK = "every_destination_takes_its_events"

Reported = dg.MaterializeResult | dg.AssetCheckResult


def destination_key(name: str) -> dg.AssetKey:
    """Destinations are added without reloading code, so theirs are told at run time."""
    return dg.AssetKey(["event_destinations", name])


@dg.multi_asset(
    name="event_destinations",
    specs=[
        dg.AssetSpec(
            DESTINATIONS,
            description=(
                "What was forwarded to Segment, webhooks and other destinations of events."
                " Each destination has an asset of its own below this name."
            ),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            DELIVERING_CHECK,
            asset=DESTINATIONS,
            description="No destination fails, and none has refused events for good.",
        )
    ],
    group_name=EVENTS,
)
def event_destinations(
    context: dg.AssetExecutionContext, platform: PlatformResource
) -> Iterator[Reported]:
    with platform.session() as opened, at_work(opened.settings.home, context.run.run_id):
        runs = opened.forwarding.forward_all(on_progress=context.log.info)
        seen = opened.destinations.list()
        failed = opened.destinations.progress.failed_counts()
        for destination in seen:
            metadata = metadata_of(opened, destination, failed.get(destination.name, 0))
            context.log_event(
                dg.AssetMaterialization(destination_key(destination.name), metadata=metadata)
            )
    yield dg.MaterializeResult(
        DESTINATIONS,
        metadata={
            "destinations": len(seen),
            "delivered": sum(run.counts["delivered"] for run in runs),
            "failed": sum(run.counts["failed"] for run in runs),
        },
    )
    yield checked(seen, failed)


def metadata_of(platform: "Platform", destination: "Destination", failed: int) -> dict[str, Any]:
    progress = destination.progress
    known = {
        "type": destination.type,
        "status": destination.status,
        "behind": platform.destinations.behind(destination),
        "failed_events": failed,
        "last_delivered_at": stamped(progress.last_delivered_at),
        "failing_since": stamped(progress.failing_since),
        "problem": progress.problem,
        "next_step": progress.next_step,
        "next_attempt_at": stamped(progress.not_before),
        **{f"events_{fate}": count for fate, count in progress.counts.items()},
    }
    return {name: value for name, value in known.items() if value is not None}


def stamped(moment: datetime | None) -> dg.MetadataValue | None:
    return dg.MetadataValue.timestamp(moment) if moment else None


def checked(seen: "list[Destination]", failed: dict[str, int]) -> dg.AssetCheckResult:
    failing = {each.name: each.progress.problem for each in seen if each.status == "failing"}
    refused = {name: count for name, count in failed.items() if count}
    return dg.AssetCheckResult(
        asset_key=DESTINATIONS,
        check_name=DELIVERING_CHECK,
        passed=not failing and not refused,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            **{f"{name}: problem": problem for name, problem in failing.items()},
            **{f"{name}: failed events": count for name, count in refused.items()},
        },
    )
