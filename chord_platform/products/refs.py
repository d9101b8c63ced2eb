"""How people, deliveries and records name one product: `contentful/ID` or `shopify/GID`.

Belongs here: reading and writing such a name. Does not belong here: looking the product up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chord_platform.errors import UnknownProduct
from chord_platform.products.sync_product import Side

SHOP_GID = "gid://shopify/Product/"
ENTRY_ID = re.compile(r"[A-Za-z0-9\-_.]{1,64}")
VARIANT_ENTRY = "contentful-variant"
"""How a delivery names a variant's entry, whose product is known only once it is looked up."""
PRODUCT_GID = re.compile(r"gid://shopify/Product(Variant)?/\d{1,20}")


@dataclass(frozen=True, kw_only=True)
class Ref:
    side: Side
    id: str

    def __str__(self) -> str:
        return f"{self.side}/{self.id}"


def read_ref(text: str) -> Ref:
    """`contentful/4Zx`, `shopify/gid://shopify/Product/1`, `shopify/1`, or Shopify's id alone.

    Raises:
        UnknownProduct: it is none of these.
    """
    text = text.strip()
    if text.startswith("gid://"):
        text = f"{Side.SHOPIFY}/{text}"
    side, _, name = text.partition("/")
    side = Side.CONTENTFUL.value if side == VARIANT_ENTRY else side
    if side == Side.SHOPIFY:
        found = f"{SHOP_GID}{name}" if name.isdecimal() else name
        if PRODUCT_GID.fullmatch(found):
            return Ref(side=Side.SHOPIFY, id=found)
    elif side == Side.CONTENTFUL and ENTRY_ID.fullmatch(name):
        return Ref(side=Side.CONTENTFUL, id=name)
    raise UnknownProduct(
        f"{text!r} does not name a product.",
        hint="Write contentful/ENTRY_ID, shopify/NUMBER or shopify/gid://shopify/Product/NUMBER.",
    )
