"""The warehouse's one writer: an operating system's lock, and beside it the name of who holds it.

The lock dies with its process, so a kill -9 frees it. The name beside it is only told to those
who wait; a name that a killed process left behind is told to nobody.

Belongs here: waiting, holding, telling. Does not belong here: DuckDB (`warehouse.py`).
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chord_platform.errors import WarehouseBusy, WarehouseError

if TYPE_CHECKING:
    from filelock import BaseFileLock

POLL_SECONDS = 0.05
FIRST_TOLD_AFTER_SECONDS = 1.0
TOLD_EVERY_SECONDS = 5.0

held_by_thread: dict[tuple[int, int, str], str] = {}
"""(process, thread, lock) to holder, so that a thread is told at once that it waits for itself."""


@dataclass(frozen=True)
class Holder:
    """Who has the lock. `waited` is what it cost to get it."""

    name: str
    pid: int
    since: datetime
    waited: float = 0.0

    def __str__(self) -> str:
        seconds = max(0, round((datetime.now(UTC) - self.since).total_seconds()))
        return f"held by `{self.name}` (process {self.pid}) for {seconds} s"


@dataclass(frozen=True)
class WriterLock:
    """`path` is the lock file; the holder's name stands in `<path>.holder`."""

    path: Path

    @property
    def holder_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.holder")

    def holder(self) -> Holder | None:
        """Who wrote its name last and still lives; a guess good enough to be told."""
        try:
            noted = json.loads(self.holder_path.read_text(encoding="utf-8"))
            found = Holder(noted["name"], noted["pid"], datetime.fromisoformat(noted["since"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if lives(found.pid) else None

    @contextmanager
    def held(
        self,
        name: str,
        *,
        wait_seconds: float,
        on_wait: Callable[[str], None] | None = None,
    ) -> Iterator[Holder]:
        """Raises `WarehouseBusy` when it is not free within `wait_seconds`."""
        me = (os.getpid(), threading.get_ident(), str(self.path))
        if other := held_by_thread.get(me):
            raise WarehouseError(
                f"`{name}` asks for the warehouse inside `{other}`, which holds it.",
                hint="Use the connection that is already open.",
            )
        began = time.monotonic()
        lock = self.acquire(name, began=began, wait_seconds=wait_seconds, on_wait=on_wait)
        holder = Holder(name, os.getpid(), datetime.now(UTC), time.monotonic() - began)
        try:
            held_by_thread[me] = name
            self.note(holder)
            yield holder
        finally:
            held_by_thread.pop(me, None)
            with suppress(OSError):
                self.holder_path.unlink(missing_ok=True)
            lock.release()

    def acquire(
        self,
        name: str,
        *,
        began: float,
        wait_seconds: float,
        on_wait: Callable[[str], None] | None,
    ) -> BaseFileLock:
        from filelock import FileLock, Timeout

        pause = FIRST_TOLD_AFTER_SECONDS
        while True:
            left = max(0.0, wait_seconds - (time.monotonic() - began))
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                # A soft lock outlives a killed process; without a real one nothing may write.
                lock = FileLock(self.path, fallback_to_soft=False, thread_local=False)
                lock.acquire(timeout=min(left, pause), poll_interval=POLL_SECONDS)
                return lock
            except Timeout:
                holder = self.holder()
                who = str(holder) if holder else "held by a process that left no name"
                if left <= pause:
                    raise WarehouseBusy(
                        f"`{name}` waited {wait_seconds:g} s for the warehouse: {who}.",
                        hint="Run it again when that has finished, or wait longer.",
                    ) from None
                if on_wait:
                    on_wait(f"waiting for the warehouse: {who}")
                pause = TOLD_EVERY_SECONDS
            except OSError as error:
                raise WarehouseError(
                    f"the warehouse's lock {self.path} cannot be taken ({error.strerror}).",
                    hint="Is its folder there, writable, and on a disk that knows file locks?",
                ) from error

    def note(self, holder: Holder) -> None:
        """By rename: who waits reads a whole name or none."""
        text = json.dumps(
            {"name": holder.name, "pid": holder.pid, "since": holder.since.isoformat()}
        )
        fresh = self.holder_path.with_name(f"{self.holder_path.name}.{holder.pid}")
        with suppress(OSError):
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self.holder_path)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's process lives, too
        return True
    return True
