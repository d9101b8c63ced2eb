"""What every connector promises, each promise once per connector of the catalog.

A new connector inherits all of it on its first day. One without an emulated vendor, or whose vendor
has no rehearsal, fails. What is peculiar to a vendor has a file of its own.

Every exchange recorded here is afterwards held to the vendor's own spec (`tests/conformance`).
"""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines.catalog import connectors
from dlt_pipelines.errors import CredentialsRejected, VendorUnavailable
from dlt_pipelines.personal import Protection
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sync import check
from tests.conformance.coverage import Held
from tests.connectors.contract import (
    NAMES,
    NARROWED,
    OVER_HTTP,
    RESTATED,
    agree,
    every_connector,
    first,
    first_syncs,
    held,
    judge,
    played,
    stage,
)
from tests.connectors.killed_connector import started
from tests.connectors.leaks import found_in_files, secrets_of, texts_of
from tests.connectors.persons import personal_values
from tests.connectors.played_vendors import HttpVendor, OmsVendor, connector_named
from tests.connectors.stage import Stage
from vendor_emulator.vendors import find_vendor

__all__ = ["first", "first_syncs", "held", "played", "stage"]  # pytest finds fixtures by import

CUTS = ("truncated", "truncated-chunked", "truncated-framed")


def test_the_catalog_holds_every_connector() -> None:
    assert sorted(connectors()) == NAMES


@pytest.mark.parametrize("name", OVER_HTTP)
def test_it_has_an_emulated_vendor_with_a_rehearsal(name: str) -> None:
    vendor = find_vendor(name)
    assert vendor is not None, f"vendor_emulator/vendors has no {name}"
    rehearsal = vendor.rehearsal
    assert rehearsal is not None, f"the emulated {name} has no rehearsal"
    connector = connector_named(name)
    connector.table(rehearsal.main)
    if any(table.scope for table in connector.tables):
        assert rehearsal.restated, "days of ads are restated, and the rehearsal says not where"
    if any(table.optional for table in connector.tables):
        assert rehearsal.narrowed, "tables are optional, and no key lacks their permission"


# ---------------------------------------------------------------------- reading


@every_connector
def test_a_first_sync_brings_every_row_that_the_vendor_has(stage: Stage, first: SyncResult) -> None:
    theirs = stage.vendor.rows()
    assert stage.counts(theirs) == dict(theirs)
    assert sum(theirs.values()) > 0
    assert stage.duplicates() == {}
    for name, result in first.tables.items():
        assert (result.duplicate_keys, result.null_keys) == (0, 0), name


@pytest.mark.parametrize("name", OVER_HTTP)
def test_ids_are_text(stage: Stage, first: SyncResult) -> None:
    """A database's own types are kept as they are; its staging models make text of them."""
    for name, columns in stage.columns().items():
        if "__" in name or name.startswith("_"):
            continue
        for key in [one for one in columns if one == "id" or one.endswith("_id")]:
            assert columns[key] == "VARCHAR", f"{name}.{key}"


@every_connector
def test_a_second_sync_changes_nothing(stage: Stage, first: SyncResult) -> None:
    before = stage.fingerprints()
    again = stage.sync()
    changed = {
        name: (result.inserted, result.updated, result.deleted)
        for name, result in again.tables.items()
        if result.inserted or result.updated or result.deleted
    }
    assert changed == {}
    assert stage.fingerprints() == before


@every_connector
def test_pages_are_read_to_their_end_and_none_twice(stage: Stage) -> None:
    main = stage.vendor.main
    stage.sync(main)
    assert stage.count(main) == stage.vendor.rows()[main]
    if isinstance(stage.vendor, HttpVendor):
        asked = [
            (one.method, one.path, one.params, one.body)
            for one in stage.vendor.pages()
            if one.status < 400
        ]
        assert len(asked) >= 3, "the rehearsal's options do not make pages small enough"
        assert len(asked) == len(set(asked))


@every_connector
def test_the_vendors_own_counts_agree(stage: Stage, first: SyncResult) -> None:
    if stage.connector.counts is None:
        assert first.reconciliation == {}
        return
    assert first.reconciliation
    for table, (ours, theirs) in first.reconciliation.items():
        assert ours == theirs, table


# ---------------------------------------------------------------------- trouble


