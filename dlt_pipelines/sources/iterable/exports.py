"""A window of one kind of export as records: by jobs and their files, or directly.

Belongs here: jobs, files, windows that adapt. Does not belong here: which kinds and windows are
wanted (`events.py`).

By jobs a kind costs a request a second; directly all kinds together have four a minute. A direct
answer is chunked, and one of a large window ends in the middle: then the window is halved and asked
for again, and grown when it went well. A job's truncated export is halved in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Semaphore
from time import sleep
from typing import Any

import orjson
import requests

from dlt_pipelines import api as waits
from dlt_pipelines.api import Api, judged_by_status
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import ConnectorError, UnexpectedResponse, VendorUnavailable
from dlt_pipelines.http import new_session
from dlt_pipelines.limits import limiter
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.sources.iterable.client import NAME, Client
from dlt_pipelines.sources.iterable.rows import Record, asked

JSON_LINES = "application/x-json-stream"
JOBS_AT_ONCE = 4
FILES_AT_ONCE = 3
LONGEST_JOB_SECONDS = 6 * 3600.0
FIRST_WINDOW = timedelta(days=30)
LONGEST_WINDOW = timedelta(days=180)
SHORTEST_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class File:
    """`after` is the file listed before it, by which its address can be asked for again."""

    job: int
    name: str
    url: str
    after: str


class Exports:
    def __init__(self, settings: ConnectionSettings, client: Client) -> None:
        self.settings, self.client = settings, client
        self.slots = Semaphore(JOBS_AT_ONCE)
        # The files lie with another host: it is never shown the key.
        self.storage = Api(
            settings,
            NAME,
            settings["base_url"],
            judged_by_status(NAME),
            limiter=limiter(settings, f"{NAME} files", settings["api_key"]),
        )
        self.direct_api = self.client.api

    # ------------------------------------------------------------------ jobs

    def job(self, kind: str, since: datetime, until: datetime) -> Callable[[], list[File]]:
        """What `in_parallel` runs: the export made, its files listed."""
        return lambda: self.files_of(kind, since, until)

    def files_of(self, kind: str, since: datetime, until: datetime) -> list[File]:
        with self.slots:
            started = self.client.api.post(
                "/api/export/start",
                {
                    "outputFormat": JSON_LINES,
                    "dataTypeName": kind,
                    "startDateTime": asked(since),
                    "endDateTime": asked(until),
                },
                limiter=self.client.limits["export start"],
            )
            files, is_truncated = self.finished(int(started["jobId"]))
        if not is_truncated:
            return files
        middle = halfway(since, until)
        if middle is None:
            raise VendorUnavailable(
                NAME, f"{kind}: the export of {since:%Y-%m-%d %H:%M} is too large even alone."
            )
        return [*self.files_of(kind, since, middle), *self.files_of(kind, middle, until)]

    def finished(self, job: int) -> tuple[list[File], bool]:
        """Files appear while the job runs; the list has ended where a finished job adds none."""
        files: list[File] = []
        waited, pause = 0.0, 1.0
        body: Any = {"files": []}
        while True:
            if not body["files"]:
                # A question costs one of the second's: none is wasted on a job just begun.
                if waited > LONGEST_JOB_SECONDS:
                    raise VendorUnavailable(NAME, f"export job {job} did not end within six hours.")
                self.wait(pause)
                waited, pause = waited + pause, min(pause * 1.5, 20.0)
            body = self.files_after(job, files[-1].name if files else "")
            for one in body["files"]:
                before = files[-1].name if files else ""
                files.append(File(job, one["file"], one["url"], before))
            if body["jobState"] == "Failed":
                raise VendorUnavailable(
                    NAME, f"export job {job} failed.", hint="It is tried again by itself."
                )
            if body["jobState"] == "Completed" and not body["files"]:
                return files, bool(body["exportTruncated"])

    def wait(self, pause: float) -> None:
        self.settings.report.waited_seconds += pause * waits.SECOND
        sleep(pause * waits.SECOND)

    def files_after(self, job: int, name: str) -> Any:
        params = {"startAfter": name} if name else None
        return self.client.get(f"/api/export/{job}/files", params, scope="export files")

    def records(self, files: list[File]) -> Iterator[list[Record]]:
        tasks = ((lambda file=file: self.downloaded(file)) for file in files)
        yield from in_parallel(tasks, workers=FILES_AT_ONCE)

    def downloaded(self, file: File) -> list[Record]:
        for attempt in range(3):
            try:
                response, _ = self.storage.ask("GET", file.url, decode=False)
            except VendorUnavailable:
                raise
            except ConnectorError:
                if attempt:
                    raise
                # An address holds for half an hour, and large exports take longer.
                file = self.with_new_address(file)
                continue
            records = lines_of(response.content)
            if records is not None:
                return records
        raise VendorUnavailable(
            NAME, f"the file {file.name} ends in the middle of a line.", hint="Try again later."
        )

    def with_new_address(self, file: File) -> File:
        for one in self.files_after(file.job, file.after)["files"]:
            if one["file"] == file.name:
                return File(file.job, file.name, one["url"], file.after)
        raise UnexpectedResponse(NAME, f"export job {file.job} no longer has {file.name}.")

    # ------------------------------------------------------------------ directly

    def directly(self, kind: str, since: datetime, until: datetime) -> Iterator[list[Record]]:
        size = FIRST_WINDOW
        while since < until:
            end = min(since + size, until)
            records = self.whole_answer(kind, since, end)
            if records is None:
                middle = halfway(since, end)
                if middle is None:
                    raise VendorUnavailable(
                        NAME, f"{kind}: exports are cut off even for {since:%Y-%m-%d %H:%M} alone."
                    )
                size = middle - since
                continue
            yield records
            since, size = end, min(size * 2, LONGEST_WINDOW)

    def whole_answer(self, kind: str, since: datetime, until: datetime) -> list[Record] | None:
        """None where the answer was cut off, which another try of the same window would not mend:
        the session that repeats broken connections would spend the minute's four requests."""
        params = {
            "dataTypeName": kind,
            "startDateTime": asked(since),
            "endDateTime": asked(until),
        }
        try:
            text, _ = self.once().ask("GET", "/api/export/data.json", params=params, decode=False)
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError):
            return None
        return lines_of(text.content)

    def once(self) -> Api:
        if self.direct_api is self.client.api:
            api = self.client.api
            self.direct_api = Api(
                self.settings,
                NAME,
                api.base_url,
                api.judge,
                headers=api.headers,
                limiter=self.client.limits["direct export"],
            )
            self.direct_api.session = new_session(
                self.settings.report, judges_statuses=False, attempts=1
            )
        return self.direct_api


def lines_of(content: bytes) -> list[Record] | None:
    """None where the last line is cut short, whatever the transport believed."""
    lines = content.splitlines()
    try:
        records = [orjson.loads(line) for line in lines if line.strip()]
    except orjson.JSONDecodeError as error:
        if is_end(lines, error):
            return None
        raise UnexpectedResponse(NAME, "an export holds a line that is no JSON.") from None
    return records


def is_end(lines: list[bytes], error: orjson.JSONDecodeError) -> bool:
    written = [line for line in lines if line.strip()]
    return bool(written) and error.doc.encode() == written[-1]


def halfway(since: datetime, until: datetime) -> datetime | None:
    """None where half would be too little to ask for."""
    half = (until - since) / 2
    if half < SHORTEST_WINDOW:
        return None
    return (since + half).replace(microsecond=0)
