"""`Violation Generated` reaches a destination that asks for it: in Segment's form, once for each
violation, whatever has to be sent again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from chord_platform.events.destination import Choice
from tests.conformance.specs import read_spec
from tests.events.forwarding_world import FRONT, World, message, new_world
from tests.store.servers import sqlite_template
from vendor_emulator.faults import status
from vendor_emulator.server import Emulator

__all__ = ["sqlite_template"]

FIELDS = {
    *("appVersion", "eventMessageID", "eventName", "eventSentAt", "eventTimestamp", "eventType"),
    *("sourceID", "sourceName", "sourceSlug", "trackingPlanID", "trackingPlanName"),
    *("violationDescription", "violationField", "violationType"),
}
"""Of Segment's documentation of the forwarded event."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(orders=1, vendors=("segment", "webhook_receiver")) as started:
        yield started


@pytest.fixture
def world(tmp_path: Path, emulator: Emulator, sqlite_template: Path) -> Iterator[World]:
    made = new_world(tmp_path / "home", emulator, template=sqlite_template)
    yield made
    made.platform.store.close()


def broken(number: int) -> dict[str, Any]:
    """Breaks several promises of the plan at once."""
    return message(number, event="Product Added", properties={"name": "Soap", "price": "ten"})


def promises(world: World, *numbers: int) -> set[tuple[str, str, str]]:
    """Message, field and type of every violation that the plan sees."""
    source = world.platform.sources.get(FRONT)
    plan = world.platform.plans.load("chord").for_side("front-end")
    judged = [plan.judge(broken(number), source.rules) for number in numbers]
    found = {
        (f"m-{number}", each.field, each.type)
        for number, verdict in zip(numbers, judged, strict=True)
        for each in verdict.violations
    }
    assert len(found) > 2 * len(numbers)
    return found


def told(messages: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (said["eventMessageID"], said["violationField"], said["violationType"])
        for said in (each["properties"] for each in violations(messages))
    ]


def violations(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in messages if each.get("event") == "Violation Generated"]


def received(world: World) -> list[dict[str, Any]]:
    return [each["data"]["message"] for each in world.receiver.events]


def once(found: list[Any]) -> set[Any]:
    assert len(found) == len(set(found))
    return set(found)


def test_segment_receives_each_violation_once_in_segments_form(world: World):
    world.add(sources=(FRONT,), violations=True)
    world.put(broken(1), broken(2), message(3))
    assert world.forward() == {"delivered": 3}
    events = world.segment.events
    assert once(told(events)) == promises(world, 1, 2)
    assert world.segment.dropped == []
    text = read_spec("segment", "http_tracking_api.openapi.json")
    if text is None:
        print("not compared: Segment's specification is not here")
    for each in violations(events):
        assert each["properties"].keys() == FIELDS
        assert (each["type"], each["userId"]) == ("track", "schema-violations")
        assert each["properties"]["trackingPlanID"] == "chord"
        assert each["properties"]["sourceSlug"] == each["forwardedFromProject"] == FRONT
        if text is not None:
            spec = orjson.loads(text)
            jsonschema.validate(each, {**spec["components"]["schemas"]["Track"], **spec})


def test_who_does_not_ask_for_violations_gets_none(world: World):
    world.add(sources=(FRONT,))
    world.put(broken(1))
    world.forward()
    assert violations(world.segment.events) == []


def test_a_retry_within_a_run_and_one_of_a_later_run_tell_nothing_twice(world: World):
    world.add(sources=(FRONT,), violations=True)
    world.put(broken(1), broken(2))
    world.emulator.faults.script("batch", status(503), status(429, retry_after=1))
    world.forward()
    world.put(broken(3))
    world.emulator.faults.script("batch", status(503, retry_after=600))
    world.forward()
    assert world.get().status == "failing"
    world.later(minutes=11)
    world.forward()
    assert once(told(world.segment.events)) == promises(world, 1, 2, 3)
    assert world.segment.repeated == {}


def test_a_receiver_that_fails_amid_a_messages_violations_gets_the_rest_alone(world: World):
    """One request an event: the message and some of its violations are confirmed already."""
    world.add("webhook", sources=(FRONT,), violations=True)
    world.put(broken(1), broken(2))
    for confirmed in (1, 2, 1, 3):
        world.emulator.faults.clear()
        world.emulator.faults.script("events", *[200] * confirmed, *[503] * 3)
        world.forward("webhook")
        assert world.get("webhook").status == "failing"
        world.later(minutes=16)
    world.emulator.faults.clear()
    world.forward("webhook")
    assert [each["messageId"] for each in received(world) if each["event"] == "Product Added"] == [
        "m-1",
        "m-2",
    ]
    assert once(told(received(world))) == promises(world, 1, 2)
    assert world.receiver.repeated == {}
    assert world.get("webhook").progress.counts == {"delivered": 2}


def test_what_was_chosen_anew_amid_a_message_is_sent_again_rather_than_lost(world: World):
    world.add("webhook", sources=(FRONT,), violations=True)
    world.put(broken(1), message(2))
    world.emulator.faults.script("events", 200, *[503] * 3)
    world.forward("webhook")
    world.platform.destinations.set("webhook", alter=lambda _: Choice(violations=False))
    world.emulator.faults.clear()
    world.later(minutes=1)
    world.forward("webhook")
    assert [each["messageId"] for each in received(world)] == ["m-1", "m-2"]


def test_a_violation_that_is_refused_is_replayed_with_its_own_id(world: World):
    world.add(sources=(FRONT,), violations=True)
    world.put(broken(1))
    world.forward()
    refused = violations(world.segment.events)[0]["messageId"]
    world.segment.events.clear()
    world.segment.seen.clear()
    world.segment.poison = {refused: 400}
    world.put(broken(1))
    world.forward()
    assert world.platform.destinations.progress.failed_counts() == {"segment": 1}
    world.segment.poison = {}
    world.forwarding.replay("segment")
    assert once(told(world.segment.events)) == promises(world, 1)
    assert world.segment.repeated == {}
