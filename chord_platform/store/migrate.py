"""Brings the store's tables to this code's version: one explicit step, one process at a time.

Belongs here: that step and its lock. Does not belong here: opening the store, which never migrates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

from chord_platform.errors import StoreNotMigrated, StoreUnavailable
from chord_platform.settings import Settings
from chord_platform.store.store import (
    HEAD,
    Store,
    make_file_private,
    new_engine,
    sqlite_path,
    stored_version,
    unavailable,
)

WAIT_SECONDS = 60
ADVISORY_LOCK = 0x63686F7264  # "chord": one number that all our processes agree on


def migrate(settings: Settings) -> bool:
    """Whether anything had to be done. A store that is up to date costs one query.

    Raises:
        StoreNotMigrated: the store is newer than this code, or another process migrates too long.
        StoreUnavailable: it cannot be opened.
    """
    path = sqlite_path(settings.store_url)
    if path:
        try:
            make_file_private(path)
        except OSError as error:
            raise StoreUnavailable(
                f"The store {path} cannot be made ({error.strerror}).",
                hint="Check CHORD_STORE_URL and the rights on its folder.",
            ) from error
    store = Store(new_engine(settings.store_url))
    try:
        if is_current(store):
            return False
        with alone(store, path), unavailable(store.engine):
            if is_current(store):
                return False
            upgrade(store)
            return True
    finally:
        store.close()


def is_current(store: Store) -> bool:
    version = stored_version(store)
    if version is not None and version > HEAD:
        raise StoreNotMigrated(
            f"The store is at version {version}, which is newer than this code ({HEAD}).",
            hint="Install the newer version of the platform again.",
        )
    return version == HEAD


@contextmanager
def alone(store: Store, path: Path | None) -> Iterator[None]:
    """A file lock beside SQLite's file; PostgreSQL's advisory lock, which ends with its session."""
    if path:
        try:
            with FileLock(path.with_name(f"{path.name}.migrate.lock"), timeout=WAIT_SECONDS):
                yield
        except Timeout:
            raise StoreNotMigrated(
                f"Another process has been migrating the store for {WAIT_SECONDS} seconds.",
                hint="Wait for it, or end it, then try again.",
            ) from None
        return
    with unavailable(store.engine), store.engine.connect() as connection:
        connection.execute(sa.text("select pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(sa.text("select pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})


def upgrade(store: Store) -> None:
    """All pending migrations in one transaction: a kill leaves the old version."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
