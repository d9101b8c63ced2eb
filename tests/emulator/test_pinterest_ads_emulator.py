"""The emulated Pinterest refuses what Pinterest refuses, in its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator

ACCOUNT = "/v5/ad_accounts/549700004001"
TODAY = date(2026, 9, 30)
DAYS = {"start_date": "2026-09-01", "end_date": "2026-09-30", "granularity": "DAY"}
BODY = {**DAYS, "level": "CAMPAIGN", "columns": ["CAMPAIGN_ID", "SPEND_IN_MICRO_DOLLAR"]}


class Caller:
    def __init__(self, emulator: Emulator) -> None:
        self.base_url = emulator.base_url("pinterest_ads")
        values = emulator.credentials("pinterest_ads")
        self.app = (values["client_id"], values["client_secret"])
        self.refresh_token = values["refresh_token"]
        self.headers: dict[str, str] = {}
        token = self.exchange(self.refresh_token).json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def exchange(self, refresh_token: str) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        url = f"{self.base_url}/v5/oauth/token"
        return requests.post(url, data=form, auth=self.app, timeout=10)

    def get(self, path: str, **params: Any) -> requests.Response:
        return requests.get(self.base_url + path, params=params, headers=self.headers, timeout=10)

    def order(self, **body: Any) -> requests.Response:
        url = f"{self.base_url}{ACCOUNT}/reports"
        return requests.post(url, json=body, headers=self.headers, timeout=10)


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with Emulator(orders=20, vendors=("pinterest_ads",)) as emulator:
        yield Caller(emulator)


def refusal(response: requests.Response) -> tuple[int, int]:
    return response.status_code, response.json()["code"]


def test_a_strange_token_and_a_strange_refresh_token_are_refused(caller: Caller) -> None:
    url = f"{caller.base_url}/v5/ad_accounts"
    answer = requests.get(url, headers={"Authorization": "Bearer pina.0"}, timeout=10)
    assert refusal(answer) == (401, 2)
    assert refusal(caller.exchange("pinr.stolen")) == (401, 2)


def test_lists_leave_archived_campaigns_out_unless_they_are_asked_for(caller: Caller) -> None:
    shown = caller.get(f"{ACCOUNT}/campaigns").json()["items"]
    asked = caller.get(f"{ACCOUNT}/campaigns", entity_statuses=["ARCHIVED"]).json()["items"]
    assert {one["status"] for one in shown} <= {"ACTIVE", "PAUSED"}
    assert {one["status"] for one in asked} == {"ARCHIVED"}


@pytest.mark.parametrize(
    "params",
    [{"page_size": 251}, {"bookmark": "nonsense"}, {"entity_statuses": "GONE"}, {"since": "1"}],
)
def test_a_parameter_that_is_unknown_or_out_of_bounds_is_refused(
    caller: Caller, params: dict[str, Any]
) -> None:
    assert caller.get(f"{ACCOUNT}/campaigns", **params).status_code == 400


def test_analytics_go_back_ninety_days_and_not_one_more(caller: Caller) -> None:
    for back, status in ((90, 200), (91, 400)):
        start = (TODAY - timedelta(days=back)).isoformat()
        asked = {**DAYS, "start_date": start, "columns": "SPEND_IN_MICRO_DOLLAR"}
        asked["end_date"] = "2026-09-02"
        assert caller.get(f"{ACCOUNT}/analytics", **asked).status_code == status


def test_a_column_of_reports_alone_is_refused_by_analytics(caller: Caller) -> None:
    answer = caller.get(f"{ACCOUNT}/analytics", **DAYS, columns="VIDEO_P100_COMPLETE_1")
    assert refusal(answer) == (400, 400)


@pytest.mark.parametrize(
    "changed",
    [
        {"start_date": "2026-01-01"},
        {"start_date": "2023-01-01", "end_date": "2023-02-01"},
        {"click_window_days": 28},
        {"targeting_types": ["GENDER"]},
        {"columns": []},
        {"breakdown": "DATE"},
    ],
)
def test_a_report_that_pinterest_would_not_make_is_refused(
    caller: Caller, changed: dict[str, Any]
) -> None:
    assert caller.order(**{**BODY, **changed}).status_code == 400


def test_a_report_is_first_in_the_making_and_its_file_wants_no_token(caller: Caller) -> None:
    token = caller.order(**BODY).json()["token"]
    states = [caller.get(f"{ACCOUNT}/reports", token=token).json() for _ in range(2)]
    assert [one["report_status"] for one in states] == ["IN_PROGRESS", "FINISHED"]
    url = states[1]["url"]
    assert requests.get(url, headers=caller.headers, timeout=10).status_code == 400
    rows = requests.get(url, timeout=10).json()
    assert all(row["CAMPAIGN_ID"] == key for key, found in rows.items() for row in found)
    assert requests.get(url.partition("?")[0], timeout=10).status_code == 403


def test_limits_are_kept_by_the_minute() -> None:
    with Emulator(orders=20, vendors=("pinterest_ads",)) as emulator:
        caller = Caller(emulator)
        emulator.vendor("pinterest_ads").rates.counts["ads_analytics"] = (
            emulator.clock.seconds(),
            299,
        )
        asked = {**DAYS, "columns": "SPEND_IN_MICRO_DOLLAR"}
        last = caller.get(f"{ACCOUNT}/analytics", **asked)
        assert last.headers["x-ratelimit-remaining"] == "0"
        over = caller.get(f"{ACCOUNT}/analytics", **asked)
        assert refusal(over) == (429, 8)
        emulator.clock.advance(61)
        assert caller.get(f"{ACCOUNT}/analytics", **asked).status_code == 200
