"""Destinations of events, and where each of them has got to.

Belongs here: this step's tables. Does not belong here: what they are for (`store/*_tables.py`).
"""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables are made here."""


def downgrade() -> None:
    """And dropped here."""
