"""How the parts of an order look in the Admin API: line items, refunds, payments, parcels.

Belongs here: each field of those types, from the business's values. Does not belong here: the order
itself (`fields_orders.py`), paging, access.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from vendor_emulator.business import CENT, ZERO, Order, OrderLine
from vendor_emulator.vendors.shopify.around_orders import contents
from vendor_emulator.vendors.shopify.fields_orders import Fields, payments
from vendor_emulator.vendors.shopify.things import (
    LineItem,
    MoneyBag,
    Parcel,
    ParcelLine,
    Payment,
    ReturnLine,
    TaxLine,
    bag,
    gid,
    legacy_id,
)

GATEWAYS = {"shopify_payments": "Shopify Payments", "paypal": "PayPal", "gift_card": "Gift Card"}


def is_by_code(o: Order) -> bool:
    return bool(o.discount_codes)


def per_unit(amount: Decimal, line: OrderLine) -> Decimal:
    return (amount / line.quantity).quantize(CENT, rounding=ROUND_HALF_UP)


def discounted(t: LineItem, *, with_codes: bool) -> Decimal:
    """Unless asked for, a discount that came from a code is not taken off a line."""
    return t.line.gross if is_by_code(t.order) and not with_codes else t.line.net


def line_tax(t: LineItem, s: Any, first: int | None = None) -> list[TaxLine]:
    line = t.line
    if not line.tax:
        return []
    return [TaxLine(line.tax_title, line.tax_rate, bag(line.tax, t.order))][:first]


def fulfilled(t: LineItem) -> int:
    line_id = t.line.id
    return sum(
        quantity
        for parcel in t.order.fulfillments
        if parcel.status == "success"
        for one, quantity in parcel.quantities
        if one == line_id
    )


def still_to_send(t: LineItem) -> int:
    return max(0, t.line.current_quantity - fulfilled(t))


LINE_ITEM: Fields = {
    "id": lambda t, s: gid("LineItem", t.line.id),
    "title": lambda t, s: t.line.title,
    "name": lambda t, s: f"{t.line.title} - {t.line.variant_title}".removesuffix(" - "),
    "variantTitle": lambda t, s: t.line.variant_title or None,
    "sku": lambda t, s: t.line.sku,
    "vendor": lambda t, s: t.line.vendor,
    "quantity": lambda t, s: t.line.quantity,
    "currentQuantity": lambda t, s: t.line.current_quantity,
    "refundableQuantity": lambda t, s: t.line.current_quantity,
    "unfulfilledQuantity": lambda t, s: still_to_send(t),
    "nonFulfillableQuantity": lambda t, s: t.line.refunded_quantity,
    "variant": lambda t, s: s.world.variant(t.line.variant_id),
    "product": lambda t, s: s.world.product(t.line.product_id),
    "originalUnitPriceSet": lambda t, s: bag(t.line.unit_price, t.order),
    "discountedUnitPriceSet": lambda t, s: bag(
        per_unit(discounted(t, with_codes=False), t.line), t.order
    ),
    "discountedUnitPriceAfterAllDiscountsSet": lambda t, s: bag(
        per_unit(t.line.net, t.line), t.order
    ),
    "originalTotalSet": lambda t, s: bag(t.line.gross, t.order),
    "discountedTotalSet": lambda t, s, withCodeDiscounts=False: bag(
        discounted(t, with_codes=withCodeDiscounts), t.order
    ),
    "totalDiscountSet": lambda t, s: bag(t.line.discount, t.order),
    "taxLines": line_tax,
    "taxable": lambda t, s: not t.line.is_gift_card,
    "requiresShipping": lambda t, s: t.line.requires_shipping,
    "isGiftCard": lambda t, s: t.line.is_gift_card,
    "restockable": lambda t, s: t.line.current_quantity > 0,
    "merchantEditable": lambda t, s: t.line.current_quantity > 0,
    "customAttributes": lambda t, s: (),
}

REFUND: Fields = {
    "id": lambda t, s: gid("Refund", t.refund.id),
    "legacyResourceId": lambda t, s: legacy_id("Refund", t.refund.id),
    "createdAt": lambda t, s: t.refund.created_at,
    "updatedAt": lambda t, s: t.refund.created_at,
    "processedAt": lambda t, s: t.refund.created_at,
    "note": lambda t, s: t.refund.note,
    "totalRefundedSet": lambda t, s: bag(t.refund.total, t.order),
    "order": lambda t, s: t.order,
    "refundLineItems": lambda t, s: [ReturnLine(t.order, t.refund, x) for x in t.refund.lines],
    "transactions": lambda t, s: [
        Payment(t.order, one) for one in t.order.transactions if one.id == t.refund.transaction_id
    ],
}


def sold_line(order: Order, line_id: int) -> LineItem | None:
    return next((LineItem(order, line) for line in order.lines if line.id == line_id), None)


def refunded_unit(t: ReturnLine, s: Any) -> MoneyBag:
    sold = sold_line(t.order, t.line.line_id)
    return bag(sold.line.unit_price if sold else ZERO, t.order)


REFUND_LINE_ITEM: Fields = {
    "id": lambda t, s: gid("RefundLineItem", t.line.id),
    "quantity": lambda t, s: t.line.quantity,
    "restockType": lambda t, s: t.line.restock_type.upper(),
    "restocked": lambda t, s: t.line.restock_type != "no_restock",
    "priceSet": refunded_unit,
    "subtotalSet": lambda t, s: bag(t.line.subtotal, t.order),
    "totalTaxSet": lambda t, s: bag(t.line.tax, t.order),
    "lineItem": lambda t, s: sold_line(t.order, t.line.line_id),
    "location": lambda t, s: (
        s.world.locations.get(1) if t.line.restock_type != "no_restock" else None
    ),
}


def parent(t: Payment, s: Any) -> Payment | None:
    wanted = t.transaction.parent_id
    return next((one for one in payments(t.order, s) if one.transaction.id == wanted), None)


ORDER_TRANSACTION: Fields = {
    "id": lambda t, s: gid("OrderTransaction", t.transaction.id),
    "kind": lambda t, s: t.transaction.kind.upper(),
    "status": lambda t, s: t.transaction.status.upper(),
    "gateway": lambda t, s: t.transaction.gateway,
    "formattedGateway": lambda t, s: GATEWAYS.get(t.transaction.gateway, "Manual"),
    "processedAt": lambda t, s: t.transaction.processed_at,
    "createdAt": lambda t, s: t.transaction.created_at,
    "test": lambda t, s: t.transaction.is_test,
    "errorCode": lambda t, s: t.transaction.error_code,
    "amountSet": lambda t, s: bag(t.transaction.amount, t.order),
    "parentTransaction": parent,
    "order": lambda t, s: t.order,
    "paymentId": lambda t, s: f"{t.order.name}.{t.transaction.id}",
    "authorizationExpiresAt": lambda t, s: None,
    "manualPaymentGateway": lambda t, s: t.transaction.gateway == "manual",
    "multiCapturable": lambda t, s: False,
    "settlementCurrency": lambda t, s: t.order.currency,
}


def displayed(t: Parcel, s: Any) -> str:
    if t.fulfillment.status == "cancelled":
        return "CANCELED"
    return "DELIVERED" if t.fulfillment.delivered_at else "IN_TRANSIT"


FULFILLMENT_FIELDS: Fields = {
    "id": lambda t, s: gid("Fulfillment", t.fulfillment.id),
    "legacyResourceId": lambda t, s: legacy_id("Fulfillment", t.fulfillment.id),
    "name": lambda t, s: f"{t.order.name}-F{1 + t.order.fulfillments.index(t.fulfillment)}",
    "status": lambda t, s: t.fulfillment.status.upper(),
    "displayStatus": displayed,
    "createdAt": lambda t, s: t.fulfillment.created_at,
    "updatedAt": lambda t, s: t.fulfillment.updated_at,
    "deliveredAt": lambda t, s: t.fulfillment.delivered_at,
    "inTransitAt": lambda t, s: t.fulfillment.created_at,
    "estimatedDeliveryAt": lambda t, s: None,
    "totalQuantity": lambda t, s: t.fulfillment.total_quantity,
    "requiresShipping": lambda t, s: True,
    "trackingInfo": lambda t, s, first=None: [t.fulfillment][:first],
    "location": lambda t, s: s.world.locations.get(t.fulfillment.location_id),
    "order": lambda t, s: t.order,
    "fulfillmentLineItems": lambda t, s: contents(t),
}

TRACKING: Fields = {
    "company": lambda f, s: f.tracking_company,
    "number": lambda f, s: f.tracking_number,
    "url": lambda f, s: f.tracking_url,
}


def parcel_part(t: ParcelLine, part: str) -> MoneyBag:
    sold = sold_line(t.parcel.order, t.line_id)
    if sold is None:
        return bag(ZERO, t.parcel.order)
    whole = getattr(sold.line, part)
    return bag(per_unit(whole * t.quantity, sold.line), t.parcel.order)


FULFILLMENT_LINE_ITEM: Fields = {
    "id": lambda t, s: gid("FulfillmentLineItem", t.parcel.fulfillment.id * 64 + t.place),
    "quantity": lambda t, s: t.quantity,
    "lineItem": lambda t, s: sold_line(t.parcel.order, t.line_id),
    "originalTotalSet": lambda t, s: parcel_part(t, "gross"),
    "discountedTotalSet": lambda t, s: parcel_part(t, "net"),
}

TYPES: dict[str, Fields] = {
    "LineItem": LINE_ITEM,
    "Refund": REFUND,
    "RefundLineItem": REFUND_LINE_ITEM,
    "OrderTransaction": ORDER_TRANSACTION,
    "Fulfillment": FULFILLMENT_FIELDS,
    "FulfillmentTrackingInfo": TRACKING,
    "FulfillmentLineItem": FULFILLMENT_LINE_ITEM,
}
