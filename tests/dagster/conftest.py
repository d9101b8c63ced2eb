"""One home, one toy vendor, one Dagster instance; and for the slow tests, Dagster's processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chord_dagster.home import install_dagster_home
from chord_dagster.instance import opened
from chord_platform.bootstrap import Platform
from chord_platform.settings import Settings, read_settings
from chord_platform.store import migrate
from tests.dagster.location import toy_platform
from tests.dagster.toy_vendor import ToyVendor


@pytest.fixture
def vendor() -> Iterator[ToyVendor]:
    with ToyVendor() as running:
        yield running


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose stores have their tables; a copy of it costs less than making them."""
    home = tmp_path_factory.mktemp("new") / "home"
    made = read_settings(home)
    migrate(made)
    install_dagster_home(made)
    with opened(made):
        pass
    return home


@pytest.fixture
def settings(tmp_path: Path, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = tmp_path / "home"
    shutil.copytree(new_home, home)
    monkeypatch.setenv("CHORD_HOME", str(home))
    return read_settings()


@pytest.fixture
def platform(settings: Settings) -> Platform:
    return toy_platform(settings)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """In memory: an event costs a third of what it costs on disk."""
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture
def stored(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The one that other processes see, too."""
    with opened(settings) as found:
        assert found
        yield found


@pytest.fixture
def shop(platform: Platform, vendor: ToyVendor) -> str:
    """A started connection of the toy vendor."""
    return add(platform, "shop", vendor)


def add(platform: Platform, name: str, vendor: ToyVendor, **given: Any) -> str:
    platform.connections.add(
        name, connector="toy", values=vendor.values, by="anna", **{"start": True, **given}
    )
    return name
