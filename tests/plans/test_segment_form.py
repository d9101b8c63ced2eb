"""Plans go to Segment Protocols' forms and come back as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.errors import PlanRefused
from chord_platform.events.plans import Plan, Plans, segment_csv, segment_rules
from chord_platform.events.plans.carried import files_of_segment, plan_at, slug
from chord_platform.events.plans.plan import FIXED_NAMES
from chord_platform.events.plans.plan_contents import (
    USUAL,
    contents,
    named,
    plan_content,
    write_plan,
)
from chord_platform.events.plans.plan_files import plan_of, read_plan
from tests.plans.payloads import fields, judge

DRAFT_07 = "http://json-schema.org/draft-07/schema#"
WORD = st.from_regex(r"[A-Za-z][A-Za-z0-9_ é-]{0,11}", fullmatch=True)
TITLE = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)


def property_schemas(depth: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """What the editor of Protocols can make."""
    plain = st.one_of(
        st.just({}),
        st.sampled_from(["boolean", "integer", "number", "null"]).map(lambda kind: {"type": kind}),
        st.fixed_dictionaries(
            {"type": st.just("string")},
            optional={"pattern": st.sampled_from(["^(fall|winter)$", "a,b", '"'])},
        ),
        st.just({"type": "string", "format": "date-time"}),
        st.just({"type": ["string", "null"]}),
    )
    described = st.builds(
        lambda said, text: said | ({"description": text} if text else {}),
        plain,
        st.just("") | TITLE,
    )
    if depth == 0:
        return described
    below = property_schemas(depth - 1)
    items = below.map(lambda said: {"type": "array", "items": said})
    return st.one_of(described, objects(depth), items)


@st.composite
def objects(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    below = draw(st.dictionaries(WORD, property_schemas(depth - 1), max_size=3))
    required = [name for name in below if draw(st.booleans())]
    said: dict[str, Any] = {"type": "object"}
    if below:
        said["properties"] = below
    if required:
        said["required"] = required
    return said


@st.composite
def event_files(draw: st.DrawFn, call: str, *, with_extras: bool) -> dict[str, Any]:
    name = FIXED_NAMES.get(call) or draw(WORD)  # type: ignore[call-overload]
    payload = "traits" if call in ("identify", "group") else "properties"
    versions = {}
    for number in sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=2))):
        below = draw(objects())
        schema = {"$schema": DRAFT_07, "type": "object", "properties": {payload: below}}
        if below.get("required"):
            schema["required"] = [payload]
        versions[str(number)] = {"schema": schema}
    said = {"event": name, "call": call, "description": draw(st.just("") | TITLE)}
    labels = draw(st.dictionaries(st.sampled_from(["tier", "team"]), WORD, max_size=2))
    said |= {"labels": labels} if labels else {}
    if not with_extras:
        return said | {"sides": ["front-end", "back-end"], "versions": versions}
    said["sides"] = draw(st.sampled_from([["front-end"], ["back-end"], ["front-end", "back-end"]]))
    if call == "track" and draw(st.booleans()):
        said["also_called"] = [f"{name} too"]
        said["extra_rules"] = [{"rule": "item_like_the_event", "items": "a", "same": ["b"]}]
        said["severity"] = "error"
        said["thresholds"] = {"violation_rate": {"hour": 0.5}, "least_events": 3}
        versions[min(versions)]["back_end_schema"] = {"type": "object"}
    return said | {"versions": versions}


@st.composite
def plans(draw: st.DrawFn, *, with_extras: bool) -> Plan:
    calls = ["track", "track", *draw(st.sets(st.sampled_from(["page", "identify", "group"])))]
    events = [draw(event_files(call, with_extras=with_extras)) for call in calls]
    unique = {(said["call"], said["event"]): said for said in events}
    said = {
        "name": "mine",
        "title": draw(TITLE) if with_extras else "mine",
        "description": draw(TITLE) if with_extras else "",
        "severity": "warning",
        "thresholds": {
            "violation_rate": dict(USUAL.violation_rate),
            "least_events": USUAL.least_events,
            "volume_deviations": USUAL.volume_deviations,
        },
    }
    if with_extras and draw(st.booleans()):
        said["mandatory"] = {events[0]["event"]: {"within_hours": draw(st.integers(1, 99))}}
    return plan_of(said, named(unique.values()), place=Path("drawn"))


@settings(max_examples=40)
@given(plans(with_extras=True))
def test_a_plan_comes_back_from_the_api_s_form_as_it_went(plan: Plan) -> None:
    document = json.loads(json.dumps(segment_rules.rules_of(plan)))
    said, events = segment_rules.contents_of(document, name="mine")
    assert plan_of(said, named(events), place=Path("back")) == plan


@settings(max_examples=40)
@given(plans(with_extras=False))
def test_what_the_editor_shows_comes_back_from_a_spreadsheet(plan: Plan) -> None:
    text, left_out = segment_csv.csv_of(plan)
    assert not left_out
    events = segment_csv.contents_of(text)
    back = plan_of(segment_rules.plan_said({}, name="mine"), named(events), place=Path("back"))
    assert back == plan


@pytest.mark.parametrize("name", ["chord", "shopify", "segment-ecommerce"])
def test_plans_that_ship_come_back_whole(name, tmp_path):  # type: ignore[no-untyped-def]
    plan = Plans(Path("nowhere")).load(name)
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps(segment_rules.rules_of(plan)))
    assert plan_at(str(file), Plans(tmp_path)) == plan


def test_a_spreadsheet_says_what_it_has_no_cell_for(chord_plan):  # type: ignore[no-untyped-def]
    _, left_out = segment_csv.csv_of(chord_plan)
    assert "what is common to all messages" in left_out
    assert "Order Completed: the shape of the back end alone" in left_out
    assert "Product Added: 1 extra rules" in left_out


SEGMENT_ANSWER = {
    "data": {
        "rules": [
            {
                "key": "Order Completed",
                "type": "TRACK",
                "version": 1,
                "createdAt": "2026-01-01T00:00:00Z",
                "jsonSchema": {
                    "$schema": DRAFT_07,
                    "description": "Who: a shopper",
                    "labels": {"priority": "1"},
                    "type": "object",
                    "properties": {
                        "context": {},
                        "traits": {"type": "object"},
                        "properties": {
                            "type": "object",
                            "properties": {
                                "total": {"type": "number", "description": "", "id": "x"}
                            },
                            "required": ["total"],
                        },
                    },
                },
            },
            {
                "key": None,
                "type": "COMMON",
                "version": 1,
                "jsonSchema": {
                    "properties": {
                        "context": {
                            "type": "object",
                            "properties": {"userAgent": {"not": {"pattern": "bot"}}},
                            "required": ["userAgent"],
                        }
                    },
                    "required": ["context"],
                },
            },
            {"key": None, "type": "IDENTIFY", "version": 1, "jsonSchema": {"type": "object"}},
        ]
    }
}


def test_an_answer_of_segment_s_api_becomes_a_plan_that_judges(tmp_path):  # type: ignore[no-untyped-def]
    file = tmp_path / "Acme Plan.json"
    file.write_text(json.dumps(SEGMENT_ANSWER))
    plan = plan_at(str(file), Plans(tmp_path / "plans"))
    assert plan.name == "acme-plan"
    order = plan.event("Order Completed")
    assert order is not None
    assert (order.description, order.labels) == ("Who: a shopper", {"priority": "1"})
    sent = {"type": "track", "event": "Order Completed", "context": {"userAgent": "a bot"}}
    assert fields(judge(plan, sent)) == {
        ("properties.total", "Required"),
        ("context.userAgent", "Invalid Value"),
    }
    sent = {"type": "track", "event": "Order Completed", "properties": {"total": 1}}
    omitted = judge(plan, sent, violations="omit")
    assert fields(omitted) == {("context", "Required")}
    assert omitted.message["properties"] == {"total": 1}


def test_what_breaks_the_common_schema_outside_the_payload_stays(tmp_path):  # type: ignore[no-untyped-def]
    file = tmp_path / "a.json"
    file.write_text(json.dumps(SEGMENT_ANSWER))
    plan = plan_at(str(file), Plans(tmp_path / "plans"))
    context = {"userAgent": "a bot"}
    sent = {"type": "identify", "traits": {}, "userId": "1", "context": context}
    verdict = judge(plan, sent, violations="omit")
    assert fields(verdict) == {("context.userAgent", "Invalid Value")}
    assert verdict.message["context"]["userAgent"] == "a bot"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({}, "no list of rules"),
        ([5], "rules.0: a rule is an object"),
        ([{"type": "TRACKS"}], "rules.0.type"),
        ([{"type": "TRACK", "version": "1"}], "rules.0.version"),
        ([{"type": "TRACK", "version": 1}], "rules.0.jsonSchema"),
        ([{"type": "TRACK", "jsonSchema": {}}], "rules.0.key: a track event needs a name"),
        ([{"type": "PAGE", "key": "Home", "jsonSchema": {}}], "held to 'Page Viewed' only"),
        ([{"type": "TRACK", "key": "A", "jsonSchema": {"labels": {"a": 1}}}], "labels are texts"),
        ([{"type": "TRACK", "key": "A", "jsonSchema": {}}] * 2, "version 1 of 'A' is there twice"),
        ([{"type": "TRACK", "key": "A", "jsonSchema": {"type": "x"}}], r"a\.json, at versions\.1"),
        ([{"type": "IDENTIFY", "jsonSchema": {}}] * 2001, "at most 2000 rules, and here are 2001"),
    ],
)
def test_a_wrong_document_is_refused_whole(tmp_path, document, told):  # type: ignore[no-untyped-def]
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(document))
    with pytest.raises(PlanRefused, match=told):
        files_of_segment(file, name="mine")


HEADING = ",".join(segment_csv.COLUMNS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Type,Event Name\n", "The columns Version"),
        (f"{HEADING}\nTRACK,A,1\n", "Line 2: a row has 10 cells"),
        (f"{HEADING}\nTRACK,A,1,,,,,,,,more\n", "Line 2: a row has 10 cells"),
        (f"{HEADING}\nTRACK,A,1,{'x' * 140_000},,,,,,\n", "field larger than"),
        (f"{HEADING}\nCOMMON,a,1,,,,,,,\n", "Line 2: 'COMMON'"),
        (f"{HEADING}\nTRACK,,1,,,,,,,\n", "Line 2: an event has a name"),
        (f"{HEADING}\nTRACK,A,one,,,,,,,\n", "Line 2: an event has a name"),
        (f"{HEADING}\nTRACK,A,1,,,a.b,,string,false,\n", "'a' of a.b has no row before"),
        (f"{HEADING}\nTRACK,A,1,,,a,,text,false,\n", "text is no type"),
        (f"{HEADING}\n" + "TRACK,A,1,,,a,,any,false,\n" * 2, "Line 3: a is there twice"),
        (f"{HEADING}\nTRACK,A,1,,,a,,string,false,(?!b)\n", 'not a "regex"'),
        (f"{HEADING}\n" + "TRACK,A,1,,,,,,,\n" * 100_001, "100,000 rows"),
        (f"{HEADING}\nTRACK,A,1,{'x' * 15_000_001},,,,,,\n", "15,000,000 bytes"),
        (f"{HEADING}\n" + "".join(f"TRACK,E{n},1,,,,,,,\n" for n in range(2001)), "at most 2000"),
    ],
)
def test_a_wrong_spreadsheet_is_refused_whole(tmp_path, text, told):  # type: ignore[no-untyped-def]
    file = tmp_path / "wrong.csv"
    file.write_text(text)
    with pytest.raises(PlanRefused, match=told):
        files_of_segment(file, name="mine")


def test_a_name_that_a_spreadsheet_cannot_write_is_refused():  # type: ignore[no-untyped-def]
    said = {
        "event": "A",
        "call": "track",
        "sides": ["front-end"],
        "versions": {"1": {"schema": {"properties": {"properties": {"properties": {"a.b": {}}}}}}},
    }
    about = segment_rules.plan_said({}, name="mine")
    plan = plan_of(about, {"a.json": said}, place=Path("drawn"))
    with pytest.raises(PlanRefused, match=r"'a\.b' cannot be written"):
        segment_csv.csv_of(plan)


def test_a_long_plan_goes_to_the_api_in_several_updates():  # type: ignore[no-untyped-def]
    parts = list(segment_rules.updates([{"key": n} for n in range(401)]))
    assert [len(part) for part in parts] == [200, 200, 1]


def test_files_of_events_never_share_a_name(chord_plan, tmp_path):  # type: ignore[no-untyped-def]
    names = named([{"event": each} for each in ("A B", "a-b", "A_b", "Plan", "!")])
    assert list(names) == ["a-b.json", "a-b-2.json", "a-b-3.json", "plan-event.json", "event.json"]
    assert slug("My Plan!") == "my-plan"
    assert len(contents(chord_plan)) == len(chord_plan.events)
    assert plan_content(chord_plan)["name"] == "chord"
    assert read_plan(Plans(tmp_path).path("chord")) == chord_plan


def test_a_plan_that_was_not_written_to_its_end_is_none(chord_plan, tmp_path):  # type: ignore[no-untyped-def]
    plans = Plans(tmp_path)
    write_plan(tmp_path / ".mine.new", plan_content(chord_plan), {}, replacing=False)
    assert plans.names() == ("chord", "segment-ecommerce", "shopify")
    said = plan_content(chord_plan) | {"name": "mine", "mandatory": {}}
    write_plan(tmp_path / "mine", said, {}, replacing=False)
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]
    assert plans.load("mine").events == ()
