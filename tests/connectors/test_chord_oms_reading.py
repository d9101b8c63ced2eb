"""Chord OMS: a reading is exact, whatever the server is and does, and holds no secret."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse, VendorUnavailable
from dlt_pipelines.sources.chord_oms.database import database_of, session
from dlt_pipelines.sources.chord_oms.exact import Exact
from dlt_pipelines.sources.chord_oms.failures import failure_of
from dlt_pipelines.sources.chord_oms.plan import Remembered, plan_of
from dlt_pipelines.sources.chord_oms.present import present_in
from dlt_pipelines.sources.chord_oms.reading import Read, ReadTable
from dlt_pipelines.sources.chord_oms.snapshots import open_snapshot
from dlt_pipelines.sources.chord_oms.solidus import SECRETS
from tests.connectors.chord_oms_shop import NOTHING, NOW, read, rows_in, running_shop, settings_of
from vendor_emulator.vendors.chord_oms import OmsServer

UTC_NOW = "now() at time zone 'utc'"
CANARY = "canary-of-a-secret"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OmsServer]:
    with running_shop(tmp_path_factory.mktemp("oms"), orders=30) as server:
        server.execute("create schema odd")
        server.execute("create table odd.spree_orders (id serial primary key)")
        server.execute("grant usage on schema odd to chord_reader")
        server.execute("grant select on all tables in schema odd to chord_reader")
        yield server


def extra(found: Read, name: str) -> ReadTable:
    return next(table for table in found.extra if table.name == name)


def rows_of(table: ReadTable) -> list[dict[str, Any]]:
    assert table.rows is not None
    return rows_in(table.rows.path)


def columns_of(table: ReadTable) -> list[str]:
    assert table.rows is not None
    return pq.read_schema(table.rows.path).names


def test_what_was_never_seen_is_read_under_its_own_name(shop: OmsServer, tmp_path: Path) -> None:
    settings = settings_of(shop.credentials(), tmp_path)
    found = read(settings)
    names = {table.name: table.key for table in found.extra}
    assert names == {"affiliates": ("id",), "loyalty_tiers": ("id",), "import_notes": ()}
    assert [row["tier_name"] for row in rows_of(extra(found, "loyalty_tiers"))] == [
        "Bronze",
        "Gold",
    ]
    assert {row["payload_column"] for row in rows_of(extra(found, "import_notes"))} == {
        '{"rows": 12}',
        None,
    }
    orders = rows_of(found.tables["spree_orders"])
    assert "loyalty_points" in orders[0]
    notes = " ".join(settings.report.notes)
    assert "spree_orders.affiliate_id" in notes
    assert "Loyalty Tiers" in notes


def test_no_secret_is_ever_read(shop: OmsServer, tmp_path: Path) -> None:
    shop.execute(f"update spree_users set encrypted_password = '{CANARY}', spree_api_key = id")
    shop.execute(f"update spree_orders set guest_token = '{CANARY}' || id")
    shop.execute(f"update spree_payment_methods set preferences = '{CANARY}'")
    shop.execute(f"create table vault (id int primary key, api_token text default '{CANARY}')")
    shop.execute("insert into vault values (1)")
    settings = settings_of(shop.credentials(), tmp_path)
    found = read(settings)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 80
    for name, secret in SECRETS.items():
        assert found.tables[name].rows, name
        assert secret.isdisjoint(columns_of(found.tables[name])), name
    for path in files:
        rows = str(rows_in(path)) if path.suffix == ".parquet" else path.read_text()
        assert CANARY not in rows, path.name
        assert CANARY.encode() not in path.read_bytes(), path.name
    assert any("vault.api_token" in note for note in settings.report.notes)


def test_a_json_number_that_duckdb_cannot_read_is_kept_as_it_is(
    shop: OmsServer, tmp_path: Path
) -> None:
    shop.execute("create table gauges (id int primary key, reading jsonb)")
    shop.execute("insert into gauges values (1, '1e400'), (2, '{\"ok\": 1}')")
    first, second = rows_of(
        extra(read(settings_of({**shop.credentials(), "tables": "gauges"}, tmp_path)), "gauges")
    )
    assert "1000000" in (first["reading"] or first["payload"])
    assert second["reading"] == '{"ok": 1}'


def test_a_late_commit_is_read_by_the_lag(shop: OmsServer, tmp_path: Path) -> None:
    began = datetime.now(UTC)
    values = {**shop.credentials(), "mode": "window", "tables": "spree_orders"}
    with shop.open_transaction() as slow:
        slow.execute(
            f"update spree_orders set number = 'late', updated_at = {UTC_NOW} where id = 1"
        )
        shop.execute(
            f"update spree_orders set number = 'soon', updated_at = {UTC_NOW} where id = 2"
        )
        before = read(settings_of(values, tmp_path / "a", since=began - timedelta(minutes=10)))
        slow.commit()
    numbers = {row["number"] for row in rows_of(before.tables["spree_orders"])}
    assert "soon" in numbers and "late" not in numbers
    later = datetime.now(UTC) - timedelta(minutes=10)
    after = read(settings_of(values, tmp_path / "b", since=later))
    assert {"soon", "late"} <= {row["number"] for row in rows_of(after.tables["spree_orders"])}


def test_a_writer_who_takes_longer_than_the_lag_holds_the_cursor_back(
    shop: OmsServer, tmp_path: Path
) -> None:
    settings = settings_of(shop.credentials(), tmp_path)
    shop.execute("grant pg_read_all_stats to chord_reader")
    with shop.open_transaction() as slow, session(database_of(settings)) as connection:
        assert present_in(connection, "public").oldest_writer_seconds is None
        slow.execute("update spree_orders set number = 'later' where id = 1")
        present = present_in(connection, "public")
        slow.rollback()
    assert present.oldest_writer_seconds is not None
    assert plan_of(settings, present, NOTHING).reached is None
    hour_long = replace(present, oldest_writer_seconds=3600)
    assert plan_of(settings, hour_long, NOTHING).reached == NOW - timedelta(minutes=50)


def test_rows_without_a_time_and_children_of_changed_orders_come_with_every_window(
    shop: OmsServer, tmp_path: Path
) -> None:
    order, line = shop.fetch(
        "select o.id, min(l.id) from spree_orders o join spree_line_items l on l.order_id = o.id"
        " group by o.id order by count(*) desc limit 1"
    )[0]
    shop.execute("update spree_orders set updated_at = '2026-10-02' where id = %s", order)
    shop.execute("update spree_stores set updated_at = null")
    since = datetime(2026, 10, 2, tzinfo=UTC)
    found = read(settings_of({**shop.credentials(), "mode": "window"}, tmp_path, since=since))
    assert found.tables["spree_orders"].write == "merge"
    assert order in {row["id"] for row in rows_of(found.tables["spree_orders"])}
    children = rows_of(found.tables["spree_line_items"])
    assert line in {row["id"] for row in children}
    assert {row["id"] for row in children if row["order_id"] == order} == {
        row[0] for row in shop.fetch("select id from spree_line_items where order_id = %s", order)
    }
    units = shop.fetch(
        "select count(*) from spree_inventory_units u"
        " join spree_shipments s on s.id = u.shipment_id where s.order_id = %s",
        order,
    )
    assert len(rows_of(found.tables["spree_inventory_units"])) >= units[0][0]
    assert found.tables["spree_stores"].rows is not None
    keys = found.tables["spree_line_items"].keys
    assert keys is not None
    assert keys.rows == shop.fetch("select count(*) from spree_line_items")[0][0]


def test_a_table_that_is_as_it_was_is_not_read_again(shop: OmsServer, tmp_path: Path) -> None:
    values = shop.credentials()
    first = read(settings_of(values, tmp_path / "a"))
    marks = {name: table.fingerprint for name, table in first.tables.items()}
    assert None not in marks.values()
    remembered = Remembered(marks)  # type: ignore[arg-type]
    second = read(settings_of(values, tmp_path / "b"), remembered=remembered)
    assert {table.rows for table in second.tables.values()} == {None}
    shop.execute("update spree_stores set seo_title = 'changed without its time'")
    third = read(settings_of(values, tmp_path / "c"), remembered=remembered)
    assert [name for name, table in third.tables.items() if table.rows] == ["spree_stores"]


def test_a_table_is_read_whole_when_its_columns_change_and_once_a_week(
    shop: OmsServer, tmp_path: Path
) -> None:
    settings = settings_of({**shop.credentials(), "mode": "window"}, tmp_path, since=NOW)
    with session(database_of(settings)) as connection:
        present = present_in(connection, "public")

    def is_window(remembered: Remembered) -> bool:
        return plan_of(settings, present, remembered).tables["spree_stores"].where is not None

    today, week_ago = NOW.isoformat(), (NOW - timedelta(days=7)).isoformat()
    assert is_window(Remembered({}, {}, {"spree_stores": today}))
    assert not is_window(Remembered({}, {}, {"spree_stores": week_ago}))
    assert not is_window(Remembered({}, {}, {}))
    other = {"spree_stores": "1:1:another-shape"}
    assert not is_window(Remembered(other, {}, {"spree_stores": today}))


def test_the_session_ends_with_the_reading_also_when_it_fails(
    shop: OmsServer, tmp_path: Path
) -> None:
    read(settings_of(shop.credentials(), tmp_path / "a"))
    values = {**shop.credentials(), "statement_timeout_seconds": "1"}
    shop.execute("create function dawdle() returns text language sql as 'select pg_sleep(3)::text'")
    shop.execute("create view odd.spree_stores as select 1 as id, dawdle() as name")
    shop.execute("grant select on odd.spree_stores to chord_reader")
    with pytest.raises(VendorUnavailable, match="statement timeout"):
        read(settings_of({**values, "schema": "odd"}, tmp_path / "b"))
    shop.execute("drop view odd.spree_stores")
    deadline = time.monotonic() + 5
    sessions = "select count(*) from pg_stat_activity where application_name = 'chord-dagster'"
    while shop.fetch(sessions)[0][0] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert shop.fetch(sessions)[0][0] == 0


def test_a_password_stands_in_no_error_of_the_driver(shop: OmsServer, tmp_path: Path) -> None:
    settings = settings_of(shop.credentials(), tmp_path)
    with session(database_of(settings)) as connection:
        present = present_in(connection, "public")
    wrong = replace(database_of(settings), password=CANARY)
    with (
        pytest.raises(duckdb.Error, match="password authentication failed") as refused,
        open_snapshot(wrong, present, tmp_path),
    ):
        pass
    assert CANARY not in str(refused.value)
    assert isinstance(failure_of(refused.value, where="shop"), CredentialsRejected)
    assert CANARY not in repr(wrong)


def test_a_session_that_the_server_ends_is_an_ordinary_failure(
    shop: OmsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB 1.5.5 aborts the process when it closes on such a session without being asked to."""
    undisturbed = Exact.rows

    def disturbed(self: Exact, *arguments: Any) -> Any:
        shop.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'chord-dagster'"
        )
        return undisturbed(self, *arguments)

    monkeypatch.setattr(Exact, "rows", disturbed)
    with pytest.raises(VendorUnavailable, match="broke off while spree_stores was read"):
        read(settings_of({**shop.credentials(), "tables": "spree_stores"}, tmp_path))


def test_a_key_that_comes_twice_is_never_passed_on(shop: OmsServer, tmp_path: Path) -> None:
    shop.execute("create view odd.spree_zones as select 1 as id from generate_series(1, 2)")
    shop.execute("grant select on odd.spree_zones to chord_reader")
    try:
        with pytest.raises(UnexpectedResponse, match="1 doubled keys"):
            read(settings_of({**shop.credentials(), "schema": "odd"}, tmp_path))
    finally:
        shop.execute("drop view odd.spree_zones")
