"""Where a connection's dlt pipeline lives on disk, and who may use it.

Belongs here: its folders, its lock, what is cleared away. Does not belong here: running it
(`sync.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from dlt_pipelines.connector import Connector

KEPT_PACKAGES = 5


class AlreadySyncing(Exception):
    """Another process syncs this connection right now; nothing was changed."""


@dataclass(frozen=True)
class Working:
    """Where a connection's dlt pipeline lives on disk."""

    connector: Connector
    connection_id: str
    home: Path

    @property
    def pipeline_name(self) -> str:
        return f"{self.connector.name}_{self.connection_id}"

    @property
    def folder(self) -> Path:
        return self.home / "dlt" / self.pipeline_name

    @property
    def scratch(self) -> Path:
        return self.home / "dlt" / "scratch" / self.pipeline_name

    @contextmanager
    def lock(self) -> Iterator[None]:
        locks = self.home / "dlt" / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(locks / f"{self.pipeline_name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise AlreadySyncing(
                f"{self.connection_id} is being synced by another process."
                " Wait until it ends, then ask again."
            ) from None
        try:
            yield
        finally:
            lock.release()


def prune(folder: Path) -> None:
    """dlt archives each loaded package for ever; the rows have their own history."""
    if folder.exists():
        for package in sorted(folder.iterdir())[:-KEPT_PACKAGES]:
            shutil.rmtree(package, ignore_errors=True)
