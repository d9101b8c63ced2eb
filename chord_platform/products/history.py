"""What each sync of a product did, kept for whoever asks later.

Belongs here: outcomes as rows, and back. Does not belong here: links between both sides
(`links.py`), showing an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from chord_platform.products.outcome import FAILURES, Change, Outcome, Result
from chord_platform.products.sync_product import Side
from chord_platform.store import Store
from chord_platform.store.product_tables import product_syncs

NEWEST_FIRST = product_syncs.c.started_at.desc()


class History:
    def __init__(self, store: Store) -> None:
        self.store = store

    def save(self, outcome: Outcome, *, by: str) -> None:
        self.save_rows([row_of(outcome, by=by)])

    def save_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """In one transaction: several wait for the disk once."""
        if rows:
            with self.store.writing() as connection:
                connection.execute(product_syncs.insert(), rows)

    def of_product(
        self, tenant: str, *, contentful_id: str = "", shopify_id: str = "", limit: int = 10
    ) -> list[Outcome]:
        """Newest first."""
        table = product_syncs.c
        ids = [
            column == id
            for column, id in ((table.contentful_id, contentful_id), (table.shopify_id, shopify_id))
            if id
        ]
        if not ids:
            return []
        asked = sa.select(product_syncs).where(table.tenant == tenant, sa.or_(*ids))
        return self.read(asked.order_by(NEWEST_FIRST).limit(limit))

    def of_tenant(
        self, tenant: str, *, limit: int = 50, only_failures: bool = False
    ) -> list[Outcome]:
        asked = sa.select(product_syncs).where(product_syncs.c.tenant == tenant)
        if only_failures:
            asked = asked.where(product_syncs.c.result.in_([one.value for one in FAILURES]))
        return self.read(asked.order_by(NEWEST_FIRST).limit(limit))

    def read(self, asked: sa.Select[tuple[object, ...]]) -> list[Outcome]:
        with self.store.reading() as connection:
            return [outcome_of(row) for row in connection.execute(asked).mappings()]

    def forget(self, *, older_than: datetime) -> int:
        gone = product_syncs.delete().where(product_syncs.c.started_at < older_than)
        with self.store.writing() as connection:
            return connection.execute(gone).rowcount


def outcome_of(row: sa.RowMapping) -> Outcome:
    return Outcome(
        id=row["id"],
        tenant=row["tenant"],
        ref=row["ref"],
        origin=Side(row["origin"]),
        result=Result(row["result"]),
        called=row["called"],
        changes=tuple(Change(**one) for one in row["changes"]),
        notes=tuple(row["notes"]),
        refusals=tuple(row["refusals"]),
        reason=row["reason"],
        next_step=row["next_step"],
        is_conflict=row["is_conflict"],
        contentful_id=row["contentful_id"],
        shopify_id=row["shopify_id"],
        links=tuple(sorted((Side(side), link) for side, link in row["links"].items())),
        started_at=row["started_at"],
        seconds=row["seconds"],
    )


def row_of(outcome: Outcome, *, by: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "tenant": outcome.tenant,
        "ref": outcome.ref,
        "origin": outcome.origin.value,
        "contentful_id": outcome.contentful_id,
        "shopify_id": outcome.shopify_id,
        "called": outcome.called,
        "result": outcome.result.value,
        "changes": [asdict(change) for change in outcome.changes],
        "notes": list(outcome.notes),
        "refusals": list(outcome.refusals),
        "links": {side.value: link for side, link in outcome.links},
        "reason": outcome.reason,
        "next_step": outcome.next_step,
        "is_conflict": outcome.is_conflict,
        "by": by,
        "started_at": outcome.started_at,
        "seconds": outcome.seconds,
    }
