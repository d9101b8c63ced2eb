"""A product's tree as a Sync Product.

Belongs here: the mapping from Contentful's entries and assets. Pure.
Does not belong here: the mapping back (`writing.py`), fetching (`tree.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chord_platform.products.contentful.cma import Record
from chord_platform.products.contentful.model import PRODUCT
from chord_platform.products.contentful.tree import (
    Tree,
    has_changes,
    id_of,
    is_archived,
    is_published,
)
from chord_platform.products.sync_product import (
    Image,
    OptionType,
    OptionValue,
    ProductType,
    Publication,
    SelectedOption,
    Side,
    Status,
    SyncProduct,
    Unreadable,
    Variant,
)

RICH_TEXT = "the field is rich text, which a shop's description cannot be made from: left alone."


@dataclass(frozen=True, kw_only=True)
class View:
    """One way to look at a tree. live: as the outside sees it, else as it stands with its drafts.
    drafts: the entries in which an editor's work waits."""

    tree: Tree
    locale: str
    field_types: Mapping[str, Mapping[str, str]]
    tags: Mapping[str, str]
    live: bool = False
    drafts: Callable[[Record], bool] = lambda entry: False

    def seen(self, key: tuple[str, str]) -> Record | None:
        if self.live and key in self.tree.live:
            return self.tree.live[key]
        return self.tree.things.get(key)

    def value(self, entry: Record, name: str) -> Any:
        return (entry["fields"].get(name) or {}).get(self.locale)

    def text(self, entry: Record, name: str) -> str:
        value = self.value(entry, name)
        if value is None or isinstance(value, dict | list):
            return ""
        return f"{value:.12g}" if isinstance(value, float) else str(value)

    def linked(self, entry: Record, name: str, kind: str = "Entry") -> list[Record]:
        value = self.value(entry, name)
        links = value if isinstance(value, list) else [value] if value else []
        found = (self.seen((kind, link["sys"]["id"])) for link in links)
        return [thing for thing in found if thing and not is_archived(thing)]

    def one_linked(self, entry: Record, name: str, kind: str = "Entry") -> Record | None:
        return next(iter(self.linked(entry, name, kind)), None)

    # ------------------------------------------------------------------ the product

    def product(self) -> SyncProduct:
        root = self.seen(("Entry", self.tree.product)) or self.tree.root
        options = [(one, self.option_type(one)) for one in self.linked(root, "optionTypes")]
        of_value = {
            id_of(value): [
                type_.name
                for entry, type_ in options
                if id_of(value) in map(id_of, self.linked(entry, "optionValues"))
            ]
            for entry, _ in options
            for value in self.linked(entry, "optionValues")
        }
        is_rich = self.field_types.get(PRODUCT, {}).get("longDescription") == "RichText"
        kind = self.one_linked(root, "productType")
        return SyncProduct(
            side=Side.CONTENTFUL,
            id=self.tree.product,
            status=status_of(self.text(root, "status")),
            name=self.text(root, "name"),
            slug=self.text(root, "slug"),
            vendor=self.text(root, "vendor"),
            product_type=(
                ProductType(name=self.text(kind, "name"), slug=self.text(kind, "slug"))
                if kind
                else None
            ),
            short_description=self.text(root, "shortDescription"),
            long_description=self.text(root, "longDescription"),
            main_image=self.main_image(root),
            images=tuple(self.images(self.linked(root, "images", "Asset"))),
            option_types=tuple(type_ for _, type_ in options),
            tags=tuple(
                self.tags.get(link["sys"]["id"], link["sys"]["id"])
                for link in root.get("metadata", {}).get("tags", ())
            ),
            variants=tuple(
                self.variant(entry, of_value) for entry in self.linked(root, "variants")
            ),
            is_gift_card=bool(self.value(root, "giftCard")),
            publication=self.publication(self.tree.root),
            unreadable=(
                (Unreadable(field="long_description", reason=RICH_TEXT),) if is_rich else ()
            ),
        )

    def option_type(self, entry: Record) -> OptionType:
        values = tuple(
            OptionValue(
                name=self.text(value, "name"),
                slug=self.text(value, "slug"),
                presentation=self.text(value, "presentation"),
            )
            for value in self.linked(entry, "optionValues")
        )
        return OptionType(
            name=self.text(entry, "name"),
            slug=self.text(entry, "slug"),
            presentation=self.text(entry, "presentation"),
            values=values,
        )

    def variant(self, entry: Record, of_value: Mapping[str, list[str]]) -> Variant:
        return Variant(
            id=id_of(entry),
            name=self.text(entry, "name"),
            sku=self.text(entry, "sku"),
            gtin=self.text(entry, "globalTradeItemNumber"),
            shopify_id=self.text(entry, "shopifyId"),
            price=self.text(entry, "price"),
            regular_price=self.text(entry, "regularPrice"),
            main_image=self.main_image(entry),
            images=tuple(self.images(self.linked(entry, "images", "Asset"))),
            options=tuple(self.selected(entry, of_value)),
            weight=self.text(entry, "weight"),
            publication=self.publication(self.tree.things["Entry", id_of(entry)]),
        )

    def selected(
        self, variant: Record, of_value: Mapping[str, list[str]]
    ) -> Iterable[SelectedOption]:
        """A value may be shared by two options; each option is chosen once."""
        taken: set[str] = set()
        for value in self.linked(variant, "optionValues"):
            names = [one for one in of_value.get(id_of(value), ()) if one not in taken]
            if names:
                taken.add(names[0])
                yield SelectedOption(option=names[0], value=self.text(value, "name"))

    def publication(self, entry: Record) -> Publication:
        is_live = is_published(entry)
        if self.live:
            return Publication(is_published=is_live, is_archived=is_archived(entry))
        return Publication(
            is_published=is_live,
            has_changes=has_changes(entry),
            holds_draft=self.drafts(entry),
            is_archived=is_archived(entry),
        )

    # ------------------------------------------------------------------ images

    def main_image(self, entry: Record) -> Image | None:
        asset = self.one_linked(entry, "mainImage", "Asset")
        return next(iter(self.images([asset])), None) if asset else None

    def images(self, assets: Iterable[Record]) -> Iterable[Image]:
        """Those that have been processed and published: what visitors of the site see too."""
        for asset in assets:
            file = self.value(asset, "file") or {}
            current = self.tree.asset(id_of(asset)) or asset
            if not file.get("url") or (self.live and not is_published(current)):
                continue
            yield Image(
                id=id_of(asset),
                url=absolute(file["url"]),
                alt=self.text(asset, "title"),
                file_type=file.get("contentType", ""),
                file_name=file.get("fileName", ""),
            )


def absolute(url: str) -> str:
    return f"https:{url}" if url.startswith("//") else url


def status_of(word: str) -> Status | None:
    folded = word.strip().casefold()
    return Status(folded) if folded in {one.value for one in Status} else None
