"""How orders and what hangs on them look in the Admin API.

Belongs here: each field of those types, from the business's values. Does not belong here: other
types (`fields_*.py`), paging, access.

A field is a function of the thing and the session (`execution.Session`), and takes the field's
arguments by name where it has any. A connection's field gives all its things; they are paged
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from vendor_emulator.business import ZERO, Order
from vendor_emulator.vendors.shopify.around_orders import returns_of
from vendor_emulator.vendors.shopify.things import (
    FIRST_ID,
    Counted,
    LineItem,
    Mailing,
    MoneyBag,
    Parcel,
    Payment,
    Return,
    Shipping,
    TaxLine,
    bag,
    gid,
    legacy_id,
    summed,
)

Fields = dict[str, Callable[..., Any]]

SOURCES = {"subscription": "subscription_contract"}
FULFILLMENT = {
    "unfulfilled": "UNFULFILLED",
    "partial": "PARTIALLY_FULFILLED",
    "fulfilled": "FULFILLED",
}


def order_lines(o: Order, s: Any) -> list[LineItem]:
    return [LineItem(o, line) for line in o.lines]


def taxes(o: Order) -> list[TaxLine]:
    sums: dict[tuple[str, Decimal], Decimal] = {}
    for line in o.lines:
        key = (line.tax_title, line.tax_rate)
        sums[key] = sums.get(key, ZERO) + line.tax
    return [TaxLine(*key, bag(tax, o)) for key, tax in sums.items() if tax]


def refunded(o: Order, part: str) -> Decimal:
    return summed(getattr(line, part) for refund in o.refunds for line in refund.lines)


def outstanding(o: Order) -> Decimal:
    return ZERO if o.cancelled_at else o.total - o.paid_total


def mailing(o: Order, kind: str) -> Mailing | None:
    address = o.shipping_address if kind == "shipping" else o.billing_address
    if address is None:
        return None
    number = FIRST_ID["MailingAddress"] + o.id * 2 + (kind == "billing")
    return Mailing(address, f"gid://shopify/MailingAddress/{number}?model_name=Address")


def payments(o: Order, s: Any) -> list[Payment]:
    return [Payment(o, one) for one in o.transactions]


def is_paid(o: Order) -> bool:
    return o.paid_total >= o.total and not o.cancelled_at


def weight(o: Order, s: Any) -> str:
    grams = 0
    for line in o.lines:
        if (variant := s.world.variant(line.variant_id)) is not None:
            grams += variant.weight_grams * line.quantity
    return str(grams)


ORDER: Fields = {
    "id": lambda o, s: gid("Order", o.id),
    "legacyResourceId": lambda o, s: legacy_id("Order", o.id),
    "name": lambda o, s: o.name,
    "number": lambda o, s: o.number,
    "email": lambda o, s: o.email,
    "phone": lambda o, s: o.phone,
    "test": lambda o, s: o.is_test,
    "note": lambda o, s: o.note,
    "createdAt": lambda o, s: o.created_at,
    "updatedAt": lambda o, s: o.updated_at,
    "processedAt": lambda o, s: o.processed_at,
    "cancelledAt": lambda o, s: o.cancelled_at,
    "cancelReason": lambda o, s: o.cancel_reason and o.cancel_reason.upper(),
    "closed": lambda o, s: o.closed_at is not None,
    "closedAt": lambda o, s: o.closed_at,
    "confirmed": lambda o, s: True,
    "displayFinancialStatus": lambda o, s: o.financial_status.upper(),
    "displayFulfillmentStatus": lambda o, s: FULFILLMENT[o.fulfillment_status],
    "returnStatus": lambda o, s: "RETURNED" if o.refunds else "NO_RETURN",
    "currencyCode": lambda o, s: o.currency,
    "presentmentCurrencyCode": lambda o, s: o.presentment_currency,
    "tags": lambda o, s: o.tags,
    "sourceName": lambda o, s: SOURCES.get(o.channel, o.channel),
    "sourceIdentifier": lambda o, s: None,
    "poNumber": lambda o, s: None,
    "statusPageUrl": lambda o, s, **_: f"{s.shop_url}/orders/{o.id}/authenticate?key=k{o.number}",
    "taxesIncluded": lambda o, s: o.taxes_included,
    "taxExempt": lambda o, s: False,
    "dutiesIncluded": lambda o, s: False,
    "estimatedTaxes": lambda o, s: False,
    "edited": lambda o, s: False,
    "customerLocale": lambda o, s: o.locale,
    "customerAcceptsMarketing": lambda o, s: bool(
        (buyer := s.world.customer(o.customer_id)) and buyer.accepts_marketing
    ),
    "customer": lambda o, s: s.world.customer(o.customer_id),
    "totalPriceSet": lambda o, s: bag(o.total, o),
    "originalTotalPriceSet": lambda o, s: bag(o.total, o),
    "subtotalPriceSet": lambda o, s: bag(o.subtotal, o),
    "totalTaxSet": lambda o, s: bag(o.tax_total, o),
    "totalDiscountsSet": lambda o, s: bag(o.discount_total, o),
    "totalShippingPriceSet": lambda o, s: bag(o.shipping_total, o),
    "totalRefundedSet": lambda o, s: bag(o.refunded_total, o),
    "totalRefundedShippingSet": lambda o, s: bag(summed(r.shipping for r in o.refunds), o),
    "totalReceivedSet": lambda o, s: bag(o.paid_total, o),
    "totalOutstandingSet": lambda o, s: bag(outstanding(o), o),
    "totalTipReceivedSet": lambda o, s: bag(ZERO, o),
    "netPaymentSet": lambda o, s: bag(o.paid_total - o.refunded_total, o),
    "currentTotalPriceSet": lambda o, s: bag(o.current_total, o),
    "currentSubtotalPriceSet": lambda o, s: bag(o.subtotal - refunded(o, "subtotal"), o),
    "currentTotalTaxSet": lambda o, s: bag(o.tax_total - refunded(o, "tax"), o),
    "currentTotalDiscountsSet": lambda o, s: bag(o.discount_total, o),
    "currentSubtotalLineItemsQuantity": lambda o, s: sum(x.current_quantity for x in o.lines),
    "subtotalLineItemsQuantity": lambda o, s: o.item_count,
    "totalWeight": weight,
    "shippingAddress": lambda o, s: mailing(o, "shipping"),
    "billingAddress": lambda o, s: mailing(o, "billing"),
    "billingAddressMatchesShippingAddress": lambda o, s: o.billing_address == o.shipping_address,
    "discountCode": lambda o, s: o.discount_codes[0] if o.discount_codes else None,
    "discountCodes": lambda o, s: o.discount_codes,
    "customAttributes": lambda o, s: o.attributes,
    "paymentGatewayNames": lambda o, s: list(dict.fromkeys(t.gateway for t in o.transactions)),
    "fullyPaid": lambda o, s: is_paid(o),
    "unpaid": lambda o, s: o.paid_total == ZERO,
    "capturable": lambda o, s: o.financial_status == "authorized",
    "refundable": lambda o, s: o.paid_total > o.refunded_total,
    "restockable": lambda o, s: o.cancelled_at is None,
    "fulfillable": lambda o, s: not o.cancelled_at and o.fulfillment_status != "fulfilled",
    "requiresShipping": lambda o, s: any(line.requires_shipping for line in o.lines),
    "merchantEditable": lambda o, s: o.cancelled_at is None,
    "hasTimelineComment": lambda o, s: False,
    "lineItems": order_lines,
    "shippingLine": lambda o, s: Shipping(o) if o.shipping_title else None,
    "shippingLines": lambda o, s, **_: [Shipping(o)] if o.shipping_title else [],
    "taxLines": lambda o, s: taxes(o),
    "refunds": lambda o, s, first=None: [Return(o, one) for one in o.refunds[:first]],
    "transactions": lambda o, s, first=None, **_: payments(o, s)[:first],
    "transactionsCount": lambda o, s: Counted(len(o.transactions), True),
    "fulfillments": lambda o, s, first=None, **_: [Parcel(o, f) for f in o.fulfillments[:first]],
    "returns": lambda o, s, **_: returns_of(o),
    "fulfillmentsCount": lambda o, s: Counted(len(o.fulfillments), True),
}


TAX_LINE: Fields = {
    "title": lambda t, s: t.title,
    "rate": lambda t, s: float(t.rate),
    "ratePercentage": lambda t, s: float(t.rate * 100),
    "priceSet": lambda t, s: t.price,
    "channelLiable": lambda t, s: False,
    "source": lambda t, s: "Shopify",
}


def shipping_price(t: Shipping, s: Any) -> MoneyBag:
    return bag(t.order.shipping_total, t.order)


SHIPPING_LINE: Fields = {
    "id": lambda t, s: gid("ShippingLine", t.order.id),
    "title": lambda t, s: t.order.shipping_title,
    "code": lambda t, s: t.order.shipping_title,
    "source": lambda t, s: "shopify",
    "custom": lambda t, s: False,
    "isRemoved": lambda t, s: False,
    "originalPriceSet": shipping_price,
    "discountedPriceSet": shipping_price,
    "currentDiscountedPriceSet": shipping_price,
    "taxLines": lambda t, s: [],
}

TYPES: dict[str, Fields] = {
    "Order": ORDER,
    "TaxLine": TAX_LINE,
    "ShippingLine": SHIPPING_LINE,
}
