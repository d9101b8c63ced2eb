"""What a sync promises for reports that are restated, backfilled, and for personal data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.personal import Protection
from tests.sync.ad_days import AdVendor, day

ADA = "SELECT email, payload->>'$.profile.email', payload FROM raw_ad_days.people"


@pytest.fixture
def vendor(tmp_path: Path) -> AdVendor:
    return AdVendor(tmp_path)


def test_a_withdrawn_row_goes_and_stays_readable_as_it_was_believed(vendor: AdVendor) -> None:
    vendor.sync()
    believed_at = vendor.now
    gone = vendor.world["days"].pop(50)
    result = vendor.sync()
    assert result.tables["days"].deleted == 1
    assert result.tables["days"].total == 243
    assert vendor.rows(
        "select account_id, ad_id, date, _valid_from, _valid_to, _change"
        " from raw_ad_days.days__history"
    ) == [
        (gone["account_id"], gone["ad_id"], date.fromisoformat(gone["date"]), believed_at,
         vendor.now, "deleted")
    ]  # fmt: skip


def test_a_row_outside_the_range_that_was_read_stays(vendor: AdVendor) -> None:
    vendor.sync()
    del vendor.world["days"][3]
    assert vendor.sync().tables["days"].deleted == 0


def test_an_account_whose_range_came_empty_keeps_its_rows_with_a_warning(vendor: AdVendor) -> None:
    vendor.sync()
    vendor.world["days"] = [row for row in vendor.world["days"] if row["account_id"] == "1"]
    result = vendor.sync()
    assert result.tables["days"].deleted == 0
    assert any("no rows" in text for text in result.warnings["days"])


def test_an_account_that_was_not_read_keeps_its_rows(vendor: AdVendor) -> None:
    vendor.sync()
    vendor.world["accounts"] = ["2"]
    vendor.world["days"] = [row for row in vendor.world["days"] if row["account_id"] == "2"]
    assert vendor.sync().tables["days"].deleted == 0


def test_a_restated_day_replaces_the_old_row(vendor: AdVendor) -> None:
    vendor.sync()
    vendor.world["days"][50]["spend"] = "9.75"
    assert vendor.sync().tables["days"].updated == 1
    assert vendor.rows("select max(spend) from raw_ad_days.days") == [(Decimal("9.75"),)]


def test_a_backfill_is_read_in_slices_and_moves_no_cursor(vendor: AdVendor) -> None:
    vendor.sync()
    vendor.world["days"].append(day("1", "late", date(2026, 1, 12)))
    vendor.world["reads"] = []
    cursors = vendor.sync(since=at(1, 1), until=at(1, 25)).cursors
    assert [read[1:] for read in vendor.world["reads"][::2]] == [
        ["2026-01-01", "2026-01-11"],
        ["2026-01-11", "2026-01-21"],
        ["2026-01-21", "2026-01-25"],
    ]
    assert cursors["days"].startswith("2026-03-02T13")
    assert vendor.rows("select count(*) from raw_ad_days.days where ad_id = 'late'") == [(1,)]


def test_a_backfill_that_was_cut_off_goes_on_and_a_finished_one_begins_again(
    vendor: AdVendor,
) -> None:
    vendor.sync()
    vendor.world |= {"reads": [], "dies_after": "2026-01-21"}
    with pytest.raises(UnexpectedResponse):
        vendor.sync(since=at(1, 1), until=at(1, 25))
    vendor.world |= {"reads": [], "dies_after": None}
    vendor.sync(since=at(1, 1), until=at(1, 25))
    assert vendor.world["reads"][0] == ["1", "2026-01-11", "2026-01-21"]
    vendor.world["reads"] = []
    vendor.sync(since=at(1, 1), until=at(1, 25))
    assert vendor.world["reads"][0] == ["1", "2026-01-01", "2026-01-11"]


def test_a_vendors_own_cursor_is_committed_with_the_rows(vendor: AdVendor) -> None:
    vendor.sync()
    vendor.sync()
    assert vendor.world["positions"] == [None, "page 1"]


def test_hashed_personal_data_is_the_same_for_the_same_person_and_nowhere_in_clear(
    vendor: AdVendor,
) -> None:
    protection = Protection("hash", b"k" * 32)
    vendor.sync(personal=protection)
    ((column, in_payload, payload),) = vendor.rows(ADA)
    assert column == in_payload == protection.hashed("ada@example.com")
    assert "xample" not in payload and '"tall"' not in payload
    assert '"Oslo"' in payload and '"noon"' in payload
    assert Protection("hash", b"x" * 32).hashed("ada@example.com") != column
    for file in vendor.home.rglob("*"):
        if file.is_file() and file != vendor.file:
            assert b"Ada@Example" not in file.read_bytes()


def test_dropped_personal_data_is_gone_from_columns_and_payload(vendor: AdVendor) -> None:
    vendor.sync(personal=Protection("drop", b"k" * 32))
    ((column, in_payload, payload),) = vendor.rows(ADA)
    assert column is None and in_payload is None
    assert "tall" not in payload and '"Oslo"' in payload


def at(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)
