"""The emulated Zendesk refuses what Zendesk refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator
from vendor_emulator.vendors.zendesk.desk import API_TOKEN, EMAIL

EXPORT = "/api/v2/incremental/tickets/cursor"


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    with Emulator(orders=150) as emulator:
        yield emulator


@pytest.fixture
def emulator(served: Emulator) -> Emulator:
    served.reset()
    return served


def ask(emulator: Emulator, path: str, *, token: str = API_TOKEN, **params: Any) -> Any:
    named = {
        name.replace("__", "[") + "]" if "__" in name else name: value
        for name, value in params.items()
    }
    return requests.get(
        emulator.base_url("zendesk") + path,
        params=named,
        auth=(f"{EMAIL}/token", token),
        timeout=10,
    )


def test_a_wrong_token_is_not_authenticated(emulator: Emulator) -> None:
    answer = ask(emulator, EXPORT, token="wrong", start_time=1)
    assert (answer.status_code, answer.json()) == (401, {"error": "Couldn't authenticate you"})


def test_a_start_time_within_the_last_minute_is_refused(emulator: Emulator) -> None:
    now = int(emulator.clock.now().timestamp())
    answer = ask(emulator, EXPORT, start_time=now - 30)
    assert (answer.status_code, answer.json()["error"]) == (422, "StartTimeTooRecent")
    assert ask(emulator, EXPORT, start_time=now - 62).status_code == 200


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"start_time": "yesterday"},
        {"cursor": "made up"},
        {"start_time": 1, "per_page": 1001},
        {"start_time": 1, "page": 2},
        {"start_time": 1, "include": "comments"},
    ],
)
def test_an_export_refuses_what_it_does_not_know(
    emulator: Emulator, params: dict[str, Any]
) -> None:
    answer = ask(emulator, EXPORT, **params)
    assert (answer.status_code, answer.json()["error"]["title"]) == (400, "Invalid attribute")


def test_a_list_gives_a_hundred_at_most_and_takes_no_cursor_of_its_own_making(
    emulator: Emulator,
) -> None:
    assert ask(emulator, "/api/v2/groups", page__size=101).status_code == 400
    assert ask(emulator, "/api/v2/groups", page__size=100, page__after="x").status_code == 400
    assert ask(emulator, "/api/v2/custom_statuses", page__size=100).status_code == 400


def test_the_eleventh_export_of_a_minute_is_told_when_to_come_back(emulator: Emulator) -> None:
    answers = [ask(emulator, EXPORT, start_time=1) for _ in range(11)]
    assert [one.status_code for one in answers] == [200] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert ask(emulator, "/api/v2/groups").status_code == 200, "lists have a limit of their own"
    emulator.clock.advance(60)
    assert ask(emulator, EXPORT, start_time=1).status_code == 200


def test_comments_and_metrics_come_only_to_who_asks_for_them(emulator: Emulator) -> None:
    bare = ask(emulator, EXPORT, start_time=1, per_page=1).json()["tickets"][0]
    full = ask(emulator, EXPORT, start_time=1, per_page=1, include="metric_sets").json()
    assert "metric_set" not in bare and full["tickets"][0]["metric_set"]["ticket_id"] == bare["id"]
    path = "/api/v2/incremental/ticket_events"
    (child, *_) = ask(emulator, path, start_time=1).json()["ticket_events"][0]["child_events"]
    assert child["comment_present"] and "body" not in child
    events = ask(emulator, path, start_time=1, include="comment_events").json()["ticket_events"]
    assert events[0]["child_events"][0]["body"]


def test_tickets_belong_to_the_business_orders(emulator: Emulator) -> None:
    (ticket,) = ask(emulator, EXPORT, start_time=1, per_page=1).json()["tickets"]
    order = ticket["custom_fields"][0]["value"]
    assert order in {one.name for one in emulator.business.orders}
    assert order in ticket["description"]
