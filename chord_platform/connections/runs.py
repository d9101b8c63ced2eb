"""What each sync did, as rows of the store.

Belongs here: the record of a run. Does not belong here: running (`syncing.py`), statuses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from chord_platform.connections.connection import Connection, Fault
from chord_platform.connections.diagnosis import Diagnosis
from chord_platform.connections.requests import SyncOptions
from chord_platform.store import Store
from chord_platform.store.tables import sync_runs

if TYPE_CHECKING:
    from dlt_pipelines.sync import SyncResult

RUNNING, DONE, FAILED, STOPPED, DIED = "running", "done", "failed", "stopped", "died"


@dataclass(frozen=True, kw_only=True)
class Run:
    """status: `running`; `done`; `failed`; `stopped` by someone; `died` without a word.
    summary: rows by table, schema changes, warnings, notes, reconciliation."""

    id: str
    connection: str
    connector: str
    status: str
    options: SyncOptions
    started_by: str
    dagster_run_id: str | None = None
    started_at: datetime
    finished_at: datetime | None = None
    seconds: float | None = None
    rows_received: int | None = None
    rows_inserted: int | None = None
    rows_updated: int | None = None
    rows_deleted: int | None = None
    bytes: int | None = None
    api_requests: int | None = None
    waited_seconds: float | None = None
    lock_seconds: float | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None
    error: str | None = None
    next_step: str | None = None


class Runs:
    def __init__(self, store: Store) -> None:
        self.store = store

    def begin(
        self,
        connection: Connection,
        options: SyncOptions,
        *,
        by: str,
        at: datetime,
        dagster_run_id: str | None,
    ) -> str:
        run_id = str(uuid4())
        with self.store.writing() as tx:
            tx.execute(
                sa.insert(sync_runs).values(
                    id=run_id,
                    connection=connection.name,
                    connector=connection.connector,
                    status=RUNNING,
                    options=options.plain(),
                    is_partial=options.is_partial,
                    started_by=by,
                    dagster_run_id=dagster_run_id,
                    started_at=at,
                )
            )
        return run_id

    def done(self, run_id: str, result: SyncResult, *, at: datetime) -> None:
        tables = result.tables.values()
        self.end(
            run_id,
            DONE,
            at=at,
            seconds=result.seconds,
            rows_received=sum(table.received for table in tables),
            rows_inserted=sum(table.inserted for table in tables),
            rows_updated=sum(table.updated for table in tables),
            rows_deleted=sum(table.deleted for table in tables),
            bytes=result.bytes,
            api_requests=result.api_requests,
            waited_seconds=result.waited_seconds,
            lock_seconds=result.lock_seconds,
            summary=summary(result),
        )

    def failed(self, run_id: str, diagnosis: Diagnosis, *, at: datetime) -> None:
        fault = diagnosis.fault.value if diagnosis.fault else None
        self.end(
            run_id,
            FAILED,
            at=at,
            fault=fault,
            error=diagnosis.reason,
            next_step=diagnosis.next_step,
        )

    def stopped(self, run_id: str, *, at: datetime) -> None:
        self.end(run_id, STOPPED, at=at, error="It was stopped.", next_step="Sync again.")

    def died(self, run_id: str, *, at: datetime) -> None:
        self.end(
            run_id,
            DIED,
            at=at,
            error="Its process ended without a word: it was killed, or the machine stopped.",
            next_step="Nothing is lost: the next sync finishes what it began.",
        )

    def end(self, run_id: str, status: str, *, at: datetime, **values: Any) -> None:
        table = sync_runs.c
        ending = {"status": status, "finished_at": at, **values}
        with self.store.writing() as tx:
            mine = (table.id == run_id, table.status == RUNNING)
            tx.execute(sa.update(sync_runs).where(*mine).values(ending))

    def of(self, name: str, *, limit: int = 10) -> list[Run]:
        """Newest first."""
        return self.read(sync_runs.c.connection == name, limit=limit)

    def running(self) -> list[Run]:
        """Those that say so; their processes may be dead."""
        return self.read(sync_runs.c.status == RUNNING)

    def last_starts(self, names: Collection[str]) -> dict[str, datetime]:
        """When each connection last began a sync of everything, however it ended."""
        table = sync_runs.c
        chosen = (
            sa.select(
                table.connection,
                sa.func.max(table.started_at, type_=table.started_at.type).label("started_at"),
            )
            .where(table.connection.in_(list(names)), table.is_partial.is_(False))
            .group_by(table.connection)
        )
        with self.store.reading() as tx:
            return {row.connection: row.started_at for row in tx.execute(chosen)}

    def read(self, *where: Any, limit: int | None = None) -> list[Run]:
        order = sync_runs.c.started_at.desc()
        chosen = sa.select(sync_runs).where(*where).order_by(order).limit(limit)
        with self.store.reading() as tx:
            return [from_row(dict(row)) for row in tx.execute(chosen).mappings().all()]


def from_row(row: Mapping[str, Any]) -> Run:
    values = {key: value for key, value in row.items() if key != "is_partial"}
    values["options"] = SyncOptions.of(row["options"])
    values["summary"] = row["summary"] or {}
    values["fault"] = Fault(row["fault"]) if row["fault"] else None
    return Run(**values)


def summary(result: SyncResult) -> dict[str, Any]:
    return {
        "tables": {
            name: {
                "received": table.received,
                "inserted": table.inserted,
                "updated": table.updated,
                "deleted": table.deleted,
                "unchanged": table.unchanged,
                "total": table.total,
            }
            for name, table in result.tables.items()
        },
        "schema_changes": list(result.schema_changes),
        "warnings": {table: list(messages) for table, messages in result.warnings.items()},
        "notes": list(result.notes),
        "reconciliation": {table: list(pair) for table, pair in result.reconciliation.items()},
        "cursors": dict(result.cursors),
    }
