"""What the tests of the emulated vendors share: one address, a new world for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.tokens import STATIC_TOKEN

GRAPHQL = "/admin/api/2026-10/graphql.json"


class ShopClient:
    """The plainest client: one request, its answer, no second try."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.base_url = emulator.base_url("shopify")
        self.session = requests.Session()

    @property
    def shop(self) -> Any:
        return self.emulator.vendor("shopify")

    def post(
        self, text: str, *, token: str = STATIC_TOKEN, path: str = GRAPHQL, **variables: Any
    ) -> requests.Response:
        return self.session.post(
            self.base_url + path,
            json={"query": text, "variables": variables},
            headers={"X-Shopify-Access-Token": token},
            timeout=10,
        )

    def ask(self, text: str, *, token: str = STATIC_TOKEN, **variables: Any) -> Any:
        return self.post(text, token=token, **variables).json()

    def data(self, text: str, **variables: Any) -> Any:
        answer = self.ask(text, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    def code(self, text: str, *, token: str = STATIC_TOKEN, **variables: Any) -> str:
        return self.ask(text, token=token, **variables)["errors"][0]["extensions"]["code"]


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    with Emulator(orders=200) as emulator:
        yield emulator


@pytest.fixture
def emulator(served: Emulator) -> Emulator:
    served.reset()
    return served


@pytest.fixture
def client(emulator: Emulator) -> Iterator[ShopClient]:
    made = ShopClient(emulator)
    # No test waits for points; those of the bucket set it back.
    made.shop.bucket.configure(maximum=1e9, restore_rate=1e9)
    yield made
    made.session.close()
