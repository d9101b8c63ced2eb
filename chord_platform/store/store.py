"""Opens the store and gives transactions on it.

Belongs here: the engine, its pragmas, what a failure to open means.
Does not belong here: tables (`tables.py`), making them (`migrate.py`), queries (each domain's own).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from chord_platform.errors import StoreNotMigrated, StoreUnavailable
from chord_platform.settings import Settings

BUSY_SECONDS = 30
HEAD = "0007"
"""The migration this code expects; a test compares it with `migrations/versions/`."""

WRITES = "chord_writes"


class Store:
    """Short transactions on one database; SQLite and PostgreSQL alike."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Takes SQLite's one write lock at its start: a transaction that first reads and then
        writes would fail when another wrote in between, and waiting would not help it."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """For many short transactions in a row. SQLite folds its log into the file, and removes it,
        whenever the last connection closes, which is three times the cost of a transaction: one
        stays open, in no transaction."""
        if self.engine.dialect.name != "sqlite":
            yield
            return
        with closing(self.engine.raw_connection()) as kept:
            cursor = kept.cursor()
            cursor.execute("select count(*) from sqlite_master")  # only a used one counts
            cursor.fetchall()
            cursor.close()
            yield

    def close(self) -> None:
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Raises:
    StoreNotMigrated: its tables are missing, older, or newer than this code.
    StoreUnavailable: it cannot be opened.
    """
    missing = StoreNotMigrated(
        "The store has no tables yet.", hint="Run `chord connections list` once: it makes them."
    )
    if (path := sqlite_path(settings.store_url)) and not path.exists():
        raise missing
    store = Store(new_engine(settings.store_url))
    version = stored_version(store)
    if version is None:
        raise missing
    if version < HEAD:
        raise StoreNotMigrated(
            f"The store is at version {version}, this code needs {HEAD}.",
            hint="Run `chord connections list` once: it brings the store up to date.",
        )
    if version > HEAD:
        raise StoreNotMigrated(
            f"The store is at version {version}, which is newer than this code ({HEAD}).",
            hint="Install the newer version of the platform again.",
        )
    return store


def stored_version(store: Store) -> str | None:
    with unavailable(store.engine), store.reading() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("select version_num from alembic_version")).scalar()


def new_engine(url: str) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, pool_size=2, json_serializer=dumps)
    # No pool: opening costs 0.2 ms, and a forked or killed process leaves no handle behind.
    engine = sa.create_engine(url, poolclass=NullPool, json_serializer=dumps)
    event.listen(engine, "connect", set_pragmas)
    event.listen(engine, "begin", begin)
    return engine


def set_pragmas(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins and commits, DDL included
    cursor = connection.cursor()
    cursor.execute(f"pragma busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("pragma foreign_keys = on")
    cursor.execute("pragma journal_mode = wal")
    # A webhook is answered when it is stored: "stored" has to survive a power cut.
    cursor.execute("pragma synchronous = full")
    cursor.close()


def begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


@contextmanager
def unavailable(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except (OperationalError, DBAPIError) as error:
        place = engine.url.render_as_string(hide_password=True)
        reason = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
        raise StoreUnavailable(
            f"The store {place} cannot be opened ({reason}).",
            hint="Check CHORD_STORE_URL, its server, and the rights on CHORD_HOME.",
        ) from error


def sqlite_path(url: str) -> Path | None:
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def dumps(value: Any) -> str:
    import orjson

    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def make_file_private(path: Path) -> None:
    """The file holds sealed credentials: it is made before SQLite would, readable by one user."""
    with contextlib.suppress(FileExistsError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
