"""A product entry with all that it links to, read in as few requests as Contentful allows.

Belongs here: entries and assets as Contentful has them, drafts beside what is published.
Does not belong here: what they say of a product (`reading.py`).

One request brings an entry and what it leads to. Two more at most bring what is published of the
entries and assets that were written since; spaces whose plan has no references are read layer by
layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chord_platform.products.contentful.cma import Cma, Record, unexpected
from chord_platform.products.contentful.model import PRODUCT, VARIANT
from dlt_pipelines.errors import CredentialsRejected

DEPTH = 3
"""Product, variant, option value; product, option type, option value: assets hang on these."""


def id_of(thing: Record) -> str:
    return thing["sys"]["id"]


def kind_of(entry: Record) -> str:
    return entry["sys"]["contentType"]["sys"]["id"]


def is_published(thing: Record) -> bool:
    return "publishedVersion" in thing["sys"]


def has_changes(thing: Record) -> bool:
    sys = thing["sys"]
    return is_published(thing) and sys["version"] > sys["publishedVersion"] + 1


def is_archived(thing: Record) -> bool:
    return "archivedVersion" in thing["sys"]


def links_in(value: Any) -> Iterator[tuple[str, str]]:
    """Kind and id of everything that a value leads to."""
    if isinstance(value, list):
        for one in value:
            yield from links_in(one)
    elif isinstance(value, dict):
        sys = value.get("sys")
        if isinstance(sys, dict) and sys.get("type") == "Link":
            yield sys.get("linkType", ""), sys["id"]
        else:
            for one in value.values():
                yield from links_in(one)


@dataclass
class Tree:
    """things: entries and assets by kind and id, as they stand. live: the published version of
    those that were written since; who is missing there and published is live as it stands.

    made      ids of entries that this process has just created, by what they were made from
    written   ids of entries that it has just written and that held nobody's draft
    """

    product: str
    things: dict[tuple[str, str], Record] = field(default_factory=dict)
    live: dict[tuple[str, str], Record] = field(default_factory=dict)
    made: dict[Any, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    @property
    def root(self) -> Record:
        return self.things["Entry", self.product]

    def entry(self, id: str) -> Record | None:
        return self.things.get(("Entry", id))

    def asset(self, id: str) -> Record | None:
        return self.things.get(("Asset", id))

    def add(self, thing: Record) -> None:
        self.things[thing["sys"]["type"], id_of(thing)] = thing

    def own(self) -> list[Record]:
        """The product and its variants: what no other product shares."""
        return [
            thing
            for (kind, _), thing in self.things.items()
            if kind == "Entry" and kind_of(thing) in (PRODUCT, VARIANT) and not is_archived(thing)
        ]

    def missing(self) -> list[tuple[str, str]]:
        wanted = {
            link
            for shelf in (self.things, self.live)
            for key, thing in shelf.items()
            if key[0] == "Entry" and kind_of(thing) in (PRODUCT, VARIANT, "optionType")
            for link in links_in(own_fields(thing))
        }
        return sorted(wanted - self.things.keys())


FOLLOWED = frozenset({"variants", "optionTypes", "optionValues", "productType"})
PICTURED = frozenset({"mainImage", "images"})


def own_fields(entry: Record) -> list[Any]:
    """What is followed: a brand's own links may lead through its whole site."""
    return [value for name, value in entry["fields"].items() if name in FOLLOWED | PICTURED]


class Reader:
    def __init__(self, cma: Cma) -> None:
        self.cma = cma
        self.has_references = True

    def tree(self, id: str) -> Tree | None:
        """None: there is no such entry."""
        first = self.with_references(id) if self.has_references else self.alone(id)
        if first is None:
            return None
        tree = Tree(product=id)
        for thing in first:
            tree.add(thing)
        self.complete(tree)
        return tree

    def with_references(self, id: str) -> list[Record] | None:
        try:
            answered = self.cma.ask(
                "GET", f"entries/{id}/references", params={"include": str(DEPTH)}
            )
        except CredentialsRejected:  # the plan has none, or the token is wrong: the next says which
            self.has_references = False
            return self.alone(id)
        if answered.error == "NotFound":
            return None
        if answered.error:
            self.has_references = False
            return self.alone(id)
        includes = answered.body.get("includes") or {}
        return [*answered.body["items"], *includes.get("Entry", ()), *includes.get("Asset", ())]

    def alone(self, id: str) -> list[Record] | None:
        answered = self.cma.ask("GET", f"entries/{id}")
        if answered.error == "NotFound":
            return None
        if answered.error:
            raise unexpected(answered, f"GET entries/{id}")
        return [answered.body]

    def complete(self, tree: Tree) -> None:
        """Layer by layer, what did not come along; a link that leads nowhere is asked for once."""
        asked: set[tuple[str, str]] = set()
        while wanted := [key for key in tree.missing() if key not in asked]:
            asked.update(wanted)
            for thing in self.things(wanted):
                tree.add(thing)

    def things(self, keys: Iterable[tuple[str, str]]) -> Iterator[Record]:
        keys = list(keys)
        for kind, path in (("Entry", "entries"), ("Asset", "assets")):
            if ids := [id for one, id in keys if one == kind]:
                yield from self.cma.by_ids(path, ids)

    def add_live(self, tree: Tree, *, with_assets: bool) -> None:
        """The published versions of what was written since, and what only they lead to."""
        for kind, path in (("Entry", "entries"), ("Asset", "assets")):
            changed = [
                id
                for (one, id), thing in tree.things.items()
                if one == kind and has_changes(thing) and (kind, id) not in tree.live
            ]
            if changed and (kind == "Entry" or with_assets):
                for thing in self.cma.by_ids(f"public/{path}", changed):
                    tree.live[kind, id_of(thing)] = thing
        before = len(tree.things)
        self.complete(tree)
        if len(tree.things) > before:
            self.add_live(tree, with_assets=with_assets)

    def last_published(self, id: str) -> Record | None:
        """The snapshot of an entry that is published no more."""
        answered = self.cma.ask("GET", f"entries/{id}/snapshots", params={"limit": "1"})
        if answered.error or not answered.body["items"]:
            return None
        return answered.body["items"][0]["snapshot"]
