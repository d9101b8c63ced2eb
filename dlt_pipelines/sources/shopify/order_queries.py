"""What is asked of Shopify about orders and what belongs to them.

API      Admin GraphQL 2026-10

Belongs here: fields, filter and sort key of orders, their lines, payments, parcels and refunds.
Does not belong here: the other streams (`queries.py`), composing documents (`documents.py`).
"""

from __future__ import annotations

from dlt_pipelines.sources.shopify.shapes import ADDRESS, MONEY, Children, Parts, Stream

ORDERS = Stream(
    table="orders",
    root="orders",
    type="Order",
    scopes=("read_orders", "read_marketplace_orders", "read_quick_sale"),
    sort="UPDATED_AT",
    count="ordersCount",
    points=60,
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
        Children(
            field="returns",
            table="returns",
            type="Return",
            on="Order",
            parent_id="order_id",
            # Few orders have one, and each is paid for in every order that is asked for.
            first=1,
            fields="""
            id name status totalQuantity createdAt closedAt requestApprovedAt
            decline { reason note }
            """,
            children=(
                Children(
                    field="returnLineItems",
                    table="return_line_items",
                    type="ReturnLineItem",
                    or_types=("UnverifiedReturnLineItem",),
                    on="Return",
                    above=("returns",),
                    parent_id="return_id",
                    first=2,
                    fields="""
                    __typename id quantity processedQuantity refundedQuantity returnReasonNote
                    customerNote returnReasonDefinition { handle name }
                    ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id } } }
                    """,
                ),
            ),
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
