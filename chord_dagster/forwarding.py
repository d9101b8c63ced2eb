"""When events are forwarded: a job, and the sensor that sees that something waits.

Belongs here: the job and its tick. Does not belong here: the step (`assets/destinations.py`).
"""

# No `from __future__ import annotations`: Dagster reads a sensor's annotations as values.

from datetime import UTC, datetime

import dagster as dg

from chord_dagster.assets.destinations import DESTINATIONS
from chord_dagster.instance import AT_WORK, WAITING
from chord_dagster.keys import FORWARD_EVENTS
from chord_dagster.resources import PlatformResource

OFTEN = 1

forward_events_job = dg.define_asset_job(
    FORWARD_EVENTS,
    selection=dg.AssetSelection.assets(DESTINATIONS),
    description="Forwards what waits in the inbox to every destination that is due.",
)


@dg.sensor(
    name="event_destinations",
    job=forward_events_job,
    minimum_interval_seconds=OFTEN,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Forwards events as soon as a destination has something to get.",
)
def event_destinations_sensor(
    context: dg.SensorEvaluationContext, platform: PlatformResource
) -> dg.RunRequest | dg.SkipReason:
    with platform.session() as opened:
        due = [each.name for each in opened.forwarding.due()]
    if not due:
        return dg.SkipReason("No destination has anything to get, or it is paused or waiting.")
    under_way = dg.RunsFilter(job_name=FORWARD_EVENTS, statuses=[*WAITING, *AT_WORK])
    if context.instance.get_runs_count(under_way):
        return dg.SkipReason("Events are being forwarded.")
    return dg.RunRequest(run_key=f"{', '.join(due)} at {datetime.now(UTC).isoformat()}")
