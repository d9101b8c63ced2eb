"""One home, one toy vendor, one Dagster instance; and for the slow tests, Dagster's processes."""

from __future__ import annotations

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


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CHORD_HOME", str(tmp_path / "home"))
    found = read_settings()
    migrate(found)
    install_dagster_home(found)
    return found


@pytest.fixture
def platform(settings: Settings) -> Platform:
    return toy_platform(settings)


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
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
