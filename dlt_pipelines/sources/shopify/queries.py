"""What is asked of Shopify: the fields of every stream but orders, as GraphQL text.

API      Admin GraphQL 2026-10

Belongs here: streams, their fields, filters, sort keys and the scopes they need.
Does not belong here: orders (`order_queries.py`), composing documents (`documents.py`), sending
them (`paged.py`, `bulk.py`).
"""

from __future__ import annotations

from dlt_pipelines.sources.shopify.order_queries import ORDERS
from dlt_pipelines.sources.shopify.shapes import ADDRESS, MONEY, Children, Stream

PRODUCTS = Stream(
    table="products",
    root="products",
    type="Product",
    scopes=("read_products",),
    sort="UPDATED_AT",
    count="productsCount",
    points=30,
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
        Children(
            field="media",
            table="product_media",
            type="MediaImage",
            or_types=("Video", "ExternalVideo", "Model3d"),
            on="Product",
            parent_id="product_id",
            first=3,
            fields="""
            __typename id alt mediaContentType status preview { image { url width height } }
            ... on MediaImage { createdAt updatedAt mimeType }
            ... on Video { createdAt updatedAt filename duration }
            ... on ExternalVideo { createdAt updatedAt host originUrl }
            ... on Model3d { createdAt updatedAt filename }
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
    points=25,
    fields="""
    id legacyResourceId title handle descriptionHtml sortOrder templateSuffix updatedAt
    productsCount { count precision }
    """,
    children=(
        Children(
            field="products",
            table="collection_products",
            type="Product",
            on="Collection",
            parent_id="collection_id",
            first=20,
            fields="id",
        ),
    ),
)

CUSTOMERS = Stream(
    table="customers",
    root="customers",
    type="Customer",
    scopes=("read_customers",),
    sort="UPDATED_AT",
    count="customersCount",
    points=8,
    fields=f"""
    id legacyResourceId firstName lastName displayName createdAt updatedAt state tags numberOfOrders
    amountSpent {{ amount currencyCode }} verifiedEmail
    defaultEmailAddress {{ emailAddress marketingState }} defaultPhoneNumber {{ phoneNumber }}
    defaultAddress {ADDRESS}
    """,
    children=(
        Children(
            field="addressesV2",
            table="customer_addresses",
            type="MailingAddress",
            on="Customer",
            parent_id="customer_id",
            first=2,
            fields="""
            id name company address1 address2 city province provinceCode country countryCodeV2 zip
            phone
            """,
        ),
    ),
)

INVENTORY_ITEMS = Stream(
    table="inventory_items",
    root="inventoryItems",
    type="InventoryItem",
    scopes=("read_inventory", "read_products"),
    points=2,
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
    points=205,
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
    is_small=True,
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
    points=6,
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
    points=18,
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
    only="action:destroy",
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
        points=4,
        # The time only says where a query is taken up again; the owner's record is not kept.
        fields="id updatedAt",
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
