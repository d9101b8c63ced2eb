"""An order as Shopify's GraphQL shows it, in the words of its webhook.

Belongs here: that translation. Does not belong here: asking Shopify for it.

So that an order that no webhook told of becomes the same event, with the same id, as if one had.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chord_platform.events.shopify_webhooks.reading import amount, id_of, mapping, mappings


def webhook_order(node: Mapping[str, Any]) -> dict[str, Any]:
    """node: with `lines` where the whole order was asked for."""
    customer, address = mapping(node.get("customer")), mapping(node.get("shippingAddress"))
    method = mapping(node.get("shippingLine"))
    return {
        "id": id_of(node.get("id")),
        "name": node.get("name"),
        "test": node.get("test"),
        "created_at": node.get("createdAt"),
        "processed_at": node.get("processedAt"),
        "updated_at": node.get("updatedAt"),
        "currency": node.get("currencyCode"),
        "source_name": node.get("sourceName"),
        "customer_locale": node.get("customerLocale"),
        "email": node.get("email"),
        "phone": node.get("phone"),
        "subtotal_price": money(node, "subtotalPriceSet"),
        "total_price": money(node, "totalPriceSet"),
        "total_tax": money(node, "totalTaxSet"),
        "total_discounts": money(node, "totalDiscountsSet"),
        "total_shipping_price_set": {
            "shop_money": {"amount": money(node, "totalShippingPriceSet")}
        },
        "shipping_lines": [{"title": method.get("title"), "code": method.get("code")}]
        if method
        else [],
        "discount_codes": [{"code": code} for code in node.get("discountCodes") or ()],
        "note_attributes": [
            {"name": each.get("key"), "value": each.get("value")}
            for each in mappings(node.get("customAttributes"))
        ],
        "customer": {
            "id": id_of(customer.get("id")),
            "first_name": customer.get("firstName"),
            "last_name": customer.get("lastName"),
        }
        if customer
        else None,
        "shipping_address": {
            "first_name": address.get("firstName"),
            "last_name": address.get("lastName"),
            "phone": address.get("phone"),
            "city": address.get("city"),
            "province": address.get("province"),
            "country": address.get("country"),
            "zip": address.get("zip"),
        }
        if address
        else None,
        "line_items": [webhook_line(each) for each in mappings(node.get("lines"))],
    }


def webhook_line(line: Mapping[str, Any]) -> dict[str, Any]:
    price, quantity = amount(money(line, "originalUnitPriceSet")), amount(line.get("quantity"))
    left = amount(money(line, "discountedTotalSet"))
    off = None
    if price is not None and quantity is not None and left is not None:
        off = price * quantity - left
    return {
        "id": id_of(line.get("id")),
        "product_id": id_of(mapping(line.get("product")).get("id")),
        "variant_id": id_of(mapping(line.get("variant")).get("id")),
        "title": line.get("title"),
        "variant_title": line.get("variantTitle"),
        "sku": line.get("sku"),
        "vendor": line.get("vendor"),
        "quantity": line.get("quantity"),
        "price": money(line, "originalUnitPriceSet"),
        "discount_allocations": [{"amount": str(off)}] if off else [],
    }


def webhook_refunds(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of a whole order."""
    lines = {id_of(each.get("id")): webhook_line(each) for each in mappings(node.get("lines"))}
    return [
        {
            "id": id_of(refund.get("id")),
            "order_id": id_of(node.get("id")),
            "created_at": refund.get("createdAt"),
            "refund_line_items": [
                refunded_line(each, lines)
                for each in mappings(mapping(refund.get("refundLineItems")).get("nodes"))
            ],
            "transactions": [
                {
                    "kind": "refund",
                    "status": "success",
                    "amount": money(refund, "totalRefundedSet"),
                    "currency": node.get("currencyCode"),
                }
            ],
        }
        for refund in mappings(node.get("refunds"))
    ]


def refunded_line(
    each: Mapping[str, Any], lines: Mapping[str | None, dict[str, Any]]
) -> dict[str, Any]:
    line_id = id_of(mapping(each.get("lineItem")).get("id"))
    return {
        "line_item_id": line_id,
        "quantity": each.get("quantity"),
        "subtotal": money(each, "subtotalSet"),
        "total_tax": money(each, "totalTaxSet"),
        "line_item": lines.get(line_id, {}),
    }


def money(of: Mapping[str, Any], name: str) -> Any:
    return mapping(mapping(of.get(name)).get("shopMoney")).get("amount")
