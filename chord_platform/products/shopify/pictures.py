"""Remembers which of a shop's pictures was made from which address of the CMS.

Belongs here: rows of media and sources. Does not belong here: which pictures a product should have.

Shopify forgets where a file came from, and makes a second copy of what is sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

import sqlalchemy as sa

from chord_platform.store import Store
from chord_platform.store.product_tables import product_pictures

MOST_AT_ONCE = 500


class Pictures(Protocol):
    def sources(self, media: Collection[str]) -> Mapping[str, str]:
        """By media id, for those that a sync has put there."""
        ...

    def remember(self, sources: Mapping[str, str], *, forget: Collection[str]) -> None: ...


class StoredPictures:
    def __init__(self, store: Store, *, tenant: str) -> None:
        self.store, self.tenant = store, tenant

    def sources(self, media: Collection[str]) -> Mapping[str, str]:
        table = product_pictures.c
        wanted = list(media)
        found: dict[str, str] = {}
        with self.store.reading() as connection:
            for start in range(0, len(wanted), MOST_AT_ONCE):
                some = wanted[start : start + MOST_AT_ONCE]
                asked = sa.select(table.media_id, table.source).where(
                    table.tenant == self.tenant, table.media_id.in_(some)
                )
                found.update({row.media_id: row.source for row in connection.execute(asked)})
        return found

    def remember(self, sources: Mapping[str, str], *, forget: Collection[str]) -> None:
        table = product_pictures
        gone = {*sources, *forget}
        if not gone:
            return
        with self.store.writing() as connection:
            mine = (table.c.tenant == self.tenant) & table.c.media_id.in_(gone)
            connection.execute(table.delete().where(mine))
            rows = [
                {"tenant": self.tenant, "media_id": id, "source": source}
                for id, source in sources.items()
            ]
            if rows:
                connection.execute(table.insert(), rows)


class PicturesInMemory:
    """For one process; a dry look at a shop needs no store."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def sources(self, media: Collection[str]) -> Mapping[str, str]:
        return {id: self.known[id] for id in media if id in self.known}

    def remember(self, sources: Mapping[str, str], *, forget: Collection[str]) -> None:
        for id in forget:
            self.known.pop(id, None)
        self.known.update(sources)
