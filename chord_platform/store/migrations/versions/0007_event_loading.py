"""Loading events keeps nothing in the store: its state stands in the warehouse, with the rows.

Belongs here: nothing yet. Does not belong here: what loading notes (`events/loading/meta.py`).
"""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No table."""


def downgrade() -> None:
    """No table."""
