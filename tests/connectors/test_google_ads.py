"""What is peculiar to Google Ads: accounts in trees, answers in streams, quotas, two queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines import api
from dlt_pipelines.errors import (
    CredentialsRejected,
    QuotaSpent,
    SettingsRefused,
    UnexpectedResponse,
)
from dlt_pipelines.sources.google_ads import CONNECTOR
from dlt_pipelines.sync import check
from tests.connectors.google_ads_account import EU, US, Ads
from vendor_emulator.business_ads import Advertising
from vendor_emulator.faults import Fault
from vendor_emulator.vendors.google_ads import catalogue
from vendor_emulator.vendors.google_ads.world import CLOSED, MANAGER


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.01)


@pytest.fixture
def ads(tmp_path: Path) -> Iterator[Ads]:
    opened = Ads(CONNECTOR, tmp_path / "google")
    yield opened
    opened.emulator.stop()


def opened_with(home: Path, **options: Any) -> Ads:
    return Ads(CONNECTOR, home / "google", **options)


# ---------------------------------------------------------------------- accounts


def test_an_account_found_through_two_managers_is_read_once(ads: Ads) -> None:
    ads.sync("customers", "campaigns")
    assert ads.value("select count(*) from raw.customers where id = '4000002002'") == 1
    asked = [one for one in ads.emulator.requests if "campaigns" in one.names]
    assert sorted(one.path.split("/")[3] for one in asked) == [US, EU]
    assert {one.headers["login-customer-id"] for one in asked} == {MANAGER}


def test_a_closed_account_is_told_and_not_asked(ads: Ads) -> None:
    result = ads.sync("customers", "campaigns")
    assert any(CLOSED in message for message in result.warnings["customers"])
    paths = [one.path for one in ads.emulator.requests]
    assert not any(f"/customers/{CLOSED}/" in path for path in paths)
    assert ads.value(f"select status from raw.customers where id = '{CLOSED}'") == "CANCELED"


@pytest.mark.parametrize("how", ["closed", "denied"])
def test_an_account_that_dies_does_not_fail_the_others(tmp_path: Path, how: str) -> None:
    ads = opened_with(tmp_path, **{how: [EU]})
    result = ads.sync("ads", "ad_daily", "campaigns")
    assert {one for (one,) in ads.rows("select distinct account_id from raw.ad_daily")} == {US}
    messages = [text for texts in result.warnings.values() for text in texts]
    assert any(text.startswith(EU) and "not read" in text for text in messages)
    ads.emulator.stop()


def test_a_login_whose_every_account_is_dead_asks_the_merchant_to_act(tmp_path: Path) -> None:
    ads = opened_with(tmp_path, closed=[US, EU])
    with pytest.raises(CredentialsRejected, match="is not enabled"):
        ads.sync("campaigns")
    ads.emulator.stop()


def test_only_the_named_accounts_are_read(ads: Ads) -> None:
    ads.sync("campaigns", customer_ids="400-000-2002")
    assert ads.rows("select distinct account_id, currency, time_zone from raw.campaigns") == [
        (EU, "EUR", "Europe/Berlin")
    ]


def test_the_setup_test_names_the_accounts_and_those_left_out(ads: Ads) -> None:
    told = check(CONNECTOR, ads.values)
    assert told.account == "Fable & Co US, Fable & Co EU"
    assert any(CLOSED in warning for warning in told.warnings)


# ---------------------------------------------------------------------- numbers


def test_campaigns_have_all_spend_and_ads_lack_that_of_performance_max(ads: Ads) -> None:
    ads.sync("campaigns", "campaign_daily", "ad_daily", "asset_group_daily")
    today = ads.emulator.clock.now()
    world = Advertising(ads.emulator.business, "google")
    spent = {
        str(4_000_000_000 + account.id): sum(
            day.spend
            for day in world.days(
                account.id, world.first_day, today.astimezone(ads.service.world.customers[
                    str(4_000_000_000 + account.id)
                ].zone).date()
            )
        )
        for account in world.accounts
    }  # fmt: skip
    assert dict(ads.rows("select account_id, sum(cost) from raw.campaign_daily group by 1")) == {
        number: pytest.approx(total) for number, total in spent.items()
    }
    of_campaigns = ads.value("select sum(cost) from raw.campaign_daily")
    of_ads = ads.value("select sum(cost) from raw.ad_daily")
    of_groups = ads.value("select sum(cost) from raw.asset_group_daily")
    assert of_groups > 0
    assert of_campaigns == of_ads + of_groups
    performance_max = "select sum(cost) from raw.campaign_daily as d join raw.campaigns as c" \
        " on d.campaign_id = c.id where c.advertising_channel_type = 'PERFORMANCE_MAX'"  # fmt: skip
    assert ads.value(performance_max) == of_groups


def test_purchases_come_from_a_query_of_their_own(ads: Ads) -> None:
    ads.sync("campaign_daily", "campaign_conversions_daily")
    for text in ads.queries("campaign_conversions_daily"):
        assert "metrics.cost_micros" not in text
    assert ads.value("select sum(conversions) from raw.campaign_conversions_daily") == ads.value(
        "select sum(conversions) from raw.campaign_daily"
    )
    assert ads.value(
        "select sum(conversions_value) from raw.campaign_conversions_daily"
        " where conversion_action_category = 'PURCHASE'"
    ) == ads.value("select sum(conversions_value) from raw.campaign_daily")


def test_a_missing_metric_is_zero_and_a_missing_attribute_is_null(ads: Ads) -> None:
    ads.sync("campaign_daily", "campaigns")
    assert ads.value("select count(*) from raw.campaign_daily where conversions is null") == 0
    assert ads.value("select count(*) from raw.campaign_daily where conversions = 0") > 0
    assert ads.value("select count(*) from raw.campaigns where ends_at is null") > 0
    missing = "select count(*) from raw.campaign_daily where conversions = 0" \
        " and json_exists(payload, '$.metrics.conversions')"  # fmt: skip
    assert ads.value(missing) == 0


# ---------------------------------------------------------------------- days


def test_thirty_days_are_read_again_and_ninety_once_a_week(ads: Ads) -> None:
    def first_day_asked() -> date:
        texts = ads.queries("ad_group_daily")
        ads.emulator.requests.clear()
        return min(date.fromisoformat(text.split("BETWEEN '")[1][:10]) for text in texts)

    ads.sync("ad_group_daily", start_on="2026-05-01")
    first_day_asked()
    today = ads.emulator.clock.now().date()
    ads.sync("ad_group_daily", start_on="2026-05-01")
    assert timedelta(30) <= today - first_day_asked() <= timedelta(32)
    ads.emulator.clock.advance(8 * 86_400)
    today = ads.emulator.clock.now().date()
    ads.sync("ad_group_daily", start_on="2026-05-01")
    assert timedelta(90) <= today - first_day_asked() <= timedelta(92)
    ads.sync("ad_group_daily", start_on="2026-05-01")
    assert today - first_day_asked() <= timedelta(32)


def test_years_without_advertising_are_skipped_by_one_question(ads: Ads) -> None:
    ads.sync("ad_daily", "ad_group_daily")
    texts = ads.queries("customer")
    assert len(texts) == 2, "one for each account, whatever the tables"
    earliest = min(text.split("BETWEEN '")[1][:10] for text in ads.queries("ad_daily"))
    assert earliest >= "2026-04-01"


def test_a_stream_that_breaks_off_is_asked_for_in_halves(ads: Ads) -> None:
    ads.emulator.faults.script("ad_group_daily", *["truncated-framed"] * 6)
    ads.sync("ad_group_daily", start_on="2026-08-01", customer_ids=US)
    ranges = [text.split("BETWEEN ")[1] for text in ads.queries("ad_group_daily")]
    # Two are under way at a time, and either may meet enough of the faults to break off.
    assert any(
        half[:12] == whole[:12] and half[17:29] < whole[17:29]
        for half in ranges
        for whole in ranges
    )
    read = ads.rows("select count(*), sum(cost) from raw.ad_group_daily")
    ads.sync("ad_group_daily", start_on="2026-08-01", customer_ids=US, full_refresh=True)
    assert ads.rows("select count(*), sum(cost) from raw.ad_group_daily") == read


def test_an_error_after_good_chunks_is_no_success(ads: Ads) -> None:
    ads.emulator.faults.script("ad_group_daily", "mid-stream-error")
    ads.sync("ad_group_daily", start_on="2026-08-01")
    first = ads.rows("select count(*), sum(cost) from raw.ad_group_daily")
    ads.sync("ad_group_daily", start_on="2026-08-01", full_refresh=True)
    assert ads.rows("select count(*), sum(cost) from raw.ad_group_daily") == first


# ---------------------------------------------------------------------- clicks and changes


def test_clicks_are_asked_for_by_the_day_and_no_further_back_than_they_are_kept(ads: Ads) -> None:
    ads.sync("clicks", customer_ids=EU)
    asked = [text.split("BETWEEN ")[1] for text in ads.queries("clicks")]
    assert len(asked) == 90
    assert all(text[:12] == text[17:29] for text in asked)
    assert ads.value("select count(distinct gclid) = count(*) from raw.clicks")


def test_changes_have_utc_times(ads: Ads) -> None:
    ads.sync("change_status")
    text = "json_extract_string(payload, '$.changeStatus.lastChangeDateTime')"
    told = ads.rows(
        f"select last_change_at, {text}::timestamp at time zone time_zone from raw.change_status"
    )
    assert told
    assert all(ours == theirs for ours, theirs in told)


# ---------------------------------------------------------------------- quotas and keys


@pytest.mark.parametrize("fault", ["quota-of-the-day", "excessive-query"])
def test_a_quota_that_is_used_up_is_not_asked_again(ads: Ads, fault: str) -> None:
    ads.emulator.faults.always("campaigns", fault)
    with pytest.raises(QuotaSpent, match="quota of the day"):
        ads.sync("campaigns")
    assert len(ads.queries("campaigns")) == 1


def test_what_was_read_before_the_quota_ended_is_read_on_the_next_day(tmp_path: Path) -> None:
    ads = opened_with(tmp_path, operations_per_day=5)
    with pytest.raises(QuotaSpent, match="basic access"):
        ads.sync("campaigns", "ads", "ad_groups", "labels")
    ads.emulator.clock.advance(86_400)
    ads.service.access.operations_per_day = 1_000
    result = ads.sync("campaigns", "ads", "ad_groups", "labels")
    assert result.tables["ads"].total == ads.service.rows()["ads"]
    ads.emulator.stop()


def test_a_short_throttle_is_waited_for(ads: Ads) -> None:
    ads.emulator.faults.script("campaigns", "throttled", "throttled")
    result = ads.sync("campaigns")
    assert result.tables["campaigns"].total == ads.service.rows()["campaigns"]
    assert result.waited_seconds > 0


def test_an_access_token_that_ends_on_the_way_is_renewed(tmp_path: Path) -> None:
    ads = opened_with(tmp_path, largest_page=5)
    ads.emulator.faults.script("ads", None, "expired-access-token")
    result = ads.sync("ads")
    assert result.tables["ads"].total == ads.service.rows()["ads"]
    assert ads.service.access.issued == 2
    ads.emulator.stop()


def test_a_page_that_is_asked_for_too_late_starts_its_query_again(tmp_path: Path) -> None:
    ads = opened_with(tmp_path, largest_page=5)
    ads.emulator.faults.script("ads", None, "expired-page-token")
    result = ads.sync("ads")
    assert result.tables["ads"].total == ads.service.rows()["ads"]
    assert result.tables["ads"].duplicate_keys == 0
    ads.emulator.stop()


def test_a_consent_that_was_taken_back_asks_the_merchant_to_act(ads: Ads) -> None:
    ads.emulator.faults.script("*", "revoked")
    with pytest.raises(CredentialsRejected, match="invalid_grant"):
        ads.sync("campaigns")


def test_a_developer_token_for_tests_is_told_from_a_bad_login(ads: Ads) -> None:
    ads.emulator.faults.always("campaigns", "test-token")
    with pytest.raises(CredentialsRejected, match="DEVELOPER_TOKEN_NOT_APPROVED"):
        ads.sync("campaigns")
    with pytest.raises(CredentialsRejected, match="DEVELOPER_TOKEN_INVALID"):
        ads.sync("campaigns", developer_token="another")


def test_a_version_that_is_gone_is_a_setting_to_be_changed(ads: Ads) -> None:
    with pytest.raises(SettingsRefused, match="api_version"):
        ads.sync("campaigns", api_version="v19")


# ---------------------------------------------------------------------- retired fields


def test_a_retired_field_is_found_before_anything_is_read(
    ads: Ads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(catalogue.KNOWN, "metrics.video_trueview_views")
    with pytest.raises(UnexpectedResponse, match=r"ad_daily .*metrics\.video_trueview_views"):
        ads.sync()
    assert not any("search" in one.names for one in ads.emulator.requests if "ads" in one.names)


def test_queries_are_compared_once_for_a_version(ads: Ads) -> None:
    ads.sync("labels")
    ads.sync("labels")
    asked = [one for one in ads.emulator.requests if "googleAdsFields" in one.names]
    assert len(asked) == 1


def test_a_refused_fields_list_is_no_reason_to_go_on_blindly(ads: Ads) -> None:
    refusal = Fault("status", status=403, body=b'{"error":{"code":403,"message":"no"}}')
    ads.emulator.faults.always("googleAdsFields", refusal)
    with pytest.raises(CredentialsRejected):
        ads.sync("labels")
