"""Lets many requests share one fsync: each waits for the group that its records went to disk with.

Belongs here: the thread that writes, how much may wait for it.
Does not belong here: the file (`segment_log.py`), what a sender is answered (the gateway).

No timer: while one group is on its way to disk, the next one gathers. An idle inbox therefore
answers after one fsync, and a busy one needs fewer fsyncs per record the busier it is.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from queue import Empty, SimpleQueue

from chord_platform.errors import InboxFull, InboxUnavailable, PlatformError
from chord_platform.events.frames import FRAME_BYTES, frame
from chord_platform.events.segment_log import SegmentLog

WAITING_BYTES = 16 << 20
"""More than this waiting for the disk is overload: the sender keeps the rest and tries again."""


@dataclass(slots=True)
class Waiting:
    records: Sequence[bytes]
    size: int
    loop: asyncio.AbstractEventLoop
    stored: asyncio.Future[None]


class GroupCommit:
    def __init__(self, log: SegmentLog, *, waiting_bytes: int = WAITING_BYTES) -> None:
        self.log = log
        self.most_waiting_bytes = waiting_bytes
        self.waiting_bytes = 0
        self.problem: str | None = None
        """Why the last group did not reach the disk; None when it did."""
        self.queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self.thread: threading.Thread | None = None
        self.is_closed = False

    async def append(self, records: Sequence[bytes]) -> None:
        """Raises:
        InboxFull: too much waits for the disk already.
        InboxUnavailable: the disk is full or failing, or this process is ending.
        """
        if self.is_closed:
            raise InboxUnavailable("This process is ending.", hint="The sender tries again.")
        size = sum(map(len, records)) + len(records)
        if self.waiting_bytes + size > self.most_waiting_bytes:
            raise InboxFull(
                f"{self.waiting_bytes} bytes of events wait for the disk already.",
                hint="The sender tries again; if it stays so, the disk is too slow.",
            )
        if self.thread is None:
            self.thread = threading.Thread(target=self.write, name="event-inbox", daemon=True)
            self.thread.start()
        loop = asyncio.get_running_loop()
        waiting = Waiting(records, size, loop, loop.create_future())
        self.waiting_bytes += size
        self.queue.put(waiting)
        await waiting.stored

    def write(self) -> None:
        while (first := self.queue.get()) is not None:
            group, is_last = self.group_of(first)
            problem: PlatformError | None = None
            try:
                self.log.append([frame(list(chain.from_iterable(one.records for one in group)))])
            except PlatformError as error:
                problem = error
            except Exception as error:
                problem = InboxUnavailable(f"The event inbox cannot be written ({error!r}).")
            self.problem = str(problem) if problem else None
            self.answer(group, problem)
            if is_last:
                return

    def group_of(self, first: Waiting) -> tuple[list[Waiting], bool]:
        """All that waits by now, up to a frame's size."""
        group, size = [first], first.size
        while size < FRAME_BYTES:
            try:
                following = self.queue.get_nowait()
            except Empty:
                break
            if following is None:
                return group, True
            group.append(following)
            size += following.size
        return group, False

    def answer(self, group: list[Waiting], problem: PlatformError | None) -> None:
        """Each event loop is woken once for all of its own."""
        loops = {id(one.loop): one.loop for one in group}
        for key, loop in loops.items():
            own = group if len(loops) == 1 else [one for one in group if id(one.loop) == key]
            if not loop.is_closed():
                loop.call_soon_threadsafe(self.release, own, problem)

    def release(self, group: list[Waiting], problem: PlatformError | None) -> None:
        for one in group:
            self.waiting_bytes -= one.size
            if one.stored.done():  # its sender went away
                continue
            if problem is None:
                one.stored.set_result(None)
            else:
                one.stored.set_exception(problem)

    def close(self) -> None:
        """What waits is written first."""
        self.is_closed = True
        if self.thread is not None:
            self.queue.put(None)
            self.thread.join()
            self.thread = None
