"""How products, variants and collections look in the Admin API.

Belongs here: each field of those types, from the business's values. Does not belong here: other
types (`fields_*.py`), paging, access.
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.business import Collection, Product, Variant
from vendor_emulator.vendors.shopify.fields_media import product_media, variant_media
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.things import (
    Counted,
    Item,
    Money,
    Option,
    OptionValue,
    gid,
    legacy_id,
)

CURRENCY = "USD"


def stock(variant: Variant, s: Any) -> int:
    return sum(level.available for level in s.world.levels_of(variant.inventory_item_id))


def total_stock(p: Product, s: Any) -> int:
    return sum(stock(one, s) for one in p.variants if one.is_tracked)


def options(p: Product, s: Any, first: int | None = None) -> list[Option]:
    return [Option(p, place) for place in range(max(1, len(p.options)))][:first]


def option_name(t: Option) -> str:
    return t.product.options[t.position][0] if t.product.options else "Title"


def option_values(t: Option) -> tuple[str, ...]:
    return t.product.options[t.position][1] if t.product.options else ("Default Title",)


def chosen(v: Variant, s: Any) -> list[tuple[Variant, str, str]]:
    picked = v.options or (("Title", "Default Title"),)
    return [(v, name, value) for name, value in picked]


def option_value(t: tuple[Variant, str, str], s: Any) -> OptionValue:
    product = s.world.product(t[0].product_id)
    return OptionValue(product, t[1], t[0].position * 10, t[2])


def price_range(p: Product, s: Any) -> tuple[Money, Money]:
    prices = [one.price for one in p.variants]
    return Money(min(prices), CURRENCY), Money(max(prices), CURRENCY)


def plain(html: str, limit: int | None) -> str:
    return html.replace("<p>", "").replace("</p>", "").strip()[:limit]


PRODUCT: Fields = {
    "id": lambda p, s: gid("Product", p.id),
    "legacyResourceId": lambda p, s: legacy_id("Product", p.id),
    "defaultCursor": lambda p, s: legacy_id("Product", p.id),
    "title": lambda p, s: p.title,
    "handle": lambda p, s: p.handle,
    "description": lambda p, s, truncateAt=None: plain(p.description_html, truncateAt),
    "descriptionHtml": lambda p, s: p.description_html,
    "vendor": lambda p, s: p.vendor,
    "productType": lambda p, s: p.product_type,
    "status": lambda p, s: p.status.upper(),
    "tags": lambda p, s: p.tags,
    "isGiftCard": lambda p, s: p.is_gift_card,
    "hasOnlyDefaultVariant": lambda p, s: not p.options,
    "hasOutOfStockVariants": lambda p, s: any(stock(v, s) <= 0 for v in p.variants if v.is_tracked),
    "createdAt": lambda p, s: p.created_at,
    "updatedAt": lambda p, s: p.updated_at,
    "publishedAt": lambda p, s: p.published_at,
    "totalInventory": total_stock,
    "tracksInventory": lambda p, s: any(v.is_tracked for v in p.variants),
    "options": options,
    "variants": lambda p, s: p.variants,
    "media": product_media,
    "variantsCount": lambda p, s: Counted(len(p.variants), True),
    "collections": lambda p, s: [
        one for number in p.collection_ids if (one := s.world.collections.get(number))
    ],
    "priceRangeV2": price_range,
    "onlineStoreUrl": lambda p, s: f"{s.shop_url}/products/{p.handle}" if p.published_at else None,
    "seo": lambda p, s: p.title,
    "templateSuffix": lambda p, s: None,
    "requiresSellingPlan": lambda p, s: False,
    "resourcePublicationsCount": lambda p, s, **_: Counted(1 if p.published_at else 0, True),
    "availablePublicationsCount": lambda p, s: Counted(1 if p.published_at else 0, True),
}

OPTION: Fields = {
    "id": lambda t, s: gid("ProductOption", t.product.id * 4 + t.position),
    "name": lambda t, s: option_name(t),
    "position": lambda t, s: t.position + 1,
    "values": lambda t, s: option_values(t),
    "optionValues": lambda t, s: [
        OptionValue(t.product, option_name(t), t.position * 20 + place, name)
        for place, name in enumerate(option_values(t))
    ],
}

OPTION_VALUE: Fields = {
    "id": lambda t, s: gid("ProductOptionValue", t.product.id * 1000 + t.place),
    "name": lambda t, s: t.name,
    "hasVariants": lambda t, s: True,
}

VARIANT: Fields = {
    "id": lambda v, s: gid("ProductVariant", v.id),
    "legacyResourceId": lambda v, s: legacy_id("ProductVariant", v.id),
    "defaultCursor": lambda v, s: legacy_id("ProductVariant", v.id),
    "title": lambda v, s: v.title,
    "displayName": lambda v, s: f"{s.world.product(v.product_id).title} - {v.title}",
    "sku": lambda v, s: v.sku,
    "barcode": lambda v, s: v.barcode,
    "price": lambda v, s: str(v.price),
    "compareAtPrice": lambda v, s: None if v.compare_at_price is None else str(v.compare_at_price),
    "position": lambda v, s: v.position,
    "createdAt": lambda v, s: v.created_at,
    "updatedAt": lambda v, s: v.updated_at,
    "selectedOptions": chosen,
    "inventoryQuantity": stock,
    "inventoryPolicy": lambda v, s: "DENY",
    "inventoryItem": lambda v, s: Item(v),
    "product": lambda v, s: s.world.product(v.product_id),
    "media": variant_media,
    "taxable": lambda v, s: v.requires_shipping,
    "availableForSale": lambda v, s: not v.is_tracked or stock(v, s) > 0,
    "requiresComponents": lambda v, s: False,
    "sellableOnlineQuantity": stock,
}

SELECTED_OPTION: Fields = {
    "name": lambda t, s: t[1],
    "value": lambda t, s: t[2],
    "optionValue": option_value,
}


def in_collection(c: Collection, s: Any) -> list[Product]:
    return [one for number in c.product_ids if (one := s.world.product(number))]


COLLECTION: Fields = {
    "id": lambda c, s: gid("Collection", c.id),
    "legacyResourceId": lambda c, s: legacy_id("Collection", c.id),
    "title": lambda c, s: c.title,
    "handle": lambda c, s: c.handle,
    "description": lambda c, s, truncateAt=None: plain(c.description_html, truncateAt),
    "descriptionHtml": lambda c, s: c.description_html,
    "updatedAt": lambda c, s: c.updated_at,
    "sortOrder": lambda c, s: "BEST_SELLING",
    "templateSuffix": lambda c, s: None,
    "seo": lambda c, s: c.title,
    "products": lambda c, s, **_: in_collection(c, s),
    "productsCount": lambda c, s: Counted(len(in_collection(c, s)), True),
    "hasProduct": lambda c, s, id: any(gid("Product", n) == id for n in c.product_ids),
    "availablePublicationsCount": lambda c, s: Counted(1, True),
    "resourcePublicationsCount": lambda c, s, **_: Counted(1, True),
}

TYPES: dict[str, Fields] = {
    "Product": PRODUCT,
    "ProductOption": OPTION,
    "ProductOptionValue": OPTION_VALUE,
    "ProductPriceRangeV2": {
        "minVariantPrice": lambda t, s: t[0],
        "maxVariantPrice": lambda t, s: t[1],
    },
    "SEO": {"title": lambda t, s: t, "description": lambda t, s: None},
    "ProductVariant": VARIANT,
    "SelectedOption": SELECTED_OPTION,
    "Collection": COLLECTION,
}
