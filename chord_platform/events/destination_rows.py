"""Destinations as rows of the store.

Belongs here: from rows to values and back, and queries.
Does not belong here: what may be asked of a destination (`destination_service.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa

from chord_platform.errors import UnknownDestination
from chord_platform.events.destination import (
    Choice,
    Destination,
    FailedEvent,
    Pause,
    Progress,
    place_of,
)
from chord_platform.store.event_tables import (
    event_destination_secrets,
    event_destinations,
    failed_events,
)
from chord_platform.store.tables import audit_log


def read(tx: sa.Connection, *where: Any, lock: bool = False) -> Iterator[Destination]:
    chosen = sa.select(event_destinations).where(*where).order_by(event_destinations.c.name)
    rows = tx.execute(chosen.with_for_update() if lock else chosen).all()
    secrets = event_destination_secrets.c
    names: dict[str, set[str]] = {}
    for owner, name in tx.execute(sa.select(secrets.destination, secrets.field)).all():
        names.setdefault(owner, set()).add(name)
    for row in rows:
        yield destination_of(row, frozenset(names.get(row.name, ())))


def one(tx: sa.Connection, name: str, *, lock: bool = False) -> Destination:
    for destination in read(tx, event_destinations.c.name == name, lock=lock):
        return destination
    known = tx.execute(sa.select(event_destinations.c.name)).scalars().all()
    raise UnknownDestination(
        f"There is no destination {name!r}.",
        hint=f"Destinations: {', '.join(sorted(known))}."
        if known
        else "Add one with `chord destinations add NAME --type T --sources A,B`.",
    )


def destination_of(row: Any, secrets: frozenset[str]) -> Destination:
    position, done, within = place_of(row.position)
    pause = None
    if row.paused_at:
        pause = Pause(by=row.paused_by, because=row.paused_because, at=row.paused_at)
    return Destination(
        name=row.name,
        type=row.type,
        sources=tuple(row.sources),
        settings=row.settings,
        choice=choice_from_json(row.choice),
        added_at=row.added_at,
        pause=pause,
        secrets=secrets,
        progress=Progress(
            position=position,
            done=done,
            within=within,
            counts=row.counts,
            seen=row.seen,
            last_delivered_at=row.last_delivered_at,
            last_read_at=row.last_read_at,
            failing_since=row.failing_since,
            failures=row.failures,
            problem=row.problem,
            next_step=row.next_step,
            not_before=row.not_before,
        ),
    )


def columns_of(destination: Destination) -> dict[str, Any]:
    """All but its progress, which only forwarding moves."""
    pause = destination.pause
    return {
        "name": destination.name,
        "type": destination.type,
        "sources": list(destination.sources),
        "settings": dict(destination.settings),
        "choice": asdict(destination.choice),
        "added_at": destination.added_at,
        "paused_by": pause.by if pause else None,
        "paused_because": pause.because if pause else None,
        "paused_at": pause.at if pause else None,
    }


def choice_from_json(stored: Mapping[str, Any]) -> Choice:
    lists = ("events", "not_events", "consent")
    return Choice(**{**stored, **{name: tuple(stored.get(name, ())) for name in lists}})


def put_sealed(tx: sa.Connection, name: str, sealed: Mapping[str, str], *, at: datetime) -> None:
    secrets = event_destination_secrets.c
    for field, text in sealed.items():
        tx.execute(
            sa.delete(event_destination_secrets).where(
                secrets.destination == name, secrets.field == field
            )
        )
        row = {"destination": name, "field": field, "sealed": text, "sealed_at": at}
        tx.execute(sa.insert(event_destination_secrets).values(row))


def put_failed(tx: sa.Connection, events: Iterable[FailedEvent]) -> None:
    """The same message refused again takes the place of its earlier row."""
    for each in events:
        tx.execute(sa.delete(failed_events).where(failed_events.c.id == each.id))
        values = {**asdict(each), "message": orjson.dumps(each.message).decode()}
        tx.execute(sa.insert(failed_events).values(values))


def failed_of(row: Any) -> FailedEvent:
    values = dict(row._mapping)
    return FailedEvent(**{**values, "message": orjson.loads(values["message"])})


def failed_id(destination: str, source: str, message_id: str) -> str:
    return sha256("\0".join((destination, source, message_id)).encode()).hexdigest()[:32]


def write_audit(
    tx: sa.Connection,
    what: str,
    before: Destination | None,
    after: Destination | None,
    *,
    by: str,
    at: datetime,
    secrets: Iterable[str] = (),
) -> None:
    """Of secrets only their names."""
    subject = after or before
    assert subject is not None
    said = {"before": public(before), "after": public(after)}
    if after and (given := sorted(secrets)):
        said["after"] = {**(said["after"] or {}), "secrets given": given}
    row = {"at": at, "who": by, "what": what, "subject": f"destination {subject.name}", **said}
    tx.execute(sa.insert(audit_log).values(row))


def public(destination: Destination | None) -> dict[str, Any] | None:
    if destination is None:
        return None
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in columns_of(destination).items()
    }
