"""Judges messages of one side by a plan.

Belongs here: finding the event, validating, omitting, blocking.
Does not belong here: words for violations (`violation.py`), the tree of names (`shape.py`).

Pure, and fast on the way that most messages take: one dictionary look-up and two compiled checks
in Rust. What fails is validated again in full for its errors. Patterns run in linear time and
nothing is fetched: a plan from elsewhere can neither stall the loader nor open a connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chord_platform.events.plans.plan import (
    FIXED_NAMES,
    ItemLikeTheEvent,
    PlannedEvent,
    Schema,
    Side,
    Version,
)
from chord_platform.events.plans.shape import OPEN, Place, Shape, names, shape, unplanned, without
from chord_platform.events.plans.verdict import Rules, Verdict
from chord_platform.events.plans.violation import Found, Violation, found, invalid

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator

    from chord_platform.events.plans.plan import Plan

Message = Mapping[str, Any]


def validator(schema: Schema) -> Draft7Validator:
    from jsonschema_rs import Draft7Validator, RegexOptions

    return Draft7Validator(
        dict(schema), validate_formats=True, pattern_options=RegexOptions(), offline=True
    )


class CompiledVersion:
    """One version of an event for one side; the schemas compile when the first message comes."""

    def __init__(
        self, version: Version, *, side: Side, payload: str, common: Schema | None
    ) -> None:
        self.schemas = version.schemas(side)
        self.payload = payload
        self.common = common

    @cached_property
    def validators(self) -> tuple[Draft7Validator, ...]:
        return tuple(validator(schema) for schema in self.schemas)

    @cached_property
    def known(self) -> Shape:
        """What the payload may hold, by this version or by what is common to all messages."""
        whole, *others = [payload_shape(each, self.payload) or OPEN for each in self.schemas]
        for other in others:
            whole = whole | other
        shared = payload_shape(self.common, self.payload) if self.common is not None else None
        return whole if shared is None or whole.is_open else whole | shared

    def errors(self, event: str, message: Message) -> list[Found]:
        """Of the shape that the message comes nearest to; the back end's own when both are."""
        tried = [errors(event, message, each) for each in reversed(self.validators)]
        return min(tried, key=len)


class CompiledEvent:
    def __init__(self, event: PlannedEvent, *, side: Side, common: CompiledEvent | None) -> None:
        self.name = event.name
        self.payload = event.payload
        self.extra_rules = event.extra_rules
        self.common = common
        shared = common.oldest.schemas[0] if common is not None else None
        self.versions = {
            number: CompiledVersion(version, side=side, payload=event.payload, common=shared)
            for number, version in event.versions.items()
        }
        self.oldest = self.versions[min(self.versions)]

    def version(self, message: Message) -> CompiledVersion:
        """`context.protocols.event_version` names it; what names none is held to the oldest."""
        context = message.get("context")
        protocols = context.get("protocols") if isinstance(context, dict) else None
        asked = protocols.get("event_version") if isinstance(protocols, dict) else None
        known = type(asked) is int and self.versions.get(asked)
        return known or self.oldest

    def violations(self, version: CompiledVersion, message: Message) -> list[Found]:
        """The event's own schema first, the plan's common one second."""
        seen: list[Found] = []
        for each in version.validators:  # a generator for `any` took as long as the check itself
            if each.is_valid(message):
                break
        else:
            seen = version.errors(self.name, message)
        for rule in self.extra_rules:
            seen += self.breach(rule, message[self.payload], seen)
        if self.common is not None:
            common = self.common.oldest
            if not common.validators[0].is_valid(message):
                seen += version_errors(self.name, message, common)
        return seen

    def breach(
        self, rule: ItemLikeTheEvent, said: Mapping[str, Any], seen: Sequence[Found]
    ) -> list[Found]:
        """Nothing where the schema has found fault with what the rule compares."""
        below = (
            *rule.same,
            rule.items,
            f"{rule.items}.$",
            *(f"{rule.items}.$.{name}" for name in rule.same),
        )
        told = {each.violation.field for each in seen}
        if told & {f"{self.payload}.{name}" for name in below}:
            return []
        items, missing = said.get(rule.items), object()
        own = [said.get(name, missing) for name in rule.same]
        if not isinstance(items, list) or missing in own:
            return []
        if any(isinstance(e, dict) and [e.get(name) for name in rule.same] == own for e in items):
            return []
        wanted = " and ".join(rule.same)
        place = (self.payload, rule.items)
        breach = invalid(self.name, place, f"must hold an item with the event's {wanted}")
        return [Found(breach.violation, None)]


