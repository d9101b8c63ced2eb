"""The canonical message, its clock, addresses and consent: values in, values out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.events.addresses import by_policy, stricter
from chord_platform.events.clock import corrected, read_time, stamp, written
from chord_platform.events.consent import consent_action, strip
from chord_platform.events.envelope import DEEPEST, Arrival, MessageTooDeep
from chord_platform.events.messages import (
    ANYBODY,
    Circumstances,
    MessageRefused,
    Sender,
    canonical,
)
from chord_platform.events.source import ConsentRule

NOW = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)


def made(message: dict[str, Any], *, sender: Sender = ANYBODY, **about: Any) -> dict[str, Any]:
    canonical(message, Circumstances(received=NOW, sender=sender, **about))
    return message


def track(**fields: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Product Added", "userId": "u1", **fields}


DECADES = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - the strategy adds the zone
times = st.datetimes(*DECADES, timezones=st.just(UTC))


@settings(max_examples=100)
@given(happened=times, waited=st.integers(0, 10**9), skew=st.integers(-(10**9), 10**9))
def test_any_skew_of_the_senders_clock_is_taken_out(
    happened: datetime, waited: int, skew: int
) -> None:
    """The sender's clock is wrong by `skew` in both times; the request takes no time."""
    wrong, wait = timedelta(milliseconds=skew), timedelta(milliseconds=waited)
    sent = happened + wait
    assert corrected(happened + wrong, sent=sent + wrong, received=sent) == happened


def test_equal_times_as_jitsus_client_sends_them_are_the_arrivals() -> None:
    late = "2019-01-01T00:00:00.000Z"
    assert made(track(timestamp=late, sentAt=late))["timestamp"] == "2026-05-04T12:00:00Z"


def test_a_batchs_sent_at_corrects_all_its_messages_and_an_own_one_goes_before() -> None:
    batch: dict[str, Any] = {
        "sent": NOW - timedelta(hours=1),
        "sent_text": written(NOW - timedelta(hours=1)),
    }
    message = made(track(timestamp="2026-05-04T10:59:30Z"), **batch)
    assert message["timestamp"] == "2026-05-04T11:59:30Z"
    assert message["originalTimestamp"] == "2026-05-04T10:59:30Z"
    own = made(track(timestamp="2026-05-04T10:59:30Z", sentAt="2026-05-04T11:00:30Z"), **batch)
    assert own["timestamp"] == "2026-05-04T11:59:00Z"


@pytest.mark.parametrize(
    ("given_time", "read"),
    [
        ("2026-05-04T12:00:00Z", NOW),
        ("2026-05-04T14:00:00+02:00", NOW),
        ("2026-05-04T12:00:00", NOW),
        (1777896000, NOW),
        (1777896000000, NOW),
        ("yesterday", None),
        (True, None),
        (None, None),
        ({}, None),
        (10**300, None),
        ("9999-12-31T23:59:59-23:00", None),
    ],
)
def test_times_are_read_in_every_form_that_senders_use(given_time: Any, read: Any) -> None:
    assert read_time(given_time) == read


def test_a_clock_beyond_the_calendar_counts_as_none() -> None:
    message = made(track(timestamp="9999-12-31T23:59:59Z", sentAt="0001-01-01T00:00:00Z"))
    assert message["timestamp"] == "2026-05-04T12:00:00Z"


def test_ids_become_texts_or_go() -> None:
    message = made(track(userId=42, anonymousId=4.0, groupId=None, previousId={"a": 1}))
    assert (message["userId"], message["anonymousId"]) == ("42", "4")
    assert not {"groupId", "previousId"} & message.keys()


def test_a_message_without_id_gets_one_and_a_long_one_stays_its_own() -> None:
    assert made(track())["messageId"] != made(track())["messageId"]
    one, other = (made(track(messageId="x" * 200 + end))["messageId"] for end in "ab")
    assert one != other
    assert len(one) <= 100
    assert made(track(messageId="x" * 200 + "a"))["messageId"] == one


def test_the_batchs_context_lies_under_each_messages_own() -> None:
    shared = {"library": {"name": "l", "version": "1"}, "ip": "1.2.3.4"}
    message = made(track(context={"library": {"name": "own"}}), context=shared)
    assert message["context"] == {"library": {"name": "own", "version": "1"}, "ip": "1.2.3.4"}
    assert made(track(), integrations={"All": False})["integrations"] == {"All": False}


def test_the_write_key_is_kept_nowhere() -> None:
    assert "writeKey" not in made(track(writeKey="id:secret"))


@pytest.mark.parametrize(
    ("message", "because"),
    [
        ({"type": "track", "userId": "u"}, "needs an event"),
        ({"type": "track", "event": " ", "userId": "u"}, "needs an event"),
        ({"type": "track", "event": "A"}, "neither userId nor anonymousId"),
        ({"type": "sing", "userId": "u"}, "is none of"),
        ({"userId": "u"}, "is none of"),
        (track(properties=[1]), "no object"),
    ],
)
def test_what_is_no_event_is_refused_and_can_still_be_told_apart(
    message: dict[str, Any], because: str
) -> None:
    with pytest.raises(MessageRefused, match=because):
        made(message)
    assert {"messageId", "type", "timestamp", "context"} <= message.keys()


