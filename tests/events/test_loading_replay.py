"""What was blocked is judged again when the plan was corrected: once, and as it was received."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chord_platform.events.loading.figures import verdicts
from chord_platform.events.loading.inspecting import quarantined, violations_since
from chord_platform.events.loading.replay import replay
from chord_platform.events.source import Source, SourceRules
from tests.events.loading_world import BACK, FRONT, STARTED, World, world

FIXTURES = (world,)
NOW = STARTED + timedelta(minutes=30)
VIEWED = f"events_{FRONT}.product_viewed"


@pytest.fixture
def planned(world: World) -> World:
    """Plans ask for a text as `sku`, and clients send numbers."""
    world.write_plan(sku="string")
    world.add_source(
        FRONT, plan="small", rules=SourceRules(violations="block", unplanned_events="block")
    )
    world.add_source(BACK, plan="small")
    return world


def views(world: World, count: int, source: str = FRONT) -> None:
    for number in range(count):
        world.track(source, event="Product Viewed", properties={"sku": number})


def verdict(
    world: World,
    check: str,
    event: str = "Product Viewed",
    source: str = FRONT,
    now: datetime = NOW,
) -> Any:
    plans = {source.name: world.plans.load("small") for source in world.sources.values()}
    found = verdicts(world.warehouse, list(world.sources.values()), plans, now=now)
    return next(
        each for each in found if (each.source, each.event, each.check) == (source, event, check)
    )


def test_blocked_messages_wait_with_their_reasons(planned: World) -> None:
    views(planned, 6)
    planned.track(event="Nobody Planned This")
    result = planned.load()
    assert (result.loaded, result.blocked, result.violations) == (0, 7, 6)
    newest, *others = quarantined(planned.warehouse)
    assert newest.reasons == ["Nobody Planned This is not in the plan"]
    assert {each.reasons[0] for each in others} == {
        "properties.sku must be a string, but is an integer"
    }
    (seen,) = violations_since(planned.warehouse, since=STARTED)
    assert (seen.event, seen.field, seen.type, seen.count) == (
        "Product Viewed",
        "properties.sku",
        "Invalid Type",
        6,
    )
    assert seen.first_seen_at == STARTED + timedelta(seconds=1)
    assert len(seen.sample_message_ids) == 5


def test_a_failing_check_passes_after_the_plan_is_corrected_and_replayed(planned: World) -> None:
    views(planned, 6)
    planned.track(event="Order Completed", properties={"order_id": "1"})
    planned.load()
    before = verdict(planned, "plan_is_held")
    assert not before.passed
    assert before.severity == "error"
    assert before.figures["violation_rate_hour"] == 1.0
    assert before.samples[0].field == "properties.sku"
    print(f"before: failed, {before.description}")

    planned.write_plan(sku="integer")
    result = replay(planned.loader)
    print(f"replay: {result.judged} judged, {result.let_in} let in")
    assert (result.judged, result.let_in) == (6, 6)
    after = verdict(planned, "plan_is_held")
    print(f"after: passed, {after.description}")
    assert after.passed
    assert after.figures["messages_hour"] == 6
    assert not after.samples
    assert planned.rows(f"select min(received_at), count(*), max(sku) from {VIEWED}") == [
        (STARTED + timedelta(seconds=1), 6, 5)
    ]
    assert planned.value("select count(*) from events_meta.events") == 7
    assert not violations_since(planned.warehouse, since=STARTED)


def test_a_replay_lets_each_message_in_once(planned: World) -> None:
    views(planned, 3)
    planned.load()
    planned.write_plan(sku="integer")
    assert replay(planned.loader).let_in == 3
    assert replay(planned.loader).judged == 0
    planned.arrive(*(each for each in again(planned)))
    assert planned.load().duplicates == 3
    assert planned.value(f"select count(*) from {VIEWED}") == 3
    assert not quarantined(planned.warehouse)
    assert len(quarantined(planned.warehouse, with_replayed=True)) == 3


def again(world: World) -> list[dict[str, Any]]:
    world.sent = 0
    return [
        world.envelope(event="Product Viewed", properties={"sku": number}) for number in range(3)
    ]


def test_what_still_violates_stays_and_is_counted_once(planned: World) -> None:
    views(planned, 3)
    planned.load()
    result = replay(planned.loader)
    assert (result.judged, result.still_blocked) == (3, 3)
    (seen,) = violations_since(planned.warehouse, since=STARTED)
    assert seen.count == 3
    assert planned.rows("select received, blocked, violating from events_meta.hours") == [(3, 3, 3)]


def test_one_source_or_one_event_can_be_replayed(planned: World) -> None:
    planned.add_source(BACK, plan="small", rules=SourceRules(violations="block"))
    views(planned, 2)
    views(planned, 2, BACK)
    planned.load()
    planned.write_plan(sku="integer")
    assert replay(planned.loader, event="Order Completed").judged == 0
    assert replay(planned.loader, source=BACK).let_in == 2
    assert planned.value(f"select count(*) from events_{BACK}.product_viewed") == 2
    assert replay(planned.loader).let_in == 2


def test_what_is_allowed_in_is_counted_all_the_same(planned: World) -> None:
    views(planned, 6, BACK)
    assert planned.load().loaded == 6
    found = verdict(planned, "plan_is_held", source=BACK)
    assert not found.passed
    assert planned.value(f"select count(*) from events_{BACK}.product_viewed") == 6


def test_a_mandatory_event_is_missed_in_its_time(planned: World) -> None:
    assert not verdicts(planned.warehouse, [], {}, now=NOW)
    views(planned, 1, BACK)
    planned.load()
    fresh = verdict(planned, "arrives_in_time", "Order Completed", BACK)
    assert fresh.passed
    later = NOW + timedelta(days=2)
    late = verdict(planned, "arrives_in_time", "Order Completed", BACK, later)
    silent = verdict(planned, "arrives_in_time", "Order Completed", FRONT, later)
    assert (late.passed, silent.passed) == (False, True)
    assert "never seen" in late.description


def test_a_plan_that_cannot_be_read_sets_its_own_sources_messages_aside_and_no_others(
    planned: World,
) -> None:
    planned.add_source(BACK)
    file = planned.home / "plans" / "small" / "product-viewed.json"
    file.write_text(file.read_text().replace('"string"', '"strung"'))
    views(planned, 3)
    views(planned, 2, source=BACK)
    result = planned.load()
    assert (result.loaded, result.blocked, result.violations) == (2, 3, 0)
    assert list(result.unreadable_plans) == [FRONT]
    assert str(file) in result.unreadable_plans[FRONT]
    waiting = quarantined(planned.warehouse)
    assert {each.source for each in waiting} == {FRONT}
    assert {each.reasons[0] for each in waiting} == {result.unreadable_plans[FRONT]}
    again = replay(planned.loader)
    assert (again.judged, again.unreadable_plans) == (0, result.unreadable_plans)

    planned.write_plan(sku="integer")
    assert planned.load().unreadable_plans == {}
    again = replay(planned.loader)
    assert (again.judged, again.let_in, again.unreadable_plans) == (3, 3, {})
    assert planned.value(f"select count(*) from {VIEWED}") == 3
    assert planned.rows(
        "select received, blocked, violating from events_meta.hours where source = ?", FRONT
    ) == [(3, 0, 0)]


@pytest.mark.parametrize("trouble", [PermissionError(13, "denied"), RuntimeError("odd")])
def test_whatever_is_wrong_with_a_plan_is_its_own_sources_trouble(
    planned: World, trouble: Exception
) -> None:
    def plan_of(source: Source) -> Any:
        if source.name == FRONT:
            raise trouble
        return planned.loader.plan_of(source)

    views(planned, 1)
    views(planned, 1, source=BACK)
    result = replace(planned.loader, plan_of=plan_of).load()
    assert (result.loaded, result.blocked) == (1, 1)
    assert type(trouble).__name__ in result.unreadable_plans[FRONT]


def test_a_plan_that_is_gone_is_no_reason_to_let_its_messages_pass(planned: World) -> None:
    shutil.rmtree(planned.home / "plans" / "small")
    views(planned, 1)
    assert planned.load().blocked == 1
    (waiting,) = quarantined(planned.warehouse)
    assert "There is no tracking plan 'small'" in waiting.reasons[0]


def test_what_a_plan_had_said_is_not_taken_back_while_it_cannot_be_read(planned: World) -> None:
    views(planned, 3)
    planned.load()
    (said,) = violations_since(planned.warehouse, since=STARTED)
    shutil.rmtree(planned.home / "plans" / "small")
    assert replay(planned.loader, source=FRONT).judged == 0
    assert violations_since(planned.warehouse, since=STARTED) == [said]
    assert quarantined(planned.warehouse)[0].reasons == [said.description]
