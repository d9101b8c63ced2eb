"""When products sync: as soon as a webhook tells of one, and all of them once a day.

Belongs here: the job, and the ticks that start it. Does not belong here: the step
(`assets/products.py`), the queue (`chord_platform.webhooks`).
"""

# No `from __future__ import annotations`: Dagster reads annotations as values.

from datetime import UTC, datetime

import dagster as dg

from chord_dagster.assets.products import tenants
from chord_dagster.instance import AT_WORK, WAITING
from chord_dagster.keys import CAUSE_TAG, PRODUCT_TENANTS, SYNC_PRODUCTS, SYNCED_PRODUCTS
from chord_dagster.resources import PlatformResource

OFTEN = 1
EACH_NIGHT = "20 3 * * *"
PARTITION_TAG = "dagster/partition"
STEP = SYNCED_PRODUCTS.path[-1]

sync_products_job = dg.define_asset_job(
    SYNC_PRODUCTS,
    selection=dg.AssetSelection.assets(SYNCED_PRODUCTS),
    description=(
        "Syncs one tenant's products; its name is the partition. Without configuration: those that"
        " webhooks told of, until none has come for some seconds."
    ),
)


@dg.sensor(
    name="product_deliveries",
    job=sync_products_job,
    minimum_interval_seconds=OFTEN,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Syncs products as soon as a webhook of one is due; one run for each tenant.",
)
def product_deliveries_sensor(
    context: dg.SensorEvaluationContext, platform: PlatformResource
) -> dg.SensorResult | dg.SkipReason:
    from chord_platform.product_deliveries.working import TOPICS

    with platform.session() as opened:
        due = {
            topic.removeprefix(TOPICS): count
            for topic, count in opened.deliveries.ready_topics(TOPICS).items()
        }
        known = {tenant.name for tenant in opened.tenants.list()} if due else set()
    busy = at_work_on(context.instance)
    free = sorted((due.keys() & known) - busy)
    if not free:
        said = "Products are being synced." if due.keys() & busy else "No product's webhook is due."
        return dg.SkipReason(said)
    at = datetime.now(UTC).isoformat()
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=f"{tenant} at {at}",
                partition_key=tenant,
                tags={CAUSE_TAG: f"{due[tenant]} products changed"},
            )
            for tenant in free
        ],
        dynamic_partitions_requests=new_partitions(context.instance, free),
    )


@dg.schedule(
    name="reconcile_products_schedule",
    job=sync_products_job,
    cron_schedule=EACH_NIGHT,
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=(
        "Compares all products of every tenant, so that lost webhooks heal: drift is reported, and"
        " repaired where the tenant's option repair_drift says so."
    ),
)
def reconcile_products_schedule(
    context: dg.ScheduleEvaluationContext, platform: PlatformResource
) -> list[dg.RunRequest] | dg.SkipReason:
    with platform.session() as opened:
        names = [tenant.name for tenant in opened.tenants.list()]
    if not names:
        return dg.SkipReason("There is no tenant.")
    for request in new_partitions(context.instance, names):
        context.instance.add_dynamic_partitions(
            request.partitions_def_name, list(request.partition_keys)
        )
    return [
        dg.RunRequest(
            run_key=f"{name} at {context.scheduled_execution_time.isoformat()}",
            partition_key=name,
            run_config={"ops": {STEP: {"config": {"as_options": True}}}},
            tags={CAUSE_TAG: "daily reconcile"},
        )
        for name in names
    ]


def at_work_on(instance: dg.DagsterInstance) -> set[str]:
    """Never two runs at once for one tenant."""
    runs = instance.get_runs(dg.RunsFilter(job_name=SYNC_PRODUCTS, statuses=[*WAITING, *AT_WORK]))
    return {run.tags[PARTITION_TAG] for run in runs if PARTITION_TAG in run.tags}


def new_partitions(
    instance: dg.DagsterInstance, names: list[str]
) -> list[dg.AddDynamicPartitionsRequest]:
    missing = [name for name in names if not instance.has_dynamic_partition(PRODUCT_TENANTS, name)]
    return [tenants.build_add_request(missing)] if missing else []
