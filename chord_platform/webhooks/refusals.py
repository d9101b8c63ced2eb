"""Counts what was refused at the door: nothing else of a refused webhook is kept.

Belongs here: counting and reading the counts. Does not belong here: deciding (`signatures.py`).

A row per receiver, reason and day: a flood of refused requests cannot fill the store.
"""

from __future__ import annotations

import builtins
import logging
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from chord_platform.store import Store
from chord_platform.store.delivery_tables import webhook_refusals
from chord_platform.webhooks.rows import insert_into

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    receiver: str
    reason: str
    day: date
    refused: int
    last_at: datetime


class Refusals:
    def __init__(self, store: Store) -> None:
        self.store = store

    def count(self, receiver: str, reason: str, *, now: datetime, detail: str = "") -> None:
        """receiver: a name of ours, never the sender's text. detail: for the log line alone."""
        log.warning("A webhook was refused at %s: %s. %s", receiver, reason, detail)
        table = webhook_refusals
        with self.store.writing() as tx:
            made = insert_into(tx, table).values(
                receiver=receiver, reason=reason, day=now.date(), refused=1, last_at=now
            )
            tx.execute(
                made.on_conflict_do_update(
                    index_elements=["receiver", "reason", "day"],
                    set_={"refused": table.c.refused + 1, "last_at": made.excluded.last_at},
                )
            )

    def list(self, *, since: date | None = None) -> builtins.list[Refusal]:
        """Newest first."""
        chosen = sa.select(webhook_refusals).order_by(webhook_refusals.c.last_at.desc())
        if since is not None:
            chosen = chosen.where(webhook_refusals.c.day >= since)
        with self.store.reading() as tx:
            return [Refusal(**row) for row in tx.execute(chosen).mappings()]

    def forget(self, older_than: date) -> int:
        with self.store.writing() as tx:
            old = webhook_refusals.c.day < older_than
            return tx.execute(sa.delete(webhook_refusals).where(old)).rowcount
