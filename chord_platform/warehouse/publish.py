"""Makes the published read copy: whole and on disk under another name first, then renamed.

A kill at any moment leaves the old copy or the new one. Measured with 2 GB: a file copy with fsync
1.2 to 2.4 s, `COPY FROM DATABASE` 23 s; a hardlink would block the next writer.

Belongs here: files. Does not belong here: the lock and the closed database (`warehouse.py`).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from chord_platform.errors import WarehouseError

SPARE_BYTES = 64 * 2**20
CHUNK_BYTES = 2**30
NO_KERNEL_COPY = {errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}


@dataclass(frozen=True)
class Published:
    """copied: there is a new copy. unchanged: the warehouse was not written since the last one.
    too soon: the last one is younger than the interval that was asked for."""

    outcome: Literal["copied", "unchanged", "too soon"]
    at: datetime | None
    bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class ReadCopy:
    path: Path

    @property
    def note_path(self) -> Path:
        """Which state of the warehouse the copy shows; written after the rename, so that a kill
        in between costs one needless copy and never a missing one."""
        return self.path.with_name(f"{self.path.name}.source")

    def published_at(self) -> datetime | None:
        try:
            return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def shows(self, warehouse: Path) -> bool:
        try:
            noted = json.loads(self.note_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return self.path.exists() and noted == [*state_of(warehouse), self.path.stat().st_ino]

    def replace_by(self, warehouse: Path) -> int:
        """Bytes copied. The database must be closed, and the caller holds the writer's lock."""
        self.remove_leftovers()
        self.refuse_full_disk(warehouse)
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}.partial")
        try:
            copied = copy_to_disk(warehouse, partial)
            partial.replace(self.path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise WarehouseError(
                f"the read copy could not be written ({error.strerror}); the old one stays.",
                hint=f"Free space in {self.path.parent}, then publish again.",
            ) from error
        sync_folder(self.path.parent)
        noted = [*state_of(warehouse), self.path.stat().st_ino]
        self.note_path.write_text(json.dumps(noted), encoding="utf-8")
        return copied

    def remove_leftovers(self) -> None:
        for partial in self.path.parent.glob(f"{self.path.name}.*.partial"):
            with suppress(OSError):
                partial.unlink()

    def refuse_full_disk(self, warehouse: Path) -> None:
        needed = warehouse.stat().st_size + SPARE_BYTES
        free = shutil.disk_usage(self.path.parent).free
        if free < needed:
            raise WarehouseError(
                f"the read copy needs {needed / 2**20:.0f} MB and {self.path.parent} has"
                f" {free / 2**20:.0f} MB free; the old copy stays.",
                hint="Free space there, then publish again with `chord models build`.",
            )


def state_of(warehouse: Path) -> list[int]:
    found = warehouse.stat()
    return [found.st_mtime_ns, found.st_size, found.st_ino]


def copy_to_disk(source: Path, target: Path) -> int:
    with source.open("rb") as reading, target.open("wb") as writing:
        copied = copy_in_kernel(reading.fileno(), writing.fileno())
        if copied is None:
            shutil.copyfileobj(reading, writing, 2**20)
            copied = writing.tell()
        writing.flush()
        os.fsync(writing.fileno())
    return copied


def copy_in_kernel(source: int, target: int) -> int | None:
    """`copy_file_range`: a shared extent where the file system has them (XFS, Btrfs), else a copy
    without a detour through this process. None where the kernel or the disks cannot."""
    if not hasattr(os, "copy_file_range"):
        return None
    copied = 0
    try:
        while more := os.copy_file_range(source, target, CHUNK_BYTES):
            copied += more
    except OSError as error:
        if copied == 0 and error.errno in NO_KERNEL_COPY:
            return None
        raise
    return copied


def sync_folder(folder: Path) -> None:
    """The rename itself onto the disk, where a folder can be opened."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
