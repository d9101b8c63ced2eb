"""Destinations of events, and where each of them has got to.

Belongs here: this step's tables. Does not belong here: what they are for (`store/*_tables.py`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chord_platform.store.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_destinations",
        sa.Column("name", sa.String(40), nullable=False),
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
        sa.PrimaryKeyConstraint("name", name="pk_event_destinations"),
    )
    op.create_table(
        "event_destination_secrets",
        sa.Column("destination", sa.String(40), nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("sealed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("destination", "field", name="pk_event_destination_secrets"),
        sa.ForeignKeyConstraint(
            ["destination"],
            ["event_destinations.name"],
            name="fk_event_destination_secrets_destination",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "failed_events",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("destination", sa.String(40), nullable=False),
        sa.Column("source", sa.String(56), nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("received_at", sa.String(40), nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("failed_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failed_events"),
        sa.ForeignKeyConstraint(
            ["destination"],
            ["event_destinations.name"],
            name="fk_failed_events_destination",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_failed_events_destination_failed_at", "failed_events", ["destination", "failed_at"]
    )


def downgrade() -> None:
    op.drop_table("failed_events")
    op.drop_table("event_destination_secrets")
    op.drop_table("event_destinations")
