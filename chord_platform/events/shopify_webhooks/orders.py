"""Orders, refunds and checkouts as Order Completed, Order Refunded and Checkout Started.

Belongs here: these events' properties, as the plan names them.
Does not belong here: the message around them (`mapping.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chord_platform.events.shopify_webhooks.browser import tracking_ids
from chord_platform.events.shopify_webhooks.reading import (
    amount,
    id_of,
    iso,
    known,
    mapping,
    mappings,
    moment,
    number,
    text,
    total,
)

RECURRING = ("subscription_contract", "subscription_contract_checkout_one")
"""What `source_name` says of an order that a subscription made by itself."""


def order_completed(order: Mapping[str, Any]) -> dict[str, Any]:
    lines = mappings(order.get("line_items"))
    ordered_at = moment(order.get("processed_at")) or moment(order.get("created_at"))
    return known(
        {
            **about_order(order),
            "order_date": iso(ordered_at) if ordered_at else None,
            "subtotal": number(amount(order.get("subtotal_price"))),
            "revenue": number(amount(order.get("subtotal_price"))),
            "total": number(amount(order.get("total_price"))),
            "tax": number(amount(order.get("total_tax"))),
            "shipping": number(shipping(order)),
            "discount": number(amount(order.get("total_discounts"))),
            "has_subscription": any(each.get("selling_plan_allocation") for each in lines)
            or order.get("source_name") in RECURRING,
            "is_recurring": order.get("source_name") in RECURRING,
            "products": [product(each, position=at) for at, each in enumerate(lines, start=1)],
        }
    )


def order_refunded(refund: Mapping[str, Any], order: Mapping[str, Any] | None) -> dict[str, Any]:
    """order: whose refund it is, when the shop could be asked; the refund itself knows no person,
    currency or date of order."""
    known_order = order or {}
    ordered_at = moment(known_order.get("processed_at")) or moment(known_order.get("created_at"))
    lines = mappings(refund.get("refund_line_items"))
    paid_back = [
        each
        for each in mappings(refund.get("transactions"))
        if each.get("kind") == "refund" and each.get("status") == "success"
    ]
    subtotal, tax = (total(each.get(of) for each in lines) for of in ("subtotal", "total_tax"))
    returned = total(each.get("amount") for each in paid_back)
    if returned is None:  # a refund that paid nothing back through a gateway
        returned = (subtotal or Decimal(0)) + (tax or Decimal(0))
    currency = next(
        (text(each.get("currency")) for each in paid_back if each.get("currency")), None
    )
    return known(
        {
            **about_order(known_order),
            "order_id": id_of(refund.get("order_id")),
            "order_date": iso(ordered_at) if ordered_at else None,
            "currency": text(known_order.get("currency")) or currency,
            "total": number(returned),
            "revenue": number(subtotal),
            "tax": number(tax),
            "products": [refunded(each, position=at) for at, each in enumerate(lines, start=1)],
        }
    )


def checkout_started(checkout: Mapping[str, Any]) -> dict[str, Any]:
    lines = mappings(checkout.get("line_items"))
    return known(
        {
            "order_id": text(checkout.get("token")),
            "order_name": text(checkout.get("name")),
            "checkout_type": "shopify",
            "coupon": coupon(checkout),
            "currency": text(checkout.get("currency")),
            "discount": number(amount(checkout.get("total_discounts"))),
            "revenue": number(amount(checkout.get("subtotal_price"))),
            "shipping": number(shipping(checkout)),
            "tax": number(amount(checkout.get("total_tax"))),
            "value": number(amount(checkout.get("total_price"))),
            "products": [product(each, position=at) for at, each in enumerate(lines, start=1)],
        }
    )


def about_order(order: Mapping[str, Any]) -> dict[str, Any]:
    """What all events of an order say of it."""
    customer = mapping(order.get("customer"))
    address = mapping(order.get("shipping_address") or order.get("billing_address"))
    lines = mappings(order.get("shipping_lines"))
    method = (
        known({"code": text(lines[0].get("code")), "title": text(lines[0].get("title"))})
        if lines
        else {}
    )
    return known(
        {
            "order_id": id_of(order.get("id")),
            "checkout_id": text(order.get("checkout_token")),
            "checkout_type": "shopify" if order else None,
            "channel": text(order.get("source_name")),
            "currency": text(order.get("currency")),
            "coupon": coupon(order),
            "email": text(
                order.get("email") or order.get("contact_email") or customer.get("email")
            ),
            "phone": text(order.get("phone") or customer.get("phone") or address.get("phone")),
            "first_name": text(customer.get("first_name") or address.get("first_name")),
            "last_name": text(customer.get("last_name") or address.get("last_name")),
            "shipping_city": text(address.get("city")),
            "shipping_state": text(address.get("province")),
            "shipping_country": text(address.get("country")),
            "shipping_zipcode": text(address.get("zip")),
            "shipping_method_details": method or None,
            "tracking_ids": tracking_ids(order),
            "metadata": known({"order_name": text(order.get("name"))}) or None,
        }
    )


def product(line: Mapping[str, Any], *, position: int) -> dict[str, Any]:
    """Of a line of an order or of a checkout. A line of the merchant's own writing has no product:
    its ids are empty texts, because the plan wants some."""
    price, quantity = amount(line.get("price")), amount(line.get("quantity"))
    reduced = total(each.get("amount") for each in mappings(line.get("discount_allocations")))
    off = reduced if reduced is not None else amount(line.get("total_discount")) or Decimal(0)
    revenue = price * quantity - off if price is not None and quantity is not None else None
    options = text(line.get("variant_title"))
    return known(
        {
            "line_item_id": id_of(line.get("id") or line.get("key")),
            "product_id": id_of(line.get("product_id")) or "",
            "sku": text(line.get("sku")) or "",
            "name": text(line.get("title") or line.get("presentment_title") or line.get("name"))
            or "",
            "variant": id_of(line.get("variant_id")),
            "option_values": options.split(" / ") if options else None,
            "brand": text(line.get("vendor")),
            "price": number(price),
            "quantity": number(quantity),
            "revenue": number(revenue),
            "position": position,
        }
    )


def refunded(each: Mapping[str, Any], *, position: int) -> dict[str, Any]:
    """As many as were given back, at what was given back for them."""
    line = mapping(each.get("line_item"))
    shown = product({**line, "quantity": each.get("quantity")}, position=position)
    back = number(amount(each.get("subtotal")))
    return shown | known({"line_item_id": id_of(each.get("line_item_id")), "revenue": back})


def coupon(order: Mapping[str, Any]) -> str | None:
    codes = [text(each.get("code")) for each in mappings(order.get("discount_codes"))]
    return ", ".join(code for code in codes if code) or None


def shipping(order: Mapping[str, Any]) -> Decimal | None:
    """After its own discounts, where they are told."""
    money = mapping(mapping(order.get("total_shipping_price_set")).get("shop_money"))
    lines = mappings(order.get("shipping_lines"))
    reduced = total(
        each.get("discounted_price") if reduced_is_told(each) else each.get("price")
        for each in lines
    )
    return reduced if reduced is not None else amount(money.get("amount"))


def reduced_is_told(line: Mapping[str, Any]) -> bool:
    """Shopify's own examples carry a nought beside a full price and no discount at all."""
    return (
        bool(mappings(line.get("discount_allocations")))
        and line.get("discounted_price") is not None
    )
