"""Sends messages in order: in batches, patiently, and setting apart what alone is refused.

Belongs here: cutting batches, attempts, halving. Does not belong here: the inbox and the store
(`forwarding.py`), a vendor's answers (`destinations/`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chord_platform.events.destination import FailedEvent
from chord_platform.events.destination_rows import failed_id
from chord_platform.events.destination_type import (
    DestinationDown,
    EventsRefused,
    Item,
    Outgoing,
    Sender,
)

ATTEMPTS = 3
FIRST_WAIT = timedelta(seconds=0.5)
LONGEST_WAIT = timedelta(seconds=10)
"""Within a run. Who asks for more is left alone until then, and others are served."""
MOST_SUSPECTS = 5


@dataclass(frozen=True)
class Step:
    """All records before `until` are dealt with; within: and of that one all messages up to the one
    of this mark."""

    until: int
    delivered: int = 0
    failed: tuple[FailedEvent, ...] = ()
    within: str = ""


@dataclass(frozen=True)
class Waiting:
    """until, within: what is dealt with once this is."""

    outgoing: Outgoing
    item: Item
    until: int
    within: str


class Sending:
    """One pass over chosen messages.

    isolates: a destination that fails again and again at the same place may do so because of one
    message (many receivers answer 500 to what they did not expect). Batches are then halved for
    failures too, and a message that fails alone is given up as soon as another one is taken; while
    none is, the destination is down and nothing is given up.
    """

    def __init__(
        self,
        destination: str,
        sender: Sender,
        *,
        most_events: int,
        most_bytes: int,
        isolates: bool,
        sleep: Callable[[float], None],
        clock: Callable[[], datetime],
    ) -> None:
        self.destination = destination
        self.sender = sender
        self.most_events = most_events
        self.most_bytes = most_bytes
        self.isolates = isolates
        self.sleep = sleep
        self.clock = clock
        self.suspects: list[tuple[Waiting, DestinationDown]] = []

    def steps(self, going: Sequence[tuple[int, Outgoing]]) -> Iterator[Step]:
        """Raises `DestinationDown`, `SettingsRejected` or `DestinationGone`; what was yielded
        before stands."""
        for found in self.batches(going):
            if isinstance(found, Step):
                yield from self.evident(found)
            else:
                yield from self.sent(found)
        if self.suspects:
            raise self.suspects[0][1]

    def batches(self, going: Sequence[tuple[int, Outgoing]]) -> Iterator[list[Waiting] | Step]:
        """In order; a message that its destination can never take is a step of its own."""
        batch: list[Waiting] = []
        size = 0
        for place, (index, outgoing) in enumerate(going):
            is_last = place + 1 == len(going) or going[place + 1][0] != index
            until, within = (index + 1, "") if is_last else (index, outgoing.mark)
            try:
                item = self.sender.item(outgoing)
            except EventsRefused as error:
                if batch:
                    yield batch
                batch, size = [], 0
                failed = (self.given_up(outgoing, str(error), attempts=0),)
                yield Step(until, failed=failed, within=within)
                continue
            if batch and (
                len(batch) >= self.most_events or size + len(item.body) > self.most_bytes
            ):
                yield batch
                batch, size = [], 0
            batch.append(Waiting(outgoing, item, until, within))
            size += len(item.body) + 1
        if batch:
            yield batch

    def sent(self, batch: Sequence[Waiting]) -> Iterator[Step]:
        try:
            self.send([each.item for each in batch])
        except EventsRefused as error:
            if len(batch) > 1:
                yield from self.halves(batch)
                return
            failed = self.given_up(batch[0].outgoing, str(error), attempts=1)
            yield from self.evident(dealt(batch, failed=(failed,)))
        except DestinationDown as down:
            if not (self.isolates and down.may_be_the_event):
                raise
            if len(batch) > 1:
                yield from self.halves(batch)
            elif len(self.suspects) < MOST_SUSPECTS:
                self.suspects.append((batch[0], down))
            else:
                raise
        else:
            delivered = sum(not each.outgoing.is_told for each in batch)
            yield from self.evident(dealt(batch, delivered=delivered))

    def halves(self, batch: Sequence[Waiting]) -> Iterator[Step]:
        middle = len(batch) // 2
        yield from self.sent(batch[:middle])
        yield from self.sent(batch[middle:])

    def evident(self, step: Step) -> Iterator[Step]:
        """The destination judges what it gets, so it was the suspects that it failed at."""
        failed = [
            self.given_up(each.outgoing, str(down), attempts=ATTEMPTS)
            for each, down in self.suspects
        ]
        self.suspects = []
        yield replace(step, failed=(*failed, *step.failed))

    def send(self, items: Sequence[Item]) -> None:
        attempts = 1 if self.isolates else ATTEMPTS
        for attempt in range(1, attempts + 1):
            try:
                self.sender.send(items)
                return
            except DestinationDown as down:
                wait = down.retry_after or FIRST_WAIT * 2 ** (attempt - 1)
                if attempt == attempts or wait > LONGEST_WAIT:
                    raise
                self.sleep(wait.total_seconds())

    def given_up(self, outgoing: Outgoing, problem: str, *, attempts: int) -> FailedEvent:
        return FailedEvent(
            id=failed_id(self.destination, outgoing.source, outgoing.id),
            destination=self.destination,
            source=outgoing.source,
            message_id=outgoing.id,
            event=outgoing.event,
            received_at=outgoing.received_at,
            problem=problem,
            failed_at=self.clock(),
            attempts=attempts,
            message=outgoing.message,
        )


def dealt(
    batch: Sequence[Waiting], *, delivered: int = 0, failed: tuple[FailedEvent, ...] = ()
) -> Step:
    return Step(batch[-1].until, delivered, failed, batch[-1].within)


def main_failures(failed: Iterable[FailedEvent], going: Sequence[tuple[int, Outgoing]]) -> int:
    """Those that count: what is told beside a message has no number of its own."""
    told = {(each.source, each.id) for _, each in going if each.is_told}
    return sum((each.source, each.message_id) not in told for each in failed)
