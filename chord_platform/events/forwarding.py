"""Forwards the inbox to the destinations, each at its own pace.

Belongs here: reading on from where a destination stands, noting how far it got and why it stopped.
Does not belong here: which messages go (`choosing.py`), batches and attempts (`sending.py`).

A destination's position moves only behind what it has confirmed or refused for good, in one
transaction with its failed events: a process that is killed sends something twice, with the same
message id, and leaves nothing out. Nobody waits for a destination: the collector and the loader do
not know of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from chord_platform.errors import DestinationBusy, DestinationRefused, PlatformError
from chord_platform.events.choosing import Chooser
from chord_platform.events.destination import Destination
from chord_platform.events.destination_service import Destinations
from chord_platform.events.destination_type import (
    DestinationDown,
    DestinationGone,
    Outgoing,
    SettingsRejected,
    destination_type,
)
from chord_platform.events.forwarded import Forwarded, Reading
from chord_platform.events.inbox import Inbox
from chord_platform.events.plans import Plans
from chord_platform.events.sending import Sending, Step
from chord_platform.events.sources import Sources

log = logging.getLogger(__name__)

CHUNK_BYTES = 1 << 20
SECONDS = 50.0
NOTED_EVERY_SECONDS = 1.0
ISOLATE_AFTER = 2
"""Failures in a row after which an event, not the destination, may be the reason."""

OnProgress = Callable[[str], None]


class Forwarding:
    def __init__(
        self,
        destinations: Destinations,
        *,
        sources: Sources,
        inbox: Inbox,
        plans: Plans,
        locks: Path,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """locks: a folder of this machine's processes; the inbox is on it too."""
        self.destinations = destinations
        self.progress = destinations.progress
        self.sources = sources
        self.inbox = inbox
        self.plans = plans
        self.locks = locks
        self.sleep = sleep

    def due(self) -> list[Destination]:
        """Those that have something to read and are neither paused nor waiting."""
        end, now = self.inbox.end(), self.destinations.clock()
        return [
            each
            for each in self.destinations.list()
            if each.is_due(now) and each.progress.position < end
        ]

    def forward_all(
        self, *, seconds: float = SECONDS, on_progress: OnProgress = lambda _: None
    ) -> list[Forwarded]:
        """All that are due, side by side: one that is slow keeps no other waiting."""
        from concurrent.futures import ThreadPoolExecutor

        due = self.due()
        if not due:
            return []
        with ThreadPoolExecutor(len(due), thread_name_prefix="forward") as threads:
            runs = [
                threads.submit(self.forward, each.name, seconds=seconds, on_progress=on_progress)
                for each in due
            ]
            return [run.result() for run in runs]

    def forward(
        self,
        name: str,
        *,
        seconds: float = SECONDS,
        on_progress: OnProgress = lambda _: None,
    ) -> Forwarded:
        """One destination, until the inbox's end, the end of its time, or a failure of its own.

        Raises:
            UnknownDestination: there is none of that name.
        """
        destination = self.destinations.get(name)
        done = Forwarded(name)
        try:
            with self.alone(name):
                self.read_on(self.destinations.get(name), done, until=time.monotonic() + seconds)
        except DestinationBusy as busy:
            done.problem = str(busy)
        except Exception as error:
            done.problem = self.note(destination, error)
        if done.counts:
            said = ", ".join(f"{count:,} {fate}" for fate, count in sorted(done.counts.items()))
            on_progress(f"{name}: {said}")
        if done.problem:
            on_progress(f"{name}: {done.problem}")
        return done

    def read_on(self, destination: Destination, done: Forwarded, *, until: float) -> None:
        kind = destination_type(destination.type)
        known = {source.name: source for source in self.sources.list()}
        chooser = Chooser(destination, kind, sources=known, plans=self.plans)
        position, skip = destination.progress.position, destination.progress.done
        within = destination.progress.within
        isolates = destination.progress.failures >= ISOLATE_AFTER
        with self.sending(destination, isolates=isolates) as sending:
            for chunk in self.inbox.read(position, limit_bytes=CHUNK_BYTES):
                chosen = chooser.choose(chunk.records[skip:])
                if within and skip < len(chunk.records):
                    chosen.leave_out(until=within)
                    within = ""
                reading = Reading(chunk, position, skip, chosen)
                if not self.pass_on(destination.name, sending, reading, done, until=until):
                    return
                position, skip = chunk.next, max(0, skip - len(chunk.records))

    def pass_on(
        self, name: str, sending: Sending, reading: Reading, done: Forwarded, *, until: float
    ) -> bool:
        """Whether there is time for more. What was confirmed is noted every second, and in any
        case when something fails."""
        dealt, delivered, failed = Step(0), 0, []
        noted_at = time.monotonic()

        def note(last: Step) -> None:
            nonlocal delivered, failed, noted_at
            step = reading.advance(
                last.until, delivered=delivered, failed=failed, within=last.within
            )
            self.progress.advance(name, step)
            done.counts.update(step.counts)
            delivered, failed, noted_at = 0, [], time.monotonic()

        try:
            for step in sending.steps(reading.chosen.going):
                dealt = step
                delivered += step.delivered
                failed += step.failed
                if time.monotonic() - noted_at >= NOTED_EVERY_SECONDS:
                    note(dealt)
                if time.monotonic() >= until:
                    note(dealt)
                    return False
        except BaseException:
            if dealt.within or dealt.until > reading.first:
                note(dealt)
            raise
        note(Step(reading.rest))
        return time.monotonic() < until

    def replay(
        self, name: str, *, ids: Collection[str] = (), on_progress: OnProgress = lambda _: None
    ) -> Forwarded:
        """Sends again what it had refused, oldest first, with the same message ids.

        Raises:
            DestinationRefused: it does not answer, or rejects its settings.
            DestinationBusy: another process forwards to it.
        """
        destination = self.destinations.get(name)
        failed = self.destinations.progress.failed(name, ids=ids)
        environments = {source.name: source.environment for source in self.sources.list()}
        going = [
            Outgoing(
                source=each.source,
                environment=environments.get(each.source, "unknown"),
                message=each.message,
                event=each.event,
                received_at=each.received_at,
            )
            for each in failed
        ]
        done = Forwarded(name)
        with self.alone(name), self.sending(destination, isolates=False) as sending:
            first = 0
            try:
                for step in sending.steps(list(enumerate(going))):
                    again = {each.id for each in step.failed}
                    tried = [each.id for each in failed[first : step.until]]
                    delivered = [each for each in tried if each not in again]
                    self.progress.replayed(name, delivered=delivered, again=step.failed)
                    done.counts.update(delivered=len(delivered), failed=len(again))
                    first = step.until
            except (DestinationDown, DestinationGone, SettingsRejected) as error:
                raise DestinationRefused(
                    f"{name} took {done.counts['delivered']} of {len(failed)}: {error}.",
                    hint=getattr(error, "hint", "Replay again when it is back."),
                ) from error
        on_progress(f"{name}: {done.counts['delivered']:,} of {len(failed):,} delivered")
        return done

    def check(self, name: str) -> str:
        """What was seen when it got something harmless.

        Raises:
            DestinationRefused: it did not take it; says why.
        """
        destination = self.destinations.get(name)
        kind = destination_type(destination.type)
        sender = kind.open(self.destinations.values(name))
        try:
            return sender.test()
        except (DestinationDown, DestinationGone, SettingsRejected) as error:
            raise DestinationRefused(
                f"{name} does not take events: {error}.", hint=getattr(error, "hint", "")
            ) from error
        finally:
            sender.close()

    @contextmanager
    def sending(self, destination: Destination, *, isolates: bool) -> Iterator[Sending]:
        kind = destination_type(destination.type)
        values = self.destinations.values(destination.name)
        sender = kind.open(values)
        try:
            yield Sending(
                destination.name,
                sender,
                most_events=kind.events_per_request(values),
                most_bytes=kind.most_bytes,
                isolates=isolates,
                sleep=self.sleep,
                clock=self.destinations.clock,
            )
        finally:
            sender.close()

    def note(self, destination: Destination, error: Exception) -> str:
        name, wait, next_step = destination.name, None, "Nothing: it is tried again by itself."
        problem = str(error)
        if isinstance(error, DestinationGone):
            self.destinations.pause(name, by="the receiver", because=f"{error}")
            return f"paused, {problem}"
        if isinstance(error, DestinationDown):
            wait = error.retry_after
        elif isinstance(error, SettingsRejected):
            next_step = error.hint
        elif isinstance(error, PlatformError):
            problem, next_step = error.what, error.hint
        else:
            log.exception("forwarding to %s failed", name)
            problem = f"{type(error).__name__}: {error}"
            next_step = "Report this; nothing is lost meanwhile."
        at = self.progress.failed_again(name, problem=problem, next_step=next_step, wait=wait)
        return f"{problem}; tried again at {at:%H:%M:%S} UTC"

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Two that forward at once would send everything twice. The lock dies with its process."""
        from filelock import FileLock, Timeout

        self.locks.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.locks / f"destination-{name}.lock").acquire(timeout=0):
                yield
        except Timeout:
            raise DestinationBusy(f"Another process forwards to {name} at this moment.") from None
