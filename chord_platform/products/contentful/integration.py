"""Contentful as product sync asks it: find, fetch, write, publish.

Belongs here: the questions of the ports, put together from this package's parts.
Does not belong here: HTTP, the mapping, one entry's write (each has its own file).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chord_platform.errors import ProductRefused
from chord_platform.products.contentful.cma import BASE_URL, Cma, Record
from chord_platform.products.contentful.drafts import holds_draft
from chord_platform.products.contentful.model import PRODUCT, VARIANT
from chord_platform.products.contentful.publishing import Publishing
from chord_platform.products.contentful.reading import View
from chord_platform.products.contentful.space import Space
from chord_platform.products.contentful.tree import (
    Reader,
    Tree,
    has_changes,
    id_of,
    is_archived,
    is_published,
    kind_of,
)
from chord_platform.products.contentful.writing import Writing, planned
from chord_platform.products.mutations import Mutation
from chord_platform.products.normal_forms import shop_number
from chord_platform.products.options import SyncOptions
from chord_platform.products.ports import Ambiguous, Fetched, Gone, Written
from chord_platform.products.sync_product import Side, SyncProduct

VARIANT_GID = "gid://shopify/ProductVariant/"
WEB_APP = "https://app.contentful.com"
TREES_KEPT = 8


@dataclass(frozen=True, kw_only=True)
class ContentfulKeys:
    """limits: the folder in which processes share the count of requests."""

    space_id: str
    environment_id: str = "master"
    management_token: str = field(repr=False)
    base_url: str = BASE_URL
    limits: Path | None = None


class ContentfulIntegration:
    """Not for several threads at once: what was read is kept for the write that follows."""

    def __init__(self, keys: ContentfulKeys, options: SyncOptions) -> None:
        self.options = options
        self.keys = keys
        self.cma = Cma(
            space=keys.space_id,
            environment=keys.environment_id,
            token=keys.management_token,
            base_url=keys.base_url,
            limits=keys.limits,
        )
        self.space = Space(self.cma)
        self.reader = Reader(self.cma)
        self.trees: dict[str, Tree] = {}

    @property
    def side(self) -> Side:
        return Side.CONTENTFUL

    @property
    def requests(self) -> int:
        """Sent so far, repeated ones too."""
        return self.cma.report.api_requests

    # ------------------------------------------------------------------ reading

    def fetch_live(self, product_id: str) -> Fetched | Gone:
        tree = self.product_tree(product_id)
        if tree is None:
            return Gone(id=product_id)
        if any(map(has_changes, tree.things.values())):
            self.reader.add_live(tree, with_assets=True)
        return self.fetched(tree, live=True)

    def fetch(self, product_id: str) -> Fetched | Gone:
        tree = self.product_tree(product_id)
        if tree is None:
            return Gone(id=product_id)
        return self.kept(tree)

    def kept(self, tree: Tree) -> Fetched:
        """The tree stays at hand for `apply`, and then for `publish`."""
        self.trees.pop(tree.product, None)
        self.trees[tree.product] = tree
        while len(self.trees) > TREES_KEPT:
            del self.trees[next(iter(self.trees))]
        return self.fetched(tree, live=False)

    def product_tree(self, id: str) -> Tree | None:
        """None: there is no such product. The id may be that of a variant."""
        tree = self.reader.tree(id)
        if tree is None or kind_of(tree.root) == PRODUCT:
            return tree
        if kind_of(tree.root) != VARIANT:
            return None
        owners = self.products_with([id])
        if len(owners) > 1:
            raise ProductRefused(
                f"The variant {id} belongs to {len(owners)} products: {', '.join(owners[:5])}.",
                hint="Leave it with one of them.",
            )
        return self.reader.tree(owners[0]) if owners else None

    def fetched(self, tree: Tree, *, live: bool) -> Fetched:
        root = tree.live.get(("Entry", tree.product), tree.root) if live else tree.root
        shown = [root, tree.root] if live else [root]
        used = {
            one["sys"]["id"]
            for each in shown
            for one in (each.get("metadata") or {}).get("tags", ())
        }
        drafts = set() if live else self.drafts(tree)
        view = View(
            tree=tree,
            locale=self.space.locale,
            field_types=self.space.field_types,
            tags=self.space.tags(used) if self.options.tags and used else {},
            live=live,
            drafts=lambda entry: id_of(entry) in drafts,
        )
        sys = tree.root["sys"]
        waits = live and any(map(has_changes, tree.own()))
        return Fetched(
            product=view.product(),
            waiting=replace(view, live=False).product() if waits else None,
            mark=str(sys["publishedVersion"]) if is_published(tree.root) else "",
            link=f"{WEB_APP}{self.cma.root}/entries/{tree.product}",
        )

    def drafts(self, tree: Tree) -> set[str]:
        """The product and variants in which an editor's unpublished work waits."""
        own = tree.own()
        if any(map(has_changes, own)):
            self.reader.add_live(tree, with_assets=False)
        found = set()
        for entry in own:
            id = id_of(entry)
            before: Record | None
            if has_changes(entry):
                before = tree.live.get(("Entry", id))
            elif is_published(entry):
                continue
            elif entry["sys"].get("publishedCounter"):
                before = self.reader.last_published(id)
            else:
                before = None
            if holds_draft(entry, before, locale=self.space.locale):
                found.add(id)
        return found

    def product_ids(self) -> Iterator[str]:
        asked = {"content_type": PRODUCT, "select": "sys", "order": "sys.createdAt,sys.id"}
        for entry in self.cma.all("entries", asked):
            if not is_archived(entry):
                yield id_of(entry)

    # ------------------------------------------------------------------ finding

    def find_counterpart(
        self, origin: SyncProduct, *, linked_id: str
    ) -> Fetched | Gone | Ambiguous | None:
        if linked_id:
            return self.fetch(linked_id)
        for by, ids in self.candidates(origin):
            if len(ids) > 1:
                return Ambiguous(ids=tuple(ids), by=by)
            if ids and isinstance(found := self.fetch(ids[0]), Fetched):
                return found
        return None

    def candidates(self, origin: SyncProduct) -> Iterator[tuple[str, list[str]]]:
        numbers = [shop_number(one.shopify_id) for one in origin.variants if one.shopify_id]
        written = [one for number in numbers for one in (f"{VARIANT_GID}{number}", number)]
        yield "Shopify ids of variants", self.products_of_variants("shopifyId", written)
        if origin.slug:
            found = self.cma.having(PRODUCT, "slug", [origin.slug], select="sys")
            yield "slug", [id_of(one) for one in found if not is_archived(one)]
        skus = [one.sku for one in origin.variants if one.sku]
        yield "sku", self.products_of_variants("sku", skus)

    def products_of_variants(self, name: str, values: Sequence[str]) -> list[str]:
        if not values:
            return []
        found = self.cma.having(VARIANT, name, values, select="sys")
        return self.products_with([id_of(one) for one in found if not is_archived(one)])

    def products_with(self, variants: Sequence[str]) -> list[str]:
        if not variants:
            return []
        found = self.cma.having(PRODUCT, "variants.sys.id", variants, select="sys")
        return [id_of(one) for one in found if not is_archived(one)]

    # ------------------------------------------------------------------ writing

    def apply(self, destination: Fetched | None, mutations: Sequence[Mutation]) -> Written:
        tree = self.tree_of(destination)
        plan = planned(mutations)
        writing = Writing(self.cma, self.space, tree)
        if plan.is_deletion:
            writing.delete_product()
            self.trees.pop(tree.product, None)
            return Written(after=Gone(id=tree.product))
        notes = writing.write(plan)
        return Written(after=self.kept(tree), notes=notes)

    def publish(self, destination: Fetched, mutations: Sequence[Mutation]) -> Written:
        tree = self.tree_of(destination)
        writing = Writing(self.cma, self.space, tree)
        publishing = Publishing(self.cma, tree, writing.saving)
        publishing.carry_out(mutations)
        return Written(
            after=self.kept(tree),
            refusals=tuple(publishing.refusals),
            notes=tuple(publishing.notes),
        )

    def tree_of(self, destination: Fetched | None) -> Tree:
        if destination is None:
            return Tree(product="")
        id = destination.product.id
        tree = self.trees.get(id) or self.reader.tree(id)
        if tree is None:
            raise ProductRefused(f"Contentful has no product {id} any more.")
        return tree
