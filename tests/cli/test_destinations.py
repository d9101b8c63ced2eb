"""`chord destinations`: what a person types, and what is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chord_platform.cli import main
from chord_platform.settings import read_settings
from tests.events.forwarding_world import BACK, FRONT, World, message, world_on
from tests.store.servers import sqlite_template
from vendor_emulator.server import Emulator

__all__ = ["sqlite_template"]


@pytest.fixture
def world(tmp_path: Path, sqlite_template: Path) -> Iterator[World]:
    settings = read_settings(tmp_path / "home")
    (settings.home / "store.sqlite").write_bytes(sqlite_template.read_bytes())
    with Emulator(orders=1, vendors=("segment", "webhook_receiver")) as emulator:
        yield world_on(settings, emulator)


@pytest.fixture
def chord(world: World) -> Any:
    given = world.emulator.credentials("webhook_receiver")

    def chord(*words: str) -> Any:
        home = str(world.platform.settings.home)
        return CliRunner(env={"HOOK": given["secret"]}).invoke(
            main, ["--home", home, "destinations", *words]
        )

    return chord


def test_a_destination_from_adding_to_removing(world: World, chord: Any):
    url = world.emulator.credentials("webhook_receiver")["url"]
    settings = ("--set", f"url={url}", "--set", "private_network=allow")
    secret = ("--secret", "secret=env:HOOK")
    sources = ("--sources", "My Company Front-End (Production)")
    shown = chord("add", "hook", "--type", "webhook", *sources, "--set", "secret=x", *settings)
    assert (shown.exit_code, "is a secret" in shown.output) == (1, True)
    added = chord("add", "hook", "--type", "webhook", *sources, *settings, *secret)
    assert added.exit_code == 0, added.output
    assert FRONT in added.output
    assert "took a signed" in chord("check", "hook").output

    assert chord("set", "hook").exit_code == 2
    changed = chord(
        *("set", "hook", "--sources", f"{FRONT},{BACK}", "--not-events", "Coupon Denied,page"),
        *("--consent", "marketing", "--unstated-consent", "granted", "--prefer", "both"),
    )
    assert changed.exit_code == 0, changed.output
    world.receiver.poison = {'"m-2"': 400}
    world.put(message(1), message(2), message(3, event="Coupon Denied"))
    assert "1 delivered" in chord("forward").output
    [seen] = json.loads(chord("list", "--json").output)
    assert (seen["status"], seen["behind"], seen["failed_events"]) == ("ok", 0, 1)
    assert seen["choice"]["not_events"] == ["Coupon Denied", "page"]
    assert "not chosen by event" in chord("show", "hook").output
    assert "m-2" in chord("failed", "hook").output
    assert json.loads(chord("failed", "hook", "--json").output)[0]["message"]["messageId"] == "m-2"
    world.receiver.poison = {}
    assert "1 of 1 delivered" in chord("replay", "hook").output

    assert chord("set", "hook", "--not-events", "").exit_code == 0
    assert json.loads(chord("show", "hook", "--json").output)["choice"]["not_events"] == []
    assert "is paused" in chord("pause", "hook").output
    assert "paused" in chord("list").output
    assert chord("resume", "hook").exit_code == 0
    assert chord("remove", "hook", "--yes").exit_code == 0
    assert "No destination yet" in chord("list").output
    assert "whsec_" not in "".join(each.output for each in (added, changed, shown))
    assert {"segment", "webhook"} <= {
        each["type"] for each in json.loads(chord("types", "--json").output)
    }
