"""Appends frames to the inbox's newest file: whole, in one order for all processes, and on disk.

Belongs here: the lock, torn ends, turning to a new file, what a full disk leaves behind.
Does not belong here: grouping of appends (`group_commit.py`), reading (`inbox.py`).

One lock file serves every process that appends, and it is held for one write and its fsync, so that
all readers see one order. Whoever finds the file longer than he left it checks what others wrote;
an end that a killed writer tore is left as it is, and the next frame opens a new file. So nothing
that was acknowledged ever stands behind a torn frame.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from chord_platform.errors import InboxUnavailable
from chord_platform.events.frames import MAGIC, OPENING, frame_at, frames_of

SEGMENT_BYTES = 64 << 20
SEGMENT_SECONDS = 3600
SUFFIX = ".log"


def path_of(folder: Path, number: int) -> Path:
    return folder / f"{number:012d}{SUFFIX}"


def numbers_in(folder: Path) -> list[int]:
    """Of the files there are, oldest first."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - a Path for each is most of its time
    except FileNotFoundError:
        return []
    return sorted(int(name[:-4]) for name in names if name.endswith(SUFFIX))


class Segment:
    """One file, open for appending. end: behind the last frame that is known to be whole."""

    def __init__(self, folder: Path, number: int, *, is_new: bool) -> None:
        self.number = number
        self.next_path = os.fspath(path_of(folder, number + 1))
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
        self.file = os.open(
            path_of(folder, number), flags | (os.O_CREAT | os.O_EXCL if is_new else 0), 0o600
        )
        self.end = OPENING.size
        self.is_sound = True
        self.made_at = time.time()
        if is_new:
            try:
                write_all(self.file, OPENING.pack(MAGIC, int(self.made_at * 1000)))
                sync_folder(folder)
            except OSError:
                os.close(self.file)
                path_of(folder, number).unlink()
                raise
            return
        opening = os.pread(self.file, OPENING.size, 0)
        if len(opening) < OPENING.size or not opening.startswith(MAGIC):
            self.is_sound = False
        else:
            self.made_at = OPENING.unpack(opening)[1] / 1000

    def is_whole(self) -> bool:
        """Steps over what others appended; False when the end is torn, or the file is gone."""
        if not self.is_sound:
            return False
        state = os.fstat(self.file)
        if state.st_nlink == 0 or state.st_size < self.end:
            return False
        if state.st_size > self.end:
            content = os.pread(self.file, state.st_size - self.end, self.end)
            at = 0
            while found := frame_at(content, at):
                at = found.end
            self.end += at
        return state.st_size == self.end

    def has_room(self, size: int) -> bool:
        is_young = time.time() - self.made_at < SEGMENT_SECONDS
        return (is_young and self.end + size <= SEGMENT_BYTES) or self.end == OPENING.size

    def append(self, records: Sequence[bytes]) -> None:
        try:
            for header, payload in frames_of(records):
                self.end += write_all(self.file, header, payload)
        except OSError:
            # A full disk: the part of a frame that fitted goes, so that it is not in the way. Whole
            # ones stay: a reader may be past them, and what it reads twice is sent again anyway.
            self.is_sound = False
            with suppress(OSError):
                os.ftruncate(self.file, self.end)
                self.is_sound = True
            raise
        try:
            os.fdatasync(self.file)
        except OSError:
            self.is_sound = False  # what the disk holds of it, nobody knows
            raise

    def close(self) -> None:
        os.close(self.file)


class SegmentLog:
    """Cheap to make: nothing is opened before the first append."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mutex = threading.Lock()  # the file lock does not hold threads of one process apart
        self.lock_file: int | None = None
        self.segment: Segment | None = None

    def append(self, records: Sequence[bytes]) -> None:
        """Returns when they are on disk, all of them in one file.

        Raises:
            InboxUnavailable: the disk is full or failing; nothing is acknowledged.
        """
        try:
            with self.mutex:
                lock_file = self.lock_file or self.open_lock()
                fcntl.flock(lock_file, fcntl.LOCK_EX)
                try:
                    self.writable(sum(map(len, records))).append(records)
                finally:
                    fcntl.flock(lock_file, fcntl.LOCK_UN)
        except OSError as error:
            raise InboxUnavailable(
                f"The event inbox {self.folder} cannot be written ({error.strerror}).",
                hint="Look at the disk's free space and health; senders try again meanwhile.",
            ) from error

    def open_lock(self) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / "lock"
        self.lock_file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self.lock_file

    def writable(self, size: int) -> Segment:
        """The newest file, or a newer one."""
        segment = self.segment
        if segment is None or os.access(segment.next_path, os.F_OK):
            segment = self.newest()
        if segment is None or not segment.is_whole() or not segment.has_room(size):
            number = max([*numbers_in(self.folder), segment.number if segment else 0]) + 1
            segment = self.take(Segment(self.folder, number, is_new=True))
        return segment

    def newest(self) -> Segment | None:
        numbers = numbers_in(self.folder)
        if not numbers:
            return None
        return self.take(Segment(self.folder, numbers[-1], is_new=False))

    def take(self, segment: Segment) -> Segment:
        if self.segment is not None:
            self.segment.close()
        self.segment = segment
        return segment

    def close(self) -> None:
        with self.mutex:
            if self.segment is not None:
                self.segment.close()
            if self.lock_file is not None:
                os.close(self.lock_file)
            self.segment = self.lock_file = None


def write_all(file: int, *parts: bytes) -> int:
    size = sum(map(len, parts))
    done = os.writev(file, parts)
    while done < size:  # a disk about to be full takes a part
        done += os.write(file, b"".join(parts)[done:])
    return size


def sync_folder(folder: Path) -> None:
    """A file is on disk only when its name is, too."""
    opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
