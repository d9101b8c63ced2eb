"""The store's tables of webhook deliveries.

Belongs here: columns and keys.
Does not belong here: rules (`chord_platform/webhooks/`), what a handler stores.
"""

from __future__ import annotations

import sqlalchemy as sa

from chord_platform.store.tables import NAME_LENGTH, UtcDateTime, metadata

KEY_LENGTH = 300
TOPIC_LENGTH = 120

deliveries = sa.Table(
    "deliveries",
    metadata,
    # SQLite counts only an INTEGER key up by itself.
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("id", sa.String(200), nullable=False, unique=True),
    sa.Column("topic", sa.String(TOPIC_LENGTH), nullable=False),
    sa.Column("key", sa.String(KEY_LENGTH), nullable=False),
    sa.Column("subject", sa.String(TOPIC_LENGTH), nullable=False),
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
    sa.Index("ix_deliveries_topic_key_state", "topic", "key", "state"),
    sa.Index("ix_deliveries_state_finished_at", "state", "finished_at"),
    sa.Index("ix_deliveries_claim", "claim"),
)

# One row per key that has work: whoever holds it works the key, and nobody else does.
# due_at: when it may be claimed. Of a claimed key that is the end of its lease.
delivery_keys = sa.Table(
    "delivery_keys",
    metadata,
    sa.Column("topic", sa.String(TOPIC_LENGTH), primary_key=True),
    sa.Column("key", sa.String(KEY_LENGTH), primary_key=True),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("claim", sa.String(36)),
    sa.Index("ix_delivery_keys_topic_due_at", "topic", "due_at"),
    sa.Index("ix_delivery_keys_claim", "claim"),
)

webhook_refusals = sa.Table(
    "webhook_refusals",
    metadata,
    sa.Column("receiver", sa.String(TOPIC_LENGTH), primary_key=True),
    sa.Column("reason", sa.String(64), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("refused", sa.BigInteger, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False),
)

# No foreign key to connections: an address may be known before and after its connection.
webhook_registrations = sa.Table(
    "webhook_registrations",
    metadata,
    sa.Column("connection", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("registered_at", UtcDateTime),
    sa.Column("checked_at", UtcDateTime),
    sa.Column("reconciled_until", UtcDateTime),
    sa.Column("refused", sa.JSON),
)
