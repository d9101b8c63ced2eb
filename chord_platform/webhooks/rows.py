"""Deliveries as rows of the store.

Belongs here: reading rows into values, and the two databases' one difference in inserting.
Does not belong here: what may happen to a delivery (`queue.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from chord_platform.store.delivery_tables import deliveries, delivery_keys
from chord_platform.webhooks.delivery import Delivery

OVERVIEW = [column for column in deliveries.c if column.name != "body"]
LEASE = sa.case((deliveries.c.state == "claimed", delivery_keys.c.due_at))


def insert_into(tx: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Both know `on conflict`, each by its own class."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


def select_deliveries(columns: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    same_key = sa.and_(
        delivery_keys.c.topic == deliveries.c.topic, delivery_keys.c.key == deliveries.c.key
    )
    return sa.select(*columns, LEASE.label("lease_until")).select_from(
        deliveries.outerjoin(delivery_keys, same_key)
    )


def delivery_of(row: Mapping[Any, Any]) -> Delivery:
    return Delivery(
        id=row["id"],
        topic=row["topic"],
        key=row["key"],
        subject=row["subject"],
        headers=row["headers"],
        body=row.get("body"),
        received_at=row["received_at"],
        not_before=row["not_before"],
        attempts=row["attempts"],
        state=row["state"],
        problem=row["problem"],
        lease_until=row.get("lease_until"),
        handled_by=row["handled_by"],
        finished_at=row["finished_at"],
        result=row["result"],
    )
