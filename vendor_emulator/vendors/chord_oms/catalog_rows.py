"""Products as Solidus rows: masters and variants, prices, options, taxons, stock.

Belongs here: the catalogue. Does not belong here: orders of it (`order_rows.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from vendor_emulator.business import Business, Product, Variant
from vendor_emulator.business_catalog import levels_of
from vendor_emulator.vendors.chord_oms.loading import Add, columns, naive

PRODUCTS = columns(
    "spree_products",
    "id name description available_on deleted_at slug tax_category_id shipping_category_id"
    " created_at updated_at discontinue_on primary_taxon_id bundle",
)
VARIANTS = columns(
    "spree_variants",
    "id sku weight deleted_at is_master product_id cost_price position cost_currency"
    " track_inventory updated_at created_at gtin subscribable",
)
PRICES = columns(
    "spree_prices", "id variant_id amount currency deleted_at created_at updated_at country_iso"
)
OPTION_TYPES = columns("spree_option_types", "id name presentation position created_at updated_at")
OPTION_VALUES = columns(
    "spree_option_values", "id position name presentation option_type_id created_at updated_at"
)
VARIANT_VALUES = columns(
    "spree_option_values_variants", "id variant_id option_value_id created_at updated_at"
)
PRODUCT_OPTIONS = columns(
    "spree_product_option_types", "id position product_id option_type_id created_at updated_at"
)
PROPERTIES = columns("spree_properties", "id name presentation created_at updated_at")
PRODUCT_PROPERTIES = columns(
    "spree_product_properties", "id value product_id property_id created_at updated_at position"
)
ASSETS = columns(
    "spree_assets",
    "id viewable_type viewable_id attachment_width attachment_height position"
    " attachment_content_type attachment_file_name type alt created_at updated_at",
)
TAXONOMIES = columns("spree_taxonomies", "id name created_at updated_at position")
TAXONS = columns(
    "spree_taxons",
    "id parent_id name permalink taxonomy_id lft rgt created_at updated_at depth",
)
PRODUCT_TAXONS = columns(
    "spree_products_taxons", "id product_id taxon_id position created_at updated_at"
)
STOCK = columns(
    "spree_stock_items",
    "id stock_location_id variant_id count_on_hand created_at updated_at backorderable deleted_at",
)
MOVEMENTS = columns(
    "spree_stock_movements", "id stock_item_id quantity action created_at updated_at"
)


def master_id(product_id: int) -> int:
    return product_id * 100


def variant_row_id(variant_id: int, title: str) -> int:
    """A product without options is sold as its master."""
    return master_id(variant_id // 100) if title == "Default Title" else variant_id


def add_catalog(business: Business, add: Add) -> None:
    opened = naive(business.start - timedelta(days=400))
    options: dict[str, dict[str, int]] = {}
    for product in business.catalog.sellable:
        for name, values in product.options:
            known = options.setdefault(name, {})
            for value in values:
                known.setdefault(value, 0)
    for number, (name, values) in enumerate(sorted(options.items()), start=1):
        add(OPTION_TYPES, (number, name.lower(), name, number, opened, None))
        for place, value in enumerate(sorted(values), start=1):
            values[value] = number * 1000 + place
            add(OPTION_VALUES, (number * 1000 + place, place, value.lower(), value, number, opened,
                                opened))  # fmt: skip
    type_ids = {name: number for number, name in enumerate(sorted(options), start=1)}
    add(PROPERTIES, (1, "care", "Care", opened, opened))
    _add_taxons(business, add, opened)
    gone = {one.object_id: naive(one.deleted_at) for one in business.deleted_objects}
    for product in business.products:
        _add_product(product, add, type_ids, options, deleted_at=None)
        _add_stock(business, product, add, deleted_at=None)
    for product in business.catalog.sellable:
        if product.id in gone:
            deleted_at = gone.pop(product.id)
            _add_product(product, add, type_ids, options, deleted_at=deleted_at)
            _add_stock(business, product, add, deleted_at=deleted_at)
    for one in business.deleted_objects:
        if one.object_id in gone:
            at = naive(one.deleted_at)
            add(PRODUCTS, (one.object_id, one.title, None, opened, at, None, 1, 1, opened, at, None,
                           None, None))  # fmt: skip
            add(VARIANTS, (master_id(one.object_id), "", Decimal(0), at, True, one.object_id, None,
                           1, "USD", True, at, opened, None, False))  # fmt: skip


def _add_product(
    product: Product,
    add: Add,
    type_ids: dict[str, int],
    options: dict[str, dict[str, int]],
    *,
    deleted_at: datetime | None,
) -> None:
    created_at = naive(product.created_at)
    updated_at = deleted_at or naive(product.updated_at)
    published_at = product.published_at and naive(product.published_at)
    discontinued = updated_at if product.status == "archived" else None
    taxon = 1 + product.collection_ids[0]
    bundle = '{"parts": [{"sku": "MUG", "quantity": 2}]}' if product.id % 9 == 0 else None
    add(PRODUCTS, (product.id, product.title, product.description_html, published_at, deleted_at,
                   product.handle, 2 if product.is_gift_card else 1,
                   2 if product.is_gift_card else 1, created_at, updated_at, discontinued, taxon,
                   bundle))  # fmt: skip
    for place, (name, _) in enumerate(product.options, start=1):
        add(PRODUCT_OPTIONS, (product.id * 10 + place, place, product.id, type_ids[name],
                              created_at, updated_at))  # fmt: skip
    for place, collection in enumerate(product.collection_ids, start=1):
        add(PRODUCT_TAXONS, (product.id * 10 + place, product.id, 1 + collection, place,
                             created_at, updated_at))  # fmt: skip
    add(PRODUCT_PROPERTIES, (product.id, "Wash at 30°", product.id, 1, created_at, None, 1))
    add(ASSETS, (product.id, "Spree::Variant", master_id(product.id), 1200, 1200, 1,
                 "image/jpeg", f"{product.id}.jpg", "Spree::Image", product.title, created_at,
                 created_at))  # fmt: skip
    first = product.variants[0]
    _add_variant(first, add, row_id=master_id(product.id), is_master=True, deleted_at=deleted_at)
    for variant in product.variants:
        if product.options:
            _add_variant(variant, add, row_id=variant.id, is_master=False, deleted_at=deleted_at)
            for place, (name, value) in enumerate(variant.options, start=1):
                add(VARIANT_VALUES, (variant.id * 10 + place, variant.id, options[name][value],
                                     created_at, created_at))  # fmt: skip


def _add_variant(
    variant: Variant, add: Add, *, row_id: int, is_master: bool, deleted_at: datetime | None
) -> None:
    created_at, updated_at = naive(variant.created_at), deleted_at or naive(variant.updated_at)
    add(VARIANTS, (row_id, variant.sku if not is_master else f"{variant.sku}-M",
                   Decimal(variant.weight_grams) / 1000, deleted_at, is_master, variant.product_id,
                   variant.cost, 0 if is_master else variant.position, "USD", variant.is_tracked,
                   updated_at, created_at, variant.barcode, variant.is_subscribable))  # fmt: skip
    dollars = variant.price
    canadian = (dollars * 136 / 100).quantize(Decimal("0.01"))
    add(PRICES, (row_id * 2, row_id, dollars, "USD", deleted_at, created_at, updated_at, None))
    add(PRICES, (row_id * 2 + 1, row_id, canadian, "CAD", deleted_at, created_at, updated_at, "CA"))


def _add_stock(
    business: Business, product: Product, add: Add, *, deleted_at: datetime | None
) -> None:
    created_at = naive(product.created_at)
    for level in levels_of(product, locations=business.locations, seed=business.seed):
        variant = level.variant_id if product.options else master_id(product.id)
        number, at = variant * 10 + level.location_id, deleted_at or naive(level.updated_at)
        add(STOCK, (number, level.location_id, variant, level.available, created_at, at,
                    level.available < 0, deleted_at))  # fmt: skip
        add(MOVEMENTS, (number, number, level.available, "received", created_at, created_at))


def _add_taxons(business: Business, add: Add, opened: datetime) -> None:
    add(TAXONOMIES, (1, "Categories", opened, opened, 0))
    size = len(business.collections)
    add(TAXONS, (1, None, "Categories", "categories", 1, 1, 2 * size + 2, opened, opened, 0))
    for place, one in enumerate(business.collections):
        add(TAXONS, (1 + one.id, 1, one.title, f"categories/{one.handle}", 1, 2 * place + 2,
                     2 * place + 3, opened, naive(one.updated_at), 1))  # fmt: skip