class CompiledPlan:
    def __init__(self, plan: Plan, *, side: Side) -> None:
        self.plan = plan
        self.side: Side = side
        common = plan.event(FIXED_NAMES["common"], call="common")
        self._common = CompiledEvent(common, side=side, common=None) if common else None
        self._tracks: dict[str, CompiledEvent] = {}
        self._calls: dict[str, CompiledEvent] = {}
        for event in plan.events_of(side):
            if event.call != "common":
                self._add(event)

    def _add(self, event: PlannedEvent) -> None:
        compiled = CompiledEvent(event, side=self.side, common=self._common)
        if event.call != "track":
            self._calls[event.call] = compiled
            return
        for name in (event.name, *event.also_called):
            self._tracks[name] = compiled
        for call in ("page", "screen"):  # Segment's plans may write these as track events
            if event.name == FIXED_NAMES[call]:
                self._calls.setdefault(call, compiled)

    def judge(self, message: Message, rules: Rules, *, source: str | None = None) -> Verdict:
        """source: the name that `context.protocols` gives, where something is written there."""
        call = message.get("type")
        if call == "track":
            raw = name_in(message, "event") or ""
            event = self._tracks.get(raw)
            if event is None:
                blocks = rules.unplanned_events == "block"
                return Verdict("block" if blocks else "accept", message, raw, raw, (), False)
        else:
            fixed = FIXED_NAMES.get(call, str(call))  # type: ignore[arg-type]
            raw = name_in(message, "name") or fixed if call in ("page", "screen") else fixed
            event = self._calls.get(call)  # type: ignore[arg-type]
            if event is None:
                return Verdict("accept", message, fixed, raw, (), False)
        given = message.get(event.payload)
        judged = message if given is not None else {**message, event.payload: {}}
        if not isinstance(judged[event.payload], dict):
            seen = [invalid(event.name, (event.payload,), "must be an object")]
            return concluded(event, message, rules, source=source, seen=seen, raw=raw)
        version = event.version(message)
        left_out: list[Place] = []
        if rules.unplanned_properties == "omit":
            left_out = unplanned(judged[event.payload], version.known, (event.payload,))
            judged = without(judged, left_out) if left_out else judged
        try:
            seen = event.violations(version, judged)
        except ValueError:  # jsonschema-rs stops where objects lie some 250 deep
            told = invalid(event.name, (event.payload,), "is nested deeper than can be checked")
            seen = [Found(told.violation, None)]
        if not seen and not left_out:
            return Verdict("accept", message, event.name, raw, (), True)
        return concluded(
            event, message, rules, source=source, left_out=left_out, seen=seen, raw=raw
        )


def concluded(
    event: CompiledEvent,
    message: Message,
    rules: Rules,
    *,
    source: str | None,
    raw: str,
    seen: Sequence[Found],
    left_out: Sequence[Place] = (),
) -> Verdict:
    """What the source's rules make of what was seen. A blocked message stays as it came."""
    violations = distinct(each.violation for each in seen)
    if violations and rules.violations == "block":
        return Verdict("block", message, event.name, raw, violations, True)
    broken: list[Place] = []
    if rules.violations == "omit":
        broken = [each.place for each in seen if each.place and each.place[0] == event.payload]
    # Unplanned ones go first: places of what is broken were found without them, and no place
    # moves, since what is unplanned is a name and never an array's item.
    message = without(without(message, left_out), broken)
    noted = {
        "sourceId": source,
        "omitted": names(left_out),
        "omitted_on_violation": names(broken),
        "violations": [
            {"type": each.type, "field": each.field, "description": each.description}
            for each in violations
        ],
    }
    context = message.get("context")
    context = context if isinstance(context, dict) else {}
    earlier = context.get("protocols")
    earlier = earlier if isinstance(earlier, dict) else {}
    protocols = {**earlier, **{name: value for name, value in noted.items() if value}}
    noted_message = {**message, "context": {**context, "protocols": protocols}}
    return Verdict("accept", noted_message, event.name, raw, violations, True)


def name_in(message: Message, key: str) -> str | None:
    value = message.get(key)
    return value if isinstance(value, str) else None


def payload_shape(schema: Schema, payload: str) -> Shape | None:
    """None: the schema says nothing of the payload."""
    below = schema.get("properties", {}).get(payload)
    return None if below is None else shape(below)


def errors(event: str, message: Message, check: Draft7Validator) -> list[Found]:
    return [each for error in check.iter_errors(message) for each in found(event, error)]


def version_errors(event: str, message: Message, version: CompiledVersion) -> list[Found]:
    return errors(event, message, version.validators[0])


def distinct(violations: Any) -> tuple[Violation, ...]:
    """One per field and type, in the order seen: ten items without a sku break one promise."""
    first: dict[tuple[str, str], Violation] = {}
    for violation in violations:
        first.setdefault((violation.field, violation.type), violation)
    return tuple(first.values())
