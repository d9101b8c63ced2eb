"""What every test stands on: no setting of the machine, no home of its owner, no clock."""

from __future__ import annotations

import gc
import os

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
settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")

for name in list(os.environ):
    if name.startswith(OWN) and name not in KEPT:
        del os.environ[name]
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "true"
os.environ["COLUMNS"] = "120"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    """A test that forgets its home writes into its own folder, never into the repository."""
    monkeypatch.chdir(tmp_path)


class ByVendor(LoadScopeScheduling):
    """A vendor's contract tests go to one worker, which starts the vendor and reads it first once.

    xdist's own groups do it by a suffix of the test's name, which pytest 9.2 no longer lets it add.
    """

    def _split_scope(self, nodeid: str) -> str:
        test, _, given = nodeid.partition("[")
        is_contract = test.startswith("tests/connectors/test_contract.py::")
        return given.rstrip("]").split("-")[0] if is_contract and given else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    return ByVendor(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Three thousand tests are millions of objects that stay. Each sync collects garbage once
    before it loads, and half of the suite's time went into looking through them."""
    gc.collect()
    gc.freeze()


def pytest_sessionstart(session: pytest.Session) -> None:
    coverage.clear_last_run(session.config)
    missing.forget_last_run(session.config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which operations of the vendors were held to their specs, where any was."""
    if coverage.merged(coverage.LAST_RUN):
        coverage.show(Console(width=120))
    for what in missing.noted():
        terminalreporter.write_line(f"missing: {what}")
