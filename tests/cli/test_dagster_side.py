"""Where Dagster is set up, the command line tells it at once and shows what it knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from chord_dagster import instance as dagster_side
from chord_platform.settings import Settings, read_settings
from tests.cli.conftest import Chord


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = read_settings(tmp_path / "home")
    settings.dagster_home.mkdir()
    (settings.dagster_home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    return settings


@pytest.fixture
def dagster(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as opened:
        yield opened


def status_of(chord: Chord, name: str) -> str:
    (line,) = [
        line for line in chord("connections", "list").stdout.splitlines() if line.startswith(name)
    ]
    return line


def test_a_connections_whole_life_is_mirrored(
    add: Chord, chord: Chord, settings: Settings, dagster: dg.DagsterInstance
) -> None:
    add("one", "--start")
    add("two", "--start")
    assert set(dagster.get_dynamic_partitions("market_connections")) == {"one", "two"}

    chord("connections", "pause", "one")
    assert dagster_side.schedule_running(settings, "market") is not False
    chord("connections", "pause", "two")
    state = dagster_side.schedule_running(settings, "market")
    assert state is not True, "with all paused the schedule has nothing to start"
    chord("connections", "resume", "two")
    assert dagster_side.schedule_running(settings, "market") is not False
    assert "● scheduled" in status_of(chord, "two")

    chord("connections", "sync", "two")
    key = dg.AssetKey(["raw_market", "sales"])
    assert dagster.get_materialized_partitions(key) == {"two"}

    chord("connections", "disconnect", "one", "--keep-data", "--yes")
    assert dagster.get_dynamic_partitions("market_connections") == ["two"]


def test_a_schedule_stopped_in_dagster_shows_its_connections_as_paused_by_dagster(
    add: Chord, chord: Chord, settings: Settings
) -> None:
    add("one", "--start")
    for paused in (False, True):
        dagster_side.mirror_pause(settings, "market", paused=paused, now=datetime.now(UTC))
    line = status_of(chord, "one")
    assert "● paused" in line
    assert "Dagster: the schedule sync_market_schedule is stopped there" in line
    chord("connections", "set", "one", "--set", "region=NO")
    assert "● paused" in status_of(chord, "one"), "a setting is no wish to start"
    chord("connections", "resume", "one")
    assert "● scheduled" in status_of(chord, "one")


def test_a_dagster_that_cannot_be_reached_is_a_notice_and_no_failure(
    add: Chord, settings: Settings
) -> None:
    (settings.dagster_home / "dagster.yaml").write_text("storage: [nonsense")
    done = add("one", "--start")
    assert done.exit_code == 0
    assert "Note: Dagster could not be reached" in done.stderr
