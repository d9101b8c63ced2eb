"""What is peculiar to Klaviyo, from an emulated account over real sockets.

What every connector promises is in `test_contract.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
import orjson
import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import UnexpectedResponse, VendorUnavailable
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.klaviyo import CONNECTOR, timeline
from dlt_pipelines.sync import check, sync
from dlt_pipelines.windows import SyncRequest
from tests.conformance.spec_klaviyo import SPEC
from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.recorder import Recorded
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.klaviyo.service import Klaviyo

FASTER = 100
SERIES = ("flow_series", "form_series", "segment_series")


class Account:
    """An emulated account, one connection to it and its warehouse."""

    def __init__(self, home: Path, *, orders: int = 120, **options: Any) -> None:
        self.home = home
        business = Business(orders=orders)
        self.emulator = Emulator(
            business=business,
            clock=Clock(business.now, ticking=lambda: monotonic() * FASTER),
            options={"klaviyo": {"limits": "off", **options}},
            vendors=("klaviyo",),
        )
        self.emulator.start()
        self.vendor: Klaviyo = self.emulator.vendor("klaviyo")
        told = self.emulator.credentials("klaviyo")
        self.values = {name: told[name] for name in ("api_key", "base_url")}

    def sync(self, *tables: str, **given: Any) -> SyncResult:
        """Later by a minute each time; what is not a request's field is a connection's value."""
        self.emulator.clock.advance(60)
        self.emulator.requests.clear()
        fields = {key: given.pop(key) for key in list(given) if key in SyncRequest.__annotations__}
        now = self.emulator.clock.now()
        wanted = {"now": now, "tables": frozenset(tables) or None, "reconcile": False, **fields}
        return sync(
            CONNECTOR,
            connection_id="one",
            values={**self.values, **given},
            home=self.home,
            open_warehouse=lambda holder: self.warehouse(),
            request=SyncRequest(**wanted),
        )

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(str(self.home / "warehouse.duckdb")) as con:
            yield con

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql).fetchall()

    def count(self, table: str) -> int:
        return self.rows(f"select count(*) from raw_klaviyo.{table}")[0][0]

    def asked(self, name: str) -> list[Recorded]:
        return self.emulator.requests.named(name)


@pytest.fixture(autouse=True)
def shorter_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (api, limits):
        monkeypatch.setattr(module, "SECOND", 1 / FASTER)


@pytest.fixture
def open_account(tmp_path: Path) -> Iterator[Any]:
    opened: list[Account] = []

    def open_one(**options: Any) -> Account:
        opened.append(Account(tmp_path / f"home{len(opened)}", **options))
        opened[-1].home.mkdir()
        return opened[-1]

    yield open_one
    for one in opened:
        one.emulator.stop()


# ---------------------------------------------------------------------- events


def test_an_event_that_comes_to_be_known_two_days_late_is_found(open_account: Any) -> None:
    account = open_account()
    reached = datetime.fromisoformat(account.sync("events").cursors["events"])
    late = account.vendor.touch("events")
    result = account.sync("events")
    assert result.tables["events"].inserted == 1
    assert account.rows(f"select id from raw_klaviyo.events where id = '{late}'")
    (request,) = account.asked("events")
    start = dict(request.params)["filter"].split(",")[1].rstrip(")")
    assert datetime.fromisoformat(start) == reached - timedelta(days=4)


def test_events_read_in_several_places_come_once_each_and_in_full_pages(
    open_account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "WORTH_SPLITTING", 6)
    account = open_account(orders=400, largest_page=25, scale=1500)
    result = account.sync("events")
    assert result.tables["events"].received == 1500
    assert account.count("events") == 1500
    requests = account.asked("events")
    firsts = [one for one in requests if "page[cursor]" not in dict(one.params)]
    assert len(firsts) > 2, "it was read in one place"
    assert len(requests) <= 1500 / 25 + len(firsts)


def test_a_next_link_is_followed_as_it_is(open_account: Any) -> None:
    account = open_account(largest_page=100)
    account.sync("events")
    first, *later = account.asked("events")
    given = orjson.loads(first.answer)["links"]["next"]
    assert later
    assert dict(later[0].params) == {
        **dict(first.params),
        "page[cursor]": dict(later[0].params)["page[cursor]"],
    }
    assert given.startswith(account.values["base_url"] + "/api/events?")


def test_a_long_first_sync_goes_on_from_what_it_committed(
    open_account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "UNIT_PAGES", 10)
    account = open_account(orders=400, largest_page=20, scale=1500)
    account.emulator.faults.script("events", *[None] * 40, *["ill"] * 200)
    with pytest.raises(VendorUnavailable):
        account.sync("events")
    committed = account.count("events")
    assert 0 < committed < 1500
    account.emulator.faults.clear()
    account.sync("events")
    assert account.count("events") == 1500
    assert len(account.asked("events")) < (1500 - committed) / 20 * 1.5 + 4


def test_what_an_order_is_attributed_to_stands_beside_it(open_account: Any) -> None:
    account = open_account(orders=400)
    account.sync("events")
    told = {item.id: item for item in account.vendor.world.events.items if item.by}
    found = account.rows(
        "select id, payload from raw_klaviyo.events"
        " where json_exists(payload, '$.attributions[0].id')"
    )
    assert {key for key, _ in found} == set(told)
    for key, payload in found:
        (attribution,) = orjson.loads(payload)["attributions"]
        assert attribution["relationships"]["event"]["data"]["id"] == key


def test_times_with_a_blank_are_times(open_account: Any) -> None:
    account = open_account(datetimes="spaced")
    result = account.sync("events", "profiles", "campaigns", "flows", "templates")
    assert result.warnings == {}
    for table, column in (("events", "datetime"), ("profiles", "updated_at")):
        sql = f"select count(*) from raw_klaviyo.{table} where {column} is null"
        assert account.rows(sql) == [(0,)]
    assert account.sync("profiles").tables["profiles"].updated == 0


# ---------------------------------------------------------------------- pages


def test_an_empty_page_with_a_next_link_is_not_the_end(open_account: Any) -> None:
    account = open_account()
    account.emulator.faults.script("events", "empty-page")
    account.emulator.faults.script("lists", None, "empty-page")
    account.sync("events", "lists")
    assert account.count("events") == account.vendor.rows()["events"]
    assert account.count("lists") == account.vendor.rows()["lists"]


def test_a_last_page_without_a_next_link_is_the_end(open_account: Any) -> None:
    account = open_account()
    account.emulator.faults.always("*", "no-next")
    account.sync("profiles", "tags")
    assert account.count("profiles") == account.vendor.rows()["profiles"]


@pytest.mark.parametrize("table", ["events", "templates"])
def test_a_page_that_comes_again_and_again_stops_the_sync(open_account: Any, table: str) -> None:
    account = open_account()
    account.emulator.faults.always(table, "same-page")
    with pytest.raises(UnexpectedResponse, match="repeats a page"):
        account.sync(table)


@pytest.mark.parametrize("table", ["events", "templates"])
def test_the_key_follows_no_link_to_another_host(open_account: Any, table: str) -> None:
    account = open_account()
    account.emulator.faults.script(table, "foreign-next")
    with pytest.raises(UnexpectedResponse, match=r"another address \(elsewhere.example\)"):
        account.sync(table)


# ---------------------------------------------------------------------- profiles


def test_no_profile_is_lost_at_the_second_where_a_sync_began(open_account: Any) -> None:
    account = open_account()
    account.sync("profiles")
    key = account.vendor.touch("profiles")
    result = account.sync("profiles")
    assert result.tables["profiles"].updated == 1
    name = (
        f"select payload->>'$.attributes.first_name' from raw_klaviyo.profiles where id = '{key}'"
    )
    assert account.rows(name)[0][0].endswith("(changed)")
    for request in account.asked("profiles"):
        assert "greater-than(updated," in dict(request.params)["filter"]
        assert "or-equal" not in dict(request.params)["filter"]


def test_consents_come_along_and_predictions_where_they_are_wanted(open_account: Any) -> None:
    account = open_account()
    account.sync("profiles")
    (one,) = account.rows("select payload from raw_klaviyo.profiles limit 1")[0]
    assert "subscriptions" in orjson.loads(one)["attributes"]
    assert "predictive_analytics" not in orjson.loads(one)["attributes"]
    account.sync("profiles", full_refresh=True, predictive_analytics="yes")
    (one,) = account.rows("select payload from raw_klaviyo.profiles limit 1")[0]
    assert "predictive_analytics" in orjson.loads(one)["attributes"]


# ---------------------------------------------------------------------- campaigns and flows


def test_campaigns_of_each_channel_come_archived_or_not(open_account: Any) -> None:
    account = open_account()
    account.sync("campaigns")
    filters = {dict(one.params)["filter"] for one in account.asked("campaigns")}
    assert len(filters) == 6
    found = account.rows(
        "select m.payload->>'$.attributes.definition.channel',"
        " (c.payload->>'$.attributes.archived')::boolean, count(*)"
        " from raw_klaviyo.campaigns as c"
        " join raw_klaviyo.campaign_messages as m on m.campaign_id = c.id group by all"
    )
    wanted: dict[tuple[str, bool], int] = {}
    for one in account.vendor.world.mailing.campaigns:
        wanted[one.channel, one.is_archived] = wanted.get((one.channel, one.is_archived), 0) + 1
    assert {(channel, archived): count for channel, archived, count in found} == wanted


def test_a_message_that_does_not_come_along_is_asked_for(open_account: Any) -> None:
    account = open_account()
    account.emulator.faults.always("campaigns", "not-included")
    account.emulator.faults.always("flows", "not-included")
    account.sync("campaigns", "campaign_messages", "flows", "flow_actions", "flow_messages")
    theirs = account.vendor.rows()
    for table in ("campaign_messages", "flow_actions", "flow_messages"):
        assert account.count(table) == theirs[table]
    asked_for = [*account.asked("campaign_messages"), *account.asked("flow_actions")]
    assert {SPEC.check(one) for one in asked_for} <= {
        "get_messages_for_campaign",
        "get_actions_for_flow",
        "not compared",
    }


def test_delays_are_not_asked_for_their_messages(open_account: Any) -> None:
    account = open_account()
    account.sync("flows")
    assert len(account.asked("flow_messages")) == account.count("flow_messages") == 4
    assert account.count("flow_actions") == 8


# ---------------------------------------------------------------------- lists


def test_members_and_their_counts_come_only_where_they_are_wanted(open_account: Any) -> None:
    account = open_account()
    account.sync("lists", "list_members", "segment_members")
    assert account.asked("list_members") == []
    tables = account.rows("select table_name from duckdb_tables()")
    assert ("list_members",) not in tables
    account.sync("lists", "list_members", "segment_members", members="yes", member_counts="yes")
    counted = account.rows(
        "select l.id, (l.payload->>'$.attributes.profile_count')::bigint, count(m.profile_id)"
        " from raw_klaviyo.lists as l left join raw_klaviyo.list_members as m on m.list_id = l.id"
        " group by all"
    )
    assert counted
    assert all(told == found for _, told, found in counted)


def test_a_list_that_is_gone_goes_and_stays_in_the_history(open_account: Any) -> None:
    account = open_account()
    account.sync("lists")
    gone = next(iter(account.vendor.world.of("list")))
    del account.vendor.world.of("list")[gone]
    assert account.sync("lists").tables["lists"].deleted == 1
    assert account.rows("select id, _change from raw_klaviyo.lists__history") == [(gone, "deleted")]


# ---------------------------------------------------------------------- limits


def test_a_used_up_minute_is_waited_for_and_a_day_is_left_for_tomorrow(open_account: Any) -> None:
    account = open_account(limits="strict")
    result = account.sync("form_series", start_on="2026-01-01")
    assert len(account.asked("form_series")) >= 5
    assert result.waited_seconds > 0
    refused = [one for one in account.asked("form_series") if one.status == 429]
    assert len(refused) <= 2, "the vendor had said when to come back"
    account.emulator.faults.always("form_values", "daily")
    result = account.sync("form_values", "form_series", "forms")
    assert any("form_values" in note and "used up" in note for note in result.notes)
    assert result.tables["form_series"].received > 0
    assert len(account.asked("form_values")) == 1


def test_a_budget_that_ends_in_the_middle_keeps_what_came_before(open_account: Any) -> None:
    account = open_account()
    account.emulator.faults.script("segment_series", None, None, *["daily"] * 5)
    result = account.sync("segment_series", start_on="2026-01-01")
    assert any("used up" in note for note in result.notes)
    newest = account.rows("select max(date)::varchar from raw_klaviyo.segment_series")[0][0]
    assert newest == "2026-04-30"
    account.emulator.faults.clear()
    account.sync("segment_series", start_on="2026-01-01")
    newest = account.rows("select max(date)::varchar from raw_klaviyo.segment_series")[0][0]
    assert newest == "2026-09-29"


def test_strict_limits_of_every_endpoint_are_kept(open_account: Any) -> None:
    account = open_account(limits="strict")
    tables = ("accounts", "metrics", "campaigns", "flows", "tags", "templates", "events")
    result = account.sync(*tables)
    assert result.warnings == {}
    theirs = account.vendor.rows()
    assert {name: account.count(name) for name in tables} == {name: theirs[name] for name in tables}


# ---------------------------------------------------------------------- reports


def test_reports_agree_with_the_events(open_account: Any) -> None:
    account = open_account(orders=400)
    account.sync("campaign_values", "events", "campaigns", start_on="2025-01-01")
    wrong = account.rows(
        """
        select v.campaign_id, v.delivered, count(e.id)
        from raw_klaviyo.campaign_values as v
        left join raw_klaviyo.events as e
            on e.payload->>'$.attributes.event_properties."$message"' = v.campaign_id
            and e.metric_id in ('RcvEml', 'RcvSms')
        group by all having v.delivered <> count(e.id)
        """
    )
    assert wrong == []
    assert account.count("campaign_values") > 10
    assert account.rows("select distinct time_zone, currency from raw_klaviyo.campaign_values") == [
        ("America/New_York", "USD")
    ]


def test_each_days_events_add_up_to_klaviyos_own_aggregate(open_account: Any) -> None:
    account = open_account(orders=400)
    account.sync("events", "metric_aggregates", start_on="2025-03-01")
    wrong = account.rows(
        """
        with counted as (
            select metric_id, (datetime at time zone 'America/New_York')::date as date,
                count(*) as events
            from raw_klaviyo.events group by all
        )
        select * from counted
        full join raw_klaviyo.metric_aggregates as told using (metric_id, date)
        where counted.events is distinct from told.event_count
        """
    )
    assert wrong == []


def test_an_unknown_conversion_metric_skips_what_needs_it(open_account: Any) -> None:
    account = open_account()
    result = account.sync("campaign_values", "form_values", conversion_metric="Bought a boat")
    assert "Bought a boat" in result.warnings["campaign_values"][0]
    assert result.tables["form_values"].received > 0
    assert not account.asked("campaign_values")


def test_reports_of_more_groups_than_a_page_are_read_to_the_end(open_account: Any) -> None:
    account = open_account(orders=400, largest_report=3)
    account.sync("campaign_values", start_on="2025-01-01")
    sent = [one.sent for one in account.asked("campaign_values")]
    assert len(sent) > 4
    found = account.rows("select count(distinct campaign_id) from raw_klaviyo.campaign_values")
    mailed = {item.event.campaign_id for item in account.vendor.world.events.items}
    assert found == [(len(mailed - {None}),)]


# ---------------------------------------------------------------------- setting up


def test_the_setup_test_names_the_account_and_the_missing_scopes(open_account: Any) -> None:
    account = open_account(without=["flows:read", "coupon-codes:read"])
    result = check(CONNECTOR, account.values)
    assert result.account == "Fable & Co (FabCo1)"
    assert set(result.missing_scopes) == {"flows:read", "coupon-codes:read"}


def test_without_the_account_days_are_those_of_utc_and_a_warning_says_so(open_account: Any) -> None:
    account = open_account(without=["accounts:read"])
    result = account.sync("form_values")
    assert "UTC" in result.warnings["form_values"][0]
    assert account.rows("select distinct time_zone from raw_klaviyo.form_values") == [("UTC",)]


def test_every_request_names_the_revision_and_no_address_holds_the_key(open_account: Any) -> None:
    account = open_account()
    account.sync()
    for one in account.emulator.requests:
        assert one.headers["revision"] == "2026-07-15"
        assert account.values["api_key"] not in one.path + str(one.params)
