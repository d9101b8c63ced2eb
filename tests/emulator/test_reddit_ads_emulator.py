"""The emulated Reddit refuses what Reddit refuses, in its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator

ACCOUNT = "/api/v3/ad_accounts/a2_00005001"
DATA = {
    "fields": ["SPEND", "IMPRESSIONS"],
    "breakdowns": ["DATE", "CAMPAIGN_ID"],
    "starts_at": "2026-08-01T00:00:00Z",
    "ends_at": "2026-09-01T00:00:00Z",
    "time_zone_id": "America/Los_Angeles",
}


class Caller:
    def __init__(self, emulator: Emulator) -> None:
        self.base_url = emulator.base_url("reddit_ads")
        values = emulator.credentials("reddit_ads")
        self.agent = {"User-Agent": "server:tests:1 (by /u/tester)"}
        answer = requests.post(
            values["token_url"],
            data={"grant_type": "refresh_token", "refresh_token": values["refresh_token"]},
            auth=(values["client_id"], values["client_secret"]),
            headers=self.agent,
            timeout=10,
        )
        token = answer.json()["access_token"]
        self.headers = {**self.agent, "Authorization": f"Bearer {token}"}

    def get(self, path: str, *, agent: str = "", **params: Any) -> requests.Response:
        headers = {**self.headers, **({"User-Agent": agent} if agent else {})}
        return requests.get(self.base_url + path, params=params, headers=headers, timeout=10)

    def report(self, **changed: Any) -> requests.Response:
        url = f"{self.base_url}{ACCOUNT}/reports"
        body = {"data": {**DATA, **changed}}
        return requests.post(url, json=body, headers=self.headers, timeout=10)


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    options = {"reddit_ads": {"largest_page": 20}}
    with Emulator(orders=20, vendors=("reddit_ads",), options=options) as emulator:
        yield Caller(emulator)


def test_a_library_that_does_not_name_itself_is_throttled(caller: Caller) -> None:
    assert caller.get("/api/v3/me/businesses", agent="python-requests/2.34").status_code == 429
    assert caller.get("/api/v3/me/businesses").status_code == 200


def test_the_second_version_is_gone(caller: Caller) -> None:
    assert caller.get("/api/v2.0/accounts").status_code == 410


@pytest.mark.parametrize(
    "changed",
    [
        {"starts_at": "2026-08-01T00:00:00-07:00"},
        {"starts_at": "2026-08-01T00:30:00Z"},
        {"breakdowns": ["date"]},
        {"breakdowns": ["DATE", "CAMPAIGN_ID", "AD_ID", "COUNTRY"]},
        {"fields": ["SPENDING"]},
        {"fields": []},
        {"time_zone_id": "Mars/Olympus"},
        {"page": 2},
    ],
)
def test_a_report_that_reddit_would_not_make_is_refused(
    caller: Caller, changed: dict[str, Any]
) -> None:
    answer = caller.report(**changed)
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"][0]["field"]


def test_country_and_region_may_be_a_fourth_breakdown(caller: Caller) -> None:
    assert caller.report(breakdowns=["DATE", "CAMPAIGN_ID", "COUNTRY", "REGION"]).ok


def test_a_further_page_wants_the_body_again(caller: Caller) -> None:
    first = caller.report()
    following = first.json()["pagination"]["next_url"]
    assert following and "page.size" not in following
    empty = requests.post(following, headers=caller.headers, timeout=10)
    assert empty.status_code == 400
    again = requests.post(following, json={"data": DATA}, headers=caller.headers, timeout=10)
    assert again.json()["data"]["metrics"] != first.json()["data"]["metrics"]


def test_an_empty_range_is_an_empty_list(caller: Caller) -> None:
    answer = caller.report(starts_at="2020-01-01T00:00:00Z", ends_at="2020-02-01T00:00:00Z")
    assert answer.json()["data"]["metrics"] == []
    assert answer.json()["pagination"]["next_url"] is None


def test_a_page_has_its_largest_size(caller: Caller) -> None:
    assert caller.get(f"{ACCOUNT}/campaigns", **{"page.size": 1001}).status_code == 400
    posts = "/api/v3/profiles/t2_1389brand/posts"
    assert caller.get(posts, **{"page.size": 101}).status_code == 400
    assert caller.get(posts, **{"page.size": 100}).ok
    assert caller.get(f"{ACCOUNT}/campaigns", limit=5).status_code == 400


def test_what_is_left_is_told_and_passing_it_is_refused() -> None:
    with Emulator(orders=20, vendors=("reddit_ads",)) as emulator:
        caller = Caller(emulator)
        rates = emulator.vendor("reddit_ads").rates
        rates.counts["ads-conversion-signals"] = (emulator.clock.seconds(), 29)
        last = caller.get(f"{ACCOUNT}/pixels")
        assert last.headers["RateLimit"].startswith('"ads-conversion-signals";r=0;t=')
        over = caller.get(f"{ACCOUNT}/pixels")
        assert (over.status_code, over.json()["error"]["code"]) == (429, 429)
        emulator.clock.advance(61)
        assert caller.get(f"{ACCOUNT}/pixels").ok
