"""The store on SQLite and on PostgreSQL: made once, explicitly, and faithful about time."""

from __future__ import annotations

import multiprocessing
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from chord_platform.errors import StoreNotMigrated, StoreUnavailable
from chord_platform.settings import Settings, read_settings
from chord_platform.store import migrate, open_store
from chord_platform.store import store as store_module
from chord_platform.store.schema import metadata
from chord_platform.store.tables import UtcDateTime, audit_log
from tests.store.settings import settings_on

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, store_url: str) -> Settings:
    return settings_on(tmp_path, store_url)


def test_a_store_that_nobody_migrated_says_the_next_step(settings: Settings) -> None:
    with pytest.raises(StoreNotMigrated, match=r"no tables yet.*chord connections list"):
        open_store(settings)


def test_migrating_makes_exactly_the_tables_the_code_knows(settings: Settings) -> None:
    assert migrate(settings) is True
    store = open_store(settings)
    with store.reading() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []
    store.close()


def test_migrating_again_does_nothing(settings: Settings) -> None:
    migrate(settings)
    assert migrate(settings) is False


def test_processes_that_migrate_at_once_all_find_one_finished_store(settings: Settings) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        done = pool.map(migrate, [settings] * 2)
    assert sum(done) == 1
    open_store(settings).close()


@pytest.mark.parametrize(
    ("version", "says"), [("0000", "this code needs"), ("9999", "newer than this code")]
)
def test_a_store_of_another_version_is_refused(settings: Settings, version: str, says: str) -> None:
    migrate(settings)
    store = open_store(settings)
    with store.writing() as tx:
        tx.execute(sa.text("update alembic_version set version_num = :v"), {"v": version})
    store.close()
    with pytest.raises(StoreNotMigrated, match=says):
        open_store(settings)


def test_the_version_the_code_expects_is_the_newest_migration() -> None:
    config = Config()
    folder = Path(store_module.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == store_module.HEAD


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=9))])
def test_times_come_back_as_the_same_moment_in_utc(settings: Settings, zone: timezone) -> None:
    migrate(settings)
    store = open_store(settings)
    with store.writing() as tx:
        row = {"at": NOON.astimezone(zone), "who": "a", "what": "b", "subject": "c"}
        tx.execute(sa.insert(audit_log).values(row))
    with store.reading() as tx:
        came = tx.execute(sa.select(audit_log.c.at)).scalar_one()
        found = tx.execute(sa.select(audit_log.c.who).where(audit_log.c.at == NOON)).scalar_one()
    store.close()
    assert came == NOON
    assert came.tzinfo == UTC
    assert found == "a"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(
            NOON.replace(tzinfo=None), sa.create_engine("sqlite://").dialect
        )


def test_a_transaction_that_fails_leaves_nothing(settings: Settings) -> None:
    migrate(settings)
    store = open_store(settings)
    row = {"at": NOON, "who": "a", "what": "b", "subject": "c"}
    with pytest.raises(ZeroDivisionError), store.writing() as tx:
        tx.execute(sa.insert(audit_log).values(row))
        raise ZeroDivisionError
    with store.reading() as tx:
        assert tx.execute(sa.select(sa.func.count()).select_from(audit_log)).scalar_one() == 0
    store.close()


def test_sqlite_is_durable_and_private(tmp_path: Path) -> None:
    settings = read_settings(tmp_path / "home")
    migrate(settings)
    store = open_store(settings)
    with store.reading() as tx:
        found = [
            tx.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    store.close()
    assert found == ["wal", 2, 1, 30_000]
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "home" / "store.sqlite").stat().st_mode) == 0o600


def test_an_unreachable_server_names_the_setting_and_hides_the_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://chord:hunter22@127.0.0.1:1/chord?connect_timeout=2"
    with pytest.raises(StoreUnavailable, match="CHORD_STORE_URL") as refused:
        migrate(settings_on(tmp_path, url))
    assert "hunter22" not in str(refused.value)


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_text("this is a diary, not a database " * 40)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        migrate(settings_on(tmp_path, f"sqlite:///{path}"))
