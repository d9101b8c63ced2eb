"""The toggle of a connector's schedule, as Dagster's store keeps it.

Belongs here: reading and setting it. Does not belong here: when it follows a pause (`instance.py`).

Imported where it is used: these parts of Dagster cost 0.14 CPU seconds that no run needs to pay.
"""

from __future__ import annotations

from datetime import datetime

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
)

from chord_dagster.keys import CODE_LOCATION, EACH_MINUTE, schedule_name


def is_running(instance: dg.DagsterInstance, connector: str) -> bool | None:
    """None where Dagster has not yet seen the schedule."""
    state = schedule_state(instance, connector)
    return None if state is None else state.is_running


def set_running(
    instance: dg.DagsterInstance, connector: str, *, running: bool, now: datetime
) -> None:
    status = InstigatorStatus.RUNNING if running else InstigatorStatus.STOPPED
    data = ScheduleInstigatorData(EACH_MINUTE, now.timestamp())
    state = schedule_state(instance, connector)
    if state is None:
        if not running:  # running is what the code declares
            origin = repository_origin().get_instigator_origin(schedule_name(connector))
            instance.add_instigator_state(
                InstigatorState(origin, InstigatorType.SCHEDULE, status, data)
            )
    elif state.is_running != running:
        instance.update_instigator_state(state.with_status(status).with_data(data))


def schedule_state(instance: dg.DagsterInstance, connector: str) -> InstigatorState | None:
    """Found by name: the storage keeps the rows of schedules whose code is long gone."""
    origin = repository_origin().get_instigator_origin(schedule_name(connector))
    return instance.get_instigator_state(origin.get_id(), origin.get_selector().get_id())


def repository_origin() -> RemoteRepositoryOrigin:
    """Dagster finds a toggle by location, repository and name; host and port do not matter."""
    return RemoteRepositoryOrigin(
        code_location_origin=GrpcServerCodeLocationOrigin(
            host="localhost", port=4266, location_name=CODE_LOCATION
        ),
        repository_name="__repository__",
    )
