"""What subscribers paid, as Recharge's records.

Belongs here: charges, the orders they became, store credit.
Does not belong here: subscriptions (`records.py`), people (`people_records.py`).
"""

from __future__ import annotations

from datetime import timedelta

from vendor_emulator.business import Customer, Order, OrderLine, Subscription
from vendor_emulator.vendors.recharge.forms import Record, external, number, shown, shown_day
from vendor_emulator.vendors.recharge.people_records import street

CHARGES_EACH = 1_000
"""A subscription's charges are numbered within it, so that one to come keeps its id when paid."""
CHARGE_STATES = {
    "paid": "success",
    "authorized": "success",
    "pending": "pending",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "voided": "error",
}


def line_record(line: OrderLine, one: Subscription | None) -> Record:
    return {
        "purchase_item_id": number("subscriptions", one.id) if one else number("onetimes", line.id),
        "external_product_id": external("Product", line.product_id),
        "external_variant_id": external("ProductVariant", line.variant_id),
        "grams": 300,
        "handle": None,
        "images": {},
        "original_price": str(line.unit_price),
        "properties": [],
        "purchase_item_type": "subscription" if one else "onetime",
        "quantity": line.quantity,
        "sku": line.sku,
        "tax_due": str(line.tax),
        "tax_lines": [
            {"price": str(line.tax), "rate": str(line.tax_rate), "title": line.tax_title}
        ],
        "taxable": True,
        "taxable_amount": str(line.net),
        "title": line.title,
        "total_price": str(line.net + line.tax),
        "unit_price": str(line.unit_price),
        "unit_price_includes_tax": False,
        "variant_title": line.variant_title,
    }


def shared(order: Order, one: Subscription | None, place: int, customer: Customer) -> Record:
    """What charges and orders have alike."""
    return {
        "address_id": number("addresses", customer.id),
        "billing_address": street(customer),
        "client_details": {"browser_ip": None, "user_agent": None},
        "created_at": shown(order.created_at),
        "currency": order.currency,
        "customer": {
            "id": number("customers", customer.id),
            "email": customer.email or f"redacted-{customer.id}@example.com",
            "external_customer_id": external("Customer", customer.id),
            "hash": f"{customer.id * 2654435761 % 2**32:08x}",
        },
        "discounts": [],
        "line_items": [line_record(line, one) for line in order.lines],
        "note": None,
        "order_attributes": [],
        "processed_at": shown(order.processed_at),
        "shipping_address": street(customer),
        "shipping_lines": [],
        "subtotal_price": str(order.subtotal),
        "tags": tags(one, place),
        "tax_lines": [],
        "taxable": True,
        "total_discounts": str(order.discount_total),
        "total_line_items_price": str(order.gross_total),
        "total_price": str(order.total),
        "total_refunds": str(order.refunded_total),
        "total_tax": str(order.tax_total),
        "total_weight_grams": 300 * order.item_count,
        "type": "checkout" if place == 0 else "recurring",
        "updated_at": shown(order.updated_at),
    }


def tags(one: Subscription | None, place: int) -> str | None:
    if one is None:
        return None
    return f"Subscription, Subscription {'Recurring' if place else 'First'} Order"


def charge_number(order: Order, one: Subscription | None, place: int) -> int:
    return number("charges", one.id * CHARGES_EACH + place if one else 10**8 + order.id)


def charge_record(order: Order, one: Subscription | None, place: int, customer: Customer) -> Record:
    state = CHARGE_STATES[order.financial_status]
    went_wrong = state == "error"
    return {
        **shared(order, one, place, customer),
        "id": charge_number(order, one, place),
        "analytics_data": {"utm_params": []},
        "error": "Card declined\nTry 1 of 8: insufficient funds" if went_wrong else None,
        "error_type": "INSUFFICIENT_FUNDS" if went_wrong else None,
        "external_order_id": external("Order", order.id),
        "external_transaction_id": {"payment_processor": f"ch_{order.id:010d}"},
        "has_uncommitted_changes": False,
        "orders_count": 0 if went_wrong else 1,
        "payment_processor": "shopify_payments",
        "retry_date": None,
        "scheduled_at": shown_day(order.created_at.date()),
        "status": state,
        "taxes_included": order.taxes_included,
        "total_duties": "0.00",
    }


def charge_to_come(last: Order, one: Subscription, place: int, customer: Customer) -> Record:
    return {
        **charge_record(last, one, place, customer),
        "created_at": shown(last.created_at + timedelta(seconds=30)),
        "error": None,
        "error_type": None,
        "external_order_id": {"ecommerce": None},
        "external_transaction_id": {"payment_processor": None},
        "orders_count": 0,
        "processed_at": None,
        "scheduled_at": shown_day(one.next_on),
        "status": "queued",
        "total_refunds": "0.00",
        "updated_at": shown(last.created_at + timedelta(seconds=30)),
    }


def order_record(order: Order, one: Subscription | None, place: int, customer: Customer) -> Record:
    return {
        **shared(order, one, place, customer),
        "id": number("orders", order.id),
        "charge": {
            "id": charge_number(order, one, place),
            "external_transaction_id": {"payment_processor": f"ch_{order.id:010d}"},
            "payment_processor_name": "shopify_payments",
            "status": CHARGE_STATES[order.financial_status],
        },
        "error": None,
        "external_cart_token": None,
        "external_order_id": external("Order", order.id),
        "external_order_number": {"ecommerce": str(order.number)},
        "is_prepaid": False,
        # A time here, where a charge has a day.
        "scheduled_at": shown(order.created_at),
        "status": "success",
    }


def credit(order: Order, customer_id: int) -> Record:
    refund = order.refunds[0]
    return {
        "id": number("credit_adjustments", order.id),
        "amount": "5.00",
        "created_at": shown(refund.created_at),
        "credit_account_id": 910_000 + customer_id,
        "currency_code": order.currency,
        "ending_balance": "5.00",
        "note": "For the trouble",
        "type": "credit",
        "updated_at": shown(refund.created_at),
    }
