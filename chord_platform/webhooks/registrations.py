"""Which connections are registered at their vendor, where to, and since when that holds.

Belongs here: the rows; comparing what is wanted with what the vendor has. Does not belong here: the
vendor's API (a port), which topics are wanted.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from chord_platform.store import Store
from chord_platform.store.delivery_tables import webhook_registrations
from chord_platform.webhooks.rows import insert_into


@dataclass(frozen=True, kw_only=True)
class Registration:
    """address: where the vendor sends to. reconciled_until: what happened before is known to have
    become events, by webhook or by asking. refused: topics that the vendor does not give this app,
    with its reason."""

    connection: str
    address: str
    registered_at: datetime | None = None
    checked_at: datetime | None = None
    reconciled_until: datetime | None = None
    refused: Mapping[str, str] | None = None


class Subscribed(Protocol):
    """What the vendor has, in its own words."""

    @property
    def id(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def uri(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Difference:
    """missing: topics to be made. moved: of ours, but to a former address. present: as wanted."""

    missing: tuple[str, ...]
    moved: tuple[Subscribed, ...]
    present: tuple[Subscribed, ...]


def compared(
    there: Iterable[Subscribed], *, wanted: Sequence[str], address: str, former: Iterable[str] = ()
) -> Difference:
    """Others' subscriptions are nobody's business here: only our own addresses count."""
    of_ours = {address, *former}
    present: dict[str, Subscribed] = {}
    moved: dict[str, Subscribed] = {}
    for one in there:
        if one.topic in wanted and one.uri in of_ours:
            (present if one.uri == address else moved).setdefault(one.topic, one)
    return Difference(
        missing=tuple(topic for topic in wanted if topic not in present and topic not in moved),
        moved=tuple(one for topic, one in moved.items() if topic not in present),
        present=tuple(present.values()),
    )


class Registrations:
    def __init__(self, store: Store) -> None:
        self.store = store

    def list(self) -> builtins.list[Registration]:
        chosen = sa.select(webhook_registrations).order_by(webhook_registrations.c.connection)
        with self.store.reading() as tx:
            return [Registration(**row) for row in tx.execute(chosen).mappings()]

    def get(self, connection: str) -> Registration | None:
        return next((one for one in self.list() if one.connection == connection), None)

    def put(self, connection: str, **values: Any) -> None:
        """Changes what is given; a new one needs its address."""
        table = webhook_registrations
        with self.store.writing() as tx:
            known = tx.execute(
                sa.update(table).where(table.c.connection == connection).values(**values)
            ).rowcount
            if not known:
                made = insert_into(tx, table).values(connection=connection, **values)
                tx.execute(made.on_conflict_do_nothing())

    def remove(self, connection: str) -> None:
        table = webhook_registrations
        with self.store.writing() as tx:
            tx.execute(sa.delete(table).where(table.c.connection == connection))
