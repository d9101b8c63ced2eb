"""Orders and carts as Solidus rows: what was ordered and what it costs.

Belongs here: orders, lines, adjustments, state changes. Totals keep Solidus's own rules:
`total = item_total + shipment_total + adjustment_total`, tax within the price is not added.
Does not belong here: parcels (`parcel_rows.py`), money (`payment_rows.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from vendor_emulator.business import ZERO, Business, Checkout, Order, OrderLine
from vendor_emulator.business_people import place_of
from vendor_emulator.vendors.chord_oms.catalog_rows import variant_row_id
from vendor_emulator.vendors.chord_oms.loading import Add, columns, naive
from vendor_emulator.vendors.chord_oms.parcel_rows import add_parcels
from vendor_emulator.vendors.chord_oms.payment_rows import add_payments
from vendor_emulator.vendors.chord_oms.people_rows import ADDRESSES, address_row
from vendor_emulator.vendors.chord_oms.shop_rows import (
    LEGACY_ACTION,
    NEW_BENEFIT,
    TAX_RATE_IDS,
)

CART_IDS = 10_000_000  # carts are orders too; theirs begin here
PARTS = 32

ORDERS = columns(
    "spree_orders",
    "id number item_total total state adjustment_total user_id completed_at bill_address_id"
    " ship_address_id payment_total shipment_state payment_state email special_instructions"
    " created_at updated_at currency last_ip_address shipment_total additional_tax_total"
    " promo_total channel included_tax_total item_count confirmation_delivered guest_token"
    " canceled_at store_id customer_metadata subscription_order subscription_id affiliate_id"
    " loyalty_points",
)
LINES = columns(
    "spree_line_items",
    "id variant_id order_id quantity price created_at updated_at cost_price tax_category_id"
    " adjustment_total additional_tax_total promo_total included_tax_total customer_metadata",
)
ADJUSTMENTS = columns(
    "spree_adjustments",
    "id source_type source_id adjustable_type adjustable_id amount label created_at updated_at"
    " order_id included adjustment_reason_id finalized promotion_code_id",
)
STATE_CHANGES = columns(
    "spree_state_changes",
    "id name previous_state stateful_id user_id stateful_type next_state created_at updated_at",
)
ORDER_PROMOTIONS = columns(
    "spree_orders_promotions",
    "id order_id promotion_id promotion_code_id created_at updated_at",
)
NEW_ORDER_PROMOTIONS = columns(
    "solidus_promotions_order_promotions",
    "id order_id promotion_id promotion_code_id created_at updated_at",
)


@dataclass(frozen=True, slots=True)
class Moments:
    """An order's times as Rails writes them: without a zone, with microseconds."""

    shift: timedelta
    created_at: datetime
    updated_at: datetime

    def of(self, moment: datetime) -> datetime:
        return naive(moment) + self.shift


def moments_of(row_id: int, created_at: datetime, updated_at: datetime) -> Moments:
    shift = timedelta(microseconds=row_id * 7919 % 1_000_000)
    return Moments(shift, naive(created_at) + shift, naive(updated_at) + shift)


def is_legacy(order: Order, business: Business) -> bool:
    """Imported rows: some old orders and their lines carry no `updated_at`."""
    return order.id % 97 == 11 and order.updated_at < business.base_now - timedelta(days=120)


def add_order(business: Business, order: Order, add: Add) -> None:
    when = moments_of(order.id, order.created_at, order.updated_at)
    touched = None if is_legacy(order, business) else when.updated_at
    shipped_to, billed_to = _add_addresses(order, add, when, touched)
    renewal = order.subscription_id is not None and not business.starts_subscription(order.id)
    discount = business.discounts[order.discount_ids[0] - 1] if order.discount_ids else None
    # A fixed amount off is an adjustment of the whole order, anything else one of its lines.
    is_whole = discount is not None and discount.kind == "fixed"
    tax_rate = TAX_RATE_IDS[place_of(order.shipping_address or order.billing_address).zip]
    for place, line in enumerate(order.lines):
        _add_line(line, order, add, when, touched, is_whole=is_whole)
        number = order.id * PARTS + place * 2
        if line.tax:
            add(ADJUSTMENTS, (number, "Spree::TaxRate", tax_rate, "Spree::LineItem", line.id,
                              line.tax, f"{line.tax_title} {line.tax_rate:.3%}",
                              when.created_at, when.created_at, order.id, order.taxes_included,
                              None, True, None))  # fmt: skip
        if line.discount and discount is not None and not is_whole:
            source = NEW_BENEFIT if discount.is_automatic else LEGACY_ACTION
            code = None if discount.is_automatic else discount.id
            add(ADJUSTMENTS, (number + 1, source, discount.id, "Spree::LineItem", line.id,
                              -line.discount, f"Promotion ({discount.title})", when.created_at,
                              when.created_at, order.id, False, None, True, code))  # fmt: skip
    if discount is not None:
        if is_whole and order.discount_total:
            add(ADJUSTMENTS, (order.id * PARTS + 31, LEGACY_ACTION, discount.id, "Spree::Order",
                              order.id, -order.discount_total, f"Promotion ({discount.title})",
                              when.created_at, when.created_at, order.id, False, None, True,
                              discount.id))  # fmt: skip
        target = NEW_ORDER_PROMOTIONS if discount.is_automatic else ORDER_PROMOTIONS
        code = None if discount.is_automatic else discount.id
        add(target, (order.id, order.id, discount.id, code, when.created_at, when.created_at))
    shipment_state = add_parcels(order, add, when, shipped_to)
    payment_state = add_payments(order, add, when)
    state = _state(order)
    added_tax = ZERO if order.taxes_included else order.tax_total
    points = Decimal("NaN") if order.id % 101 == 7 else order.total / 7 if order.id % 3 else None
    add(ORDERS, (
        order.id, order.name, order.gross_total, order.total, state,
        added_tax - order.discount_total, order.customer_id, when.created_at, billed_to,
        shipped_to, order.paid_total - order.refunded_total, shipment_state, payment_state,
        order.email, order.note, when.created_at, touched, order.currency,
        f"203.0.113.{order.id % 250}", order.shipping_total, added_tax,
        -order.discount_total, "subscriptions" if renewal else _channel(order),
        order.tax_total - added_tax, order.item_count, True, f"CANARY-guest-order-{order.id}",
        order.cancelled_at and when.of(order.cancelled_at), 1 if order.currency == "USD" else 2,
        '{"gift": "🎁"}' if order.attributes else "{}", renewal,
        order.subscription_id if renewal else None,
        1 + order.id % 5 if order.id % 7 == 0 else None, points,
    ))  # fmt: skip
    steps = [("cart", "complete", order.created_at)]
    if order.cancelled_at is not None:
        steps.append(("complete", "canceled", order.cancelled_at))
    for place, (previous, following, moment) in enumerate(steps):
        at = when.of(moment)
        add(STATE_CHANGES, (order.id * 4 + place, "order", previous, order.id, order.customer_id,
                            "Spree::Order", following, at, at))  # fmt: skip


