"""What is asked of Shopify about what stands around its orders: parcels to be sent, drafts, money
that moved, gift cards.

API      Admin GraphQL 2026-10

Belongs here: fields, filters, sort keys and scopes of these streams. Does not belong here: orders
themselves (`order_queries.py`), composing documents (`documents.py`).
"""

from __future__ import annotations

from dlt_pipelines.sources.shopify.shapes import ADDRESS, MONEY, Children, Stream

FULFILLMENT_ORDERS = Stream(
    table="fulfillment_orders",
    root="fulfillmentOrders",
    type="FulfillmentOrder",
    scopes=(
        "read_merchant_managed_fulfillment_orders",
        "read_assigned_fulfillment_orders",
        "read_third_party_fulfillment_orders",
        "read_marketplace_fulfillment_orders",
    ),
    # Closed ones, which are most, are left out otherwise.
    arguments="includeClosed: true",
    sort="UPDATED_AT",
    points=15,
    fields="""
    id status requestStatus createdAt updatedAt fulfillAt fulfillBy orderId orderName
    orderProcessedAt assignedLocation { name location { id } }
    """,
    children=(
        Children(
            field="lineItems",
            table="fulfillment_order_line_items",
            type="FulfillmentOrderLineItem",
            on="FulfillmentOrder",
            parent_id="fulfillment_order_id",
            first=5,
            fields="id sku totalQuantity remainingQuantity inventoryItemId lineItem { id }",
        ),
        Children(
            # Under `orders` they stand in a plain list, below which bulk follows no connection.
            field="fulfillments",
            table=None,
            type="Fulfillment",
            on="FulfillmentOrder",
            parent_id=None,
            first=2,
            fields="id",
            children=(
                Children(
                    field="fulfillmentLineItems",
                    table="fulfillment_line_items",
                    type="FulfillmentLineItem",
                    on="Fulfillment",
                    above=("fulfillments",),
                    parent_id="fulfillment_id",
                    first=5,
                    fields="id quantity lineItem { id }",
                ),
            ),
        ),
    ),
)

DRAFT_ORDERS = Stream(
    table="draft_orders",
    root="draftOrders",
    type="DraftOrder",
    scopes=("read_draft_orders", "read_quick_sale"),
    sort="UPDATED_AT",
    count="draftOrdersCount",
    points=45,
    fields=f"""
    id legacyResourceId name status createdAt updatedAt completedAt invoiceSentAt currencyCode
    presentmentCurrencyCode email tags note2 taxesIncluded discountCodes customer {{ id }}
    order {{ id }} totalPriceSet {MONEY} subtotalPriceSet {MONEY} totalTaxSet {MONEY}
    totalDiscountsSet {MONEY} totalShippingPriceSet {MONEY} shippingAddress {ADDRESS}
    billingAddress {ADDRESS} customAttributes {{ key value }}
    """,
    children=(
        Children(
            field="lineItems",
            table="draft_order_line_items",
            type="DraftOrderLineItem",
            on="DraftOrder",
            parent_id="draft_order_id",
            first=5,
            fields=f"""
            id title name sku quantity custom vendor requiresShipping isGiftCard taxable
            variant {{ id }} product {{ id }} originalUnitPriceSet {MONEY}
            originalTotalSet {MONEY} discountedTotalSet {MONEY} totalDiscountSet {MONEY}
            """,
        ),
    ),
)

TENDER_TRANSACTIONS = Stream(
    table="tender_transactions",
    root="tenderTransactions",
    type="TenderTransaction",
    scopes=("read_orders",),
    filter="processed_at",
    points=3,
    fields="""
    id amount { amount currencyCode } paymentMethod processedAt remoteReference test order { id }
    transactionDetails { ... on TenderTransactionCreditCardDetails { creditCardCompany } }
    """,
)

GIFT_CARDS = Stream(
    table="gift_cards",
    root="giftCards",
    type="GiftCard",
    scopes=("read_gift_cards",),
    # They cannot be filtered by their change, only sorted by it.
    filter=None,
    sort="UPDATED_AT",
    newest_first=True,
    bulk=False,
    points=6,
    fields="""
    id createdAt updatedAt deactivatedAt enabled expiresOn lastCharacters note templateSuffix
    initialValue { amount currencyCode } balance { amount currencyCode } customer { id }
    order { id } lineItem { id }
    """,
)
