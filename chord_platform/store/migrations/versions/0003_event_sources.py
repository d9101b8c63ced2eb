"""Sources of events and their write keys.

Belongs here: this step's tables. Does not belong here: what they are for (`store/*_tables.py`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chord_platform.store.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_sources",
        sa.Column("name", sa.String(56), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("company", sa.String(200), nullable=False),
        sa.Column("side", sa.String(16), nullable=False),
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("plan", sa.String(64)),
        sa.Column("connection", sa.String(64)),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("added_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_event_sources"),
    )
    op.create_table(
        "write_keys",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("source", sa.String(56), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("ends_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_write_keys"),
        sa.ForeignKeyConstraint(
            ["source"],
            ["event_sources.name"],
            name="fk_write_keys_source",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_write_keys_source", "write_keys", ["source"])


def downgrade() -> None:
    op.drop_table("write_keys")
    op.drop_table("event_sources")
