"""The store's tables of event tracking: sources, their write keys, destinations, what was seen.

Belongs here: columns and keys.
Does not belong here: rules (`chord_platform/events/`), connections (`tables.py`).
"""

from __future__ import annotations

import sqlalchemy as sa

from chord_platform.store.tables import NAME_LENGTH, UtcDateTime, metadata

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

# --- destinations ---

# position: what the inbox gave it. counts: what became of each message, by the words of
# `events/destination.py`.
event_destinations = sa.Table(
    "event_destinations",
    metadata,
    sa.Column("name", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("sources", sa.JSON, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("choice", sa.JSON, nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Column("paused_by", sa.String(200)),
    sa.Column("paused_because", sa.Text),
    sa.Column("paused_at", UtcDateTime),
    sa.Column("position", sa.String(64), nullable=False),
    sa.Column("counts", sa.JSON, nullable=False),
    sa.Column("seen", sa.JSON, nullable=False),
    sa.Column("last_delivered_at", UtcDateTime),
    sa.Column("last_read_at", UtcDateTime),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("problem", sa.Text),
    sa.Column("next_step", sa.Text),
    sa.Column("not_before", UtcDateTime),
)

event_destination_secrets = sa.Table(
    "event_destination_secrets",
    metadata,
    sa.Column(
        "destination",
        sa.String(NAME_LENGTH),
        sa.ForeignKey("event_destinations.name", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("field", sa.String(64), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("sealed_at", UtcDateTime, nullable=False),
)

# What a destination refused for good. message: as it was to be delivered, JSON.
failed_events = sa.Table(
    "failed_events",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column(
        "destination",
        sa.String(NAME_LENGTH),
        sa.ForeignKey("event_destinations.name", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("source", sa.String(SOURCE_NAME_LENGTH), nullable=False),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("received_at", sa.String(40), nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("failed_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index("ix_failed_events_destination_failed_at", "destination", "failed_at"),
)
