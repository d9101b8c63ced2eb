"""Tells whether the process of a run that calls itself started is still there.

Dagster's own run monitoring cannot ask a process of the default launcher, and the code server
notices a dead run only while it lives itself: after a power cut, or a killed `dagster job execute`,
a run stays "started" for ever. So a working step holds a file lock named after its run; the
operating system lets go of it when the process dies, however it dies.

Belongs here: that lock. Does not belong here: what follows from a dead run (`sensors.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

Life = Literal["alive", "dead", "unknown"]


@contextmanager
def at_work(home: Path, run_id: str) -> Iterator[None]:
    path = lock_path(home, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path):
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def life_of(home: Path, run_id: str) -> Life:
    """`unknown` before the step began, between two attempts, and after it ended."""
    path = lock_path(home, run_id)
    if not path.exists():
        return "unknown"
    try:
        with FileLock(path, blocking=False):
            return "dead"
    except Timeout:
        return "alive"


def forget(home: Path, run_id: str) -> None:
    lock_path(home, run_id).unlink(missing_ok=True)


def lock_path(home: Path, run_id: str) -> Path:
    return home / "runs" / f"{run_id}.lock"
