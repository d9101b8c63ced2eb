"""An order's parcels as Solidus rows: shipments, rates, cartons, inventory units.

Belongs here: what is sent and what still lies in the warehouse.
Does not belong here: what came back (`payment_rows.py`, with the money).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_emulator.business import ZERO, Order
from vendor_emulator.vendors.chord_oms.catalog_rows import variant_row_id
from vendor_emulator.vendors.chord_oms.loading import Add, columns

if TYPE_CHECKING:
    from vendor_emulator.vendors.chord_oms.order_rows import Moments

SHIPMENTS_PER_ORDER = 8
UNITS_PER_ORDER = 64  # at most eight lines of five

SHIPMENTS = columns(
    "spree_shipments",
    "id tracking number cost shipped_at order_id state created_at updated_at stock_location_id",
)
RATES = columns(
    "spree_shipping_rates",
    "id shipment_id shipping_method_id selected cost created_at updated_at",
)
CARTONS = columns(
    "spree_cartons",
    "id number stock_location_id address_id shipping_method_id tracking shipped_at created_at"
    " updated_at imported_from_shipment_id",
)
UNITS = columns(
    "spree_inventory_units",
    "id state variant_id shipment_id created_at updated_at pending line_item_id carton_id",
)


def first_unit_ids(order: Order) -> dict[int, int]:
    """Where each line's units begin; a unit's id is that plus its place in the line."""
    found: dict[int, int] = {}
    number = order.id * UNITS_PER_ORDER
    for line in order.lines:
        found[line.id] = number
        number += line.quantity
    return found


def add_parcels(order: Order, add: Add, when: Moments, address_id: int | None) -> str | None:
    """Adds them and answers the order's shipment state."""
    method = 2 if order.shipping_title == "Express" else 1
    waiting = {line.id: line.quantity for line in order.lines}
    parcels: list[tuple[int, str, dict[int, int]]] = []
    for place, sent in enumerate(order.fulfillments):
        shipment = order.id * SHIPMENTS_PER_ORDER + place
        shipped_at = when.of(sent.created_at)
        parcels.append((shipment, "shipped", dict(sent.quantities)))
        for line_id, quantity in sent.quantities:
            waiting[line_id] -= quantity
        add(SHIPMENTS, (shipment, sent.tracking_number, f"H{shipment:011d}",
                        order.shipping_total if place == 0 else ZERO, shipped_at, order.id,
                        "shipped", when.created_at, shipped_at, sent.location_id))  # fmt: skip
        add(CARTONS, (shipment, f"C{shipment:011d}", sent.location_id, address_id, method,
                      sent.tracking_number, shipped_at, shipped_at, shipped_at, None))  # fmt: skip
    rest = {line_id: quantity for line_id, quantity in waiting.items() if quantity}
    backordered = bool(rest) and order.cancelled_at is None and order.id % 13 == 0
    if rest:
        shipment = order.id * SHIPMENTS_PER_ORDER + len(order.fulfillments)
        if order.cancelled_at is not None:
            state = "canceled"
        else:
            paid = order.paid_total >= order.total
            state = "ready" if paid and not backordered else "pending"
        parcels.append((shipment, state, rest))
        at = when.of(order.cancelled_at) if order.cancelled_at else when.created_at
        add(SHIPMENTS, (shipment, None, f"H{shipment:011d}",
                        ZERO if order.fulfillments else order.shipping_total, None, order.id,
                        state, when.created_at, at, 1))  # fmt: skip
    for shipment, _, _ in parcels:
        cost = order.shipping_total if shipment % SHIPMENTS_PER_ORDER == 0 else ZERO
        add(RATES, (shipment * 2, shipment, method, True, cost, when.created_at, when.created_at))
        add(RATES, (shipment * 2 + 1, shipment, 3 - method, False, cost + 7, when.created_at,
                    when.created_at))  # fmt: skip
    _add_units(order, add, when, parcels, backordered=backordered)
    if not parcels:
        return None
    states = {state for _, state, _ in parcels}
    return "backorder" if backordered else states.pop() if len(states) == 1 else "partial"


def _add_units(
    order: Order,
    add: Add,
    when: Moments,
    parcels: list[tuple[int, str, dict[int, int]]],
    *,
    backordered: bool,
) -> None:
    first = first_unit_ids(order)
    lines = {line.id: line for line in order.lines}
    returned = {
        unit
        for refund in order.refunds
        for part in refund.lines
        if part.restock_type == "return"
        for unit in range(first[part.line_id], first[part.line_id] + part.quantity)
    }
    for shipment, state, quantities in parcels:
        for line_id, quantity in quantities.items():
            line = lines[line_id]
            variant = variant_row_id(line.variant_id, line.variant_title)
            for unit in range(first[line_id], first[line_id] + quantity):
                is_sent = state == "shipped"
                now = (
                    "canceled"
                    if state == "canceled"
                    else "backordered"
                    if backordered
                    else "on_hand"
                )
                if is_sent:
                    now = "returned" if unit in returned else "shipped"
                touched = when.updated_at if is_sent else when.created_at
                carton = shipment if is_sent else None
                add(UNITS, (unit, now, variant, shipment, when.created_at, touched,
                            state == "pending", line_id, carton))  # fmt: skip
