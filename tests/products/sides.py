"""Both sides in memory, for the rules of a sync without sockets: they keep what was written, give
ids, make webhooks of every change, and fail when told to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from slugify import slugify

from chord_platform.products.mutations import (
    CreateVariant,
    Mutation,
    PublishProduct,
    PublishVariant,
    UnpublishProduct,
    UnpublishVariant,
    applied,
)
from chord_platform.products.normal_forms import shop_number
from chord_platform.products.options import SyncOptions
from chord_platform.products.outcome import Outcome
from chord_platform.products.ports import Ambiguous, Fetched, Gone, OpenTenant, Written
from chord_platform.products.refs import Ref
from chord_platform.products.sync_product import Publication, Side, SyncProduct, Variant

PUBLISHING = (PublishProduct, PublishVariant, UnpublishProduct, UnpublishVariant)


@dataclass
class Memory:
    """`failures` are raised by the next calls that write, one each; None lets one pass. A failure
    marked `late` comes after the write, as when the answer is lost."""

    side: Side
    products: dict[str, SyncProduct] = field(default_factory=dict)
    live: dict[str, SyncProduct] = field(default_factory=dict)
    deliveries: list[Ref] = field(default_factory=list)
    failures: list[Exception | None] = field(default_factory=list)
    is_late: bool = False
    reads: int = 0
    writes: int = 0
    made: int = 0
    version: int = 0

    # ------------------------------------------------------------------ by people

    def put(self, product: SyncProduct) -> SyncProduct:
        known = self.products.get(product.id)
        product = self.with_ids(replace(product, side=self.side))
        if known != product:
            self.keep(product)
        return product

    def delete(self, id: str) -> None:
        del self.products[id]
        self.live.pop(id, None)
        self.deliveries.append(Ref(side=self.side, id=id))

    # ------------------------------------------------------------------ the port

    def fetch_live(self, product_id: str) -> Fetched | Gone:
        return self.found(product_id, self.live if self.side is Side.CONTENTFUL else self.products)

    def fetch(self, product_id: str) -> Fetched | Gone:
        return self.found(product_id, self.products)

    def product_ids(self) -> Iterator[str]:
        yield from list(self.products)

    def find_counterpart(
        self, origin: SyncProduct, *, linked_id: str
    ) -> Fetched | Gone | Ambiguous | None:
        if linked_id:
            return self.fetch(linked_id)
        ids = {shop_number(one.shopify_id) for one in origin.variants if one.shopify_id}
        skus = {one.sku for one in origin.variants if one.sku}
        for by, fits in (
            ("Shopify id", lambda one: any(shop_number(v.shopify_id) in ids for v in one.variants)),
            ("slug", lambda one: slugify(one.slug) == slugify(origin.slug) != ""),
            ("sku", lambda one: any(v.sku in skus for v in one.variants)),
        ):
            found = [one.id for one in self.products.values() if fits(one)]
            if len(found) > 1:
                return Ambiguous(ids=tuple(found), by=by)
            if found:
                return self.fetch(found[0])
        return None

    def apply(self, destination: Fetched | None, mutations: Sequence[Mutation]) -> Written:
        self.fail(late=False)
        current = destination.product if destination else None
        ours = [one for one in mutations if not isinstance(one, PUBLISHING)]
        written = applied(current, [unpublished(one, self.side) for one in ours])
        if written is None:
            assert current is not None
            self.delete(current.id)
            return Written(after=Gone(id=current.id))
        if not written.id:
            self.made += 1
            written = replace(written, id=self.new_id(self.made))
        return self.written(written)

    def publish(self, destination: Fetched, mutations: Sequence[Mutation]) -> Written:
        steps: list[Mutation] = [one for one in mutations if isinstance(one, PUBLISHING)]
        if self.side is Side.SHOPIFY or not (steps or creates(mutations)):
            return Written(after=destination)
        self.fail(late=False)
        shown = {one.variant.sku: one for one in mutations if isinstance(one, CreateVariant)}
        for variant in destination.product.variants:
            made = shown.get(variant.sku)
            if made and made.variant.publication.is_published:
                steps.append(PublishVariant(variant_id=variant.id, called=variant.called))
        published = applied(destination.product, steps)
        assert published is not None
        return self.written(published)

    # ------------------------------------------------------------------ inside

    def written(self, product: SyncProduct) -> Written:
        product = self.with_ids(product)
        if product != self.products.get(product.id):
            self.writes += 1
            self.keep(product)
        self.fail(late=True)
        return Written(after=self.fetched(product))

    def keep(self, product: SyncProduct) -> None:
        self.version += 1
        self.products[product.id] = product
        if self.side is Side.SHOPIFY or not product.publication.has_changes:
            self.live[product.id] = product
            self.deliveries.append(Ref(side=self.side, id=product.id))

    def with_ids(self, product: SyncProduct) -> SyncProduct:
        variants = tuple(self.with_id(product, at) for at in range(len(product.variants)))
        if self.side is Side.SHOPIFY:
            product = replace(product, slug=slugify(product.slug or product.name))
            images = tuple(
                one if one.id else replace(one, id=f"{product.id}-{at}", url=f"cdn/{at}")
                for at, one in enumerate(product.images)
            )
            by_source = {one.source: one for one in images}
            variants = tuple(
                replace(one, main_image=by_source.get(one.main_image.source, one.main_image))
                if one.main_image
                else one
                for one in variants
            )
            product = replace(product, images=images)
        return replace(product, variants=variants)

    def with_id(self, product: SyncProduct, at: int) -> Variant:
        variant = product.variants[at]
        if variant.id and not variant.id.startswith("new-"):
            return variant
        self.made += 1
        if self.side is Side.CONTENTFUL:
            return replace(variant, id=f"variant{self.made}")
        gid = f"gid://shopify/ProductVariant/{self.made}"
        return replace(variant, id=gid, shopify_id=gid, publication=Publication())

    def new_id(self, number: int) -> str:
        return f"gid://shopify/Product/{number}" if self.side is Side.SHOPIFY else f"entry{number}"

    def found(self, id: str, among: dict[str, SyncProduct]) -> Fetched | Gone:
        self.reads += 1
        for product in among.values():
            if id == product.id or any(one.id == id for one in product.variants):
                return self.fetched(product)
        return Gone(id=id)

    def fetched(self, product: SyncProduct) -> Fetched:
        return Fetched(product=product, mark=str(self.version), link=f"https://{product.id}")

    def fail(self, *, late: bool) -> None:
        if self.failures and late == self.is_late and (error := self.failures.pop(0)):
            raise error


@dataclass
class Told:
    messages: list[tuple[str, tuple[Outcome, ...]]] = field(default_factory=list)

    def tell(self, tenant: str, outcomes: Sequence[Outcome]) -> None:
        self.messages.append((tenant, tuple(outcomes)))


@dataclass
class World:
    options: SyncOptions
    contentful: Memory = field(default_factory=lambda: Memory(Side.CONTENTFUL))
    shopify: Memory = field(default_factory=lambda: Memory(Side.SHOPIFY))
    told: Told = field(default_factory=Told)

    def open(self, name: str) -> OpenTenant:
        return OpenTenant(
            name=name,
            options=self.options,
            contentful=self.contentful,
            shopify=self.shopify,
            notifier=self.told,
        )

    def side(self, side: Side) -> Memory:
        return self.contentful if side is Side.CONTENTFUL else self.shopify

    @property
    def writes(self) -> int:
        return self.contentful.writes + self.shopify.writes


def unpublished(mutation: Mutation, side: Side) -> Mutation:
    """A new entry is a draft, whatever it is to be later."""
    if side is Side.SHOPIFY or not isinstance(mutation, CreateVariant):
        return mutation
    return replace(
        mutation, variant=replace(mutation.variant, publication=Publication(is_published=False))
    )


def creates(mutations: Sequence[Mutation]) -> bool:
    return any(isinstance(one, CreateVariant) for one in mutations)
