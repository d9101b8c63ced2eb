"""Who works which key: taking, keeping and giving back claims.

Belongs here: the transactions' contents. Does not belong here: when they are called.

The row of a key in `delivery_keys` is the lock: a claim is written on it with the end of its lease,
so a dead worker's keys come back by themselves. PostgreSQL skips rows that another transaction is
just claiming; SQLite has one writer at a time. A delivery that arrives while its key is claimed is
not part of that claim and makes the key due again when the claim ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from chord_platform.store.delivery_tables import deliveries, delivery_keys
from chord_platform.store.tables import UtcDateTime
from chord_platform.webhooks.delivery import Arrived, Backoff, Claim, Delivery
from chord_platform.webhooks.rows import OVERVIEW, delivery_of, insert_into

# Not `in_`: a batch of parameters cannot expand it.
IS_OPEN = sa.or_(deliveries.c.state == "ready", deliveries.c.state == "claimed")
DIED = "Its worker died {attempts} times while working it."


def put(tx: sa.Connection, arrived: Arrived) -> bool:
    """Whether it is new."""
    is_stopped = arrived.stopped is not None
    made = insert_into(tx, deliveries).values(
        id=arrived.id,
        topic=arrived.topic,
        key=arrived.key,
        subject=arrived.subject,
        headers=dict(arrived.headers),
        body=arrived.body,
        received_at=arrived.received_at,
        not_before=arrived.received_at,
        attempts=0,
        state="done" if is_stopped else "ready",
        finished_at=arrived.received_at if is_stopped else None,
        result=arrived.stopped,
    )
    once = made.on_conflict_do_nothing(index_elements=["id"]).returning(deliveries.c.id)
    is_new = tx.execute(once).first() is not None
    if is_new and not is_stopped:
        make_due(tx, arrived.topic, arrived.key, at=arrived.received_at)
    return is_new


def make_due(tx: sa.Connection, topic: str, key: str, *, at: datetime) -> None:
    """The key has work at that time, or earlier; a claimed one keeps its lease."""
    made = insert_into(tx, delivery_keys).values(topic=topic, key=key, due_at=at)
    earlier = sa.and_(delivery_keys.c.claim.is_(None), delivery_keys.c.due_at > at)
    sooner = sa.literal(at, UtcDateTime())
    tx.execute(
        made.on_conflict_do_update(
            index_elements=["topic", "key"],
            # Written even when nothing changes: on PostgreSQL that waits for a claim's end which
            # is just removing the row because it saw no work.
            set_={"due_at": sa.case((earlier, sooner), else_=delivery_keys.c.due_at)},
        )
    )


def take(
    tx: sa.Connection,
    topic: str,
    *,
    worker: str,
    limit: int,
    lease: timedelta,
    now: datetime,
    backoff: Backoff,
    with_bodies: bool,
) -> list[Claim]:
    due = (
        sa.select(delivery_keys.c.key)
        .where(delivery_keys.c.topic == topic, delivery_keys.c.due_at <= now)
        .order_by(delivery_keys.c.due_at, delivery_keys.c.key)
        .limit(limit)
        .with_for_update(skip_locked=True)  # says nothing on SQLite
    )
    tokens = {key: str(uuid4()) for key in tx.execute(due).scalars()}
    if not tokens:
        return []
    bury_worn_out(tx, topic, list(tokens), now=now, backoff=backoff)
    columns = list(deliveries.c) if with_bodies else OVERVIEW
    chosen = sa.select(*columns).where(
        deliveries.c.topic == topic,
        deliveries.c.key.in_(list(tokens)),
        IS_OPEN,
    )
    found: dict[str, list[Delivery]] = {}
    until = now + lease
    for row in tx.execute(chosen.order_by(deliveries.c.number)).mappings():
        claimed = {
            **row,
            "attempts": row["attempts"] + 1,
            "state": "claimed",
            "handled_by": worker,
            "lease_until": until,
        }
        found.setdefault(row["key"], []).append(delivery_of(claimed))
    if found:
        tx.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.topic == topic,
                deliveries.c.key == sa.bindparam("of_key"),
                IS_OPEN,
            )
            .values(
                state="claimed",
                attempts=deliveries.c.attempts + 1,
                handled_by=worker,
                claim=sa.bindparam("token"),
            ),
            [{"of_key": key, "token": tokens[key]} for key in found],
        )
        tx.execute(
            sa.update(delivery_keys)
            .where(delivery_keys.c.topic == topic, delivery_keys.c.key == sa.bindparam("of_key"))
            .values(claim=sa.bindparam("token"), due_at=until),
            [{"of_key": key, "token": tokens[key]} for key in found],
        )
    forget_keys(tx, topic, [key for key in tokens if key not in found])
    return [
        Claim(
            id=tokens[key],
            topic=topic,
            key=key,
            worker=worker,
            lease_until=until,
            deliveries=tuple(waiting),
        )
        for key, waiting in sorted(found.items(), key=lambda item: item[1][0].not_before)
    ]


def bury_worn_out(
    tx: sa.Connection, topic: str, keys: list[str], *, now: datetime, backoff: Backoff
) -> None:
    """A delivery that kills its worker each time would be tried for ever."""
    tx.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.topic == topic,
            deliveries.c.key.in_(keys),
            deliveries.c.state == "claimed",
            deliveries.c.attempts >= backoff.most_attempts,
        )
        .values(
            state="dead",
            claim=None,
            finished_at=now,
            problem=DIED.format(attempts=backoff.most_attempts),
        )
    )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What becomes of a claim's deliveries: columns by delivery id, or for all of them."""

    claim: Claim
    values: Mapping[str, Any] | None = None
    by_delivery: Mapping[str, Mapping[str, Any]] | None = None


