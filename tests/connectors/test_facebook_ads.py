"""What is peculiar to Facebook Ads: keys of reports, attribution, statuses, days.

How a report that is too much is taken apart stands in `test_facebook_ads_ladder.py`,
which keys and accounts are let in in `test_facebook_ads_access.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import QuotaSpent, SettingsRefused
from dlt_pipelines.sources.facebook_ads import CONNECTOR
from dlt_pipelines.sources.facebook_ads.report_tables import REPORTS
from dlt_pipelines.sources.facebook_ads.rows import flattened
from tests.connectors.facebook_ads_account import Advertiser

Open = Callable[..., Advertiser]
AD_REPORT = next(report for report in REPORTS if report.name == "insights_ad_daily")
BOTH = "2026-08-10"
"""From then on both accounts have delivery; the one in euros rests from the middle of August on."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.002)
    monkeypatch.setattr(limits, "SECOND", 0.002)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    running: list[Advertiser] = []

    def start(**options: Any) -> Advertiser:
        running.append(Advertiser(tmp_path, **options))
        return running[-1]

    yield start
    for one in running:
        one.emulator.stop()


@pytest.fixture
def advertiser(opened: Open) -> Advertiser:
    return opened()


# ---------------------------------------------------------------------- the key of a row


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_every_breakdown_and_the_account_stand_in_the_key(report: Any) -> None:
    key = report.table.primary_key
    assert {"account_id", "date", "attribution", *report.breakdown_columns} <= set(key)
    assert report.row_key[0] == "account_id"


def test_the_parts_of_a_breakdown_make_the_whole(advertiser: Advertiser) -> None:
    tables = ("insights_ad_daily", "insights_country_daily", "insights_age_gender_daily")
    advertiser.sync(*tables)
    spends = {
        advertiser.one(f"select sum(spend) from raw_facebook_ads.{table}") for table in tables
    }
    assert spends == {sum(day.spend for day in advertiser.truth())}


def test_the_levels_agree_and_ids_stay_whole(advertiser: Advertiser) -> None:
    advertiser.sync(
        "insights_account_daily", "insights_campaign_daily", "insights_ad_daily", start_on=BOTH
    )
    totals = [
        advertiser.query(
            f"select account_id, currency, time_zone, sum(spend), sum(impressions)::bigint"
            f" from raw_facebook_ads.insights_{level}_daily group by all order by all"
        )
        for level in ("account", "campaign", "ad")
    ]
    assert totals[0] == totals[1] == totals[2]
    assert [row[1:3] for row in totals[0]] == [
        ("USD", "America/Los_Angeles"),
        ("EUR", "Europe/Berlin"),
    ]
    ids = {
        ad_id
        for (ad_id,) in advertiser.query("select ad_id from raw_facebook_ads.insights_ad_daily")
    }
    theirs = {str(120_210_000_000_000_000 + day.ad_id) for day in advertiser.truth(BOTH)}
    assert ids == theirs  # eighteen digits, beyond what a float holds


def test_hours_are_asked_for_day_by_day(advertiser: Advertiser) -> None:
    advertiser.sync("insights_hourly", start_on="2026-09-25")
    asked = advertiser.ranges("insights_hourly")
    assert len(asked) == 5 + 6  # to the 29th in California, to the 30th in Berlin
    assert all(since == until for since, until in asked)
    spend = advertiser.one("select sum(spend) from raw_facebook_ads.insights_hourly")
    assert spend == sum(day.spend for day in advertiser.truth("2026-09-25"))


# ---------------------------------------------------------------------- purchases


def test_a_purchase_is_counted_once_though_it_stands_under_four_types(
    advertiser: Advertiser,
) -> None:
    advertiser.sync("insights_ad_daily", start_on=BOTH)
    ours = advertiser.query(
        "select sum(purchases)::bigint, sum(purchase_value) from raw_facebook_ads.insights_ad_daily"
    )
    truth = advertiser.truth(BOTH)
    value = sum(day.purchase_value for day in truth)
    assert ours == [(sum(day.purchases for day in truth), value)]
    types = advertiser.query(
        "select distinct currency, purchase_action_type from raw_facebook_ads.insights_ad_daily"
        " where purchases > 0 order by all"
    )
    assert types == [("EUR", "purchase"), ("USD", "omni_purchase")]


def test_each_ad_sets_own_window_is_asked_for_and_told(advertiser: Advertiser) -> None:
    advertiser.sync("insights_ad_daily")
    settings = advertiser.query(
        "select distinct attribution, attribution_setting"
        " from raw_facebook_ads.insights_ad_daily order by all"
    )
    assert settings == [
        ("ad_set@impression", "1d_view_7d_click"),
        ("ad_set@impression", "7d_click"),
    ]
    (one, *_) = [each for each in advertiser.asked("insights_ad_daily") if each.method == "GET"]
    sent = dict(one.params)
    assert sent["use_unified_attribution_setting"] == "true"
    assert json.loads(sent["action_attribution_windows"]) == [
        "1d_click",
        "7d_click",
        "28d_click",
        "1d_view",
    ]


@pytest.mark.parametrize("ended", ["7d_view", "28d_view"])
def test_a_window_that_ended_is_refused_before_anything_is_asked(
    advertiser: Advertiser, ended: str
) -> None:
    with pytest.raises(SettingsRefused, match="attribution_windows"):
        advertiser.sync("insights_ad_daily", attribution_windows=f"7d_click,{ended}")
    assert len(advertiser.emulator.requests) == 0


def test_another_report_time_makes_rows_of_their_own(advertiser: Advertiser) -> None:
    advertiser.sync("insights_campaign_daily")
    advertiser.sync("insights_campaign_daily", name="two", report_time="conversion")
    assert advertiser.query(
        "select distinct _connection_id, attribution"
        " from raw_facebook_ads.insights_campaign_daily order by all"
    ) == [("one", "ad_set@impression"), ("two", "ad_set@conversion")]


