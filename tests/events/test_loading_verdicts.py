"""How events fare: volumes, and orders beside each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chord_platform.events.loading.figures import event_figures, verdicts
from chord_platform.events.loading.verdicts import EventFigures, Verdict, volume_is_usual
from chord_platform.events.plans import Plans
from tests.events.loading_world import BACK, FRONT, STARTED, World, world

FIXTURES = (world,)
NOW = STARTED + timedelta(days=1)


@pytest.fixture
def planned(world: World) -> World:
    world.write_plan()
    world.add_source(FRONT, plan="small")
    world.add_source(BACK, plan="small")
    return world


@pytest.mark.parametrize(
    ("days", "passed"),
    [
        ([], True),
        ([0, 100, 100], True),
        ([100] * 10, True),
        ([70, *[100, 90, 110] * 3], True),
        ([0, *[100, 90, 110] * 3], False),
        ([900, *[100, 90, 110] * 3], False),
        ([0, *[2] * 20], True),
    ],
)
def test_a_volume_is_usual_or_not(planned: World, days: list[int], passed: bool) -> None:
    event = Plans(planned.home / "plans").load("small").event("Order Completed")
    assert event
    assert volume_is_usual(FRONT, event, EventFigures(days=days)).passed is passed


def test_days_are_whole_and_without_messages_when_nothing_came(planned: World) -> None:
    for days_ago, messages in ((3, 2), (0, 1)):
        for _ in range(messages):
            at = NOW - timedelta(days=days_ago, hours=1)
            planned.track(event="Order Completed", properties={"order_id": "1"}, at=at)
    planned.load()
    with planned.warehouse.writer("test") as con:
        found = event_figures(con, now=NOW)[(FRONT, "Order Completed")]
    assert found.days == [1, 0, 0]
    assert found.last_received_at == NOW - timedelta(hours=1)


def order(world: World, source: str, number: int, **said: Any) -> None:
    at = STARTED + timedelta(minutes=number)
    said = {"order_id": str(number), **said}
    world.track(source, event="Order Completed", properties=said, at=at)


def compared(world: World, check: str) -> Verdict:
    sources = list(world.sources.values())
    plans = {source.name: world.plans.load("small") for source in sources}
    found = verdicts(world.warehouse, sources, plans, now=NOW)
    return next(each for each in found if each.check == check)


def test_orders_seen_in_front_are_compared_to_the_back_ends(planned: World) -> None:
    for number in range(10):
        order(planned, BACK, number)
        if number % 3:
            order(planned, FRONT, number)
    planned.load()
    found = compared(planned, "front_end_matches_back_end")
    assert found.passed
    assert (found.source, found.figures["missing"]) == (FRONT, 3)
    order(planned, FRONT, 77)
    planned.load()
    found = compared(planned, "front_end_matches_back_end")
    assert not found.passed
    assert found.figures["unknown_such_as"] == "77"


def test_each_order_of_the_models_has_its_event(planned: World) -> None:
    """By the vendor's id, bare or at the end of a GID, or by the number the customer sees."""
    planned.sources[BACK] = replace(planned.sources[BACK], kind="shopify_webhook")
    order(planned, BACK, 1)
    order(planned, BACK, 2, order_id="1002")
    order(planned, BACK, 3)
    planned.load()
    placed = [
        ("gid://shopify/Order/1", "#1001", 1, "shopify"),
        ("2", "#1002", 2, "shopify"),
        ("3", "#1003", 3, "shopify"),
        ("9", "R9", 2, "chord_oms"),
    ]
    rows = ", ".join(
        f"('{vendor}', '{number}', timestamptz '{STARTED + timedelta(minutes=at)}', '{shop}')"
        for vendor, number, at, shop in placed
    )
    planned.rows("create schema marts")
    planned.rows(
        "create table marts.fct_orders as select *, false as is_test, 'shop' as connection_id"
        f" from (values {rows}) as t(source_order_id, order_number, placed_at, source)"
    )
    found = compared(planned, "back_end_matches_orders")
    assert found.passed, found
    assert (found.figures["expected"], found.figures["found"]) == (3, 3)
    planned.rows("update marts.fct_orders set source_order_id = '4' where source_order_id = '3'")
    found = compared(planned, "back_end_matches_orders")
    assert not found.passed
    assert (found.figures["missing_such_as"], found.figures["unknown_such_as"]) == ("4", "3")
