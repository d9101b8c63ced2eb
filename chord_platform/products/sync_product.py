"""The neutral shape of a product that both sides of a sync are read into.

Belongs here: the values. Does not belong here: how a vendor writes them (the mappings), when two
of them are the same (`normal_forms.py`), what follows from a difference (`comparer.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Side(StrEnum):
    CONTENTFUL = "contentful"
    SHOPIFY = "shopify"

    @property
    def other(self) -> Side:
        return Side.SHOPIFY if self is Side.CONTENTFUL else Side.CONTENTFUL


class Status(StrEnum):
    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"


@dataclass(frozen=True, kw_only=True)
class Image:
    """source: the origin's address it was made from, empty for a picture that no sync put there;
    a shop keeps pictures under addresses of its own, so `url` cannot tell.
    """

    url: str
    source: str = ""
    alt: str = ""
    file_type: str = ""
    file_name: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class OptionValue:
    name: str
    slug: str = ""
    presentation: str = ""


@dataclass(frozen=True, kw_only=True)
class OptionType:
    name: str
    slug: str = ""
    presentation: str = ""
    values: tuple[OptionValue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProductType:
    name: str
    slug: str = ""


@dataclass(frozen=True, kw_only=True, order=True)
class SelectedOption:
    """Names, because ids mean nothing on the other side."""

    option: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Publication:
    """has_changes: written since it was published. holds_draft: some of that is an editor's work
    in fields that are not ours, or nobody can tell."""

    is_published: bool = True
    has_changes: bool = False
    holds_draft: bool = False
    is_archived: bool = False


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Prices are decimal strings, `price` the current one. `weight` is in the tenant's unit."""

    id: str = ""
    name: str = ""
    sku: str = ""
    gtin: str = ""
    shopify_id: str = ""
    price: str = ""
    regular_price: str = ""
    main_image: Image | None = None
    images: tuple[Image, ...] = ()
    options: tuple[SelectedOption, ...] = ()
    weight: str = ""
    publication: Publication = field(default_factory=Publication)

    @property
    def combination(self) -> frozenset[SelectedOption]:
        return frozenset(self.options)

    @property
    def called(self) -> str:
        """For people: the first thing that names it."""
        chosen = " / ".join(option.value for option in self.options)
        return self.sku or self.name or chosen or self.id or "the only variant"


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A field that is there and cannot be carried over: it is left alone on both sides."""

    field: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SyncProduct:
    side: Side
    id: str = ""
    status: Status | None = None
    name: str = ""
    slug: str = ""
    vendor: str = ""
    product_type: ProductType | None = None
    short_description: str = ""
    long_description: str = ""
    main_image: Image | None = None
    images: tuple[Image, ...] = ()
    option_types: tuple[OptionType, ...] = ()
    tags: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    is_gift_card: bool = False
    publication: Publication = field(default_factory=Publication)
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def called(self) -> str:
        return self.name or self.slug or self.id or "a product without a name"

    def cannot_read(self, name: str) -> bool:
        return any(one.field == name for one in self.unreadable)
