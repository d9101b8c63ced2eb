"""What differs between two plans, and what of it may turn good messages into violations.

Belongs here: comparing plans. Does not belong here: judging messages by both (`dry_run.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chord_platform.events.plans.plan import Plan, PlannedEvent, Schema

Kind = Literal["added", "removed", "changed"]

KEYWORDS_BELOW = ("properties", "required", "items")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """may_break: a message that kept to the first plan may break the second."""

    event: str
    what: str
    kind: Kind
    may_break: bool
    description: str


def differences(one: Plan, other: Plan) -> tuple[Difference, ...]:
    first = {(event.call, event.name): event for event in one.events}
    second = {(event.call, event.name): event for event in other.events}
    return tuple(
        found
        for key in sorted({*first, *second}, key=lambda key: (key[1], key[0]))
        for found in between(first.get(key), second.get(key))
    )


def between(one: PlannedEvent | None, other: PlannedEvent | None) -> Iterator[Difference]:
    if one is None or other is None:
        event = one or other
        assert event is not None
        is_gone = other is None
        yield Difference(
            event=event.name,
            what="event",
            kind="removed" if is_gone else "added",
            # Where it was unplanned before, the new plan may find fault with it.
            may_break=True,
            description="is no longer planned" if is_gone else "is planned",
        )
        return
    yield from about(one, other)
    for number in sorted({*one.versions, *other.versions}):
        yield from versions(one, other, number)


def about(one: PlannedEvent, other: PlannedEvent) -> Iterator[Difference]:
    said = (
        ("sides", one.sides, other.sides, not set(one.sides) <= set(other.sides)),
        (
            "other spellings",
            one.also_called,
            other.also_called,
            not set(one.also_called) <= set(other.also_called),
        ),
        ("labels", one.labels, other.labels, False),
        ("severity", one.severity, other.severity, False),
        ("thresholds", one.thresholds, other.thresholds, False),
        ("expected within", one.expected_within, other.expected_within, False),
        (
            "extra rules",
            one.extra_rules,
            other.extra_rules,
            not set(other.extra_rules) <= set(one.extra_rules),
        ),
        ("description", one.description, other.description, False),
    )
    for what, before, after, may_break in said:
        if before != after:
            yield Difference(
                event=one.name,
                what=what,
                kind="changed",
                may_break=may_break,
                description=f"{shown(before)} becomes {shown(after)}",
            )


def versions(one: PlannedEvent, other: PlannedEvent, number: int) -> Iterator[Difference]:
    before, after = one.versions.get(number), other.versions.get(number)
    if before is None or after is None:
        is_gone = after is None
        yield Difference(
            event=one.name,
            what=f"version {number}",
            kind="removed" if is_gone else "added",
            may_break=True,
            description="messages that name it are held to the oldest" if is_gone else "",
        )
        return
    prefix = f"version {number} " if len({*one.versions, *other.versions}) > 1 else ""
    yield from properties(one.name, prefix, before.schema, after.schema)
    old, new = before.back_end_schema, after.back_end_schema
    if old is not None and new is not None:
        yield from properties(one.name, f"{prefix}back end: ", old, new)
    elif old != new:
        is_gone = new is None
        yield Difference(
            event=one.name,
            what=f"{prefix}shape of the back end",
            kind="removed" if is_gone else "added",
            may_break=is_gone,
            description="only the shape for both sides holds" if is_gone else "",
        )


def properties(event: str, prefix: str, one: Schema, other: Schema) -> Iterator[Difference]:
    before, after = dict(flat(one)), dict(flat(other))
    for place in sorted({*before, *after}):
        old, new = before.get(place), after.get(place)
        if old == new:
            continue
        if old is None or new is None:
            is_gone = new is None
            description = describe(old or new)
            # An unplanned property breaks nothing before; planned, it must be of its type.
            yield Difference(
                event=event,
                what=f"{prefix}{place}",
                kind="removed" if is_gone else "added",
                may_break=not is_gone,
                description=description,
            )
        else:
            yield Difference(
                event=event,
                what=f"{prefix}{place}",
                kind="changed",
                may_break=not loosens(old, new),
                description=f"{describe(old)} becomes {describe(new)}",
            )


def flat(schema: Any, place: str = "", *, is_required: bool = False) -> Iterator[tuple[str, Any]]:
    """Each place of a schema with what holds there alone."""
    if not isinstance(schema, Mapping):
        yield place or "message", {"is_required": is_required, "schema": schema}
        return
    own = {name: said for name, said in schema.items() if name not in KEYWORDS_BELOW}
    yield place or "message", {"is_required": is_required, **own}
    required = schema.get("required", ())
    for name, below in schema.get("properties", {}).items():
        path = f"{place}.{name}" if place else name
        yield from flat(below, path, is_required=name in required)
    if isinstance(schema.get("items"), Mapping):
        yield from flat(schema["items"], f"{place}.$")
    elif "items" in schema:
        yield f"{place}.$", {"is_required": False, "schema": schema["items"]}


def loosens(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether all that the old allowed is allowed still, as far as types and presence say."""
    if new["is_required"] and not old["is_required"]:
        return False
    wider = types(old) <= types(new) if "type" in old else "type" not in new
    rest = {name: said for name, said in new.items() if name not in ("is_required", "type")}
    return wider and all(old.get(name) == said for name, said in rest.items())


ANY = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))


def types(said: Mapping[str, Any]) -> frozenset[str]:
    kinds = said.get("type", ANY)
    found = frozenset((kinds,)) if isinstance(kinds, str) else frozenset(kinds)
    return found | {"integer"} if "number" in found else found


def describe(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return ""
    kind = shown(said.get("type", "any"))
    rest = [
        f"{name} {shown(value)}"
        for name, value in said.items()
        if name not in ("is_required", "type", "description", "$schema")
    ]
    presence = "required" if said["is_required"] else "optional"
    return ", ".join((presence, kind, *rest))


def shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {shown(below)}" for name, below in value.items()) or "none"
    return str(value)
