"""What is peculiar to Klaviyo's records, from an emulated account over real sockets.

What every connector promises is in `test_contract.py`, limits and reports in
`test_klaviyo_reports.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from dlt_pipelines.errors import UnexpectedResponse, VendorUnavailable
from dlt_pipelines.sources.klaviyo import timeline
from tests.conformance.spec_klaviyo import SPEC
from tests.connectors.klaviyo_account import open_account, shorter_seconds

__all__ = ["open_account", "shorter_seconds"]


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