@pytest.mark.parametrize(
    ("address", "policy", "kept"),
    [
        ("203.0.113.77", "keep", "203.0.113.77"),
        ("203.0.113.77", "strip_last_octet", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "strip_last_octet", "2001:db8:1::"),
        ("::ffff:203.0.113.77", "strip_last_octet", "203.0.113.0"),
        ("fe80::1%eth0", "strip_last_octet", "fe80::"),
        ("not an address", "strip_last_octet", None),
        ("203.0.113.77", "remove", None),
        (None, "keep", None),
    ],
)
def test_an_address_is_kept_shortened_or_removed(address: Any, policy: Any, kept: Any) -> None:
    assert by_policy(address, policy) == kept


def test_the_stricter_of_the_sources_and_the_visitors_policy_holds() -> None:
    assert stricter("keep", None) == "keep"
    assert stricter("keep", "stripLastOctet") == "strip_last_octet"
    assert stricter("remove", "stripLastOctet") == "remove"
    assert stricter("strip_last_octet", "remove") == "remove"
    assert stricter("strip_last_octet", "nonsense") == "strip_last_octet"


def test_the_policy_holds_for_an_address_that_the_message_brings_itself() -> None:
    shortened, removed = Sender(ip_policy="strip_last_octet"), Sender(ip_policy="remove")
    message = made(track(context={"ip": "203.0.113.77"}), sender=shortened)
    assert message["context"]["ip"] == "203.0.113.0"
    assert "ip" not in made(track(context={"ip": "203.0.113.77"}), sender=removed)["context"]


def test_the_address_is_filled_in_where_asked_and_overruled_where_not_trusted() -> None:
    ip = "203.0.113.77"
    server, browser = Sender(ip=ip), Sender(ip=ip, is_browser=True)
    untrusted = Sender(ip=ip, is_browser=True, overrules_ip=True)
    assert "ip" not in made(track(), sender=server)["context"]
    assert made(track(context={"direct": True}), sender=server)["context"]["ip"] == ip
    own = track(context={"ip": "1.1.1.1"})
    assert made(own, sender=browser)["context"]["ip"] == "1.1.1.1"
    assert made(own, sender=untrusted)["context"]["ip"] == ip


DROP = ConsentRule(category="marketing", action="drop")
STRIP = ConsentRule(category="analytics", action="strip", unstated="refused")


@pytest.mark.parametrize(
    ("preferences", "action"),
    [
        ({"marketing": True, "analytics": True}, None),
        ({"marketing": False, "analytics": True}, "drop"),
        ({"marketing": False, "analytics": False}, "drop"),
        ({"analytics": False}, "strip"),
        ({}, "strip"),
        (None, "strip"),
        ([], "strip"),
    ],
)
def test_refused_categories_drop_or_strip(preferences: Any, action: Any) -> None:
    context = {"consent": {"categoryPreferences": preferences}}
    assert consent_action(context, (DROP, STRIP)) == action
    assert consent_action({"consent": "no object"}, (STRIP,)) == "strip"


def test_a_stripped_message_names_nobody_and_still_says_why() -> None:
    consent = {"categoryPreferences": {"analytics": False}}
    message = made(
        track(
            anonymousId="a1",
            properties={"email": "a@b.c", "price": 5},
            context={"ip": "203.0.113.77", "traits": {"name": "N"}, "consent": consent},
        )
    )
    left = strip(message)
    assert left is not None
    assert not {"userId", "anonymousId", "traits"} & left.keys()
    assert left["properties"] == {"price": 5}
    assert left["context"] == {"consent": consent}
    assert strip(made({"type": "identify", "userId": "u"})) is None


def test_an_envelope_says_when_where_from_and_what() -> None:
    arrival = Arrival("shop", "segment", NOW, ip="203.0.113.0", user_agent='a "quoted" one')
    message = {"type": "track", "event": "A", "messageId": "m"}
    known = orjson.loads(arrival.record(message))
    assert known == {
        "received_at": "2026-05-04T12:00:00.000000Z",
        "source": "shop",
        "protocol": "segment",
        "ip": "203.0.113.0",
        "user_agent": 'a "quoted" one',
        "message": message,
    }
    assert orjson.loads(arrival.record(message, refused="why"))["refused"] == "why"


@settings(max_examples=50)
@given(earlier=times, later=times)
def test_stamps_are_in_order_as_text(earlier: datetime, later: datetime) -> None:
    earlier, later = sorted((earlier, later))
    assert stamp(earlier) <= stamp(later)
    assert len(stamp(earlier)) == len(stamp(earlier.replace(microsecond=0)))
    assert datetime.fromisoformat(stamp(later).decode()) == later


@pytest.mark.parametrize("levels", [DEEPEST, DEEPEST + 1])
def test_messages_deeper_than_readers_can_write_are_refused(levels: int) -> None:
    nested: Any = 1
    for _ in range(levels - 1):
        nested = {"a": nested}
    arrival = Arrival("shop", "segment", NOW)
    if levels > DEEPEST:
        with pytest.raises(MessageTooDeep):
            arrival.record({"properties": nested})
    else:
        record = arrival.record({"properties": nested})
        assert orjson.dumps([[[orjson.loads(record)]]])
