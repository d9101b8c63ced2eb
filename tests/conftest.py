"""What every test stands on: no setting of the machine, no home of its owner, no clock."""

from __future__ import annotations

import gc
import os
import sys

import pytest
from hypothesis import HealthCheck, settings
from rich.console import Console
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

from tests import missing
from tests.conformance import coverage

OWN = ("CHORD_", "DAGSTER_", "SHOPIFY_", "PG")
KEPT = ("CHORD_TEST_STRICT", "CHORD_TRACKING_PLANS", "CHORD_VENDOR_SPECS")

# The same cases in each run (a red build can be repeated), and no time limit a busy machine breaks.
# 60 of them by default: the whole suite has ten minutes on two cores.
settings.register_profile(
    "ci",
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")

for name in list(os.environ):
    if name.startswith(OWN) and name not in KEPT:
        del os.environ[name]
# Hundreds of processes are started; without its files each compiles what it imports anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "true"
os.environ["COLUMNS"] = "120"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    """A test that forgets its home writes into its own folder, never into the repository."""
    monkeypatch.chdir(tmp_path)


CONTRACT = "tests/connectors/test_contract.py"
LONGEST = ("tests/cli/test_demo.py", "tests/dagster/test_live.py", CONTRACT)
"""They begin first: what begins last is what everyone waits for."""
OLD_OBJECTS_AFTER = 200
"""Collections of the middle generation."""


class ByFile(LoadScopeScheduling):
    """A file's tests go to one worker, so that what they stand on (a gateway, Dagster's processes,
    a shop's database) starts once. The contract's go by vendor, each of which starts once, too.

    xdist's own groups do it by a suffix of the test's name, which pytest 9.2 no longer lets it add.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        vendor = test.partition("[")[2].rstrip("]").split("-")[0]
        return f"{file}::{vendor}" if file == CONTRACT else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    config.option.loadscopereorder = False  # it would begin with the scopes of most tests
    return ByFile(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONGEST)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Three thousand tests are millions of objects that stay: looking through them all again and
    again took half of the suite's time."""
    gc.collect()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, OLD_OBJECTS_AFTER)


def pytest_sessionstart(session: pytest.Session) -> None:
    coverage.clear_last_run(session.config)
    missing.forget_last_run(session.config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which operations of the vendors were held to their specs, where any was."""
    if coverage.merged(coverage.LAST_RUN):
        coverage.show(Console(width=120))
    for what in missing.noted():
        terminalreporter.write_line(f"missing: {what}")
