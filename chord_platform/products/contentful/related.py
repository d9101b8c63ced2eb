"""Entries that products share: option types and values, product types. Found by name, or made.

Belongs here: looking up by name, making with a free slug. Does not belong here: the product's own
entries (`writing.py`), naming rules (`products/naming.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from slugify import slugify

from chord_platform.products.contentful.cma import Cma, Record
from chord_platform.products.contentful.model import (
    OPTION_TYPE,
    OPTION_VALUE,
    PRODUCT,
    PRODUCT_TYPE,
)
from chord_platform.products.contentful.saving import Saving, entry_link
from chord_platform.products.contentful.tree import Tree, id_of, is_archived
from chord_platform.products.naming import (
    CreateEntry,
    LinkEntry,
    NamedEntry,
    new_slug,
    type_for,
)
from chord_platform.products.normal_forms import text
from chord_platform.products.notes import Note, NoteKind
from chord_platform.products.sync_product import OptionType, ProductType

NUMBERED = 12
"""So many slugs are looked up at once: `pants`, `pants-2`, ... are seldom taken that far."""


class Related:
    def __init__(self, cma: Cma, tree: Tree, saving: Saving) -> None:
        self.cma = cma
        self.tree = tree
        self.saving = saving

    # ------------------------------------------------------------------ options

    def options(self, wanted: Sequence[OptionType]) -> list[str]:
        """The ids of the option types' entries, which then have at least these values."""
        mine = {self.name(one): one for one in self.linked(self.tree.product, "optionTypes")}
        absent = [one.name for one in wanted if one.name not in mine]
        found = {self.name(one): one for one in self.having(OPTION_TYPE, absent)}
        slugs = self.free_slugs(OPTION_TYPE, [one for one in absent if one not in found])
        ids = []
        for option in wanted:
            entry = mine.get(option.name) or found.get(option.name)
            if entry is not None:
                self.tree.add(entry)
            values = self.values(option, entry, wanted)
            if entry is None:
                entry = self.saving.create(
                    OPTION_TYPE,
                    {
                        "name": option.name,
                        "slug": slugs[option.name],
                        "presentation": option.presentation or option.name,
                        "optionValues": [entry_link(one) for one in values],
                    },
                    named_after=slugs[option.name],
                    is_same_thing={"name": option.name},
                )
            else:
                self.saving.update(entry, {"optionValues": [entry_link(one) for one in values]})
            ids.append(id_of(entry))
        return ids

    def values(
        self, option: OptionType, entry: Record | None, all_options: Sequence[OptionType]
    ) -> list[str]:
        """The ids of an option's values: those it has, in their order, and then the new ones."""
        if entry is not None:
            self.fetch_linked([entry])
        own = self.linked(id_of(entry), "optionValues") if entry else []
        ids = self.link_ids(entry, "optionValues") if entry else []
        names = {self.name(one) for one in own}
        absent = [one for one in option.values if one.name not in names]
        # One value entry that two options of a product share would name neither of them.
        elsewhere = {
            self.name_of_id(one)
            for other in self.linked(self.tree.product, "optionTypes")
            if entry is None or id_of(other) != id_of(entry)
            for one in self.link_ids(other, "optionValues")
        }
        twice = {
            one.name for other in all_options if other.name != option.name for one in other.values
        }
        free = [one.name for one in absent if one.name not in elsewhere | twice]
        found = {self.name(one): one for one in self.having(OPTION_VALUE, free)}
        slugs = self.free_slugs(OPTION_VALUE, [one.name for one in absent if one.name not in found])
        for value in absent:
            there = found.get(value.name)
            if there is not None:
                self.tree.add(there)
            else:
                slug = slugs[value.name]
                there = self.saving.create(
                    OPTION_VALUE,
                    {
                        "name": value.name,
                        "slug": slug,
                        "presentation": value.presentation or value.name,
                    },
                    named_after=slug,
                    is_same_thing={"name": value.name},
                )
            ids.append(id_of(there))
        return ids

    def value_ids(self, chosen: Mapping[str, str], *, options: Sequence[str]) -> list[str]:
        """Of a variant's option values; options: the ids of the product's option types."""
        found = []
        for id in options:
            entry = self.tree.entry(id)
            wanted = chosen.get(self.name(entry)) if entry else None
            for value in self.linked(id, "optionValues") if wanted is not None else ():
                if self.name(value) == wanted:
                    found.append(id_of(value))
                    break
        return found

    # ------------------------------------------------------------------ the product's type

    def product_type(self, wanted: ProductType | None) -> tuple[str | None, tuple[Note, ...]]:
        """The id of its entry, and what is to be told."""
        if wanted is None:
            return None, ()
        current = next(iter(self.linked(self.tree.product, "productType")), None)
        base = slugify(wanted.name) or "unnamed"
        same_name = self.having(PRODUCT_TYPE, [wanted.name])
        taken = self.cma.having(PRODUCT_TYPE, "slug", numbered(base))
        existing = [
            self.named(one) for one in {id_of(one): one for one in [*same_name, *taken]}.values()
        ]
        step = type_for(
            wanted.name,
            current=self.named(current, linked_by=self.count(id_of(current))) if current else None,
            existing=existing,
        )
        if isinstance(step, LinkEntry):
            for one in same_name:
                self.tree.add(one)
            return step.entry.id, ()
        if isinstance(step, CreateEntry):
            made = self.saving.create(
                PRODUCT_TYPE,
                {"name": step.name, "slug": step.slug},
                named_after=step.slug,
                is_same_thing={"name": step.name},
            )
            if not step.because:
                return id_of(made), ()
            note = Note(
                kind=NoteKind.PRODUCT_TYPE_MADE, subject=step.name, text=f"made. {step.because}"
            )
            return id_of(made), (note,)
        assert current is not None
        self.saving.update(current, {"name": step.name})
        return step.entry.id, ()

    def named(self, entry: Record, *, linked_by: int = 0) -> NamedEntry:
        slug = (entry["fields"].get("slug") or {}).get(self.saving.locale) or ""
        return NamedEntry(id=id_of(entry), name=self.name(entry), slug=slug, linked_by=linked_by)

    def count(self, product_type: str) -> int:
        """How many products have this type."""
        page = self.cma.get(
            "entries",
            content_type=PRODUCT,
            limit="1",
            select="sys.id",
            **{"fields.productType.sys.id": product_type},
        )
        return page["total"]

    # ------------------------------------------------------------------ parts

    def name(self, entry: Record) -> str:
        return text((entry["fields"].get("name") or {}).get(self.saving.locale) or "")

    def name_of_id(self, id: str) -> str:
        entry = self.tree.entry(id)
        return self.name(entry) if entry else ""

    def link_ids(self, entry: Record, field: str) -> list[str]:
        value = (entry["fields"].get(field) or {}).get(self.saving.locale)
        links = value if isinstance(value, list) else [value] if value else []
        return [one["sys"]["id"] for one in links]

    def linked(self, id: str, field: str) -> list[Record]:
        entry = self.tree.entry(id)
        ids = self.link_ids(entry, field) if entry else []
        found = (self.tree.entry(one) for one in dict.fromkeys(ids))
        return [one for one in found if one and not is_archived(one)]

    def fetch_linked(self, entries: Iterable[Record]) -> None:
        """An option type that another product had may have values that this tree lacks."""
        absent = [
            id
            for entry in entries
            for id in self.link_ids(entry, "optionValues")
            if self.tree.entry(id) is None
        ]
        if absent:
            for one in self.cma.by_ids("entries", absent):
                self.tree.add(one)

    def having(self, kind: str, names: Sequence[str]) -> list[Record]:
        if not names:
            return []
        found = self.cma.having(kind, "name", names)
        # Of several of one name the oldest is taken, always the same.
        return [one for one in reversed(found) if not is_archived(one)]

    def free_slugs(self, kind: str, names: Sequence[str]) -> dict[str, str]:
        candidates = [slug for name in names for slug in numbered(slugify(name) or "unnamed")]
        found = self.cma.having(kind, "slug", candidates) if candidates else ()
        taken = {self.named(one).slug for one in found}
        slugs = {}
        for name in names:
            slugs[name] = new_slug(name, taken=taken)
            taken.add(slugs[name])
        return slugs


def numbered(slug: str) -> list[str]:
    return [slug, *(f"{slug}-{number}" for number in range(2, NUMBERED))]
