"""What a destination is, which messages are for it, and how it is getting on.

Belongs here: values and pure rules. Does not belong here: rows (`destination_rows.py`), sending.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from chord_platform.events.source import ConsentRule, Source

Prefer = Literal["back-end", "front-end", "both"]
PREFERENCES: tuple[Prefer, ...] = get_args(Prefer)
Unstated = Literal["granted", "refused"]

Fate = Literal[
    "delivered",
    "failed",
    "blocked",
    "other_event",
    "consent",
    "other_side",
    "integrations",
    "repeated",
]
"""What became of a message: all of them add up to what was read of the destination's sources.

delivered: the receiver confirmed it. failed: it refused it for good; see `failed_events`.
blocked: by the source's tracking plan, or no event at all. other_event, consent: not chosen.
other_side: the other side's copy goes. integrations: its sender excluded this destination.
repeated: the same message stood twice among those read at once.
"""
FATES: tuple[Fate, ...] = get_args(Fate)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which messages go. Names of events as in the plan, `Order *` too; `identify`, `page`,
    `screen`, `group` and `alias` name those calls.

    events: only these; none: all. consent: every category must be granted; none: whatever was.
    unstated: what a category means that the message says nothing about.
    prefer: whose copy goes of an event that both sides send.
    violations: also a `Violation Generated` for each broken promise of the plan.
    """

    events: tuple[str, ...] = ()
    not_events: tuple[str, ...] = ()
    consent: tuple[str, ...] = ()
    unstated: Unstated = "granted"
    prefer: Prefer = "back-end"
    violations: bool = False

    def takes(self, names: Iterable[str]) -> bool:
        """names: of one message, as planned and as sent."""
        known = tuple(names)
        if self.events and not matches(known, self.events):
            return False
        return not matches(known, self.not_events)

    def is_consented(self, message: Mapping[str, Any]) -> bool:
        if not self.consent:
            return True
        context = message.get("context")
        consent = context.get("consent") if isinstance(context, dict) else None
        said = consent.get("categoryPreferences") if isinstance(consent, dict) else None
        said = said if isinstance(said, dict) else {}
        rules = (
            ConsentRule(category=category, action="drop", unstated=self.unstated)
            for category in self.consent
        )
        return not any(rule.refuses(said) for rule in rules)


def matches(names: Iterable[str], patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def is_excluded(message: Mapping[str, Any], *, called: Iterable[str], obeys_all: bool) -> bool:
    """By its sender: `integrations` names destinations, and `All` those it does not name."""
    said = message.get("integrations")
    if not isinstance(said, dict):
        return False
    for name in called:
        if name in said:
            return said[name] is False
    return obeys_all and said.get("All") is False


def counterparts(source: Source, among: Iterable[Source]) -> Iterator[Source]:
    """The same shop's other side."""
    for other in among:
        same_shop = (other.company, other.environment) == (source.company, source.environment)
        if same_shop and other.side != source.side:
            yield other


@dataclass(frozen=True, kw_only=True)
class Pause:
    by: str
    because: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Progress:
    """position, done: where the inbox is read on, and how many records after it are dealt with.
    within: the mark of the last message that was dealt with of the record after those.

    failing_since: of the failures in a row; None while it takes what it gets.
    not_before: it asked for peace, or failed: the next attempt is not before this.
    """

    position: str
    done: int = 0
    within: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    last_delivered_at: datetime | None = None
    last_read_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    problem: str | None = None
    next_step: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Destination:
    """settings hold no secret; secrets are the names of those that are sealed."""

    name: str
    type: str
    sources: tuple[str, ...]
    settings: Mapping[str, str]
    choice: Choice
    added_at: datetime
    progress: Progress
    pause: Pause | None = None
    secrets: frozenset[str] = frozenset()

    @property
    def status(self) -> Literal["ok", "failing", "paused"]:
        if self.pause:
            return "paused"
        return "failing" if self.progress.failing_since else "ok"

    def is_due(self, now: datetime) -> bool:
        wait = self.progress.not_before
        return self.pause is None and (wait is None or wait <= now)


@dataclass(frozen=True, kw_only=True)
class FailedEvent:
    """A dead letter. message: as it was to be delivered."""

    id: str
    destination: str
    source: str
    message_id: str
    event: str
    received_at: str
    problem: str
    failed_at: datetime
    attempts: int
    message: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Advance:
    """One step of a destination: what is dealt with, committed in one transaction."""

    position: str
    done: int
    counts: Mapping[Fate, int]
    seen: Mapping[str, Mapping[str, str]]
    failed: tuple[FailedEvent, ...] = ()
    within: str = ""

    @property
    def place(self) -> str:
        """As the store keeps it; `place_of` reads it."""
        return f"{self.position}+{self.done}{'.' if self.within else ''}{self.within}"


def place_of(text: str) -> tuple[str, int, str]:
    """Position, records done, mark within the next one."""
    position, _, rest = text.partition("+")
    done, _, within = rest.partition(".")
    return position, int(done or 0), within
