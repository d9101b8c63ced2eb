"""The emulated Braze refuses what Braze refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator
from vendor_emulator.vendors.braze.records import braze_id
from vendor_emulator.vendors.braze.workspace import API_KEY

CAMPAIGN = braze_id("campaign", 1)


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    options = {"export_seconds": 60, "names_per_hour": 3, "without": ["content_blocks.list"]}
    with Emulator(orders=150, options={"braze": options}) as emulator:
        yield emulator


@pytest.fixture
def emulator(served: Emulator) -> Emulator:
    served.reset()
    return served


def ask(
    emulator: Emulator, path: str, params: Any = None, *, key: str = API_KEY, **sent: Any
) -> requests.Response:
    return requests.request(
        "POST" if sent else "GET",
        emulator.base_url("braze") + path,
        params=params,
        json=sent or None,
        headers={"Authorization": f"Bearer {key}"},
        timeout=10,
    )


def test_a_wrong_key_and_a_missing_permission_look_alike(emulator: Emulator) -> None:
    assert ask(emulator, "/campaigns/list", key="wrong").status_code == 401
    assert ask(emulator, "/content_blocks/list").status_code == 401
    assert ask(emulator, "/campaigns/list").status_code == 200


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/campaigns/data_series", {"campaign_id": CAMPAIGN}),
        ("/campaigns/data_series", {"campaign_id": CAMPAIGN, "length": 101}),
        ("/campaigns/data_series", {"campaign_id": "unknown", "length": 1}),
        ("/campaigns/data_series", {"length": 1}),
        ("/canvas/data_series", {"canvas_id": braze_id("canvas", 100), "length": 14}),
        (
            "/canvas/data_series",
            {"canvas_id": braze_id("canvas", 100), "length": 15, "ending_at": "2026-09-01"},
        ),
        ("/email/hard_bounces", {"start_date": "2026-09-01"}),
        ("/email/hard_bounces", {"start_date": "2026-09-02", "end_date": "2026-09-01"}),
        ("/email/unsubscribes", {"end_date": "2026-09-01", "limit": 501}),
        ("/templates/email/list", {"limit": 1001}),
        ("/campaigns/list", {"limit": 10}),
        ("/kpi/dau/data_series", {"length": 1, "ending_at": "yesterday"}),
    ],
)
def test_what_braze_does_not_take_is_a_bad_request(
    emulator: Emulator, path: str, params: dict[str, Any]
) -> None:
    assert ask(emulator, path, params).status_code == 400


def test_lists_end_with_an_empty_page_and_leave_archived_ones_out(emulator: Emulator) -> None:
    shown = ask(emulator, "/campaigns/list").json()["campaigns"]
    every = ask(emulator, "/campaigns/list", {"include_archived": "true"}).json()["campaigns"]
    assert 0 < len(shown) < len(every) <= 100
    assert ask(emulator, "/campaigns/list", {"page": 1}).json()["campaigns"] == []


def test_breakdowns_are_absent_unless_asked_for(emulator: Emulator) -> None:
    asked = {"canvas_id": braze_id("canvas", 100), "length": 1, "ending_at": "2026-09-01T00:00:00Z"}
    (day,) = ask(emulator, "/canvas/data_series", asked).json()["data"]["stats"]
    assert set(day) == {"time", "total_stats"}


def test_the_names_have_a_limit_of_their_own_and_say_when_it_is_set_back(
    emulator: Emulator,
) -> None:
    answers = [ask(emulator, "/events/list") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    reset = int(answers[-1].headers["X-RateLimit-Reset"])
    assert 3500 < reset - emulator.clock.now().timestamp() <= 3601
    assert "Retry-After" not in answers[-1].headers
    assert ask(emulator, "/segments/list").status_code == 200


def test_one_export_of_a_segment_runs_at_a_time_and_its_address_becomes_good_later(
    emulator: Emulator,
) -> None:
    sent = {"segment_id": braze_id("segment", 0), "fields_to_export": ["email"]}
    first = ask(emulator, "/users/export/segment", **sent)
    assert first.status_code == 201
    assert ask(emulator, "/users/export/segment", **sent).status_code == 429
    address = first.json()["url"]
    assert requests.get(address, timeout=10).status_code == 403
    emulator.clock.advance(61)
    assert requests.get(address, timeout=10).content.startswith(b"PK")
    assert ask(emulator, "/users/export/segment", segment_id=sent["segment_id"]).status_code == 400
