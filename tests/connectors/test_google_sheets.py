"""What is peculiar to spreadsheets: tables nobody declared, headers, kinds of value, versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused
from dlt_pipelines.personal import Protection
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.google_sheets import CONNECTOR
from dlt_pipelines.sources.google_sheets.cells import typed
from dlt_pipelines.sources.google_sheets.names import column_letters, column_names, table_names
from dlt_pipelines.sync import check, sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.google_sheets import books, tokens
from vendor_emulator.vendors.google_sheets.grid import Cell, Named, Sheet

NAME = CONNECTOR.name


class Desk:
    """An emulated spreadsheet, one connection to it and its warehouse."""

    def __init__(self, home: Path, **options: Any) -> None:
        self.home = home
        options = {"limits": "off", **options}
        self.emulator = Emulator(orders=60, options={NAME: options}, vendors=(NAME,))
        self.emulator.start()
        self.values = self.emulator.credentials(NAME)

    @property
    def book(self) -> Any:
        return self.emulator.vendor(NAME).book

    def only(self, *sheets: Sheet, named: tuple[Named, ...] = ()) -> None:
        """The spreadsheet holds these and nothing else."""
        self.book.sheets[:] = sheets
        self.book.named[:] = named
        books.saved(self.book, self.emulator.clock.now())

    def edit(self, sheet: Sheet, row: int, column: int, value: Any) -> None:
        books.edit(self.book, sheet.id, row, column, value, self.emulator.clock.now())

    def sync(self, *, name: str = "one", **given: Any) -> SyncResult:
        self.emulator.clock.advance(60)
        fields = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        personal = given.pop("protection", None)
        return sync(
            CONNECTOR,
            connection_id=name,
            values={**self.values, **given},
            home=self.home,
            open_warehouse=lambda holder: self.warehouse(),
            request=SyncRequest(**{"now": self.emulator.clock.now(), "reconcile": False, **fields}),
            personal=personal,
        )

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql).fetchall()

    def types(self, table: str) -> dict[str, str]:
        return dict(
            self.rows(
                "select column_name, data_type from duckdb_columns()"
                f" where table_name = '{table}' and schema_name = 'raw_google_sheets'"
                " and column_name not in ('_connection_id', '_synced_at', 'payload')"
            )
        )

    def asked(self, what: str) -> int:
        return len(self.emulator.requests.named(what))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.002)
    monkeypatch.setattr(limits, "SECOND", 0.002)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.emulator.stop()


# ---------------------------------------------------------------------- tables and headers


def test_every_sheet_and_named_range_becomes_a_table_of_its_own_name(desk: Desk) -> None:
    desk.sync()
    found = desk.rows(
        "select title, kind, table_name, left_out_because from raw_google_sheets.sheets"
    )
    assert ("Product costs", "sheet", "product_costs", None) in found
    assert ("TopTargets", "named_range", "top_targets", None) in found
    assert ("Spend chart", "object", None, "a chart has no cells") in found
    assert ("Empty", "sheet", None, None) in found
    assert desk.rows("select count(*) from raw_google_sheets.top_targets") == [(6,)]
    assert desk.types("cost_column") == {"_row": "BIGINT", "unit_cost": "DECIMAL(38,9)"}


def test_costs_arrive_as_decimals_beside_their_sku(desk: Desk) -> None:
    desk.sync()
    found = dict(desk.rows("select sku, unit_cost from raw_google_sheets.product_costs"))
    variants = [one for each in desk.emulator.business.catalog.sellable for one in each.variants]
    assert found == {one.sku: one.cost for one in variants}


def test_headers_that_stand_twice_are_numbered_and_none_is_left_out(desk: Desk) -> None:
    desk.sync()
    ((columns,),) = desk.rows(
        "select columns from raw_google_sheets.sheets where title = 'Odds & ends!'"
    )
    assert json.loads(columns) == {
        "name": "Name",
        "name_2": "Name",
        "col_4": None,  # no header, and values; the third column has neither and is gone
        "name_3": "name",
        "mixed": "Mixed",
        "ratio": "Ratio",
        "big_id": "Big id",
        "empty": "Empty",
        "payload_2": "Payload",
        "day": "Day",
    }


def test_years_as_headers_are_headers_and_not_data(desk: Desk) -> None:
    desk.sync()
    types = desk.types("budgets_by_year")
    assert list(types) == ["_row", "channel", "_2024", "_2025", "_2026"]
    ((row, noise),) = desk.rows(
        "select _row, _2024 from raw_google_sheets.budgets_by_year where channel = 'rounding'"
    )
    assert (row, noise) == (10, Decimal("0.3"))  # rows are told apart by where they stand


def test_tables_and_columns_never_take_a_name_that_means_something_else() -> None:
    titles = [("Sheets", "1"), ("sheets", "2"), ("2026", "3"), ("目标", "4"), ("☕", "5")]
    assert table_names(titles) == ["sheets_2", "sheets_3", "sheet_2026", "mu_biao", "sheet_5"]
    assert column_names(["payload", "_row", None, "2024"]) == ["payload_2", "row", "col_3", "_2024"]
    assert [column_letters(number) for number in (1, 26, 27, 702, 703)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]


# ---------------------------------------------------------------------- values


def test_ragged_rows_keep_their_place_and_empty_ones_are_no_rows(desk: Desk) -> None:
    desk.sync()
    found = desk.rows(
        "select _row, handle, fee, notes from raw_google_sheets.influencers order by _row"
    )
    assert [row[0] for row in found] == [2, 3, 4, 6, 7, 8]
    assert found[4] == (7, "@ceramic.kai", None, None)
    assert found[3][3] == "répond tard ☕"


def test_serial_numbers_become_dates_and_times_where_the_format_says_so(desk: Desk) -> None:
    desk.sync()
    assert desk.types("monthly_targets")["month"] == "DATE"
    assert desk.types("influencers")["signed_at"] == "TIMESTAMP"
    first = desk.rows("select min(month), max(final) from raw_google_sheets.monthly_targets")[0]
    assert first == (desk.emulator.business.start.date().replace(day=1), True)
    ((signed,),) = desk.rows(
        "select signed_at from raw_google_sheets.influencers where handle = '@latte_leo'"
    )
    assert (signed.hour, signed.minute, signed.second) == (9, 7, 0)


def test_values_of_several_kinds_are_kept_as_text_with_a_warning(desk: Desk) -> None:
    result = desk.sync()
    found = desk.rows(
        "select mixed, ratio, big_id, day from raw_google_sheets.odds_ends order by _row"
    )
    start = desk.emulator.business.start.date().isoformat()
    assert found == [
        ("1", "0.5", "9007199254740993", start),
        ("two", "#DIV/0!", "9007199254740995", "soon"),
        ("true", "0.25", None, None),
    ]
    told = " ".join(result.warnings["sheets"])
    assert "Mixed holds text beside other values" in told
    assert "Big id" not in told


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, 2.0, None], None, [1, 2, None]),
        ([1, 2.5], None, [Decimal("1"), Decimal("2.5")]),
        ([1 / 3], None, [1 / 3]),
        ([2**70], None, [Decimal(2**70)]),
        ([True, "", False], None, [True, None, False]),
        ([True, 1], None, ["true", "1"]),
        ([0, 60, 45_000], "DATE", [date(1899, 12, 30), date(1900, 2, 28), date(2023, 3, 15)]),
        ([45_000.25], "DATE", [datetime(2023, 3, 15, 6)]),  # noqa: DTZ001
        ([0.5, 1.25], "TIME", ["12:00:00", "30:00:00"]),
        (["", "  ", None], None, [None, None, None]),
        ([45_000, "later"], "DATE", ["2023-03-15", "later"]),
    ],
)
def test_a_columns_type_is_told_by_all_of_its_values(
    values: list[Any], kind: str | None, expected: list[Any]
) -> None:
    assert typed(values, kind)[0].to_pylist() == expected


def test_a_column_that_changes_its_kind_from_run_to_run_loses_no_value(desk: Desk) -> None:
    sheet = Sheet(5, "Costs", rows=[["SKU", "Cost"], ["a", 1], ["b", 2]])
    desk.only(sheet)
    desk.sync()
    assert desk.types("costs")["cost"] == "BIGINT"
    desk.edit(sheet, 2, 1, 2.5)
    desk.sync()
    assert desk.types("costs")["cost"] == "DECIMAL(38,9)"
    desk.edit(sheet, 1, 1, "ask Mia")
    desk.sync()
    assert desk.rows("select sku, cost from raw_google_sheets.costs order by 1") == [
        ("a", "ask Mia"),
        ("b", "2.5"),
    ]
    desk.edit(sheet, 1, 1, 3)
    result = desk.sync()
    assert result.tables["costs"].updated == 1
    assert desk.rows("select cost from raw_google_sheets.costs order by sku") == [("3",), ("2.5",)]
    past = desk.rows("select cost from raw_google_sheets.costs__history order by _valid_to")
    assert past == [("2",), ("1",), ("ask Mia",)]


# ---------------------------------------------------------------------- changes


def test_a_file_whose_version_stands_is_not_read(desk: Desk) -> None:
    desk.sync()
    desk.emulator.requests.clear()
    result = desk.sync()
    assert (desk.asked("file"), desk.asked("values"), desk.asked("spreadsheet")) == (1, 0, 0)
    assert result.warnings == {}
    desk.sync(full_refresh=True)
    assert desk.asked("values") > 0


def test_other_settings_read_the_same_version_again(desk: Desk) -> None:
    desk.sync(sheets="Promotions")
    desk.emulator.requests.clear()
    desk.sync(sheets="Promotions, Product costs")
    assert desk.asked("values") > 0
    assert desk.rows("select count(*) > 0 from raw_google_sheets.product_costs") == [(True,)]


def test_without_drive_the_file_is_read_whole_each_time_with_a_warning(tmp_path: Path) -> None:
    desk = Desk(tmp_path, drive="off")
    try:
        assert check(CONNECTOR, desk.values).missing_scopes == ("drive.metadata.readonly",)
        assert "Drive does not tell" in desk.sync().warnings["spreadsheet"][0]
        desk.emulator.requests.clear()
        second = desk.sync()
        assert desk.asked("values") > 0
        assert sum(one.updated for one in second.tables.values()) == 0
    finally:
        desk.emulator.stop()


def test_a_file_edited_while_it_is_read_is_read_again(desk: Desk) -> None:
    sheet = Sheet(5, "Costs", rows=[["SKU", "Cost"], ["a", 1]])
    desk.only(sheet)
    desk.emulator.faults.script("formats", lambda: desk.edit(sheet, 1, 1, 7))
    result = desk.sync()
    assert desk.rows("select cost from raw_google_sheets.costs") == [(7,)]
    assert "sheets" not in result.warnings


def test_rows_that_are_deleted_in_the_sheet_go_and_stay_in_the_history(desk: Desk) -> None:
    sheet = Sheet(5, "Costs", rows=[["SKU", "Cost"], ["a", 1], ["b", 2], ["c", 3]])
    desk.only(sheet)
    desk.sync(keys="Costs = SKU")
    del sheet.rows[2]
    books.saved(desk.book, desk.emulator.clock.now())
    result = desk.sync(keys="Costs = SKU")
    assert (result.tables["costs"].deleted, result.tables["costs"].updated) == (1, 0)
    assert desk.rows("select sku from raw_google_sheets.costs__history") == [("b",)]


def test_a_key_that_stands_twice_leaves_the_table_as_it_was(desk: Desk) -> None:
    sheet = Sheet(5, "Costs", rows=[["SKU", "Cost"], ["a", 1], ["b", 2]])
    desk.only(sheet)
    desk.sync(keys="Costs = SKU")
    desk.edit(sheet, 2, 0, "a")
    result = desk.sync(keys="Costs = SKU")
    assert "stands twice" in result.warnings["sheets"][0]
    assert desk.rows("select sku from raw_google_sheets.costs order by 1") == [("a",), ("b",)]


# ---------------------------------------------------------------------- requests


def test_a_large_sheet_comes_in_blocks_and_a_gap_is_not_its_end(desk: Desk) -> None:
    rows: list[list[Any]] = [["N"], *([number] for number in range(30))]
    rows += [[] for _ in range(40)] + [[99]]
    desk.only(Sheet(5, "Long", rows=rows, spare_rows=900))
    desk.sync(rows_per_request="10")
    assert desk.rows("select count(*), max(_row), max(n) from raw_google_sheets.long") == [
        (31, 72, 99)
    ]
    assert desk.asked("values") < 20  # 972 rows of grid: an empty stretch is asked in large blocks


def test_small_sheets_share_a_request(desk: Desk) -> None:
    desk.only(*(Sheet(number, f"Tab {number}", rows=[["A"], [number]]) for number in range(1, 21)))
    desk.sync()
    assert (desk.asked("values"), desk.asked("formats")) == (1, 1)
    assert desk.rows("select a from raw_google_sheets.tab_20") == [(20,)]


def test_titles_with_quotes_or_like_a_cell_are_read(desk: Desk) -> None:
    desk.only(
        Sheet(1, "Bob's A1:B2", rows=[["A"], ["x"]]),
        Sheet(2, "A1", rows=[["A"], ["y"]]),
        named=(Named("n", "Slice", 2, start_row=0, end_row=2, end_column=1),),
    )
    desk.sync()
    found = desk.rows(
        "select a from raw_google_sheets.bob_s_a1_b2 union all select a from raw_google_sheets.a1"
        " union all select a from raw_google_sheets.slice order by 1"
    )
    assert found == [("x",), ("y",), ("y",)]


# ---------------------------------------------------------------------- credentials


def test_a_refresh_token_reads_like_a_service_account(desk: Desk) -> None:
    given = {
        "service_account": "",
        "client_id": tokens.CLIENT_ID,
        "client_secret": tokens.CLIENT_SECRET,
        "refresh_token": tokens.REFRESH_TOKEN,
    }
    desk.sync(**given)
    assert desk.rows("select count(*) > 0 from raw_google_sheets.promotions") == [(True,)]
    with pytest.raises(CredentialsRejected, match="reconnect"):
        desk.sync(**{**given, "refresh_token": "1//taken-back"})


def test_an_access_token_that_runs_out_is_renewed_in_the_middle(desk: Desk) -> None:
    desk.emulator.faults.script("values", "expired")
    desk.sync()
    assert desk.asked("token") == 2


def test_a_spreadsheet_that_is_not_shared_names_who_must_act(desk: Desk) -> None:
    with pytest.raises(CredentialsRejected, match="Share the spreadsheet"):
        check(CONNECTOR, {**desk.values, "spreadsheet": books.OTHER_ID})
    with pytest.raises(SettingsRefused, match="address"):
        check(CONNECTOR, {**desk.values, "spreadsheet": "1NoSuchSpreadsheetAtAll"})


def test_a_key_file_that_is_none_is_refused_without_being_told(desk: Desk) -> None:
    with pytest.raises(SettingsRefused) as refused:
        check(CONNECTOR, {**desk.values, "service_account": '{"private_key": "s3cret"}'})
    assert "s3cret" not in str(refused.value)


def test_columns_that_a_person_calls_personal_are_hashed(desk: Desk) -> None:
    protection = Protection("hash", b"a key of this installation")
    desk.sync(personal="Influencers = Email", protection=protection)
    emails = [email for (email,) in desk.rows("select email from raw_google_sheets.influencers")]
    assert all(email and "@" not in email for email in emails)
    assert desk.rows("select min(handle) from raw_google_sheets.influencers") == [("@aria.pours",)]


def test_a_price_edited_by_cell_format_alone_is_the_same_number(desk: Desk) -> None:
    sheet = Sheet(5, "Costs", rows=[["Cost"], [Cell(4.2, "CURRENCY")]])
    desk.only(sheet)
    desk.sync()
    desk.edit(sheet, 1, 0, Cell(4.2))
    assert desk.sync().tables["costs"].updated == 0
