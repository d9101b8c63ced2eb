"""The inbox of events: durable before anyone is answered, read by each reader at its own pace.

Belongs here: what appenders and readers may ask.
Does not belong here: what a record says (`envelope.py`), bytes (`frames.py`), files
(`segment_log.py`), grouping (`group_commit.py`).
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chord_platform.events.frames import HEADER, MARK, OPENING, Frame, frame_at
from chord_platform.events.frames import require_lines as lines
from chord_platform.events.group_commit import WAITING_BYTES, GroupCommit
from chord_platform.events.segment_log import SegmentLog, numbers_in, path_of

log = logging.getLogger(__name__)

Position = str
"""Ordered as text. A reader keeps the one it got and gives it back, and reads nothing into it."""

BEGINNING: Position = ""
CHUNK_BYTES = 8 << 20


@dataclass(frozen=True)
class Chunk:
    """next: where to go on when these records have been dealt with."""

    records: list[bytes]
    next: Position


class Inbox:
    """One folder for all processes of a home. Making one opens nothing."""

    def __init__(self, folder: Path, *, waiting_bytes: int = WAITING_BYTES) -> None:
        self.folder = folder
        self.log = SegmentLog(folder)
        self.waiting_bytes = waiting_bytes
        self.group_commit: GroupCommit | None = None

    async def append(self, records: Sequence[bytes]) -> None:
        """Returns when they are on disk: all of them, or, when it raises, none is acknowledged.

        Raises:
            InboxFull: too much waits for the disk; the sender shall try again.
            InboxUnavailable: the disk is full or failing.
            ValueError: a record is not one line.
        """
        lines(records)
        if not records:
            return
        loop = asyncio.get_running_loop()
        commit = self.group_commit
        if commit is None or commit.loop is not loop:
            commit = GroupCommit(self.log, loop, waiting_bytes=self.waiting_bytes)
            self.group_commit = commit
        await commit.append(records)

    def append_now(self, records: Sequence[bytes]) -> None:
        """The same for who has no event loop; safe beside any other process.

        Raises:
            InboxUnavailable: the disk is full or failing.
            ValueError: a record is not one line.
        """
        lines(records)
        if records:
            self.log.append(records)

    def read(
        self, after: Position = BEGINNING, *, limit_bytes: int = CHUNK_BYTES
    ) -> Iterator[Chunk]:
        """What is on disk after a position, in order, until there is no more at this moment.

        limit_bytes: a chunk ends once it holds so much; what one fsync covered is not divided.
        """
        first, offset = parts_of(after)
        # Listed before the first is opened: a file that is not the newest gets no more frames.
        numbers = [number for number in numbers_in(self.folder) if number >= first]
        for number in numbers:
            start = offset if number == first else OPENING.size
            is_newest = number == numbers[-1]
            yield from self.chunks(number, start, limit_bytes=limit_bytes, is_newest=is_newest)

    def chunks(
        self, number: int, start: int, *, limit_bytes: int, is_newest: bool
    ) -> Iterator[Chunk]:
        try:
            file = os.open(path_of(self.folder, number), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # forgotten meanwhile
            return
        try:
            # Nobody reads what a power cut could still take back: a position would point past it.
            os.fdatasync(file)
            records: list[bytes] = []
            size = 0
            for frame in frames_from(file, start, is_newest=is_newest):
                records.extend(frame.records)
                size += len(frame.payload)
                start = frame.end
                if size >= limit_bytes:
                    yield Chunk(records, position(number, start))
                    records, size = [], 0
            if records:
                yield Chunk(records, position(number, start))
        finally:
            os.close(file)

    def end(self) -> Position:
        """Behind the last whole frame: a reader that stands here has read everything."""
        for number in reversed(numbers_in(self.folder)):
            with suppress(FileNotFoundError):
                if (end := end_of(path_of(self.folder, number))) > OPENING.size:
                    return position(number, end)
        return BEGINNING

    def forget(
        self, before: Position | None = None, *, older_than: datetime | None = None
    ) -> list[Path]:
        """Removes the oldest files that hold nothing at or after `before`, and nothing written
        since `older_than`, where these are given. The newest file stays in any case.

        before: the least position of all readers; without one, readers that lag lose what they
        have not read.
        """
        first = parts_of(before)[0] if before is not None else None
        forgotten = []
        for number in numbers_in(self.folder)[:-1]:
            path = path_of(self.folder, number)
            if first is not None and number >= first:
                break
            if older_than is not None and path.stat().st_mtime >= older_than.timestamp():
                break
            path.unlink()
            forgotten.append(path)
        return forgotten

    @property
    def problem(self) -> str | None:
        """Why the last group of this process did not reach the disk; None when it did."""
        return self.group_commit.problem if self.group_commit else None

    def close(self) -> None:
        """What waits goes to disk first."""
        if self.group_commit is not None:
            self.group_commit.close()
            self.group_commit = None
        self.log.close()


def position(number: int, offset: int) -> Position:
    return f"{number:012d}.{offset:012d}"


def parts_of(position: Position) -> tuple[int, int]:
    number, _, offset = position.partition(".")
    return (int(number), int(offset)) if position else (0, OPENING.size)


def frames_from(file: int, start: int, *, is_newest: bool) -> Iterator[Frame]:
    """Up to a torn end. A frame damaged on disk is stepped over, loudly, when others follow."""
    content = b""
    at = start  # of content's first byte in the file
    while True:
        inner = 0
        while found := frame_at(content, inner):
            inner = found.end
            yield Frame(found.payload, found.count, at + inner)
        content, at = content[inner:], at + inner
        more = os.pread(file, max(CHUNK_BYTES, missing_of(content)), at + len(content))
        if more:
            content += more
        elif is_newest or (skipped := next_whole(content)) is None:
            return
        else:
            log.error("the inbox's file is damaged: %d bytes at %d are lost", skipped, at)
            content, at = content[skipped:], at + skipped


def missing_of(content: bytes) -> int:
    """How much of the frame that content begins with is still to be read."""
    if len(content) < HEADER.size or not content.startswith(MARK):
        return 0
    return HEADER.size + HEADER.unpack_from(content)[1] - len(content)


def next_whole(content: bytes) -> int | None:
    at = content.find(MARK, 1)
    while at > 0 and frame_at(content, at) is None:
        at = content.find(MARK, at + 1)
    return at if at > 0 else None


def end_of(path: Path) -> int:
    """Behind the last whole frame. Only the last is read: what is before it, its writer checked."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        last, at = OPENING.size, OPENING.size
        while at + HEADER.size <= size:
            header = os.pread(file.fileno(), HEADER.size, at)
            mark, length, *_ = HEADER.unpack(header)
            if mark != MARK or at + HEADER.size + length > size:
                break
            last, at = at, at + HEADER.size + length
        whole = frame_at(os.pread(file.fileno(), at - last, last), 0)
        return at if whole else last
