"""The business's Shopify shop as raw tables: the payloads are written here by hand, from Shopify's
field names, so that the models are held against the vendor's words and not against our connector's.

Belongs here: rows of `raw_shopify`. Does not belong here: how they are loaded (`raw_tables.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from vendor_emulator.business import Business, Order
from vendor_emulator.business_model import Address

Row = dict[str, Any]

FULFILLMENT = {
    "unfulfilled": "UNFULFILLED",
    "partial": "PARTIALLY_FULFILLED",
    "fulfilled": "FULFILLED",
}


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def reference(kind: str, number: int | None) -> Row | None:
    return None if number is None else {"id": gid(kind, number)}


def time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def bag(order: Order, amount: Decimal) -> Row:
    return {
        "shopMoney": {"amount": str(amount), "currencyCode": order.currency},
        "presentmentMoney": {
            "amount": str(order.presented(amount)),
            "currencyCode": order.presentment_currency,
        },
    }


def address(found: Address | None) -> Row | None:
    if found is None:
        return None
    return {
        "name": found.name,
        "city": found.city,
        "provinceCode": found.province_code,
        "countryCodeV2": found.country_code,
        "zip": found.zip,
    }


def tables(business: Business) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {
        "shop": [{"id": gid("Shop", 1), "payload": {"currencyCode": "USD"}}],
        "products": [],
        "product_variants": [],
        "customers": list(customers(business)),
        "orders": [],
        "order_line_items": [],
        "order_refunds": [],
        "refund_line_items": [],
        "order_transactions": [],
        "fulfillments": [],
    }
    for product in business.catalog.products:
        found["products"].append(
            {
                "id": gid("Product", product.id),
                "created_at": time(product.created_at),
                "updated_at": time(product.updated_at),
                "payload": {
                    "title": product.title,
                    "status": product.status.upper(),
                    "isGiftCard": product.is_gift_card,
                },
            }
        )
        for variant in product.variants:
            found["product_variants"].append(
                {
                    "id": gid("ProductVariant", variant.id),
                    "product_id": gid("Product", product.id),
                    "payload": {"sku": variant.sku, "price": str(variant.price)},
                }
            )
    for order in business.iter_orders("shopify"):
        found["orders"].append(order_row(order))
        found["order_line_items"] += line_rows(order)
        found["order_refunds"] += refund_rows(order)
        found["refund_line_items"] += refund_line_rows(order)
        found["order_transactions"] += transaction_rows(order)
        found["fulfillments"] += fulfillment_rows(order)
    return found


def customers(business: Business) -> Iterator[Row]:
    for customer in business.iter_customers("shopify"):
        email = {"emailAddress": customer.email} if customer.email else None
        yield {
            "id": gid("Customer", customer.id),
            "created_at": time(customer.created_at),
            "updated_at": time(customer.updated_at),
            "payload": {
                "firstName": customer.first_name,
                "lastName": customer.last_name,
                "defaultEmailAddress": email,
                "defaultAddress": address(customer.default_address),
            },
        }


def order_row(order: Order) -> Row:
    return {
        "id": gid("Order", order.id),
        "created_at": time(order.created_at),
        "updated_at": time(order.updated_at),
        "payload": {
            "name": order.name,
            "email": order.email,
            "test": order.is_test,
            "processedAt": time(order.processed_at),
            "cancelledAt": time(order.cancelled_at),
            "closedAt": time(order.closed_at),
            "displayFinancialStatus": order.financial_status.upper(),
            "displayFulfillmentStatus": FULFILLMENT[order.fulfillment_status],
            "currencyCode": order.currency,
            "presentmentCurrencyCode": order.presentment_currency,
            "sourceName": order.channel,
            "taxesIncluded": order.taxes_included,
            "customer": reference("Customer", order.customer_id),
            "tags": list(order.tags),
            "discountCodes": list(order.discount_codes),
            "totalPriceSet": bag(order, order.total),
            "subtotalPriceSet": bag(order, order.subtotal),
            "totalTaxSet": bag(order, order.tax_total),
            "totalDiscountsSet": bag(order, order.discount_total),
            "totalShippingPriceSet": bag(order, order.shipping_total),
            "totalRefundedSet": bag(order, order.refunded_total),
            "currentTotalPriceSet": bag(order, order.current_total),
            "shippingAddress": address(order.shipping_address),
        },
    }


def line_rows(order: Order) -> Iterator[Row]:
    for line in order.lines:
        yield {
            "id": gid("LineItem", line.id),
            "order_id": gid("Order", order.id),
            "payload": {
                "title": line.title,
                "sku": line.sku,
                "quantity": line.quantity,
                "currentQuantity": line.current_quantity,
                "product": reference("Product", line.product_id),
                "variant": reference("ProductVariant", line.variant_id),
                "originalUnitPriceSet": bag(order, line.unit_price),
                "originalTotalSet": bag(order, line.gross),
                "totalDiscountSet": bag(order, line.discount),
                "taxLines": [{"priceSet": bag(order, line.tax)}] if line.tax else [],
                "isGiftCard": line.is_gift_card,
            },
        }


def refund_rows(order: Order) -> Iterator[Row]:
    for refund in order.refunds:
        yield {
            "id": gid("Refund", refund.id),
            "order_id": gid("Order", order.id),
            "created_at": time(refund.created_at),
            "payload": {"note": refund.note, "totalRefundedSet": bag(order, refund.total)},
        }


def refund_line_rows(order: Order) -> Iterator[Row]:
    for refund in order.refunds:
        for line in refund.lines:
            yield {
                "id": gid("RefundLineItem", line.id),
                "refund_id": gid("Refund", refund.id),
                "order_id": gid("Order", order.id),
                "payload": {
                    "quantity": line.quantity,
                    "subtotalSet": bag(order, line.subtotal),
                    "totalTaxSet": bag(order, line.tax),
                    "lineItem": reference("LineItem", line.line_id),
                },
            }


def transaction_rows(order: Order) -> Iterator[Row]:
    for transaction in order.transactions:
        yield {
            "id": gid("OrderTransaction", transaction.id),
            "order_id": gid("Order", order.id),
            "payload": {
                "kind": transaction.kind.upper(),
                "status": transaction.status.upper(),
                "gateway": transaction.gateway,
                "test": transaction.is_test,
                "processedAt": time(transaction.processed_at),
                "createdAt": time(transaction.created_at),
                "amountSet": bag(order, transaction.amount),
                "parentTransaction": reference("OrderTransaction", transaction.parent_id),
            },
        }


def fulfillment_rows(order: Order) -> Iterator[Row]:
    for parcel in order.fulfillments:
        yield {
            "id": gid("Fulfillment", parcel.id),
            "order_id": gid("Order", order.id),
            "created_at": time(parcel.created_at),
            "updated_at": time(parcel.updated_at),
            "payload": {"status": parcel.status.upper(), "totalQuantity": parcel.total_quantity},
        }
