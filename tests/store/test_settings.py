"""What the environment may say, and what it may not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chord_platform.bootstrap import open_platform
from chord_platform.errors import SettingsWrong
from chord_platform.settings import read_settings
from chord_platform.store import migrate


def test_without_a_word_everything_lives_in_dot_chord_of_the_working_folder(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.home == tmp_path / ".chord"
    assert settings.warehouse_path == tmp_path / ".chord" / "warehouse.duckdb"
    assert settings.dagster_home == tmp_path / ".chord" / "dagster"
    assert settings.store_url == f"sqlite:///{tmp_path}/.chord/store.sqlite"
    assert (settings.gateway_host, settings.gateway_port) == ("127.0.0.1", 8090)


def test_relative_paths_become_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHORD_HOME", "here")
    monkeypatch.setenv("CHORD_WAREHOUSE_PATH", "there/w.duckdb")
    monkeypatch.setenv("DAGSTER_HOME", "dagster")
    settings = read_settings()
    assert settings.home == tmp_path / "here"
    assert settings.warehouse_path == tmp_path / "there" / "w.duckdb"
    assert settings.published_path == tmp_path / "there" / "w.published.duckdb"
    assert settings.dagster_home == tmp_path / "dagster"


def test_the_environment_goes_before_the_file_and_an_argument_before_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CHORD_HOME=from_file\nCHORD_GATEWAY_PORT=9000\n")
    assert read_settings().home == tmp_path / "from_file"
    monkeypatch.setenv("CHORD_HOME", "from_environment")
    assert read_settings().home == tmp_path / "from_environment"
    assert read_settings("from_argument").home == tmp_path / "from_argument"
    assert read_settings().gateway_port == 9000


def test_reading_the_file_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CHORD_SECRET_KEY=abc\nOTHER=x\n")
    assert read_settings().secret_key == "abc"
    assert "CHORD_SECRET_KEY" not in os.environ
    assert "OTHER" not in os.environ


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_is_understood(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("CHORD_STORE_URL", f"{scheme}://u:p@db/chord")
    assert read_settings().store_url == "postgresql+psycopg://u:p@db/chord"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CHORD_GATEWAY_PORT", "eighty", "not a port"),
        ("CHORD_GATEWAY_PORT", "70000", "not a port"),
        ("CHORD_STORE_URL", "mysql://db/chord", "mysql"),
        ("CHORD_STORE_URL", "my database", "not a URL"),
    ],
)
def test_a_malformed_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong, match=says):
        read_settings()


def test_a_home_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsWrong, match="--home"):
        read_settings(tmp_path / "file" / "home")


def test_settings_print_neither_key_nor_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHORD_SECRET_KEY", "canary-key")
    monkeypatch.setenv("CHORD_STORE_URL", "postgresql://chord:canary-password@db/chord")
    assert "canary" not in repr(read_settings())


def test_a_default_schedule_that_is_no_cron_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHORD_DEFAULT_SCHEDULE", "hourly")
    settings = read_settings(tmp_path / "home")
    migrate(settings)
    with pytest.raises(SettingsWrong, match="CHORD_DEFAULT_SCHEDULE: 'hourly' is not a cron"):
        open_platform(settings)
