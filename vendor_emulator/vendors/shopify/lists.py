"""The shop's searchable lists: which filters and orders each has.

Belongs here: filters and sort keys as the vendor documents them (those that are emulated), and the
access that narrows a list. Does not belong here: the search syntax (`search.py`), paging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from vendor_emulator.business import Discount, Order
from vendor_emulator.vendors.shopify.fields_orders import SOURCES
from vendor_emulator.vendors.shopify.search import Filter, Kind
from vendor_emulator.vendors.shopify.things import FIRST_ID
from vendor_emulator.vendors.shopify.world import World

Key = Callable[[Any], Any]
RECENT_ORDERS = timedelta(days=60)
KEPT_EVENTS = timedelta(days=365)


@dataclass(frozen=True)
class Listing:
    """`rows` and `number` give the things and their numbers; `narrow` hides what is not granted."""

    type_name: str
    rows: Callable[[World], Iterable[Any]]
    filters: dict[str, Filter]
    sorts: dict[str, Key]
    number: Key = lambda thing: thing.id
    hidden: Callable[[Any, Any], bool] | None = None


def _f(kind: Kind, get: Key) -> Filter:
    return Filter(kind, get)


def _at(name: str) -> Filter:
    return Filter("time", lambda thing: getattr(thing, name))


def _id(type_name: str, get: Key = lambda thing: thing.id) -> Filter:
    first = FIRST_ID[type_name]
    return Filter("id", lambda thing: None if (n := get(thing)) is None else n + first)


def order_states(order: Order) -> tuple[str, ...]:
    states = ["any"]
    if order.cancelled_at:
        return (*states, "cancelled", "closed" if order.closed_at else "open")
    return (*states, "closed") if order.closed_at else (*states, "open", "not_closed")


SHIPMENT = {"unfulfilled": "unfulfilled", "partial": "partial", "fulfilled": "shipped"}

ORDERS = Listing(
    "Order",
    lambda world: world.orders,
    {
        "default": _f("string", lambda o: (o.name, o.email or "")),
        "id": _id("Order"),
        "created_at": _at("created_at"),
        "updated_at": _at("updated_at"),
        "processed_at": _at("processed_at"),
        "status": _f("string", order_states),
        "financial_status": _f("string", lambda o: o.financial_status),
        "fulfillment_status": _f(
            "string", lambda o: (o.fulfillment_status, SHIPMENT[o.fulfillment_status])
        ),
        "test": _f("boolean", lambda o: o.is_test),
        "tag": _f("string", lambda o: o.tags),
        "email": _f("string", lambda o: o.email),
        "customer_id": _id("Customer", lambda o: o.customer_id),
        "discount_code": _f("string", lambda o: o.discount_codes),
        "gateway": _f("string", lambda o: tuple(t.gateway for t in o.transactions)),
        "sku": _f("string", lambda o: tuple(line.sku for line in o.lines)),
        "source_name": _f("string", lambda o: SOURCES.get(o.channel, o.channel)),
        "current_total_price": _f("number", lambda o: o.current_total),
    },
    {
        "PROCESSED_AT": lambda o: o.processed_at,
        "CREATED_AT": lambda o: o.created_at,
        "UPDATED_AT": lambda o: o.updated_at,
        "ID": lambda o: o.id,
        "RELEVANCE": lambda o: o.id,
        "ORDER_NUMBER": lambda o: o.number,
        "PO_NUMBER": lambda o: o.number,
        "CUSTOMER_NAME": lambda o: o.billing_address.name if o.billing_address else "",
        "DESTINATION": lambda o: o.shipping_address.city if o.shipping_address else "",
        "FINANCIAL_STATUS": lambda o: o.financial_status,
        "FULFILLMENT_STATUS": lambda o: o.fulfillment_status,
        "TOTAL_ITEMS_QUANTITY": lambda o: o.item_count,
        "TOTAL_PRICE": lambda o: o.total,
        "CURRENT_TOTAL_PRICE": lambda o: o.current_total,
    },
    hidden=lambda o, s: (
        not s.grant.has("read_all_orders") and o.created_at < s.now - RECENT_ORDERS
    ),
)

PRODUCTS = Listing(
    "Product",
    lambda world: world.products,
    {
        "default": _f("string", lambda p: (p.title, p.vendor, p.product_type)),
        "id": _id("Product"),
        "created_at": _at("created_at"),
        "updated_at": _at("updated_at"),
        "published_at": _at("published_at"),
        "status": _f("string", lambda p: p.status),
        "title": _f("string", lambda p: p.title),
        "handle": _f("string", lambda p: p.handle),
        "vendor": _f("string", lambda p: p.vendor),
        "product_type": _f("string", lambda p: p.product_type),
        "tag": _f("string", lambda p: p.tags),
        "gift_card": _f("boolean", lambda p: p.is_gift_card),
        "sku": _f("string", lambda p: tuple(v.sku for v in p.variants)),
        "collection_id": Filter(
            "id", lambda p: tuple(n + FIRST_ID["Collection"] for n in p.collection_ids)
        ),
    },
    {
        "ID": lambda p: p.id,
        "RELEVANCE": lambda p: p.id,
        "CREATED_AT": lambda p: p.created_at,
        "UPDATED_AT": lambda p: p.updated_at,
        "PUBLISHED_AT": lambda p: p.published_at,
        "TITLE": lambda p: p.title,
        "VENDOR": lambda p: p.vendor,
        "PRODUCT_TYPE": lambda p: p.product_type,
        "INVENTORY_TOTAL": lambda p: len(p.variants),
    },
)

VARIANTS = Listing(
    "ProductVariant",
    lambda world: world.variants.values(),
    {
        "default": _f("string", lambda v: (v.title, v.sku)),
        "id": _id("ProductVariant"),
        "updated_at": _at("updated_at"),
        "sku": _f("string", lambda v: v.sku),
        "barcode": _f("string", lambda v: v.barcode),
        "title": _f("string", lambda v: v.title),
        "product_id": _id("Product", lambda v: v.product_id),
        "taxable": _f("boolean", lambda v: v.requires_shipping),
    },
    {
        "ID": lambda v: v.id,
        "RELEVANCE": lambda v: v.id,
        "SKU": lambda v: v.sku,
        "TITLE": lambda v: v.title,
        "FULL_TITLE": lambda v: v.title,
        "NAME": lambda v: v.title,
        "POSITION": lambda v: v.position,
        "POPULAR": lambda v: v.id,
        "INVENTORY_LEVELS_AVAILABLE": lambda v: v.id,
        "INVENTORY_MANAGEMENT": lambda v: v.is_tracked,
        "INVENTORY_POLICY": lambda v: v.id,
        "INVENTORY_QUANTITY": lambda v: v.id,
    },
)

CUSTOMERS = Listing(
    "Customer",
    lambda world: world.customers,
    {
        "default": _f("string", lambda c: (c.first_name or "", c.last_name or "", c.email or "")),
        "id": _id("Customer"),
        "customer_date": _at("created_at"),
        "updated_at": _at("updated_at"),
        "state": _f("string", lambda c: c.state),
        "tag": _f("string", lambda c: c.tags),
        "email": _f("string", lambda c: c.email),
        "phone": _f("string", lambda c: c.phone),
        "first_name": _f("string", lambda c: c.first_name),
        "last_name": _f("string", lambda c: c.last_name),
        "accepts_marketing": _f("boolean", lambda c: c.accepts_marketing),
    },
    {
        "ID": lambda c: c.id,
        "RELEVANCE": lambda c: c.id,
        "CREATED_AT": lambda c: c.created_at,
        "UPDATED_AT": lambda c: c.updated_at,
        "NAME": lambda c: f"{c.last_name}, {c.first_name}",
        "LOCATION": lambda c: c.default_address.city if c.default_address else "",
    },
)

COLLECTIONS = Listing(
    "Collection",
    lambda world: world.collections,
    {
        "default": _f("string", lambda c: c.title),
        "id": _id("Collection"),
        "updated_at": _at("updated_at"),
        "title": _f("string", lambda c: c.title),
        "handle": _f("string", lambda c: c.handle),
        "collection_type": _f("string", lambda c: "smart" if c.is_smart else "custom"),
    },
    {
        "ID": lambda c: c.id,
        "RELEVANCE": lambda c: c.id,
        "TITLE": lambda c: c.title,
        "UPDATED_AT": lambda c: c.updated_at,
    },
)

INVENTORY_ITEMS = Listing(
    "InventoryItem",
    lambda world: world.items.values(),
    {
        "id": _id("InventoryItem", lambda t: t.variant.inventory_item_id),
        "created_at": _f("time", lambda t: t.variant.created_at),
        "updated_at": _f("time", lambda t: t.variant.updated_at),
        "sku": _f("string", lambda t: t.variant.sku),
    },
    {"ID": lambda t: t.variant.inventory_item_id},
    number=lambda t: t.variant.inventory_item_id,
)

LOCATIONS = Listing(
    "Location",
    lambda world: world.locations,
    {
        "default": _f("string", lambda x: x.name),
        "id": _id("Location"),
        "location_id": _id("Location"),
        "created_at": _at("created_at"),
        "active": _f("string", lambda x: str(x.is_active).lower()),
        "city": _f("string", lambda x: x.address.city),
        "country": _f("string", lambda x: (x.address.country, x.address.country_code)),
        "zip": _f("string", lambda x: x.address.zip),
    },
    {"NAME": lambda x: x.name, "ID": lambda x: x.id, "RELEVANCE": lambda x: x.id},
)


def discount_type(d: Discount) -> str:
    return d.kind if d.kind == "free_shipping" else {"fixed": "fixed_amount"}.get(d.kind, d.kind)


DISCOUNTS = Listing(
    "DiscountNode",
    lambda world: world.discounts,
    {
        "default": _f("string", lambda d: (d.title, d.code or "")),
        "id": _id("DiscountCodeNode"),
        "created_at": _at("created_at"),
        "updated_at": _at("updated_at"),
        "starts_at": _at("starts_at"),
        "ends_at": _at("ends_at"),
        "status": _f("string", lambda d: d.status),
        "method": _f("string", lambda d: "automatic" if d.is_automatic else "code"),
        "discount_type": _f("string", discount_type),
        "type": _f("string", discount_type),
        "code": _f("string", lambda d: d.code),
        "title": _f("string", lambda d: d.title),
    },
    {
        "ID": lambda d: d.id,
        "RELEVANCE": lambda d: d.id,
        "CREATED_AT": lambda d: d.created_at,
        "UPDATED_AT": lambda d: d.updated_at,
        "STARTS_AT": lambda d: d.starts_at,
        "ENDS_AT": lambda d: d.ends_at,
        "TITLE": lambda d: d.title,
    },
)

CHECKOUTS = Listing(
    "AbandonedCheckout",
    lambda world: world.checkouts,
    {
        "default": _f("string", lambda k: (k.name, k.email or "")),
        "id": _id("AbandonedCheckout"),
        "created_at": _at("created_at"),
        "updated_at": _at("updated_at"),
        "status": _f("string", lambda k: "open"),
        "recovery_state": _f("string", lambda k: "not_recovered"),
        "email_state": _f("string", lambda k: "not_sent"),
    },
    {
        "ID": lambda k: k.id,
        "RELEVANCE": lambda k: k.id,
        "CHECKOUT_ID": lambda k: k.id,
        "CREATED_AT": lambda k: k.created_at,
        "CUSTOMER_NAME": lambda k: k.email or "",
        "TOTAL_PRICE": lambda k: k.total,
    },
)

EVENTS = Listing(
    "BasicEvent",
    lambda world: world.events,
    {
        "id": _id("BasicEvent"),
        "action": _f("string", lambda e: e.action),
        "subject_type": _f("string", lambda e: e.subject_type),
        "created_at": _at("at"),
        "comments": _f("boolean", lambda e: False),
    },
    {"ID": lambda e: e.id, "CREATED_AT": lambda e: e.at},
    hidden=lambda e, s: e.at < s.now - KEPT_EVENTS,
)

LISTINGS: dict[str, Listing] = {
    "orders": ORDERS,
    "products": PRODUCTS,
    "productVariants": VARIANTS,
    "customers": CUSTOMERS,
    "collections": COLLECTIONS,
    "inventoryItems": INVENTORY_ITEMS,
    "locations": LOCATIONS,
    "discountNodes": DISCOUNTS,
    "abandonedCheckouts": CHECKOUTS,
    "events": EVENTS,
}
