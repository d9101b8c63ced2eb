"""The business's OMS shop as raw tables, written here by hand from Solidus's column names.

Belongs here: rows of `raw_chord_oms`. Does not belong here: how they are loaded (`raw_tables.py`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from vendor_emulator.business import Business, Order

Row = dict[str, Any]


def tables(business: Business) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {
        "spree_stores": [{"id": 1, "name": "Fable", "default_currency": "USD"}],
        "spree_users": [
            {"id": customer.id, "email": customer.email, "created_at": customer.created_at}
            for customer in business.iter_customers("oms")
        ],
        "spree_orders": [],
        "spree_line_items": [],
        "spree_shipments": [],
        "spree_payments": [],
        "spree_refunds": [],
    }
    for order in business.iter_orders("oms"):
        found["spree_orders"].append(order_row(order))
        found["spree_line_items"] += [
            {
                "id": line.id,
                "order_id": order.id,
                "variant_id": line.variant_id,
                "quantity": line.quantity,
                "price": line.unit_price,
                "promo_total": -line.discount,
                "additional_tax_total": Decimal(0) if order.taxes_included else line.tax,
                "included_tax_total": line.tax if order.taxes_included else Decimal(0),
            }
            for line in order.lines
        ]
        found["spree_shipments"].append(
            {"id": order.id, "order_id": order.id, "cost": order.shipping_total}
        )
        found["spree_payments"].append(
            {
                "id": order.id,
                "order_id": order.id,
                "state": "completed" if order.paid_total else "failed",
                "amount": order.paid_total or order.total,
                "created_at": order.created_at,
            }
        )
        found["spree_refunds"] += [
            {
                "id": refund.id,
                "payment_id": order.id,
                "amount": refund.total,
                "created_at": refund.created_at,
            }
            for refund in order.refunds
        ]
    found["spree_orders"] += [
        {
            "id": 10_000_000 + cart.id,
            "state": cart.state,
            "email": cart.email,
            "currency": cart.currency,
            "created_at": cart.created_at,
        }
        for cart in business.checkouts
        if cart.shop == "oms"
    ]
    return found


def order_row(order: Order) -> Row:
    tax_on_top = Decimal(0) if order.taxes_included else order.tax_total
    return {
        "id": order.id,
        "number": order.name,
        "state": "canceled" if order.cancelled_at else "complete",
        "user_id": order.customer_id,
        "email": order.email,
        "store_id": 1,
        "currency": order.currency,
        "item_total": order.gross_total,
        "promo_total": -order.discount_total,
        "additional_tax_total": tax_on_top,
        "included_tax_total": order.tax_total - tax_on_top,
        "adjustment_total": tax_on_top - order.discount_total,
        "shipment_total": order.shipping_total,
        "total": order.total,
        "payment_total": order.paid_total - order.refunded_total,
        "created_at": order.created_at,
        "completed_at": order.created_at,
        "canceled_at": order.cancelled_at,
    }
