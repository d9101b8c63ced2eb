"""When events are loaded.

Belongs here: the sensor of the inbox. Does not belong here: loading (`assets/events.py`).
"""

# No `from __future__ import annotations`: Dagster reads a sensor's annotations as values.

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from chord_dagster.instance import AT_WORK, WAITING
from chord_dagster.keys import EVENTS, SYNC_TAG
from chord_dagster.resources import PlatformResource

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform

OFTEN = 1
PAUSE = timedelta(seconds=30)
"""Between two loads: a run takes six seconds to start, whatever it finds."""

AFTER_FAILURE = timedelta(minutes=5)
CHECKED_EACH = timedelta(hours=1)
"""A check that notices silence must run when nothing arrives."""


def event_inbox_sensor(job: dg.JobDefinition) -> dg.SensorDefinition:
    @dg.sensor(
        name="event_inbox",
        job=job,
        minimum_interval_seconds=OFTEN,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Loads what arrived in the inbox, one load at a time; each hour also without news,"
            " so that the checks notice when nothing comes."
        ),
    )
    def event_inbox(
        context: dg.SensorEvaluationContext, platform: PlatformResource
    ) -> dg.RunRequest | dg.SkipReason:
        with platform.session() as opened:
            return next_load(context.instance, opened, now=datetime.now(UTC))

    return event_inbox


def next_load(
    instance: dg.DagsterInstance, platform: "Platform", *, now: datetime
) -> dg.RunRequest | dg.SkipReason:
    """The watermark is never ahead of what was committed: at worst a load finds nothing."""
    end, loaded = platform.inbox.end(), platform.loader.watermark.read()
    if not end and loaded is None:
        return dg.SkipReason("No event has arrived yet.")
    is_new = loaded is None or end > loaded.position
    if loaded and not is_new and now - loaded.at < CHECKED_EACH:
        return dg.SkipReason(f"All that arrived was loaded at {loaded.at:%Y-%m-%d %H:%M:%S} UTC.")
    loads = dg.RunsFilter(tags={SYNC_TAG: EVENTS})
    last = next(iter(instance.get_run_records(loads, limit=1)), None)
    if last:
        if last.dagster_run.status in (*WAITING, *AT_WORK):
            return dg.SkipReason("A load is queued or at work.")
        failed = last.dagster_run.status is not dg.DagsterRunStatus.SUCCESS
        pause = AFTER_FAILURE if failed else PAUSE
        if now - last.update_timestamp < pause:
            why = "The last load failed" if failed else "Events were loaded a moment ago"
            return dg.SkipReason(f"{why}; the next one waits {pause.total_seconds():.0f} s.")
    after = last.dagster_run.run_id if last else "none"
    return dg.RunRequest(run_key=f"after {after}")
