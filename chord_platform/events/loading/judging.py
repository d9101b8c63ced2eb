"""Which plan and which rules a source's messages are held to.

Belongs here: finding them, once per load. Does not belong here: judging (`plans/`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import orjson

from chord_platform.errors import PlatformError
from chord_platform.events.source import Source, SourceRules

log = logging.getLogger(__name__)

UNPLANNED = "Unplanned Event"
UNREADABLE_PLAN = "Unreadable Plan"


class FoundViolation(Protocol):
    """One thing that a message has otherwise than its plan says."""

    @property
    def event(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def description(self) -> str: ...


class JudgedMessage(Protocol):
    """What a plan says of a message."""

    @property
    def action(self) -> Literal["accept", "block"]: ...
    @property
    def message(self) -> Mapping[str, Any]: ...
    @property
    def event(self) -> str: ...
    @property
    def raw_event(self) -> str: ...
    @property
    def violations(self) -> Sequence[FoundViolation]: ...
    @property
    def is_planned(self) -> bool: ...


class SidedPlan(Protocol):
    """A plan as one side's sources are held to it."""

    def judge(
        self, message: Mapping[str, Any], rules: SourceRules, *, source: str | None = None
    ) -> JudgedMessage: ...


class Accepted(NamedTuple):
    """The verdict where no plan is."""

    action: Literal["accept", "block"]
    message: Mapping[str, Any]
    event: str
    raw_event: str
    violations: Sequence[FoundViolation]
    is_planned: bool


class Unjudged(NamedTuple):
    """The verdict where the plan cannot be read; because: which file, and why."""

    because: str
    message: Mapping[str, Any]
    event: str
    raw_event: str
    action: Literal["accept", "block"] = "block"
    violations: Sequence[FoundViolation] = ()
    is_planned: bool = False


@dataclass(frozen=True)
class UnreadablePlan:
    """Stands in the place of a source's plan that cannot be read: blocks all, whatever its rules.

    To let messages pass would store, under a plan's name, what nobody has judged. To wait would
    hold up all other sources: the inbox has one order and the loader one position in it. In
    quarantine a message stays as it came, and is judged once the plan can be read again.
    """

    because: str

    def judge(
        self, message: Mapping[str, Any], rules: SourceRules, *, source: str | None = None
    ) -> Unjudged:
        name = name_of(message)
        return Unjudged(self.because, message, name, name)


def reasons(verdict: JudgedMessage) -> str:
    """Why it is blocked, as JSON; an event that no plan names breaks no rule of one."""
    if isinstance(verdict, Unjudged):
        return orjson.dumps([{"type": UNREADABLE_PLAN, "description": verdict.because}]).decode()
    said = [
        {"field": each.field, "type": each.type, "description": each.description}
        for each in verdict.violations
    ]
    if not said:
        said = [{"type": UNPLANNED, "description": f"{verdict.event} is not in the plan"}]
    return orjson.dumps(said).decode()


PlanOf = Callable[[Source], SidedPlan | None]


class Judges:
    """sources: all there are, read once per load. A source that is gone is judged by no plan: what
    it sent was acknowledged. unreadable: why, by source, where a plan was needed and not there."""

    def __init__(self, sources: Mapping[str, Source], plan_of: PlanOf) -> None:
        self.sources = sources
        self.plan_of = plan_of
        self.found: dict[str, tuple[SidedPlan | None, SourceRules]] = {}
        self.unreadable: dict[str, str] = {}

    def judge(self, source: str, message: Mapping[str, Any]) -> JudgedMessage:
        held = self.found.get(source)
        if held is None:
            held = self.found[source] = self.held_to(source)
        plan, rules = held
        if plan is None:
            name = name_of(message)
            return Accepted("accept", message, name, name, (), True)
        return plan.judge(message, rules, source=source)

    def unreadable_of(self, sources: Iterable[str]) -> dict[str, str]:
        """Why, by source, before any of its messages is judged."""
        for name in sources:
            if name not in self.found:
                self.found[name] = self.held_to(name)
        return {name: self.unreadable[name] for name in sources if name in self.unreadable}

    def held_to(self, name: str) -> tuple[SidedPlan | None, SourceRules]:
        source = self.sources.get(name)
        if source is None:
            return None, SourceRules()
        try:
            return self.plan_of(source), source.rules
        except PlatformError as error:
            because = error.what
        except Exception as error:  # one plan's trouble, of whatever kind, is no other source's
            log.exception("the plan of %s cannot be compiled", name)
            because = f"{type(error).__name__}: {error}"
        because = f"The plan {source.plan} cannot be read: {because}"
        self.unreadable[name] = because
        return UnreadablePlan(because), source.rules


def name_of(message: Mapping[str, Any]) -> str:
    """What is counted: an event's name, and for other messages their type."""
    if message["type"] != "track":
        return message["type"]
    event = message["event"]
    return event if event.__class__ is str else str(event)