def end(tx: sa.Connection, outcomes: Sequence[Outcome]) -> set[str]:
    """Writes outcomes and frees the keys. Returns the ids of the claims that were still held: one
    whose lease ran out and whose key another worker has taken since changes nothing."""
    held = hold(tx, [outcome.claim.id for outcome in outcomes])
    whole, single = [], []
    for outcome in outcomes:
        if outcome.claim.id not in held:
            continue
        if outcome.values is not None:
            whole.append({"token": outcome.claim.id, **outcome.values})
        for delivery_id, values in (outcome.by_delivery or {}).items():
            single.append({"of_id": delivery_id, "token": outcome.claim.id, **values})
    for rows, condition in (
        (whole, deliveries.c.claim == sa.bindparam("token")),
        (
            single,
            sa.and_(
                deliveries.c.claim == sa.bindparam("token"),
                deliveries.c.id == sa.bindparam("of_id"),
            ),
        ),
    ):
        for columns, alike in by_columns(rows).items():
            values = {
                name: sa.bindparam(f"new_{name}", type_=deliveries.c[name].type) for name in columns
            }
            tx.execute(
                sa.update(deliveries).where(condition).values(**values, claim=None),
                [renamed(row, columns) for row in alike],
            )
    free(tx, held.values())
    return set(held)


def hold(tx: sa.Connection, tokens: list[str]) -> dict[str, tuple[str, str]]:
    """Topic and key by claim, locked in one order, so that two batches cannot wait for each
    other."""
    chosen = (
        sa.select(delivery_keys.c.claim, delivery_keys.c.topic, delivery_keys.c.key)
        .where(delivery_keys.c.claim.in_(tokens))
        .order_by(delivery_keys.c.topic, delivery_keys.c.key)
        .with_for_update()
    )
    return {row.claim: (row.topic, row.key) for row in tx.execute(chosen)}


def free(tx: sa.Connection, places: Iterable[tuple[str, str]]) -> None:
    by_topic: dict[str, list[str]] = {}
    for topic, key in places:
        by_topic.setdefault(topic, []).append(key)
    for topic, keys in by_topic.items():
        waiting = (
            sa.select(deliveries.c.key, sa.func.min(deliveries.c.not_before))
            .where(
                deliveries.c.topic == topic,
                deliveries.c.key.in_(keys),
                deliveries.c.state == "ready",
            )
            .group_by(deliveries.c.key)
        )
        due = {row[0]: row[1] for row in tx.execute(waiting)}
        if due:
            tx.execute(
                sa.update(delivery_keys)
                .where(
                    delivery_keys.c.topic == topic,
                    delivery_keys.c.key == sa.bindparam("of_key"),
                )
                .values(claim=None, due_at=sa.bindparam("due", type_=UtcDateTime())),
                [{"of_key": key, "due": at} for key, at in due.items()],
            )
        forget_keys(tx, topic, [key for key in keys if key not in due])


def forget_keys(tx: sa.Connection, topic: str, keys: list[str]) -> None:
    if keys:
        tx.execute(
            sa.delete(delivery_keys).where(
                delivery_keys.c.topic == topic, delivery_keys.c.key.in_(keys)
            )
        )


def by_columns(rows: list[dict[str, Any]]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """One statement per set of columns."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        columns = tuple(sorted(set(row) - {"token", "of_id"}))
        found.setdefault(columns, []).append(row)
    return found


def renamed(row: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    """A value's parameter may not be called like its column."""
    kept = {name: row[name] for name in ("token", "of_id") if name in row}
    return kept | {f"new_{name}": row[name] for name in columns}
