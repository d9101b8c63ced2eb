"""Sources of events and their write keys: what the command line and the gateway ask for.

Belongs here: what can be asked, and that no change goes without its audit row. Does not belong
here: what a rule means (`source.py`), rows (`source_rows.py`), the HTTP of a key (the gateway).
"""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from chord_platform.errors import SourceRefused
from chord_platform.events.key_ring import KeyRing
from chord_platform.events.source import (
    ENVIRONMENTS,
    ConsentRule,
    Environment,
    Kind,
    Side,
    Source,
    SourceRules,
)
from chord_platform.events.source_names import name_of, title_of
from chord_platform.events.source_rows import (
    columns_of,
    one,
    put_key,
    source_of,
    write_audit,
    write_key_of,
)
from chord_platform.events.write_keys import WriteKey
from chord_platform.store import Store
from chord_platform.store.event_tables import event_sources, write_keys

__all__ = ["ConsentRule", "Source", "SourceRules", "Sources"]

SHOPIFY_PLAN, CHORD_PLAN = "shopify", "chord"
MOST_GRACE = timedelta(days=30)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Made:
    """key: `id:secret` of a source that is new, to be shown once; None when it was there."""

    source: Source
    key: str | None = field(repr=False)


class Sources:
    """by: who asks, for the audit log. Names are taken as people write them."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime] = utc_now,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.clock = clock
        self.ring = KeyRing(store, read_source=source_of, clock=clock, timer=timer)

    def init(self, company: str, *, with_shopify: bool = False, by: str = "") -> list[Made]:
        """Front-end and back-end, production and staging; what is there already stays as it is."""
        made = []
        back: Kind = "shopify_webhook" if with_shopify else "oms"
        plan = SHOPIFY_PLAN if with_shopify else CHORD_PLAN
        known = {source.name: source for source in self.list()}
        for environment in ENVIRONMENTS:
            wanted: tuple[tuple[Side, Kind], ...] = (("front-end", "segment"), ("back-end", back))
            for side, kind in wanted:
                title = title_of(company, side=side, kind=kind, environment=environment)
                if there := known.get(name_of(title)):
                    made.append(Made(source=there, key=None))
                    continue
                source, key = self.add(
                    title,
                    company=company,
                    side=side,
                    environment=environment,
                    kind=kind,
                    plan=plan,
                    by=by,
                )
                made.append(Made(source=source, key=key))
        return made

    def add(
        self,
        title: str,
        *,
        side: Side,
        environment: Environment,
        company: str = "",
        kind: Kind = "segment",
        plan: str | None = None,
        rules: SourceRules | None = None,
        connection: str | None = None,
        by: str = "",
    ) -> tuple[Source, str]:
        """The source and its key, which is nowhere kept and cannot be shown again.

        Raises:
            SourceRefused: the name is taken, or is none.
        """
        source = Source(
            name=name_of(title),
            title=title.strip(),
            company=company.strip(),
            side=side,
            environment=environment,
            kind=kind,
            plan=plan,
            rules=rules or SourceRules(),
            connection=connection,
        )
        now = self.clock()
        try:
            with self.store.writing() as tx:
                tx.execute(sa.insert(event_sources).values(columns_of(source) | {"added_at": now}))
                key = put_key(tx, source.name, by=by, at=now)
                write_audit(tx, "source added", source.name, None, source, by=by, at=now)
        except IntegrityError as error:
            raise SourceRefused(
                f"There is a source {source.name!r} already.",
                hint=f"Look at it with `chord sources show {source.name}`, or choose another name.",
            ) from error
        self.ring.forget()
        return source, key

    def list(self) -> builtins.list[Source]:
        with self.store.reading() as tx:
            chosen = sa.select(event_sources).order_by(event_sources.c.name)
            return [source_of(row) for row in tx.execute(chosen)]

    def get(self, name: str) -> Source:
        """Raises:
        UnknownSource: there is none of that name.
        """
        with self.store.reading() as tx:
            return one(tx, name_of(name))

    def by_write_key(self, key: str) -> Source | None:
        """Of `id:secret`. A key that was rotated or whose source is gone dies within seconds, in
        every process.

        Raises:
            StoreUnavailable: the store has not answered yet, so that nobody is known.
        """
        return self.ring.source_of_key(key)

    def by_key_id(self, key_id: str) -> Source | None:
        """For what is no secret: the settings a browser's library asks for. Taken with or without
        the secret behind it."""
        return self.ring.source_of_id(key_id)

    def of_connection(self, connection: str) -> builtins.list[Source]:
        """Those that take this connection's webhooks."""
        return [source for source in self.list() if source.connection == connection]

    def keys(self, name: str) -> builtins.list[WriteKey]:
        """Newest first; also those that have ended."""
        chosen = (
            sa.select(write_keys)
            .where(write_keys.c.source == self.get(name).name)
            .order_by(write_keys.c.made_at.desc(), write_keys.c.id)
        )
        with self.store.reading() as tx:
            rows = tx.execute(chosen).all()
        return [write_key_of(row) for row in rows]

    def rotate_key(
        self, name: str, *, grace: timedelta = timedelta(0), by: str = ""
    ) -> tuple[Source, str]:
        """A new key. The ones before it end now, or when `grace` is over: until then both are
        taken, so that a shop's pages can be published with the new one. A key that ends sooner
        already keeps its end.

        Raises:
            SourceRefused: the grace is negative or longer than a month.
        """
        if not timedelta(0) <= grace <= MOST_GRACE:
            raise SourceRefused(
                f"An old key cannot stay for {grace}.", hint=f"Give at most {MOST_GRACE.days} days."
            )
        now = self.clock()
        end = now + grace
        with self.store.writing() as tx:
            source = one(tx, name_of(name), lock=True)
            is_longer = write_keys.c.ends_at.is_(None) | (write_keys.c.ends_at > end)
            tx.execute(
                sa.update(write_keys)
                .where(write_keys.c.source == source.name, is_longer)
                .values(ends_at=end)
            )
            key = put_key(tx, source.name, by=by, at=now)
            write_audit(tx, "write key rotated", source.name, None, None, by=by, at=now)
        self.ring.forget()
        return source, key

    def change(self, name: str, alter: Callable[[Source], Source], *, by: str = "") -> Source:
        """alter: applied to the row as it is inside the transaction. Its name stays."""
        now = self.clock()
        with self.store.writing() as tx:
            before = one(tx, name_of(name), lock=True)
            after = replace(alter(before), name=before.name)
            if after == before:
                return before
            row = event_sources.c.name == before.name
            tx.execute(sa.update(event_sources).where(row).values(columns_of(after)))
            write_audit(tx, "source changed", before.name, before, after, by=by, at=now)
        self.ring.forget()
        return after

    def set_rules(self, name: str, rules: SourceRules, *, by: str = "") -> Source:
        return self.change(name, lambda source: replace(source, rules=rules), by=by)

    def remove(self, name: str, *, by: str = "") -> Source:
        """Its keys go with it; what it sent stays in the warehouse."""
        now = self.clock()
        with self.store.writing() as tx:
            source = one(tx, name_of(name), lock=True)
            tx.execute(sa.delete(event_sources).where(event_sources.c.name == source.name))
            write_audit(tx, "source removed", source.name, source, None, by=by, at=now)
        self.ring.forget()
        return source
