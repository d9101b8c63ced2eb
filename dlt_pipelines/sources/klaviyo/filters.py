"""Klaviyo's filter grammar, and how far back a first sync goes.

Belongs here: writing `greater-than(updated,2026-01-01T00:00:00Z),equals(archived,true)`.
Does not belong here: which fields an endpoint can filter (`listings.py`, `history.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from dlt_pipelines.connector import ConnectionSettings


def terms(*each: str) -> str:
    """All of these."""
    return ",".join(term for term in each if term)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def earliest(settings: ConnectionSettings) -> datetime | None:
    chosen = settings.get("start_on")
    return datetime.fromisoformat(chosen).replace(tzinfo=UTC) if chosen else None
