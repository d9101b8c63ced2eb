"""The queue of "sync now": what somebody asked for and no sync has answered yet.

Belongs here: asking, claiming, answering. Does not belong here: running (`syncing.py`).

A request is claimed by the run that begins with its options, and goes when that run succeeds, or
fails in a way that only a person can end. Otherwise it is free again, each time later, and in the
end given up: the schedule goes on by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from chord_platform.store import Store
from chord_platform.store.tables import connections, sync_requests

if TYPE_CHECKING:
    from dlt_pipelines.windows import SyncRequest

RETRY_AFTER = timedelta(minutes=5)
MOST_ATTEMPTS = 6


@dataclass(frozen=True, kw_only=True)
class SyncOptions:
    """What to read; nothing set: what changed, of all tables."""

    tables: frozenset[str] | None = None
    full_refresh: bool = False
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_partial(self) -> bool:
        """Says nothing of how fresh the whole connection is."""
        return self.tables is not None or self.since is not None or self.until is not None

    def plain(self) -> dict[str, Any]:
        return {
            "tables": sorted(self.tables) if self.tables is not None else None,
            "full_refresh": self.full_refresh,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }

    @staticmethod
    def of(plain: Mapping[str, Any]) -> SyncOptions:
        tables, since, until = plain["tables"], plain["since"], plain["until"]
        return SyncOptions(
            tables=frozenset(tables) if tables is not None else None,
            full_refresh=plain["full_refresh"],
            since=datetime.fromisoformat(since) if since else None,
            until=datetime.fromisoformat(until) if until else None,
        )

    def __str__(self) -> str:
        said = [f"tables {', '.join(sorted(self.tables))}"] if self.tables is not None else []
        said += ["full refresh"] if self.full_refresh else []
        said += [f"from {self.since:%Y-%m-%d %H:%M}"] if self.since else []
        said += [f"to {self.until:%Y-%m-%d %H:%M}"] if self.until else []
        return "; ".join(said) or "what changed"


def options_of(request: SyncRequest | SyncOptions | None) -> SyncOptions:
    if request is None or isinstance(request, SyncOptions):
        return request or SyncOptions()
    return SyncOptions(
        tables=request.tables,
        full_refresh=request.full_refresh,
        since=request.since,
        until=request.until,
    )


@dataclass(frozen=True, kw_only=True)
class RequestedSync:
    """`run_key` is another for each attempt: a sensor that fires twice launches once, and a request
    whose run died is launched again."""

    id: str
    connection_id: str
    connector: str
    options: SyncOptions
    requested_at: datetime
    requested_by: str
    attempts: int = 0
    run_id: str | None = None
    not_before: datetime | None = None

    @property
    def run_key(self) -> str:
        key = f"{self.connection_id} asked at {self.requested_at.isoformat()}"
        return f"{key}, attempt {self.attempts + 1}" if self.attempts else key


class Requests:
    def __init__(self, store: Store) -> None:
        self.store = store

    def ask(self, name: str, options: SyncOptions, *, by: str, at: datetime) -> RequestedSync:
        """Asking again for what is waiting already renews that request."""
        made = {
            "id": str(uuid4()),
            "connection": name,
            "options": options.plain(),
            "requested_at": at,
            "requested_by": by,
            "attempts": 0,
        }
        with self.store.writing() as tx:
            same = [request.id for request in read(tx, name) if request.options == options]
            delete(tx, same)
            tx.execute(sa.insert(sync_requests).values(made))
        return next(request for request in self.of(name) if request.id == made["id"])

    def of(self, name: str | None = None) -> list[RequestedSync]:
        """Oldest first."""
        with self.store.reading() as tx:
            return read(tx, name)

    def ready(self, *, now: datetime) -> list[RequestedSync]:
        """One per connection at a time: two syncs of one connection exclude each other."""
        found: dict[str, RequestedSync] = {}
        waiting = self.of()
        at_work = {request.connection_id for request in waiting if request.run_id}
        for request in waiting:
            is_due = request.not_before is None or request.not_before <= now
            if is_due and request.connection_id not in at_work:
                found.setdefault(request.connection_id, request)
        return list(found.values())

    def claim(self, name: str, options: SyncOptions, *, run_id: str) -> RequestedSync | None:
        """The waiting request that a run with these options answers."""
        with self.store.writing() as tx:
            for request in read(tx, name):
                if request.options == options:
                    update(tx, request.id, run_id=run_id)
                    return request
        return None

    def answered(self, request: RequestedSync | None) -> None:
        if request:
            with self.store.writing() as tx:
                delete(tx, [request.id])

    def try_later(self, request: RequestedSync | None, *, now: datetime) -> None:
        if request is None:
            return
        attempts = request.attempts + 1
        with self.store.writing() as tx:
            if attempts >= MOST_ATTEMPTS:
                delete(tx, [request.id])
                return
            later = now + RETRY_AFTER * 2 ** (attempts - 1)
            update(tx, request.id, run_id=None, attempts=attempts, not_before=later)

    def release(self, run_ids: Iterable[str]) -> None:
        """Requests whose run died are free at once."""
        table = sync_requests.c
        with self.store.writing() as tx:
            free = {"run_id": None, "attempts": table.attempts + 1}
            claimed = table.run_id.in_(list(run_ids))
            tx.execute(sa.update(sync_requests).where(claimed).values(free))


def read(tx: sa.Connection, name: str | None) -> list[RequestedSync]:
    chosen = (
        sa.select(sync_requests, connections.c.connector)
        .join(connections, connections.c.name == sync_requests.c.connection)
        .order_by(sync_requests.c.requested_at, sync_requests.c.id)
    )
    if name is not None:
        chosen = chosen.where(sync_requests.c.connection == name)
    return [
        RequestedSync(
            id=row["id"],
            connection_id=row["connection"],
            connector=row["connector"],
            options=SyncOptions.of(row["options"]),
            requested_at=row["requested_at"],
            requested_by=row["requested_by"],
            attempts=row["attempts"],
            run_id=row["run_id"],
            not_before=row["not_before"],
        )
        for row in tx.execute(chosen).mappings().all()
    ]


def update(tx: sa.Connection, request_id: str, **values: Any) -> None:
    tx.execute(sa.update(sync_requests).where(sync_requests.c.id == request_id).values(**values))


def delete(tx: sa.Connection, ids: list[str]) -> None:
    if ids:
        tx.execute(sa.delete(sync_requests).where(sync_requests.c.id.in_(ids)))
