"""Events of back-ends as assets: Shopify's webhooks, and what an OMS's tables tell.

Belongs here: translation between Dagster and the two. Does not belong here: what they do
(`chord_platform.shop_webhooks`, `chord_platform.events.oms_events`), when (`webhook_runs.py`).
"""

# No `from __future__ import annotations`: Dagster reads a step's annotations as values.

from datetime import UTC, datetime
from time import monotonic, sleep

import dagster as dg

from chord_dagster.keys import EVENTS
from chord_dagster.liveness import at_work
from chord_dagster.resources import PlatformResource
from chord_platform.errors import PlatformError

SHOP_EVENTS = dg.AssetKey(["shopify_webhook_events"])
OMS_EVENTS = dg.AssetKey(["oms_events"])
TOPICS = "shopify_events:"
QUIET_SECONDS = 3.0
"""A burst of webhooks costs one run: a run's start alone takes longer than this."""


@dg.asset(
    key=SHOP_EVENTS,
    group_name=EVENTS,
    description="Shopify's webhooks, worked into the inbox of events; each connection's in turn.",
)
def shopify_webhook_events(
    context: dg.AssetExecutionContext, platform: PlatformResource
) -> dg.MaterializeResult:
    from chord_platform.shop_webhooks.working import Worked, Working

    results: dict[str, int] = {}
    failures: dict[str, str] = {}
    worker = f"run {context.run.run_id[:8]}"
    with platform.session() as opened, at_work(opened.settings.home, context.run.run_id):
        quiet_since = monotonic()
        while monotonic() - quiet_since < QUIET_SECONDS:
            ready = opened.deliveries.ready_topics(TOPICS)
            due = [topic.removeprefix(TOPICS) for topic in ready]
            for connection in set(due) - set(failures):
                try:
                    worked: Worked = Working(opened, connection).work(
                        worker=worker, on_progress=context.log.info
                    )
                except PlatformError as error:  # one shop's trouble holds up no other's events
                    failures[connection] = str(error)
                    continue
                for result, count in worked.results.items():
                    results[result] = results.get(result, 0) + count
                results["retried"] = results.get("retried", 0) + worked.retried
                quiet_since = monotonic()
            sleep(0.2)
    if failures:
        said = "; ".join(f"{name}: {why}" for name, why in sorted(failures.items()))
        raise dg.Failure(said, metadata=dict(results))
    return dg.MaterializeResult(metadata={"deliveries": sum(results.values()), **results})


class OmsEventsConfig(dg.Config):
    """since: look further back than the first time did, such as 2026-01-01; empty: do not."""

    since: str = ""


@dg.asset(
    key=OMS_EVENTS,
    group_name=EVENTS,
    description=(
        "Orders and subscriptions of a Chord OMS as events, derived from its tables, for every"
        " source of the kind oms that names a connection."
    ),
)
def oms_events(
    context: dg.AssetExecutionContext, platform: PlatformResource, config: OmsEventsConfig
) -> dg.MaterializeResult:
    from chord_platform.events.oms_events import derive

    found: dict[str, int] = {}
    lacking: set[str] = set()
    since = datetime.fromisoformat(config.since).replace(tzinfo=UTC) if config.since else None
    with platform.session() as opened, at_work(opened.settings.home, context.run.run_id):
        for source in opened.sources.list():
            if source.kind != "oms" or source.connection is None:
                continue
            try:
                derived = derive(
                    opened.warehouse,
                    opened.inbox,
                    source,
                    connection=source.connection,
                    since=since,
                    on_wait=context.log.info,
                )
            except PlatformError as error:
                raise dg.Failure(
                    str(error), metadata={"what": error.what, "next_step": error.hint or "none"}
                ) from error
            lacking.update(derived.lacking)
            for event, count in derived.events.items():
                found[event] = found.get(event, 0) + count
    if lacking:
        context.log.info(f"The models are not built yet: {', '.join(sorted(lacking))} are lacking.")
    return dg.MaterializeResult(metadata={"events": sum(found.values()), **found})
