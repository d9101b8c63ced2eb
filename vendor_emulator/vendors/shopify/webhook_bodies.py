"""Bodies of Shopify's webhooks, which have the shape of the old REST resources of 2026-07.

Belongs here: an order, a refund, a customer, a checkout, a product in that shape.
Does not belong here: who is told when (`webhook_changes.py`), the GraphQL shape (`fields_*.py`).

Ids are numbers here, and times have the shop's offset. A product shows its first 100 variants; of
more, the rest are named in `variant_gids` alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify.fields_orders import SOURCES
from vendor_emulator.vendors.shopify.things import FIRST_ID, gid

SHOWN_VARIANTS = 100
OFFSET = timezone(timedelta(hours=-5))


def number(kind: str, own: int | None) -> int | None:
    return None if own is None else FIRST_ID[kind] + own


def when(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(OFFSET).isoformat(timespec="seconds")


def money(amount: Decimal, currency: str) -> dict[str, Any]:
    one = {"amount": f"{amount:.2f}", "currency_code": currency}
    return {"shop_money": one, "presentment_money": one}


def address(one: model.Address | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "first_name": one.first_name,
        "last_name": one.last_name,
        "name": one.name,
        "company": one.company,
        "address1": one.address1,
        "address2": one.address2,
        "city": one.city,
        "province": one.province,
        "province_code": one.province_code,
        "country": one.country,
        "country_code": one.country_code,
        "zip": one.zip,
        "phone": one.phone,
        "latitude": None,
        "longitude": None,
    }


def customer(one: model.Customer) -> dict[str, Any]:
    return {
        "id": number("Customer", one.id),
        "admin_graphql_api_id": gid("Customer", one.id),
        "created_at": when(one.created_at),
        "updated_at": when(one.updated_at),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "email": one.email,
        "phone": one.phone,
        "state": one.state,
        "note": one.note,
        "verified_email": one.is_verified,
        "tax_exempt": False,
        "currency": "USD",
        "addresses": [shown] if (shown := address(one.default_address)) else [],
        "default_address": address(one.default_address),
    }


def order(one: model.Order, buyer: model.Customer | None) -> dict[str, Any]:
    paid_by = {each.gateway for each in one.transactions}
    return {
        "id": number("Order", one.id),
        "admin_graphql_api_id": gid("Order", one.id),
        "name": one.name,
        "number": one.number,
        "order_number": one.number,
        "created_at": when(one.created_at),
        "processed_at": when(one.processed_at),
        "updated_at": when(one.updated_at),
        "cancelled_at": when(one.cancelled_at),
        "closed_at": when(one.closed_at),
        "email": one.email,
        "contact_email": one.email,
        "phone": one.phone,
        "currency": one.currency,
        "presentment_currency": one.presentment_currency,
        "source_name": SOURCES.get(one.channel, one.channel),
        "checkout_token": f"token{one.id}",
        "financial_status": one.financial_status,
        "fulfillment_status": None
        if one.fulfillment_status == "unfulfilled"
        else one.fulfillment_status,
        "test": one.is_test,
        "tags": ", ".join(one.tags),
        "note": one.note,
        "note_attributes": [{"name": name, "value": value} for name, value in one.attributes],
        "customer_locale": one.locale,
        "browser_ip": None,
        "client_details": None,
        "landing_site": None,
        "referring_site": None,
        "payment_gateway_names": sorted(paid_by),
        "subtotal_price": f"{one.subtotal:.2f}",
        "total_line_items_price": f"{one.gross_total:.2f}",
        "total_discounts": f"{one.discount_total:.2f}",
        "total_tax": f"{one.tax_total:.2f}",
        "total_price": f"{one.total:.2f}",
        "total_shipping_price_set": money(one.shipping_total, one.currency),
        "taxes_included": one.taxes_included,
        "discount_codes": [
            {"code": code, "amount": f"{one.discount_total:.2f}", "type": "fixed_amount"}
            for code in one.discount_codes
        ],
        "shipping_lines": [{"title": one.shipping_title, "price": f"{one.shipping_total:.2f}"}]
        if one.shipping_title
        else [],
        "shipping_address": address(one.shipping_address),
        "billing_address": address(one.billing_address),
        "customer": None if buyer is None else customer(buyer),
        "line_items": [line(each, one) for each in one.lines],
        "refunds": [refund(each, one) for each in one.refunds],
    }


def line(one: model.OrderLine, of: model.Order) -> dict[str, Any]:
    return {
        "id": number("LineItem", one.id),
        "admin_graphql_api_id": gid("LineItem", one.id),
        "product_id": number("Product", one.product_id),
        "variant_id": number("ProductVariant", one.variant_id),
        "title": one.title,
        "name": f"{one.title} - {one.variant_title}" if one.variant_title else one.title,
        "variant_title": one.variant_title or None,
        "sku": one.sku,
        "vendor": one.vendor,
        "quantity": one.quantity,
        "current_quantity": one.current_quantity,
        "price": f"{one.unit_price:.2f}",
        "price_set": money(one.unit_price, of.currency),
        "total_discount": "0.00",
        "discount_allocations": [{"amount": f"{one.discount:.2f}"}] if one.discount else [],
        "requires_shipping": one.requires_shipping,
        "gift_card": one.is_gift_card,
        "properties": [],
        "tax_lines": [
            {"title": one.tax_title, "rate": float(one.tax_rate), "price": f"{one.tax:.2f}"}
        ]
        if one.tax
        else [],
    }


def refund(one: model.Refund, of: model.Order) -> dict[str, Any]:
    lines = {each.id: each for each in of.lines}
    return {
        "id": number("Refund", one.id),
        "admin_graphql_api_id": gid("Refund", one.id),
        "order_id": number("Order", of.id),
        "created_at": when(one.created_at),
        "processed_at": when(one.created_at),
        "note": one.note,
        "restock": any(each.restock_type == "return" for each in one.lines),
        "order_adjustments": [],
        "refund_line_items": [
            {
                "id": number("RefundLineItem", each.id),
                "line_item_id": number("LineItem", each.line_id),
                "quantity": each.quantity,
                "restock_type": each.restock_type,
                "subtotal": float(each.subtotal),
                "total_tax": float(each.tax),
                "line_item": line(lines[each.line_id], of),
            }
            for each in one.lines
        ],
        "transactions": [
            {
                "id": number("OrderTransaction", each.id),
                "order_id": number("Order", of.id),
                "kind": each.kind,
                "status": each.status,
                "gateway": each.gateway,
                "amount": f"{each.amount:.2f}",
                "currency": of.currency,
                "created_at": when(each.created_at),
            }
            for each in of.transactions
            if each.id in one.transaction_ids
        ],
    }


def checkout(one: model.Checkout, buyer: model.Customer | None) -> dict[str, Any]:
    return {
        "token": f"checkout{one.id}",
        "cart_token": f"cart{one.id}",
        "name": one.name,
        "email": one.email,
        "created_at": when(one.created_at),
        "updated_at": when(one.updated_at),
        "currency": one.currency,
        "presentment_currency": one.currency,
        "subtotal_price": f"{one.subtotal:.2f}",
        "total_line_items_price": f"{one.subtotal:.2f}",
        "total_discounts": "0.00",
        "total_tax": f"{one.tax_total:.2f}",
        "total_price": f"{one.total:.2f}",
        "note_attributes": [],
        "discount_codes": [],
        "shipping_lines": [],
        "abandoned_checkout_url": one.recovery_url,
        "shipping_address": address(one.shipping_address),
        "customer": None if buyer is None else customer(buyer),
        "line_items": [
            {
                "key": f"line{each.id}",
                "product_id": number("Product", each.product_id),
                "variant_id": number("ProductVariant", each.variant_id),
                "title": each.title,
                "variant_title": each.variant_title or None,
                "sku": each.sku,
                "quantity": each.quantity,
                "price": f"{each.unit_price:.2f}",
                "line_price": f"{each.unit_price * each.quantity:.2f}",
            }
            for each in one.lines
        ],
    }


def product(one: model.Product) -> dict[str, Any]:
    newest_first = sorted(one.variants, key=lambda each: each.updated_at, reverse=True)
    return {
        "id": number("Product", one.id),
        "admin_graphql_api_id": gid("Product", one.id),
        "title": one.title,
        "handle": one.handle,
        "body_html": one.description_html,
        "vendor": one.vendor,
        "product_type": one.product_type,
        "status": one.status,
        "tags": ", ".join(one.tags),
        "created_at": when(one.created_at),
        "updated_at": when(one.updated_at),
        "published_at": when(one.published_at),
        "published_scope": "global",
        "template_suffix": None,
        "category": None,
        "image": None,
        "images": [],
        "media": [],
        "options": [
            {"name": name, "position": at, "values": list(values)}
            for at, (name, values) in enumerate(one.options, start=1)
        ],
        "variants": [variant(each) for each in one.variants[:SHOWN_VARIANTS]],
        "variant_gids": [
            {
                "admin_graphql_api_id": gid("ProductVariant", each.id),
                "updated_at": when(each.updated_at),
            }
            for each in newest_first
        ],
    }


def variant(one: model.Variant) -> dict[str, Any]:
    values = [value for _, value in one.options]
    compared = one.compare_at_price
    return {
        "id": number("ProductVariant", one.id),
        "admin_graphql_api_id": gid("ProductVariant", one.id),
        "product_id": number("Product", one.product_id),
        "title": one.title,
        "sku": one.sku,
        "barcode": one.barcode,
        "position": one.position,
        "price": f"{one.price:.2f}",
        "compare_at_price": None if compared is None else f"{compared:.2f}",
        "inventory_item_id": number("InventoryItem", one.inventory_item_id),
        "inventory_policy": "deny",
        "option1": values[0] if values else None,
        "option2": values[1] if len(values) > 1 else None,
        "option3": values[2] if len(values) > 2 else None,
        "taxable": True,
        "created_at": when(one.created_at),
        "updated_at": when(one.updated_at),
    }
