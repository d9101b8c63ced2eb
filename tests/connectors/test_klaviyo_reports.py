"""Klaviyo's limits, its own numbers and its setup test, from an emulated account over real sockets.

What every connector promises is in `test_contract.py`.
"""

from __future__ import annotations

from typing import Any

from dlt_pipelines.sources.klaviyo import CONNECTOR
from dlt_pipelines.sync import check
from tests.connectors.klaviyo_account import open_account, shorter_seconds

__all__ = ["open_account", "shorter_seconds"]


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
