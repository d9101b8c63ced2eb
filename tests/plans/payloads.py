"""Payloads that a schema allows, and each small way in which one can stop being so."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hypothesis import strategies as st

from chord_platform.events.plans import CompiledPlan, Plan, PlannedEvent, Verdict
from chord_platform.events.source import SourceRules

OTHERWISE: Mapping[str, Any] = {
    "string": 5,
    "number": "five",
    "integer": 1.5,
    "boolean": "yes",
    "array": {"not": "a list"},
    "object": "not an object",
}
PATTERNS = {"^[A-Z]{3}$": "USD", "^(web|pos)$": "web"}
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
NUMBER = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9, allow_nan=False))
ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), TEXT, st.lists(TEXT, max_size=2))

CALL_FIELDS = {"track": "event", "page": "name", "screen": "name"}


def message(event: PlannedEvent, payload: Any, **more: Any) -> dict[str, Any]:
    said = {"type": event.call, "messageId": "m-1", event.payload: payload, **more}
    if event.call in CALL_FIELDS:
        said.setdefault(CALL_FIELDS[event.call], event.name)
    return said


def payload_schema(event: PlannedEvent, *, back_end: bool = False) -> Mapping[str, Any]:
    version = event.oldest
    schema = version.back_end_schema if back_end and version.back_end_schema else version.schema
    return schema["properties"][event.payload]


def kind(schema: Mapping[str, Any]) -> str | None:
    said = schema.get("type")
    return said[0] if isinstance(said, list) else said


def full(schema: Mapping[str, Any]) -> Any:
    """One of everything. Texts are all alike, so that a product's item has the event's ids."""
    if "enum" in schema:
        return schema["enum"][0]
    match kind(schema):
        case "object":
            return {name: full(below) for name, below in schema.get("properties", {}).items()}
        case "array":
            return [full(schema.get("items", {}))]
        case "number" | "integer":
            return 7
        case "boolean":
            return True
    if schema.get("format") == "date-time":
        return "2026-11-21T10:00:00Z"
    return PATTERNS.get(schema.get("pattern", ""), "text")


def payloads(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What the schema allows; properties that it does not require come and go."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    said = schema.get("type")
    if isinstance(said, list):
        return st.one_of([payloads({**schema, "type": each}) for each in said])
    match said:
        case "object":
            required = schema.get("required", ())
            below = {name: payloads(each) for name, each in schema.get("properties", {}).items()}
            return st.fixed_dictionaries(
                {name: each for name, each in below.items() if name in required},
                optional={name: each for name, each in below.items() if name not in required},
            )
        case "array":
            return st.lists(payloads(schema.get("items", {})), max_size=2)
        case "number":
            return NUMBER
        case "integer":
            return st.integers(-(10**12), 10**12)
        case "boolean":
            return st.booleans()
        case None:
            return ANYTHING
    if "pattern" in schema or "format" in schema:
        return st.just(full(schema))
    return TEXT


class Mutation(NamedTuple):
    """One thing wrong with a payload, and the field and type that a verdict must name."""

    what: str
    payload: Any
    field: str
    type: str


def mutations(schema: Mapping[str, Any], *, at: str = "properties") -> Iterator[Mutation]:
    """Of the full payload: each property missing where it is required, and of another type."""
    whole = full(schema)
    for path, said, is_required in places(schema, ()):
        field = ".".join((at, *("$" if isinstance(part, int) else part for part in path)))
        if is_required:
            yield Mutation("dropped", dropped(whole, path), field, "Required")
        if isinstance(said.get("type"), str):
            wrong = OTHERWISE[said["type"]]
            yield Mutation("mistyped", placed(whole, path, wrong), field, "Invalid Type")
        if "type" in said:
            yield Mutation("null", placed(whole, path, None), field, "Invalid Type")


def places(
    schema: Mapping[str, Any], above: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any], bool]]:
    for name, below in schema.get("properties", {}).items():
        yield (*above, name), below, name in schema.get("required", ())
        yield from places(below, (*above, name))
    if "items" in schema:
        yield (*above, 0), schema["items"], False
        yield from places(schema["items"], (*above, 0))


def placed(payload: Any, path: tuple[str | int, ...], value: Any) -> Any:
    changed = copy.deepcopy(payload)
    holder = changed
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    return changed


def dropped(payload: Any, path: tuple[str | int, ...]) -> Any:
    changed = copy.deepcopy(payload)
    holder = changed
    for part in path[:-1]:
        holder = holder[part]
    del holder[path[-1]]
    return changed


def judge(plan: Plan | CompiledPlan, message: Mapping[str, Any], **rules: Any) -> Verdict:
    compiled = plan.for_side("front-end") if isinstance(plan, Plan) else plan
    return compiled.judge(message, SourceRules(**rules), source="my_company")


def fields(verdict: Verdict) -> set[tuple[str, str]]:
    return {(each.field, each.type) for each in verdict.violations}