def add_cart(cart: Checkout, add: Add) -> None:
    row_id = CART_IDS + cart.id
    when = moments_of(row_id, cart.created_at, cart.updated_at)
    address = None
    if cart.shipping_address is not None:
        address = row_id * 2
        add(ADDRESSES, address_row(address, cart.shipping_address, when.created_at,
                                   when.updated_at, email=cart.email))  # fmt: skip
    included = place_of(cart.shipping_address).taxes_included
    added_tax = ZERO if included else cart.tax_total
    first = row_id * PARTS
    for place, line in enumerate(cart.lines):
        # All of a cart's tax stands on its first line; carts are only estimates.
        tax = added_tax if place == 0 else ZERO
        within = cart.tax_total - added_tax if place == 0 else ZERO
        add(LINES, (first + place, variant_row_id(line.variant_id, line.variant_title), row_id,
                    line.quantity, line.unit_price, when.created_at, when.updated_at, None, 1,
                    tax, tax, ZERO, within, "{}"))  # fmt: skip
    if cart.tax_total:
        rate = TAX_RATE_IDS[place_of(cart.shipping_address).zip]
        add(ADJUSTMENTS, (first, "Spree::TaxRate", rate, "Spree::LineItem", first, cart.tax_total,
                          "Estimated tax", when.updated_at, when.updated_at, row_id, included,
                          None, False, None))  # fmt: skip
    add(ORDERS, (
        row_id, cart.name, cart.subtotal, cart.subtotal + added_tax, cart.state, added_tax,
        cart.customer_id, None, address, address, ZERO, None, None, cart.email, None,
        when.created_at, when.updated_at, cart.currency, None, ZERO, added_tax, ZERO, "spree",
        cart.tax_total - added_tax, sum(line.quantity for line in cart.lines), False,
        f"CANARY-guest-cart-{row_id}", None, 1, "{}", False, None, None, None,
    ))  # fmt: skip


def _add_line(
    line: OrderLine,
    order: Order,
    add: Add,
    when: Moments,
    touched: datetime | None,
    *,
    is_whole: bool,
) -> None:
    promo = ZERO if is_whole else -line.discount
    added_tax = ZERO if order.taxes_included else line.tax
    cost = (line.unit_price * 2 / 5).quantize(Decimal("0.01"))
    add(LINES, (line.id, variant_row_id(line.variant_id, line.variant_title), order.id,
                line.quantity, line.unit_price, when.created_at, touched, cost,
                2 if line.is_gift_card else 1, promo + added_tax, added_tax, promo,
                line.tax - added_tax, "{}"))  # fmt: skip


def _add_addresses(
    order: Order, add: Add, when: Moments, touched: datetime | None
) -> tuple[int | None, int | None]:
    found: dict[object, int] = {}
    for place, address in enumerate((order.shipping_address, order.billing_address)):
        if address is not None and address not in found:
            found[address] = order.id * 2 + place
            add(ADDRESSES, address_row(order.id * 2 + place, address, when.created_at, touched,
                                       email=order.email))  # fmt: skip
    shipping, billing = order.shipping_address, order.billing_address
    return found.get(shipping), found.get(billing)


def _state(order: Order) -> str:
    if order.cancelled_at is not None:
        return "canceled"
    returned = order.refunds and all(line.current_quantity == 0 for line in order.lines)
    return "returned" if returned else "complete"


def _channel(order: Order) -> str:
    return {"pos": "pos", "instagram": "instagram"}.get(order.channel, "spree")
