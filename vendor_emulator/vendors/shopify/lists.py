"""The shop's searchable lists: which filters and orders each has.

Belongs here: filters and sort keys as the vendor documents them (those that are emulated), and the
access that narrows a list. Does not belong here: the search syntax (`search.py`), paging,
what stands around products and orders (`lists_store.py`).
"""

from __future__ import annotations

from datetime import timedelta

from vendor_emulator.business import Discount, Order
from vendor_emulator.vendors.shopify.fields_orders import SOURCES
from vendor_emulator.vendors.shopify.listing import Listing, at, by, id_of
from vendor_emulator.vendors.shopify.lists_store import STORE_LISTINGS
from vendor_emulator.vendors.shopify.search import Filter
from vendor_emulator.vendors.shopify.things import FIRST_ID

RECENT_ORDERS = timedelta(days=60)
KEPT_EVENTS = timedelta(days=365)


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
        "default": by("string", lambda o: (o.name, o.email or "")),
        "id": id_of("Order"),
        "created_at": at("created_at"),
        "updated_at": at("updated_at"),
        "processed_at": at("processed_at"),
        "status": by("string", order_states),
        "financial_status": by("string", lambda o: o.financial_status),
        "fulfillment_status": by(
            "string", lambda o: (o.fulfillment_status, SHIPMENT[o.fulfillment_status])
        ),
        "test": by("boolean", lambda o: o.is_test),
        "tag": by("string", lambda o: o.tags),
        "email": by("string", lambda o: o.email),
        "customer_id": id_of("Customer", lambda o: o.customer_id),
        "discount_code": by("string", lambda o: o.discount_codes),
        "gateway": by("string", lambda o: tuple(t.gateway for t in o.transactions)),
        "sku": by("string", lambda o: tuple(line.sku for line in o.lines)),
        "source_name": by("string", lambda o: SOURCES.get(o.channel, o.channel)),
        "current_total_price": by("number", lambda o: o.current_total),
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
    hidden=lambda o, s: not s.grant.has("read_all_orders") and o.created_at < s.now - RECENT_ORDERS,
)

