"""An emulated shop and the integration on it, for the tests of this folder.

Belongs here: starting them, a CMS's product to carry over. Does not belong here: tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chord_platform.products.comparer import Comparison, Decision, compare
from chord_platform.products.mutations import blank
from chord_platform.products.options import SyncOptions
from chord_platform.products.ports import Fetched, Written
from chord_platform.products.shopify.integration import ShopifyIntegration, ShopifyKeys
from chord_platform.products.shopify.pictures import PicturesInMemory
from chord_platform.products.sync_product import (
    Image,
    OptionType,
    OptionValue,
    ProductType,
    Publication,
    SelectedOption,
    Side,
    Status,
    SyncProduct,
    Variant,
)
from tests.conformance.coverage import Held
from vendor_emulator.recorder import Recorded
from vendor_emulator.server import Emulator

OPTIONS = SyncOptions(allowed_origins=frozenset(Side), description=True, tags=True)


def photo(name: str, **changes: str) -> Image:
    made = Image(url=f"https://images.ctfassets.net/{name}", file_name=name, alt=name, id=name)
    return replace(made, **changes)


def size(name: str, **changes: Any) -> Variant:
    made = Variant(
        id=f"variant-{name}",
        sku=f"SHIRT-{name}",
        gtin="4001234",
        price="49.00",
        options=(SelectedOption(option="Size", value=name),),
        weight="0.3",
    )
    return replace(made, **changes)


def cms_product(**changes: Any) -> SyncProduct:
    variants = changes.pop("variants", (size("S"), size("M")))
    values = (OptionValue(name=one.options[0].value) for one in variants if one.options)
    made = replace(
        blank(Side.CONTENTFUL),
        id="entry1",
        status=Status.ACTIVE,
        name="Linen Shirt",
        slug="linen-shirt",
        vendor="Fable",
        product_type=ProductType(name="Shirts"),
        long_description="Airy.",
        option_types=(OptionType(name="Size", values=tuple(values)),),
        variants=variants,
        publication=Publication(),
    )
    return replace(made, **changes)


@dataclass
class ShopStage:
    emulator: Emulator
    options: SyncOptions = OPTIONS
    pictures: PicturesInMemory = field(default_factory=PicturesInMemory)

    @property
    def shop(self) -> Any:
        return self.emulator.vendor("shopify")

    def integration(self, *, token: str = "", **options: Any) -> ShopifyIntegration:
        told = self.shop.writing_credentials(self.emulator.base_url("shopify"))
        keys = ShopifyKeys(
            shop=told["shop"],
            access_token=token or told["access_token"],
            base_url=told["base_url"],
        )
        chosen = replace(self.options, **options)
        return ShopifyIntegration(keys, chosen, pictures=self.pictures)

    def carry_over(
        self, origin: SyncProduct, *, linked_id: str = "", **options: Any
    ) -> tuple[Comparison, Written | None]:
        """As a sync does it: find, compare, write, publish."""
        integration = self.integration(**options)
        there = integration.find_counterpart(origin, linked_id=linked_id)
        assert there is None or isinstance(there, Fetched)
        comparison = compare(origin, there.product if there else None, integration.options)
        if comparison.decision is not Decision.WRITE:
            return comparison, None
        written = integration.apply(there, comparison.mutations)
        assert isinstance(written.after, Fetched)
        return comparison, integration.publish(written.after, comparison.mutations)

    def written(self, origin: SyncProduct, *, linked_id: str = "", **options: Any) -> SyncProduct:
        _, written = self.carry_over(origin, linked_id=linked_id, **options)
        assert written is not None and isinstance(written.after, Fetched)
        assert written.refusals == ()
        return written.after.product

    def asked(self) -> list[str]:
        """The root fields that were asked for, one for each request."""
        return [one.names[-1] for one in self.emulator.requests]

    def forget_requests(self) -> list[Recorded]:
        """The conformance of what is forgotten has been checked."""
        wrong = Held("shopify").hold(self.emulator.requests)
        assert wrong == [], wrong[:3]
        found = list(self.emulator.requests)
        self.emulator.requests.clear()
        return found


@pytest.fixture(scope="session")
def shop_server() -> Iterator[Emulator]:
    options = {"shopify": {"restore_rate": 1_000_000}}
    with Emulator(orders=5, vendors=["shopify"], options=options) as emulator:
        yield emulator


@pytest.fixture
def shop_stage(shop_server: Emulator) -> Iterator[ShopStage]:
    shop_server.reset()
    stage = ShopStage(shop_server)
    yield stage
    stage.forget_requests()
