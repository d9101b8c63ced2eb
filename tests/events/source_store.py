"""Sources on an empty store, SQLite's or PostgreSQL's, and a clock that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chord_platform.events.sources import Sources
from chord_platform.store import Store, open_store
from tests.store.servers import migrated_url, postgres, postgres_template, sqlite_template
from tests.store.settings import settings_on

FIXTURES = (migrated_url, postgres, postgres_template, sqlite_template)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    """The day's time and the timer go together, and only when a test says so."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def timer(self) -> float:
        return (self.now - NOON).total_seconds()

    def passes(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def store(tmp_path: Path, migrated_url: str) -> Store:
    return open_store(settings_on(tmp_path, migrated_url))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sources(store: Store, clock: Clock) -> Sources:
    return opened(store, clock)


def opened(store: Store, clock: Clock) -> Sources:
    """As another process has them: with a memory of its own."""
    return Sources(store, clock=clock, timer=clock.timer)
