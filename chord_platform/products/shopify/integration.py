"""Shopify as product sync asks it: find, fetch, write, publish.

Belongs here: the questions of the ports, put together from this package's parts.
Does not belong here: GraphQL (`documents.py`), one shop's dialect (`shop.py`), the mapping.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from slugify import slugify

from chord_platform.products.mutations import (
    CreateProduct,
    DeleteProduct,
    Mutation,
    SetStatus,
    applied,
)
from chord_platform.products.normal_forms import shop_number
from chord_platform.products.options import SyncOptions
from chord_platform.products.ports import Ambiguous, Fetched, Gone, Written
from chord_platform.products.shopify import documents
from chord_platform.products.shopify.pictures import Pictures
from chord_platform.products.shopify.reading import sync_product
from chord_platform.products.shopify.shop import Node, Shop
from chord_platform.products.shopify.writing import product_input
from chord_platform.products.sync_product import Side, Status, SyncProduct
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.sources.shopify.client import FieldsDenied

VARIANT_GID = "gid://shopify/ProductVariant/"
PRODUCT_GID = "gid://shopify/Product/"
NO_CHANNEL = "published on no sales channel: the app lacks read_publications or write_publications."


@dataclass(frozen=True, kw_only=True)
class ShopifyKeys:
    """Either a token, or id and secret of an app that are exchanged for one."""

    shop: str
    access_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    base_url: str = ""
    limits: Path | None = None

    def settings(self) -> ConnectionSettings:
        values = {
            "shop": self.shop.removesuffix(".myshopify.com"),
            "access_token": self.access_token,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "base_url": self.base_url,
        }
        given = {name: value for name, value in values.items() if value}
        return ConnectionSettings(values=given, limits=self.limits)


class ShopifyIntegration:
    """Not for several threads at once: it has one session and one view of the key's limit."""

    def __init__(self, keys: ShopifyKeys, options: SyncOptions, *, pictures: Pictures) -> None:
        self.keys = keys
        self.options = options
        self.pictures = pictures
        self.shop = Shop(keys.settings())
        self.shown: dict[str, bool] = {}
        """By product id, whether it was on a sales channel when it was last read."""

    @property
    def side(self) -> Side:
        return Side.SHOPIFY

    @property
    def requests(self) -> int:
        """Sent so far, repeated ones too."""
        return self.shop.requests

    # ------------------------------------------------------------------ reading

    def fetch_live(self, product_id: str) -> Fetched | Gone:
        """A shop has no drafts beside what it shows."""
        return self.fetch(product_id)

    def fetch(self, product_id: str) -> Fetched | Gone:
        id = product_id
        if id.startswith(VARIANT_GID):
            id = self.shop.product_of_variant(id)
        node = self.shop.product(id) if id else None
        return self.fetched(node) if node else Gone(id=product_id)

    def product_ids(self) -> Iterator[str]:
        return self.shop.ids()

    def find_counterpart(
        self, origin: SyncProduct, *, linked_id: str
    ) -> Fetched | Gone | Ambiguous | None:
        if linked_id:
            return self.fetch(linked_id)
        for by, found in self.candidates(origin):
            ids = sorted(set(found))
            if len(ids) > 1:
                return Ambiguous(ids=tuple(ids), by=by)
            if ids:
                fetched = self.fetch(ids[0])
                return fetched if isinstance(fetched, Fetched) else None
        return None

    def candidates(self, origin: SyncProduct) -> list[tuple[str, list[str]]]:
        """The products that have something of it, the surest sign first; one question as a rule."""
        numbers = [shop_number(one.shopify_id) for one in origin.variants if one.shopify_id]
        ids = [f"{VARIANT_GID}{one}" for one in numbers if one.isdecimal()][: documents.IDS]
        skus = sorted({one.sku.strip() for one in origin.variants} - {""})
        handle = slugify(origin.slug)
        asked = {"ids": ids, "handle": handle, "skus": any_of(skus[: documents.SKUS])}
        known = {name: value for name, value in asked.items() if value}
        if not known:
            return []
        answer = self.shop.needed(documents.counterpart_query(list(known)), **known)
        by_variant = [one["product"]["id"] for one in answer.get("byVariant") or () if one]
        by_handle = [one["id"]] if (one := answer.get("byHandle")) else []
        by_sku = self.with_sku(answer, skus[: documents.SKUS])
        rest = skus[documents.SKUS :]
        for start in range(0, 0 if by_variant or by_handle else len(rest), documents.SKUS):
            some = rest[start : start + documents.SKUS]
            query = documents.counterpart_query(["skus"])
            by_sku += self.with_sku(self.shop.needed(query, skus=any_of(some)), some)
        return [("Shopify id", by_variant), ("handle", by_handle), ("sku", by_sku)]

    def with_sku(self, answer: Node, skus: Sequence[str]) -> list[str]:
        """The search looks into words and ignores case: what it found is looked at again."""
        nodes = (answer.get("bySku") or {"nodes": ()})["nodes"]
        return [one["product"]["id"] for one in nodes if (one["sku"] or "").strip() in skus]

    # ------------------------------------------------------------------ writing

    def apply(self, destination: Fetched | None, mutations: Sequence[Mutation]) -> Written:
        if any(isinstance(one, DeleteProduct) for one in mutations):
            assert destination is not None
            self.shop.delete(destination.product.id)
            return Written(after=Gone(id=destination.product.id))
        target = applied(destination.product if destination else None, mutations)
        assert target is not None
        given = product_input(target, mutations, self.options)
        if destination and not given:
            return Written(after=destination)
        # Asked for by its handle, a creation whose answer was lost is repeated and not doubled.
        identifier = {"id": destination.product.id} if destination else None
        if identifier is None and target.slug:
            identifier = {"handle": target.slug}
        node = self.shop.set(identifier, given)
        self.remember_pictures(destination, target, node, was_sent="files" in given)
        return Written(after=self.fetched(node))

    def publish(self, destination: Fetched, mutations: Sequence[Mutation]) -> Written:
        """A shop shows a product where it is active and on a sales channel. One that goes on sale
        and is on none is put on all; where it is, and what is not on sale, stays."""
        product = destination.product
        goes_on_sale = product.status is Status.ACTIVE and any(
            isinstance(one, CreateProduct | SetStatus) for one in mutations
        )
        if not goes_on_sale or self.shown.get(product.id, False):
            return Written(after=destination)
        try:
            state = self.shop.publish(product.id)
        except FieldsDenied:
            return Written(after=destination, refusals=(NO_CHANNEL,))
        self.shown[product.id] = bool(state["publishedAt"])
        return Written(after=replace(destination, mark=state["updatedAt"]))

    def remember_pictures(
        self, before: Fetched | None, target: SyncProduct, node: Node, *, was_sent: bool
    ) -> None:
        """New files come back in the order they were sent in, each address once."""
        if not was_sent:
            return
        after = [one["id"] for one in node["media"]["nodes"]]
        known = {one.id: one for one in target.images if one.id}
        sources = list(dict.fromkeys(one.source for one in target.images if not one.id))
        made = [id for id in after if id not in known]
        found = dict(zip(made, sources, strict=False)) if len(made) == len(sources) else {}
        adopted = {id: one.source for id, one in known.items() if one.source and id in after}
        had = {one.id for one in before.product.images} if before else set()
        self.pictures.remember({**adopted, **found}, forget=had - set(after))

    def fetched(self, node: Node) -> Fetched:
        sources = self.pictures.sources([one["id"] for one in node["media"]["nodes"]])
        self.shown[node["id"]] = bool(node["publishedAt"])
        return Fetched(
            product=sync_product(node, sources, self.options),
            mark=node["updatedAt"],
            link=self.link(node["id"]),
        )

    def link(self, id: str) -> str:
        name = self.keys.shop.removesuffix(".myshopify.com")
        return f"https://admin.shopify.com/store/{quote(name)}/products/{shop_number(id)}"


def any_of(skus: Sequence[str]) -> str:
    quoted = (sku.replace("\\", "\\\\").replace('"', '\\"') for sku in skus)
    return " OR ".join(f'sku:"{sku}"' for sku in quoted)
