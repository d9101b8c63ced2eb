"""Whatever people do on both sides, in whatever order it is heard: both come to say the same.

People edit both emulated vendors at random, webhooks come doubled and out of order, some vendor
fails in between. In the end there is quiet: nothing is written any more, what is live on both sides
is equal, and nobody's own work is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chord_platform.products.refs import Ref
from chord_platform.products.sync_product import Side
from chord_platform.products.under_way import Asked
from dlt_pipelines import api
from tests.products.both_sides import TENANT, BothSides, both_sides

WORDS = st.sampled_from(["Linen", "Wool", "Café", "Pants & Shorts", "A/B"])
PRICES = st.sampled_from(["10.00", "25.50", "49.00"])
TAGS = st.lists(st.sampled_from(["sale", "Sale", "50% off", "linen"]), max_size=3, unique=True)
SIZES = ("S", "M", "L", "XL")
PICK = st.integers(0, 10)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BothSides]:
    with both_sides(tmp_path_factory.mktemp("converging")) as world:
        yield world


class People(RuleBasedStateMachine):
    """Editors and merchants. `texts`: what editors wrote into fields of the brand's own."""

    world: BothSides
    steps = 0

    @initialize()
    def begin(self) -> None:
        self.world.begin_anew()
        for one in list(self.world.shop.world.products):
            self.world.shop.world.products.remove(one.id)
        self.world.shop.webhooks.sender.settle()
        self.world.work()
        self.world.writes()
        self.made = 0
        self.texts: dict[str, str] = {}
        self.slugs: dict[str, str] = {}

    # ------------------------------------------------------------------ editors

    @property
    def cms(self) -> Any:
        return self.world.cms

    def entries(self, kind: str = "product") -> list[str]:
        return [
            one for one in self.cms.ids(kind) if "archivedVersion" not in self.cms.read(one)["sys"]
        ]

    def size_entries(self) -> tuple[str, dict[str, str]]:
        known = {self.cms.values(one)["name"]: one for one in self.cms.ids("optionType")}
        values = {self.cms.values(one)["name"]: one for one in self.cms.ids("optionValue")}
        for name in SIZES:
            if name not in values:
                slug = f"size-{name.lower()}"
                values[name] = self.cms.create("optionValue", None, name=name, slug=slug)
        links = [self.cms.entry(values[one]) for one in SIZES]
        if "Size" not in known:
            made = self.cms.create("optionType", None, name="Size", slug="size", optionValues=links)
            known["Size"] = made
        else:
            self.cms.edit(known["Size"], optionValues=links)
        return known["Size"], values

    @rule(word=WORDS, price=PRICES, sizes=st.integers(1, 3))
    def an_editor_makes_a_product(self, word: str, price: str, sizes: int) -> None:
        self.made += 1
        option, values = self.size_entries()
        variants = [
            self.cms.create(
                "variant",
                None,
                name=f"{word} {self.made} {size}",
                sku=f"C{self.made}-{size}",
                price=price,
                optionValues=[self.cms.entry(values[size])],
            )
            for size in SIZES[:sizes]
        ]
        entry = self.cms.create(
            "product",
            None,
            name=f"{word} {self.made}",
            slug=f"cms-{self.made}",
            status="active",
            vendor="Fable",
            optionTypes=[self.cms.entry(option)],
            variants=[self.cms.entry(one) for one in variants],
        )
        self.slugs[entry] = f"cms-{self.made}"
        self.cms.publish_with_links(entry)

    def chosen(self, pick: int) -> str:
        found = self.entries()
        return found[pick % len(found)]

    @precondition(lambda self: self.entries())
    @rule(pick=PICK, word=WORDS, publishes=st.booleans())
    def an_editor_renames(self, pick: int, word: str, publishes: bool) -> None:
        entry = self.chosen(pick)
        self.cms.edit(entry, name=f"{word} renamed")
        if publishes:
            self.cms.publish(entry)

    @precondition(lambda self: self.entries())
    @rule(pick=PICK, text=WORDS, publishes=st.booleans())
    def an_editor_writes_into_the_brands_own_field(
        self, pick: int, text: str, publishes: bool
    ) -> None:
        entry = self.chosen(pick)
        self.cms.edit(entry, campaignText=text)
        self.cms.edit(entry, locale="de-DE", name=f"{text} auf Deutsch")
        self.texts[entry] = text
        if publishes:
            self.cms.publish(entry)

    @precondition(lambda self: self.entries())
    @rule(pick=PICK, price=PRICES)
    def an_editor_reprices(self, pick: int, price: str) -> None:
        links = self.cms.values(self.chosen(pick)).get("variants") or []
        if links:
            variant = links[pick % len(links)]["sys"]["id"]
            self.cms.edit(variant, price=price)
            self.cms.publish(variant)

    @precondition(lambda self: self.entries())
    @rule(pick=PICK, tags=TAGS)
    def an_editor_retags(self, pick: int, tags: list[str]) -> None:
        entry = self.chosen(pick)
        known = {one["name"].casefold() for one in self.cms.environments["master"].all("Tag")}
        ids = []
        for name in {one.casefold(): one for one in tags}.values():
            if name.casefold() not in known:
                self.cms.tag(f"t{len(known)}", name)
                known.add(name.casefold())
            every = self.cms.environments["master"].all("Tag")
            same = (one for one in every if one["name"].casefold() == name.casefold())
            ids.append(next(same)["sys"]["id"])
        self.cms.edit(entry, tags=ids)
        self.cms.publish(entry)

    @precondition(lambda self: self.entries())
    @rule(pick=PICK)
    def an_editor_puts_a_picture_first(self, pick: int) -> None:
        entry = self.chosen(pick)
        self.made += 1
        name = f"p{self.made}"
        image = self.cms.upload(name, file_name=f"{name}.jpg")
        self.cms.edit(entry, images=[image, *(self.cms.values(entry).get("images") or [])][:3])
        self.cms.publish(entry)

    @precondition(lambda self: self.entries())
    @rule(pick=PICK)
    def an_editor_withdraws_or_brings_back(self, pick: int) -> None:
        entry = self.chosen(pick)
        if self.cms.live(entry) is None:
            self.cms.publish_with_links(entry)
        else:
            self.cms.unpublish(entry)

    @precondition(lambda self: len(self.entries()) > 1)
    @rule(pick=PICK)
    def an_editor_deletes(self, pick: int) -> None:
        self.cms.delete(self.chosen(pick))

    # ------------------------------------------------------------------ merchants

    def products(self) -> list[Any]:
        return list(self.world.shop.world.products)

    def product(self, pick: int) -> Any:
        found = self.products()
        return found[pick % len(found)]

    @precondition(lambda self: self.products())
    @rule(pick=PICK, word=WORDS)
    def a_merchant_renames(self, pick: int, word: str) -> None:
        self.world.shop.update_product(self.product(pick).id, title=f"{word} of the shop")

    @precondition(lambda self: self.products())
    @rule(pick=PICK, price=PRICES)
    def a_merchant_reprices(self, pick: int, price: str) -> None:
        variants = self.product(pick).variants
        chosen = variants[pick % len(variants)]
        self.world.shop.update_variant(chosen.id, price=Decimal(price))

    @precondition(lambda self: self.products())
    @rule(pick=PICK, tags=TAGS)
    def a_merchant_retags(self, pick: int, tags: list[str]) -> None:
        unique = tuple(sorted({one.casefold(): one for one in tags}.values()))
        self.world.shop.update_product(self.product(pick).id, tags=unique)

    @precondition(lambda self: self.products())
    @rule(pick=PICK)
    def a_merchant_removes_a_variant(self, pick: int) -> None:
        product = self.product(pick)
        if len(product.variants) > 1:
            self.world.shop.update_product(product.id, variants=product.variants[:-1])

    @precondition(lambda self: len(self.products()) > 1)
    @rule(pick=PICK)
    def a_merchant_deletes(self, pick: int) -> None:
        self.world.shop.world.products.remove(self.product(pick).id)

    # ------------------------------------------------------------------ the platform

    @rule(doubled=st.booleans())
    def the_queue_is_worked(self, doubled: bool) -> None:
        self.cms.telling.manners.duplicates = 1.0 if doubled else 0.0
        self.world.work()

    @rule(fault=st.sampled_from(["version-mismatch", "throttled", "ill"]))
    def contentful_fails_once(self, fault: str) -> None:
        self.world.emulator.faults.script("publish", fault, vendor="contentful")

    # ------------------------------------------------------------------ in the end

    def teardown(self) -> None:
        if not hasattr(self, "texts"):
            return
        self.world.work_until_quiet(rounds=12)
        self.world.emulator.faults.clear()
        self.world.writes()
        self.nothing_more_is_written()
        self.nobodys_work_is_lost()
        self.both_sides_say_the_same()
        People.steps += 1

    def nothing_more_is_written(self) -> None:
        for link in self.world.products.links.of_tenant(TENANT):
            for side in Side:
                if id := link.id_of(side):
                    self.world.sync.sync(Asked(ref=Ref(side=side, id=id)))
        assert self.world.writes() == []
        assert self.world.work_until_quiet() == [] or self.world.writes() == []

    def nobodys_work_is_lost(self) -> None:
        for entry in self.entries():
            fields = self.cms.read(entry)["fields"]
            if entry in self.texts:
                assert fields["campaignText"]["en-US"] == self.texts[entry]
                assert fields["name"]["de-DE"] == f"{self.texts[entry]} auf Deutsch"
            if entry in self.slugs:
                assert fields["slug"]["en-US"] == self.slugs[entry]

    def both_sides_say_the_same(self) -> None:
        opened = self.world.sync.opened
        for link in self.world.products.links.of_tenant(TENANT):
            if not (link.contentful_id and link.shopify_id and link.last):
                continue
            cms = opened.contentful.fetch(link.contentful_id)
            shop = opened.shopify.fetch(link.shopify_id)
            if not (hasattr(cms, "product") and hasattr(shop, "product")):
                continue
            if not cms.product.publication.is_published:  # type: ignore[union-attr]
                continue
            live = opened.contentful.fetch_live(link.contentful_id)
            names = {cms.product.name, live.product.name}  # type: ignore[union-attr]
            assert shop.product.name in names, link  # type: ignore[union-attr]
            prices = {one.sku: one.price for one in shop.product.variants}  # type: ignore[union-attr]
            for variant in live.product.variants:  # type: ignore[union-attr]
                if variant.sku in prices and variant.publication.is_published:
                    draft = next(one for one in cms.product.variants if one.id == variant.id)  # type: ignore[union-attr]
                    assert prices[variant.sku] in (variant.price, draft.price), link


def test_both_sides_converge_whatever_people_do(
    started: BothSides, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "SECOND", 0.001)
    started.apply(monkeypatch)
    People.world = started
    run_state_machine_as_test(
        People,
        settings=settings(
            max_examples=4,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{People.steps} histories converged.")
