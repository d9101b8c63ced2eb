"""The content types of a synced product: which fields they have and what these may hold.

Belongs here: names and usable types, as a check compares them and a fix creates them.
Does not belong here: reading or writing entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PRODUCT, VARIANT = "product", "variant"
PRODUCT_TYPE, OPTION_TYPE, OPTION_VALUE = "productType", "optionType", "optionValue"

TEXTS = ("Symbol", "Text")
NUMBERS = ("Symbol", "Text", "Number", "Integer")


@dataclass(frozen=True, kw_only=True)
class ModelField:
    """types: usable ones, the first is what a fix creates. links: the content type of linked
    entries, or Asset. many: a list."""

    name: str
    types: tuple[str, ...] = TEXTS
    links: str = ""
    many: bool = False
    is_unique: bool = False
    is_optional: bool = False

    def is_usable(self, declared: dict[str, Any]) -> bool:
        if not self.links:
            return declared["type"] in self.types
        item = declared.get("items") or {} if self.many else declared
        if self.many and declared["type"] != "Array":
            return False
        linked = "Asset" if self.links == "Asset" else "Entry"
        return item.get("type") == "Link" and item.get("linkType") == linked

    @property
    def wanted(self) -> str:
        """For people."""
        if not self.links:
            return " or ".join(self.types)
        linked = "assets" if self.links == "Asset" else f"entries of {self.links}"
        return f"list of {linked}" if self.many else f"link to {linked}"

    def declaration(self) -> dict[str, Any]:
        """As the management API takes it."""
        words = "".join(f" {one.lower()}" if one.isupper() else one for one in self.name)
        made: dict[str, Any] = {
            "id": self.name,
            "name": words.capitalize(),
            "localized": False,
            "required": self.name in ("name", "slug"),
            "type": self.types[0],
            "validations": [{"unique": True}] if self.is_unique else [],
        }
        if not self.links:
            return made
        kind = "Asset" if self.links == "Asset" else "Entry"
        rules = [] if kind == "Asset" else [{"linkContentType": [self.links]}]
        link = {"type": "Link", "linkType": kind, "validations": rules}
        if self.many:
            return {**made, "type": "Array", "items": link}
        return {**made, **link}


def text(name: str, *, is_unique: bool = False) -> ModelField:
    return ModelField(name=name, is_unique=is_unique)


def sought(name: str, *, is_unique: bool = False) -> ModelField:
    """One that entries are looked up by, which long text cannot be."""
    return ModelField(name=name, types=("Symbol",), is_unique=is_unique)


IMAGES = (
    ModelField(name="mainImage", links="Asset"),
    ModelField(name="images", links="Asset", many=True),
)
LONG = ModelField(name="longDescription", types=("Text", "Symbol", "RichText"))
MODEL: dict[str, tuple[ModelField, ...]] = {
    PRODUCT_TYPE: (sought("name"), sought("slug", is_unique=True)),
    OPTION_VALUE: (sought("name"), sought("slug", is_unique=True), text("presentation")),
    OPTION_TYPE: (
        sought("name"),
        sought("slug", is_unique=True),
        text("presentation"),
        ModelField(name="optionValues", links=OPTION_VALUE, many=True),
    ),
    VARIANT: (
        sought("name", is_unique=True),
        sought("sku", is_unique=True),
        text("globalTradeItemNumber"),
        sought("shopifyId"),
        ModelField(name="price", types=NUMBERS),
        ModelField(name="regularPrice", types=NUMBERS),
        *IMAGES,
        ModelField(name="optionValues", links=OPTION_VALUE, many=True),
        ModelField(name="weight", types=NUMBERS),
    ),
    PRODUCT: (
        text("name"),
        sought("slug", is_unique=True),
        text("status"),
        text("vendor"),
        ModelField(name="productType", links=PRODUCT_TYPE),
        text("shortDescription"),
        LONG,
        *IMAGES,
        ModelField(name="optionTypes", links=OPTION_TYPE, many=True),
        ModelField(name="variants", links=VARIANT, many=True),
        ModelField(name="giftCard", types=("Boolean",)),
    ),
}
"""In an order in which each only links to those before it."""

WRITTEN_BY_SHOP = {
    PRODUCT: frozenset(
        {
            "status",
            "name",
            "vendor",
            "productType",
            "longDescription",
            "optionTypes",
            "variants",
            "giftCard",
        }
    ),
    VARIANT: frozenset(
        {
            "sku",
            "globalTradeItemNumber",
            "shopifyId",
            "price",
            "regularPrice",
            "optionValues",
            "weight",
        }
    ),
    PRODUCT_TYPE: frozenset({"name", "slug"}),
    OPTION_TYPE: frozenset({"name", "slug", "presentation", "optionValues"}),
    OPTION_VALUE: frozenset({"name", "slug", "presentation"}),
}
"""Fields that a sync from the shop may fill: what an editor has waiting in them is overwritten."""

SET_ONCE = {PRODUCT: frozenset({"slug"}), VARIANT: frozenset({"name"})}
"""Filled by a sync while they are empty, an editor's from then on."""
