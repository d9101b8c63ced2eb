"""Which records of the inbox go to a destination, and as what.

Belongs here: from a record to an outgoing message, or why it does not go.
Does not belong here: sending, positions (`forwarding.py`), the rules themselves (`destination.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from chord_platform.events.destination import Destination, Fate, counterparts, is_excluded
from chord_platform.events.destination_type import DestinationType, Outgoing
from chord_platform.events.plans import CompiledPlan, Plans
from chord_platform.events.plans.violation import Violation
from chord_platform.events.plans.violation_event import EVENT as VIOLATION
from chord_platform.events.plans.violation_event import violation_event
from chord_platform.events.source import Source

SOURCE = b'"source":"'
OPENING = 160
"""An envelope names its source within so many bytes, before anything that a sender wrote."""


SILENT_AFTER = timedelta(days=30)
"""A side that has not sent an event for so long does not send it."""


class Judged(NamedTuple):
    """names: of the event, by the plan and by its sender."""

    source: Source
    envelope: Mapping[str, Any]
    identity: tuple[str, str]
    call: str
    message: Mapping[str, Any]
    names: tuple[str, ...]
    violations: tuple[Violation, ...] = ()
    is_blocked: bool = False

    @property
    def received_at(self) -> str:
        return self.envelope["received_at"]


@dataclass
class Chosen:
    """Of consecutive records. index: of the record that a message stood in.

    seen: by source of the preferred side and event, the last day it came.
    """

    going: list[tuple[int, Outgoing]] = field(default_factory=list)
    kept_back: list[tuple[int, Fate]] = field(default_factory=list)
    seen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def leave_out(self, *, until: str) -> None:
        """Of the first record: what was dealt with, up to the message of this mark. Where the
        choice or the plan is another by now and that message is not among them, all go again."""
        for place, (index, each) in enumerate(self.going):
            if index == 0 and each.mark == until:
                self.going = self.going[place + 1 :]
                return

    def counts(self, *, first: int, until: int) -> Counter[Fate]:
        """Of the records from `first` to before `until`, those that did not go."""
        return Counter(fate for index, fate in self.kept_back if first <= index < until)


class Chooser:
    """For one destination; plans are read once, as the load of the warehouse does it.

    A plan that cannot be read raises: the destination waits where it stands, and says which file.
    What it passed by as blocked it would never get, and order is kept across its sources.
    """

    def __init__(
        self,
        destination: Destination,
        kind: DestinationType,
        *,
        sources: Mapping[str, Source],
        plans: Plans,
    ) -> None:
        self.choice = destination.choice
        self.called = (destination.name, kind.title, kind.name)
        self.obeys_all = kind.obeys_all
        self.sources = {name: sources[name] for name in destination.sources if name in sources}
        self.named = named(self.sources)
        self.plans = {
            name: plans.load(source.plan) if source.plan else None
            for name, source in self.sources.items()
        }
        self.compiled: dict[str, CompiledPlan | None] = {
            name: plan.for_side(self.sources[name].side) if plan else None
            for name, plan in self.plans.items()
        }
        self.seen = {name: dict(events) for name, events in destination.progress.seen.items()}

    def choose(self, records: Sequence[bytes]) -> Chosen:
        """Judged first and chosen then: a copy of the other side may stand further on."""
        chosen = Chosen()
        found: list[tuple[int, Judged]] = []
        identities: set[tuple[str, str]] = set()
        for index, record in enumerate(records):
            if is_of_others(record, self.named):
                continue
            try:
                judged = self.judged(orjson.loads(record))
            except (ValueError, KeyError, TypeError, AttributeError):
                chosen.kept_back.append((index, "blocked"))  # the loader puts it in quarantine
                continue
            if judged is None:
                continue
            if judged.identity in identities:
                chosen.kept_back.append((index, "repeated"))
                continue
            identities.add(judged.identity)
            self.notice(judged)
            found.append((index, judged))
        for index, judged in found:
            if fate := self.kept_back(judged):
                chosen.kept_back.append((index, fate))
            else:
                chosen.going.append((index, self.outgoing(judged)))
            chosen.going += [(index, each) for each in self.told(judged)]
        chosen.seen = {name: dict(events) for name, events in self.seen.items()}
        return chosen

    def judged(self, envelope: Mapping[str, Any]) -> Judged | None:
        """None: it is of a source that is not this destination's."""
        source = self.sources.get(envelope["source"])
        if source is None:
            return None
        message = envelope["message"]
        identity = (source.name, str(message["messageId"]))
        call = str(message["type"])
        if envelope.get("refused"):
            return Judged(source, envelope, identity, call, message, (call,), is_blocked=True)
        if (plan := self.compiled[source.name]) is None:
            event = str(message.get("event") or message.get("name") or call)
            return Judged(source, envelope, identity, call, message, (event,))
        verdict = plan.judge(message, source.rules, source=source.name)
        names = (verdict.event, verdict.raw_event)
        return Judged(
            source,
            envelope,
            identity,
            call,
            verdict.message,
            names,
            verdict.violations,
            is_blocked=verdict.action == "block",
        )

    def kept_back(self, judged: Judged) -> Fate | None:
        if judged.is_blocked:
            return "blocked"
        is_track = judged.call == "track"
        if not self.choice.takes(judged.names if is_track else (judged.call, *judged.names)):
            return "other_event"
        if not self.choice.is_consented(judged.message):
            return "consent"
        if is_track and self.is_left_to_the_other_side(judged):
            return "other_side"
        if is_excluded(judged.message, called=self.called, obeys_all=self.obeys_all):
            return "integrations"
        return None

    def notice(self, judged: Judged) -> None:
        """Which events the preferred side sends, and on which day it did so last."""
        if judged.call != "track" or judged.is_blocked or judged.source.side != self.choice.prefer:
            return
        events = self.seen.setdefault(judged.source.name, {})
        day = judged.received_at[: len("2026-01-31")]
        events[judged.names[0]] = max(events.get(judged.names[0], ""), day)

    def is_left_to_the_other_side(self, judged: Judged) -> bool:
        """Where the preferred side sends this event too. A plan that names both sides is no proof:
        many events may come from either, and what the other never sends would be lost."""
        if self.choice.prefer in ("both", judged.source.side):
            return False
        oldest = (datetime.fromisoformat(judged.received_at) - SILENT_AFTER).date().isoformat()
        return any(
            self.seen.get(other.name, {}).get(judged.names[0], "") >= oldest
            for other in counterparts(judged.source, self.sources.values())
        )

    def told(self, judged: Judged) -> list[Outgoing]:
        """Goes whatever becomes of the message itself."""
        plan = self.compiled[judged.source.name]
        if plan is None or not self.choice.violations:
            return []
        return [
            Outgoing(
                source=judged.source.name,
                environment=judged.source.environment,
                message=violation_event(judged.source, judged.envelope, each, plan.plan),
                event=VIOLATION,
                received_at=judged.received_at,
                is_told=True,
            )
            for each in judged.violations
        ]

    def outgoing(self, judged: Judged) -> Outgoing:
        return Outgoing(
            source=judged.source.name,
            environment=judged.source.environment,
            message=judged.message,
            event=judged.names[0],
            received_at=judged.received_at,
        )


def named(sources: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(SOURCE + name.encode() + b'"' for name in sources)


def is_of_others(record: bytes, sources: Iterable[bytes]) -> bool:
    """Told without reading the record. One of an unknown form is nobody's yet."""
    opening = record[:OPENING]
    return SOURCE in opening and not any(each in opening for each in sources)
