"""What is known of deliveries: lists, counts, what is due.

Belongs here: reading. Does not belong here: anything that changes a delivery (`deliveries.py`).
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from chord_platform.errors import UnknownDelivery
from chord_platform.store import Store
from chord_platform.store.delivery_tables import deliveries, delivery_keys
from chord_platform.webhooks.delivery import STATES, Delivery, State
from chord_platform.webhooks.rows import OVERVIEW, delivery_of, select_deliveries


def utc_now() -> datetime:
    return datetime.now(UTC)


class Known:
    def __init__(self, store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.store = store
        self.clock = clock

    def list(
        self, *, state: State | None = None, topic: str | None = None, limit: int = 100
    ) -> builtins.list[Delivery]:
        """Newest first, without bodies. `topic` may be the beginning of one: `product_sync:`."""
        chosen = select_deliveries(OVERVIEW).order_by(deliveries.c.number.desc()).limit(limit)
        if state is not None:
            chosen = chosen.where(deliveries.c.state == state)
        if topic is not None:
            is_prefix = topic.endswith(":")
            chosen = chosen.where(
                deliveries.c.topic.startswith(topic, autoescape=True)
                if is_prefix
                else deliveries.c.topic == topic
            )
        with self.store.reading() as tx:
            return [delivery_of(row) for row in tx.execute(chosen).mappings()]

    def get(self, id: str) -> Delivery:
        """By its id, or by the beginning of one that no other shares.

        Raises:
            UnknownDelivery: there is none, or there are several.
        """
        chosen = select_deliveries(list(deliveries.c)).limit(2)
        with self.store.reading() as tx:
            exact = chosen.where(deliveries.c.id == id)
            rows = tx.execute(exact).mappings().all()
            if not rows and id:
                begins = chosen.where(deliveries.c.id.startswith(id, autoescape=True))
                rows = tx.execute(begins).mappings().all()
        if len(rows) != 1:
            how_many = "Several deliveries begin with" if rows else "There is no delivery"
            raise UnknownDelivery(f"{how_many} {id}.", hint="See `chord deliveries list`.")
        return delivery_of(rows[0])

    def last(self, topic: str, key: str) -> Delivery | None:
        """The newest delivery of a key, whatever became of it."""
        chosen = (
            select_deliveries(OVERVIEW)
            .where(deliveries.c.topic == topic, deliveries.c.key == key)
            .order_by(deliveries.c.number.desc())
            .limit(1)
        )
        with self.store.reading() as tx:
            row = tx.execute(chosen).mappings().first()
        return delivery_of(row) if row else None

    def counts(self) -> dict[str, dict[State, int]]:
        """By topic and state; a state that nothing is in counts 0."""
        chosen = sa.select(deliveries.c.topic, deliveries.c.state, sa.func.count()).group_by(
            deliveries.c.topic, deliveries.c.state
        )
        found: dict[str, dict[State, int]] = {}
        with self.store.reading() as tx:
            for topic, state, count in tx.execute(chosen):
                found.setdefault(topic, dict.fromkeys(STATES, 0))[state] = count
        return found

    def ready_keys(
        self, topic: str, now: datetime | None = None, *, limit: int = 1000
    ) -> builtins.list[str]:
        """Keys that could be claimed now, the longest waiting first."""
        chosen = (
            sa.select(delivery_keys.c.key)
            .where(delivery_keys.c.topic == topic, delivery_keys.c.due_at <= (now or self.clock()))
            .order_by(delivery_keys.c.due_at)
            .limit(limit)
        )
        with self.store.reading() as tx:
            return list(tx.execute(chosen).scalars())

    def ready_topics(self, prefix: str, now: datetime | None = None) -> dict[str, int]:
        """How many keys could be claimed now, by topic: `product_sync:` asks for all tenants."""
        chosen = (
            sa.select(delivery_keys.c.topic, sa.func.count())
            .where(
                delivery_keys.c.topic.startswith(prefix, autoescape=True),
                delivery_keys.c.due_at <= (now or self.clock()),
            )
            .group_by(delivery_keys.c.topic)
        )
        with self.store.reading() as tx:
            return {row[0]: row[1] for row in tx.execute(chosen)}
