"""What is peculiar to Pinterest Ads: archived entities, two kinds of reports, code 8, tokens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused
from dlt_pipelines.sync import check
from tests.connectors.ad_channel import AdChannel
from vendor_emulator.vendors.pinterest_ads.world import CLOSED

LATELY = {"start_on": "2026-09-10"}
"""A first sync without reports, for tests of something else."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.01)
    monkeypatch.setattr(limits, "SECOND", 0.01)


@pytest.fixture
def pinterest(tmp_path: Path) -> Iterator[AdChannel]:
    opened = AdChannel("pinterest_ads", tmp_path)
    yield opened
    opened.emulator.stop()


def opened(home: Path, **options: object) -> AdChannel:
    return AdChannel("pinterest_ads", home, **options)


def test_archived_campaigns_are_asked_for_and_give_their_days_a_name(pinterest: AdChannel) -> None:
    pinterest.sync("campaigns", "campaign_daily", **LATELY)
    archived = "select count(*) from RAW.campaigns where payload->>'$.status' = 'ARCHIVED'"
    assert pinterest.one(archived) > 0
    nameless = (
        "select count(*) from RAW.campaign_daily where campaign_id not in"
        " (select id from RAW.campaigns)"
    )
    assert pinterest.one(nameless) == 0


def test_days_beyond_89_come_from_reports_and_newer_ones_from_analytics(
    pinterest: AdChannel,
) -> None:
    pinterest.sync("campaign_daily", start_on="2026-05-01")
    today = date(2026, 9, 30)
    ordered = [one.sent for one in pinterest.asked("report order")]
    assert {(one["start_date"], one["end_date"]) for one in ordered} == {
        ("2026-05-01", (today - timedelta(days=90)).isoformat())
    }
    asked = [dict(one.params) for one in pinterest.asked("analytics")]
    assert {one["start_date"] for one in asked} == {(today - timedelta(days=89)).isoformat()}
    missing = (
        "select count(*) from range(date '2026-07-01', date '2026-07-06', interval 1 day) as d(day)"
        " where cast(d.day as date) not in (select date from RAW.campaign_daily)"
    )
    assert pinterest.one(missing) == 0, "no day is lost where the two meet"


def test_analytics_and_a_report_land_the_same_rows(pinterest: AdChannel) -> None:
    """A backfill goes by reports alone."""
    pinterest.sync("ad_daily", "campaign_targeting_daily", start_on="2026-09-20")
    columns = "* exclude (_synced_at, payload)"
    kept = {
        table: pinterest.rows(f"select {columns} from RAW.{table} order by all")
        for table in ("ad_daily", "campaign_targeting_daily")
    }
    since = pinterest.emulator.clock.now() - timedelta(days=12)
    result = pinterest.sync("ad_daily", "campaign_targeting_daily", since=since)
    assert pinterest.asked("report order")
    for table, rows in kept.items():
        assert result.tables[table].updated == result.tables[table].deleted == 0
        newer = f"select {columns} from RAW.{table} where date >= '2026-09-20' order by all"
        assert pinterest.rows(newer) == rows


def test_the_windows_are_named_in_each_request_and_stored_on_each_row(
    pinterest: AdChannel,
) -> None:
    pinterest.sync(
        "campaign_daily",
        start_on="2026-05-20",
        click_window_days="7",
        conversion_report_time="TIME_OF_CONVERSION",
    )
    bodies = [one.sent for one in pinterest.asked("report order")]
    queries = [dict(one.params) for one in pinterest.asked("analytics")]
    assert bodies and queries
    for asked in (*bodies, *queries):
        assert (str(asked["click_window_days"]), asked["conversion_report_time"]) == (
            "7",
            "TIME_OF_CONVERSION",
        )
    stored = "select distinct attribution_key, click_window_days, time_zone from RAW.campaign_daily"
    assert pinterest.rows(stored) == [("7c30e1v@conversion", 7, "UTC")]


def test_a_longer_window_is_read_further_back(pinterest: AdChannel) -> None:
    values = {"start_on": "2026-07-15", "click_window_days": "60"}
    pinterest.sync("campaign_daily", **values)
    pinterest.emulator.requests.clear()
    pinterest.sync("campaign_daily", **values)
    (first,) = {dict(one.params)["start_date"] for one in pinterest.asked("analytics")}
    assert first == (date(2026, 9, 30) - timedelta(days=60)).isoformat()


@pytest.mark.parametrize("throttle", ["throttled", "throttled-in-text"])
def test_a_throttled_slice_is_never_an_empty_one(pinterest: AdChannel, throttle: str) -> None:
    pinterest.emulator.faults.script("analytics", throttle, None, throttle)
    result = pinterest.sync("ad_daily", **LATELY)
    assert result.tables["ad_daily"].total > 100
    assert pinterest.emulator.faults.pending() == {}
    accounts = "select count(distinct account_id) from RAW.ad_daily"
    assert pinterest.one(accounts) == 2


def test_money_is_exact_in_the_accounts_own_currency(pinterest: AdChannel) -> None:
    pinterest.sync("campaign_daily", **LATELY)
    assert {one for (one,) in pinterest.rows("select distinct currency from RAW.campaign_daily")} \
        == {"USD", "EUR"}  # fmt: skip
    sums = pinterest.emulator.vendor("pinterest_ads").world.sums
    days = date(2026, 9, 10), date(2026, 9, 30)
    rows = [row for one in (4001, 4002) for row in sums.rows(one, "campaign", *days)]
    spent, bought = pinterest.rows(
        "select sum(spend), sum(total_checkout_value) from RAW.campaign_daily"
    )[0]
    assert spent == sum((row["spend"] for row in rows), Decimal(0))
    assert bought == sum((row["purchase_value"] for row in rows), Decimal(0))


