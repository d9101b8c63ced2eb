"""Which product of one side is which of the other, and how both were left.

Belongs here: rows of links as values, and back. Does not belong here: deciding what goes together
(an integration's `find_counterpart`), what each sync did (`history.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from chord_platform.products.fingerprints import LastSync
from chord_platform.products.sync_product import Side
from chord_platform.store import Store
from chord_platform.store.product_tables import product_links, product_variant_entries

COLUMN = {
    Side.CONTENTFUL: product_links.c.contentful_id,
    Side.SHOPIFY: product_links.c.shopify_id,
}


@dataclass(frozen=True, kw_only=True)
class Link:
    """pending: the origin of a sync that has begun to write and not ended."""

    id: str
    tenant: str
    contentful_id: str = ""
    shopify_id: str = ""
    last: LastSync | None = None
    pending: Side | None = None
    synced_at: datetime | None = None

    def id_of(self, side: Side) -> str:
        return self.contentful_id if side is Side.CONTENTFUL else self.shopify_id


class Links:
    def __init__(self, store: Store) -> None:
        self.store = store

    def of(self, tenant: str, side: Side, id: str) -> Link | None:
        """By the product's id, or by that of one of its variants' entries."""
        with self.store.reading() as connection:
            return read(connection, tenant, side, id)

    def of_tenant(self, tenant: str) -> list[Link]:
        asked = sa.select(product_links).where(product_links.c.tenant == tenant)
        with self.store.reading() as connection:
            return [link_of(row) for row in connection.execute(asked).mappings()]

    def begin(self, tenant: str, ids: dict[Side, str], *, origin: Side) -> Link:
        """Before the first write, so that whoever comes after a crash knows what was under way."""
        with self.store.writing() as connection:
            found = [read(connection, tenant, side, id) for side, id in ids.items() if id]
            known = [link for link in found if link]
            for other in known[1:]:
                if other.id != known[0].id:
                    connection.execute(product_links.delete().where(product_links.c.id == other.id))
            link = known[0] if known else Link(id=str(uuid4()), tenant=tenant)
            link = replace(
                link,
                contentful_id=ids.get(Side.CONTENTFUL) or "",
                shopify_id=ids.get(Side.SHOPIFY) or "",
                pending=origin,
            )
            save(connection, link, is_new=not known)
            return link

    def finish(self, link: Link, *, entries: Collection[str]) -> None:
        """entries: the ids of the variants' entries in Contentful."""
        with self.store.writing() as connection:
            known = connection.execute(
                sa.select(product_links.c.id).where(product_links.c.id == link.id)
            ).first()
            save(connection, replace(link, pending=None), is_new=known is None)
            gone = product_variant_entries.delete().where(
                (product_variant_entries.c.link == link.id)
                | (product_variant_entries.c.tenant == link.tenant)
                & product_variant_entries.c.contentful_id.in_(entries)
            )
            connection.execute(gone)
            rows = [
                {"tenant": link.tenant, "contentful_id": one, "link": link.id}
                for one in dict.fromkeys(entries)
            ]
            if rows:
                connection.execute(product_variant_entries.insert(), rows)

    def end(self, link: Link) -> None:
        """Nothing is under way any more, whatever became of it."""
        mine = product_links.c.id == link.id
        with self.store.writing() as connection:
            connection.execute(product_links.update().where(mine).values(pending=None))

    def forget(self, link: Link) -> None:
        with self.store.writing() as connection:
            connection.execute(product_links.delete().where(product_links.c.id == link.id))


def read(connection: sa.Connection, tenant: str, side: Side, id: str) -> Link | None:
    mine = product_links.c.tenant == tenant
    asked = sa.select(product_links).where(mine, COLUMN[side] == id)
    row = connection.execute(asked).mappings().first()
    if row is None and side is Side.CONTENTFUL:
        entry = product_variant_entries
        asked = (
            sa.select(product_links)
            .join(entry, entry.c.link == product_links.c.id)
            .where(entry.c.tenant == tenant, entry.c.contentful_id == id)
        )
        row = connection.execute(asked).mappings().first()
    return link_of(row) if row else None


def save(connection: sa.Connection, link: Link, *, is_new: bool) -> None:
    last = link.last or LastSync()
    values: dict[str, Any] = {
        "tenant": link.tenant,
        "contentful_id": link.contentful_id or None,
        "shopify_id": link.shopify_id or None,
        "contentful_fingerprint": last.contentful,
        "shopify_fingerprint": last.shopify,
        "linked_variants": sorted(last.linked),
        "marks": {side.value: mark for side, mark in last.marks},
        "pending": link.pending.value if link.pending else None,
        "synced_at": link.synced_at,
    }
    if is_new:
        connection.execute(product_links.insert().values(id=link.id, **values))
    else:
        mine = product_links.c.id == link.id
        connection.execute(product_links.update().where(mine).values(values))


def link_of(row: sa.RowMapping) -> Link:
    last = LastSync(
        contentful=row["contentful_fingerprint"],
        shopify=row["shopify_fingerprint"],
        linked=frozenset(row["linked_variants"]),
        marks=tuple(sorted((Side(side), mark) for side, mark in row["marks"].items())),
    )
    return Link(
        id=row["id"],
        tenant=row["tenant"],
        contentful_id=row["contentful_id"] or "",
        shopify_id=row["shopify_id"] or "",
        last=last if row["synced_at"] else None,
        pending=Side(row["pending"]) if row["pending"] else None,
        synced_at=row["synced_at"],
    )
