"""The platform's own database: SQLite by default, PostgreSQL when asked."""

from chord_platform.store.migrate import migrate
from chord_platform.store.store import Store, open_store

__all__ = ["Store", "migrate", "open_store"]
