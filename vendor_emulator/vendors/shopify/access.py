"""What a token may see: scopes, protected customer data, and which type or field needs which.

Belongs here: the rules of the vendor's access reference, the sentence of a refusal. Does not belong
here: issuing tokens (`tokens.py`), hiding single rows (`lists.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

ORDERS = ("read_orders", "read_marketplace_orders")
FULFILLMENTS = (
    *ORDERS,
    "read_assigned_fulfillment_orders",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "read_marketplace_fulfillment_orders",
)
DISCOUNTS = ("read_discounts",)
PRODUCTS = ("read_products",)
CUSTOMERS = ("read_customers",)
STOCK = ("read_inventory",)
ITEMS = ("read_inventory", "read_products")
PUBLICATIONS = ("read_publications",)
PLACES = ("read_locations", "read_inventory", "read_markets_home")

MEDIA = (
    "read_products",
    "read_files",
    "read_themes",
    "read_orders",
    "read_draft_orders",
    "read_images",
    "read_quick_sale",
)
RETURNS = ("read_returns", "read_marketplace_returns")
DRAFTS = ("read_draft_orders", "read_quick_sale")
SENDING_LINES = (
    "read_assigned_fulfillment_orders",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)
CONTRACTS = ("read_own_subscription_contracts", "write_own_subscription_contracts")
DISPUTES = ("read_shopify_payments_disputes",)
COMPANIES = ("read_customers", "read_companies")
MARKETS = ("read_markets",)
TEXTS = ("read_content", "read_online_store_pages")
SENDINGS = (*SENDING_LINES, "read_marketplace_fulfillment_orders")

TYPES: dict[str, tuple[str, ...]] = {
    "Media": MEDIA,
    "MediaImage": MEDIA,
    "MediaError": ("read_products", "read_files"),
    "ProductSetOperation": PRODUCTS,
    "Video": MEDIA,
    "ExternalVideo": MEDIA,
    "Model3d": MEDIA,
    "MediaPreviewImage": ("read_products", "read_files", "read_images"),
    "Return": RETURNS,
    "ReturnLineItem": RETURNS,
    "ReturnLineItemType": RETURNS,
    "UnverifiedReturnLineItem": RETURNS,
    "ReturnReasonDefinition": ("read_returns",),
    "ReturnDecline": RETURNS,
    "DraftOrder": DRAFTS,
    "DraftOrderLineItem": DRAFTS,
    "FulfillmentOrder": SENDINGS,
    "FulfillmentOrderLineItem": SENDING_LINES,
    "FulfillmentOrderAssignedLocation": SENDINGS,
    "GiftCard": ("read_gift_cards",),
    "TenderTransaction": ("read_orders",),
    "TenderTransactionDetails": ("read_orders",),
    "TenderTransactionCreditCardDetails": ("read_orders",),
    **dict.fromkeys(
        (
            "SubscriptionContract",
            "SubscriptionBillingPolicy",
            "SubscriptionDeliveryPolicy",
            "SubscriptionLine",
        ),
        CONTRACTS,
    ),
    **dict.fromkeys(
        (
            "SubscriptionBillingAttempt",
            "SubscriptionBillingAttemptError",
            "SubscriptionBillingAttemptFailedState",
            "SubscriptionBillingAttemptState",
            "SubscriptionBillingAttemptSuccessState",
            "SubscriptionBillingAttemptUnexpectedError",
        ),
        ("read_own_subscription_contracts",),
    ),
    **dict.fromkeys(("ShopifyPaymentsDispute", "ShopifyPaymentsDisputeReasonDetails"), DISPUTES),
    **dict.fromkeys(("Company", "CompanyContact", "CompanyLocation", "CompanyAddress"), COMPANIES),
    **dict.fromkeys(
        ("Market", "MarketConditions", "MarketCurrencySettings", "MarketPriceInclusions"), MARKETS
    ),
    **dict.fromkeys(
        (
            "PriceList",
            "PriceListParent",
            "PriceListAdjustment",
            "PriceListAdjustmentSettings",
            "MarketCatalog",
        ),
        PRODUCTS,
    ),
    **dict.fromkeys(("Page", "Blog", "Article", "ArticleAuthor"), TEXTS),
    "Order": ("read_orders", "read_marketplace_orders", "read_quick_sale"),
    "LineItem": ORDERS,
    "Refund": ORDERS,
    "RefundLineItem": ORDERS,
    "OrderTransaction": ORDERS,
    "Fulfillment": FULFILLMENTS,
    "FulfillmentLineItem": ORDERS,
    "FulfillmentTrackingInfo": FULFILLMENTS,
    "AbandonedCheckout": ("read_orders",),
    "AbandonedCheckoutLineItem": ("read_orders",),
    "Product": PRODUCTS,
    "ProductOption": PRODUCTS,
    "ProductPriceRangeV2": PRODUCTS,
    "ProductOptionValue": PRODUCTS,
    "ProductVariant": PRODUCTS,
    "Collection": PRODUCTS,
    "Customer": CUSTOMERS,
    "CustomerEmailAddress": CUSTOMERS,
    "CustomerPhoneNumber": CUSTOMERS,
    "InventoryItem": ITEMS,
    "InventoryItemMeasurement": ITEMS,
    "InventoryLevel": STOCK,
    "InventoryQuantity": STOCK,
    "Location": PLACES,
    "DiscountNode": DISCOUNTS,
    "Discount": DISCOUNTS,
    "DiscountCodeApp": DISCOUNTS,
    "DiscountCodeBasic": DISCOUNTS,
    "DiscountCodeBxgy": DISCOUNTS,
    "DiscountCodeFreeShipping": DISCOUNTS,
    "DiscountAutomaticApp": DISCOUNTS,
    "DiscountAutomaticBasic": DISCOUNTS,
    "DiscountAutomaticBxgy": DISCOUNTS,
    "DiscountAutomaticFreeShipping": DISCOUNTS,
    "DiscountRedeemCode": DISCOUNTS,
}

_LOCATION_FIELDS = (
    "activatable address addressVerified createdAt deactivatable deactivatedAt deletable "
    "fulfillsOnlineOrders hasActiveInventory inventoryLevels isActive isFulfillmentService "
    "shipsInventory updatedAt"
)

FIELDS: dict[str, tuple[str, ...]] = {
    **{f"Location.{name}": ("read_locations",) for name in _LOCATION_FIELDS.split()},
    "Location.name": ("read_locations", "read_markets_home"),
    "Location.id": PLACES,
    "InventoryItem.duplicateSkuCount": STOCK,
    "InventoryItem.inventoryHistoryUrl": STOCK,
    "InventoryItem.inventoryLevel": STOCK,
    "InventoryItem.inventoryLevels": STOCK,
    "InventoryItem.locationsCount": STOCK,
    "Product.availablePublicationsCount": PUBLICATIONS,
    "Product.resourcePublicationsCount": PUBLICATIONS,
    "Collection.availablePublicationsCount": PUBLICATIONS,
    "Collection.resourcePublicationsCount": PUBLICATIONS,
    "QueryRoot.ordersCount": ORDERS,
    "QueryRoot.pendingOrdersCount": ("read_orders",),
    "QueryRoot.productsCount": PRODUCTS,
    "QueryRoot.productVariantsCount": PRODUCTS,
    "QueryRoot.collectionsCount": PRODUCTS,
    "QueryRoot.customersCount": CUSTOMERS,
    "QueryRoot.discountNodes": DISCOUNTS,
    "QueryRoot.discountNodesCount": DISCOUNTS,
    "QueryRoot.abandonedCheckouts": ("read_orders",),
    "QueryRoot.abandonedCheckoutsCount": ("read_orders",),
    "QueryRoot.draftOrdersCount": ("read_draft_orders",),
    "QueryRoot.fulfillmentOrders": SENDINGS,
    "QueryRoot.giftCard": ("read_gift_cards",),
    "QueryRoot.giftCards": ("read_gift_cards",),
    "QueryRoot.giftCardsCount": ("read_gift_cards",),
    "QueryRoot.return": RETURNS,
    "QueryRoot.companiesCount": COMPANIES,
    "QueryRoot.markets": MARKETS,
    "QueryRoot.pagesCount": TEXTS,
    "QueryRoot.blogsCount": TEXTS,
    "QueryRoot.publications": PUBLICATIONS,
    "QueryRoot.productByIdentifier": PRODUCTS,
    "Mutation.productSet": ("write_products",),
    "Mutation.productUpdate": ("write_products",),
    "Mutation.productDelete": ("write_products",),
    "Mutation.publishablePublish": ("write_publications",),
    "Mutation.publishableUnpublish": ("write_publications",),
}

PROTECTED = frozenset(
    [
        "CompanyAddress.companyName",
        "CompanyAddress.firstName",
        "CompanyAddress.lastName",
        "Customer.displayName",
        "Customer.email",
        "Customer.firstName",
        "Customer.lastName",
        "Customer.phone",
        "CustomerEmailAddress.emailAddress",
        "CustomerPhoneNumber.phoneNumber",
        "MailingAddress.address1",
        "MailingAddress.address2",
        "MailingAddress.firstName",
        "MailingAddress.formatted",
        "MailingAddress.lastName",
        "MailingAddress.latitude",
        "MailingAddress.longitude",
        "MailingAddress.name",
        "MailingAddress.phone",
        "MailingAddress.zip",
        "DraftOrder.email",
        "Order.email",
        "Order.phone",
        "Order.statusPageUrl",
    ]
)

SCOPES = (
    "read_orders",
    "read_all_orders",
    "read_products",
    "read_customers",
    "read_inventory",
    "read_locations",
    "read_discounts",
    "read_publications",
    "read_returns",
    "read_draft_orders",
    "read_gift_cards",
    *SENDING_LINES,
    "read_own_subscription_contracts",
    *DISPUTES,
    "read_companies",
    *MARKETS,
    "read_content",
)
DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"
PROTECTED_DOCUMENTATION = "https://shopify.dev/docs/apps/launch/protected-customer-data#overview"


@dataclass(frozen=True)
class Grant:
    """What one token was given. A `write_` scope gives reading too."""

    scopes: frozenset[str]
    sees_protected: bool = True
    client_id: str = ""

    def has(self, scope: str) -> bool:
        return scope in self.scopes or scope.replace("read_", "write_", 1) in self.scopes

    @property
    def listed(self) -> list[str]:
        return sorted(self.scopes)


@dataclass(frozen=True)
class Denial:
    message: str
    required: str | None


def node_type(type_name: str) -> str:
    return type_name.removesuffix("Connection").removesuffix("Edge")


def denial(grant: Grant, owner: str, name: str, type_name: str) -> Denial | None:
    """Why this grant may not read `owner.name`, which is of type `type_name`; None if it may."""
    key = f"{owner}.{name}"
    if key in PROTECTED and not grant.sees_protected:
        return Denial(
            f"This app is not approved to use the {name} field. "
            f"See {PROTECTED_DOCUMENTATION} for more details.",
            None,
        )
    for needed in (FIELDS.get(key), TYPES.get(node_type(type_name))):
        if needed and not any(grant.has(scope) for scope in needed):
            required = in_words(needed)
            message = f"Access denied for {name} field. Required access: {required}"
            return Denial(message, required)
    return None


def in_words(scopes: tuple[str, ...]) -> str:
    each = [f"`{scope}` access scope" for scope in scopes]
    return f"{', '.join(each[:-1])} or {each[-1]}." if len(each) > 1 else f"{each[0]}."
