"""What is peculiar to TikTok: a 200 that says no, "-", three kinds of purchase, its days."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused, VendorUnavailable
from dlt_pipelines.results import SyncResult
from dlt_pipelines.sources.tiktok_ads import CONNECTOR
from dlt_pipelines.sources.tiktok_ads.tables import REPORTS
from dlt_pipelines.sync import check, sync
from dlt_pipelines.windows import SyncRequest
from tests.conformance.spec_tiktok_ads import SPEC
from tests.conformance.specs import NOT_COMPARED
from tests.warehouse_file import warehouse_in
from vendor_emulator.faults import Fault
from vendor_emulator.server import Emulator

NAME = CONNECTOR.name
US, EU = "1700000000000003001", "1700000000000003002"


class Manager:
    """Two emulated ad accounts, one connection to them and its warehouse."""

    def __init__(self, home: Path, **options: Any) -> None:
        self.home = home
        given = {"limits": "off", **options}
        self.emulator = Emulator(orders=60, options={NAME: given}, vendors=(NAME,))
        self.emulator.start()
        self.values: dict[str, str] = self.emulator.credentials(NAME)

    @property
    def service(self) -> Any:
        return self.emulator.vendor(NAME)

    def sync(self, *tables: str, **given: Any) -> SyncResult:
        self.emulator.clock.advance(60)
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

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return warehouse_in(self.home)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as con:
            return con.execute(sql).fetchall()

    def asked(self, name: str) -> list[dict[str, str]]:
        return [dict(one.params) for one in self.emulator.requests.named(name)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.001)
    monkeypatch.setattr(limits, "SECOND", 0.001)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    opened = Manager(tmp_path)
    yield opened
    opened.emulator.stop()


@contextmanager
def managed(home: Path, **options: Any) -> Iterator[Manager]:
    opened = Manager(home, **options)
    try:
        yield opened
    finally:
        opened.emulator.stop()


# ---------------------------------------------------------------------- entities


def test_ids_above_two_to_the_fifty_third_stay_whole(manager: Manager) -> None:
    manager.sync("ads", "ad_daily")
    ids = {ad["ad_id"] for account in (3001, 3002) for ad in manager.service.world.ads(account)}
    assert {key for (key,) in manager.rows("select ad_id from raw_tiktok_ads.ads")} == ids
    daily = {key for (key,) in manager.rows("select ad_id from raw_tiktok_ads.ad_daily")}
    assert daily <= ids
    assert all(int(key) > 2**53 for key in ids)


def test_smart_plus_ads_without_a_time_of_change_are_kept(manager: Manager) -> None:
    manager.sync("ads", "smart_plus_ads")
    found = dict(
        manager.rows(
            "select modify_time is null, count(*) from raw_tiktok_ads.ads group by 1 order by 1"
        )
    )
    assert found[True] > 0
    assert found[True] == manager.rows("select count(*) from raw_tiktok_ads.smart_plus_ads")[0][0]


def test_deleted_campaigns_are_asked_for_by_filtering(manager: Manager) -> None:
    manager.sync("campaigns")
    for asked in manager.asked("campaigns"):
        assert json.loads(asked["filtering"]) == {"primary_status": "STATUS_ALL"}
        assert "filters" not in asked
    statuses = manager.rows("select payload->>'secondary_status' from raw_tiktok_ads.campaigns")
    assert ("CAMPAIGN_STATUS_DELETE",) in statuses


def test_without_ids_the_business_center_names_the_accounts(manager: Manager) -> None:
    result = manager.sync("advertisers", advertiser_ids="")
    assert result.tables["advertisers"].total == 2
    asked = {SPEC.check(one) for one in manager.emulator.requests}
    assert asked & {"Bc Get", "Bc Asset Get", NOT_COMPARED}


def test_one_dead_account_does_not_fail_the_other(tmp_path: Path) -> None:
    with managed(tmp_path, dead=(1,)) as manager:
        result = manager.sync("advertisers", "campaigns", "campaign_daily")
        assert manager.rows("select advertiser_id from raw_tiktok_ads.advertisers") == [(US,)]
        assert EU in result.warnings["advertisers"][0]
        assert manager.rows("select distinct advertiser_id from raw_tiktok_ads.campaign_daily") == [
            (US,)
        ]
    with managed(tmp_path, dead=(0, 1)) as manager, pytest.raises(CredentialsRejected):
        manager.sync("campaigns")


def test_signed_addresses_that_change_with_every_answer_change_no_row(manager: Manager) -> None:
    manager.sync("videos", "images")
    second = manager.sync("videos", "images")
    assert {name: one.updated for name, one in second.tables.items()} == {"videos": 0, "images": 0}


def test_what_an_audience_list_no_longer_holds_is_gone(manager: Manager) -> None:
    manager.sync("custom_audiences")
    world = manager.service.world
    all_of_them = world.audiences
    world.audiences = lambda account: all_of_them(account)[1:]
    assert manager.sync("custom_audiences").tables["custom_audiences"].deleted == 2


# ---------------------------------------------------------------------- reports


def test_a_dash_is_no_value_and_a_zero_is_one(manager: Manager) -> None:
    manager.sync("ad_daily")
    found = manager.rows(
        "select payload->'metrics'->>'purchase', purchase, payload->'metrics'->>'complete_payment',"
        " complete_payment from raw_tiktok_ads.ad_daily"
    )
    assert found
    for app_sent, app, web_sent, web in found:
        for sent, kept in ((app_sent, app), (web_sent, web)):
            assert kept == (None if sent == "-" else Decimal(sent))
    assert any(web == 0 for _, _, _, web in found)
    assert any(app_sent == "-" for app_sent, *_ in found)


def test_web_app_and_shop_purchases_add_up_to_the_business_at_every_level(
    manager: Manager,
) -> None:
    manager.sync(*(f"{level}_daily" for level in ("advertiser", "campaign", "ad_group", "ad")))
    bought = "coalesce(complete_payment, 0) + coalesce(purchase, 0) + coalesce(onsite_shopping, 0)"
    value = (
        "coalesce(total_complete_payment_rate, 0) + coalesce(total_purchase_value, 0)"
        " + coalesce(total_onsite_shopping_value, 0)"
    )
    days = [
        day
        for account in (3001, 3002)
        for rows in manager.service.figures.days(account).values()
        for day in rows
    ]
    wanted = (
        sum(day.purchases for day in days),
        sum(day.purchase_value for day in days),
        sum(day.spend for day in days),
    )
    for level in ("advertiser", "campaign", "ad_group", "ad"):
        sql = f"select sum({bought}), sum({value}), sum(spend) from raw_tiktok_ads.{level}_daily"
        assert manager.rows(sql)[0] == wanted, level


def test_a_call_never_spans_more_than_thirty_days_and_days_are_the_accounts_own(
    manager: Manager,
) -> None:
    manager.sync("campaign_daily")
    last: dict[str, date] = {}
    for asked in manager.asked("campaign_daily"):
        first, end = (date.fromisoformat(asked[name]) for name in ("start_date", "end_date"))
        assert timedelta() <= end - first < timedelta(days=30)
        last[asked["advertiser_id"]] = max(end, last.get(asked["advertiser_id"], end))
    # It is one in the morning in UTC: the last day in Los Angeles is not over.
    today = manager.emulator.clock.now().date()
    assert last == {US: today - timedelta(days=1), EU: today}
    zones = manager.rows(
        "select distinct advertiser_id, currency, time_zone from raw_tiktok_ads.campaign_daily"
        " order by 1"
    )
    assert zones == [(US, "USD", "America/Los_Angeles"), (EU, "EUR", "Europe/Berlin")]


def test_each_sync_reads_the_last_twenty_eight_days_again(manager: Manager) -> None:
    manager.sync("campaign_daily")
    manager.emulator.requests.clear()
    manager.sync("campaign_daily")
    asked = [one for one in manager.asked("campaign_daily") if one["advertiser_id"] == EU]
    assert [(one["start_date"], one["end_date"]) for one in asked] == [("2026-09-02", "2026-09-30")]


def test_start_on_is_the_first_day_in_every_time_zone(manager: Manager) -> None:
    manager.sync("campaign_daily", start_on="2026-09-01")
    found = manager.rows(
        "select distinct min(date) over (partition by advertiser_id)"
        " from raw_tiktok_ads.campaign_daily"
    )
    assert found == [(date(2026, 9, 1),)]


def test_a_breakdown_is_part_of_the_key_and_none_is_a_value(manager: Manager) -> None:
    manager.sync("ad_group_age_gender_daily", "ad_group_daily")
    cells = manager.rows(
        "select age, gender from raw_tiktok_ads.ad_group_age_gender_daily group by all"
    )
    assert len(cells) == 12
    assert ("NONE", "NONE") in cells
    clicks = [
        manager.rows(f"select sum(clicks) from raw_tiktok_ads.{table}")[0][0]
        for table in ("ad_group_daily", "ad_group_age_gender_daily")
    ]
    assert clicks[0] == clicks[1]


def test_hours_are_read_where_the_setting_names_the_level(manager: Manager) -> None:
    assert "campaign_hourly" not in manager.sync("campaign_hourly").tables
    assert manager.asked("campaign_hourly") == []
    manager.sync("campaign_hourly", hourly_levels="campaign", start_on="2026-09-20")
    for asked in manager.asked("campaign_hourly"):
        assert asked["start_date"] == asked["end_date"]
    (hours,) = manager.rows("select min(hour), max(hour) from raw_tiktok_ads.campaign_hourly")
    assert hours == (0, 23)


def test_shop_campaigns_come_from_their_own_report(manager: Manager) -> None:
    manager.sync("gmv_max_daily", "gmv_max_campaigns", "campaign_daily")
    shop = "select campaign_id from raw_tiktok_ads.gmv_max_daily"
    elsewhere = f"select 1 from raw_tiktok_ads.campaign_daily where campaign_id in ({shop})"
    assert manager.rows(elsewhere) == []
    names = manager.rows("select campaign_name from raw_tiktok_ads.gmv_max_campaigns order by 1")
    assert names == [("GMV Max 1",), ("GMV Max 2",)]


def test_every_report_asks_for_web_app_and_shop_purchases() -> None:
    for report in REPORTS:
        if not report.breakdown:
            assert {"complete_payment", "purchase", "onsite_shopping"} <= report.metrics.keys()


# ---------------------------------------------------------------------- two hundreds that say no


@pytest.mark.parametrize(
    "kind", ["throttled", "throttled-minute", "ill", "timeout", "maintenance", "partial"]
)
def test_a_two_hundred_that_asks_for_patience_is_asked_again(manager: Manager, kind: str) -> None:
    manager.emulator.faults.script("ads", kind)
    assert manager.sync("ads").tables["ads"].total == 20


def test_a_throttled_report_is_never_taken_for_an_empty_one(manager: Manager) -> None:
    manager.emulator.faults.always("campaign_daily", "throttled")
    with pytest.raises(VendorUnavailable, match="throttles"):
        manager.sync("campaign_daily")
    manager.emulator.faults.clear()
    wanted = manager.service.rows()["campaign_daily"]
    assert manager.sync("campaign_daily").tables["campaign_daily"].total == wanted


def test_a_used_up_day_ends_the_sync_at_once(manager: Manager) -> None:
    manager.emulator.faults.always("ads", "throttled-day")
    with pytest.raises(VendorUnavailable):
        manager.sync("ads")
    assert len(manager.asked("ads")) == 1


def test_a_list_that_is_refused_of_every_account_asks_the_merchant(manager: Manager) -> None:
    manager.emulator.faults.always("ads", "forbidden")
    with pytest.raises(CredentialsRejected, match="may not read ads"):
        manager.sync("ads")


def test_a_page_that_is_empty_and_not_the_last_is_no_end(manager: Manager) -> None:
    body = {
        "code": 0,
        "message": "OK",
        "request_id": "1",
        "data": {
            "list": [],
            "page_info": {"page": 1, "page_size": 1000, "total_number": 9, "total_page": 2},
        },
    }
    fault = Fault("status", status=200, body=json.dumps(body).encode())
    manager.emulator.faults.script("ads", fault)
    with pytest.raises(Exception, match="is empty and said not to be the last"):
        manager.sync("ads")


def test_the_setup_test_names_the_permissions_that_are_missing(tmp_path: Path) -> None:
    with managed(tmp_path, refused=("pixel", "dmp")) as manager:
        found = check(CONNECTOR, manager.values)
        assert found.missing_scopes == ("Measurement", "Audience Management")
        assert "Fable & Co US" in found.account
        with pytest.raises(CredentialsRejected):
            check(CONNECTOR, {**manager.values, "access_token": "taken-back"})
        with pytest.raises(SettingsRefused, match="malformed"):
            check(CONNECTOR, {**manager.values, "advertiser_ids": "seven"})


def test_a_long_first_sync_is_committed_in_slices(manager: Manager) -> None:
    """The day's quota ends while the second slice is read: the first one stays."""
    steps: list[Any] = [None] * 15
    manager.emulator.faults.script("ad_daily", *steps, "throttled-day")
    with pytest.raises(VendorUnavailable):
        manager.sync("ad_daily", start_on="2026-03-01")
    stored, last = manager.rows("select count(*), max(date) from raw_tiktok_ads.ad_daily")[0]
    assert stored > 0
    assert last == date(2026, 8, 28)
    manager.emulator.requests.clear()
    wanted = manager.service.rows()["ad_daily"]
    again = manager.sync("ad_daily", start_on="2026-03-01")
    assert again.tables["ad_daily"].total == wanted
    since = min(date.fromisoformat(one["start_date"]) for one in manager.asked("ad_daily"))
    assert last - since <= timedelta(days=29)  # Los Angeles is a day behind
