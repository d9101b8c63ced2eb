"""The event that forwards a violation, as Segment documents it."""

from __future__ import annotations

import json

from chord_platform.events.plans.violation_event import violation_event
from chord_platform.events.source import Source
from tests.plans.payloads import judge

SOURCE = Source(
    name="acme_front_end_production",
    title="Acme Front-End (Production)",
    company="Acme",
    side="front-end",
    environment="production",
)
MESSAGE = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "ajs-1",
    "timestamp": "2026-11-21T10:00:00.000Z",
    "sentAt": "2026-11-21T10:00:01.000Z",
    "context": {"app": {"version": "1.2"}},
    "properties": {},
}
ENVELOPE = {"source": SOURCE.name, "received_at": "2026-11-21T10:00:02.000000Z", "message": MESSAGE}


def test_a_violation_is_forwarded_in_segment_s_form(chord_plan):  # type: ignore[no-untyped-def]
    found = {each.field: each for each in judge(chord_plan, MESSAGE).violations}
    event = violation_event(SOURCE, ENVELOPE, found["properties.products"], chord_plan)
    assert (event["type"], event["event"]) == ("track", "Violation Generated")
    assert event["userId"] == "schema-violations"
    assert event["forwardedFromProject"] == SOURCE.name
    assert event["properties"] == {
        "appVersion": "1.2",
        "eventMessageID": "ajs-1",
        "eventName": "Order Completed",
        "eventSentAt": "2026-11-21T10:00:01.000Z",
        "eventTimestamp": "2026-11-21T10:00:00.000Z",
        "eventType": "track",
        "sourceID": SOURCE.name,
        "sourceName": SOURCE.title,
        "sourceSlug": SOURCE.name,
        "trackingPlanID": "chord",
        "trackingPlanName": "Chord",
        "violationDescription": "properties.products is required",
        "violationField": "properties.products",
        "violationType": "Required",
    }


def test_its_id_is_the_same_each_time_and_differs_by_violation_and_message(chord_plan):  # type: ignore[no-untyped-def]
    violations = judge(chord_plan, MESSAGE).violations
    assert len(violations) > 1
    made = [violation_event(SOURCE, ENVELOPE, each, chord_plan) for each in violations * 2]
    assert made[: len(violations)] == made[len(violations) :]
    other = {**ENVELOPE, "message": {**MESSAGE, "messageId": "ajs-2"}}
    made += [violation_event(SOURCE, other, each, chord_plan) for each in violations]
    ids = {each["messageId"] for each in made}
    assert len(ids) == 2 * len(violations)
    assert all(len(each) < 100 for each in ids)


def test_what_a_message_lacks_is_empty_and_never_missing(chord_plan):  # type: ignore[no-untyped-def]
    bare = {**ENVELOPE, "message": {"type": "track", "event": "Cart Viewed", "messageId": "m"}}
    (violation,) = judge(chord_plan, bare["message"]).violations
    event = violation_event(SOURCE, bare, violation, chord_plan)
    assert event["properties"]["eventSentAt"] == event["properties"]["appVersion"] == ""
    json.dumps(event)
