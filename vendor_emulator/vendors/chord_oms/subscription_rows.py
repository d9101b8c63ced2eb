"""Subscriptions as solidus_subscriptions keeps them: items, installments, events.

Belongs here: what promises the renewals. Does not belong here: the orders made (`order_rows.py`).
"""

from __future__ import annotations

from datetime import timedelta

from vendor_emulator.business import Business, Subscription
from vendor_emulator.vendors.chord_oms.loading import Add, columns, naive
from vendor_emulator.vendors.chord_oms.order_rows import PARTS
from vendor_emulator.vendors.chord_oms.people_rows import USER_ADDRESS
from vendor_emulator.vendors.chord_oms.shop_rows import CARD

INSTALLMENTS = 64  # ids per subscription
MONTHS = 2  # interval_units: 0 day, 1 week, 2 month, 3 year

SUBSCRIPTIONS = columns(
    "solidus_subscriptions_subscriptions",
    "id actionable_date state user_id created_at updated_at store_id shipping_address_id"
    " interval_length interval_units end_date billing_address_id payment_method_id guest_token"
    " currency paused",
)
ITEMS = columns(
    "solidus_subscriptions_line_items",
    "id spree_line_item_id subscription_id quantity subscribable_id created_at updated_at"
    " interval_units interval_length",
)
INSTALLMENT_ROWS = columns(
    "solidus_subscriptions_installments",
    "id subscription_id actionable_date created_at updated_at",
)
DETAILS = columns(
    "solidus_subscriptions_installment_details",
    "id installment_id created_at updated_at success message order_id",
)
EVENTS = columns(
    "solidus_subscriptions_subscription_events",
    "id subscription_id event_type details created_at updated_at",
)


def add_subscriptions(business: Business, add: Add) -> None:
    for one in business.subscriptions:
        if one.shop == "oms":
            _add_subscription(business, one, add)


def _add_subscription(business: Business, one: Subscription, add: Add) -> None:
    created_at, updated_at = naive(one.created_at), naive(one.updated_at)
    customer = business.customer(one.customer_id)
    address = USER_ADDRESS + customer.id if customer.default_address is not None else None
    first = business.order(one.order_ids[0])
    cancelled_at = one.cancelled_at and naive(one.cancelled_at)
    state = "canceled" if cancelled_at else "active"
    add(SUBSCRIPTIONS, (one.id, one.next_on, state, one.customer_id, created_at, updated_at, 1,
                        address, one.interval_months, MONTHS, cancelled_at, address, CARD,
                        f"CANARY-guest-subscription-{one.id}", first.currency,
                        one.state == "paused"))  # fmt: skip
    add(ITEMS, (one.id, one.order_ids[0] * PARTS, one.id, one.quantity, one.variant_id,
                created_at, updated_at, MONTHS, one.interval_months))  # fmt: skip
    events = [("subscription_created", created_at), ("subscription_activated", created_at)]
    if one.state == "paused":
        events.append(("subscription_paused", updated_at))
    if cancelled_at:
        events.append(("subscription_canceled", cancelled_at))
    for place, (kind, at) in enumerate(events):
        details = f'{{"id": {one.id}, "state": "{state}", "skips": [0, null]}}'
        add(EVENTS, (one.id * 8 + place, one.id, kind, details, at, at))
    for place, order_id in enumerate(one.order_ids[1:]):
        at = naive(business.order(order_id).created_at)
        number = one.id * INSTALLMENTS + place
        add(INSTALLMENT_ROWS, (number, one.id, at.date(), at, at))
        if number % 9 == 4:
            earlier = at - timedelta(hours=20)
            add(DETAILS, (number * 2, number, earlier, earlier, False, "Card declined", None))
        add(DETAILS, (number * 2 + 1, number, at, at, True, "Order placed", order_id))
