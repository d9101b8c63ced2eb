"""Chord OMS: reading a replica, where DuckDB's parallel parts do not share one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dlt_pipelines.sources.chord_oms import snapshots
from dlt_pipelines.sources.chord_oms.exact import Exact
from dlt_pipelines.sources.chord_oms.present import Present
from dlt_pipelines.sources.chord_oms.setup_check import check
from tests.connectors.chord_oms_shop import read, running_shop, settings_of
from vendor_emulator.vendors.chord_oms import OmsServer

ROWS = 100_000
READS = 2


@pytest.fixture(scope="module")
def primary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OmsServer]:
    with running_shop(tmp_path_factory.mktemp("oms"), orders=5) as server:
        server.bulk(ROWS)
        yield server


@pytest.fixture(scope="module")
def standby(primary: OmsServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OmsServer]:
    server = primary.standby(tmp_path_factory.mktemp("standby"))
    cancel_readers(server, after="-1")
    yield server
    server.delete()


def cancel_readers(standby: OmsServer, *, after: str) -> None:
    """0: readers are in the way of the replay and go at once; -1: the replay waits for them."""
    standby.execute(f"alter system set max_standby_streaming_delay = {after}")
    standby.execute("select pg_reload_conf()")


def exact_reads(primary: OmsServer, standby: OmsServer, folder: Path) -> list[str]:
    """Notes of some readings under load, each compared with what is there."""
    sums = primary.fetch("select count(*), count(distinct id), sum(total) from bench_orders")[0]
    values = {**standby.credentials(), "tables": "bench_orders"}
    notes: list[str] = []
    with primary.rewriting() as rewriting:
        for number in range(READS):
            settings = settings_of(values, folder / str(number))
            (found,) = read(settings).extra
            assert found.rows is not None
            with duckdb.connect() as con:
                row = con.execute(
                    "select count(*), count(distinct id), sum(total) from read_parquet(?)",
                    [str(found.rows.path)],
                ).fetchone()
            assert row == sums
            notes += settings.report.notes
    assert rewriting.rewritten > 0
    return notes


def test_a_replica_is_read_exactly_while_its_rows_move(
    primary: OmsServer, standby: OmsServer, tmp_path: Path
) -> None:
    notes = exact_reads(primary, standby, tmp_path)
    assert not any("twice" in note for note in notes)


def test_a_read_that_lost_or_doubled_rows_is_noticed_and_repeated(
    primary: OmsServer, standby: OmsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the replica had not been recognised as one: 5 of 6 such reads were wrong."""
    recognised = snapshots.ExtensionSnapshot.__init__

    def taken_for_a_primary(self: Any, con: Any, database: Any, present: Present) -> None:
        recognised(self, con, database, replace(present, is_standby=False))
        con.execute("set pg_pages_per_task = 100")

    monkeypatch.setattr(snapshots.ExtensionSnapshot, "__init__", taken_for_a_primary)
    print(exact_reads(primary, standby, tmp_path))


def test_a_read_that_the_replica_cancels_is_done_again_in_a_new_snapshot(
    primary: OmsServer, standby: OmsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    primary.execute("create table short_lived (id int primary key)")
    primary.execute("insert into short_lived values (1)")
    standby.wait_for(primary)
    settings = settings_of({**standby.credentials(), "tables": "bench_orders,short_*"}, tmp_path)
    undisturbed = Exact.rows

    def disturbed(self: Exact, *arguments: Any) -> Any:
        """After the survey has touched all tables, so that the snapshot holds a lock on each."""
        if settings.report.waited_seconds == 0:
            cancel_readers(standby, after="0")
            primary.execute("truncate short_lived")
            standby.wait_for(primary)
            cancel_readers(standby, after="-1")
        return undisturbed(self, *arguments)

    monkeypatch.setattr(Exact, "rows", disturbed)
    found = {table.name: table for table in read(settings).extra}
    assert found["bench_orders"].rows is not None
    assert found["bench_orders"].rows.rows == ROWS
    assert any("The replica cancelled a read" in note for note in settings.report.notes)
    assert settings.report.waited_seconds > 0


def test_the_setup_test_advises_about_replicas(standby: OmsServer, tmp_path: Path) -> None:
    (warning,) = check(settings_of(standby.credentials(), tmp_path)).warnings
    assert "hot_standby_feedback" in warning
