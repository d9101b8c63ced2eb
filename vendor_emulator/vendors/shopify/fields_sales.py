"""How returns, fulfillment orders, draft orders, moved money and gift cards look in the Admin API.

Belongs here: each field of those types, from the business's values. Does not belong here: what of
the business becomes one of them (`around_orders.py`), orders (`fields_orders.py`), paging, access.
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.business import ZERO
from vendor_emulator.vendors.shopify.around_orders import (
    CardDetails,
    Draft,
    DraftLine,
    Sending,
)
from vendor_emulator.vendors.shopify.fields_order_parts import sold_line, still_to_send
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.things import (
    FIRST_ID,
    LineItem,
    Mailing,
    Money,
    Parcel,
    gid,
    legacy_id,
)

CARD = CardDetails("Visa", "•••• •••• •••• 4242")
REASON = ("unwanted", "Unwanted")
METHODS = {"shopify_payments": "credit_card", "paypal": "paypal"}

RETURN: Fields = {
    "id": lambda t, s: gid("Return", t.id),
    "name": lambda t, s: f"{t.order.name}-R{1 + t.order.refunds.index(t.refund)}",
    "status": lambda t, s: "CLOSED",
    "totalQuantity": lambda t, s: sum(one.line.quantity for one in t.lines),
    "createdAt": lambda t, s: t.refund.created_at,
    "closedAt": lambda t, s: t.refund.created_at,
    "requestApprovedAt": lambda t, s: t.refund.created_at,
    "decline": lambda t, s: None,
    "order": lambda t, s: t.order,
    "returnLineItems": lambda t, s: t.lines,
}

RETURN_LINE: Fields = {
    "id": lambda t, s: gid(t.type_name, t.line.id),
    "quantity": lambda t, s: t.line.quantity,
    "processedQuantity": lambda t, s: t.line.quantity,
    "refundedQuantity": lambda t, s: t.line.quantity,
    "unprocessedQuantity": lambda t, s: 0,
    "returnReasonNote": lambda t, s: "",
    "customerNote": lambda t, s: t.returned.refund.note,
    "returnReasonDefinition": lambda t, s: REASON,
    "fulfillmentLineItem": lambda t, s: t.sent,
}


def sending_status(t: Sending, s: Any) -> str:
    return t.status


def assigned(t: Sending, s: Any) -> Any:
    parcels = t.order.fulfillments
    return s.world.locations.get(parcels[0].location_id if parcels else 1)


FULFILLMENT_ORDER: Fields = {
    "id": lambda t, s: gid("FulfillmentOrder", t.order.id),
    "status": sending_status,
    "requestStatus": lambda t, s: "CLOSED" if t.is_closed else "UNSUBMITTED",
    "createdAt": lambda t, s: t.order.created_at,
    "updatedAt": lambda t, s: t.order.updated_at,
    "fulfillAt": lambda t, s: t.order.created_at,
    "fulfillBy": lambda t, s: None,
    "orderId": lambda t, s: gid("Order", t.order.id),
    "orderName": lambda t, s: t.order.name,
    "orderProcessedAt": lambda t, s: t.order.processed_at,
    "order": lambda t, s: t.order,
    "assignedLocation": assigned,
    "lineItems": lambda t, s: [LineItem(t.order, one) for one in t.order.lines],
    "fulfillments": lambda t, s: [Parcel(t.order, one) for one in t.order.fulfillments],
}

FULFILLMENT_ORDER_LINE: Fields = {
    "id": lambda t, s: gid("FulfillmentOrderLineItem", t.line.id),
    "sku": lambda t, s: t.line.sku,
    "productTitle": lambda t, s: t.line.title,
    "totalQuantity": lambda t, s: t.line.quantity,
    "remainingQuantity": lambda t, s: still_to_send(t),
    "inventoryItemId": lambda t, s: (
        gid("InventoryItem", variant.inventory_item_id)
        if (variant := s.world.variant(t.line.variant_id))
        else None
    ),
    "lineItem": lambda t, s: t,
    "variant": lambda t, s: s.world.variant(t.line.variant_id),
}


def draft_address(t: Draft, s: Any) -> Mailing | None:
    if t.source.shipping_address is None:
        return None
    number = FIRST_ID["MailingAddress"] + 8_000_000_000_000 + t.id
    return Mailing(t.source.shipping_address, f"gid://shopify/MailingAddress/{number}")


DRAFT_ORDER: Fields = {
    "id": lambda t, s: gid("DraftOrder", t.id),
    "legacyResourceId": lambda t, s: legacy_id("DraftOrder", t.id),
    "defaultCursor": lambda t, s: legacy_id("DraftOrder", t.id),
    "name": lambda t, s: f"#D{t.id}",
    "status": lambda t, s: t.status,
    "createdAt": lambda t, s: t.created_at,
    "updatedAt": lambda t, s: t.updated_at,
    "completedAt": lambda t, s: t.updated_at if t.order else None,
    "invoiceSentAt": lambda t, s: t.updated_at if t.status == "INVOICE_SENT" else None,
    "currencyCode": lambda t, s: t.source.currency,
    "presentmentCurrencyCode": lambda t, s: t.shown,
    "email": lambda t, s: t.source.email,
    "tags": lambda t, s: (),
    "note2": lambda t, s: t.order.note if t.order else None,
    "taxesIncluded": lambda t, s: bool(t.order and t.order.taxes_included),
    "discountCodes": lambda t, s: t.order.discount_codes if t.order else (),
    "customer": lambda t, s: s.world.customer(t.source.customer_id),
    "order": lambda t, s: s.world.orders.get(t.order.id) if t.order else None,
    "totalPriceSet": lambda t, s: t.bag(t.source.total),
    "subtotalPriceSet": lambda t, s: t.bag(t.source.subtotal),
    "totalTaxSet": lambda t, s: t.bag(t.source.tax_total),
    "totalDiscountsSet": lambda t, s: t.bag(t.order.discount_total if t.order else ZERO),
    "totalShippingPriceSet": lambda t, s: t.bag(t.order.shipping_total if t.order else ZERO),
    "shippingAddress": draft_address,
    "billingAddress": draft_address,
    "customAttributes": lambda t, s: (),
    "totalQuantityOfLineItems": lambda t, s: sum(one.quantity for one in t.source.lines),
    "lineItems": lambda t, s: [DraftLine(t, one) for one in t.source.lines],
}

DRAFT_LINE: Fields = {
    "id": lambda t, s: gid("DraftOrderLineItem", t.number),
    "title": lambda t, s: t.line.title,
    "name": lambda t, s: f"{t.line.title} - {t.line.variant_title}".removesuffix(" - "),
    "variantTitle": lambda t, s: t.line.variant_title or None,
    "sku": lambda t, s: t.line.sku,
    "quantity": lambda t, s: t.line.quantity,
    "custom": lambda t, s: False,
    "vendor": lambda t, s: getattr(s.world.product(t.line.product_id), "vendor", None),
    "requiresShipping": lambda t, s: not is_gift(t, s),
    "isGiftCard": lambda t, s: is_gift(t, s),
    "taxable": lambda t, s: not is_gift(t, s),
    "variant": lambda t, s: s.world.variant(t.line.variant_id),
    "product": lambda t, s: s.world.product(t.line.product_id),
    "originalUnitPriceSet": lambda t, s: t.draft.bag(t.line.unit_price),
    "originalTotalSet": lambda t, s: t.draft.bag(t.line.unit_price * t.line.quantity),
    "discountedTotalSet": lambda t, s: t.draft.bag(
        t.line.unit_price * t.line.quantity - t.discount
    ),
    "totalDiscountSet": lambda t, s: t.draft.bag(t.discount),
}


def is_gift(t: DraftLine, s: Any) -> bool:
    product = s.world.product(t.line.product_id)
    return bool(product and product.is_gift_card)


TENDER: Fields = {
    "id": lambda t, s: gid("TenderTransaction", t.transaction.id),
    "amount": lambda t, s: Money(
        -t.transaction.amount if t.transaction.kind == "refund" else t.transaction.amount,
        t.order.currency,
    ),
    "paymentMethod": lambda t, s: METHODS.get(t.transaction.gateway, "other"),
    "processedAt": lambda t, s: t.transaction.processed_at,
    "remoteReference": lambda t, s: f"ch_{t.transaction.id:012x}",
    "test": lambda t, s: t.transaction.is_test,
    # It outlives its order.
    "order": lambda t, s: s.world.orders.get(t.order.id),
    "transactionDetails": lambda t, s: (
        CARD if t.transaction.gateway == "shopify_payments" else None
    ),
}

GIFT_CARD: Fields = {
    "id": lambda t, s: gid("GiftCard", t.number),
    "createdAt": lambda t, s: t.order.created_at,
    "updatedAt": lambda t, s: t.updated_at,
    "deactivatedAt": lambda t, s: t.order.cancelled_at,
    "enabled": lambda t, s: t.order.cancelled_at is None,
    "expiresOn": lambda t, s: None,
    "lastCharacters": lambda t, s: t.code[-4:],
    "maskedCode": lambda t, s: f"•••• •••• •••• {t.code[-4:]}",
    "note": lambda t, s: None,
    "templateSuffix": lambda t, s: None,
    "initialValue": lambda t, s: Money(t.line.unit_price, t.order.currency),
    "balance": lambda t, s: Money(t.balance, t.order.currency),
    "customer": lambda t, s: s.world.customer(t.order.customer_id),
    "order": lambda t, s: s.world.orders.get(t.order.id),
    "lineItem": lambda t, s: sold_line(t.order, t.line.id),
}

TYPES: dict[str, Fields] = {
    "Return": RETURN,
    "ReturnLineItem": RETURN_LINE,
    "UnverifiedReturnLineItem": RETURN_LINE,
    "ReturnReasonDefinition": {
        "id": lambda t, s: gid("ReturnReasonDefinition", 1),
        "handle": lambda t, s: t[0],
        "name": lambda t, s: t[1],
        "deleted": lambda t, s: False,
    },
    "ReturnDecline": {"reason": lambda t, s: "OTHER", "note": lambda t, s: None},
    "FulfillmentOrder": FULFILLMENT_ORDER,
    "FulfillmentOrderLineItem": FULFILLMENT_ORDER_LINE,
    "FulfillmentOrderAssignedLocation": {
        "name": lambda t, s: t.name,
        "countryCode": lambda t, s: t.address.country_code,
        "location": lambda t, s: t,
    },
    "DraftOrder": DRAFT_ORDER,
    "DraftOrderLineItem": DRAFT_LINE,
    "TenderTransaction": TENDER,
    "TenderTransactionCreditCardDetails": {
        "creditCardCompany": lambda t, s: t.company,
        "creditCardNumber": lambda t, s: t.number,
    },
    "GiftCard": GIFT_CARD,
}
