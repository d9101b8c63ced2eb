"""What the contract suite asks of the shop: how many rows there are, and a change by a person.

Belongs here: counting by raw table, touching a record. Does not belong here: the shop's own changes
(`changes.py`), access.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from vendor_emulator.vendors import Rehearsal
from vendor_emulator.vendors.shopify.access import SCOPES
from vendor_emulator.vendors.shopify.around_orders import returns_of
from vendor_emulator.vendors.shopify.lists import KEPT_EVENTS
from vendor_emulator.vendors.shopify.media_files import media_of
from vendor_emulator.vendors.shopify.things import gid
from vendor_emulator.vendors.shopify.world import World

LACKING = (
    "read_customers",
    "read_discounts",
    "read_draft_orders",
    "read_gift_cards",
    "read_own_subscription_contracts",
    "read_shopify_payments_disputes",
    "read_companies",
    "read_markets",
    "read_content",
)
REHEARSAL = Rehearsal(
    main="orders",
    request="Page",
    # A bucket that never runs empty: a thousand points a query keep a page at six orders anyway.
    options={"restore_rate": 1e6, "bucket": 1e7},
    throttled=("throttled", 429, "throttled"),
    ill=(503, "internal-error", 502),
    narrowed=(
        {"scopes": [one for one in SCOPES if one not in LACKING]},
        (
            "customers",
            "customer_addresses",
            "discounts",
            "discount_codes",
            "draft_orders",
            "draft_order_line_items",
            "gift_cards",
            "subscription_contracts",
            "subscription_contract_lines",
            "disputes",
            "companies",
            "company_contacts",
            "company_locations",
            "markets",
            "pages",
            "blogs",
            "articles",
        ),
    ),
    computed={
        "collections": ("productsCount",),
        "customers": ("numberOfOrders", "amountSpent"),
        # A product that is deleted leaves its order lines, whose orders do not move.
        "order_line_items": ("variant", "product"),
        "fulfillment_order_line_items": ("inventoryItemId",),
        "draft_order_line_items": ("variant", "product", "vendor"),
    },
)


def rows(world: World, now: datetime) -> dict[str, int]:
    """Told are events of the last year, and of them the deletions are a table of their own."""
    orders = list(world.orders)
    told = [one for one in world.events if one.at >= now - KEPT_EVENTS]
    return {
        "shop": 1,
        "locations": len(world.locations),
        "products": len(world.products),
        "product_variants": len(world.variants),
        "collections": len(world.collections),
        "customers": len(world.customers),
        "orders": len(orders),
        "order_line_items": parts(orders, lambda one: one.lines),
        "order_refunds": parts(orders, lambda one: one.refunds),
        "refund_line_items": parts(orders, lambda one: [x for r in one.refunds for x in r.lines]),
        "order_transactions": parts(orders, lambda one: one.transactions),
        "fulfillments": parts(orders, lambda one: one.fulfillments),
        "inventory_items": len(world.items),
        "inventory_levels": len(world.levels),
        "discounts": len(world.discounts),
        "discount_codes": sum(not one.is_automatic for one in world.discounts),
        "abandoned_checkouts": len(world.checkouts),
        "metafields": len(world.metafields),
        "product_media": sum(len(media_of(one, world).files) for one in world.products),
        "collection_products": sum(
            world.product(number) is not None
            for one in world.collections
            for number in one.product_ids
        ),
        "customer_addresses": sum(one.default_address is not None for one in world.customers),
        "returns": parts(orders, returns_of),
        "return_line_items": parts(
            orders, lambda one: [x for r in returns_of(one) for x in r.lines]
        ),
        "fulfillment_orders": len(orders),
        "fulfillment_order_line_items": parts(orders, lambda one: one.lines),
        "fulfillment_line_items": parts(
            orders, lambda one: [x for parcel in one.fulfillments for x in parcel.quantities]
        ),
        "draft_orders": len(world.drafts),
        "draft_order_line_items": sum(len(one.source.lines) for one in world.drafts),
        "tender_transactions": len(world.moved),
        "gift_cards": len(world.gift_cards),
        "subscription_contracts": len(world.store["SubscriptionContract"]),
        "subscription_contract_lines": len(world.store["SubscriptionContract"]),
        "disputes": len(world.store["ShopifyPaymentsDispute"]),
        "companies": len(world.store["Company"]),
        "company_contacts": parts(world.store["Company"], lambda one: one.contacts),
        "company_locations": parts(world.store["Company"], lambda one: one.locations),
        "markets": len(world.store["Market"]),
        "price_lists": len(world.store["PriceList"]),
        "pages": len(world.store["Page"]),
        "blogs": len(world.store["Blog"]),
        "articles": len(world.store["Article"]),
        "deleted_objects": sum(one.action == "destroy" for one in told),
    }


def parts(holders: Iterable[Any], of: Callable[[Any], Any]) -> int:
    return sum(len(of(one)) for one in holders)


TOUCHED: Mapping[str, tuple[str, str, str]] = {
    "orders": ("orders", "Order", "tags"),
    "products": ("products", "Product", "tags"),
    "customers": ("customers", "Customer", "tags"),
}


def touch(world: World, table: str) -> str:
    """Tags the record that changed longest ago, which is the first that a reader meets."""
    name, kind, field = TOUCHED[table]
    things = getattr(world, name)
    oldest = min(things, key=lambda one: (one.updated_at, one.id))
    tags = (*getattr(oldest, field), f"touched-{things.version}")
    world.update(things, oldest.id, None, **{field: tags})
    return gid(kind, oldest.id)
