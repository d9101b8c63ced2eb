"""What a plan would make of messages that came already, beside what their present plan makes.

Belongs here: judging records by both plans and counting. Does not belong here: where the records
come from, changing anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from chord_platform.events.plans.verdict import Verdict

if TYPE_CHECKING:
    from chord_platform.events.plans.compiled import CompiledPlan
    from chord_platform.events.source import Source

SAMPLES = 3

Broken = tuple[str, str, str]
"""Field, type and description."""


@dataclass
class Foreseen:
    """One event of one source; before: by the source's present plan, after: by the new one."""

    source: str
    event: str
    messages: int = 0
    blocked_before: int = 0
    blocked_after: int = 0
    unplanned_before: int = 0
    unplanned_after: int = 0
    violations_before: Counter[Broken] = field(default_factory=Counter)
    violations_after: Counter[Broken] = field(default_factory=Counter)
    samples: dict[Broken, list[str]] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return (
            self.blocked_before != self.blocked_after
            or self.unplanned_before != self.unplanned_after
            or self.violations_before != self.violations_after
        )

    def count(self, before: Verdict | None, after: Verdict, *, message_id: str) -> None:
        self.messages += 1
        if before is not None:
            self.blocked_before += before.action == "block"
            self.unplanned_before += not before.is_planned
            self.violations_before.update(map(broken, before.violations))
        self.blocked_after += after.action == "block"
        self.unplanned_after += not after.is_planned
        for violation in after.violations:
            key = broken(violation)
            self.violations_after[key] += 1
            seen = self.samples.setdefault(key, [])
            if len(seen) < SAMPLES:
                seen.append(message_id)


@dataclass
class DryRun:
    """unread: records that are no messages, or that the gateway had refused already."""

    since: datetime
    messages: int = 0
    unread: int = 0
    events: dict[tuple[str, str], Foreseen] = field(default_factory=dict)

    @property
    def changed(self) -> list[Foreseen]:
        return [each for _, each in sorted(self.events.items()) if each.changes]


def dry_run(
    records: Iterable[bytes],
    *,
    since: datetime,
    sources: Mapping[str, Source],
    after: Callable[[Source], CompiledPlan],
    before: Callable[[Source], CompiledPlan | None],
) -> DryRun:
    """records: of the inbox; one that comes twice counts once. sources: those to be looked at."""
    import orjson

    result = DryRun(since=since)
    seen: set[int] = set()
    for record in records:
        try:
            envelope = orjson.loads(record)
            source = sources.get(envelope["source"])
            if source is None or datetime.fromisoformat(envelope["received_at"]) < since:
                continue
            message = envelope["message"]
            identity = hash((source.name, message["messageId"]))
        except (ValueError, KeyError, TypeError):
            result.unread += 1
            continue
        if identity in seen:
            continue
        seen.add(identity)
        if envelope.get("refused"):
            result.unread += 1
            continue
        new = after(source).judge(message, source.rules)
        present = before(source)
        old = present.judge(message, source.rules) if present is not None else None
        result.messages += 1
        # By its raw name where only one plan knows a spelling, so that both verdicts meet.
        event = new.event if new.is_planned or old is None else old.event
        told = result.events.setdefault((source.name, event), Foreseen(source.name, event))
        told.count(old, new, message_id=str(message["messageId"]))
    return result


def broken(violation: tuple[str, str, str, str]) -> Broken:
    return violation[1:]
