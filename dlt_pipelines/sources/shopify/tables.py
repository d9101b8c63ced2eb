"""The raw tables of a Shopify store: keys, cursors, parents and where personal data stands.

Belongs here: what lands. Does not belong here: how it is asked for (`queries.py`), what stands
around a store (`store_tables.py`).
"""

from __future__ import annotations

from datetime import timedelta

from dlt_pipelines.connector import Table
from dlt_pipelines.sources.shopify.columns import CREATED, LAG, TEXT, TIMESTAMP, UPDATED
from dlt_pipelines.sources.shopify.store_tables import STORE_TABLES

ADDRESS_PARTS = ("name", "city", "province", "provinceCode", "country", "countryCodeV2", "zip")


def address(*fields: str) -> tuple[str, ...]:
    return tuple(f"{field}.{part}" for field in fields for part in ADDRESS_PARTS)


TABLES = (
    Table(name="shop", description="The store itself: one row.", write="replace"),
    Table(
        name="locations",
        description="Places that hold stock, inactive ones included; always read whole.",
        write="replace",
        deletes="seen",
        personal=("address.address1", "address.address2", "address.phone"),
    ),
    Table(
        name="products",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        paths=CREATED | UPDATED,
    ),
    Table(
        name="product_variants",
        description="Read with their product; a variant that its product no longer has is gone.",
        cursor="updated_at",
        parent=("products", "product_id"),
        deletes="seen",
        columns={"created_at": TIMESTAMP},
        paths=CREATED | UPDATED | {"product_id": "product.id"},
    ),
    Table(
        name="product_media",
        description="Images, videos and 3D models, in the order of the product's page. Read with"
        " their product.",
        parent=("products", "product_id"),
        deletes="seen",
        columns={"created_at": TIMESTAMP, "updated_at": TIMESTAMP},
        paths=CREATED | UPDATED,
    ),
    Table(name="collections", cursor="updated_at", lag=LAG, deletes="seen", paths=UPDATED),
    Table(
        name="collection_products",
        description="Which products are in which collection. A product that comes to meet a"
        " collection's rules need not move the collection's time: a full refresh finds those.",
        primary_key=("collection_id", "product_id"),
        parent=("collections", "collection_id"),
        deletes="seen",
        paths={"product_id": "id"},
    ),
    Table(
        name="customers",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        paths=CREATED | UPDATED,
        personal=(
            "firstName",
            "lastName",
            "displayName",
            "defaultEmailAddress.emailAddress",
            "defaultPhoneNumber.phoneNumber",
            *address("defaultAddress"),
        ),
    ),
    Table(
        name="customer_addresses",
        description="All addresses of a customer; the default one stands in the customer too.",
        parent=("customers", "customer_id"),
        deletes="seen",
        personal=(*ADDRESS_PARTS, "company", "address1", "address2", "phone"),
    ),
    Table(
        name="orders",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        paths=CREATED | UPDATED,
        personal=(
            "email",
            "note",
            "customAttributes",
            *address("shippingAddress", "billingAddress"),
        ),
    ),
    Table(name="order_line_items", parent=("orders", "order_id"), deletes="seen"),
    Table(
        name="order_refunds",
        parent=("orders", "order_id"),
        deletes="seen",
        columns={"created_at": TIMESTAMP},
        paths=CREATED,
    ),
    Table(
        name="refund_line_items",
        description="Bulk cannot give them (a connection inside a list): asked for by refund.",
        parent=("orders", "order_id"),
        deletes="seen",
        columns={"refund_id": TEXT},
    ),
    Table(name="order_transactions", parent=("orders", "order_id"), deletes="seen"),
    Table(
        name="fulfillments",
        parent=("orders", "order_id"),
        deletes="seen",
        columns={"created_at": TIMESTAMP, "updated_at": TIMESTAMP},
        paths=CREATED | UPDATED,
    ),
    Table(
        name="returns",
        description="What customers send back, from the request to its closing.",
        parent=("orders", "order_id"),
        deletes="seen",
        optional=True,
        columns={"created_at": TIMESTAMP},
        paths=CREATED,
    ),
    Table(
        name="return_line_items",
        parent=("returns", "return_id"),
        deletes="seen",
        optional=True,
        personal=("customerNote", "returnReasonNote"),
    ),
    Table(
        name="fulfillment_orders",
        description="What is to be sent from which location. A key sees those of the kinds it has"
        " a scope for; a deleted order's stay.",
        cursor="updated_at",
        lag=LAG,
        optional=True,
        columns={"created_at": TIMESTAMP, "order_id": TEXT},
        paths=CREATED | UPDATED | {"order_id": "orderId"},
    ),
    Table(
        name="fulfillment_order_line_items",
        parent=("fulfillment_orders", "fulfillment_order_id"),
        deletes="seen",
        optional=True,
    ),
    Table(
        name="fulfillment_line_items",
        description="What was in which parcel: read with the fulfillment orders, because bulk"
        " cannot give them with the orders. A parcel's content does not change.",
        optional=True,
        columns={"fulfillment_id": TEXT},
    ),
    Table(
        name="draft_orders",
        description="Orders and quotes made by staff or apps; a completed one names its order.",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        optional=True,
        paths=CREATED | UPDATED,
        personal=(
            "email",
            "note2",
            "customAttributes",
            *address("shippingAddress", "billingAddress"),
        ),
    ),
    Table(
        name="draft_order_line_items",
        parent=("draft_orders", "draft_order_id"),
        deletes="seen",
        optional=True,
    ),
    Table(
        name="tender_transactions",
        description="Money as it moved, whatever the order's own records say; immutable.",
        cursor="processed_at",
        lag=timedelta(days=1),
        paths={"processed_at": "processedAt"},
        personal=("remoteReference",),
    ),
    Table(
        name="gift_cards",
        description="Gift cards with their balance; a deactivated one stays.",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="marked",
        optional=True,
        paths=CREATED | UPDATED,
        personal=("note",),
    ),
    *STORE_TABLES,
    Table(name="inventory_items", cursor="updated_at", lag=LAG, paths=UPDATED),
    Table(
        name="inventory_levels",
        description="Stock per item and location. Asked for by location: a quantity's change moves"
        " the level's time, not the item's.",
        cursor="updated_at",
        lag=LAG,
        deletes="marked",
        columns={"inventory_item_id": TEXT},
        paths=UPDATED | {"inventory_item_id": "item.id"},
    ),
    Table(
        name="discounts",
        cursor="updated_at",
        lag=LAG,
        deletes="seen",
        paths={"updated_at": "discount.updatedAt"},
    ),
    Table(
        name="discount_codes",
        description="Redeem codes; a discount may have millions.",
        parent=("discounts", "discount_id"),
        deletes="seen",
    ),
    Table(
        name="abandoned_checkouts",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        paths=CREATED | UPDATED,
        personal=(*address("shippingAddress", "billingAddress"), "abandonedCheckoutUrl"),
    ),
    Table(
        name="metafields",
        description="Of products, variants, collections, customers and orders. A metafield's change"
        " may not move its owner's time: a full refresh finds those, and the deleted ones.",
        cursor="updated_at",
        lag=LAG,
        columns={"owner_id": TEXT},
        paths=UPDATED,
        personal=("value",),
    ),
    Table(
        name="deleted_objects",
        description="Events of deletion, which Shopify keeps for one year; their rows leave the"
        " tables.",
        cursor="created_at",
        created="created_at",
        lag=LAG,
        write="append",
        paths=CREATED,
    ),
)
BY_NAME = {table.name: table for table in TABLES}
