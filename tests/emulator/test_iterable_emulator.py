"""The emulated Iterable refuses what Iterable refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator

WINDOW = {
    "startDateTime": "2026-09-01 00:00:00 +00:00",
    "endDateTime": "2026-10-01 00:00:00 +00:00",
}


class Client:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        values = emulator.credentials("iterable")
        self.base_url, self.headers = values["base_url"], {"Api-Key": values["api_key"]}

    def get(self, path: str, params: Any = None, **headers: str) -> requests.Response:
        given = headers or self.headers
        return requests.get(self.base_url + path, params=params, headers=given, timeout=10)

    def start(self, **body: Any) -> requests.Response:
        self.emulator.clock.advance(1)
        wanted = {"outputFormat": "application/x-json-stream", "dataTypeName": "purchase", **WINDOW}
        url = self.base_url + "/api/export/start"
        return requests.post(url, json={**wanted, **body}, headers=self.headers, timeout=10)


@pytest.fixture
def client() -> Iterator[Client]:
    with Emulator(orders=100, vendors=("iterable",)) as emulator:
        yield Client(emulator)


def code(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_wrong_key_is_401_with_its_code(client: Client) -> None:
    assert code(client.get("/api/lists", **{"Api-Key": "wrong"})) == (401, "BadApiKey")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/api/campaigns", {"pageSize": 1001}),
        ("/api/campaigns", {"page": 0}),
        ("/api/campaigns", {"cursor": "x"}),
        ("/api/campaigns", {"sort": "price"}),
        ("/api/journeys", {"pageSize": 51}),
        ("/api/templates", {"messageMedium": "Letter"}),
        ("/api/lists/getUsers", {"listId": 1}),
        ("/api/campaigns/metrics", {}),
        ("/api/export/data.json", {"dataTypeName": "emailRead", **WINDOW}),
        (
            "/api/export/data.json",
            {"dataTypeName": "user", "startDateTime": "2026-09-01T00:00:00Z"},
        ),
        ("/api/users/forgottenUserIds", {}),
    ],
)
def test_malformed_requests_are_bad_params(client: Client, path: str, params: Any) -> None:
    assert code(client.get(path, params)) == (400, "BadParams")


@pytest.mark.parametrize(
    "body",
    [
        {"dataTypeName": "emailRead"},
        {"outputFormat": "xml"},
        {"startDateTime": "2026-09-01"},
        {"rangeName": "All"},
    ],
)
def test_malformed_exports_are_bad_params(client: Client, body: Any) -> None:
    assert code(client.start(**body)) == (400, "BadParams")


def test_a_time_without_an_offset_is_read_in_the_project_s_zone(client: Client) -> None:
    morning = {"startDateTime": "2026-09-01 06:00:00 +00:00"}
    params = {"dataTypeName": "purchase", **WINDOW, **morning}
    utc = client.get("/api/export/data.json", params).text
    bare = {name: value.removesuffix(" +00:00") for name, value in params.items()}
    assert client.get("/api/export/data.json", bare).text != utc


def test_four_jobs_run_and_the_fifth_waits(client: Client) -> None:
    service = client.emulator.vendor("iterable")
    service.options = {"job_seconds": 60.0}
    jobs = [client.start().json()["jobId"] for _ in range(5)]
    states = []
    for job in jobs:
        client.emulator.clock.advance(1)
        states.append(client.get(f"/api/export/{job}/files").json()["jobState"])
    assert states == ["Running"] * 4 + ["Enqueued"]


def test_files_end_with_an_empty_page_and_their_addresses_expire(client: Client) -> None:
    job = client.start().json()["jobId"]
    client.emulator.clock.advance(2)
    body = client.get(f"/api/export/{job}/files").json()
    (file,) = body["files"]
    assert requests.get(file["url"], timeout=10).status_code == 200
    client.emulator.clock.advance(2)
    after = client.get(f"/api/export/{job}/files", {"startAfter": file["file"]}).json()
    assert (after["jobState"], after["files"]) == ("Completed", [])
    client.emulator.clock.advance(1801)
    assert requests.get(file["url"], timeout=10).status_code == 403


@pytest.mark.parametrize(
    ("path", "params", "most"),
    [
        ("/api/export/data.json", {"dataTypeName": "purchase", **WINDOW}, 4),
        ("/api/lists/getUsers", {"listId": 77_001}, 5),
        (
            "/api/campaigns/metrics",
            {"campaignId": 1, "startDateTime": "2026-09-01", "endDateTime": "2026-09-02"},
            10,
        ),
    ],
)
def test_limits_of_a_minute_are_kept(client: Client, path: str, params: Any, most: int) -> None:
    statuses = [client.get(path, params).status_code for _ in range(most + 1)]
    assert statuses == [200] * most + [429]
    client.emulator.clock.advance(60)
    assert client.get(path, params).status_code == 200
