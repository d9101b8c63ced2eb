"""What is peculiar to Reddit Ads: micros and cents, pages by body, its name for us, its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import CredentialsRejected
from dlt_pipelines.personal import Protection
from dlt_pipelines.sync import check
from tests.connectors.ad_channel import AdChannel
from vendor_emulator.vendors.reddit_ads.world import CLOSED

LATELY = {"start_on": "2026-09-01"}
BOTH = {"start_on": "2026-05-01"}
"""The small account's campaign ended in summer."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.01)
    monkeypatch.setattr(limits, "SECOND", 0.01)


@pytest.fixture
def reddit(tmp_path: Path) -> Iterator[AdChannel]:
    opened = AdChannel("reddit_ads", tmp_path)
    yield opened
    opened.emulator.stop()


def test_spend_is_told_in_millionths_and_values_in_hundredths(reddit: AdChannel) -> None:
    reddit.sync("campaign_daily", **LATELY)
    sums = reddit.emulator.vendor("reddit_ads").world.sums
    # Los Angeles is a day behind at midnight UTC.
    rows = sums.rows(5001, "campaign", date(2026, 9, 1), date(2026, 9, 29))
    spent, bought = reddit.rows(
        "select sum(spend), sum(conversion_purchase_total_value) from RAW.campaign_daily"
        " where currency = 'USD' and date >= '2026-09-01'"
    )[0]
    assert spent == sum((row["spend"] for row in rows), Decimal(0)) > 0
    assert bought == sum((row["purchase_value"] for row in rows), Decimal(0)) > 0


def test_the_body_is_sent_again_with_each_page(tmp_path: Path) -> None:
    reddit = AdChannel("reddit_ads", tmp_path, largest_page=50)
    reddit.sync("ad_daily", **LATELY)
    reddit.emulator.stop()
    asked = [one for one in reddit.asked("reports") if "a2_00005001" in one.path]
    assert len(asked) > 3
    assert len({one.body for one in asked}) == 1
    followed = [dict(one.params) for one in asked[1:]]
    assert all(set(one) == {"page.token"} and "%" not in one["page.token"] for one in followed)
    twice = "select count(*) - count(distinct (ad_id, date)) from RAW.ad_daily"
    assert reddit.one(twice) == 0
    assert reddit.count("ad_daily") > 150


def test_data_is_read_as_an_object_and_as_a_list(reddit: AdChannel) -> None:
    reddit.sync("account_daily", **LATELY)
    before = reddit.rows("select * exclude (_synced_at) from RAW.account_daily order by all")
    reddit.emulator.faults.always("reports", "data-as-list")
    result = reddit.sync("account_daily", full_refresh=True, **LATELY)
    after = reddit.rows("select * exclude (_synced_at) from RAW.account_daily order by all")
    assert result.tables["account_daily"].received == len(before) > 0
    assert after == before


def test_each_report_runs_in_its_accounts_own_zone_by_whole_hours(reddit: AdChannel) -> None:
    reddit.sync("account_daily", **LATELY)
    bodies = {one.path.split("/")[4]: one.sent["data"] for one in reddit.asked("reports")}
    assert bodies["a2_00005001"]["time_zone_id"] == "America/Los_Angeles"
    assert bodies["a2_00005002"]["time_zone_id"] == "Europe/Berlin"
    # Shortly after midnight UTC, Berlin has begun the day and Los Angeles has not.
    assert bodies["a2_00005001"]["ends_at"] == "2026-09-30T00:00:00Z"
    assert bodies["a2_00005002"]["ends_at"] == "2026-10-01T00:00:00Z"
    newest = "select max(date) from RAW.account_daily where time_zone = 'America/Los_Angeles'"
    assert reddit.one(newest) == date(2026, 9, 29)


def test_the_accounts_windows_stand_on_each_row(reddit: AdChannel) -> None:
    reddit.sync("campaign_daily", **BOTH)
    found = "select distinct currency, attribution_key from RAW.campaign_daily order by 1"
    assert reddit.rows(found) == [("EUR", "month_click_week_view"), ("USD", "week_click_day_view")]


def test_every_request_carries_a_name_of_our_own(reddit: AdChannel) -> None:
    reddit.sync("campaigns")
    agents = {one.headers["user-agent"] for one in reddit.emulator.requests}
    assert agents == {"server:chord-dagster.kQm3Fable_app:0.1 (by /u/maker_of_ads)"}


