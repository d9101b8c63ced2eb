"""Sources of events and their write keys.

Belongs here: this step's tables. Does not belong here: what they are for (`store/*_tables.py`).
"""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables are made here."""


def downgrade() -> None:
    """And dropped here."""
