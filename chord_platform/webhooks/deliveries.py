"""The deliveries service: received once, worked until done, visible when dead.

Belongs here: one method per thing that can be asked. Does not belong here: what stands in a
transaction (`queue.py`), looking at them (`known.py`), signatures, what one means (its handler).

An entry point passes the time; whoever does not care leaves it to the service's clock.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from chord_platform.errors import UnknownDelivery
from chord_platform.store import Store
from chord_platform.store.delivery_tables import deliveries, delivery_keys
from chord_platform.webhooks import queue
from chord_platform.webhooks.delivery import Arrived, Backoff, Claim, State
from chord_platform.webhooks.known import Known, utc_now

LEASE = timedelta(minutes=5)
FORGOTTEN_AT_ONCE = 500


class Deliveries(Known):
    def __init__(
        self,
        store: Store,
        *,
        backoff: Backoff | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(store, clock=clock)
        self.backoff = backoff or Backoff()

    def receive(
        self,
        topic: str,
        *,
        id: str,
        key: str,
        body: bytes,
        headers: Mapping[str, str],
        subject: str = "",
        stopped: Any = None,
        now: datetime | None = None,
    ) -> bool:
        """On disk before it returns. False: it was received before, under that id.

        stopped: the result of one that is kept to be seen, and has nothing to be worked.
        """
        arrived = Arrived(
            id=id,
            topic=topic,
            key=key,
            subject=subject,
            headers=headers,
            body=body,
            stopped=stopped,
            received_at=now or self.clock(),
        )
        return self.receive_all([arrived])[0]

    def receive_all(self, arrived: Sequence[Arrived]) -> builtins.list[bool]:
        """In one transaction: several that came together wait for the disk once."""
        with self.store.writing() as tx:
            return [queue.put(tx, one) for one in arrived]

    def claim(
        self,
        topic: str,
        *,
        worker: str,
        limit: int = 1,
        lease: timedelta = LEASE,
        now: datetime | None = None,
        with_bodies: bool = True,
    ) -> builtins.list[Claim]:
        """Keys that are due, the longest waiting first. Without bodies where only the key counts:
        a burst's hundred copies of one product need not be carried along."""
        with self.store.writing() as tx:
            return queue.take(
                tx,
                topic,
                worker=worker,
                limit=limit,
                lease=lease,
                now=now or self.clock(),
                backoff=self.backoff,
                with_bodies=with_bodies,
            )

    def extend(
        self, claim: Claim, *, lease: timedelta = LEASE, now: datetime | None = None
    ) -> bool:
        """False: the lease had run out and another worker has the key; stop working it."""
        until = (now or self.clock()) + lease
        with self.store.writing() as tx:
            held = delivery_keys.c.claim == claim.id
            return (
                tx.execute(sa.update(delivery_keys).where(held).values(due_at=until)).rowcount > 0
            )

    def done(self, claim: Claim, result: Any = None, *, now: datetime | None = None) -> bool:
        """False: the claim was no longer held, and nothing was written."""
        return bool(self.done_all([(claim, result)], now=now))

    def done_all(
        self, finished: Iterable[tuple[Claim, Any]], *, now: datetime | None = None
    ) -> set[str]:
        """In one transaction. Returns the ids of the claims that were still held."""
        at = now or self.clock()
        return self.end(
            queue.Outcome(
                claim=claim,
                values={"state": "done", "finished_at": at, "result": result, "problem": None},
            )
            for claim, result in finished
        )

    def done_each(
        self, finished: Iterable[tuple[Claim, Mapping[str, Any]]], *, now: datetime | None = None
    ) -> set[str]:
        """Where each delivery has a result of its own, by its id; else as `done_all`."""
        at = now or self.clock()
        done = {"state": "done", "finished_at": at, "problem": None}
        return self.end(
            queue.Outcome(
                claim=claim, by_delivery={id: {**done, "result": each} for id, each in all.items()}
            )
            for claim, all in finished
        )

    def retry(
        self,
        claim: Claim,
        problem: str,
        now: datetime | None = None,
        *,
        after: timedelta | None = None,
    ) -> bool:
        """Later, each time after a longer wait, or after the vendor's own; in the end dead."""
        at = now or self.clock()
        values: dict[str, dict[str, Any]] = {}
        for delivery in claim.deliveries:
            if delivery.attempts >= self.backoff.most_attempts:
                values[delivery.id] = {"state": "dead", "finished_at": at, "problem": problem}
                continue
            wait = max(self.backoff.wait(delivery.attempts), after or timedelta())
            values[delivery.id] = {"state": "ready", "not_before": at + wait, "problem": problem}
        return bool(self.end([queue.Outcome(claim=claim, by_delivery=values)]))

    def release(self, claim: Claim, *, now: datetime | None = None) -> bool:
        """Gives it back as it was: a worker that is asked to stop has tried nothing."""
        at = now or self.clock()
        values = {
            delivery.id: {"state": "ready", "not_before": at, "attempts": delivery.attempts - 1}
            for delivery in claim.deliveries
        }
        return bool(self.end([queue.Outcome(claim=claim, by_delivery=values)]))

    def dead(
        self, claim: Claim, problem: str, *, result: Any = None, now: datetime | None = None
    ) -> bool:
        values = {
            "state": "dead",
            "finished_at": now or self.clock(),
            "problem": problem,
            "result": result,
        }
        return bool(self.end([queue.Outcome(claim=claim, values=values)]))

    def end(self, outcomes: Iterable[queue.Outcome]) -> set[str]:
        listed = list(outcomes)
        if not listed:
            return set()
        with self.store.writing() as tx:
            return queue.end(tx, listed)

    def replay(self, ids: Sequence[str], *, now: datetime | None = None) -> builtins.list[str]:
        """Works them again, at once and with all their attempts. Returns those that wait now: one
        that is being worked just now is left alone.

        Raises:
            UnknownDelivery: one of them is not known; then none is touched.
        """
        at = now or self.clock()
        wanted = list(dict.fromkeys(ids))
        with self.store.writing() as tx:
            chosen = sa.select(deliveries.c.id, deliveries.c.topic, deliveries.c.key).where(
                deliveries.c.id.in_(wanted)
            )
            rows = tx.execute(chosen.order_by(deliveries.c.topic, deliveries.c.key)).all()
            if unknown := set(wanted) - {row.id for row in rows}:
                raise UnknownDelivery(f"There is no delivery {min(unknown)}.")
            for topic, key in dict.fromkeys((row.topic, row.key) for row in rows):
                queue.make_due(tx, topic, key, at=at)
            again = (
                sa.update(deliveries)
                .where(deliveries.c.id.in_(wanted), deliveries.c.state != "claimed")
                .values(state="ready", not_before=at, attempts=0, finished_at=None, result=None)
            )
            tx.execute(again)
            waiting = sa.select(deliveries.c.id).where(
                deliveries.c.id.in_(wanted), deliveries.c.state == "ready"
            )
            return list(tx.execute(waiting).scalars())

    def forget(self, older_than: datetime, *, state: State = "done") -> int:
        """Removes what came to its end before; a batch at a time, so that no receiver waits."""
        old = (
            sa.select(deliveries.c.number)
            .where(deliveries.c.state == state, deliveries.c.finished_at < older_than)
            .limit(FORGOTTEN_AT_ONCE)
        )
        removed = 0
        while True:
            with self.store.writing() as tx:
                gone = tx.execute(sa.delete(deliveries).where(deliveries.c.number.in_(old)))
            removed += gone.rowcount
            if gone.rowcount < FORGOTTEN_AT_ONCE:
                return removed
