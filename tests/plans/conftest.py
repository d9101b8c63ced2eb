"""The plans that ship, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from chord_platform.events.plans import Plan, Plans


@pytest.fixture
def plans(tmp_path: Path) -> Plans:
    return Plans(tmp_path / "plans")


@pytest.fixture(scope="session")
def chord_plan() -> Plan:
    return Plans(Path("nowhere")).load("chord")
