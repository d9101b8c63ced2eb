"""Bulk operations: slots, states, files, and what goes wrong with them.

Belongs here: the life of a job. Does not belong here: which queries run and which lines they give
(`bulk_query.py`).

A job is computed from the rows of the moment it is asked for; its states then pass with the polls
(`script`), so a test decides how long it takes and nothing waits. Only a large job (`at_once`) is
written beside the other requests, and runs for as long as that takes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any

import orjson

from vendor_emulator.vendors.shopify.bulk_query import (
    BulkDenied,
    BulkPlan,
    BulkRefused,
    bulk_lines,
    plan_bulk,
    root_rows,
)
from vendor_emulator.vendors.shopify.paging import Ordered, sort_key
from vendor_emulator.vendors.shopify.search import Filter, compile_search
from vendor_emulator.vendors.shopify.things import FIRST_ID, UserError, gid

if TYPE_CHECKING:
    from vendor_emulator.clock import Clock
    from vendor_emulator.vendors.shopify.execution import Session

DUMP = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_APPEND_NEWLINE
SLOTS = 5
KEPT = 7 * 86_400
LONGEST = 10 * 86_400
AT_ONCE = 5_000
PIECE = 500
DONE = ("COMPLETED", "FAILED", "CANCELED", "EXPIRED")


@dataclass(frozen=True)
class BulkScript:
    """How the next job goes.

    polls          answers that still say RUNNING
    error          it fails with this code after `rows` lines (all of them: None)
    partial_after  polls after the failure before `partialDataUrl` appears; None: never
    cancel_polls   answers that still say CANCELING once it was cancelled
    never_ends     it runs until somebody cancels it
    url_expired    it completes, and its file is gone
    """

    polls: int = 1
    error: str | None = None
    rows: int | None = None
    partial_after: int | None = 0
    cancel_polls: int = 1
    never_ends: bool = False
    url_expired: bool = False


@dataclass
class Job:
    """One bulk operation as the API shows it."""

    number: int
    query: str
    created_at: datetime
    created_seconds: float
    script: BulkScript
    path: Path
    status: str = "CREATED"
    error_code: str | None = None
    completed_at: datetime | None = None
    objects: int = 0
    roots: int = 0
    found: tuple[int, int] = (0, 0)
    file_size: int = 0
    is_ready: bool = True
    polls: int = 0
    canceling: int = 0
    url_path: str | None = None
    partial_path: str | None = None
    type_name: str = field(default="BulkOperation", init=False)

    @property
    def gid(self) -> str:
        return gid("BulkOperation", self.number)

    @property
    def is_done(self) -> bool:
        return self.status in DONE


class BulkJobs:
    """`slots` jobs may run at a time; `script` says how the next ones go."""

    def __init__(self, folder: Path, clock: Clock, lock: RLock) -> None:
        self.folder, self.clock, self.lock = folder, clock, lock
        self.closed = False
        self.slots, self.at_once = SLOTS, AT_ONCE
        self.default = BulkScript()
        self.jobs: dict[str, Job] = {}
        self._scripts: deque[BulkScript] = deque()
        self._files: dict[Any, tuple[Path, int, int]] = {}

    # ------------------------------------------------------------------ for tests

    def script(self, **how: Any) -> None:
        """The next job goes this way (`BulkScript`); called again, the one after it."""
        self._scripts.append(BulkScript(**how))

    def leave_behind(self, query: str = "{ orders { nodes { id } } }") -> str:
        """A job that somebody started and forgot: it holds a slot until it is cancelled."""
        job = self._new(query, BulkScript(never_ends=True))
        job.status = "RUNNING"
        return job.gid

    # ------------------------------------------------------------------ what the API does

    def start(self, query: str, session: Session, *, grouped: bool) -> tuple[Any, list[UserError]]:
        running = [job for job in self.jobs.values() if not job.is_done]
        if len(running) >= self.slots:
            if self.slots == 1:
                message = (
                    "A bulk query operation for this app and shop is already in progress: "
                    f"{running[0].gid}."
                )
                return None, [UserError(None, message, "OPERATION_IN_PROGRESS")]
            message = "Bulk operations limit reached. Please try again later."
            return None, [UserError(None, message, "LIMIT_REACHED")]
        try:
            plan = plan_bulk(query, session)
        except BulkRefused as error:
            return None, [UserError(("query",), str(error), "INVALID")]
        except BulkDenied:
            job = self._new(query, BulkScript(polls=0, error="ACCESS_DENIED", partial_after=None))
            return job, []
        job = self._new(query, self._scripts.popleft() if self._scripts else self.default)
        if not job.script.never_ends:
            self._compute(job, plan, session, grouped=grouped)
        return job, []

    def cancel(self, global_id: str) -> tuple[Any, list[UserError]]:
        job = self.jobs.get(global_id)
        if job is None:
            return None, [UserError(("id",), "Bulk operation does not exist")]
        if job.is_done:
            message = f"A bulk operation cannot be canceled when it is {job.status.lower()}"
            return job, [UserError(None, message)]
        job.status, job.canceling = "CANCELING", 0
        return job, []

    def polled(self, global_id: str) -> Job | None:
        """The job one look later."""
        job = self.jobs.get(global_id)
        if job is not None:
            self._advance(job)
        return job

    def newest(self) -> Job | None:
        return self.polled(list(self.jobs)[-1]) if self.jobs else None

    def listed(self, text: str | None, sort: str | None) -> Ordered:
        """Looking at the list is no look at a job: its time does not pass."""
        search = compile_search(text, FILTERS)
        number = sort_key(lambda job: job.number, lambda job: job.number)
        found = [job for job in self.jobs.values() if search.fits(job)]
        if sort == "COMPLETED_AT":
            number = sort_key(lambda job: job.completed_at, lambda job: job.number)
        return Ordered(sorted(found, key=number), number)

    def file(self, name: str) -> Path | None:
        """The file behind a url, while it lives."""
        for job in self.jobs.values():
            if name in (_name(job.url_path), _name(job.partial_path)):
                is_old = self.clock.seconds() - job.created_seconds > KEPT
                return None if is_old or job.script.url_expired else job.path
        return None

    # ------------------------------------------------------------------ inside

    def _new(self, query: str, script: BulkScript) -> Job:
        number = len(self.jobs) + 1
        job = Job(
            number=number,
            query=query,
            created_at=self.clock.now(),
            created_seconds=self.clock.seconds(),
            script=script,
            path=self.folder / f"none-{number}",
        )
        self.jobs[job.gid] = job
        return job

    def _compute(self, job: Job, plan: BulkPlan, session: Session, *, grouped: bool) -> None:
        limit = job.script.rows if job.script.error else None
        key = (job.query, grouped, session.grant, session.world.version, session.now.date(), limit)
        if known := self._files.get(key):
            self._found(job, *known)
            return
        rows = root_rows(plan)
        path = self.folder / f"bulk-{job.number}.jsonl"
        lines = islice(bulk_lines(plan, rows, grouped=grouped), limit)

        def write() -> None:
            objects, roots = self._write(path, lines)
            with self.lock:
                self._files[key] = (path, objects, roots)
                self._found(job, path, objects, roots)

        if len(rows) <= self.at_once:
            write()
        else:
            job.is_ready = False
            Thread(target=write, name=f"bulk operation {job.number}", daemon=True).start()

    def _write(self, path: Path, lines: Iterator[tuple[bool, dict[str, Any]]]) -> tuple[int, int]:
        """Piece by piece under the lock, so that others are answered in between."""
        objects = roots = 0
        with path.open("wb", buffering=1 << 20) as file:
            while not self.closed:
                with self.lock:
                    piece = list(islice(lines, PIECE))
                if not piece:
                    break
                for is_root, line in piece:
                    file.write(orjson.dumps(line, option=DUMP))
                    roots += is_root
                objects += len(piece)
        return objects, roots

    @staticmethod
    def _found(job: Job, path: Path, objects: int, roots: int) -> None:
        job.path, job.found, job.is_ready = path, (objects, roots), True
        job.file_size = path.stat().st_size

    def _advance(self, job: Job) -> None:
        script = job.script
        if job.status == "CANCELING":
            job.canceling += 1
            if job.canceling > script.cancel_polls:
                self._end(job, "CANCELED")
            return
        if job.is_done:
            if job.status == "FAILED":
                job.polls += 1
                self._offer_partial(job)
            return
        if self.clock.seconds() - job.created_seconds > LONGEST:
            self._end(job, "EXPIRED")
            return
        job.polls += 1
        if script.never_ends or job.polls <= script.polls or not job.is_ready:
            job.status = "RUNNING"
            told = (job.polls - 1) / max(1, script.polls)
            job.objects = int(job.found[0] * min(1, told))
            return
        job.objects, job.roots = job.found
        if script.error:
            job.error_code, job.polls = script.error, 0
            self._end(job, "FAILED")
            self._offer_partial(job)
            return
        self._end(job, "COMPLETED")
        if job.objects:
            job.url_path = f"/bulk/{job.number}-{job.path.stem}.jsonl"

    def _offer_partial(self, job: Job) -> None:
        after = job.script.partial_after
        if after is not None and job.polls >= after and job.found[0]:
            job.partial_path = f"/bulk/partial-{job.number}.jsonl"

    def _end(self, job: Job, status: str) -> None:
        job.status = status
        # Only a good end has a time, so a connector cannot take it for one.
        job.completed_at = self.clock.now() if status == "COMPLETED" else None


FILTERS = {
    "status": Filter("string", lambda job: job.status),
    "operation_type": Filter("string", lambda job: "query"),
    "created_at": Filter("time", lambda job: job.created_at),
    "id": Filter("id", lambda job: job.number + FIRST_ID["BulkOperation"]),
}


def _name(path: str | None) -> str | None:
    return None if path is None else path.rsplit("/", 1)[-1]
