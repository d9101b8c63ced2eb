"""The business's subscriptions as Recharge's records.

Belongs here: which records there are; subscriptions, what is added to them, plans, discounts.
Does not belong here: people and payments (files of their own), lists (`service.py`).

Of the Shopify shop's orders Recharge knows those that a subscription made, and those with single
products that were bought in its own checkout: one web order of four.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vendor_emulator.business import Business, Order, Product, Subscription, Variant
from vendor_emulator.vendors.recharge.charge_records import (
    CHARGE_STATES,
    charge_record,
    charge_to_come,
    credit,
    order_record,
)
from vendor_emulator.vendors.recharge.forms import (
    FIRST_ID,
    Record,
    external,
    number,
    shown,
    shown_day,
)
from vendor_emulator.vendors.recharge.people_records import (
    address_record,
    customer_record,
    metafield,
    payment_method,
)
from vendor_emulator.vendors.shopify.things import legacy_id


def records_of(business: Business) -> dict[str, dict[int, Record]]:
    """Every kind of record, by its id."""
    made: dict[str, dict[int, Record]] = {kind: {} for kind in FIRST_ID}

    def add(kind: str, record: Record) -> None:
        made[kind][record["id"]] = record

    variants = {
        variant.id: (product, variant)
        for product in business.products
        for variant in product.variants
    }
    by_customer: dict[int, list[Subscription]] = {}
    for one in business.subscriptions:
        if one.shop == "shopify":
            by_customer.setdefault(one.customer_id, []).append(one)
    offered: dict[int, Product] = {}
    for customer_id, subscriptions in by_customer.items():
        customer = business.customer(customer_id)
        add("customers", customer_record(customer, subscriptions, subscriptions[0].created_at))
        add("addresses", address_record(customer, subscriptions[0].created_at))
        add("payment_methods", payment_method(customer, subscriptions[0].created_at))
        add("metafields", metafield("customer", customer_id, number("customers", customer_id)))
        for one in subscriptions:
            product, variant = variants.get(one.variant_id, (None, None))
            if product is not None:
                offered[product.id] = product
            add("subscriptions", subscription_record(one, product, variant))
            add(
                "metafields",
                metafield("subscription", 10**6 + one.id, number("subscriptions", one.id)),
            )
            paid = [business.order(order_id) for order_id in one.order_ids]
            for place, order in enumerate(paid):
                add("charges", charge_record(order, one, place, customer))
                if CHARGE_STATES[order.financial_status] not in ("pending", "error"):
                    add("orders", order_record(order, one, place, customer))
                if order.refunds:
                    add("credit_adjustments", credit(order, customer_id))
            if one.next_on:
                add("charges", charge_to_come(paid[-1], one, len(paid), customer))
            if one.id % 3 == 1:
                add("onetimes", onetime(one, paid[0]))
            if one.id % 5 == 1:
                add("bundle_selections", bundle_selection(one, paid[0]))
    for order in business.iter_orders("shopify"):
        if not is_checkout(order):
            continue
        assert order.customer_id is not None
        customer = business.customer(order.customer_id)
        if order.customer_id not in by_customer:
            by_customer[order.customer_id] = []
            add("customers", customer_record(customer, [], order.created_at))
            add("addresses", address_record(customer, order.created_at))
        add("charges", charge_record(order, None, 0, customer))
        if CHARGE_STATES[order.financial_status] not in ("pending", "error"):
            add("orders", order_record(order, None, 0, customer))
    for product in offered.values():
        for months in (1, 2):
            add("plans", plan_record(product, months))
    for collection in business.collections[:3]:
        add("collections", collection_record(collection.id, collection.title, business.start))
    for discount in business.discounts:
        if discount.code:
            add("discounts", discount_record(discount))
    return made


def is_checkout(order: Order) -> bool:
    is_sale = order.customer_id is not None and not order.is_test and not order.is_subscription
    return is_sale and order.channel == "web" and order.id % 4 == 0


def subscription_record(
    one: Subscription, product: Product | None, variant: Variant | None
) -> Record:
    is_over = one.state == "canceled"
    return {
        "id": number("subscriptions", one.id),
        "address_id": number("addresses", one.customer_id),
        "analytics_data": {"utm_params": []},
        "cancellation_reason": "I have too much" if is_over else None,
        "cancellation_reason_comments": None,
        "cancelled_at": shown(one.cancelled_at),
        "charge_interval_frequency": one.interval_months,
        "created_at": shown(one.created_at),
        "customer_id": number("customers", one.customer_id),
        "expire_after_specific_number_of_charges": None,
        "external_product_id": external("Product", product.id if product else None),
        "external_variant_id": external("ProductVariant", one.variant_id),
        "has_queued_charges": one.next_on is not None,
        "is_prepaid": False,
        "is_skippable": True,
        "is_swappable": False,
        "max_retries_reached": False,
        "next_charge_scheduled_at": None if is_over else shown_day(one.next_on),
        "order_day_of_month": None,
        "order_day_of_week": None,
        "order_interval_frequency": one.interval_months,
        "order_interval_unit": "month",
        "presentment_currency": "USD",
        "price": str(variant.price) if variant else "0.00",
        "product_title": product.title if product else "A product of the past",
        "properties": [],
        "quantity": one.quantity,
        "sku": variant.sku if variant else None,
        "sku_override": False,
        "status": "cancelled" if is_over else "active",
        "updated_at": shown(one.updated_at),
        "variant_title": variant.title if variant else None,
    }


def onetime(one: Subscription, first: Order) -> Record:
    line = first.lines[0]
    return {
        "id": number("onetimes", one.id),
        "address_id": number("addresses", one.customer_id),
        "created_at": shown(one.created_at + timedelta(days=2)),
        "customer_id": number("customers", one.customer_id),
        "external_product_id": external("Product", line.product_id),
        "external_variant_id": external("ProductVariant", line.variant_id),
        "is_cancelled": one.state == "canceled",
        "next_charge_scheduled_at": shown_day(one.next_on),
        "presentment_currency": "USD",
        "price": str(line.unit_price),
        "product_title": line.title,
        "properties": [{"name": "gift note", "value": "Enjoy"}],
        "quantity": 1,
        "sku": line.sku,
        "sku_override": False,
        "updated_at": shown(max(one.updated_at, one.created_at + timedelta(days=2))),
        "variant_title": line.variant_title,
    }


def bundle_selection(one: Subscription, first: Order) -> Record:
    line, at = first.lines[0], shown(one.created_at)
    item = {
        "id": 10 * one.id + 1,
        "collection_id": legacy_id("Collection", 1),
        "collection_source": "shopify",
        "created_at": at,
        "external_product_id": legacy_id("Product", line.product_id),
        "external_variant_id": legacy_id("ProductVariant", line.variant_id),
        "price": str(line.unit_price),
        "quantity": 1,
        "updated_at": at,
    }
    return {
        "id": number("bundle_selections", one.id),
        "bundle_variant_id": 3_300 + one.id,
        "charge_id": None,
        "created_at": at,
        "external_product_id": legacy_id("Product", line.product_id),
        "external_variant_id": legacy_id("ProductVariant", line.variant_id),
        "is_fallback": False,
        "items": [item],
        "order_id": None,
        "purchase_item_id": number("subscriptions", one.id),
        "updated_at": at,
    }


def plan_record(product: Product, months: int) -> Record:
    shows = {"display": True}
    return {
        "id": number("plans", product.id * 4 + months),
        "channel_settings": {
            "api": shows,
            "checkout_page": shows,
            "checkout_page_experiment": shows,
            "customer_portal": shows,
            "merchant_portal": shows,
        },
        "created_at": shown(product.created_at),
        "deleted_at": None,
        "discount_amount": "10.00",
        "discount_type": "percentage",
        "external_plan_group_id": 2_000_000 + product.id,
        "external_plan_id": 3_000_000 + product.id * 4 + months,
        "external_plan_name": f"Every {months} months" if months > 1 else "Every month",
        "external_product_id": external("Product", product.id),
        "external_variant_ids": [legacy_id("ProductVariant", one.id) for one in product.variants],
        "has_variant_restrictions": False,
        "sort_order": months,
        "subscription_preferences": {
            "apply_cutoff_date_to_checkout": False,
            "charge_interval_frequency": months,
            "cutoff_day_of_month": None,
            "cutoff_day_of_week": None,
            "expire_after_specific_number_of_charges": None,
            "interval_unit": "month",
            "order_day_of_month": None,
            "order_day_of_week": None,
            "order_interval_frequency": months,
            "pricing_progression": [],
        },
        "title": product.title,
        "type": "subscription",
        "updated_at": shown(product.updated_at),
    }


def collection_record(own: int, title: str, at: datetime) -> Record:
    return {
        "id": number("collections", own),
        "created_at": shown(at),
        "description": "",
        "manual_sort_order": [],
        "sort_order": "id-asc",
        "title": title,
        "type": "manual",
        "updated_at": shown(at),
    }


def discount_record(discount: Any) -> Record:
    kinds = {"percentage": "percentage", "fixed": "fixed_amount", "free_shipping": "shipping"}
    return {
        "id": number("discounts", discount.id),
        "applies_to": {"ids": [], "purchase_item_type": "ALL", "resource": None},
        "code": discount.code,
        "created_at": shown(discount.created_at),
        "ends_at": shown(discount.ends_at),
        "external_discount_id": {"ecommerce": None},
        "external_discount_source": None,
        "prerequisite_subtotal_min": None,
        "starts_at": shown(discount.starts_at),
        "status": "enabled" if discount.status == "active" else "disabled",
        "updated_at": shown(discount.updated_at),
        "usage_limits": {
            "first_time_customer_restriction": None,
            "one_application_per_customer": False,
        },
        "value": str(discount.value),
        "value_type": kinds[discount.kind],
    }
