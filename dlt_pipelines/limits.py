"""A vendor's limits, kept by everyone who uses the same key: threads, connections, processes.

Belongs here: waiting before a request. Does not belong here: what a vendor answers when a limit
was passed all the same (`api.py`).

pyrate-limiter counts the requests; its SQLite bucket is one file that all processes of this machine
share (0.13 ms a request, measured), named after a hash of the key and never after the key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

from pyrate_limiter import InMemoryBucket, Rate, SingleBucketFactory, SQLiteBucket
from pyrate_limiter import Limiter as Counting

from dlt_pipelines.connector import ConnectionSettings, SyncReport

FORGET_SECONDS = 10.0
"""How often what lies before every window is taken out. The library does it in a thread with an
event loop of its own for each key, which never ends; before a request costs nothing to speak of."""

SECOND = 1.0
"""Tests make it shorter; the vendors they talk to are emulated on a clock as much shorter."""


@dataclass(frozen=True)
class Limit:
    """At most `requests` within any `seconds`."""

    requests: int
    seconds: float


class Limiter:
    """Raises nothing: `wait` returns when the request may go out."""

    def __init__(self, bucket: InMemoryBucket | SQLiteBucket | None = None) -> None:
        self.bucket = bucket
        self.counting = bucket and Counting(SingleBucketFactory(bucket, schedule_leak=False))
        self.not_before = self.forget_at = 0.0

    def wait(self, report: SyncReport) -> None:
        began = monotonic()
        while (seconds := self.not_before - monotonic()) > 0:
            sleep(seconds)
        if self.counting is not None:
            self.forget(began)
            self.counting.try_acquire("requests")
        waited = monotonic() - began
        if waited > 0.01:
            report.waited_seconds += waited

    def forget(self, now: float) -> None:
        if self.bucket is not None and now >= self.forget_at:
            self.forget_at = now + FORGET_SECONDS
            at = self.bucket.now()
            assert isinstance(at, int)  # asynchronous buckets have another answer
            self.bucket.leak(at)

    def hold(self, seconds: float) -> None:
        """The vendor said when to come back: nobody of this process asks before."""
        self.not_before = max(self.not_before, monotonic() + seconds)


known: dict[tuple[str, Path | None], Limiter] = {}
making = Lock()


def limiter(settings: ConnectionSettings, scope: str, credential: str, *limits: Limit) -> Limiter:
    """The limiter of a key within a scope ("klaviyo events"); the same one for the same key.

    Without limits it only holds everyone back when the vendor says so.
    """
    name = hashlib.sha256(f"{scope}\0{credential}".encode()).hexdigest()[:24]
    with making:
        key = (name, settings.limits)
        if key not in known:
            known[key] = Limiter(bucket(name, settings.limits, limits) if limits else None)
        return known[key]


def bucket(
    name: str, folder: Path | None, limits: tuple[Limit, ...]
) -> InMemoryBucket | SQLiteBucket:
    rates = [Rate(limit.requests, round(limit.seconds * SECOND * 1000) or 1) for limit in limits]
    if folder is None:
        return InMemoryBucket(rates)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.sqlite"
    return SQLiteBucket.init_from_file(
        rates, table="requests", db_path=str(file), use_file_lock=True
    )
