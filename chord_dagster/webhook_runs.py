"""When webhooks are worked and watched over, and when an OMS's events are derived.

Belongs here: jobs, and the ticks that start them. Does not belong here: the steps
(`assets/webhook_events.py`), what the watchdog looks at (`chord_platform.shop_webhooks`).
"""

# No `from __future__ import annotations`: Dagster reads annotations as values.

from datetime import UTC, datetime

import dagster as dg

from chord_dagster.assets.webhook_events import OMS_EVENTS, SHOP_EVENTS, TOPICS
from chord_dagster.instance import AT_WORK, WAITING
from chord_dagster.keys import ROWS_CHANGED_TAG, SYNC_TAG
from chord_dagster.liveness import at_work
from chord_dagster.resources import PlatformResource
from chord_platform.errors import PlatformError
from dlt_pipelines.errors import ConnectorError

OFTEN = 1
EACH_TEN_MINUTES = "*/10 * * * *"
TAKE_WEBHOOKS, WATCH_WEBHOOKS = "take_shopify_webhooks", "watch_webhooks"
DERIVE_OMS_EVENTS = "derive_oms_events"
OMS = "chord_oms"

take_shopify_webhooks_job = dg.define_asset_job(
    TAKE_WEBHOOKS,
    selection=dg.AssetSelection.assets(SHOP_EVENTS),
    description="Works Shopify's webhooks into events.",
)
derive_oms_events_job = dg.define_asset_job(
    DERIVE_OMS_EVENTS,
    selection=dg.AssetSelection.assets(OMS_EVENTS),
    description="Derives events from the tables of an OMS that sends none itself.",
)


@dg.sensor(
    name="shopify_webhooks",
    job=take_shopify_webhooks_job,
    minimum_interval_seconds=OFTEN,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Works Shopify's webhooks as soon as one is due.",
)
def shopify_webhooks_sensor(
    context: dg.SensorEvaluationContext, platform: PlatformResource
) -> dg.RunRequest | dg.SkipReason:
    with platform.session() as opened:
        due = opened.deliveries.ready_topics(TOPICS)
    if not due:
        return dg.SkipReason("No webhook of a shop is due.")
    if under_way(context.instance, TAKE_WEBHOOKS):
        return dg.SkipReason("Webhooks are being worked.")
    names = ", ".join(sorted(topic.removeprefix(TOPICS) for topic in due))
    return dg.RunRequest(run_key=f"{names} at {datetime.now(UTC).isoformat()}")


@dg.sensor(
    name="oms_events_after_syncs",
    job=derive_oms_events_job,
    minimum_interval_seconds=OFTEN,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Derives an OMS's events after each sync of it that changed rows.",
)
def oms_events_sensor(
    context: dg.SensorEvaluationContext, platform: PlatformResource
) -> dg.RunRequest | dg.SkipReason:
    with platform.session() as opened:
        sources = opened.sources.list()
    if not any(source.kind == "oms" and source.connection for source in sources):
        return dg.SkipReason("No source of the kind oms names a connection.")
    instance = context.instance
    if under_way(instance, DERIVE_OMS_EVENTS):
        return dg.SkipReason("Events are being derived.")
    derivations = dg.RunsFilter(job_name=DERIVE_OMS_EVENTS)
    last = next(iter(instance.get_run_records(derivations, limit=1)), None)
    syncs = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.SUCCESS],
        tags={SYNC_TAG: OMS},
        updated_after=last.create_timestamp if last else None,
    )
    changed = [
        record.dagster_run.run_id
        for record in instance.get_run_records(syncs, order_by="update_timestamp", ascending=True)
        if record.dagster_run.tags.get(ROWS_CHANGED_TAG) != "0"
    ]
    if not changed:
        return dg.SkipReason("No sync of an OMS has changed a row since the last derivation.")
    return dg.RunRequest(run_key=f"after {changed[-1]}")


def under_way(instance: dg.DagsterInstance, job: str) -> bool:
    filter = dg.RunsFilter(job_name=job, statuses=[*WAITING, *AT_WORK])
    return instance.get_runs_count(filter) > 0


@dg.op(name="watch_registered_webhooks")
def watch_registered_webhooks(context: dg.OpExecutionContext, platform: PlatformResource) -> None:
    """One shop's trouble keeps no other from being watched."""
    from chord_platform.shop_webhooks.registering import Registering
    from chord_platform.webhooks.refusals import Refusals
    from chord_platform.webhooks.registrations import Registrations
    from chord_platform.webhooks.retention import tidy

    failures = []
    with platform.session() as opened, at_work(opened.settings.home, context.run.run_id):
        for known in Registrations(opened.store).list():
            try:
                seen = Registering(opened, known.connection).watch()
            except (PlatformError, ConnectorError) as error:
                failures.append(f"{known.connection}: {error}")
                continue
            if seen.made:
                context.log.warning(
                    f"{known.connection}: Shopify had removed {', '.join(seen.made)}; they are"
                    f" registered again, and {seen.reconciled} events were asked for."
                )
        gone = tidy(opened.deliveries, Refusals(opened.store), now=datetime.now(UTC))
        context.log.info(f"{gone} old deliveries and refusals are forgotten.")
    if failures:
        raise dg.Failure("; ".join(failures))


@dg.job(
    name=WATCH_WEBHOOKS,
    description="Registers webhooks again that Shopify has removed, and asks for what was lost.",
)
def watch_webhooks_job() -> None:
    watch_registered_webhooks()


@dg.schedule(
    name=f"{WATCH_WEBHOOKS}_schedule",
    job=watch_webhooks_job,
    cron_schedule=EACH_TEN_MINUTES,
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Watches over registered webhooks, and forgets old deliveries.",
)
def watch_webhooks_schedule(
    context: dg.ScheduleEvaluationContext, platform: PlatformResource
) -> dg.RunRequest | dg.SkipReason:
    from chord_platform.webhooks.registrations import Registrations

    with platform.session() as opened:
        if not Registrations(opened.store).list() and not opened.deliveries.counts():
            return dg.SkipReason("No webhooks are registered, and none were received.")
    return dg.RunRequest(run_key=f"at {context.scheduled_execution_time.isoformat()}")
