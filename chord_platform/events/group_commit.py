"""Lets many requests share one fsync: each waits for the group that its records went to disk with.

Belongs here: gathering, the thread that writes, how much may wait for it.
Does not belong here: the file (`segment_log.py`), what a sender is answered (the gateway).

No timer: while one group is on its way to disk, the next one gathers. An idle inbox therefore
answers after one fsync, and a busy one needs fewer fsyncs per record the busier it is. The event
loop hands a whole group over at once: a handover for each request cost more than the request.

A group goes once the loop has nothing new for it, or at its bounds. So the thread writes while the
loop rests, where else the two take the interpreter from each other at each call of the system:
101 us of processor a single event, 87 us so.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue

from chord_platform.errors import InboxFull, InboxUnavailable, PlatformError
from chord_platform.events.segment_log import SegmentLog

WAITING_BYTES = 16 << 20
"""More than this waiting for the disk is overload: the sender keeps the rest and tries again."""
QUIET_TURNS = 3
"""Of the event loop, without a new record: what one turn reads, the next one parses and appends."""
GATHERED_BYTES, GATHERING_SECONDS = 128 << 10, 0.005
"""A group waits for company only below both: large ones are written while the next is parsed."""


@dataclass
class Group:
    """What goes to disk together, and who waits for it."""

    records: list[bytes] = field(default_factory=list)
    size: int = 0
    stored: list[asyncio.Future[None]] = field(default_factory=list)


class GroupCommit:
    """Of one event loop. problem: why the last group did not reach the disk, None when it did."""

    def __init__(
        self, log: SegmentLog, loop: asyncio.AbstractEventLoop, *, waiting_bytes: int
    ) -> None:
        self.log = log
        self.loop = loop
        self.most_waiting_bytes = waiting_bytes
        self.gathering = Group()
        self.waiting_bytes = 0
        self.is_busy = False
        self.problem: str | None = None
        self.queue: SimpleQueue[Group | None] = SimpleQueue()
        self.thread = threading.Thread(target=self.write, name="event-inbox", daemon=True)
        self.thread.start()

    def append(self, records: Sequence[bytes]) -> asyncio.Future[None]:
        """Done when they are on disk; fails with InboxUnavailable.

        Raises:
            InboxFull: too much waits for the disk already.
        """
        size = sum(map(len, records))
        if self.waiting_bytes + size > self.most_waiting_bytes:
            raise InboxFull(
                f"{self.waiting_bytes} bytes of events wait for the disk already.",
                hint="The sender tries again; if it stays so, the disk is too slow.",
            )
        self.waiting_bytes += size
        stored = self.loop.create_future()
        group = self.gathering
        group.records.extend(records)
        group.size += size
        group.stored.append(stored)
        if not self.is_busy:
            self.is_busy = True
            self.gather()
        return stored

    def gather(self) -> None:
        self.settle(0, quiet=0, until=self.loop.time() + GATHERING_SECONDS)

    def settle(self, size: int, *, quiet: int, until: float) -> None:
        """size, quiet: of the gathering group a turn ago, and the turns since when it is of it."""
        gathered = self.gathering.size
        quiet = quiet + 1 if gathered == size else 0
        if quiet >= QUIET_TURNS or gathered >= GATHERED_BYTES or self.loop.time() >= until:
            self.hand_over()
        else:
            self.loop.call_soon(partial(self.settle, gathered, quiet=quiet, until=until))

    def hand_over(self) -> None:
        group, self.gathering = self.gathering, Group()
        self.queue.put(group)

    def write(self) -> None:
        while (group := self.queue.get()) is not None:
            problem: PlatformError | None = None
            try:
                self.log.append(group.records)
            except PlatformError as error:
                problem = error
            except Exception as error:
                problem = InboxUnavailable(f"The event inbox cannot be written ({error!r}).")
            if self.loop.is_closed():
                return
            self.loop.call_soon_threadsafe(self.answer, group, problem)

    def answer(self, group: Group, problem: PlatformError | None) -> None:
        self.waiting_bytes -= group.size
        self.problem = str(problem) if problem else None
        if self.gathering.stored:
            self.gather()
        else:
            self.is_busy = False
        for stored in group.stored:
            if stored.done():  # its sender went away
                continue
            if problem is None:
                stored.set_result(None)
            else:
                stored.set_exception(problem)

    def close(self) -> None:
        """What waits is written first; nobody is told any more."""
        if self.gathering.stored:
            self.hand_over()
        self.queue.put(None)
        self.thread.join()
