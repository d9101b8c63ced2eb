"""What holds of every event of every plan that ships, whatever its payload."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.events.plans import CompiledPlan, PlannedEvent, Plans
from tests.plans.payloads import (
    TEXT,
    fields,
    full,
    judge,
    message,
    mutations,
    payload_schema,
    payloads,
)

SHIPPED = Plans(Path("nowhere"))
EVERY = [
    (SHIPPED.load(name).for_side(side), event, side == "back-end")
    for name in SHIPPED.names()
    for side in ("front-end", "back-end")
    for event in SHIPPED.load(name).events_of(side)
    if event.call != "common"
]
Case = tuple[CompiledPlan, PlannedEvent, bool]
EXTRA = st.dictionaries(st.from_regex(r"zz_[a-z]{1,5}", fullmatch=True), TEXT, min_size=1)
RULES = st.fixed_dictionaries(
    {
        "unplanned_events": st.sampled_from(["allow", "block"]),
        "unplanned_properties": st.sampled_from(["allow", "omit"]),
        "violations": st.sampled_from(["allow", "block", "omit"]),
    }
)


@st.composite
def valid(draw: st.DrawFn) -> tuple[CompiledPlan, PlannedEvent, dict[str, Any]]:
    compiled, event, back_end = draw(st.sampled_from(EVERY))
    payload = draw(payloads(payload_schema(event, back_end=back_end)))
    for rule in event.extra_rules:
        payload[rule.items] = [{**full_item(event), **{n: payload[n] for n in rule.same}}]
    return compiled, event, payload


def full_item(event: PlannedEvent) -> dict[str, Any]:
    return full(payload_schema(event)["properties"]["products"]["items"])


@settings(max_examples=150)
@given(valid(), RULES)
def test_what_the_schema_allows_is_accepted_as_it_came(case, rules):  # type: ignore[no-untyped-def]
    compiled, event, payload = case
    sent = message(event, payload)
    verdict = judge(compiled, sent, **rules)
    assert verdict == ("accept", sent, event.name, event.name, (), True)
    assert verdict.message is sent


@pytest.mark.parametrize("name", SHIPPED.names())
def test_each_small_fault_is_told_as_just_that_fault(name):  # type: ignore[no-untyped-def]
    tried = 0
    for compiled, event, _ in EVERY:
        if compiled.plan.name != name or event.oldest.back_end_schema is not None:
            continue  # what one shape refuses the other may allow: see test_back_end_shapes
        for fault in mutations(payload_schema(event), at=event.payload):
            tried += 1
            verdict = judge(compiled, message(event, fault.payload), violations="block")
            assert verdict.action == "block"
            assert fields(verdict) == {(fault.field, fault.type)}, (event.name, fault)
    assert tried > 100


@settings(max_examples=100)
@given(valid(), EXTRA)
def test_omitting_leaves_all_that_is_planned_and_names_all_that_goes(case, extra):  # type: ignore[no-untyped-def]
    compiled, event, payload = case
    verdict = judge(compiled, message(event, {**payload, **extra}), unplanned_properties="omit")
    lists_its_properties = "properties" in payload_schema(event)
    if not lists_its_properties:
        assert verdict.message[event.payload] == {**payload, **extra}
        return
    assert verdict.message[event.payload] == payload
    noted = verdict.message["context"]["protocols"]
    assert noted["omitted"] == sorted(f"{event.payload}.{name}" for name in extra)


@settings(max_examples=100)
@given(st.data(), st.sampled_from(EVERY), EXTRA, RULES)
def test_judging_again_changes_nothing_more(data, case, extra, rules):  # type: ignore[no-untyped-def]
    compiled, event, _ = case
    faults = list(mutations(payload_schema(event), at=event.payload))
    payload = data.draw(st.sampled_from(faults)).payload if faults else {}
    sent = message(event, {**payload, **extra})
    first = judge(compiled, sent, **rules)
    assert judge(compiled, sent, **rules) == first
    again = judge(compiled, first.message, **rules)
    assert again.action == first.action
    assert again.message.get(event.payload) == first.message.get(event.payload)
    assert judge(compiled, again.message, **rules) == again
