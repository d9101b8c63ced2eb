"""The emulated Facebook refuses what Meta refuses, in Meta's codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator
from vendor_emulator.vendors.facebook_ads.service import TOKEN

US = "/v26.0/act_10150000000001001"
MONTH = json.dumps({"since": "2026-09-01", "until": "2026-09-29"})


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    with Emulator(orders=60, vendors=("facebook_ads",)) as emulator:
        yield emulator


@pytest.fixture
def emulator(served: Emulator) -> Emulator:
    served.reset()
    return served


def ask(emulator: Emulator, path: str, *, token: str = TOKEN, **params: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = emulator.base_url("facebook_ads") + path
    return requests.get(url, params=params, headers=headers, timeout=10)


def report(emulator: Emulator, **params: Any) -> requests.Response:
    return ask(emulator, f"{US}/insights", **{"level": "ad", "time_range": MONTH, **params})


def code(answer: requests.Response) -> tuple[int, int, int | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("error_subcode")


def test_tokens_and_versions_are_looked_at_first(emulator: Emulator) -> None:
    assert code(ask(emulator, f"{US}/ads", token="")) == (400, 104, None)
    assert code(ask(emulator, "/v26.0/me/adaccounts", token="")) == (400, 2500, None)
    refused = ask(emulator, f"{US}/ads", token="wrong")
    assert code(refused) == (400, 190, None)
    assert "invalid_token" in refused.headers["WWW-Authenticate"]
    assert code(ask(emulator, US.replace("v26.0", "v19.0"))) == (400, 2635, None)
    assert code(ask(emulator, "/v26.0/act_7/ads")) == (400, 100, 33)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("ads", {"fields": "no_such_field"}),
        ("ads", {"feilds": "name"}),
        ("ads", {"after": "no-cursor"}),
        ("ads", {"effective_status": '["GONE"]'}),
        ("ads", {"filtering": '[{"field":"ad.name","operator":"EQUAL","value":"x"}]'}),
        ("activities", {"since": "yesterday"}),
    ],
)
def test_lists_refuse_what_they_do_not_know(
    emulator: Emulator, path: str, params: dict[str, str]
) -> None:
    assert code(ask(emulator, f"{US}/{path}", **params))[:2] == (400, 100)


@pytest.mark.parametrize(
    "params",
    [
        {"fields": "no_such_metric"},
        {"breakdowns": '["country","age"]'},
        {"breakdowns": '["dma"]'},
        {"action_attribution_windows": '["7d_view"]'},
        {"level": "adgroup"},
        {"time_range": '{"since":"2026-09-02","until":"2026-09-01"}'},
        {"breakdowns": '["hourly_stats_aggregated_by_advertiser_time_zone"]', "fields": "reach"},
    ],
)
def test_reports_refuse_what_they_do_not_know(emulator: Emulator, params: dict[str, str]) -> None:
    assert code(report(emulator, **params))[:2] == (400, 100)


def test_history_ends_37_months_back(emulator: Emulator) -> None:
    old = json.dumps({"since": "2023-08-01", "until": "2023-08-02"})
    assert code(report(emulator, time_range=old))[:2] == (400, 3018)


def test_archived_and_deleted_ads_are_shown_to_who_asks_for_them(emulator: Emulator) -> None:
    shown = ask(emulator, f"{US}/ads", fields="effective_status").json()["data"]
    assert {one["effective_status"] for one in shown} & {"ARCHIVED", "DELETED"} == set()
    gone = ask(emulator, f"{US}/ads", effective_status='["ARCHIVED","DELETED"]').json()["data"]
    assert gone


def test_pages_end_where_there_is_no_next_and_hold_the_token_until_then(emulator: Emulator) -> None:
    first = ask(emulator, f"{US}/ads", limit=5).json()
    assert len(first["data"]) == 5
    assert TOKEN in first["paging"]["next"]
    last = ask(emulator, f"{US}/ads", limit=100).json()
    assert "next" not in last["paging"]
    assert last["paging"]["cursors"]["after"]


def test_creatives_are_too_large_for_long_pages(emulator: Emulator) -> None:
    refused = ask(emulator, f"{US}/adcreatives", limit=100)
    assert code(refused) == (500, 1, None)
    assert "reduce the amount of data" in refused.text


def test_numbers_are_text_and_what_is_none_is_absent(emulator: Emulator) -> None:
    rows = report(emulator, fields="spend,impressions,reach,actions,attribution_setting").json()
    for row in rows["data"]:
        assert isinstance(row["spend"], str) and isinstance(row["impressions"], str)
        assert "attribution_setting" not in row  # only told with unified attribution
        assert row.get("actions") != []
    unified = report(emulator, fields="attribution_setting", use_unified_attribution_setting="true")
    assert {row["attribution_setting"] for row in unified.json()["data"]} == {
        "1d_view_7d_click",
        "7d_click",
    }


def test_an_hour_of_several_days_is_one_sum(emulator: Emulator) -> None:
    by_hour = '["hourly_stats_aggregated_by_advertiser_time_zone"]'
    rows = report(emulator, level="account", breakdowns=by_hour, fields="spend", time_increment=1)
    assert {(row["date_start"], row["date_stop"]) for row in rows.json()["data"]} == {
        ("2026-09-01", "2026-09-29")
    }


def test_a_run_tells_100_percent_before_it_is_done(emulator: Emulator) -> None:
    url = f"{emulator.base_url('facebook_ads')}{US}/insights"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    sent = {"level": "account", "time_range": MONTH, "fields": "spend"}
    run = requests.post(url, data=sent, headers=headers, timeout=10).json()["report_run_id"]
    assert code(ask(emulator, f"/v26.0/{run}/insights"))[:2] == (400, 2601)
    looks = [ask(emulator, f"/v26.0/{run}").json() for _ in range(2)]
    told = [(look["async_status"], look["async_percent_completion"]) for look in looks]
    assert told == [("Job Running", 100), ("Job Completed", 100)]
    assert ask(emulator, f"/v26.0/{run}/insights").json()["data"]


def test_the_allowance_of_an_hour_is_told_in_percent_and_then_refused(tmp_path: Any) -> None:
    options = {"facebook_ads": {"calls_an_hour": 4}}
    with Emulator(orders=60, options=options, vendors=("facebook_ads",)) as emulator:
        shares = []
        for _ in range(4):
            header = ask(emulator, f"{US}/ads").headers["x-ad-account-usage"]
            shares.append(json.loads(header)["acc_id_util_pct"])
        assert shares == [25.0, 50.0, 75.0, 100.0]
        refused = ask(emulator, f"{US}/ads")
        assert code(refused) == (400, 80004, 2446079)
        usage = json.loads(refused.headers["x-business-use-case-usage"])
        assert usage["10150000000001001"][0]["estimated_time_to_regain_access"] == 60
        assert "retry-after" not in refused.headers
        emulator.clock.advance(3600)
        assert ask(emulator, f"{US}/ads").status_code == 200
