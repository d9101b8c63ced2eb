"""A load also removes old files of the inbox, but nothing that a destination has yet to read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chord_platform.events import segment_log
from tests.events.forwarding_world import World, message, new_world
from tests.store.servers import sqlite_template
from vendor_emulator.server import Emulator

__all__ = ["sqlite_template"]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(orders=1, vendors=("segment", "webhook_receiver")) as started:
        yield started


@pytest.fixture
def world(
    tmp_path: Path, emulator: Emulator, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """With a file of the inbox for each append."""
    monkeypatch.setattr(segment_log, "SEGMENT_BYTES", 1)
    made = new_world(tmp_path / "home", emulator, template=sqlite_template)
    yield made
    made.platform.store.close()


def files(world: World) -> list[Path]:
    return sorted(world.platform.inbox.folder.glob("*.log"))


def age(world: World, *, days: int) -> None:
    at = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    for file in files(world):
        os.utime(file, (at, at))


def test_without_a_destination_files_go_once_loaded_and_a_week_old(world: World):
    for number in range(3):
        world.put(message(number))
    assert world.platform.loader.load().loaded == 3
    assert len(files(world)) == 3
    age(world, days=8)
    world.put(message(3))
    assert world.platform.loader.load().loaded == 1
    assert len(files(world)) == 1
    world.put(message(4))
    assert world.platform.loader.load().loaded == 1


def test_a_load_that_finds_nothing_new_removes_them_too(world: World):
    for number in range(3):
        world.put(message(number))
    world.platform.loader.load()
    age(world, days=8)
    assert world.platform.loader.load().received == 0
    assert len(files(world)) == 1


def test_what_one_of_several_destinations_has_not_read_stays(world: World):
    world.add()
    world.add("webhook")
    for number in range(3):
        world.put(message(number))
    world.forward()
    age(world, days=8)
    world.platform.loader.load()
    assert len(files(world)) == 3
    assert world.forward("webhook") == {"delivered": 3}
    world.platform.loader.load()
    assert len(files(world)) == 1


def test_files_that_cannot_be_removed_fail_no_load(world: World):
    for number in range(2):
        world.put(message(number))
    said: list[str] = []

    def forget(_: str) -> None:
        raise PermissionError(13, "Permission denied")

    loader = replace(world.platform.loader, forget=forget)
    assert loader.load(on_progress=said.append).loaded == 2
    assert "could not be removed" in said[-1]
