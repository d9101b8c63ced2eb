"""The emulated TikTok refuses what TikTok refuses: with a 200 and a code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator
from vendor_emulator.vendors.tiktok_ads.service import TOKEN

ACCOUNT = "1700000000000003001"
REPORT = {
    "advertiser_id": ACCOUNT,
    "report_type": "BASIC",
    "data_level": "AUCTION_AD",
    "dimensions": '["ad_id","stat_time_day"]',
    "metrics": '["spend","ad_name"]',
    "start_date": "2026-09-01",
    "end_date": "2026-09-30",
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    options = {"tiktok_ads": {"limits": "off"}}
    with Emulator(orders=60, options=options, vendors=("tiktok_ads",)) as started:
        yield started


def ask(emulator: Emulator, path: str, params: Any = None, **headers: str) -> requests.Response:
    address = emulator.base_url("tiktok_ads") + "/open_api/v1.3" + path
    given = headers or {"Access-Token": TOKEN}
    return requests.get(address, params=params, headers=given, timeout=10)


def code(emulator: Emulator, path: str, params: Any = None, **headers: str) -> int:
    answer = ask(emulator, path, params, **headers)
    assert answer.status_code == 200
    return answer.json()["code"]


def test_a_path_without_its_last_slash_is_not_found(emulator: Emulator) -> None:
    answer = ask(emulator, "/campaign/get", {"advertiser_id": ACCOUNT})
    assert (answer.status_code, answer.text) == (404, "404 page not found")


def test_a_token_is_wanted_in_the_header_and_nowhere_else(emulator: Emulator) -> None:
    asked = {"advertiser_id": ACCOUNT}
    assert code(emulator, "/campaign/get/", asked, Accept="*/*") == 40104
    assert code(emulator, "/campaign/get/", asked, **{"Access-Token": "no"}) == 40105
    assert code(emulator, "/campaign/get/", {**asked, "Access-Token": TOKEN}) == 40002


@pytest.mark.parametrize(
    "wrong",
    [
        {"filters": "{}"},
        {"filtering": '{"primary_status":"ALL"}'},
        {"filtering": '{"include_deleted":true}'},
        {"filtering": "primary_status"},
        {"page_size": "1001"},
        {"page": "0"},
        {"advertiser_id": ""},
    ],
)
def test_a_list_refuses_what_it_does_not_know(emulator: Emulator, wrong: dict[str, str]) -> None:
    assert code(emulator, "/campaign/get/", {"advertiser_id": ACCOUNT, **wrong}) == 40002


@pytest.mark.parametrize(
    "wrong",
    [
        {"end_date": "2026-10-01"},
        {"metrics": '["spends"]'},
        {"dimensions": "ad_id"},
        {"dimensions": '["stat_time_day"]'},
        {"dimensions": '["ad_id","stat_time_hour"]'},
        {"dimensions": '["ad_id","stat_time_day","gender"]'},
        {"data_level": "AD"},
        {"start_date": "yesterday"},
        {"start_date": "2026-10-01"},
    ],
)
def test_a_report_refuses_what_it_cannot_give(emulator: Emulator, wrong: dict[str, str]) -> None:
    assert code(emulator, "/report/integrated/get/", {**REPORT, **wrong}) == 40002


def test_deleted_campaigns_are_not_listed_unless_asked_for(emulator: Emulator) -> None:
    def ids(**more: str) -> set[str]:
        found = ask(emulator, "/campaign/get/", {"advertiser_id": ACCOUNT, **more}).json()
        return {one["campaign_id"] for one in found["data"]["list"]}

    everything = ids(filtering=json.dumps({"primary_status": "STATUS_ALL"}))
    deleted = ids(filtering=json.dumps({"primary_status": "STATUS_DELETE"}))
    assert deleted
    assert ids() == everything - deleted


def test_pages_add_up_and_numbers_are_texts_and_numbers_mixed(emulator: Emulator) -> None:
    rows: list[Any] = []
    for page in range(1, 4):
        asked = {**REPORT, "metrics": '["complete_payment","spend"]', "page_size": "200"}
        data = ask(emulator, "/report/integrated/get/", {**asked, "page": str(page)}).json()["data"]
        rows += data["list"]
        if page == data["page_info"]["total_page"]:
            break
    assert len(rows) == data["page_info"]["total_number"]
    kinds = {type(row["metrics"]["complete_payment"]) for row in rows}
    assert kinds == {int, str}
    assert rows[0]["dimensions"]["stat_time_day"].endswith(" 00:00:00")


def test_the_eleventh_request_of_a_second_is_refused() -> None:
    with Emulator(orders=60, vendors=("tiktok_ads",)) as strict:
        codes = [code(strict, "/advertiser/info/", {"advertiser_ids": f'["{ACCOUNT}"]'})]
        limits = strict.vendor("tiktok_ads").limits
        limits.taken.extend([strict.clock.seconds()] * 9)
        codes.append(code(strict, "/advertiser/info/", {"advertiser_ids": f'["{ACCOUNT}"]'}))
        strict.clock.advance(2)
        codes.append(code(strict, "/advertiser/info/", {"advertiser_ids": f'["{ACCOUNT}"]'}))
        assert codes == [0, 40100, 0]
        limits.taken.extend([strict.clock.seconds() - 2] * 600)
        assert code(strict, "/advertiser/info/", {"advertiser_ids": f'["{ACCOUNT}"]'}) == 40100
        strict.clock.advance(200)
        assert code(strict, "/advertiser/info/", {"advertiser_ids": f'["{ACCOUNT}"]'}) == 40100
        strict.clock.advance(101)
        assert code(strict, "/advertiser/info/", {"advertiser_ids": f'["{ACCOUNT}"]'}) == 0
