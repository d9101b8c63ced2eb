"""Which records of the inbox go to a destination, and as what.

Belongs here: from a record to an outgoing message, or why it does not go.
Does not belong here: sending, positions (`forwarding.py`), the rules themselves (`destination.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from chord_platform.events.destination import Destination, Fate, has_counterpart, is_excluded
from chord_platform.events.destination_type import DestinationType, Outgoing
from chord_platform.events.plans import CompiledPlan, Plans
from chord_platform.events.plans.violation_event import EVENT as VIOLATION
from chord_platform.events.plans.violation_event import violation_event
from chord_platform.events.source import Source

OPENING = b'{"source":"'


@dataclass
class Chosen:
    """Of consecutive records. index: of the record that a message stood in."""

    going: list[tuple[int, Outgoing]] = field(default_factory=list)
    kept_back: list[tuple[int, Fate]] = field(default_factory=list)

    def counts(self, *, first: int, until: int) -> Counter[Fate]:
        """Of the records from `first` to before `until`, those that did not go."""
        return Counter(fate for index, fate in self.kept_back if first <= index < until)


class Chooser:
    """For one destination; plans are read once, as the load of the warehouse does it."""

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
        self.openings = tuple(OPENING + name.encode() + b'"' for name in self.sources)
        self.plans = {
            name: plans.load(source.plan) if source.plan else None
            for name, source in self.sources.items()
        }
        self.compiled: dict[str, CompiledPlan | None] = {
            name: plan.for_side(self.sources[name].side) if plan else None
            for name, plan in self.plans.items()
        }
        self.sent_by_both = {name: self.events_of_both(source) for name, source in self.pairs()}

    def pairs(self) -> list[tuple[str, Source]]:
        among = self.sources.values()
        return [(name, s) for name, s in self.sources.items() if has_counterpart(s, among)]

    def events_of_both(self, source: Source) -> frozenset[str]:
        """By the plan, of track calls: a page is not the same as what a server says."""
        plan = self.plans[source.name]
        events = plan.events if plan else ()
        return frozenset(e.name for e in events if e.call == "track" and len(e.sides) > 1)

    def choose(self, records: Sequence[bytes]) -> Chosen:
        chosen = Chosen()
        seen: set[tuple[str, str]] = set()
        for index, record in enumerate(records):
            if record.startswith(OPENING) and not record.startswith(self.openings):
                continue  # of a source that is not this destination's
            try:
                envelope = orjson.loads(record)
                source = self.sources.get(envelope["source"])
                if source is None:
                    continue
                identity = (source.name, str(envelope["message"]["messageId"]))
                if identity in seen:
                    chosen.kept_back.append((index, "repeated"))
                    continue
                seen.add(identity)
                fate, going = self.outcome(source, envelope)
            except (ValueError, KeyError, TypeError, AttributeError):
                fate, going = "blocked", []  # the loader puts it in quarantine
            if fate:
                chosen.kept_back.append((index, fate))
            chosen.going += [(index, each) for each in going]
        return chosen

    def outcome(
        self, source: Source, envelope: Mapping[str, Any]
    ) -> tuple[Fate | None, list[Outgoing]]:
        """What is told of a message goes whatever becomes of the message itself."""
        message = envelope["message"]
        if envelope.get("refused"):
            return "blocked", []
        plan = self.compiled[source.name]
        if plan is None:
            event = str(message.get("event") or message.get("name") or message["type"])
            fate = self.kept_back(source, message, names=(event,))
            return fate, [] if fate else [self.outgoing(source, envelope, message, event)]
        verdict = plan.judge(message, source.rules, source=source.name)
        told = [
            self.outgoing(source, envelope, violation_event(source, envelope, each, plan.plan))
            for each in (verdict.violations if self.choice.violations else ())
        ]
        if verdict.action == "block":
            return "blocked", told
        names = (verdict.event, verdict.raw_event)
        if fate := self.kept_back(source, verdict.message, names=names):
            return fate, told
        going = self.outgoing(source, envelope, verdict.message, verdict.event)
        return None, [going, *told]

    def outgoing(
        self,
        source: Source,
        envelope: Mapping[str, Any],
        message: Mapping[str, Any],
        event: str = VIOLATION,
    ) -> Outgoing:
        return Outgoing(
            source=source.name,
            environment=source.environment,
            message=message,
            event=event,
            received_at=envelope["received_at"],
            is_told=event == VIOLATION,
        )

    def kept_back(
        self, source: Source, message: Mapping[str, Any], *, names: tuple[str, ...]
    ) -> Fate | None:
        """names: the plan's and the sender's; of other calls their type too."""
        call = str(message["type"])
        if not self.choice.takes(names if call == "track" else (call, *names)):
            return "other_event"
        if not self.choice.is_consented(message):
            return "consent"
        if self.is_left_to_the_other_side(source, call, names[0]):
            return "other_side"
        if is_excluded(message, called=self.called, obeys_all=self.obeys_all):
            return "integrations"
        return None

    def is_left_to_the_other_side(self, source: Source, call: str, event: str) -> bool:
        return (
            call == "track"
            and self.choice.prefer not in ("both", source.side)
            and event in self.sent_by_both.get(source.name, ())
        )
