"""People who edit both emulated sides at random, and a run that may die between any two writes.

Belongs here: edits, crashes. Does not belong here: what must hold afterwards (the tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import requests

from chord_platform.product_deliveries.working import ProductWork
from chord_platform.products.mutations import Mutation
from chord_platform.products.outcome import Outcome
from chord_platform.products.ports import Fetched, Integration, Written
from chord_platform.webhooks.delivery import Backoff
from tests.products.both_sides import TENANT, BothSides

SIZES = ("S", "M", "L", "XL")
SET = """mutation M($identifier: ProductSetIdentifiers, $input: ProductSetInput!) {
  productSet(identifier: $identifier, input: $input) { product { id } userErrors { message } } }"""


class Killed(BaseException):
    """As when the process is gone: nothing of ours catches it."""


class Mortal:
    """A side of which a write may be the last thing the run does, before or after it."""

    def __init__(self, side: Integration, life: Life) -> None:
        self.side_of, self.life = side, life

    def __getattr__(self, name: str) -> Any:
        return getattr(self.side_of, name)

    def apply(self, destination: Fetched | None, mutations: Sequence[Mutation]) -> Written:
        self.life.step()
        written = self.side_of.apply(destination, mutations)
        self.life.step()
        return written

    def publish(self, destination: Fetched, mutations: Sequence[Mutation]) -> Written:
        published = self.side_of.publish(destination, mutations)
        self.life.step()
        return published


@dataclass
class Life:
    left: int | None = None

    def step(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Killed


@dataclass
class People:
    """`said`: what they did, for whoever reads a failure."""

    world: BothSides
    random: Random
    said: list[str] = field(default_factory=list)
    life: Life = field(default_factory=Life)
    outcomes: list[Outcome] = field(default_factory=list)
    made: int = 0

    # ------------------------------------------------------------------ the run

    def work(self, *, may_die: bool = False) -> None:
        """One run: what has been delivered, retries at once, and perhaps a sudden end."""
        self.world.settle()
        platform = self.world.platform
        object.__setattr__(platform.deliveries, "backoff", Backoff(first=timedelta(0), jitter=int))
        work = ProductWork(platform, TENANT, worker="a run", on_outcome=self.outcomes.append)
        opened = work.sync.opened
        work.sync.opened = replace(
            opened,
            contentful=Mortal(opened.contentful, self.life),
            shopify=Mortal(opened.shopify, self.life),
        )
        self.life.left = self.random.randrange(5) if may_die else None
        with suppress(Killed):
            work.drain()
        if may_die and self.life.left is None:
            self.said.append("the run died")
        self.life.left = None

    def rest(self) -> None:
        """Until nothing is delivered any more."""
        for _ in range(12):
            self.work()
            self.world.settle()
            if not self.world.platform.deliveries.ready_topics("product_sync:"):
                return
        raise AssertionError(f"the two sides never come to rest after {self.said}")

    # ------------------------------------------------------------------ edits

    def edit(self) -> None:
        edits = (
            self.create_in_cms,
            self.create_in_shop,
            *[self.edit_in_cms] * 4,
            *[self.edit_in_shop] * 4,
            self.show_or_hide,
            self.delete,
        )
        self.random.choice(edits)()

    def create_in_cms(self) -> None:
        self.made += 1
        cms, id = self.world.cms, f"p{self.made}"
        variants = [self.new_variant(id, size) for size in self.random.sample(SIZES, 2)]
        cms.create(
            "product",
            id,
            name=f"Made {self.made}",
            slug=f"made-{self.made}",
            status="active",
            optionTypes=[self.size_type()],
            variants=variants,
        )
        cms.publish_with_links(id)
        self.said.append(f"{id} was made in the CMS")

    def new_variant(self, product: str, size: str) -> Any:
        self.size_type()
        cms, id = self.world.cms, f"{product}-{size}-{self.random.randrange(10**6)}"
        cms.create(
            "variant",
            id,
            name=id,
            sku=id.upper(),
            price="10.00",
            optionValues=[cms.entry(f"size-{size}")],
        )
        return cms.entry(id)

    def size_type(self) -> Any:
        cms = self.world.cms
        if "size" not in cms.ids("optionType"):
            for size in SIZES:
                cms.create("optionValue", f"size-{size}", name=size, slug=size.lower())
            values = [cms.entry(f"size-{size}") for size in SIZES]
            cms.create("optionType", "size", name="Size", slug="size", optionValues=values)
        return cms.entry("size")

    def create_in_shop(self) -> None:
        self.made += 1
        given = {
            "title": f"Shop's {self.made}",
            "productOptions": [{"name": "Size", "values": [{"name": "S"}]}],
            "variants": [self.shop_variant("S", sku=f"SHOP-{self.made}")],
        }
        self.set(None, given)
        self.said.append(f"product {self.made} was made in the shop")

    def edit_in_cms(self) -> None:
        cms = self.world.cms
        if not (id := self.pick([one for one in cms.ids("product") if cms.live(one)])):
            return
        what = self.random.choice(("name", "price", "vendor", "add", "remove", "draft"))
        fields = cms.values(id)
        variants = [one["sys"]["id"] for one in fields.get("variants") or ()]
        if what == "name":
            cms.edit(id, name=f"Name {self.random.randrange(100)}")
        elif what == "vendor":
            cms.edit(id, vendor=self.random.choice(("Fable", "Nordlicht")))
        elif what == "price" and variants:
            one = self.random.choice(variants)
            cms.edit(one, price=f"{self.random.randrange(1, 99)}.00")
            cms.publish(one)
        elif what == "add":
            taken = {cms.id_of(v) for one in variants for v in cms.values(one)["optionValues"]}
            free = [size for size in SIZES if f"size-{size}" not in taken]
            if free:
                new = self.new_variant(id, free[0])
                cms.publish(new["sys"]["id"])
                cms.edit(id, variants=[*map(cms.entry, variants), new])
        elif what == "remove" and len(variants) > 1:
            cms.edit(id, variants=list(map(cms.entry, variants[1:])))
        elif what == "draft":
            cms.edit(id, name="Not published yet")
            self.said.append(f"{id}: an edit that nobody published")
            return
        cms.publish(id)
        self.said.append(f"{id}: {what} in the CMS")

    def edit_in_shop(self) -> None:
        shop = self.world.shop
        product = self.pick(self.known_products())
        if product is None:
            return
        what = self.random.choice(("title", "vendor", "price", "tags", "type", "stock"))
        if what == "title":
            shop.update_product(product.id, title=f"Title {self.random.randrange(100)}")
        elif what == "vendor":
            shop.update_product(product.id, vendor="Kissa")
        elif what == "tags":
            tags = self.random.sample(("été", "limited", "Sale 50%", "b"), 2)
            shop.update_product(product.id, tags=tuple(tags))
        elif what == "type":
            shop.update_product(product.id, product_type=self.random.choice(("Pants", "Shorts")))
        elif what == "price":
            one = self.random.choice(product.variants)
            shop.update_variant(one.id, price=Decimal(self.random.randrange(1, 99)))
        else:
            shop.update_product(product.id)
        self.said.append(f"{product.handle}: {what} in the shop")

    def show_or_hide(self) -> None:
        cms = self.world.cms
        if id := self.pick(cms.ids("product")):
            if cms.live(id):
                cms.unpublish(id)
            else:
                cms.publish_with_links(id)
            self.said.append(f"{id}: published or not")

    def delete(self) -> None:
        if self.random.random() < 0.5:
            if product := self.pick(self.known_products()):
                self.world.shop.delete_product(product.id)
                self.said.append(f"{product.handle} was deleted in the shop")
        elif id := self.pick(self.world.cms.ids("product")):
            if self.world.cms.live(id):
                self.world.cms.unpublish(id)
            self.world.cms.delete(id)
            self.said.append(f"{id} was deleted in the CMS")

    # ------------------------------------------------------------------ around

    def known_products(self) -> list[Any]:
        """Not those that the shop is seeded with: nobody has ever synced them."""
        return [one for one in self.world.shop.world.products if one.id > 2_000_000]

    def pick(self, among: Sequence[Any]) -> Any:
        return self.random.choice(list(among)) if among else None

    def set(self, identifier: Any, given: dict[str, Any]) -> None:
        told = self.world.shop.writing_credentials(self.world.emulator.base_url("shopify"))
        answer = requests.post(
            told["base_url"] + "/admin/api/2026-10/graphql.json",
            json={"query": SET, "variables": {"identifier": identifier, "input": given}},
            headers={"X-Shopify-Access-Token": told["access_token"]},
            timeout=10,
        ).json()
        assert answer["data"]["productSet"]["userErrors"] == [], answer

    def shop_variant(self, size: str, *, sku: str) -> dict[str, Any]:
        return {
            "optionValues": [{"optionName": "Size", "name": size}],
            "price": "12.00",
            "inventoryItem": {"sku": sku},
        }
