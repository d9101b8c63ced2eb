"""Webhook deliveries, the keys that have work, refusals, and who is registered at the vendor.

Belongs here: this step's tables. Does not belong here: what they are for (`store/*_tables.py`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chord_platform.store.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("topic", sa.String(120), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("claim", sa.String(36)),
        sa.Column("problem", sa.Text),
        sa.Column("handled_by", sa.String(200)),
        sa.Column("finished_at", UtcDateTime),
        sa.Column("result", sa.JSON),
        sa.PrimaryKeyConstraint("number", name="pk_deliveries"),
        sa.UniqueConstraint("id", name="uq_deliveries_id"),
    )
    op.create_index("ix_deliveries_topic_key_state", "deliveries", ["topic", "key", "state"])
    op.create_index("ix_deliveries_state_finished_at", "deliveries", ["state", "finished_at"])
    op.create_index("ix_deliveries_claim", "deliveries", ["claim"])
    op.create_table(
        "delivery_keys",
        sa.Column("topic", sa.String(120), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("claim", sa.String(36)),
        sa.PrimaryKeyConstraint("topic", "key", name="pk_delivery_keys"),
    )
    op.create_index("ix_delivery_keys_topic_due_at", "delivery_keys", ["topic", "due_at"])
    op.create_index("ix_delivery_keys_claim", "delivery_keys", ["claim"])
    op.create_table(
        "webhook_refusals",
        sa.Column("receiver", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("receiver", "reason", "day", name="pk_webhook_refusals"),
    )
    op.create_table(
        "webhook_registrations",
        sa.Column("connection", sa.String(40), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("registered_at", UtcDateTime),
        sa.Column("checked_at", UtcDateTime),
        sa.Column("reconciled_until", UtcDateTime),
        sa.Column("refused", sa.JSON),
        sa.PrimaryKeyConstraint("connection", name="pk_webhook_registrations"),
    )


def downgrade() -> None:
    for table in ("webhook_registrations", "webhook_refusals", "delivery_keys", "deliveries"):
        op.drop_table(table)
