"""What the contract tests stand on: a vendor at its beginning, a stage, a first sync to go on from.

Belongs here: fixtures, and which promise is whose. Does not belong here: the promises
(`test_contract.py`), vendors (`played_vendors.py`), the warehouse (`stage.py`).
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_pipelines import sources
from dlt_pipelines.results import SyncResult
from tests.conformance.coverage import LAST_RUN, Held
from tests.connectors.played_vendors import (
    SHORT_SECOND,
    HttpVendor,
    OmsVendor,
    Played,
    PlayedBy,
    connector_named,
    has_a_narrowed_key,
    modules_that_wait,
)
from tests.connectors.stage import Stage, differences, without

NAMES = sorted(module.name for module in pkgutil.iter_modules(sources.__path__))
OVER_HTTP = [name for name in NAMES if name != OmsVendor.name]
RESTATED = [name for name in NAMES if any(each.scope for each in connector_named(name).tables)]
NARROWED = [name for name in NAMES if name == OmsVendor.name or has_a_narrowed_key(name)]

every_connector = pytest.mark.parametrize("name", NAMES)
"""One vendor's tests run on one worker (`tests/conftest.py`), by the name that stands first."""


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedBy]:
    """Vendors by name, started at their first use."""
    running: dict[str, Played] = {}

    def start(name: str) -> Played:
        if name not in running:
            is_oms = name == OmsVendor.name
            folder = tmp_path_factory.mktemp(name)
            running[name] = OmsVendor(folder) if is_oms else HttpVendor(name)
        return running[name]

    yield start
    for vendor in running.values():
        vendor.close()


@pytest.fixture(scope="session")
def held() -> Iterator[dict[str, Held]]:
    by_vendor: dict[str, Held] = {}
    yield by_vendor
    LAST_RUN.mkdir(parents=True, exist_ok=True)
    for one in by_vendor.values():
        one.save(LAST_RUN, os.environ.get("PYTEST_XDIST_WORKER", "main"))


@pytest.fixture
def stage(
    name: str,
    played: PlayedBy,
    held: dict[str, Held],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    for module in modules_that_wait(name):
        monkeypatch.setattr(module, "SECOND", SHORT_SECOND)
    vendor = played(name)
    vendor.begin()
    yield Stage(connector_named(name), vendor, tmp_path / "home")
    judge(vendor, held)


def judge(vendor: Played, held: dict[str, Held]) -> None:
    if vendor.is_http:
        wrong = held.setdefault(vendor.name, Held(vendor.name)).hold(vendor.exchanges())
        assert not wrong, "\n".join(wrong)


FirstSyncs = dict[str, tuple[int, Stage, SyncResult]]


@pytest.fixture(scope="session")
def first_syncs() -> FirstSyncs:
    """By connector, with the vendor's version that was read."""
    return {}


@pytest.fixture
def first(
    stage: Stage,
    first_syncs: FirstSyncs,
    tmp_path_factory: pytest.TempPathFactory,
) -> SyncResult:
    """The stage after a first sync of all tables, which is done once and then copied."""
    name = stage.connector.name
    known = first_syncs.get(name)
    if known is None or known[0] != stage.vendor.version:
        kept = Stage(stage.connector, stage.vendor, tmp_path_factory.mktemp(f"first_{name}"))
        known = first_syncs[name] = (stage.vendor.version, kept, kept.sync(reconcile=True))
    else:
        stage.vendor.later()
    stage.take_over(known[1])
    return known[2]


def agree(ours: Stage, fresh: Stage, *tables: str) -> None:
    computed = ours.vendor.computed
    here, there = ours.contents(*tables), fresh.contents(*tables)
    vendor = ours.vendor
    forgets = vendor.rehearsal.forgets if isinstance(vendor, HttpVendor) else ()
    found = differences(
        without(here, computed), without(there, computed), ours.connector, forgets=forgets
    )
    if found:
        pytest.fail(f"a fresh reading finds what the changes did not bring:\n{found}")