def test_paid_and_earned_are_kept_apart(pinterest: AdChannel) -> None:
    pinterest.sync("campaign_daily", **LATELY)
    paid, earned, total = pinterest.rows(
        "select sum(impression_1), sum(impression_2), sum(total_impression) from RAW.campaign_daily"
    )[0]
    assert earned > 0
    assert paid + earned == total


def test_ids_beyond_2_to_the_53_keep_their_end(pinterest: AdChannel) -> None:
    pinterest.sync("ads", "ad_daily", **LATELY)
    strangers = "select count(*) from RAW.ad_daily where ad_id not in (select id from RAW.ads)"
    assert pinterest.one(strangers) == 0
    assert pinterest.one("select min(id::hugeint) > 9007199254740992 from RAW.ads")


def test_one_closed_account_does_not_fail_the_others(tmp_path: Path) -> None:
    pinterest = opened(tmp_path, closed_account=True)
    result = pinterest.sync("ad_accounts", "campaigns", "campaign_daily", "audiences", **LATELY)
    pinterest.emulator.stop()
    assert pinterest.count("ad_accounts") == 3
    assert result.tables["campaign_daily"].total > 0
    for table in ("campaigns", "campaign_daily", "audiences"):
        assert any(CLOSED in message for message in result.warnings[table])


def test_a_refresh_token_that_works_once_is_stored_and_used_again(tmp_path: Path) -> None:
    pinterest = opened(tmp_path, refresh="once")
    pinterest.sync("ad_accounts")
    (kept,) = pinterest.kept
    assert kept["refresh_token"] != pinterest.values["refresh_token"]
    pinterest.values.update(kept)
    pinterest.sync("ad_accounts")
    pinterest.emulator.clock.advance(31 * 86_400)  # the access token has run out
    pinterest.sync("ad_accounts")
    pinterest.emulator.stop()
    assert len({one["refresh_token"] for one in pinterest.kept}) == len(pinterest.kept) >= 2


def test_an_access_token_that_ends_in_the_middle_is_renewed(pinterest: AdChannel) -> None:
    pinterest.emulator.faults.script("ads", "token-ended")
    assert pinterest.sync("ads").tables["ads"].total == 20
    assert len(pinterest.asked("token")) == 2


def test_a_revoked_app_asks_the_merchant_to_act(pinterest: AdChannel) -> None:
    pinterest.emulator.faults.always("*", "revoked")
    with pytest.raises(CredentialsRejected, match="Authorise the app again"):
        pinterest.sync("ads")


@pytest.mark.parametrize(
    ("request_name", "fault"),
    [
        ("report state", "report-failed"),
        ("report state", "report-expired"),
        ("report file", "link-expired"),
    ],
)
def test_a_report_that_is_lost_is_asked_for_again(
    pinterest: AdChannel, request_name: str, fault: str
) -> None:
    pinterest.emulator.faults.script(request_name, fault)
    days = {"start_on": "2026-05-01"}
    result = pinterest.sync("account_daily", **days)
    sums = pinterest.emulator.vendor("pinterest_ads").world.sums
    span = date(2026, 5, 1), date(2026, 9, 30)
    expected = sum(len(sums.rows(one, "account", *span)) for one in (4001, 4002))
    assert result.tables["account_daily"].total == expected


def test_the_token_does_not_travel_to_the_host_of_the_report_files(pinterest: AdChannel) -> None:
    pinterest.sync("account_daily", start_on="2026-05-01")
    files = pinterest.asked("report file")
    assert files
    assert not any("authorization" in one.headers for one in files)


def test_a_long_first_sync_goes_on_where_it_was_cut_off(pinterest: AdChannel) -> None:
    pinterest.emulator.faults.script("analytics", None, "revoked")
    with pytest.raises(CredentialsRejected):
        pinterest.sync("account_daily", start_on="2025-01-01")
    pinterest.emulator.vendor("pinterest_ads").tokens.revoked = False
    ordered = len(pinterest.asked("report order"))
    pinterest.sync("account_daily", start_on="2025-01-01")
    first = [one.sent["start_date"] for one in pinterest.asked("report order")[ordered:]]
    assert min(first) > "2025-12-01", "the first slices are not read again"


def test_the_setup_test_names_the_scopes_that_are_missing(tmp_path: Path) -> None:
    pinterest = opened(tmp_path, scopes="ads:read")
    result = check(pinterest.connector, pinterest.values)
    synced = pinterest.sync("boards", "pins", "ads")
    pinterest.emulator.stop()
    assert result.missing_scopes == ("boards:read", "pins:read")
    assert "Fable & Co US" in result.account
    assert set(synced.warnings) == {"boards", "pins"}


def test_a_chosen_account_that_is_not_there_is_said_by_its_id(pinterest: AdChannel) -> None:
    with pytest.raises(SettingsRefused, match="549700009999"):
        pinterest.sync("ads", ad_account_ids="549700009999")
    result = pinterest.sync("campaigns", ad_account_ids="549700004002")
    assert result.tables["campaigns"].total == 1
