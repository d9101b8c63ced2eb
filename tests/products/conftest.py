"""Both emulated sides, started once a file and as on the first day for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.products.both_sides import BothSides, both_sides


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BothSides]:
    with both_sides(tmp_path_factory.mktemp("both_sides")) as world:
        yield world


@pytest.fixture
def world(started: BothSides, monkeypatch: pytest.MonkeyPatch) -> BothSides:
    started.begin_anew()
    started.apply(monkeypatch)
    started.writes()
    return started
