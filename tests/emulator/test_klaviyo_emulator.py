"""What the emulated Klaviyo refuses, as Klaviyo does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.server import Emulator

GOOD = {"revision": "2026-07-15"}


class Asker:
    def __init__(self, emulator: Emulator) -> None:
        told = emulator.credentials("klaviyo")
        self.emulator, self.url = emulator, told["base_url"]
        self.headers = {**GOOD, "Authorization": f"Klaviyo-API-Key {told['api_key']}"}

    def get(self, path: str, **headers: str) -> requests.Response:
        sent = {name: value for name, value in {**self.headers, **headers}.items() if value}
        return requests.get(self.url + path, headers=sent, timeout=30)

    def post(self, path: str, kind: str, **attributes: Any) -> requests.Response:
        body = {"data": {"type": kind, "attributes": attributes}}
        return requests.post(self.url + path, json=body, headers=self.headers, timeout=30)


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    business = Business(orders=120)
    clock = Clock(business.now, ticking=lambda: 0.0)
    with Emulator(business=business, clock=clock, vendors=("klaviyo",)) as emulator:
        yield emulator


@pytest.fixture
def asker(running: Emulator) -> Asker:
    running.reset()
    return Asker(running)


def test_a_request_without_a_revision_is_refused(asker: Asker) -> None:
    assert asker.get("/api/metrics", revision="").status_code == 400
    assert asker.get("/api/metrics", revision="2024-02-15").status_code == 400
    assert asker.get("/api/metrics").status_code == 200


def test_a_wrong_key_is_refused_in_klaviyos_form(asker: Asker) -> None:
    answer = asker.get("/api/metrics", Authorization="Klaviyo-API-Key pk_other")
    assert answer.status_code == 401
    (error,) = answer.json()["errors"]
    assert error["code"] == "not_authenticated"
    assert answer.headers["content-type"] == "application/vnd.api+json"


@pytest.mark.parametrize(
    "path",
    [
        "/api/campaigns",
        "/api/campaigns?filter=equals(archived,true)",
        "/api/campaigns?filter=equals(messages.channel,email)",
        "/api/coupon-codes",
        "/api/events?page[size]=1001",
        "/api/events?page[size]=0",
        "/api/events?limit=5",
        "/api/events?sort=id",
        "/api/events?include=campaign",
        "/api/events?filter=greater-than(created,2026-01-01T00:00:00Z)",
        "/api/events?filter=greater-than(datetime,yesterday)",
        "/api/events?filter=greater-than(datetime,2026-01-01T00:00:00Z),",
        "/api/profiles?filter=greater-or-equal(updated,2026-01-01T00:00:00Z)",
        "/api/profiles?additional-fields[profile]=orders",
        "/api/lists?filter=less-than(updated,2026-01-01T00:00:00Z)",
        "/api/metrics?page[size]=100",
        "/api/flows?page[size]=51",
        "/api/templates?page[cursor]=abc",
    ],
)
def test_what_klaviyo_does_not_understand_is_refused(asker: Asker, path: str) -> None:
    answer = asker.get(path)
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert error["code"] == "invalid"
    assert error["source"]["parameter"] in path or "filter" in error["source"]["parameter"]


def test_a_cursor_belongs_to_its_question(asker: Asker) -> None:
    first = asker.get("/api/profiles?page[size]=5&sort=updated").json()
    following = first["links"]["next"].removeprefix(asker.url)
    assert asker.get(following).status_code == 200
    answer = asker.get(following + "&filter=equals(email,%22a%22)")
    assert answer.json()["errors"][0]["detail"] == "Invalid cursor provided."


def test_the_last_pages_next_link_is_null(asker: Asker) -> None:
    assert asker.get("/api/tags").json()["links"]["next"] is None


def test_what_is_not_there_or_not_available_says_so(asker: Asker) -> None:
    assert asker.get("/api/lists/none").status_code == 404
    assert asker.get("/api/nothing").status_code == 404
    assert requests.post(asker.url + "/api/events", headers=asker.headers, timeout=30).status_code
    assert (
        requests.post(asker.url + "/api/lists", headers=asker.headers, timeout=30).status_code
        == 405
    )


def test_each_endpoint_has_windows_of_its_own(asker: Asker) -> None:
    assert asker.get("/api/accounts").headers["RateLimit-Remaining"] == "14"
    refused = asker.get("/api/accounts")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1"
    assert "RateLimit-Limit" not in refused.headers
    assert asker.get("/api/metrics").status_code == 200
    asker.emulator.clock.advance(1)
    assert asker.get("/api/accounts").status_code == 200


FRAME = {"start": "2026-07-01T00:00:00+00:00", "end": "2026-08-20T23:59:59+00:00"}


def test_reports_are_answered_twice_a_minute(asker: Asker) -> None:
    path, kind = "/api/form-series-reports", "form-series-report"
    asked = {"statistics": ["viewed_form"], "timeframe": FRAME, "interval": "daily"}
    for _ in range(2):
        assert asker.post(path, kind, **asked).status_code == 200
        asker.emulator.clock.advance(2)
    refused = asker.post(path, kind, **asked)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "56")
    asker.emulator.clock.advance(56)
    assert asker.post(path, kind, **asked).status_code == 200


def test_a_days_reports_end(asker: Asker) -> None:
    path, kind = "/api/segment-values-reports", "segment-values-report"
    asked = {"statistics": ["total_members"], "timeframe": FRAME}
    for _ in range(225):
        assert asker.post(path, kind, **asked).status_code == 200
        asker.emulator.clock.advance(31)
    refused = asker.post(path, kind, **asked)
    assert int(refused.headers["Retry-After"]) > 3600


@pytest.mark.parametrize(
    "changed",
    [
        {"timeframe": {**FRAME, "end": "2026-09-20T00:00:00+00:00"}},
        {"statistics": ["looks"]},
        {"interval": "minutely"},
        {"page_size": 5},
        {"timeframe": {"start": "2026-08-01"}},
    ],
)
def test_a_malformed_report_is_refused(asker: Asker, changed: dict[str, Any]) -> None:
    asked = {"statistics": ["viewed_form"], "timeframe": FRAME, "interval": "daily", **changed}
    answer = asker.post("/api/form-series-reports", "form-series-report", **asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"]["pointer"].startswith("/data/attributes/")


def test_an_aggregate_needs_a_time_range_of_at_most_a_year(asker: Asker) -> None:
    def ask(*terms: str) -> int:
        asker.emulator.clock.advance(60)
        given = {"metric_id": "OpnEml", "measurements": ["count"], "filter": list(terms)}
        return asker.post("/api/metric-aggregates", "metric-aggregate", **given).status_code

    assert ask("greater-or-equal(datetime,2026-01-01T00:00:00)") == 400
    end = "less-than(datetime,2026-06-01T00:00:00)"
    assert ask("greater-or-equal(datetime,2024-01-01T00:00:00)", end) == 400
    assert ask("greater-or-equal(datetime,2026-01-01T00:00:00)", end) == 200
