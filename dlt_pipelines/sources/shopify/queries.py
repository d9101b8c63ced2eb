"""What is asked of Shopify: the fields of every stream, as GraphQL text.

API      Admin GraphQL 2026-10
Order    list fields stand last in a record, as the documents are composed (`documents.py`)

Belongs here: streams, their fields, filters, sort keys and the scopes they need.
Does not belong here: composing documents (`documents.py`), sending them (`paged.py`, `bulk.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

API_VERSION = "2026-10"

MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
ADDRESS = "{ name city province provinceCode country countryCodeV2 zip }"


@dataclass(frozen=True, kw_only=True)
class Children:
    """A connection inside a record, whose nodes are rows of a table of their own.

    on         the record's type, for further pages by `node(id)`
    first      how many come with the record; the rest comes by further pages
    within     where the connection stands; `...` is replaced by it
    filtered   only what changed in the window is asked for
    parent_id  column that takes the record's id; None: the column is found in the child
    """

    field: str
    table: str
    type: str
    on: str
    fields: str
    parent_id: str | None
    first: int
    arguments: str = ""
    within: tuple[str, ...] = ()
    types_within: tuple[str, ...] = ()
    filtered: bool = False


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A plain list inside a record, whose items are rows of a table of their own."""

    field: str
    table: str
    fields: str
    parent_id: str


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One paged or bulk question.

    table     None: only the children are wanted
    filter    search term of the window; None: the stream is read whole
    sort      sort key of the window's term, if Shopify has one (never used in bulk)
    scopes    any one of them opens the stream
    count     the query that counts the window's records
    points    query cost of one record as measured on the emulated store, until the shop's own
              answers say better
    """

    table: str | None
    root: str
    type: str
    fields: str
    scopes: tuple[str, ...]
    points: int
    arguments: str = ""
    filter: str | None = "updated_at"
    sort: str | None = None
    count: str | None = None
    bulk: bool = True
    children: tuple[Children, ...] = ()
    parts: tuple[Parts, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        own = (self.table,) if self.table else ()
        return own + tuple(each.table for each in (*self.children, *self.parts))


ORDERS = Stream(
    table="orders",
    root="orders",
    type="Order",
    scopes=("read_orders", "read_marketplace_orders", "read_quick_sale"),
    sort="UPDATED_AT",
    count="ordersCount",
    points=90,
    fields=f"""
    id legacyResourceId name email test createdAt updatedAt processedAt cancelledAt cancelReason
    closedAt confirmed displayFinancialStatus displayFulfillmentStatus currencyCode
    presentmentCurrencyCode tags note sourceName taxesIncluded customerLocale customer {{ id }}
    totalPriceSet {MONEY} subtotalPriceSet {MONEY} totalTaxSet {MONEY} totalDiscountsSet {MONEY}
    totalShippingPriceSet {MONEY} totalRefundedSet {MONEY} currentTotalPriceSet {MONEY}
    shippingAddress {ADDRESS} billingAddress {ADDRESS} discountCodes
    customAttributes {{ key value }}
    """,
    children=(
        Children(
            field="lineItems",
            table="order_line_items",
            type="LineItem",
            on="Order",
            parent_id="order_id",
            first=5,
            fields=f"""
            id title name sku quantity currentQuantity variant {{ id }} product {{ id }}
            originalUnitPriceSet {MONEY} discountedUnitPriceSet {MONEY} originalTotalSet {MONEY}
            discountedTotalSet {MONEY} totalDiscountSet {MONEY}
            taxLines {{ title rate priceSet {MONEY} }} requiresShipping vendor isGiftCard
            """,
        ),
    ),
    parts=(
        Parts(
            field="transactions",
            table="order_transactions",
            parent_id="order_id",
            fields=f"""
            id kind status gateway processedAt createdAt test errorCode amountSet {MONEY}
            parentTransaction {{ id }}
            """,
        ),
        Parts(
            field="fulfillments",
            table="fulfillments",
            parent_id="order_id",
            fields="""
            id legacyResourceId status createdAt updatedAt deliveredAt totalQuantity
            trackingInfo { company number url }
            """,
        ),
        Parts(
            field="refunds",
            table="order_refunds",
            parent_id="order_id",
            fields=f"id legacyResourceId createdAt updatedAt note totalRefundedSet {MONEY}",
        ),
    ),
)

REFUND_LINES = Children(
    field="refundLineItems",
    table="refund_line_items",
    type="RefundLineItem",
    on="Refund",
    parent_id="refund_id",
    first=10,
    fields=f"""
    id quantity restockType priceSet {MONEY} subtotalSet {MONEY} totalTaxSet {MONEY}
    lineItem {{ id }}
    """,
)

PRODUCTS = Stream(
    table="products",
    root="products",
    type="Product",
    scopes=("read_products",),
    sort="UPDATED_AT",
    count="productsCount",
    points=20,
    fields="""
    id legacyResourceId title handle status vendor productType tags createdAt updatedAt publishedAt
    descriptionHtml isGiftCard options { name values position } totalInventory
    """,
    children=(
        Children(
            field="variants",
            table="product_variants",
            type="ProductVariant",
            on="Product",
            parent_id="product_id",
            first=10,
            fields="""
            id legacyResourceId title sku barcode price compareAtPrice position createdAt updatedAt
            selectedOptions { name value } inventoryQuantity inventoryItem { id } product { id }
            """,
        ),
    ),
)

COLLECTIONS = Stream(
    table="collections",
    root="collections",
    type="Collection",
    scopes=("read_products",),
    sort="UPDATED_AT",
    count="collectionsCount",
    points=2,
    fields="""
    id legacyResourceId title handle descriptionHtml sortOrder templateSuffix updatedAt
    productsCount { count precision }
    """,
)

CUSTOMERS = Stream(
    table="customers",
    root="customers",
    type="Customer",
    scopes=("read_customers",),
    sort="UPDATED_AT",
    count="customersCount",
    points=5,
    fields=f"""
    id legacyResourceId firstName lastName displayName createdAt updatedAt state tags numberOfOrders
    amountSpent {{ amount currencyCode }} verifiedEmail
    defaultEmailAddress {{ emailAddress marketingState }} defaultPhoneNumber {{ phoneNumber }}
    defaultAddress {ADDRESS}
    """,
)

INVENTORY_ITEMS = Stream(
    table="inventory_items",
    root="inventoryItems",
    type="InventoryItem",
    scopes=("read_inventory", "read_products"),
    points=3,
    fields="""
    id legacyResourceId sku tracked requiresShipping createdAt updatedAt countryCodeOfOrigin
    harmonizedSystemCode unitCost { amount currencyCode }
    """,
)

INVENTORY_LEVELS = Stream(
    table=None,
    root="locations",
    type="Location",
    scopes=("read_inventory",),
    arguments="includeInactive: true",
    filter=None,
    points=500,
    fields="id",
    children=(
        Children(
            field="inventoryLevels",
            table="inventory_levels",
            type="InventoryLevel",
            on="Location",
            parent_id=None,
            first=50,
            arguments="includeInactive: true",
            filtered=True,
            fields="""
            id isActive createdAt updatedAt item { id } location { id }
            quantities(names: ["available", "on_hand", "committed", "incoming", "reserved"])
            { name quantity }
            """,
        ),
    ),
)

LOCATIONS = Stream(
    table="locations",
    root="locations",
    type="Location",
    scopes=("read_locations", "read_inventory", "read_markets_home"),
    arguments="includeInactive: true, includeLegacy: true",
    filter=None,
    bulk=False,
    points=2,
    fields="""
    id legacyResourceId name isActive isFulfillmentService fulfillsOnlineOrders
    shipsInventory createdAt updatedAt deactivatedAt
    address { address1 address2 city province provinceCode country countryCode zip phone }
    """,
)

DISCOUNT_FIELDS = """title status createdAt updatedAt startsAt endsAt discountClasses
asyncUsageCount tags"""
CODE_TYPES = (
    "DiscountCodeApp",
    "DiscountCodeBasic",
    "DiscountCodeBxgy",
    "DiscountCodeFreeShipping",
)
AUTOMATIC_TYPES = (
    "DiscountAutomaticApp",
    "DiscountAutomaticBasic",
    "DiscountAutomaticBxgy",
    "DiscountAutomaticFreeShipping",
)
CODE_FIELDS = "usageLimit appliesOncePerCustomer codesCount { count precision }"

DISCOUNTS = Stream(
    table="discounts",
    root="discountNodes",
    type="DiscountNode",
    scopes=("read_discounts",),
    sort="UPDATED_AT",
    count="discountNodesCount",
    bulk=False,
    points=8,
    fields="id discount { __typename "
    + " ".join(f"... on {name} {{ {DISCOUNT_FIELDS} {CODE_FIELDS} }}" for name in CODE_TYPES)
    + " ".join(f"... on {name} {{ {DISCOUNT_FIELDS} }}" for name in AUTOMATIC_TYPES)
    + " }",
    children=(
        Children(
            field="codes",
            table="discount_codes",
            type="DiscountRedeemCode",
            on="DiscountNode",
            parent_id="discount_id",
            first=3,
            within=("discount",),
            types_within=CODE_TYPES,
            fields="id code asyncUsageCount",
        ),
    ),
)

ABANDONED_CHECKOUTS = Stream(
    table="abandoned_checkouts",
    root="abandonedCheckouts",
    type="AbandonedCheckout",
    scopes=("read_orders",),
    count="abandonedCheckoutsCount",
    points=24,
    fields=f"""
    id name createdAt updatedAt completedAt abandonedCheckoutUrl taxesIncluded discountCodes
    customer {{ id }} totalPriceSet {MONEY} subtotalPriceSet {MONEY} totalTaxSet {MONEY}
    totalDiscountSet {MONEY} totalLineItemsPriceSet {MONEY}
    shippingAddress {ADDRESS} billingAddress {ADDRESS} customAttributes {{ key value }}
    """,
)

SHOP_FIELDS = """
id name email contactEmail myshopifyDomain url currencyCode enabledPresentmentCurrencies
ianaTimezone taxesIncluded weightUnit createdAt updatedAt primaryDomain { host url }
plan { publicDisplayName shopifyPlus partnerDevelopment }
"""

EVENTS = Stream(
    table="deleted_objects",
    root="events",
    type="BasicEvent",
    scopes=(),
    filter="created_at",
    sort="CREATED_AT",
    bulk=False,
    points=1,
    fields="__typename id action createdAt message ... on BasicEvent { subjectId subjectType }",
)


def metafields_of(owner: Stream, *, root: str, type: str) -> Stream:
    return Stream(
        table=None,
        root=root,
        type=type,
        scopes=owner.scopes,
        sort=owner.sort if root == owner.root else None,
        count=owner.count if root == owner.root else None,
        points=20,
        fields="id",
        children=(
            Children(
                field="metafields",
                table="metafields",
                type="Metafield",
                on=type,
                parent_id="owner_id",
                first=10,
                fields="""
                id legacyResourceId namespace key type value ownerType createdAt updatedAt
                """,
            ),
        ),
    )


METAFIELDS = (
    metafields_of(PRODUCTS, root="products", type="Product"),
    metafields_of(PRODUCTS, root="productVariants", type="ProductVariant"),
    metafields_of(COLLECTIONS, root="collections", type="Collection"),
    metafields_of(CUSTOMERS, root="customers", type="Customer"),
    metafields_of(ORDERS, root="orders", type="Order"),
)
