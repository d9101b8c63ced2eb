"""What a plan says of messages, rule by rule."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from chord_platform.events.plans import Plan, Plans
from chord_platform.events.plans.plan_contents import contents, plan_content
from chord_platform.events.plans.plan_files import plan_of
from tests.plans.payloads import fields, full, judge, message, payload_schema

META = {
    "i18n": {"currency": "USD", "locale": "en-US"},
    "ownership": {"oms_id": "o", "store_id": "s", "tenant_id": "t"},
    "platform": {"name": "Shopify", "type": "web"},
    "store": {"domain": "shop.example.com"},
    "version": {"major": 3, "minor": 0, "patch": 0},
}


def track(event: str, properties: Any = None, **more: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "messageId": "m", "properties": properties, **more}


def altered(plan: Plan, event: str, alter: Any) -> Plan:
    files = contents(plan)
    for said in files.values():
        if said["event"] == event:
            alter(said)
    return plan_of(plan_content(plan), files, place=Path("altered"))


def properties_of(said: dict[str, Any], version: str = "1") -> dict[str, Any]:
    return said["versions"][version]["schema"]["properties"]["properties"]


@pytest.mark.parametrize(("rule", "action"), [("allow", "accept"), ("block", "block")])
def test_an_unplanned_event_is_allowed_or_blocked_as_the_source_says(chord_plan, rule, action):  # type: ignore[no-untyped-def]
    verdict = judge(chord_plan, track("Moon Landed", {"a": 1}), unplanned_events=rule)
    assert verdict == (action, track("Moon Landed", {"a": 1}), *["Moon Landed"] * 2, (), False)


def test_names_match_exactly_but_for_the_spellings_that_the_plan_lists(chord_plan):  # type: ignore[no-untyped-def]
    back_end = chord_plan.for_side("back-end")
    for raw, event in (
        ("Subscription Canceled", "Subscription Cancelled"),
        ("Subscription Cancelled", "Subscription Cancelled"),
        ("Subscription Auto Renewed", "Subscription Auto-Renewed"),
    ):
        verdict = judge(back_end, track(raw, {}))
        assert (verdict.event, verdict.raw_event, verdict.is_planned) == (event, raw, True)
        assert verdict.message["event"] == raw
    for raw in ("subscription cancelled", "Subscription  Cancelled", "Order Completed ", ""):
        assert not judge(back_end, track(raw, {})).is_planned


def test_a_track_whose_event_is_no_text_is_unplanned(chord_plan):  # type: ignore[no-untyped-def]
    for event in (None, 5, ["Cart Viewed"], {"a": 1}):
        sent = {"type": "track", "event": event}
        assert not judge(chord_plan, sent, violations="block").is_planned


def test_an_event_of_the_other_side_is_unplanned(chord_plan):  # type: ignore[no-untyped-def]
    assert not judge(chord_plan.for_side("back-end"), track("Cart Viewed", {})).is_planned
    assert judge(chord_plan.for_side("front-end"), track("Cart Viewed", {})).is_planned


@pytest.mark.parametrize("absent", [{}, {"properties": None}, {"properties": {}}])
def test_a_payload_that_is_not_there_lacks_each_required_property(chord_plan, absent):  # type: ignore[no-untyped-def]
    sent = {"type": "track", "event": "Cart Viewed", **absent}
    verdict = judge(chord_plan, sent)
    assert [tuple(each) for each in verdict.violations] == [
        ("Cart Viewed", "properties.products", "Required", "properties.products is required")
    ]


def test_a_payload_that_is_no_object_is_one_violation(chord_plan):  # type: ignore[no-untyped-def]
    verdict = judge(chord_plan, track("Cart Viewed", ["a"]), violations="block")
    assert (verdict.action, fields(verdict)) == ("block", {("properties", "Invalid Value")})


def test_ten_items_without_a_name_break_one_promise(chord_plan):  # type: ignore[no-untyped-def]
    items = [{"product_id": str(n)} for n in range(10)]
    verdict = judge(chord_plan, track("Cart Viewed", {"products": items}))
    assert fields(verdict) == {("properties.products.$.name", "Required")}


def test_a_description_tells_types_and_never_a_value(chord_plan):  # type: ignore[no-untyped-def]
    sent = track("Email Captured", {"email": {"secret": "jo@example.com"}})
    (violation,) = judge(chord_plan, sent).violations
    assert violation.description == "properties.email must be a string, but is an object"
    meta = {**META, "platform": {"name": "jo@example.com", "type": "jo@example.com"}}
    (violation,) = judge(chord_plan, track("Signed In", {"meta": meta})).violations
    assert violation.description == "properties.meta.platform.type must be one of web, pos"
    assert violation.type == "Invalid Value"


def test_allowed_violations_are_noted_on_the_message(chord_plan):  # type: ignore[no-untyped-def]
    sent = track("Email Captured", {"email": 1}, context={"locale": "en", "protocols": {"a": 1}})
    verdict = judge(chord_plan, sent)
    assert verdict.action == "accept"
    assert verdict.message["properties"] == {"email": 1}
    assert verdict.message["context"] == {
        "locale": "en",
        "protocols": {
            "a": 1,
            "sourceId": "my_company",
            "violations": [
                {
                    "type": "Invalid Type",
                    "field": "properties.email",
                    "description": "properties.email must be a string, but is an integer",
                }
            ],
        },
    }
    assert "violations" not in sent["context"]["protocols"], "the message given stays as it is"


def test_blocked_messages_stay_as_they_came(chord_plan):  # type: ignore[no-untyped-def]
    sent = track("Email Captured", {"email": 1, "zz": 1})
    verdict = judge(chord_plan, sent, violations="block", unplanned_properties="omit")
    assert verdict.action == "block"
    assert verdict.message is sent


def test_omitting_on_violation_takes_out_just_what_is_wrong(chord_plan):  # type: ignore[no-untyped-def]
    item = {"product_id": "1", "name": "Soap", "price": "3", "sku": None}
    sent = track("Cart Viewed", {"cart_id": 5, "value": 3, "products": [item, "soap"]})
    verdict = judge(chord_plan, sent, violations="omit")
    assert verdict.message["properties"] == {
        "value": 3,
        "products": [{"product_id": "1", "name": "Soap"}],
    }
    assert verdict.message["context"]["protocols"]["omitted_on_violation"] == [
        "properties.cart_id",
        "properties.products.$",
        "properties.products.$.price",
        "properties.products.$.sku",
    ]


def test_unplanned_properties_go_at_every_depth_that_the_plan_lists(chord_plan):  # type: ignore[no-untyped-def]
    order = chord_plan.event("Order Completed")
    payload = full(payload_schema(order))
    extra = copy.deepcopy(payload) | {"zz": 1, "metadata": {"anything": {"goes": 1}}}
    extra["products"][0]["zz"] = 1
    extra["shipping_method_details"]["zz"] = 1
    verdict = judge(chord_plan, message(order, extra), unplanned_properties="omit")
    assert verdict.message["properties"] == payload | {"metadata": {"anything": {"goes": 1}}}
    assert verdict.message["context"]["protocols"] == {
        "sourceId": "my_company",
        "omitted": [
            "properties.products.$.zz",
            "properties.shipping_method_details.zz",
            "properties.zz",
        ],
    }


def test_meta_is_allowed_on_every_event_and_held_to_its_shape(chord_plan):  # type: ignore[no-untyped-def]
    sent = track("Signed In", {"email": "a@example.com", "meta": META})
    verdict = judge(chord_plan, sent, unplanned_properties="omit", violations="block")
    assert verdict.message is sent
    wrong = track("Signed In", {"meta": {**META, "store": {}}})
    assert fields(judge(chord_plan, wrong)) == {("properties.meta.store.domain", "Required")}


def test_the_common_schema_is_checked_second(chord_plan):  # type: ignore[no-untyped-def]
    verdict = judge(chord_plan, track("Signed In", {"email": 1, "meta": "x"}))
    assert [each.field for each in verdict.violations] == ["properties.email", "properties.meta"]


@pytest.mark.parametrize(
    ("call", "event", "raw"),
    [
        ("page", "Page Viewed", "Home"),
        ("screen", "Screen Viewed", "Cart"),
        ("page", "Page Viewed", None),
    ],
)
def test_pages_and_screens_are_held_to_one_event_whatever_their_name(chord_plan, call, event, raw):  # type: ignore[no-untyped-def]
    sent = {"type": call, "name": raw, "properties": {"title": 5, "category": 5}}
    verdict = judge(chord_plan, sent)
    assert (verdict.event, verdict.raw_event) == (event, raw or event)
    assert ("properties.category", "Invalid Type") in fields(verdict)


def test_a_plan_made_at_segment_may_have_its_pages_as_track_events(chord_plan):  # type: ignore[no-untyped-def]
    def as_track(said: dict[str, Any]) -> None:
        said["call"] = "track"

    plan = altered(chord_plan, "Page Viewed", as_track)
    assert fields(judge(plan, {"type": "page", "properties": {"url": 5}}))


def test_traits_of_identify_and_group_are_held_to_theirs(chord_plan):  # type: ignore[no-untyped-def]
    sent = {"type": "identify", "traits": {"age": "old", "zz": 1, "company": {"id": 7}}}
    verdict = judge(chord_plan, sent, violations="omit", unplanned_properties="omit")
    assert verdict.message["traits"] == {"company": {"id": 7}}
    assert fields(verdict) == {("traits.age", "Invalid Type")}
    assert fields(judge(chord_plan, {"type": "group", "traits": {"name": 5}}))


def test_an_alias_and_an_unknown_call_are_let_through(chord_plan):  # type: ignore[no-untyped-def]
    for call in ("alias", "unheard of", None):
        verdict = judge(chord_plan, {"type": call}, unplanned_events="block", violations="block")
        assert verdict.action == "accept"


@pytest.mark.parametrize(
    ("asked", "version"), [(1, 1), (2, 2), (3, 1), ("2", 1), (2.0, 1), (True, 1), (None, 1)]
)
def test_a_version_is_named_by_a_whole_number_or_it_is_the_oldest(chord_plan, asked, version):  # type: ignore[no-untyped-def]
    def with_two(said: dict[str, Any]) -> None:
        said["versions"]["2"] = copy.deepcopy(said["versions"]["1"])
        properties_of(said, "2")["required"] = ["email"]
        properties_of(said, "2")["properties"]["only_in_two"] = {"type": "string"}

    plan = altered(chord_plan, "Signed In", with_two)
    context = {"protocols": {"event_version": asked}}
    sent = track("Signed In", {"only_in_two": "x"}, context=context)
    verdict = judge(plan, sent, unplanned_properties="omit")
    assert (
        ("properties.email", "Required") in fields(verdict) if version == 2 else not fields(verdict)
    )
    assert ("only_in_two" in verdict.message["properties"]) == (version == 2)
    assert verdict.message["context"]["protocols"]["event_version"] == asked


def test_back_end_shapes_are_accepted_from_the_back_end_alone(chord_plan):  # type: ignore[no-untyped-def]
    created = chord_plan.event("User Created")
    own = {"user_id": "1", "email": "a@example.com", "store_credit_balance": 3}
    back_end = chord_plan.for_side("back-end")
    for payload in (own, full(payload_schema(created))):
        sent = message(created, payload)
        assert judge(back_end, sent, unplanned_properties="omit").message is sent
    order = chord_plan.event("Order Completed")
    server = full(payload_schema(order, back_end=True))
    del server["products"][0]["revenue"], server["products"][0]["sku"]
    assert not fields(judge(back_end, message(order, server)))
    assert fields(judge(chord_plan, message(order, server))) == {
        ("properties.products.$.revenue", "Required"),
        ("properties.products.$.sku", "Required"),
    }


def test_a_fault_of_the_back_end_is_told_by_the_shape_that_is_nearest(chord_plan):  # type: ignore[no-untyped-def]
    back_end = chord_plan.for_side("back-end")
    order = chord_plan.event("Order Completed")
    server = full(payload_schema(order, back_end=True))
    del server["products"][0]["revenue"], server["products"][0]["sku"], server["total"]
    assert fields(judge(back_end, message(order, server))) == {("properties.total", "Required")}


@pytest.mark.parametrize(
    ("item", "is_held"),
    [
        ({"product_id": "text", "sku": "text"}, True),
        ({"product_id": "text", "sku": "other"}, False),
        ({"product_id": "other", "sku": "text"}, False),
    ],
)
def test_product_added_holds_an_item_like_itself(chord_plan, item, is_held):  # type: ignore[no-untyped-def]
    added = chord_plan.event("Product Added")
    payload = full(payload_schema(added))
    first = payload["products"][0]
    payload["products"] = [first | {"product_id": "1", "sku": "1"}, first | item]
    verdict = judge(chord_plan, message(added, payload), violations="omit")
    expected = set() if is_held else {("properties.products", "Invalid Value")}
    assert fields(verdict) == expected
    assert verdict.message["properties"] == payload, "nothing by itself is wrong, so nothing goes"


def test_what_is_nested_too_deep_to_check_is_a_violation(chord_plan):  # type: ignore[no-untyped-def]
    deep: Any = 1
    for _ in range(1000):
        deep = {"a": deep}
    for violations in ("allow", "omit"):
        verdict = judge(chord_plan, track("Signed In", {"email": deep}), violations=violations)
        assert fields(verdict) == {("properties", "Invalid Value")}
        assert "email" in verdict.message["properties"]


def test_a_pattern_made_to_be_slow_is_not(chord_plan):  # type: ignore[no-untyped-def]
    def slow(said: dict[str, Any]) -> None:
        properties_of(said)["properties"]["email"] = {"type": "string", "pattern": "^(a+)+$"}

    plan = altered(chord_plan, "Signed In", slow)
    verdict = judge(plan, track("Signed In", {"email": "a" * 50_000 + "!"}))
    assert fields(verdict) == {("properties.email", "Invalid Value")}


@pytest.mark.parametrize(
    ("schema", "value", "description"),
    [
        ({"minimum": 3}, 1, "must be at least 3"),
        ({"enum": ["a", 1]}, "b", "must be one of a, 1"),
        ({"const": 4}, 5, "must be 4"),
        ({"pattern": "^a$"}, "b", "must match ^a$"),
        ({"format": "date-time"}, "now", "must be written as a date-time"),
        ({"maxLength": 2}, "abc", "must have at most 2 characters"),
        ({"minItems": 1}, [], "must have at least 1 items"),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            1,
            "fits none of the shapes the plan allows",
        ),
        ({"oneOf": [{}, {}]}, 1, "must fit just one of the shapes the plan allows"),
        ({"not": {"type": "null"}}, None, "has a value not allowed here"),
        ({"uniqueItems": True}, [1, 1], "must not hold the same item twice"),
    ],
)
def test_what_else_a_schema_forbids_is_an_invalid_value(chord_plan, schema, value, description):  # type: ignore[no-untyped-def]
    def put(said: dict[str, Any]) -> None:
        properties_of(said)["properties"]["email"] = schema

    plan = altered(chord_plan, "Signed In", put)
    (violation,) = judge(plan, track("Signed In", {"email": value})).violations
    assert violation.type == "Invalid Value"
    assert violation.description == f"properties.email {description}"


def test_a_closed_object_names_what_may_not_be_there(chord_plan):  # type: ignore[no-untyped-def]
    def closed(said: dict[str, Any]) -> None:
        properties_of(said)["additionalProperties"] = False

    plan = altered(chord_plan, "Signed In", closed)
    sent = track("Signed In", {"zz": 1, "yy": 1})
    found = {("properties.zz", "Invalid Value"), ("properties.yy", "Invalid Value")}
    assert fields(judge(plan, sent)) == found
    assert judge(plan, sent, violations="omit").message["properties"] == {}
    assert not fields(judge(plan, sent, unplanned_properties="omit", violations="block"))


def test_a_corrected_file_holds_from_the_next_reading_on(plans, chord_plan):  # type: ignore[no-untyped-def]
    from chord_platform.events.plans.plan_contents import write_plan

    said, files = plan_content(chord_plan) | {"name": "mine"}, contents(chord_plan)
    folder = plans.folder / "mine"
    write_plan(folder, said, files, replacing=False)
    assert fields(judge(plans.load("mine"), track("Cart Viewed", {})))
    assert plans.load("mine") is plans.load("mine")
    del properties_of(files["cart-viewed.json"])["required"]
    write_plan(folder, said, files, replacing=True)
    assert not fields(judge(plans.load("mine"), track("Cart Viewed", {})))


def test_a_home_s_own_plan_goes_before_a_shipped_one(plans, chord_plan):  # type: ignore[no-untyped-def]
    from chord_platform.events.plans.plan_contents import write_plan

    said = plan_content(chord_plan) | {"title": "Ours"}
    assert isinstance(plans, Plans)
    assert not plans.is_own("chord")
    write_plan(plans.folder / "chord", said, contents(chord_plan), replacing=False)
    assert plans.is_own("chord")
    assert plans.load("chord").title == "Ours"
