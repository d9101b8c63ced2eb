"""What a run did for a destination, and how far it is within one chunk of the inbox.

Belongs here: counting. Does not belong here: reading, sending, the store (`forwarding.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from chord_platform.events.choosing import Chosen
from chord_platform.events.destination import Advance, FailedEvent, Fate
from chord_platform.events.inbox import Chunk
from chord_platform.events.sending import main_failures


@dataclass
class Forwarded:
    """What one run did for one destination. problem: why it stopped before the inbox's end."""

    name: str
    counts: Counter[Fate] = field(default_factory=Counter)
    problem: str | None = None


@dataclass
class Reading:
    """One chunk under way. first: how many of its records are dealt with and noted."""

    chunk: Chunk
    position: str
    skip: int
    chosen: Chosen
    first: int = 0

    @property
    def rest(self) -> int:
        return max(0, len(self.chunk.records) - self.skip)

    def advance(
        self, until: int, *, delivered: int, failed: Sequence[FailedEvent], within: str = ""
    ) -> Advance:
        counts = self.chosen.counts(first=self.first, until=until)
        counts["delivered"] += delivered
        counts["failed"] += main_failures(failed, self.chosen.going)
        self.first = until
        is_whole = until >= self.rest
        return Advance(
            position=self.chunk.next if is_whole else self.position,
            done=0 if is_whole else self.skip + until,
            counts=+counts,
            seen=self.chosen.seen,
            failed=tuple(failed),
            within=within,
        )
