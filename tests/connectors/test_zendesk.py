"""What is peculiar to Zendesk: exports by cursor and by time, plans, sideloads, its limits."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.connector import CheckResult
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused, UnexpectedResponse
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.zendesk import CONNECTOR, exports
from dlt_pipelines.sync import check, sync
from dlt_pipelines.windows import SyncRequest
from tests.warehouse_file import warehouse_in
from vendor_emulator.clock import Clock
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.zendesk.desk import OAUTH_TOKEN

PAGED = {"limits": "off", "largest_page": 4}


class Account:
    """An emulated account, connections to it and their warehouse."""

    def __init__(self, home: Path, *, orders: int = 150, clock: Any = None, **options: Any) -> None:
        self.home = home
        self.emulator = Emulator(orders=orders, options={"zendesk": {**PAGED, **options}})
        if clock is not None:
            self.emulator.clock = clock(self.emulator.clock.start)
        self.emulator.start()
        self.desk = self.emulator.vendor("zendesk")
        self.values: dict[str, str] = self.emulator.credentials("zendesk")

    def sync(self, *tables: str, name: str = "one", **given: Any) -> SyncResult:
        """Two minutes later each time: what changed has left the last minute."""
        self.emulator.clock.advance(120)
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
        return self.rows(f"select count(*) from raw_zendesk.{table}")[0][0]

    def payload(self, table: str, key: int | str) -> dict[str, Any]:
        sql = f"select payload from raw_zendesk.{table} where id = '{key}'"
        return json.loads(self.rows(sql)[0][0])

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


def test_every_table_holds_what_the_account_has(account: Account) -> None:
    result = account.sync(reconcile=True)
    expected = account.desk.rows()
    assert {table: account.count(table) for table in expected} == expected
    assert not result.warnings
    assert result.reconciliation["ticket_fields"] == (3, 3)
    assert result.reconciliation["satisfaction_ratings"][0] > 0


def test_a_later_sync_goes_on_from_the_stored_cursor_and_not_from_the_clock(
    account: Account,
) -> None:
    account.sync("tickets")
    key = account.desk.touch("tickets")
    account.emulator.requests.clear()
    result = account.sync("tickets")
    asked = account.asked("tickets")
    assert [set(one) for one in asked] == [{"cursor", "per_page", "include"}]
    assert (result.tables["tickets"].received, result.tables["tickets"].updated) == (1, 1)
    assert account.payload("tickets", key)["subject"].endswith("(!)")


def test_a_change_of_the_last_minute_comes_with_the_next_sync(account: Account) -> None:
    account.sync("tickets")
    account.emulator.clock.advance(120)
    account.desk.touch("tickets")
    account.emulator.clock.advance(-120)
    assert account.sync("tickets").tables["tickets"].received == 0
    assert account.sync("tickets").tables["tickets"].updated == 1


def test_a_first_time_lies_more_than_a_minute_ago(account: Account) -> None:
    account.sync("organizations", start_on=f"{account.now:%Y-%m-%d}")
    (asked,) = account.asked("organizations")
    assert int(asked["start_time"]) <= account.now.timestamp() - 61


def test_a_system_change_that_leaves_updated_at_as_it_was_is_read(account: Account) -> None:
    account.sync("tickets")
    feed = account.desk.world.feeds["tickets"]
    key = feed.order[0][1]
    account.desk.world.change("tickets", key, account.now, tags=["by_the_system"])
    assert account.sync("tickets").tables["tickets"].updated == 1
    assert account.payload("tickets", key)["tags"] == ["by_the_system"]


def test_a_deleted_ticket_stays_with_its_status(account: Account) -> None:
    account.sync("tickets")
    key = account.desk.world.feeds["tickets"].order[0][1]
    account.desk.world.change("tickets", key, account.now, status="deleted")
    account.sync("tickets")
    assert account.payload("tickets", key)["status"] == "deleted"


def test_time_based_exports_end_without_repeating_a_page(account: Account) -> None:
    account.sync("ticket_events", "ticket_metric_events")
    starts = [one["start_time"] for one in account.asked("ticket_events")]
    assert len(starts) == len(set(starts)) > 2
    result = account.sync("ticket_events", "ticket_metric_events")
    for table in ("ticket_events", "ticket_metric_events"):
        assert result.tables[table].inserted == result.tables[table].updated == 0


def test_more_changes_in_one_second_than_a_page_holds_are_all_read(account: Account) -> None:
    account.sync("ticket_events", "ticket_metric_events", "organizations")
    account.emulator.next_day(stamped_at=account.now)
    account.sync("ticket_events", "ticket_metric_events", "organizations")
    expected = account.desk.rows()
    for table in ("ticket_events", "ticket_metric_events", "organizations"):
        assert account.count(table) == expected[table]


@pytest.mark.parametrize("table", ["tickets", "ticket_events", "groups"])
def test_a_page_that_leads_back_to_itself_is_an_error_and_nothing_is_stored(
    account: Account, table: str
) -> None:
    account.emulator.faults.always(table, "cursor-repeats")
    with pytest.raises(UnexpectedResponse, match="leads back"):
        account.sync(table)
    assert len(account.asked(table)) < 6


def test_a_cursor_that_zendesk_forgot_is_replaced_by_the_time(account: Account) -> None:
    account.sync("users")
    account.desk.touch("users")
    account.emulator.faults.script("users", "cursor-refused")
    result = account.sync("users")
    assert result.tables["users"].updated == 1
    assert any("no longer knew the place" in note for note in result.notes)


def test_metrics_come_with_their_tickets_and_are_rows_of_their_own(account: Account) -> None:
    account.sync("ticket_metrics")
    assert account.count("ticket_metrics") == account.count("tickets") > 0
    ticket, metric = account.rows("select ticket_id, id from raw_zendesk.ticket_metrics")[0]
    assert "metric_set" not in account.payload("tickets", ticket)
    assert account.payload("ticket_metrics", metric)["reply_time_in_minutes"]


def test_metrics_come_with_every_slice_and_with_tickets_alone(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SLICE_PAGES", 4)
    account.sync("tickets", name="other")
    account.sync("tickets", "ticket_metrics")
    for name in ("other", "one"):
        counts = [
            f"(select count(*) from raw_zendesk.{table} where _connection_id = '{name}')"
            for table in ("tickets", "ticket_metrics")
        ]
        ((tickets, metrics),) = account.rows(f"select {', '.join(counts)}")
        assert tickets == metrics > 4


def test_comments_come_with_their_text(account: Account) -> None:
    account.sync("ticket_events")
    texts = account.rows(
        "select child ->> '$.body' from raw_zendesk.ticket_events,"
        " unnest(from_json(payload -> '$.child_events', '[\"JSON\"]')) as t (child)"
        " where child ->> '$.event_type' = 'Comment'"
    )
    assert texts and all(text for (text,) in texts)


def test_a_first_sync_goes_on_where_a_slice_ended(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SLICE_PAGES", 1)
    account.emulator.faults.script("tickets", None, None, 401)
    with pytest.raises(CredentialsRejected):
        account.sync("tickets")
    assert account.count("tickets") == 8
    account.emulator.requests.clear()
    account.sync("tickets")
    assert "cursor" in account.asked("tickets")[0]
    assert account.count("tickets") == account.desk.rows()["tickets"]


def test_a_backfill_reads_its_own_days_and_moves_no_cursor(account: Account) -> None:
    account.sync("tickets")
    since = account.now - timedelta(days=200)
    account.emulator.requests.clear()
    account.sync("tickets", since=since, until=since + timedelta(days=30))
    assert account.asked("tickets")[0]["start_time"] == str(int(since.timestamp()))
    account.emulator.requests.clear()
    account.sync("tickets")
    assert "cursor" in account.asked("tickets")[0]


def test_what_the_plan_lacks_is_left_out_with_a_warning(tmp_path: Path) -> None:
    account = Account(tmp_path, plan="team")
    result = account.sync()
    assert {"sla_policies", "satisfaction_ratings", "ticket_forms"} <= set(result.warnings)
    assert account.count("tickets") > 0
    assert len(checked(account).warnings) == 2
    account.emulator.stop()


def checked(account: Account, **values: str) -> CheckResult:
    return check(CONNECTOR, {**account.values, **values})


def test_a_key_of_an_agent_is_told_that_exports_are_for_administrators(tmp_path: Path) -> None:
    account = Account(tmp_path, role="agent")
    with pytest.raises(CredentialsRejected, match="administrator"):
        checked(account)
    with pytest.raises(CredentialsRejected, match="administrator"):
        account.sync("tickets")
    account.emulator.stop()


def test_an_oauth_token_does_instead_of_an_api_token(account: Account) -> None:
    assert checked(account, access_token=OAUTH_TOKEN, api_token="").account == "fable-and-co"
    with pytest.raises(SettingsRefused, match="neither an API token"):
        checked(account, api_token="")
    with pytest.raises(CredentialsRejected):
        checked(account, api_token="wrong")


@pytest.mark.parametrize("status", [409, 500, 502, 503, 504, 520, 524])
def test_what_zendesk_answers_when_it_is_ill_is_asked_again(account: Account, status: int) -> None:
    account.emulator.faults.script("tickets", status)
    account.sync("tickets")
    assert account.count("tickets") == account.desk.rows()["tickets"]


def test_ten_exports_a_minute_go_out_at_once_and_the_eleventh_waits(tmp_path: Path) -> None:
    def hurried(start: datetime) -> Clock:
        return Clock(start, ticking=lambda: time.monotonic() * 100)

    account = Account(tmp_path, clock=hurried, limits="strict", orders=800)
    account.values["exports_per_minute"] = "10"
    began = time.monotonic()
    result = account.sync("tickets")
    assert len(account.asked("tickets")) > 10
    assert 0.3 < time.monotonic() - began < 20
    assert result.waited_seconds > 0.2
    assert account.count("tickets") == account.desk.rows()["tickets"]
    account.emulator.stop()


def test_a_thousand_tickets_come_in_one_page(tmp_path: Path) -> None:
    account = Account(tmp_path, tickets=2500, largest_page=1000)
    account.sync("tickets")
    assert len(account.asked("tickets")) == 3
    assert account.count("tickets") == 2500
    account.emulator.stop()
