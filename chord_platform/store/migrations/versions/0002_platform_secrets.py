"""Secrets of the installation itself, such as the key under which personal data is hashed.

Belongs here: this step's tables. Does not belong here: what they are for (`store/tables.py`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chord_platform.store.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform_secrets",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("sealed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_platform_secrets"),
    )


def downgrade() -> None:
    op.drop_table("platform_secrets")
