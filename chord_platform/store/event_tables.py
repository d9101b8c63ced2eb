"""The store's tables of event tracking: sources, their write keys, destinations, what was seen.

Belongs here: columns and keys.
Does not belong here: rules (`chord_platform/events/`), connections (`tables.py`).
"""

from __future__ import annotations

import sqlalchemy as sa

from chord_platform.store.tables import UtcDateTime, metadata

SOURCE_NAME_LENGTH = 56
"""`events_` before it, and PostgreSQL's 63 characters of a schema's name are full."""

# --- sources and write keys ---

event_sources = sa.Table(
    "event_sources",
    metadata,
    sa.Column("name", sa.String(SOURCE_NAME_LENGTH), primary_key=True),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("company", sa.String(200), nullable=False),
    sa.Column("side", sa.String(16), nullable=False),
    sa.Column("environment", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("plan", sa.String(64)),
    sa.Column("connection", sa.String(64)),
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
)

write_keys = sa.Table(
    "write_keys",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column(
        "source",
        sa.String(SOURCE_NAME_LENGTH),
        sa.ForeignKey("event_sources.name", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("secret_hash", sa.String(64), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("made_by", sa.String(200), nullable=False),
    sa.Column("ends_at", UtcDateTime),
)
