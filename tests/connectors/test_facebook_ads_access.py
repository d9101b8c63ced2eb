"""Which accounts and keys Facebook lets in, and how its hourly allowance is kept to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import CredentialsRejected, QuotaSpent, SettingsRefused
from dlt_pipelines.sources.facebook_ads import CONNECTOR
from dlt_pipelines.sync import check
from tests.connectors.facebook_ads_account import Advertiser
from vendor_emulator.vendors.facebook_ads.service import APP_SECRET

Open = Callable[..., Advertiser]


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


# ---------------------------------------------------------------------- accounts


def test_one_dead_account_does_not_fail_the_others(opened: Open) -> None:
    advertiser = opened(dead=(1,))
    result = advertiser.sync("ad_accounts", "campaigns", "insights_campaign_daily", "ad_creatives")
    for table in ("campaigns", "insights_campaign_daily", "ad_creatives"):
        accounts = advertiser.query(f"select distinct account_id from raw_facebook_ads.{table}")
        assert accounts == [("10150000000001001",)]
        assert "was left out" in result.warnings[table][0]
    assert advertiser.one("select count(*) from raw_facebook_ads.ad_accounts") == 2


def test_an_account_that_dies_keeps_the_rows_it_had(advertiser: Advertiser) -> None:
    advertiser.sync("ad_creatives", "insights_campaign_daily")
    before = advertiser.rows("ad_creatives"), advertiser.rows("insights_campaign_daily")
    advertiser.vendor.dead.add("10150000000001001")
    advertiser.sync("ad_creatives", "insights_campaign_daily")
    assert (advertiser.rows("ad_creatives"), advertiser.rows("insights_campaign_daily")) == before


def test_only_the_named_accounts_are_read(advertiser: Advertiser) -> None:
    advertiser.sync("ad_accounts", "campaigns", account_ids="act_10150000000001002")
    assert advertiser.query("select account_id from raw_facebook_ads.ad_accounts") == [
        ("10150000000001002",)
    ]
    assert not advertiser.asked("/v26.0/me/adaccounts")


def test_a_key_without_the_scope_is_told_apart_from_a_wrong_key(opened: Open) -> None:
    advertiser = opened(permissions=())
    assert check(CONNECTOR, advertiser.values).missing_scopes == ("ads_read",)
    with pytest.raises(CredentialsRejected, match="not accepted"):
        check(CONNECTOR, {**advertiser.values, "access_token": "wrong"})


@pytest.mark.parametrize(
    ("fault", "because"),
    [
        ("revoked", "password was changed"),
        ("expired", "has expired"),
        ("app-removed", "app was removed"),
    ],
)
def test_a_rejected_token_says_why_and_is_not_tried_again(
    advertiser: Advertiser, fault: str, because: str
) -> None:
    advertiser.faults.script("campaigns", fault)
    with pytest.raises(CredentialsRejected, match=because):
        advertiser.sync("campaigns")
    assert len(advertiser.asked("campaigns")) == 1


def test_an_app_that_wants_a_proof_of_its_secret_gets_one(opened: Open) -> None:
    advertiser = opened(requires_proof=True)
    with pytest.raises(SettingsRefused, match="app_secret"):
        check(CONNECTOR, advertiser.values)
    assert check(CONNECTOR, {**advertiser.values, "app_secret": APP_SECRET}).account


# ---------------------------------------------------------------------- the allowance


def test_near_the_end_of_the_allowance_requests_are_spaced_out(
    advertiser: Advertiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "SECOND", 0.05)
    assert advertiser.sync("ads").waited_seconds == 0
    advertiser.faults.script("ads", "nearly-used")
    result = advertiser.sync("ads", full_refresh=True)
    assert result.waited_seconds > 0
    assert result.tables["ads"].total == 16


def test_at_the_stop_nothing_more_is_asked_when_the_wait_is_long(advertiser: Advertiser) -> None:
    advertiser.faults.script("ads", "used-up")
    with pytest.raises(QuotaSpent, match="45 minutes"):
        advertiser.sync("ads")
    assert len(advertiser.asked("ads")) == 1


def test_a_throttle_is_told_by_its_code_and_waited_for_in_minutes(advertiser: Advertiser) -> None:
    advertiser.faults.script("ads", "throttled", "throttled-app")
    assert advertiser.sync("ads").tables["ads"].total == 16
    advertiser.faults.script("ads", "throttled-long")
    with pytest.raises(QuotaSpent, match="45 minutes"):
        advertiser.sync("ads")


def test_a_real_allowance_is_kept_to(opened: Open) -> None:
    advertiser = opened(calls_an_hour=20)
    with pytest.raises(QuotaSpent):
        advertiser.sync("insights_hourly")
    refused = [one for one in advertiser.emulator.requests if one.status >= 400]
    assert len(refused) <= 4, "each of the readers may have had one request under way"