def recovers(stage: Stage, *steps: Any) -> None:
    main = stage.vendor.main
    assert isinstance(stage.vendor, HttpVendor)
    stage.vendor.meets(*steps)
    stage.sync(main)
    assert stage.vendor.waiting_faults() == 0, "the requests for pages did not meet the fault"
    assert stage.count(main) == stage.vendor.rows()[main]


def recovers_afterwards(stage: Stage, kind: str) -> None:
    assert isinstance(stage.vendor, OmsVendor)
    main = stage.vendor.main
    with stage.vendor.trouble(kind), pytest.raises(VendorUnavailable):
        stage.sync(main)
    stage.sync(main)
    assert stage.count(main) == stage.vendor.rows()[main]


@every_connector
def test_a_throttled_sync_waits_and_completes(stage: Stage) -> None:
    if isinstance(stage.vendor, HttpVendor):
        recovers(stage, *stage.vendor.rehearsal.throttled)
    else:
        recovers_afterwards(stage, "throttled")


@every_connector
def test_a_sync_outlasts_a_vendor_that_is_ill_for_a_moment(stage: Stage) -> None:
    if isinstance(stage.vendor, HttpVendor):
        recovers(stage, *stage.vendor.rehearsal.ill)
    else:
        recovers_afterwards(stage, "ill")


@pytest.mark.parametrize(
    ("name", "cut"),
    [(name, cut) for name in OVER_HTTP for cut in CUTS],
)
def test_an_answer_cut_short_is_asked_for_again(stage: Stage, cut: str) -> None:
    recovers(stage, cut, None, cut)


@every_connector
def test_a_revoked_key_asks_the_merchant_to_act_and_loses_nothing(
    stage: Stage, first: SyncResult
) -> None:
    before = stage.fingerprints()
    stage.vendor.revoke()
    try:
        with pytest.raises(CredentialsRejected):
            stage.sync()
        with pytest.raises(CredentialsRejected):
            check(stage.connector, stage.vendor.values)
    finally:
        if isinstance(stage.vendor, OmsVendor):
            stage.vendor.restore()
    assert stage.fingerprints() == before


@pytest.mark.parametrize("name", NARROWED)
def test_what_a_key_may_not_read_is_skipped_with_a_warning(
    stage: Stage, held: dict[str, Held], tmp_path: Path
) -> None:
    with stage.vendor.narrowed() as (vendor, skipped):
        narrow = Stage(stage.connector, vendor, tmp_path / "narrow")
        check(stage.connector, vendor.values)
        result = narrow.sync(vendor.main, *skipped)
        silent = {name for name in skipped if name not in result.warnings}
        assert silent <= children_of(stage, skipped)
        expected = {name: vendor.rows()[name] for name in {vendor.main} - set(skipped)}
        assert narrow.counts(expected) == expected
        assert narrow.counts(skipped) == dict.fromkeys(skipped, 0)
        judge(vendor, held)


def children_of(stage: Stage, names: tuple[str, ...]) -> set[str]:
    """A child's warning stands at its parent."""
    return {
        table.name for table in stage.connector.tables if table.parent and table.parent[0] in names
    }