def test_keywords_are_asked_for_no_further_back_than_reddit_knows_them(reddit: AdChannel) -> None:
    reddit.sync("campaign_keyword_daily", "campaign_gender_daily", **LATELY)
    first = {
        one.names[1]: one.sent["data"]["starts_at"][:10]
        for one in reddit.asked("reports")
        if "a2_00005002" in one.path
    }
    assert first == {
        "campaign_keyword_daily": "2026-09-21",
        "campaign_gender_daily": "2026-09-01",
    }
    for _ in range(12):
        reddit.emulator.next_day()
    result = reddit.sync("campaign_keyword_daily", **LATELY)
    assert result.tables["campaign_keyword_daily"].deleted == 0
    oldest = "select min(date) from RAW.campaign_keyword_daily"
    assert reddit.one(oldest) == date(2026, 9, 21), "what Reddit forgot stays here"


def test_a_breakdown_is_part_of_the_key_and_adds_up_to_its_campaign(reddit: AdChannel) -> None:
    reddit.sync("campaign_daily", "campaign_region_daily", **LATELY)
    body = next(one.sent["data"] for one in reddit.asked("campaign_region_daily"))
    assert body["breakdowns"] == ["DATE", "CAMPAIGN_ID", "COUNTRY", "REGION"]
    sums = "select sum(spend), sum(impressions) from RAW."
    assert reddit.rows(f"{sums}campaign_region_daily") == reddit.rows(f"{sums}campaign_daily")
    unknown = "select count(*) from RAW.campaign_region_daily where region = ''"
    assert reddit.one(unknown) > 0


@pytest.mark.parametrize("throttle", ["throttled", "throttled-without-header"])
def test_a_throttled_report_is_waited_for(reddit: AdChannel, throttle: str) -> None:
    reddit.emulator.faults.script("account_daily", throttle, throttle)
    result = reddit.sync("account_daily", **BOTH)
    assert result.tables["account_daily"].total > 20
    assert reddit.one("select count(distinct account_id) from RAW.account_daily") == 2


def test_reports_stay_within_sixty_a_minute_without_being_refused(tmp_path: Path) -> None:
    reddit = AdChannel("reddit_ads", tmp_path, largest_page=8)
    reddit.sync("ad_daily", start_on="2026-08-01")
    reddit.emulator.stop()
    statuses = [one.status for one in reddit.asked("reports")]
    assert len(statuses) > 60
    assert set(statuses) == {200}


def test_an_account_of_two_businesses_is_read_once(reddit: AdChannel) -> None:
    reddit.sync("businesses", "ad_accounts", "campaigns")
    assert (reddit.count("businesses"), reddit.count("ad_accounts")) == (2, 2)
    paths = [one.path for one in reddit.asked("campaigns")]
    assert len(paths) == len(set(paths)) == 2


def test_one_closed_account_does_not_fail_the_others(tmp_path: Path) -> None:
    reddit = AdChannel("reddit_ads", tmp_path, closed_account=True)
    result = reddit.sync("ad_accounts", "campaigns", "campaign_daily", "pixels", **LATELY)
    reddit.emulator.stop()
    assert reddit.count("ad_accounts") == 3
    assert result.tables["campaign_daily"].total > 0
    for table in ("campaigns", "campaign_daily", "pixels"):
        assert any(CLOSED in message for message in result.warnings[table])


def test_an_access_token_that_ends_in_the_middle_is_renewed(reddit: AdChannel) -> None:
    reddit.emulator.faults.script("ads", "token-ended")
    assert reddit.sync("ads").tables["ads"].total == 16
    assert len(reddit.asked("token")) == 2
    assert reddit.kept == [], "Reddit's refresh token stays the same"


def test_a_revoked_app_asks_the_merchant_to_act(reddit: AdChannel) -> None:
    assert "Fable & Co US" in check(reddit.connector, reddit.values).account
    reddit.emulator.faults.always("*", "revoked")
    with pytest.raises(CredentialsRejected, match="Authorise the app again"):
        reddit.sync("ads")


def test_who_changed_what_can_be_kept_without_who(reddit: AdChannel) -> None:
    reddit.emulator.vendor("reddit_ads").touch("campaigns")
    reddit.sync("history")
    named = "select id, payload->>'$.cause.email' from RAW.history order by 1"
    keys = [key for key, email in reddit.rows(named) if email == "ads@fable.example.com"]
    assert len(keys) == 5
    reddit.personal = Protection("hash", b"of this installation")
    reddit.sync("history", full_refresh=True)
    hashed = reddit.rows(named)
    assert [key for key, _ in hashed] == keys
    assert not any("@" in email for _, email in hashed)
