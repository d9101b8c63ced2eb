"""Chord OMS: every type of PostgreSQL lands the same by either driver, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines.sources.chord_oms import snapshots
from dlt_pipelines.sources.chord_oms.reading import Read, ReadTable
from tests.connectors.chord_oms_shop import read, rows_in, running_shop, settings_of
from vendor_emulator.vendors.chord_oms import OmsServer

ODDITIES = """
create schema odd;
create type odd.mood as enum ('sad', 'ok');
create domain odd.amount as numeric(8,2) check (value >= 0);
create table odd.spree_orders (id serial primary key, updated_at timestamp);
create table odd.kinds (
  id bigint primary key, free numeric, money numeric(10,2), huge numeric(50,10), at timestamp,
  at_zone timestamptz, day date, clock time, span interval, uid uuid, mood odd.mood,
  amount odd.amount, pair point, ints int[], texts text[], grid int[][], doc json, docb jsonb,
  bytes bytea, ip inet, yes boolean, small smallint, single real, double double precision,
  padded char(5), bits bit(3), ranged int4range, payload text, "Camel Case" text, "camel_case" text
);
insert into odd.kinds values (
  1, 1.5, 1.25, 7.5, '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05+02', '2026-01-02',
  '03:04:05', '1 mon 2 days', '00000000-0000-4000-8000-000000000001', 'ok', 3.5, '(1,2)',
  '{1,NULL,3}', '{a,"b c"}', '{{1,2},{3,4}}', '{"a": [1]}', '{"é": null}', '\\x00ff',
  '10.0.0.1/8', true, 3, 1.5, 2.5, 'ab', B'101', '[1,5)', 'theirs', 'first', 'second');
insert into odd.kinds (id) values (2);
insert into odd.kinds (id, free, money, huge, at, at_zone, day, double) values
  (3, 'NaN', 'NaN', 0, 'infinity', '-infinity', 'infinity', 'NaN'),
  (4, 0.0000000001, 1, 12345678901234567890123456789012345678, '0044-03-15 BC',
   '294276-12-31 23:59:59+00', '5874897-12-31', 'Infinity');
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OmsServer]:
    with running_shop(tmp_path_factory.mktemp("oms"), orders=20) as server:
        server.execute(ODDITIES)
        server.execute("grant usage on schema odd to chord_reader")
        server.execute("grant select on all tables in schema odd to chord_reader")
        yield server


def rows_of(table: ReadTable) -> list[dict[str, Any]]:
    assert table.rows is not None
    return rows_in(table.rows.path)


def extra(found: Read, name: str) -> ReadTable:
    return next(table for table in found.extra if table.name == name)


def odd_rows(shop: OmsServer, scratch: Path) -> tuple[list[dict[str, Any]], list[str]]:
    settings = settings_of({**shop.credentials(), "schema": "odd"}, scratch)
    rows = rows_of(extra(read(settings), "kinds"))
    return rows, settings.report.warnings["kinds"]


def test_each_type_lands_as_itself_and_what_does_not_fit_stays_in_the_payload(
    shop: OmsServer, tmp_path: Path
) -> None:
    (first, empty, odd, far), warnings = odd_rows(shop, tmp_path)
    assert first == {
        "id": 1,
        "free": Decimal("1.5"),
        "money": Decimal("1.25"),
        "huge": Decimal("7.5"),
        "at": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        "at_zone": datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC),
        "day": date(2026, 1, 2),
        "clock": "03:04:05",
        "span": "P1M2D",
        "uid": "00000000-0000-4000-8000-000000000001",
        "mood": "ok",
        "amount": Decimal("3.5"),
        "pair": "(1,2)",
        "ints": "[1, null, 3]",
        "texts": '["a", "b c"]',
        "grid": "[[1, 2], [3, 4]]",
        "doc": '{"a": [1]}',
        "docb": '{"é": null}',
        "bytes": "\\x00ff",
        "ip": "10.0.0.1/8",
        "yes": True,
        "small": 3,
        "single": 1.5,
        "double": 2.5,
        "padded": "ab",
        "bits": "101",
        "ranged": "[1,5)",
        "payload_column": "theirs",
        "camel_case": "first",
        "camel_case_2": "second",
        "payload": None,
    }
    assert {value for name, value in empty.items() if name != "id"} == {None}
    assert (odd["free"], odd["money"], odd["at"], odd["at_zone"], odd["day"]) == (None,) * 5
    assert odd["payload"] == (
        '{"free":"NaN","money":"NaN","at":"infinity","at_zone":"-infinity","day":"infinity"}'
    )
    assert far["payload"] == (
        '{"free":"0.0000000001","huge":"12345678901234567890123456789012345678.0000000000",'
        '"at":"0044-03-15 00:00:00 BC","at_zone":"294276-12-31 23:59:59+00",'
        '"day":"5874897-12-31"}'
    )
    assert far["money"] == Decimal(1)
    assert any(warning.startswith("money: 1 values do not fit") for warning in warnings)


def test_adbc_gives_the_same_rows_and_says_that_it_was_used(
    shop: OmsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = {**shop.credentials(), "tables": "spree_orders,spree_p*,spree_users,affiliates"}
    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "EXTENSION", "a_package_that_is_not_installed")
        slow, slow_warnings = odd_rows(shop, tmp_path / "slow")
        settings = settings_of(some, tmp_path / "all")
        slow_all = read(settings)
        assert any("ADBC read instead" in note for note in settings.report.notes)
    fast, fast_warnings = odd_rows(shop, tmp_path / "fast")
    assert str(slow) == str(fast)
    assert slow_warnings == fast_warnings
    fast_all = read(settings_of(some, tmp_path / "fast_all"))
    assert len(fast_all.tables) > 12
    for name, table in fast_all.tables.items():
        assert str(rows_of(slow_all.tables[name])) == str(rows_of(table)), name
    assert str(rows_of(slow_all.extra[0])) == str(rows_of(fast_all.extra[0]))
