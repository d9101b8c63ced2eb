"""What is peculiar to Braze: daily series in short windows, permissions, exports of people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.braze import CONNECTOR
from dlt_pipelines.sources.braze.days import Range
from dlt_pipelines.sync import check, sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.braze.records import braze_id

TODAY = date(2026, 9, 30)


class Account:
    """An emulated workspace, connections to it and their warehouse."""

    def __init__(self, home: Path, *, orders: int = 300, **options: Any) -> None:
        self.home = home
        self.emulator = Emulator(orders=orders, options={"braze": {"largest_page": 5, **options}})
        self.emulator.start()
        self.workspace = self.emulator.vendor("braze")
        self.world = self.workspace.world
        self.values: dict[str, str] = self.emulator.credentials("braze")

    def sync(self, *tables: str, name: str = "one", **given: Any) -> SyncResult:
        self.emulator.clock.advance(60)
        fields = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        request = SyncRequest(
            **{"now": self.now, "tables": frozenset(tables) or None, "reconcile": False, **fields}
        )
        return sync(
            CONNECTOR,
            connection_id=name,
            values={**self.values, **given},
            home=self.home,
            open_warehouse=lambda holder: self.warehouse(),
            request=request,
        )

    @property
    def now(self) -> datetime:
        return self.emulator.clock.now()

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql).fetchall()

    def count(self, table: str) -> int:
        return self.rows(f"select count(*) from raw_braze.{table}")[0][0]

    def asked(self, table: str) -> list[dict[str, str]]:
        return [dict(one.params) for one in self.emulator.requests.named(table)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.01)
    monkeypatch.setattr(limits, "SECOND", 0.01)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    opened = Account(tmp_path)
    yield opened
    opened.emulator.stop()


def test_every_table_holds_what_the_workspace_has(account: Account) -> None:
    result = account.sync()
    expected = {name: rows for name, rows in account.workspace.rows().items() if rows}
    assert {table: account.count(table) for table in expected} == expected
    assert not result.warnings
    for table in CONNECTOR.tables:
        if table.primary_key[-1] == "date":
            assert account.count(table.name), f"{table.name} proves nothing without rows"


def test_a_second_sync_changes_nothing(account: Account) -> None:
    account.sync()
    again = account.sync()
    changed = {name: (one.inserted, one.updated, one.deleted) for name, one in again.tables.items()}
    assert set(changed.values()) == {(0, 0, 0)}, changed


def test_no_series_is_asked_for_more_days_than_braze_gives(account: Account) -> None:
    account.sync()
    assert {int(one["length"]) for one in account.asked("canvas_analytics")} <= set(range(1, 15))
    assert max(int(one["length"]) for one in account.asked("kpis")) == 100
    assert all(one.status == 200 for one in account.emulator.requests.named("campaign_analytics"))


def test_slices_of_a_range_overlap_by_a_day_and_leave_none_out() -> None:
    days = Range(TODAY - timedelta(days=300), TODAY)
    covered = set()
    for length, ending_at in days.requests(100):
        last = datetime.fromisoformat(ending_at).date()
        # The workspace may be a day ahead of UTC, or behind it.
        for ahead in (0, 1):
            covered |= {(ahead, last + timedelta(days=ahead - n)) for n in range(length)}
    for number in range(301):
        day = TODAY - timedelta(days=number)
        assert {(0, day), (1, day)} <= covered
    assert len(days.requests(100)) == 4


def test_each_day_of_a_campaign_that_was_sent_is_there_once(account: Account) -> None:
    account.sync("campaign_analytics")
    never = braze_id("campaign", 0)
    first = braze_id("campaign", 1)
    asked = {one["campaign_id"] for one in account.asked("campaign_analytics")}
    assert never not in asked and first in asked
    sent = datetime.fromisoformat(account.world.campaigns[first]["first_sent"]).date()
    (days, earliest) = account.rows(
        "select count(distinct date), min(date) from raw_braze.campaign_analytics"
        f" where campaign_id = '{first}'"
    )[0]
    assert (days, earliest) == (38, sent), "and five weeks on it is answered"


def test_an_archived_campaign_that_fell_silent_is_not_asked_again(account: Account) -> None:
    account.sync()
    account.emulator.requests.clear()
    account.sync()
    details = {one["campaign_id"] for one in account.asked("campaign details")}
    old = next(key for key, one in account.world.campaigns.items() if one["archived"])
    assert old not in details and braze_id("campaign", 0) not in details
    assert old not in {one["campaign_id"] for one in account.asked("campaign_analytics")}
    account.world.campaigns[old] |= {"name": "Edited", "updated_at": "2026-09-30T00:00:30+00:00"}
    account.emulator.requests.clear()
    account.sync("campaigns")
    assert old in {one["campaign_id"] for one in account.asked("campaign details")}


def test_breakdowns_of_a_canvas_are_asked_for_and_kept(account: Account) -> None:
    account.sync("canvas_analytics")
    (payload,) = account.rows("select payload from raw_braze.canvas_analytics limit 1")[0]
    assert {"total_stats", "variant_stats", "step_stats"} <= set(json.loads(payload))


def test_restated_days_are_rewritten_and_older_ones_are_not_read(account: Account) -> None:
    account.sync("campaign_analytics")
    campaign = next(
        key
        for key, one in account.world.campaigns.items()
        if (one["first_sent"] or "") > "2026-09-01"
    )
    day = TODAY - timedelta(days=5)
    account.world.by_message[campaign][day]["conversions"] += 7
    account.emulator.requests.clear()
    result = account.sync("campaign_analytics")
    assert result.tables["campaign_analytics"].updated == 1
    assert max(int(one["length"]) for one in account.asked("campaign_analytics")) <= 33
    older = account.rows("select count(*) from raw_braze.campaign_analytics__history")
    assert older == [(1,)]


def test_money_keeps_its_cents(account: Account) -> None:
    account.sync("product_revenue")
    total, parts = account.rows(
        "select sum(revenue) filter (where product = ''), sum(revenue) filter (where product <> '')"
        " from raw_braze.product_revenue"
    )[0]
    assert total == parts > 0


def test_many_products_are_read_less_far_back_rather_than_above_the_limit() -> None:
    assert Range(TODAY - timedelta(days=700), TODAY).at_most(2, 100).first == TODAY - timedelta(197)


def test_a_missing_permission_is_told_from_a_wrong_key(tmp_path: Path) -> None:
    hidden = ("email.hard_bounces", "canvas.list", "kpi.mau.data_series")
    account = Account(tmp_path, without=hidden)
    result = account.sync()
    assert {"hard_bounces", "canvases", "canvas_analytics", "kpis"} == set(result.warnings)
    assert account.rows("select count(mau), count(dau) > 0 from raw_braze.kpis") == [(0, True)]
    assert check(CONNECTOR, account.values).missing_scopes == ("canvas.list",)
    with pytest.raises(CredentialsRejected, match="not accepted"):
        check(CONNECTOR, {**account.values, "api_key": "wrong"})
    with pytest.raises(CredentialsRejected, match="not accepted"):
        account.sync("hard_bounces", api_key="wrong")
    account.emulator.stop()


def test_a_key_revoked_in_the_middle_is_no_missing_permission(account: Account) -> None:
    account.emulator.faults.script("segments", "revoked")
    with pytest.raises(CredentialsRejected, match="not accepted"):
        account.sync()


def test_an_answer_that_says_no_success_is_an_error(account: Account) -> None:
    account.emulator.faults.script("segments", "not-success")
    with pytest.raises(UnexpectedResponse, match="other than success"):
        account.sync("segments")


def test_people_come_out_of_the_archive_and_the_key_stays_out_of_its_address(
    account: Account,
) -> None:
    account.emulator.faults.script("exported users", "not-ready")
    account.sync("users")
    assert account.count("users") == len(account.world.users)
    fetched = account.emulator.requests.named("exported users")
    assert [one.status for one in fetched] == [403, 200]
    assert all("authorization" not in one.headers for one in fetched)


def test_people_are_not_exported_unless_a_segment_is_named(account: Account) -> None:
    account.sync("users", export_segments="")
    assert not account.asked("users")


def test_addresses_come_with_their_times(account: Account) -> None:
    gone = account.workspace.touch("hard_bounces")
    account.sync("hard_bounces")
    ((email, at),) = account.rows(
        "select email, hard_bounced_at from raw_braze.hard_bounces where email like 'gone%'"
    )
    assert email == gone and at.date() == TODAY
    (asked,) = {one["end_date"] for one in account.asked("hard_bounces")}
    assert asked == (TODAY + timedelta(days=1)).isoformat()
