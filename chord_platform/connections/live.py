"""Who syncs a connection right now: a file lock that the operating system lets go of at death.

Belongs here: that lock. Does not belong here: the warehouse's lock, records.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from chord_platform.errors import SyncSkipped

PATIENCE_SECONDS = 1.0
"""Longer than a look (`is_live`) holds the lock."""


class LiveSyncs:
    def __init__(self, home: Path) -> None:
        self.folder = home / "syncing"

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Raises:
        SyncSkipped: another process syncs it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(self.path(name))
        try:
            lock.acquire(timeout=PATIENCE_SECONDS)
        except Timeout:
            raise SyncSkipped(
                f"{name} is being synced already.", hint="Wait until that sync ends."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def is_live(self, name: str) -> bool:
        if not self.path(name).exists():
            return False
        try:
            with FileLock(self.path(name), blocking=False):
                return False
        except Timeout:
            return True

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.lock"
