"""How an order runs: paid, sent, perhaps refunded or cancelled, closed.

Belongs here: everything that happens to an order after it was placed, up to a given moment.
Does not belong here: what is in it (`business_orders.py`).

Everything is drawn from the order's own random numbers before the present moment is looked at, so
the same order a day later is the same order, a day further on. Sums are made in whole cents.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from vendor_emulator.business_draft import PARTS, Draft, Plan, money, part_of
from vendor_emulator.business_people import Place
from vendor_emulator.business_sales import Fulfillment, Refund, RefundLine, Transaction

FORGOTTEN = 0.02  # of the orders are never sent


class OrderLife:
    """The life of one order up to `now`; what has not happened yet is left out."""

    def __init__(
        self,
        rng: Random,
        plan: Plan,
        *,
        place: Place,
        drafts: list[Draft],
        shipping: int,
        total: int,
    ) -> None:
        self.plan, self.place, self.drafts = plan, place, drafts
        self.shipping, self.total = shipping, total
        self.now, self.at = plan.now, plan.created_at
        self.transactions: list[Transaction] = []
        self.refunds: list[Refund] = []
        self.fulfillments: list[Fulfillment] = []
        self.updated_at = plan.created_at
        self.closed_at: datetime | None = None
        self.cancelled_at: datetime | None = None
        self.cancel_reason: str | None = None
        self.paid = self.refunded = 0
        self.is_authorized = self.is_voided = False
        self.draws = [rng.random() for _ in range(12)]
        self.is_test = plan.shop == "shopify" and self.draws[0] < 0.007

    def live(self, *, channel: str, needs_parcel: bool) -> None:
        pay, cancel, refund = self.draws[1], self.draws[2], self.draws[3]
        sent_at = self.at + timedelta(seconds=int((0.3 + 3 * self.draws[4]) * 86400))
        if channel == "pos" or not needs_parcel:
            sent_at = self.at + timedelta(seconds=30)
        if self.plan.edited_at is not None:
            self._happened(self.plan.edited_at)
        if self.total and pay < 0.015:
            self._void()
            return
        if self.total and pay < 0.035:
            return self._declined()
        paid_at = self.at
        if self.total and pay < 0.075:
            paid_at = self.at + timedelta(seconds=int((0.5 + 20 * self.draws[5]) * 86400))
            if not self._pay_later(paid_at):
                return
        elif self.total and pay < 0.12:
            # Captured when it is sent; what the warehouse forgot stays authorized.
            forgotten = timedelta(days=3000 if self.draws[9] < FORGOTTEN else 0)
            self._authorize(captured_at=sent_at + forgotten)
            paid_at = sent_at
        elif self.total:
            self._pay_at_once(fails_first=pay > 0.94, by_gift_card=self.draws[6] < 0.06)
        if cancel < 0.02 and self.paid:
            self._cancel_paid()
            return
        self._send(max(sent_at, paid_at), needs_parcel=needs_parcel, tracked=channel != "pos")
        if self.plan.returned_at is not None:
            self._refund(
                self.plan.returned_at, [(self.drafts[0], 1)], shipping=0, restock="return",
                note="Wrong size",
            )  # fmt: skip
        elif refund < 0.075 and self.paid:
            self._refund_some()

    def _happened(self, at: datetime) -> bool:
        if at > self.now:
            return False
        self.updated_at = max(self.updated_at, at)
        return True

    def _transaction(
        self,
        kind: str,
        amount: int,
        at: datetime,
        *,
        status: str = "success",
        gateway: str = "shopify_payments",
        error_code: str | None = None,
        parent: Transaction | None = None,
    ) -> Transaction:
        made = Transaction(
            id=self.plan.order_id * PARTS + len(self.transactions),
            order_id=self.plan.order_id,
            kind=kind,
            status=status,
            gateway=gateway,
            amount=money(amount),
            created_at=at,
            processed_at=at,
            is_test=self.is_test,
            error_code=error_code,
            parent_id=parent.id if parent else None,
        )
        self.transactions.append(made)
        return made

    def _pay_at_once(self, *, fails_first: bool, by_gift_card: bool) -> None:
        gateway = "paypal" if self.draws[7] < 0.2 else "shopify_payments"
        if fails_first:
            self._transaction(
                "sale", self.total, self.at, status="failure", gateway=gateway,
                error_code="CARD_DECLINED",
            )  # fmt: skip
        left = self.total
        if by_gift_card:
            left -= min(2500, self.total // 2)
            self._transaction("sale", self.total - left, self.at, gateway="gift_card")
        self._transaction("sale", left, self.at, gateway=gateway)
        self.paid = self.total

    def _pay_later(self, paid_at: datetime) -> bool:
        """By bank transfer; every fifth never arrives."""
        waits = self.draws[5] > 0.8
        pending = self._transaction("sale", self.total, self.at, status="pending", gateway="manual")
        if waits or not self._happened(paid_at):
            return False
        self._transaction("sale", self.total, paid_at, gateway="manual", parent=pending)
        self.paid = self.total
        return True

    def _declined(self) -> None:
        self._transaction(
            "sale", self.total, self.at, status="failure", error_code="INSUFFICIENT_FUNDS"
        )
        if self.draws[2] < 0.5:
            self._cancel(self.at + timedelta(days=4), reason="declined")

    def _authorize(self, *, captured_at: datetime) -> None:
        held = self._transaction("authorization", self.total, self.at)
        self.is_authorized = True
        if self._happened(captured_at):
            self._transaction("capture", self.total, captured_at, parent=held)
            self.paid, self.is_authorized = self.total, False

    def _void(self) -> None:
        held = self._transaction("authorization", self.total, self.at)
        self.is_authorized = True
        at = self.at + timedelta(hours=20)
        if self._happened(at):
            self._transaction("void", self.total, at, parent=held)
            self.is_authorized, self.is_voided = False, True
            self._cancel(at, reason="fraud")

    def _cancel(self, at: datetime, *, reason: str) -> None:
        if self._happened(at):
            self.cancelled_at = self.closed_at = at
            self.cancel_reason = reason

    def _cancel_paid(self) -> None:
        at = self.at + timedelta(hours=9)
        self._cancel(at, reason="customer" if self.draws[8] < 0.7 else "inventory")
        if self.cancelled_at is not None:
            units = [(line, line.quantity) for line in self.drafts]
            self._refund(at, units, shipping=self.shipping, restock="cancel", note=None)

    def _send(self, at: datetime, *, needs_parcel: bool, tracked: bool) -> None:
        if self.draws[9] < FORGOTTEN:
            return
        quantities = [(index, line.quantity) for index, line in enumerate(self.drafts)]
        parcels = [quantities]
        if len(quantities) > 1 and self.draws[9] < 0.12:
            parcels = [quantities[:1], quantities[1:]]
        for number, parcel in enumerate(parcels):
            sent_at = at + timedelta(days=number * (2 + int(self.draws[10] * 5)))
            waits_for_stock = number and self.draws[9] < 0.05
            if waits_for_stock or not self._happened(sent_at):
                return
            self.fulfillments.append(
                self._parcel(number, parcel, sent_at, tracked and needs_parcel)
            )
        if self.draws[11] < 0.9 and self.paid == self.total:
            self.closed_at = self.fulfillments[-1].created_at

    def _parcel(
        self, number: int, parcel: list[tuple[int, int]], sent_at: datetime, tracked: bool
    ) -> Fulfillment:
        delivered_at = sent_at + timedelta(seconds=int((1.5 + 5 * self.draws[10]) * 86400))
        arrived = tracked and self.draws[11] < 0.95 and self._happened(delivered_at)
        code = f"1Z{self.plan.order_id:010d}{number}"
        return Fulfillment(
            id=self.plan.order_id * PARTS + number,
            order_id=self.plan.order_id,
            status="success",
            location_id=1 if self.draws[10] < 0.8 else 2,
            created_at=sent_at,
            updated_at=delivered_at if arrived else sent_at,
            delivered_at=delivered_at if arrived else None,
            tracking_company="UPS" if tracked else None,
            tracking_number=code if tracked else None,
            tracking_url=f"https://www.ups.com/track?tracknum={code}" if tracked else None,
            quantities=tuple(
                (self.plan.order_id * PARTS + index, quantity) for index, quantity in parcel
            ),
        )

    def _refund_some(self) -> None:
        """A return of all, of some, of shipping alone; a sixth comes late, a tenth twice."""
        how, late = self.draws[8], self.draws[7]
        waited = 45 + 30 * late if late > 0.84 else 4 + 15 * late
        at = self.at + timedelta(seconds=int(waited * 86400))
        if how < 0.35:
            units = [(line, line.quantity) for line in self.drafts]
            self._refund(
                at, units, shipping=self.shipping, restock="return", note="Changed my mind"
            )
        elif how < 0.85 or not self.shipping:
            line = self.drafts[0]
            self._refund(at, [(line, 1)], shipping=0, restock="return", note=None)
            if how > 0.75 and line.quantity > 1:
                later = at + timedelta(days=3)
                self._refund(later, [(line, 1)], shipping=0, restock="no_restock", note="Broken 💔")
        else:
            self._refund(at, [], shipping=self.shipping, restock="no_restock", note="Late parcel")

    def _refund(
        self,
        at: datetime,
        units: list[tuple[Draft, int]],
        *,
        shipping: int,
        restock: str,
        note: str | None,
    ) -> None:
        if at > self.now:
            return
        order_id, refund_id = self.plan.order_id, self.plan.order_id * PARTS + len(self.refunds)
        if restock == "return" and not self.fulfillments:
            restock = "cancel"  # it never left
        lines: list[RefundLine] = []
        total = shipping
        for line, quantity in units:
            before = line.refunded
            line.refunded += quantity
            subtotal = part_of(line.net, line.refunded, before, line.quantity)
            tax = part_of(line.tax, line.refunded, before, line.quantity)
            total += subtotal + (0 if self.place.taxes_included else tax)
            index = next(at for at, one in enumerate(self.drafts) if one is line)
            lines.append(
                RefundLine(
                    id=refund_id * PARTS + len(lines),
                    refund_id=refund_id,
                    line_id=order_id * PARTS + index,
                    quantity=quantity,
                    restock_type=restock,
                    subtotal=money(subtotal),
                    tax=money(tax),
                )
            )
        if not total:
            for line, quantity in units:
                line.refunded -= quantity
            return
        self._happened(at)
        self.refunded += total
        given_back = self._give_back(total, at)
        self.refunds.append(
            Refund(
                id=refund_id,
                order_id=order_id,
                created_at=at,
                note=note,
                lines=tuple(lines),
                shipping=money(shipping),
                total=money(total),
                transaction_ids=given_back,
            )
        )

    def _give_back(self, total: int, at: datetime) -> tuple[int, ...]:
        """The card first, then the gift card; never more than each of them paid."""
        made: list[int] = []
        for paid_by in [one for one in self.transactions if one.kind in ("capture", "sale")][::-1]:
            returned = sum(
                int(one.amount * 100) for one in self.transactions if one.parent_id == paid_by.id
            )
            left = int(paid_by.amount * 100) - returned
            if paid_by.status == "success" and left and total:
                amount = min(left, total)
                total -= amount
                refund = self._transaction(
                    "refund", amount, at, gateway=paid_by.gateway, parent=paid_by
                )
                made.append(refund.id)
        return tuple(made)

    def financial_status(self) -> str:
        if self.is_voided:
            return "voided"
        if self.refunded:
            return "refunded" if self.refunded == self.total else "partially_refunded"
        if self.paid == self.total:
            return "paid"
        return "authorized" if self.is_authorized else "pending"

    def fulfillment_status(self) -> str:
        if not self.fulfillments:
            return "unfulfilled"
        sent = sum(parcel.total_quantity for parcel in self.fulfillments)
        return "fulfilled" if sent == sum(line.quantity for line in self.drafts) else "partial"
