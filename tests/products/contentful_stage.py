"""An emulated CMS and the integration on it, for the tests of this folder.

Belongs here: starting them, a shop's product to carry over. Does not belong here: tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chord_platform.products.comparer import Comparison, Decision, compare
from chord_platform.products.contentful import ContentfulIntegration, ContentfulKeys
from chord_platform.products.normal_forms import normal
from chord_platform.products.options import SyncOptions
from chord_platform.products.ports import Fetched, Written
from chord_platform.products.sync_product import (
    OptionType,
    OptionValue,
    ProductType,
    SelectedOption,
    Side,
    Status,
    SyncProduct,
    Variant,
)
from tests.conformance.coverage import Held
from vendor_emulator.server import Emulator

BOTH = frozenset({Side.CONTENTFUL, Side.SHOPIFY})
OPTIONS = SyncOptions(allowed_origins=BOTH)


def gid(number: int) -> str:
    return f"gid://shopify/ProductVariant/{number}"


def shop_product(sizes: Sequence[str] = ("S", "M"), **changes: Any) -> SyncProduct:
    variants = tuple(
        Variant(
            id=gid(number),
            shopify_id=gid(number),
            sku=f"SHIRT-{size}",
            price="49.00",
            options=(SelectedOption(option="Size", value=size),),
            weight="0.3",
        )
        for number, size in enumerate(sizes, start=1)
    )
    option = OptionType(name="Size", values=tuple(OptionValue(name=size) for size in sizes))
    made = SyncProduct(
        side=Side.SHOPIFY,
        id="gid://shopify/Product/1",
        status=Status.ACTIVE,
        name="Linen Shirt",
        slug="linen-shirt",
        vendor="Fable",
        product_type=ProductType(name="Pants and Shorts"),
        option_types=(option,),
        variants=variants,
    )
    return replace(made, **changes)


@dataclass
class Stage:
    emulator: Emulator
    options: SyncOptions = OPTIONS

    @property
    def cms(self) -> Any:
        return self.emulator.vendor("contentful")

    def integration(self, **options: Any) -> ContentfulIntegration:
        told = self.emulator.credentials("contentful")
        keys = ContentfulKeys(
            space_id=told["space_id"],
            environment_id=told["environment_id"],
            management_token=told["management_token"],
            base_url=told["base_url"],
        )
        return ContentfulIntegration(keys, replace(self.options, **options))

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
        published = integration.publish(written.after, comparison.mutations)
        return comparison, replace(published, notes=(*written.notes, *published.notes))

    def written(self, origin: SyncProduct, **options: Any) -> SyncProduct:
        _, written = self.carry_over(origin, **options)
        assert written is not None and isinstance(written.after, Fetched)
        assert written.refusals == ()
        return normal(written.after.product)

    def writes(self) -> list[str]:
        """What was sent to the CMS to change it."""
        return [
            f"{one.method} {one.path.partition('/environments/master/')[2]}"
            for one in self.emulator.requests
            if one.method != "GET"
        ]


@pytest.fixture(scope="session")
def cms_server() -> Iterator[Emulator]:
    options = {"contentful": {"limits": "off"}}
    with Emulator(orders=20, vendors=["contentful"], options=options) as emulator:
        yield emulator


@pytest.fixture
def stage(cms_server: Emulator) -> Iterator[Stage]:
    cms_server.reset()
    yield Stage(cms_server)
    assert Held("contentful").hold(cms_server.requests) == []
