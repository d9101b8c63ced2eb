"""The plans that ship say what the documented plans say.

The documented plans lie beside the repository (CHORD_TRACKING_PLANS); without them the rest is
tried, and what was not compared is printed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chord_platform.events.plans import Plan, Plans
from chord_platform.events.plans.library import SHIPPED
from chord_platform.events.plans.plan_text import plan_text
from tests.plans.payloads import payload_schema

BESIDE = Path(__file__).parents[3] / "shared" / "tracking_plans"
DOCUMENTED = Path(os.environ.get("CHORD_TRACKING_PLANS") or BESIDE)
FILES = {"chord": 78, "shopify": 37, "segment-ecommerce": 28}
CORE = ["Cart Viewed", "Checkout Started", "Order Completed", "Product Added"]
SIDE_OF = {"shopify-webhook": "back-end"}
ANY = 6  # a type that lists all there are says nothing


@pytest.mark.parametrize(("name", "number"), FILES.items())
def test_each_plan_has_its_events_and_the_four_that_must_come(name, number):  # type: ignore[no-untyped-def]
    plan = Plans(Path("nowhere")).load(name)
    tracked = [event for event in plan.events if event.call == "track"]
    assert len(tracked) == number
    expected = {event.name: event.expected_within for event in tracked if event.expected_within}
    assert expected == dict.fromkeys(CORE, timedelta(hours=24))
    assert all(plan.event(each).severity == "error" for each in CORE)
    assert {event.call for event in plan.events} >= {"page", "screen", "identify", "group"}


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_written_as_plans_are_written(name):  # type: ignore[no-untyped-def]
    for file in (SHIPPED / name).glob("*.json"):
        assert file.read_text() == plan_text(json.loads(file.read_text())), file.name


@pytest.mark.parametrize("name", FILES)
def test_each_event_has_the_documented_properties(name, capsys):  # type: ignore[no-untyped-def]
    file = DOCUMENTED / f"{name.replace('-', '_').removesuffix('_events')}_events.json"
    if not file.is_file():
        with capsys.disabled():
            print(f"\nnot compared with the documented plan: {file} is not there")
        return
    plan = Plans(Path("nowhere")).load(name)
    for said in json.loads(file.read_text()):
        if said.get("call") == "identify":
            continue
        compared(plan, said)


def compared(plan: Plan, said: Mapping[str, Any]) -> None:
    event = plan.event(said["event"])
    assert event is not None, said["event"]
    ours = dict(flat_of_schema(payload_schema(event)))
    assert ours == dict(flat_of_facts(said["properties"])), event.name
    if "server_variant" in said:
        own = dict(flat_of_schema(payload_schema(event, back_end=True)))
        assert own == dict(flat_of_facts(said["server_variant"]["properties"])), event.name
    assert set(event.also_called) == set(said.get("name_variants", ()))
    if "not documented" in said.get("source_basis", "not said") or not said["sources"]:
        return
    if said.get("source_basis") != "inferred":
        sides = {SIDE_OF.get(each, each) for each in said["sources"]}
        assert set(event.sides) >= sides, event.name


def flat_of_facts(
    said: Mapping[str, Any], above: str = ""
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for name, below in said.items():
        place = f"{above}{name}"
        kind = below["type"]
        kind = None if isinstance(kind, list) and len(kind) >= ANY else kind
        yield place, (kind, bool(below.get("required")), below.get("pattern"), below.get("format"))
        yield from flat_of_facts(below.get("properties", {}), f"{place}.")
        yield from flat_of_facts(below.get("items", {}).get("properties", {}), f"{place}.$.")


def flat_of_schema(
    said: Mapping[str, Any], above: str = ""
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for name, below in said.get("properties", {}).items():
        place = f"{above}{name}"
        is_required = name in said.get("required", ())
        kind = below.get("type")
        yield place, (kind, is_required, below.get("pattern"), below.get("format"))
        yield from flat_of_schema(below, f"{place}.")
        yield from flat_of_schema(below.get("items", {}), f"{place}.$.")
