"""Destinations in Dagster: when they are forwarded to, and what their assets say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from chord_dagster.assets.destinations import DELIVERING_CHECK, destination_key
from chord_dagster.definitions import build_definitions
from chord_dagster.resources import PlatformResource
from chord_platform.settings import read_settings
from tests.events.forwarding_world import World, message, world_on
from tests.store.servers import sqlite_template
from vendor_emulator.server import Emulator

__all__ = ["sqlite_template"]


@pytest.fixture
def world(tmp_path: Path, sqlite_template: Path) -> Iterator[World]:
    settings = read_settings(tmp_path / "home")
    shutil.copy(sqlite_template, settings.home / "store.sqlite")
    with Emulator(orders=1, vendors=("segment", "webhook_receiver")) as emulator:
        yield world_on(settings, emulator)


def test_what_waits_is_forwarded_and_each_destination_says_how_it_is(world: World, tmp_path: Path):
    (tmp_path / "sql").mkdir()
    home = str(world.platform.settings.home)
    defs = build_definitions(
        catalog={}, sql_dir=tmp_path / "sql", platform=PlatformResource(home=home)
    )
    job, sensor = defs.resolve_job_def("forward_events"), "event_destinations"
    with dg.DagsterInstance.ephemeral() as instance:

        def tick() -> dg.RunRequest | dg.SkipReason:
            with dg.build_sensor_context(
                instance=instance, resources={"platform": PlatformResource(home=home)}
            ) as context:
                return defs.resolve_sensor_def(sensor)(context)

        assert isinstance(tick(), dg.SkipReason)
        world.add()
        world.add("webhook")
        world.put(*map(message, range(3)))
        assert isinstance(tick(), dg.RunRequest)
        world.emulator.faults.always("events", 401)
        done = job.execute_in_process(instance=instance)
        assert done.success
        assert len(world.segment.events) == 3

        segment = instance.get_latest_materialization_event(destination_key("segment"))
        said = {name: value.value for name, value in segment.asset_materialization.metadata.items()}
        assert (said["status"], said["behind"], said["events_delivered"]) == ("ok", 0, 3)
        webhook = instance.get_latest_materialization_event(destination_key("webhook"))
        said = {name: value.value for name, value in webhook.asset_materialization.metadata.items()}
        assert (said["status"], said["behind"]) == ("failing", 3)
        assert "it answered 401" in said["problem"]
        [check] = done.get_asset_check_evaluations()
        assert (check.check_name, check.passed) == (DELIVERING_CHECK, False)
        assert isinstance(tick(), dg.SkipReason)
