"""The store's tables.

Belongs here: columns and keys, as SQLAlchemy Core knows them; times that keep their zone.
Does not belong here: rules about what the rows mean, changes over versions (`migrations/`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NAME_LENGTH = 40


class UtcDateTime(TypeDecorator[datetime]):
    """A UTC time with its zone. SQLite keeps none, so it gets and gives plain UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone does not enter the store")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

connections = sa.Table(
    "connections",
    metadata,
    sa.Column("name", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("connector", sa.String(64), nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("schedule", sa.String(100)),
    sa.Column("setup", sa.String(16), nullable=False),
    sa.Column("trouble_fault", sa.String(16)),
    sa.Column("trouble_reason", sa.Text),
    sa.Column("trouble_next_step", sa.Text),
    sa.Column("trouble_since", UtcDateTime),
    sa.Column("paused_by", sa.String(200)),
    sa.Column("paused_because", sa.Text),
    sa.Column("paused_at", UtcDateTime),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("first_failed_at", UtcDateTime),
    sa.Column("unreachable_since", UtcDateTime),
    sa.Column("account", sa.Text, nullable=False, server_default=""),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Column("created_at", UtcDateTime),
    sa.Column("started_at", UtcDateTime),
    sa.Column("last_checked_at", UtcDateTime),
    sa.Column("last_synced_at", UtcDateTime),
)

sealed_credentials = sa.Table(
    "sealed_credentials",
    metadata,
    sa.Column(
        "connection",
        sa.String(NAME_LENGTH),
        sa.ForeignKey("connections.name", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("field", sa.String(64), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("sealed_at", UtcDateTime, nullable=False),
)

platform_secrets = sa.Table(
    "platform_secrets",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("sealed_at", UtcDateTime, nullable=False),
)

sync_requests = sa.Table(
    "sync_requests",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column(
        "connection",
        sa.String(NAME_LENGTH),
        sa.ForeignKey("connections.name", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("requested_by", sa.String(200), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("run_id", sa.String(64)),
    sa.Column("not_before", UtcDateTime),
)

# No foreign key: what ran stays known after its connection is gone.
sync_runs = sa.Table(
    "sync_runs",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("connection", sa.String(NAME_LENGTH), nullable=False),
    sa.Column("connector", sa.String(64), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("is_partial", sa.Boolean, nullable=False),
    sa.Column("started_by", sa.String(200), nullable=False),
    sa.Column("dagster_run_id", sa.String(64)),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("seconds", sa.Float),
    sa.Column("rows_received", sa.BigInteger),
    sa.Column("rows_inserted", sa.BigInteger),
    sa.Column("rows_updated", sa.BigInteger),
    sa.Column("rows_deleted", sa.BigInteger),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("api_requests", sa.BigInteger),
    sa.Column("waited_seconds", sa.Float),
    sa.Column("lock_seconds", sa.Float),
    sa.Column("summary", sa.JSON),
    sa.Column("fault", sa.String(16)),
    sa.Column("error", sa.Text),
    sa.Column("next_step", sa.Text),
    sa.Index("ix_sync_runs_connection_started_at", "connection", "started_at"),
    sa.Index("ix_sync_runs_status", "status"),
)

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("what", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("before", sa.JSON),
    sa.Column("after", sa.JSON),
    sa.Index("ix_audit_log_subject_at", "subject", "at"),
)