PRODUCTS = Listing(
    "Product",
    lambda world: world.products,
    {
        "default": by("string", lambda p: (p.title, p.vendor, p.product_type)),
        "id": id_of("Product"),
        "created_at": at("created_at"),
        "updated_at": at("updated_at"),
        "published_at": at("published_at"),
        "status": by("string", lambda p: p.status),
        "title": by("string", lambda p: p.title),
        "handle": by("string", lambda p: p.handle),
        "vendor": by("string", lambda p: p.vendor),
        "product_type": by("string", lambda p: p.product_type),
        "tag": by("string", lambda p: p.tags),
        "gift_card": by("boolean", lambda p: p.is_gift_card),
        "sku": by("string", lambda p: tuple(v.sku for v in p.variants)),
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
        "default": by("string", lambda v: (v.title, v.sku)),
        "id": id_of("ProductVariant"),
        "updated_at": at("updated_at"),
        "sku": by("string", lambda v: v.sku),
        "barcode": by("string", lambda v: v.barcode),
        "title": by("string", lambda v: v.title),
        "product_id": id_of("Product", lambda v: v.product_id),
        "taxable": by("boolean", lambda v: v.requires_shipping),
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
        "default": by("string", lambda c: (c.first_name or "", c.last_name or "", c.email or "")),
        "id": id_of("Customer"),
        "customer_date": at("created_at"),
        "updated_at": at("updated_at"),
        "state": by("string", lambda c: c.state),
        "tag": by("string", lambda c: c.tags),
        "email": by("string", lambda c: c.email),
        "phone": by("string", lambda c: c.phone),
        "first_name": by("string", lambda c: c.first_name),
        "last_name": by("string", lambda c: c.last_name),
        "accepts_marketing": by("boolean", lambda c: c.accepts_marketing),
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

CUSTOMERS_COUNTED = Listing(
    "Customer",
    lambda world: world.customers,
    {"id": id_of("Customer"), "created_at": at("created_at"), "updated_at": at("updated_at")},
    CUSTOMERS.sorts,
)
"""The count has filters of its own: its `created_at` is the list's `customer_date`."""

COLLECTIONS = Listing(
    "Collection",
    lambda world: world.collections,
    {
        "default": by("string", lambda c: c.title),
        "id": id_of("Collection"),
        "updated_at": at("updated_at"),
        "title": by("string", lambda c: c.title),
        "handle": by("string", lambda c: c.handle),
        "collection_type": by("string", lambda c: "smart" if c.is_smart else "custom"),
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
        "id": id_of("InventoryItem", lambda t: t.variant.inventory_item_id),
        "created_at": by("time", lambda t: t.variant.created_at),
        "updated_at": by("time", lambda t: t.variant.updated_at),
        "sku": by("string", lambda t: t.variant.sku),
    },
    {"ID": lambda t: t.variant.inventory_item_id},
    number=lambda t: t.variant.inventory_item_id,
)

LOCATIONS = Listing(
    "Location",
    lambda world: world.locations,
    {
        "default": by("string", lambda x: x.name),
        "id": id_of("Location"),
        "location_id": id_of("Location"),
        "created_at": at("created_at"),
        "active": by("string", lambda x: str(x.is_active).lower()),
        "city": by("string", lambda x: x.address.city),
        "country": by("string", lambda x: (x.address.country, x.address.country_code)),
        "zip": by("string", lambda x: x.address.zip),
    },
    {"NAME": lambda x: x.name, "ID": lambda x: x.id, "RELEVANCE": lambda x: x.id},
)


def discount_type(d: Discount) -> str:
    return d.kind if d.kind == "free_shipping" else {"fixed": "fixed_amount"}.get(d.kind, d.kind)


DISCOUNTS = Listing(
    "DiscountNode",
    lambda world: world.discounts,
    {
        "default": by("string", lambda d: (d.title, d.code or "")),
        "id": id_of("DiscountCodeNode"),
        "created_at": at("created_at"),
        "updated_at": at("updated_at"),
        "starts_at": at("starts_at"),
        "ends_at": at("ends_at"),
        "status": by("string", lambda d: d.status),
        "method": by("string", lambda d: "automatic" if d.is_automatic else "code"),
        "discount_type": by("string", discount_type),
        "type": by("string", discount_type),
        "code": by("string", lambda d: d.code),
        "title": by("string", lambda d: d.title),
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
        "default": by("string", lambda k: (k.name, k.email or "")),
        "id": id_of("AbandonedCheckout"),
        "created_at": at("created_at"),
        "updated_at": at("updated_at"),
        "status": by("string", lambda k: "open"),
        "recovery_state": by("string", lambda k: "not_recovered"),
        "email_state": by("string", lambda k: "not_sent"),
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
        "id": id_of("BasicEvent"),
        "action": by("string", lambda e: e.action),
        "subject_type": by("string", lambda e: e.subject_type),
        "created_at": at("at"),
        "comments": by("boolean", lambda e: False),
    },
    {"ID": lambda e: e.id, "CREATED_AT": lambda e: e.at},
    hidden=lambda e, s: e.at < s.now - KEPT_EVENTS,
)

DRAFTS = Listing(
    "DraftOrder",
    lambda world: world.drafts,
    {
        "default": by("string", lambda d: f"#D{d.id}"),
        "id": id_of("DraftOrder"),
        "created_at": at("created_at"),
        "updated_at": at("updated_at"),
        "status": by("string", lambda d: d.status.lower()),
        "customer_id": id_of("Customer", lambda d: d.source.customer_id),
    },
    {
        "ID": lambda d: d.id,
        "RELEVANCE": lambda d: d.id,
        "NUMBER": lambda d: d.id,
        "STATUS": lambda d: d.status,
        "CUSTOMER_NAME": lambda d: d.source.email or "",
        "TOTAL_PRICE": lambda d: d.source.total,
        "UPDATED_AT": lambda d: d.updated_at,
    },
)

SENDINGS = Listing(
    "FulfillmentOrder",
    lambda world: world.sendings,
    {
        "id": id_of("FulfillmentOrder", lambda t: t.order.id),
        "status": by("string", lambda t: t.status.lower()),
        "updated_at": by("time", lambda t: t.order.updated_at),
    },
    {"ID": lambda t: t.order.id, "UPDATED_AT": lambda t: t.order.updated_at},
    number=lambda t: t.order.id,
)

GIFT_CARDS = Listing(
    "GiftCard",
    lambda world: world.gift_cards,
    {
        "default": by("string", lambda t: t.code[-4:]),
        "id": id_of("GiftCard", lambda t: t.number),
        "created_at": by("time", lambda t: t.order.created_at),
        "customer_id": id_of("Customer", lambda t: t.order.customer_id),
        "status": by("string", lambda t: "disabled" if t.order.cancelled_at else "enabled"),
    },
    {
        "ID": lambda t: t.number,
        "AMOUNT_SPENT": lambda t: t.line.unit_price - t.balance,
        "BALANCE": lambda t: t.balance,
        "CODE": lambda t: t.code,
        "CREATED_AT": lambda t: t.order.created_at,
        "CUSTOMER_NAME": lambda t: t.order.email or "",
        "DISABLED_AT": lambda t: t.order.cancelled_at,
        "EXPIRES_ON": lambda t: t.number,
        "INITIAL_VALUE": lambda t: t.line.unit_price,
        "UPDATED_AT": lambda t: t.updated_at,
    },
    number=lambda t: t.number,
)

MOVED = Listing(
    "TenderTransaction",
    lambda world: world.moved,
    {
        "id": id_of("TenderTransaction", lambda t: t.transaction.id),
        "processed_at": by("time", lambda t: t.transaction.processed_at),
        "test": by("boolean", lambda t: t.transaction.is_test),
    },
    {"ID": lambda t: t.transaction.id},
    number=lambda t: t.transaction.id,
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
    "draftOrders": DRAFTS,
    "fulfillmentOrders": SENDINGS,
    "giftCards": GIFT_CARDS,
    "tenderTransactions": MOVED,
    **STORE_LISTINGS,
}
COUNTED: dict[str, Listing] = {**LISTINGS, "customers": CUSTOMERS_COUNTED}
"""What the `*Count` queries search."""
