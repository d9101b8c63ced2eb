"""Bulk operations: a question answered as one file, outside the cost limits.

Limits   five at a time per app and shop; results stay seven days; whole or void: a job that failed
         is asked again, its partial data is not used, because without a sort key (which bulk
         must never have) nothing says what is missing from it

Belongs here: starting, awaiting and downloading a job. Does not belong here: reading its file
(`jsonl.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from dlt_pipelines.connector import SyncReport
from dlt_pipelines.errors import UnexpectedResponse, VendorUnavailable
from dlt_pipelines.http import TIMEOUT_SECONDS, USER_AGENT
from dlt_pipelines.sources.shopify import client as clients
from dlt_pipelines.sources.shopify.auth import NAME
from dlt_pipelines.sources.shopify.client import Client
from dlt_pipelines.sources.shopify.documents import (
    BULK_MARK,
    CANCEL_BULK,
    LIST_BULK,
    POLL_BULK,
    RUN_BULK,
)

FIRST_POLL, POLL_GROWTH, LONGEST_POLL = 0.25, 1.6, 30
"""Seconds: a job of a minute is asked for eleven times, as with 1.0 and 1.3, but one of a second
(8 rows at Shopify's own) is not waited for twice as long as it takes."""
SLOT_TRIES, JOB_TRIES, DOWNLOAD_TRIES, CANCEL_TRIES, URL_TRIES = 60, 3, 4, 20, 10
LONGEST_JOB_SECONDS = 12 * 3600
CHUNK = 1 << 20
RUNNING = ("CREATED", "RUNNING", "CANCELING")


class BulkDenied(Exception):
    """The job met a field that this key may not read; pages tell which."""


class TruncatedDownload(Exception):
    pass


@dataclass(frozen=True)
class Job:
    url: str
    objects: int
    bytes: int | None


class BulkJobs:
    def __init__(self, client: Client, report: SyncReport) -> None:
        self.client, self.report = client, report
        self.is_clean = False
        self.begun: dict[str, str] = {}

    def begin(self, document: str) -> None:
        """For a `run` of the same document to come; not where all places are taken."""
        if document not in self.begun:
            self.begun[document] = self.start(document, tries=1)

    def run(self, document: str, path: Path) -> int:
        """Writes the result to `path` and returns the number of its lines; 0 without a file.

        Raises:
            BulkDenied: a field must be left out.
        """
        if not self.is_clean:
            self.cancel_leftovers()
            self.is_clean = True
        for _ in range(JOB_TRIES):
            begun = self.begun.pop(document, None)
            job = self.outcome(begun or self.start(document), pause=0 if begun else FIRST_POLL)
            if isinstance(job, Job):
                self.download(job, path)
                return job.objects
            if job == "EMPTY":
                return 0
            if job == "ACCESS_DENIED":
                raise BulkDenied
            self.report.notes.append(f"A bulk job ended with {job} and was asked again.")
        raise VendorUnavailable(
            NAME, f"{JOB_TRIES} bulk jobs failed.", hint="It is tried again by itself."
        )

    def start(self, document: str, *, tries: int = SLOT_TRIES) -> str:
        """The job's id; waits for a slot while others hold all of them."""
        for attempt in range(tries):
            run = self.client.ask(RUN_BULK, {"query": document}).data["bulkOperationRunQuery"]
            errors = run["userErrors"]
            if not errors:
                return run["bulkOperation"]["id"]
            codes = {error.get("code") for error in errors}
            if not codes & {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}:
                raise UnexpectedResponse(
                    NAME, f"a bulk query was refused: {errors[0]['message'][:300]}"
                )
            if attempt + 1 < tries:
                self.client.wait(clients.SECOND * min(2.0 ** min(attempt, 5), LONGEST_POLL))
        raise VendorUnavailable(
            NAME,
            "every place for a bulk job stays taken.",
            hint="Another app's or an older job holds it; it is tried again by itself.",
        )

    def outcome(self, job_id: str, *, pause: float) -> Job | str:
        """The finished job, "EMPTY", or the reason it did not finish. `pause`: before the first
        look."""
        waited, without_url = 0.0, 0
        while True:
            self.client.wait(clients.SECOND * pause)
            waited += pause
            pause = min(max(pause * POLL_GROWTH, FIRST_POLL), LONGEST_POLL)
            job = self.client.ask(POLL_BULK, {"id": job_id}).data["bulkOperation"]
            if job is None:
                return "VANISHED"
            if job["status"] == "COMPLETED":
                if job["url"]:
                    return Job(job["url"], int(job["objectCount"]), number(job["fileSize"]))
                if not int(job["objectCount"]):
                    return "EMPTY"
                # The url may appear a little after the status.
                without_url += 1
                if without_url >= URL_TRIES:
                    return "COMPLETED without a url"
            elif job["status"] not in RUNNING:
                return job["errorCode"] or job["status"]
            if waited > LONGEST_JOB_SECONDS:
                self.cancel(job_id)
                return f"no end after {LONGEST_JOB_SECONDS // 3600} hours"

    def cancel_leftovers(self) -> None:
        """Jobs of an earlier run that died: they hold slots, and nobody wants their files."""
        queries = {
            status: f"status:{status} operation_type:query" for status in ("created", "running")
        }
        for found in self.client.ask(LIST_BULK, queries).data.values():
            for job in found["nodes"]:
                if BULK_MARK in job["query"] and job["status"] in ("CREATED", "RUNNING"):
                    self.cancel(job["id"])
                    self.report.notes.append("A bulk job of an earlier run was cancelled.")

    def cancel(self, job_id: str) -> None:
        """Returns when its slot is free again, or after a while."""
        # A user error here means that the job has ended by itself.
        self.client.ask(CANCEL_BULK, {"id": job_id})
        for _ in range(CANCEL_TRIES):
            self.client.wait(clients.SECOND)
            job = self.client.ask(POLL_BULK, {"id": job_id}).data["bulkOperation"]
            if job is None or job["status"] not in RUNNING:
                return

    def download(self, job: Job, path: Path) -> None:
        for attempt in range(DOWNLOAD_TRIES):
            try:
                self.fetch(job, path)
                return
            except (requests.RequestException, TruncatedDownload) as error:
                response = getattr(error, "response", None)
                if response is not None and response.status_code in (401, 403, 404, 410):
                    raise VendorUnavailable(
                        NAME, "the result of a bulk job has expired.", hint="Sync again."
                    ) from None
                self.client.wait(clients.SECOND * 2**attempt)
        raise VendorUnavailable(
            NAME,
            f"the result of a bulk job was cut short {DOWNLOAD_TRIES} times.",
            hint="Nothing of it was stored; it is tried again by itself.",
        )

    def fetch(self, job: Job, path: Path) -> None:
        # A session of its own: the token must not travel to the file's host, and the shared
        # session would hold the whole body in memory to see whether it was cut short.
        self.report.api_requests += 1
        lines, size, tail = 0, 0, b"\n"
        with (
            requests.get(
                job.url, stream=True, timeout=TIMEOUT_SECONDS, headers={"User-Agent": USER_AGENT}
            ) as response,
            path.open("wb") as file,
        ):
            response.raise_for_status()
            for chunk in response.iter_content(CHUNK):
                file.write(chunk)
                lines += chunk.count(b"\n")
                size += len(chunk)
                tail = chunk[-1:] or tail
        lines += tail != b"\n"
        if lines < job.objects or (job.bytes is not None and size < job.bytes):
            raise TruncatedDownload


def number(value: Any) -> int | None:
    return None if value is None else int(value)