def test_what_a_row_does_not_tell_is_none_and_a_total_is_not_added_to_its_parts() -> None:
    quiet = flattened(AD_REPORT, {"spend": "1"})
    assert (quiet["purchases"], quiet["outbound_clicks"], "reach" in quiet) == (0, 0, False)
    told = flattened(
        AD_REPORT,
        {
            "conversions": [
                {"action_type": "subscribe_total", "value": "3"},
                {"action_type": "subscribe_website", "value": "2"},
                {"action_type": "subscribe_mobile_app", "value": "1"},
                {"action_type": "offsite_conversion.fb_pixel_custom.quiz", "value": "4"},
            ],
            "action_values": [{"action_type": "purchase", "value": "119.97999999999999"}],
        },
    )
    assert told["conversions_reported"] == 7
    assert told["purchase_value"] == Decimal("119.980000000")


# ---------------------------------------------------------------------- objects


def test_archived_and_deleted_objects_are_read(advertiser: Advertiser) -> None:
    advertiser.sync("campaigns", "ads")
    for table in ("campaigns", "ads"):
        found = advertiser.query(
            f"select distinct effective_status from raw_facebook_ads.{table} order by 1"
        )
        assert {("ARCHIVED",), ("DELETED",)} <= set(found)
        assert (
            advertiser.one(f"select count(*) from raw_facebook_ads.{table}")
            == (advertiser.vendor.rows()[table])
        )


def test_a_page_without_rows_is_not_the_end(opened: Open) -> None:
    advertiser = opened(largest_page=3)
    advertiser.faults.script("ads", "empty-page", None, "empty-page")
    advertiser.sync("ads")
    assert advertiser.one("select count(*) from raw_facebook_ads.ads") == 16
    assert advertiser.faults.pending() == {}


def test_less_data_at_once_means_smaller_pages_from_there_on(opened: Open) -> None:
    advertiser = opened(largest_page=4)
    advertiser.faults.script("ads", None, "reduce", "reduce")
    advertiser.sync("ads")
    asked = [dict(one.params)["limit"] for one in advertiser.asked("ads")]
    assert asked[:5] == ["500", "500", "250", "125", "125"]
    assert advertiser.one("select count(*) from raw_facebook_ads.ads") == 16


def test_new_images_are_read_from_the_newest_until_what_is_known(opened: Open) -> None:
    advertiser = opened(largest_page=2)
    advertiser.sync("ad_images")
    before = len(advertiser.asked("ad_images"))
    key = advertiser.vendor.touch("ad_images")
    result = advertiser.sync("ad_images").tables["ad_images"]
    assert (result.inserted, result.updated) == (0, 1)
    # A page with the new one and a page of known ones in the first account, one in the second.
    assert len(advertiser.asked("ad_images")) - before == 3 < before
    name = advertiser.one(
        f"select payload ->> 'name' from raw_facebook_ads.ad_images where id = '{key}'"
    )
    assert name.endswith("(renamed)")


def test_signed_addresses_are_not_asked_for(advertiser: Advertiser) -> None:
    for each in ("thumbnail_url", "url", "source", "picture"):
        asked = {field for one in CONNECTOR.tables for field in (*one.columns, *one.paths.values())}
        assert each not in asked
    advertiser.sync("ad_creatives", "ad_images", "ad_videos")
    for table in ("ad_creatives", "ad_images", "ad_videos"):
        assert (
            advertiser.one(
                f"select count(*) from raw_facebook_ads.{table} where payload::text like '%oe=%'"
            )
            == 0
        )


# ---------------------------------------------------------------------- days


def test_a_start_before_the_vendors_history_is_moved_to_its_border(advertiser: Advertiser) -> None:
    for node in advertiser.vendor.world.accounts.values():
        node["created_time"] = datetime(2015, 1, 1, tzinfo=UTC)
    advertiser.sync("insights_account_daily", start_on="2016-01-01")
    assert (
        advertiser.one("select count(*) from raw_facebook_ads.insights_account_daily")
        == (advertiser.vendor.rows()["insights_account_daily"])
    )
    assert min(advertiser.ranges("insights_account_daily"))[0] >= "2026-05-01"  # months delivered


def test_today_is_read_and_the_last_28_days_are_read_again(advertiser: Advertiser) -> None:
    advertiser.sync("insights_campaign_daily")
    advertiser.emulator.requests.clear()
    advertiser.emulator.next_day()
    advertiser.sync("insights_campaign_daily")
    assert sorted(advertiser.ranges("insights_campaign_daily")) == [
        ("2026-09-01", "2026-09-30"),
        ("2026-09-02", "2026-10-01"),
    ]


def test_a_first_sync_that_is_cut_off_goes_on_with_the_slice_it_was_in(
    advertiser: Advertiser,
) -> None:
    advertiser.values["start_on"] = ""
    advertiser.faults.script("start", *[None] * 8, "throttled-long")
    with pytest.raises(QuotaSpent):
        advertiser.sync("insights_campaign_daily")
    (reached,) = advertiser.query("select max(date) from raw_facebook_ads.insights_campaign_daily")
    assert reached[0].isoformat() < "2026-09-01"
    advertiser.emulator.requests.clear()
    advertiser.sync("insights_campaign_daily")
    again = reached[0] - timedelta(days=1)  # the slice ended at midnight in London
    assert min(advertiser.ranges("insights_campaign_daily"))[0] >= again.isoformat()
    assert (
        advertiser.one("select count(*) from raw_facebook_ads.insights_campaign_daily")
        == (advertiser.vendor.rows()["insights_campaign_daily"])
    )