@every_connector
def test_no_secret_is_told_or_stored(
    stage: Stage,
    first: SyncResult,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    again = stage.sync(stage.vendor.main, full_refresh=True, on_progress=said.append)
    told = [repr(first), repr(again), *said]
    stage.vendor.revoke()
    try:
        for attempt in (stage.sync, lambda: check(stage.connector, stage.vendor.values)):
            with pytest.raises(CredentialsRejected) as refused:
                attempt()
            told += texts_of(refused.value)
    finally:
        if isinstance(stage.vendor, OmsVendor):
            stage.vendor.restore()
    exchanges = stage.vendor.exchanges()
    told += [f"{one.path}?{one.params}" for one in exchanges]
    told += [caplog.text, *capfd.readouterr()]
    secrets = secrets_of(stage.connector, stage.vendor.values, exchanges)
    assert secrets
    for secret in secrets:
        assert not [text for text in told if secret in text], "a secret is told"
    assert found_in_files(stage.home, secrets) == []


@every_connector
def test_personal_data_is_hashed_where_the_connection_asks_for_it(
    stage: Stage, first: SyncResult
) -> None:
    there = set(stage.tables())
    marked = {table.name for table in stage.connector.tables if table.personal} & there
    everywhere = {table: str(rows).lower() for table, rows in stage.contents().items()}
    if marked:
        hashed = stage.beside("hashed")
        hashed.sync(*marked, personal=Protection("hash", b"a key of this installation"))
        assert hashed.counts(marked) == stage.counts(marked)
        for name in marked:
            table = stage.connector.table(name)
            plain = personal_values(stage, table)
            kept = {value for value in personal_values(hashed, table) if value in plain}
            assert kept == set(), f"{name}: {sorted(kept)[:3]}"
        everywhere |= {table: str(rows).lower() for table, rows in hashed.contents().items()}
    people = stage.vendor.people()
    told = {table for table, text in everywhere.items() if any(one in text for one in people)}
    assert told == set(), "e-mail addresses of customers stand where nothing marks them"


# ---------------------------------------------------------------------- change


@every_connector
def test_a_row_that_changes_between_two_pages_is_neither_lost_nor_doubled(stage: Stage) -> None:
    vendor, main = stage.vendor, stage.vendor.main
    touched: list[str] = []
    number = vendor.rows()[main]
    if isinstance(vendor, HttpVendor):
        vendor.meets(lambda: touched.append(vendor.touch(main)))
        stage.sync(main)
    else:
        stage.sync(
            main,
            on_progress=lambda said: (
                touched.append(vendor.touch(main)) if said.startswith("waiting") else None
            ),
        )
    assert touched
    assert stage.count(main) == number
    stage.sync(main)
    fresh = stage.beside("fresh")
    fresh.sync(main)
    agree(stage, fresh, main)


@every_connector
def test_changes_arrive_and_equal_a_fresh_reading(stage: Stage, first: SyncResult) -> None:
    before = stage.fingerprints()
    stage.vendor.next_day()
    key = stage.vendor.touch(stage.vendor.main)
    assert key
    result = stage.sync()
    assert stage.fingerprints() != before
    assert sum(one.inserted + one.updated for one in result.tables.values()) > 0
    told = [message for messages in result.warnings.values() for message in messages]
    assert not [message for message in told if "sent no rows" in message]
    fresh = stage.beside("fresh")
    fresh.sync()
    agree(stage, fresh)


@pytest.mark.parametrize("name", RESTATED)
def test_a_restated_day_replaces_what_was_believed_and_keeps_it(
    stage: Stage, first: SyncResult
) -> None:
    assert isinstance(stage.vendor, HttpVendor)
    table = stage.vendor.rehearsal.restated
    assert table is not None
    believed = stage.contents(table)[table]
    (then,) = stage.query(f'select max(_synced_at) from {stage.schema}."{table}"')[0]
    stage.vendor.next_day()
    result = stage.sync(table).tables[table]
    assert result.updated > 0, "no day was restated"
    assert result.deleted > 0, "no row was withdrawn"
    assert stage.count(table) == stage.vendor.rows()[table]
    fresh = stage.beside("fresh")
    fresh.sync(table)
    agree(stage, fresh, table)
    assert stage.valid_at(table, then) == believed


@every_connector
def test_two_connections_in_one_warehouse_do_not_touch_each_other(
    stage: Stage, first: SyncResult
) -> None:
    main = stage.vendor.main
    stage.sync(main, name="two")
    theirs = stage.fingerprints(name="two")
    assert theirs[main][0] == stage.vendor.rows()[main]
    stage.vendor.touch(main)
    result = stage.sync(main)
    assert result.tables[main].updated > 0
    assert stage.fingerprints(name="two") == theirs
    stage.sync(main, name="one", full_refresh=True)
    assert stage.fingerprints(name="two") == theirs
    assert stage.count(main) == stage.vendor.rows()[main]


@every_connector
def test_a_sync_that_is_killed_goes_on_without_losing_or_doubling_a_row(stage: Stage) -> None:
    vendor, main = stage.vendor, stage.vendor.main
    number = vendor.rows()[main]
    pids: list[int] = []
    if isinstance(vendor, HttpVendor):
        # In the middle of the main table: its first page is read, its second never arrives.
        vendor.meets(None, lambda: os.kill(pids[0], signal.SIGKILL))
    process = started(stage)
    assert process.pid is not None
    pids.append(process.pid)
    if isinstance(vendor, OmsVendor):
        while process.is_alive() and not vendor.reading_sessions():
            pass
        process.kill()
    process.join(timeout=180)
    assert process.exitcode == -signal.SIGKILL, "it ended before it was killed"
    if isinstance(vendor, HttpVendor):
        assert vendor.waiting_faults() == 0
    stage.sync(main)
    assert stage.count(main) == number
    assert stage.duplicates() == {}
