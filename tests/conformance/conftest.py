"""What the conformance tests share: a small emulated shop, asked without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Asked, Opening
from vendor_emulator.vendors.shopify.shop import Shop
from vendor_emulator.vendors.shopify.tokens import STATIC_TOKEN


@pytest.fixture(scope="module")
def shop_query(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    business = Business(orders=100)
    folder: Path = tmp_path_factory.mktemp("shop")
    shop = Shop(Opening(business, Clock(business.now), folder))

    def ask(text: str) -> Any:
        asked = Asked(
            method="POST",
            path="/admin/api/2026-10/graphql.json",
            headers={"x-shopify-access-token": STATIC_TOKEN},
            body=orjson.dumps({"query": text}),
        )
        return orjson.loads(shop.answer(asked).body)

    yield ask
    shop.close()
