"""Alembic's entry: runs on the connection that `migrate.py` hands over, in its transaction.

Belongs here: how migrations run. Does not belong here: where the store is (no URL is read here).
"""

from __future__ import annotations

from alembic import context

from chord_platform.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
)
context.run_migrations()
