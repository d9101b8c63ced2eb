"""Which events reach a destination, as what, and what it remembers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jsonschema
import orjson
import pytest

from chord_platform.errors import DestinationRefused, UnknownDestination
from chord_platform.events.destination import Choice, is_excluded
from chord_platform.events.destination_type import destination_types
from chord_platform.events.outbound import retry_after
from tests.conformance.specs import read_spec
from tests.events.forwarding_world import AT, BACK, FRONT, ORDER, World, message, new_world
from tests.store.servers import sqlite_template
from vendor_emulator.server import Emulator

__all__ = ["sqlite_template"]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(orders=1, vendors=("segment", "webhook_receiver")) as started:
        yield started


@pytest.fixture
def world(tmp_path: Path, emulator: Emulator, sqlite_template: Path) -> Iterator[World]:
    made = new_world(tmp_path / "home", emulator, template=sqlite_template)
    yield made
    made.platform.store.close()


def ids(world: World) -> list[str]:
    return [event["messageId"] for event in world.segment.events]


# ------------------------------------------------------------------ what goes


def test_segment_gets_each_event_once_with_its_id_and_corrected_time(world: World):
    world.add()
    world.put(*(message(number) for number in range(3)))
    assert world.forward() == {"delivered": 3}
    assert world.segment.dropped == []
    assert ids(world) == ["m-0", "m-1", "m-2"]
    [first, *_] = world.segment.events
    assert first["timestamp"] == "2026-05-01T11:59:00Z"
    assert not {"sentAt", "originalTimestamp", "userId", "writeKey"} & first.keys()
    assert world.forward() == {}
    assert world.get().status == "ok"
    assert world.get().progress.last_delivered_at == AT


def test_a_receiver_of_webhooks_verifies_each_and_knows_whose_event_it_is(world: World):
    world.add("webhook")
    world.put(message(1, event="Cart Viewed", properties={"products": []}), message("ü 2"))
    world.put({**message(3), "type": "identify", "traits": {"email": "a@example.com"}}, source=BACK)
    assert world.forward("webhook") == {"delivered": 3}
    first, second, third = world.receiver.taken.items()
    assert first[0] == "m-1"
    assert first[1]["type"] == "track.cart_viewed"
    assert first[1]["timestamp"] == "2026-05-01T11:59:00Z"
    assert first[1]["data"]["source"] == FRONT
    assert first[1]["data"]["environment"] == "production"
    assert first[1]["data"]["message"]["receivedAt"].startswith("2026-05-01T12:00:00")
    assert second[0].isascii() and second[1]["data"]["message"]["messageId"] == "m-ü 2"
    assert third[1]["type"] == "identify"


def test_a_receiver_that_takes_batches_gets_them_in_order(world: World):
    world.add("webhook", values={"events_per_request": "4"})
    world.put(*(message(number) for number in range(10)))
    world.forward("webhook")
    assert [len(each["data"]) for each in world.receiver.taken.values() if "data" in each][:2] == [
        4,
        4,
    ]
    told = [each["data"]["message"]["messageId"] for each in world.receiver.events]
    assert told == [f"m-{number}" for number in range(10)]


def test_what_came_before_it_was_added_goes_only_when_it_is_asked_for(world: World):
    world.put(message("old"))
    world.add()
    world.add("webhook", from_the_beginning=True)
    world.put(message("new"))
    world.forward()
    assert ids(world) == ["m-new"]
    assert world.forward("webhook") == {"delivered": 2}


def test_only_its_own_sources_events_go(world: World):
    world.add(sources=(BACK,))
    world.put(message(1), source=FRONT)
    world.put(message(2, event="Order Refunded"), source=BACK)
    assert world.forward()["delivered"] == 1
    assert ids(world) == ["m-2"]


@pytest.mark.parametrize(
    ("choice", "goes"),
    [
        ({"events": ("Coupon Applied",)}, ["m-1"]),
        ({"events": ("Coupon *", "identify")}, ["m-1", "m-2", "m-3"]),
        ({"not_events": ("Coupon *",)}, ["m-3", "m-4"]),
        ({"events": ("page",)}, ["m-4"]),
    ],
)
def test_events_are_chosen_by_name_and_calls_by_their_kind(world: World, choice, goes):
    world.add(**choice)
    world.put(
        message(1),
        message(2, event="Coupon Denied"),
        message(3, type="identify", event=None),
        message(4, type="page", name="Home", event=None),
    )
    counts = world.forward()
    assert ids(world) == goes
    assert counts.get("other_event", 0) == 4 - len(goes)


def consented(number: int, **categories: bool) -> dict:
    return message(number, context={"consent": {"categoryPreferences": categories}})


def test_a_destination_of_a_category_gets_what_its_category_consents_to(world: World):
    world.add(consent=("marketing", "analytics"))
    world.put(
        consented(1, marketing=True, analytics=True),
        consented(2, marketing=False, analytics=True),
        consented(3, marketing=True),
        message(4),
    )
    assert world.forward() == {"delivered": 3, "consent": 1}
    world.platform.destinations.set(
        "segment", alter=lambda _: Choice(consent=("marketing",), unstated="refused")
    )
    world.put(consented(5, marketing=True), consented(6, analytics=True), message(7))
    assert world.forward() == {"delivered": 1, "consent": 2}
    assert ids(world)[-1] == "m-5"


def test_the_back_ends_copy_goes_where_both_sides_send(world: World):
    world.add()
    world.put(message("f", event="Order Completed", properties=ORDER), source=FRONT)
    world.put(message("b", event="Order Completed", properties=ORDER), source=BACK)
    assert world.forward() == {"delivered": 1, "other_side": 1}
    world.later(days=20)
    world.put(message("f2", event="Order Completed", properties=ORDER), source=FRONT)
    assert world.forward() == {"other_side": 1}
    assert ids(world) == ["m-b"]


def test_what_the_back_end_never_sends_or_no_longer_goes_as_the_front_end_sends_it(world: World):
    world.add()
    world.put(message("w", event="Product Shared"), source=FRONT)
    world.put(message("b", event="Order Completed", properties=ORDER), source=BACK)
    world.forward()
    world.later(days=32)
    world.put(message("f", event="Order Completed", properties=ORDER), source=FRONT)
    world.forward()
    assert ids(world) == ["m-w", "m-b", "m-f"]


@pytest.mark.parametrize(("prefer", "goes"), [("front-end", ["m-f"]), ("both", ["m-f", "m-b"])])
def test_whose_copy_goes_can_be_chosen(world: World, prefer, goes):
    world.add(prefer=prefer)
    world.put(message("f", event="Order Completed", properties=ORDER), source=FRONT)
    world.put(message("b", event="Order Completed", properties=ORDER), source=BACK)
    world.forward()
    assert ids(world) == goes


def test_what_its_plan_blocks_or_omits_does_not_go(world: World):
    world.add(sources=(FRONT,))
    world.rules(FRONT, unplanned_events="block", unplanned_properties="omit")
    world.put(
        message(1, event="Nobody Planned This"),
        message(2, properties={"coupon_id": "C", "colour": "red"}),
    )
    assert world.forward() == {"delivered": 1, "blocked": 1}
    [event] = world.segment.events
    assert "colour" not in event["properties"]
    assert event["context"]["protocols"]["omitted"]


def test_violations_go_as_events_where_they_are_asked_for(world: World):
    world.add(sources=(FRONT,), violations=True, events=("Nothing",))
    world.rules(FRONT, violations="block")
    world.put(message(1, event="Product Added", properties={"name": "Soap"}))
    assert world.forward() == {"blocked": 1}
    assert {event["event"] for event in world.segment.events} == {"Violation Generated"}
    fields = {event["properties"]["violationField"] for event in world.segment.events}
    assert "properties.sku" in fields
    assert world.segment.dropped == []


def test_a_sender_can_exclude_a_destination(world: World):
    world.add("webhook")
    world.put(message(1, integrations={"All": False}), message(2, integrations={"webhook": False}))
    world.put(message(3, integrations={"All": False, "webhook": True}))
    assert world.forward("webhook") == {"delivered": 1, "integrations": 2}
    assert not is_excluded({"integrations": {"All": False}}, called=("s",), obeys_all=False)


def test_what_is_no_event_is_not_forwarded(world: World):
    world.add()
    inbox = world.platform.inbox
    inbox.append_now([b'{"source":"%b","received_at":"x"}' % FRONT.encode()])
    inbox.append_now([b'{"source":"%b","message":7,"refused":"why"}' % FRONT.encode()])
    world.put(message(1), message(1))
    assert world.forward() == {"delivered": 1, "blocked": 2, "repeated": 1}


# ------------------------------------------------------------------ adding and changing


def test_secrets_are_sealed_and_shown_to_nobody(world: World):
    world.add()
    stored = (world.platform.settings.home.parent / "store.sqlite").read_bytes()
    assert world.emulator.credentials("segment")["write_key"].encode() not in stored
    assert "write_key" not in world.get().settings
    assert world.platform.destinations.values("segment")["write_key"] == "emulated-write-key"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"type": "carrier_pigeon"}, "no kind of destination"),
        ({"values": {"secret": ""}}, "needs secret"),
        ({"values": {"secret": "whsec_c2hvcnQ="}}, "has 5 bytes"),
        ({"values": {"url": "ftp://example.com"}}, "not an address"),
        ({"values": {"colour": "red"}}, "no setting 'colour'"),
        ({"sources": ()}, "at least one source"),
        ({"sources": (FRONT, "my_company_back_end_staging")}, "do not go to one destination"),
    ],
)
def test_a_destination_that_cannot_be_is_refused_with_the_reason(world: World, given, says):
    with pytest.raises(DestinationRefused, match=says):
        world.add("webhook", **given)
    with pytest.raises(UnknownDestination):
        world.get("webhook")


def test_a_paused_destination_goes_on_where_it_stood(world: World):
    world.add()
    world.platform.destinations.pause("segment", by="Ann")
    world.put(message(1))
    assert world.forwarding.due() == []
    assert world.platform.destinations.behind(world.get()) == 1
    assert world.get().status == "paused"
    world.platform.destinations.resume("segment", by="Ann")
    assert world.forward() == {"delivered": 1}
    assert world.platform.destinations.behind(world.get()) == 0


def test_a_check_is_answered_by_the_destination(world: World):
    world.add()
    world.add("webhook")
    assert "Destination Checked" in world.forwarding.check("segment")
    assert "signed" in world.forwarding.check("webhook")
    other = f"whsec_{'A' * 43}="
    world.platform.destinations.set("webhook", values={"secret": other}, by="Ann")
    with pytest.raises(DestinationRefused, match="No matching signature"):
        world.forwarding.check("webhook")


def test_both_secrets_of_a_rotation_are_verified(world: World):
    world.add("webhook")
    old = world.emulator.credentials("webhook_receiver")["secret"]
    both = f"whsec_{'A' * 43}= {old}"
    world.platform.destinations.set("webhook", values={"secret": both}, by="Ann")
    world.put(message(1))
    assert world.forward("webhook") == {"delivered": 1}


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:{port}", "http://localhost:{port}", "http://2130706433:{port}"]
)
def test_an_address_inside_the_network_is_not_asked_unless_it_is_allowed(world: World, address):
    url = f"{address.format(port=world.emulator.port)}/webhook_receiver/events"
    world.add("webhook", values={"url": url, "private_network": "refuse"})
    world.put(message(1))
    world.forward("webhook")
    assert "inside this network" in (world.get("webhook").progress.problem or "")
    assert len(world.emulator.requests) == 0


def test_each_kind_of_destination_says_what_it_needs():
    assert {"segment", "webhook"} <= destination_types().keys()
    for kind in destination_types().values():
        assert kind.title and kind.description and all(field.help for field in kind.fields)


def test_how_long_to_wait_is_read_as_seconds_or_as_a_date():
    assert retry_after("2") == timedelta(seconds=2)
    assert retry_after("Fri, 01 May 2026 12:00:30 GMT", now=AT) == timedelta(seconds=30)
    assert [retry_after(text, now=AT) for text in ("soon", "", "-1", None)] == [None] * 4


def test_segments_requests_are_as_its_specification_says(world: World):
    text = read_spec("segment", "http_tracking_api.openapi.json")
    if text is None:
        print("not compared: Segment's specification is not here")
        return
    spec = orjson.loads(text)
    world.add()
    calls = ("track", "identify", "page", "screen", "group", "alias")
    world.put(*(message(call, type=call, name="Home", groupId="g", previousId="p", userId="u-1")
                for call in calls))  # fmt: skip
    world.forward()
    [request] = [one for one in world.emulator.requests if one.path == "/v1/batch"]
    schemas = spec["components"]["schemas"]
    for sent in request.sent["batch"]:
        jsonschema.validate(sent, {**schemas[sent["type"].capitalize()], **spec})
    jsonschema.validate(request.sent, {**schemas["Batch"], **spec})
