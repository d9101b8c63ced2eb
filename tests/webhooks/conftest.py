"""An empty store with its tables, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chord_platform.store.store import Store, new_engine
from tests.store.servers import migrated_url, postgres, postgres_template, sqlite_template

__all__ = ["migrated_url", "postgres", "postgres_template", "sqlite_template", "store"]


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(new_engine(migrated_url))
    yield opened
    opened.close()
