"""The emulated Recharge refuses what Recharge refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator


class Client:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        values = emulator.credentials("recharge")
        self.base_url = values["base_url"]
        self.headers = {
            "X-Recharge-Access-Token": values["api_token"],
            "X-Recharge-Version": "2021-11",
        }

    def get(self, path: str, *, headers: Any = None, **params: Any) -> requests.Response:
        given = self.headers if headers is None else headers
        return requests.get(self.base_url + path, params=params, headers=given, timeout=10)


@pytest.fixture
def client() -> Iterator[Client]:
    with Emulator(orders=300, vendors=("recharge",)) as emulator:
        yield Client(emulator)


def test_no_token_and_a_wrong_one_are_401(client: Client) -> None:
    assert client.get("/customers", headers={}).status_code == 401
    wrong = {**client.headers, "X-Recharge-Access-Token": "wrong"}
    assert client.get("/customers", headers=wrong).status_code == 401


def test_an_unknown_version_is_426_and_none_is_the_default(client: Client) -> None:
    odd = {**client.headers, "X-Recharge-Version": "2030-01"}
    assert client.get("/customers", headers=odd).status_code == 426
    bare = {"X-Recharge-Access-Token": client.headers["X-Recharge-Access-Token"]}
    body = client.get("/subscriptions", headers=bare).json()
    assert "next_cursor" not in body
    assert {one["status"] for one in body["subscriptions"]} <= {"ACTIVE", "CANCELLED"}


def test_a_cursor_with_a_filter_is_422(client: Client) -> None:
    cursor = client.get("/charges", limit=2, sort_by="updated_at-asc").json()["next_cursor"]
    assert client.get("/charges", limit=2, cursor=cursor).status_code == 200
    assert client.get("/charges", cursor=cursor, sort_by="updated_at-asc").status_code == 422
    refused = client.get("/charges", cursor="made-up")
    assert (refused.status_code, refused.json()) == (
        422,
        {"errors": {"cursor": ["Invalid value"]}},
    )


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/charges", {"limit": 251}),
        ("/charges", {"page": 2}),
        ("/charges", {"sort_by": "price-asc"}),
        ("/charges", {"updated_at_min": "yesterday"}),
        ("/metafields", {}),
        ("/metafields", {"owner_resource": "product"}),
        ("/events", {"created_at_min": "2026-09-01T00:00:00+00:00"}),
    ],
)
def test_what_a_list_does_not_take_is_422(client: Client, path: str, params: Any) -> None:
    assert client.get(path, **params).status_code == 422


def test_the_withdrawn_list_of_products_is_404(client: Client) -> None:
    assert client.get("/products").json() == {"errors": "Not Found"}
    assert client.get("/plans").status_code == 200


def test_the_bucket_takes_forty_and_leaks_two_a_second(client: Client) -> None:
    statuses = [client.get("/store").status_code for _ in range(50)]
    assert statuses[:40] == [200] * 40
    assert 429 in statuses
    client.emulator.clock.advance(20)
    assert client.get("/store").status_code == 200


def test_an_order_s_time_and_a_charge_s_day_differ_in_form(client: Client) -> None:
    charge = client.get("/charges", limit=1).json()["charges"][0]
    order = client.get("/orders", limit=1).json()["orders"][0]
    assert len(charge["scheduled_at"]) == 10
    assert len(order["scheduled_at"]) == 25
