"""Publishes a product's entries, children first.

Belongs here: the order, what is held, how a refusal reads. Does not belong here: whether a product
or variant may be published at all: the mutations say that.

Of what products share, only that is published which nobody else is at work on: what was never
published, and what this sync has written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chord_platform.products.contentful.cma import Cma, Record, unexpected
from chord_platform.products.contentful.drafts import holds_draft
from chord_platform.products.contentful.model import OPTION_TYPE, OPTION_VALUE, PRODUCT_TYPE
from chord_platform.products.contentful.saving import Saving, reasons
from chord_platform.products.contentful.tree import (
    Tree,
    has_changes,
    id_of,
    is_archived,
    is_published,
    kind_of,
    links_in,
)
from chord_platform.products.mutations import (
    CreateVariant,
    Mutation,
    PublishProduct,
    PublishVariant,
    UnpublishProduct,
    UnpublishVariant,
)
from chord_platform.products.notes import Note, NoteKind
from chord_platform.products.ports import VersionConflict

SHARED = (OPTION_VALUE, OPTION_TYPE, PRODUCT_TYPE)
"""In this order: a type lists its values."""


class Publishing:
    def __init__(self, cma: Cma, tree: Tree, saving: Saving) -> None:
        self.cma = cma
        self.tree = tree
        self.saving = saving
        self.refusals: list[str] = []
        self.notes: list[Note] = []
        self.holes: set[str] = set()

    def carry_out(self, mutations: Sequence[Mutation]) -> None:
        for mutation in mutations:
            if isinstance(mutation, UnpublishVariant):
                self.saving.unpublish(mutation.variant_id)
            elif isinstance(mutation, UnpublishProduct):
                self.saving.unpublish(self.tree.product)
        variants = list(dict.fromkeys(self.variants(mutations)))
        publishes_product = any(isinstance(one, PublishProduct) for one in mutations)
        roots = [*variants, self.tree.product] if publishes_product else variants
        self.children(roots)
        for id in variants:
            self.publish("Entry", id)
        if publishes_product:
            self.product()

    def variants(self, mutations: Sequence[Mutation]) -> Iterator[str]:
        for mutation in mutations:
            if isinstance(mutation, PublishVariant):
                yield mutation.variant_id
            elif isinstance(mutation, CreateVariant):
                made = self.tree.made.get(mutation.variant)
                if made and mutation.variant.publication.is_published:
                    yield made

    def product(self) -> None:
        linked = {id for kind, id in links_in(self.tree.root["fields"]) if kind == "Entry"}
        if holes := linked & self.holes:
            called = ", ".join(self.called(one) for one in sorted(holes))
            text = f"not published, because {called} is not: it would have a hole."
            self.refusals.append(f"{self.called(self.tree.product)}: {text}")
            return
        self.publish("Entry", self.tree.product)

    def children(self, roots: Sequence[str]) -> None:
        wanted = dict.fromkeys(self.leads_to(roots))
        assets = [id for kind, id in wanted if kind == "Asset"]
        for id in assets:
            self.asset(id)
        shared = [
            entry
            for kind, id in wanted
            if kind == "Entry" and (entry := self.tree.entry(id)) and kind_of(entry) in SHARED
        ]
        for entry in sorted(shared, key=lambda one: SHARED.index(kind_of(one))):
            self.shared(entry)

    def leads_to(self, roots: Sequence[str]) -> Iterator[tuple[str, str]]:
        for root in roots:
            entry = self.tree.entry(root)
            for key in links_in(entry["fields"]) if entry else ():
                yield key
                child = self.tree.things.get(key)
                if child and key[0] == "Entry" and kind_of(child) == OPTION_TYPE:
                    yield from links_in(child["fields"])

    def asset(self, id: str) -> None:
        """One that changed since it was published is somebody's work: left alone."""
        asset = self.tree.asset(id)
        if asset is None or is_published(asset) or is_archived(asset):
            return
        file = (asset["fields"].get("file") or {}).get(self.saving.locale) or {}
        if not file.get("url"):
            name = file.get("fileName") or id
            self.refusals.append(f"{name}: the image is still being processed: not published.")
            return
        self.publish("Asset", id)

    def shared(self, entry: Record) -> None:
        if is_archived(entry) or (is_published(entry) and not has_changes(entry)):
            return
        id = id_of(entry)
        if is_published(entry) and id not in self.tree.written:
            return
        if not is_published(entry) and holds_draft(entry, None, locale=self.saving.locale):
            text = "an editor's draft: used, and not published."
            note = Note(kind=NoteKind.PUBLISH_HELD, subject=self.called(id), text=text)
            self.notes.append(note)
            self.holes.add(id)
            return
        self.publish("Entry", id)

    def publish(self, kind: str, id: str) -> None:
        thing = self.tree.things.get((kind, id))
        if thing is None or (is_published(thing) and not has_changes(thing)):
            return
        path = f"{'entries' if kind == 'Entry' else 'assets'}/{id}/published"
        answered = self.cma.ask("PUT", path, version=thing["sys"]["version"])
        if answered.error == "VersionMismatch":
            raise VersionConflict(f"{self.called(id)} was changed by somebody else.")
        if answered.status == 422:
            self.refusals.append(f"{self.called(id)}: {'; '.join(reasons(answered.body))}.")
            if not is_published(thing):
                self.holes.add(id)
            return
        if answered.error:
            raise unexpected(answered, f"PUT {path}")
        self.tree.add(answered.body)
        self.tree.live.pop((kind, id), None)

    def called(self, id: str) -> str:
        thing = self.tree.entry(id) or self.tree.asset(id)
        if thing is None:
            return id
        names = thing["fields"].get("name") or thing["fields"].get("title") or {}
        return names.get(self.saving.locale) or id
