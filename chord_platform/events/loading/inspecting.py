"""What loading noted, for a person: violations and quarantine.

Belongs here: reading `events_meta`. Does not belong here: verdicts (`verdicts.py`), printing.

It is read from the warehouse itself, not from the published copy: what a correction changed must
be seen at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chord_platform.events.loading.meta import META, is_prepared
from chord_platform.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class SeenViolation:
    source: str
    event: str
    field: str
    type: str
    description: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime
    sample_message_ids: list[str]


@dataclass(frozen=True)
class Quarantined:
    source: str
    event: str
    message_id: str
    received_at: datetime
    reasons: list[str]
    replayed_at: datetime | None
    message: Any


@contextmanager
def opened(warehouse: Warehouse, holder: str) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """None where no event was ever loaded."""
    if not warehouse.path.exists():
        yield None
        return
    with warehouse.writer(holder) as con:
        yield con if is_prepared(con) else None


def violations_since(
    warehouse: Warehouse, *, since: datetime, source: str | None = None, event: str | None = None
) -> list[SeenViolation]:
    """Over all hours, most frequent first."""
    with opened(warehouse, "look at violations") as con:
        if con is None:
            return []
        rows = con.execute(
            "select source, event, field, type, min(description), sum(count)::bigint as times,"
            " min(first_seen_at), max(last_seen_at),"
            " list_distinct(flatten(array_agg(sample_message_ids order by hour desc)))[:5]"
            f" from {META}.violations where last_seen_at >= $since"
            " and ($source is null or source = $source) and ($event is null or event = $event)"
            " group by source, event, field, type order by times desc, source, event, field, type",
            {"since": since, "source": source, "event": event},
        ).fetchall()
    return [SeenViolation(*row) for row in rows]


def quarantined(
    warehouse: Warehouse,
    *,
    source: str | None = None,
    event: str | None = None,
    limit: int = 50,
    with_replayed: bool = False,
) -> list[Quarantined]:
    """Newest first."""
    with opened(warehouse, "look at the quarantine") as con:
        if con is None:
            return []
        rows = con.execute(
            "select source, event, message_id, received_at, reasons, replayed_at, envelope"
            f" from {META}.quarantine where ($all or replayed_at is null)"
            " and ($source is null or source = $source) and ($event is null or event = $event)"
            " order by received_at desc, message_id limit $limit",
            {"all": with_replayed, "source": source, "event": event, "limit": limit},
        ).fetchall()
    return [
        Quarantined(
            *row[:4],
            reasons=[reason["description"] for reason in json.loads(row[4])],
            replayed_at=row[5],
            message=message_in(row[6]),
        )
        for row in rows
    ]


def message_in(envelope: str) -> Any:
    try:
        return json.loads(envelope)["message"]
    except (ValueError, KeyError, TypeError):
        return envelope
