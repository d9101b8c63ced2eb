"""Names and slugs that the CMS needs and the shop does not have.

Belongs here: free slugs and names, and what becomes of a product's type when the shop renames it.
Does not belong here: reading or writing entries.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from slugify import slugify


def new_slug(name: str, *, taken: Container[str]) -> str:
    """`Pants and Shorts` gives `pants-and-shorts`; taken by another name: `-2`."""
    return numbered(slugify(name) or "unnamed", joint="-", taken=taken)


def free_name(name: str, *, taken: Container[str]) -> str:
    return numbered(name, joint=" ", taken=taken)


def numbered(wanted: str, *, joint: str, taken: Container[str]) -> str:
    candidate, number = wanted, 2
    while candidate in taken:
        candidate, number = f"{wanted}{joint}{number}", number + 1
    return candidate


@dataclass(frozen=True, kw_only=True)
class NamedEntry:
    """linked_by: how many products link it."""

    id: str
    name: str
    slug: str
    linked_by: int = 0


@dataclass(frozen=True, kw_only=True)
class LinkEntry:
    entry: NamedEntry


@dataclass(frozen=True, kw_only=True)
class RenameEntry:
    """Keeps its slug: addresses of pages hang on it."""

    entry: NamedEntry
    name: str


@dataclass(frozen=True, kw_only=True)
class CreateEntry:
    """because: why an entry that others link was not renamed; empty when there was none."""

    name: str
    slug: str
    because: str = ""


def type_for(
    name: str, *, current: NamedEntry | None, existing: Sequence[NamedEntry]
) -> LinkEntry | RenameEntry | CreateEntry:
    """The product type entry of a product whose type the shop now calls `name`."""
    if found := next((entry for entry in existing if entry.name == name), None):
        return LinkEntry(entry=found)
    if current and current.linked_by <= 1:
        return RenameEntry(entry=current, name=name)
    slug = new_slug(name, taken={entry.slug for entry in existing})
    if not current:
        return CreateEntry(name=name, slug=slug)
    others = current.linked_by - 1
    because = (
        f"{current.name} is the type of {others} other product{'s' if others > 1 else ''}, "
        "which renaming it would change."
    )
    return CreateEntry(name=name, slug=slug, because=because)
