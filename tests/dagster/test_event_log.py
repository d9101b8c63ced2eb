"""The kept event log is Dagster's own, and cheaper."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from chord_dagster.event_log import FILES_KEPT_OPEN, KeptSqliteEventLog
from tests.dagster.location import defs

KEYS = [dg.AssetKey(["raw", f"table_{number}"]) for number in range(12)]


@dg.multi_asset(
    specs=[dg.AssetSpec(key) for key in KEYS],
    check_specs=[dg.AssetCheckSpec("sound", asset=key) for key in KEYS],
)
def many_tables() -> Any:
    for key in KEYS:
        yield dg.MaterializeResult(key)
        yield dg.AssetCheckResult(asset_key=key, check_name="sound", passed=True)


def cost(instance: dg.DagsterInstance) -> float:
    """The cheaper of two: the first makes files and imports."""
    seconds = []
    for _ in range(2):
        began = time.process_time()
        assert dg.materialize([many_tables], instance=instance).success
        seconds.append(time.process_time() - began)
    return min(seconds)


def test_the_instance_of_a_home_uses_it(stored: dg.DagsterInstance) -> None:
    assert isinstance(stored.event_log_storage, KeptSqliteEventLog)


def test_many_events_cost_less_than_in_dagsters_own(stored: dg.DagsterInstance, tmp_path) -> None:
    (tmp_path / "plain").mkdir()
    with dg.DagsterInstance.from_config(str(tmp_path / "plain")) as plain:
        assert type(plain.event_log_storage) is SqliteEventLogStorage
        theirs, ours = cost(plain), cost(stored)
    print(f"\nCPU seconds for 12 tables: Dagster's log {theirs:.2f}, kept {ours:.2f}")
    assert ours < theirs


def test_what_it_stored_is_read_by_dagsters_own(stored: dg.DagsterInstance, settings) -> None:
    result = dg.materialize([many_tables], instance=stored)
    base = settings.dagster_home / "history" / "runs"
    plain = SqliteEventLogStorage(str(base))
    events = plain.get_logs_for_run(result.run_id)
    assert len(events) == len(stored.all_logs(result.run_id)) > 24
    plain.dispose()


def test_threads_and_many_runs_share_it(stored: dg.DagsterInstance) -> None:
    runs = [
        stored.create_run_for_job(defs.resolve_job_def("build_models"))
        for _ in range(FILES_KEPT_OPEN + 4)
    ]

    def report(run: dg.DagsterRun) -> None:
        for number in range(5):
            stored.report_engine_event(f"event {number}", run)

    threads = [threading.Thread(target=report, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for run in runs:
        said = [entry.message for entry in stored.all_logs(run.run_id)]
        assert [text for text in said if text.startswith("event")] == [
            f"event {number}" for number in range(5)
        ]
    log = stored.event_log_storage
    assert isinstance(log, KeptSqliteEventLog)
    assert len(log.engines) <= FILES_KEPT_OPEN


def test_files_are_closed_with_the_instance(settings, new_home: Path) -> None:
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        log = instance.event_log_storage
        dg.materialize([many_tables], instance=instance)
    assert isinstance(log, KeptSqliteEventLog)
    assert not log.engines


def test_where_dagster_read_the_template_it_is_the_platforms_log(
    settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHORD_HOME", str(settings.home))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    given = yaml.safe_load((settings.project_root / "dagster.yaml").read_text("utf-8"))
    log = KeptSqliteEventLog.from_config_value(None, given["event_log_storage"]["config"])
    log.dispose()
    assert (settings.home / "dagster" / "history" / "runs" / "index.db").exists()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", logger="dagster")
