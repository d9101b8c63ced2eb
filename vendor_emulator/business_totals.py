"""Adds orders up, for the comparison with a vendor's own sums and with the warehouse.

Belongs here: sums over orders. Does not belong here: the orders (`business_orders.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from vendor_emulator.business_model import ZERO
from vendor_emulator.business_sales import Order, Totals

UNPAID = ("pending", "authorized", "voided")


def totals_by_currency(orders: Iterable[Order]) -> dict[str, Totals]:
    sums: dict[str, list[Decimal]] = {}
    counts: dict[str, list[int]] = {}
    for order in orders:
        if order.is_test:
            continue
        count = counts.setdefault(order.currency, [0, 0])
        count[0] += 1
        count[1] += is_completed(order)
        amounts = sums.setdefault(order.currency, [ZERO] * 6)
        amounts[0] += order.gross_total
        amounts[1] += order.discount_total
        amounts[2] += order.tax_total
        amounts[3] += order.shipping_total
        amounts[4] += order.total
        amounts[5] += order.refunded_total
    return {
        currency: Totals(counts[currency][0], counts[currency][1], *amounts)
        for currency, amounts in sums.items()
    }


def is_completed(order: Order) -> bool:
    """OMS: placed; carts are not among the orders. Shopify: fully fulfilled, and closed or paid.

    A shop that archives by itself closes what is fulfilled and paid; so what is fulfilled, paid and
    open is an order of a shop that does not, and complete all the same.
    """
    is_settled = order.closed_at is not None or order.financial_status not in UNPAID
    return order.shop == "oms" or (order.fulfillment_status == "fulfilled" and is_settled)


def spend_by_customer(orders: Iterable[Order]) -> dict[int, tuple[int, Decimal]]:
    spend: dict[int, tuple[int, Decimal]] = {}
    for order in orders:
        if order.customer_id is not None and not order.is_test:
            count, amount = spend.get(order.customer_id, (0, ZERO))
            kept = order.paid_total - order.refunded_total
            spend[order.customer_id] = (count + 1, amount + kept)
    return spend
