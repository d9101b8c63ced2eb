"""What a tracking plan says, as values.

Belongs here: a plan, its events, their versions, and how bad a violation is.
Does not belong here: files (`plan_files.py`), judging (`compiled.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from chord_platform.events.plans.compiled import CompiledPlan

Side = Literal["front-end", "back-end"]
Call = Literal["track", "page", "screen", "identify", "group", "common"]
Severity = Literal["warning", "error"]
Schema = Mapping[str, Any]

SIDES: tuple[Side, ...] = get_args(Side)
CALLS: tuple[Call, ...] = get_args(Call)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

# A call has one name in a plan, whatever name a page was given by its author.
FIXED_NAMES: Mapping[Call, str] = {
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "identify": "identify",
    "group": "group",
    "common": "common",
}
TRAITS_CALLS: tuple[Call, ...] = ("identify", "group")


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """When checks complain.

    violation_rate: the share of an event's messages that may violate the plan, per period.
    least_events: fewer messages than these say nothing about a rate or a volume.
    volume_deviations: how many standard deviations from the usual is an anomaly.
    """

    violation_rate: Mapping[str, float]
    least_events: int
    volume_deviations: float


@dataclass(frozen=True, kw_only=True)
class ItemLikeTheEvent:
    """The array `items` holds an item whose values under `same` are the event's own."""

    items: str
    same: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Version:
    """Schemas of the whole message. The back end may send either shape, where it has its own."""

    schema: Schema
    back_end_schema: Schema | None = None

    def schemas(self, side: Side) -> tuple[Schema, ...]:
        if side == "back-end" and self.back_end_schema is not None:
            return (self.schema, self.back_end_schema)
        return (self.schema,)


@dataclass(frozen=True, kw_only=True)
class PlannedEvent:
    """also_called: other spellings that clients send; they count as this event.

    severity, thresholds: the plan's own where the event has none.
    """

    name: str
    call: Call
    description: str
    sides: tuple[Side, ...]
    versions: Mapping[int, Version]
    severity: Severity
    thresholds: Thresholds
    labels: Mapping[str, str] = field(default_factory=dict)
    also_called: tuple[str, ...] = ()
    extra_rules: tuple[ItemLikeTheEvent, ...] = ()
    expected_within: timedelta | None = None

    @property
    def oldest(self) -> Version:
        return self.versions[min(self.versions)]

    @property
    def payload(self) -> str:
        """Where the message holds what the event says."""
        return "traits" if self.call in TRAITS_CALLS else "properties"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """mandatory events are those with an expected time."""

    name: str
    title: str
    description: str
    severity: Severity
    thresholds: Thresholds
    events: tuple[PlannedEvent, ...]

    @cached_property
    def _compiled(self) -> dict[Side, CompiledPlan]:
        return {}

    def for_side(self, side: Side) -> CompiledPlan:
        """The plan as it judges one side's messages; each schema is compiled when first met."""
        from chord_platform.events.plans.compiled import CompiledPlan

        if side not in self._compiled:
            self._compiled[side] = CompiledPlan(self, side=side)
        return self._compiled[side]

    def event(self, name: str, *, call: Call = "track") -> PlannedEvent | None:
        found = (each for each in self.events if (each.name, each.call) == (name, call))
        return next(found, None)

    def events_of(self, side: Side) -> tuple[PlannedEvent, ...]:
        return tuple(event for event in self.events if side in event.sides)

    def mandatory(self, side: Side) -> tuple[PlannedEvent, ...]:
        return tuple(event for event in self.events_of(side) if event.expected_within is not None)
