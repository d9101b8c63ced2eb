"""How far each destination has got, what became of each message, and what failed.

Belongs here: what forwarding notes, in transactions. Does not belong here: a destination's settings
(`destination_service.py`), sending (`forwarding.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from chord_platform.events import destination_rows as rows
from chord_platform.events.destination import Advance, FailedEvent
from chord_platform.store import Store
from chord_platform.store.event_tables import event_destinations, failed_events

WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 300, 900))
"""After the first, second, … failure in a row; the last one stays."""

HEALTHY = {
    "failing_since": None,
    "failures": 0,
    "problem": None,
    "next_step": None,
    "not_before": None,
}


class DestinationProgress:
    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock

    def advance(self, name: str, step: Advance) -> None:
        """Where it has got to, what became of each message, and what failed: all of it or none."""
        now = self.clock()
        with self.store.writing() as tx:
            found = rows.one(tx, name, lock=True)
            counts = dict(found.progress.counts)
            for fate, count in step.counts.items():
                counts[fate] = counts.get(fate, 0) + count
            noted = {
                "position": step.place,
                "counts": counts,
                "seen": step.seen,
                "last_read_at": now,
            }
            if step.counts.get("delivered"):
                noted |= {"last_delivered_at": now, **HEALTHY}
            update(tx, name, **noted)
            rows.put_failed(tx, step.failed)

    def failed_again(
        self, name: str, *, problem: str, next_step: str, wait: timedelta | None
    ) -> datetime:
        """Returns when it is tried again: when it asked to be, or after a growing wait."""
        now = self.clock()
        with self.store.writing() as tx:
            progress = rows.one(tx, name, lock=True).progress
            longest = WAITS[min(progress.failures, len(WAITS) - 1)]
            not_before = now + max(longest, wait or timedelta(0))
            update(
                tx,
                name,
                failing_since=progress.failing_since or now,
                failures=progress.failures + 1,
                problem=problem,
                next_step=next_step,
                not_before=not_before,
            )
        return not_before

    def recovered(self, name: str) -> None:
        with self.store.writing() as tx:
            update(tx, name, **HEALTHY)

    def lost(self, name: str, *, older_than: datetime) -> None:
        """Said until it takes something again."""
        problem = f"Events from before {older_than:%Y-%m-%d} were forgotten, which it had not read."
        with self.store.writing() as tx:
            progress = rows.one(tx, name, lock=True).progress
            update(
                tx,
                name,
                failing_since=progress.failing_since or self.clock(),
                problem=problem,
                next_step="They are in the warehouse; resume or remove the destination.",
            )

    def failed(
        self, name: str, *, ids: Collection[str] = (), limit: int | None = None
    ) -> list[FailedEvent]:
        """Oldest first. ids: of the rows, or of the messages."""
        table = failed_events.c
        chosen = sa.select(failed_events).where(table.destination == name)
        if ids:
            chosen = chosen.where(table.id.in_(ids) | table.message_id.in_(ids))
        with self.store.reading() as tx:
            rows.one(tx, name)
            found = tx.execute(chosen.order_by(table.failed_at, table.id).limit(limit)).all()
        return [rows.failed_of(row) for row in found]

    def failed_counts(self) -> dict[str, int]:
        table = failed_events.c
        chosen = sa.select(table.destination, sa.func.count()).group_by(table.destination)
        with self.store.reading() as tx:
            return dict(tx.execute(chosen).tuples().all())

    def replayed(
        self, name: str, *, delivered: Collection[str], again: Sequence[FailedEvent]
    ) -> None:
        """Those that were delivered now are no longer failed."""
        with self.store.writing() as tx:
            counts = dict(rows.one(tx, name, lock=True).progress.counts)
            counts["delivered"] = counts.get("delivered", 0) + len(delivered)
            counts["failed"] = counts.get("failed", 0) - len(delivered)
            noted = {"counts": counts, "last_delivered_at": self.clock()} if delivered else {}
            if noted:
                update(tx, name, **noted)
            for failed_id in delivered:
                tx.execute(sa.delete(failed_events).where(failed_events.c.id == failed_id))
            rows.put_failed(tx, again)


def update(tx: sa.Connection, destination: str, /, **values: object) -> None:
    chosen = event_destinations.c.name == destination
    tx.execute(sa.update(event_destinations).where(chosen).values(**values))
