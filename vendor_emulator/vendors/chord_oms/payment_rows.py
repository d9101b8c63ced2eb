"""An order's money as Solidus rows: payments, cards, captures, refunds, returns, store credit.

Belongs here: what was paid and given back, and the returned goods it was given back for.
Does not belong here: parcels on their way out (`parcel_rows.py`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from vendor_emulator.business import ZERO, Order, Refund, Transaction
from vendor_emulator.vendors.chord_oms.loading import Add, columns
from vendor_emulator.vendors.chord_oms.parcel_rows import first_unit_ids
from vendor_emulator.vendors.chord_oms.people_rows import CREDIT_EVENTS, STORE_CREDITS
from vendor_emulator.vendors.chord_oms.shop_rows import METHODS

if TYPE_CHECKING:
    from vendor_emulator.vendors.chord_oms.order_rows import Moments

PAYMENTS = columns(
    "spree_payments",
    "id amount order_id source_type source_id payment_method_id state response_code avs_response"
    " created_at updated_at number cvv_response_code cvv_response_message",
)
CARDS = columns(
    "spree_credit_cards",
    "id month year cc_type last_digits gateway_customer_profile_id gateway_payment_profile_id"
    " created_at updated_at name user_id payment_method_id address_id",
)
WALLETS = columns(
    "spree_wallet_payment_sources",
    "id user_id payment_source_type payment_source_id default created_at updated_at",
)
CAPTURES = columns("spree_payment_capture_events", "id amount payment_id created_at updated_at")
REFUNDS = columns(
    "spree_refunds",
    "id payment_id amount transaction_id created_at updated_at refund_reason_id reimbursement_id",
)
AUTHORIZATIONS = columns(
    "spree_return_authorizations",
    "id number state order_id memo created_at updated_at stock_location_id return_reason_id",
)
RETURNS = columns("spree_customer_returns", "id number stock_location_id created_at updated_at")
REIMBURSEMENTS = columns(
    "spree_reimbursements",
    "id number reimbursement_status customer_return_id order_id total created_at updated_at",
)
RETURN_ITEMS = columns(
    "spree_return_items",
    "id return_authorization_id inventory_unit_id created_at updated_at amount included_tax_total"
    " additional_tax_total reception_status acceptance_status customer_return_id reimbursement_id"
    " resellable return_reason_id",
)


def add_payments(order: Order, add: Add, when: Moments) -> str:
    """Adds them and answers the order's payment state, by Solidus's rule."""
    known = {one.id: one for one in order.transactions}
    states: list[str] = []
    card_is_known = False
    for one in order.transactions:
        if one.kind == "refund" or one.parent_id is not None:
            continue
        state = _payment_state(one, order)
        states.append(state)
        followers = [late for late in order.transactions if late.parent_id == one.id]
        at, done_at = when.of(one.created_at), when.of((followers or [one])[0].created_at)
        source_type, source_id = "Spree::CreditCard", order.id
        if one.gateway == "gift_card":
            source_type, source_id = "Spree::StoreCredit", one.id
            _add_gift_card(one, order, add, when)
        elif one.gateway == "manual":
            source_type, source_id = None, None
        elif not card_is_known:
            card_is_known = True
            _add_card(order, add, when)
        add(PAYMENTS, (one.id, one.amount, order.id, source_type, source_id, METHODS[one.gateway],
                       state, f"CANARY-response-{one.id}", "CANARY-avs-Y", at, done_at,
                       f"P{one.id:09d}", "CANARY-cvv-M", None))  # fmt: skip
        if state == "completed":
            add(CAPTURES, (one.id, one.amount, one.id, done_at, done_at))
    for refund in order.refunds:
        _add_refund(refund, order, add, when, known)
    left = order.paid_total - order.refunded_total
    owed = (ZERO if order.cancelled_at is not None else order.total) - left
    if states and set(states) == {"invalid"} and owed:
        return "failed"
    if order.cancelled_at is not None and not left:
        return "void"
    return "balance_due" if owed > 0 else "credit_owed" if owed < 0 else "paid"


def _payment_state(one: Transaction, order: Order) -> str:
    if one.status == "failure":
        return "invalid" if one.error_code == "INSUFFICIENT_FUNDS" else "failed"
    kinds = {late.kind for late in order.transactions if late.parent_id == one.id}
    if "void" in kinds:
        return "void"
    if one.status == "success" and one.kind == "sale":
        return "completed"
    return "completed" if kinds & {"capture", "sale"} else "pending"


def _add_card(order: Order, add: Add, when: Moments) -> None:
    digits = f"{order.id * 7 % 10000:04d}"
    name = order.billing_address.name if order.billing_address else None
    add(CARDS, (order.id, str(1 + order.id % 12), "2030", "visa" if order.id % 3 else "master",
                digits, f"CANARY-customer-profile-{order.id}", f"CANARY-payment-profile-{order.id}",
                when.created_at, when.created_at, name, order.customer_id,
                1, None))  # fmt: skip
    if order.customer_id is not None and order.id % 4 == 0:
        add(WALLETS, (order.id, order.customer_id, "Spree::CreditCard", order.id, False,
                      when.created_at, when.created_at))  # fmt: skip


def _add_gift_card(one: Transaction, order: Order, add: Add, when: Moments) -> None:
    amount = Decimal("25.00")
    at = when.of(one.created_at)
    add(STORE_CREDITS, (one.id, order.customer_id, 1, None, amount, one.amount, ZERO,
                        order.currency, None, None, when.created_at, at, 2, None))  # fmt: skip
    moves = (("allocation", amount, amount), ("capture", one.amount, amount - one.amount))
    for place, (action, moved, left) in enumerate(moves):
        add(CREDIT_EVENTS, (one.id * 2 + place, one.id, action, moved, left,
                            f"CANARY-authorization-{one.id}", "Spree::Payment", one.id, at, at,
                            left))  # fmt: skip


def _add_refund(
    refund: Refund, order: Order, add: Add, when: Moments, known: dict[int, Transaction]
) -> None:
    at = when.of(refund.created_at)
    returned = [part for part in refund.lines if part.restock_type == "return"]
    reimbursement = refund.id if returned else None
    reason = 3 if order.cancelled_at else 1 if returned else 2
    for transaction_id in refund.transaction_ids:
        paid_back = root = known[transaction_id]
        while root.parent_id is not None:
            root = known[root.parent_id]
        add(REFUNDS, (paid_back.id, root.id, paid_back.amount, f"re_{paid_back.id}", at, at,
                      reason, reimbursement))  # fmt: skip
    if not returned:
        return
    add(AUTHORIZATIONS, (refund.id, f"RA{refund.id:09d}", "authorized", order.id, refund.note, at,
                         at, 1, 1))  # fmt: skip
    add(RETURNS, (refund.id, f"CR{refund.id:09d}", 1, at, at))
    add(REIMBURSEMENTS, (refund.id, f"RI{refund.id:09d}", "reimbursed", refund.id, order.id,
                         refund.total, at, at))  # fmt: skip
    units = first_unit_ids(order)
    for part in returned:
        for place in range(part.quantity):
            unit = units[part.line_id] + place
            share = (part.subtotal / part.quantity).quantize(Decimal("0.0001"))
            tax = (part.tax / part.quantity).quantize(Decimal("0.0001"))
            within, added = (tax, ZERO) if order.taxes_included else (ZERO, tax)
            add(RETURN_ITEMS, (unit, refund.id, unit, at, at, share, within, added, "received",
                               "accepted", refund.id, refund.id, part.restock_type == "return",
                               1))  # fmt: skip
