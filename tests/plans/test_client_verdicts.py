"""Our verdicts beside those of the validators in `@chordcommerce/analytics`, payload by payload.

The client checks what it is about to send, in the browser; the plan checks what arrived. They shall
agree on every payload, and where they do not, a line of DIFFERENCES says why.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chord_platform.events.plans import Plan, PlannedEvent
from chord_platform.events.plans.plan_contents import contents, plan_content
from chord_platform.events.plans.plan_files import plan_of
from tests.clients.installed import installed, run_program
from tests.plans.payloads import fields, full, judge, message, mutations, payload_schema

Faults = set[tuple[str, str]]

ORDER_REFUNDED = "the page of this event asks for more than the package's validator does"
DIFFERENCES: Mapping[tuple[str, str], str] = {
    ("Order Refunded", "properties.campaign_id"): f"a whole number: {ORDER_REFUNDED}",
    ("Order Refunded", "properties.template_id"): f"a whole number: {ORDER_REFUNDED}",
    ("Order Refunded", "properties.currency"): f"three capital letters: {ORDER_REFUNDED}",
    ("Product Added", "properties.products.$.sku"): (
        "the client's second check asks each item for a sku; the plan asks that one item has the"
        " event's own, and lets others be without"
    ),
    ("Product Added", "properties.products"): (
        "follows from the line above: where an item's sku is missing the client stops before it"
        " looks for the event's own, and the plan looks"
    ),
    ("*", "properties.meta"): (
        "the client adds meta itself and its validators do not know it; the plan holds it to its"
        " shape by the common schema"
    ),
}


class Case(NamedTuple):
    event: str
    what: str
    payload: Any


@pytest.fixture(scope="module")
def modules(pytestconfig: pytest.Config) -> Path:
    return installed(pytestconfig.cache.mkdir("event-clients"))


def cases(plan: Plan, names: list[str]) -> Iterator[Case]:
    for name in names:
        event = plan.event(name)
        assert event is not None, f"{name} is in the package and not in the plan"
        schema = payload_schema(event)
        whole = full(schema)
        yield Case(name, "full", whole)
        yield Case(name, "least", least(schema))
        yield Case(name, "extra", {**whole, "zz_extra": {"a": [1]}, "cart_id": "text"})
        yield Case(name, "empty", {})
        yield Case(name, "bad meta", {**whole, "meta": {"platform": {"type": "fridge"}}})
        for fault in mutations(schema):
            yield Case(name, f"{fault.what} {fault.field}", fault.payload)
    yield from by_hand(plan)


def by_hand(plan: Plan) -> Iterator[Case]:
    """Two faults at once, and the rule that compares."""
    added = plan.event("Product Added")
    assert added is not None
    whole = full(payload_schema(added))
    other = copy.deepcopy(whole)
    other["products"][0]["sku"] = "another"
    yield Case("Product Added", "no item like the event", other)
    bare = copy.deepcopy(whole)
    del bare["products"][0]["sku"]
    yield Case("Product Added", "an item without a sku", bare)
    yield Case("Product Added", "no items", {**whole, "products": []})
    two = {**whole, "products": [whole["products"][0], bare["products"][0]]}
    yield Case("Product Added", "a second item without a sku", two)
    yield Case("Order Refunded", "fraction", {**order(plan), "campaign_id": 1.5})
    yield Case("Order Refunded", "small letters", {**order(plan), "currency": "usd"})


def order(plan: Plan) -> dict[str, Any]:
    event = plan.event("Order Refunded")
    assert isinstance(event, PlannedEvent)
    return full(payload_schema(event))


def least(schema: Mapping[str, Any]) -> Any:
    whole = full(schema)
    if not isinstance(whole, dict):
        return whole
    required = schema.get("required", ())
    return {name: whole[name] for name in required}


def as_the_client_knows_it(plan: Plan) -> Plan:
    """Every event in front, and without the shapes that only back ends send."""
    files = contents(plan)
    for said in files.values():
        said["sides"] = ["front-end"]
        for version in said["versions"].values():
            version.pop("back_end_schema", None)
    return plan_of(plan_content(plan), files, place=Path("client"))


def ours(plan: Plan, case: Case) -> Faults:
    event = plan.event(case.event)
    assert event is not None
    return fields(judge(plan, message(event, case.payload)))


def theirs(issues: list[dict[str, Any]]) -> Faults:
    found: Faults = set()
    for issue in issues:
        path = ("properties", *("$" if isinstance(p, int) else p for p in issue["path"]))
        if issue["code"] == "custom":  # says no place; it is about the items
            found.add(("properties.products", "Invalid Value"))
        elif issue["received"] == "undefined":
            found.add((".".join(path), "Required"))
        else:
            found.add((".".join(path), "Invalid Type"))
    return found


def explained(case: Case, differing: Faults) -> Faults:
    return {
        (field, kind)
        for field, kind in differing
        for event, place in DIFFERENCES
        if event in (case.event, "*") and (field == place or field.startswith(f"{place}."))
    }


def test_the_plan_and_the_client_s_validators_agree(chord_plan, modules, tmp_path):  # type: ignore[no-untyped-def]
    plan = as_the_client_knows_it(chord_plan)
    written = [event.name for event in plan.events if event.call == "track"]
    (tmp_path / "cases.json").write_text("[]")
    paths = {"cases": str(tmp_path / "cases.json"), "verdicts": str(tmp_path / "verdicts.json")}
    run_program("plan_verdicts.mjs", modules=modules, **paths)
    names = json.loads((tmp_path / "verdicts.json").read_text())["events"]
    assert len(names) == 64
    assert set(names) <= set(written)
    tried = list(cases(plan, names))
    asked = [{"event": case.event, "payload": case.payload} for case in tried]
    (tmp_path / "cases.json").write_text(json.dumps(asked))
    run_program("plan_verdicts.mjs", modules=modules, **paths)
    answers = json.loads((tmp_path / "verdicts.json").read_text())["verdicts"]
    used: set[str] = set()
    unexplained = []
    alike = 0
    for case, issues in zip(tried, answers, strict=True):
        differing = ours(plan, case) ^ theirs(issues)
        alike += not differing
        rest = differing - explained(case, differing)
        used |= {f"{case.event}: {field}" for field, _ in differing - rest}
        if rest:
            unexplained.append((case.event, case.what, sorted(rest)))
    print(f"{len(tried)} payloads, {alike} judged alike, the others differently for a reason")
    assert not unexplained, unexplained[:10]
    assert len(tried) > 3000
    for event, place in DIFFERENCES:
        assert any(
            said.endswith(place) or f"{place}." in said
            for said in used
            if event in ("*", said.partition(":")[0])
        ), f"{event} {place}: no payload shows this difference any more"
