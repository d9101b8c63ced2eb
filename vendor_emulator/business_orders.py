"""Invents one order, with its payments, parcels and refunds, as it stands at a given moment.

Belongs here: how an order runs: bought, paid, sent, perhaps refunded, closed; what it adds up to.
Does not belong here: when orders happen and who buys (`business.py`).

Everything is drawn from the order's own random numbers before the present moment is looked at, so
the same order a day later is the same order, a day further on. Sums are made in whole cents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from vendor_emulator.business_model import (
    Customer,
    Discount,
    Fulfillment,
    Order,
    OrderLine,
    Product,
    Refund,
    RefundLine,
    Transaction,
    Variant,
)
from vendor_emulator.business_people import Place, invent_address, invent_name, place_of

# Ids of an order's parts are the order's id times this, plus their place: unique, and found
# without remembering the orders before.
PARTS = 32
CAD_RATE_PERCENT = 136
FORGOTTEN = 0.02  # of the orders are never sent


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known about an order before its inside is invented."""

    order_id: int
    shop: str
    created_at: datetime
    customer: Customer | None
    subscription: tuple[int, Variant, Product] | None  # id, and what it sends
    edited_at: datetime | None  # a day on which its last line was taken out
    now: datetime


@dataclass(slots=True)
class _Draft:
    """A line in the making, in cents."""

    product: Product
    variant: Variant
    quantity: int
    price: int
    discount: int = 0
    tax: int = 0
    refunded: int = 0

    @property
    def net(self) -> int:
        return self.price * self.quantity - self.discount


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _share(amount: int, part: int, whole: int) -> int:
    """`amount * part / whole`, rounded half up; 0 of nothing."""
    return (2 * amount * part + whole) // (2 * whole) if whole else 0


def invent_order(
    rng: Random, plan: Plan, *, products: tuple[Product, ...], discounts: tuple[Discount, ...]
) -> Order:
    customer, at = plan.customer, plan.created_at
    if customer is None:
        first, last = invent_name(rng)
        address, email = invent_address(rng, first, last), f"guest{plan.order_id}@example.com"
    else:
        address, email = customer.default_address, customer.email
    anonymised = customer is not None and customer.is_anonymised
    if address is None and not anonymised:
        address = invent_address(rng, "Given", "Elsewhere")
    place = place_of(address)
    draw = rng.random()
    if plan.subscription is not None:
        channel = "subscription"
    else:
        channel = "web" if draw < 0.82 else "instagram" if draw < 0.93 else "pos"
    currency = "CAD" if plan.shop == "oms" and place.currency == "CAD" else "USD"
    percent = CAD_RATE_PERCENT if currency == "CAD" else 100

    drafts = _choose_lines(rng, plan, products=products, percent=percent)
    if plan.edited_at is not None and len(drafts) > 1:
        drafts.pop()
    used, shipping_is_free = _discount(rng, drafts, discounts=discounts, at=at)
    rate = int(place.tax_rate * 1_000_000)
    for line in drafts:
        if not line.product.is_gift_card and rate:
            whole = 1_000_000 + rate if place.taxes_included else 1_000_000
            line.tax = _share(line.net, rate, whole)
    needs_parcel = channel != "pos" and any(line.variant.requires_shipping for line in drafts)
    subtotal = sum(line.net for line in drafts)
    gross = sum(line.price * line.quantity for line in drafts)
    parcel_price = (595, 795, 1200)[int(rng.random() * 3)] * percent // 100
    shipping = parcel_price if needs_parcel and subtotal < 7500 and not shipping_is_free else 0
    tax = sum(line.tax for line in drafts)
    total = subtotal + shipping + (0 if place.taxes_included else tax)

    run = _Run(rng, plan, place=place, drafts=drafts, shipping=shipping, total=total)
    run.live(channel=channel, needs_parcel=needs_parcel)
    number = 1000 + plan.order_id
    tags = ("Subscription", "Subscription Recurring Order") if plan.subscription else ()
    if draw > 0.97:
        tags = (*tags, "gift", "VIP ✨")
    subscription_id = plan.subscription[0] if plan.subscription else None
    attributes = (("gift_message", "Alles Gute! 🎉"),) if 0.5 < draw < 0.53 else ()
    visible = None if anonymised else address
    return Order(
        id=plan.order_id,
        shop=plan.shop,
        name=f"#{number}" if plan.shop == "shopify" else f"R{100_000_000 + plan.order_id * 37}",
        number=number,
        channel=channel,
        customer_id=customer.id if customer else None,
        email=email,
        phone=visible.phone if visible and draw < 0.3 else None,
        created_at=at,
        processed_at=at,
        updated_at=run.updated_at,
        closed_at=run.closed_at,
        cancelled_at=run.cancelled_at,
        cancel_reason=run.cancel_reason,
        financial_status=run.financial_status(),
        fulfillment_status=run.fulfillment_status(),
        is_test=run.is_test,
        taxes_included=place.taxes_included,
        currency=currency,
        presentment_currency=place.currency if plan.shop == "shopify" else currency,
        locale=place.locale,
        tags=tags,
        note="Leave with the neighbour, s'il vous plaît" if 0.6 < draw < 0.64 else None,
        attributes=attributes,
        discount_codes=(used.code,) if used and used.code else (),
        discount_ids=(used.id,) if used else (),
        shipping_address=visible if needs_parcel else None,
        billing_address=None if channel == "pos" else visible,
        shipping_title=("Express" if parcel_price >= 1200 else "Standard")
        if needs_parcel
        else None,
        lines=tuple(
            _finish_line(line, plan.order_id, number=number, place=place, percent=percent)
            for number, line in enumerate(drafts)
        ),
        transactions=tuple(run.transactions),
        refunds=tuple(run.refunds),
        fulfillments=tuple(run.fulfillments),
        subscription_id=subscription_id,
        gross_total=_money(gross),
        discount_total=_money(gross - subtotal),
        tax_total=_money(tax),
        shipping_total=_money(shipping),
        total=_money(total),
        paid_total=_money(run.paid),
        refunded_total=_money(run.refunded),
    )


def _choose_lines(
    rng: Random, plan: Plan, *, products: tuple[Product, ...], percent: int
) -> list[_Draft]:
    if plan.subscription is not None:
        _, variant, product = plan.subscription
        return [_Draft(product, variant, 1, int(variant.price * 100) * percent // 100)]
    lines: list[_Draft] = []
    taken: set[int] = set()
    while True:
        # Squared: a few products make most of the sales.
        product = products[int(rng.random() ** 2 * len(products))]
        variant = product.variants[int(rng.random() * len(product.variants))]
        draw = rng.random()
        if variant.id not in taken:
            taken.add(variant.id)
            quantity = 1 if draw < 0.75 else 2 if draw < 0.93 else 5
            price = int(variant.price * 100) * percent // 100
            lines.append(_Draft(product, variant, quantity, price))
        if rng.random() > 0.52 or len(lines) == 8:
            return lines


def _discount(
    rng: Random, lines: list[_Draft], *, discounts: tuple[Discount, ...], at: datetime
) -> tuple[Discount | None, bool]:
    draw, which = rng.random(), rng.random()
    if draw > 0.22:
        return None, False
    index = (
        0 if which < 0.4 else 1 if which < 0.6 else 2 if which < 0.75 else 3 if which < 0.9 else 5
    )
    discount = discounts[4 if which > 0.985 else index]
    if discount.ends_at is not None and at > discount.ends_at:
        return None, False
    eligible = [line for line in lines if not line.product.is_gift_card]
    if not eligible:
        return None, False
    if discount.kind == "percentage":
        for line in eligible:
            line.discount = _share(line.net, int(discount.value), 100)
        return discount, discount.value == 100
    if discount.kind == "fixed":
        whole = sum(line.net for line in eligible)
        left = min(int(discount.value * 100), whole)
        for line in eligible[:-1]:
            line.discount = _share(left, line.net, whole)
        eligible[-1].discount = max(0, left - sum(line.discount for line in eligible[:-1]))
        eligible[-1].discount = min(eligible[-1].discount, eligible[-1].net + eligible[-1].discount)
        return discount, False
    return discount, True


def _finish_line(
    line: _Draft, order_id: int, *, number: int, place: Place, percent: int
) -> OrderLine:
    gift = line.product.is_gift_card
    return OrderLine(
        id=order_id * PARTS + number,
        order_id=order_id,
        product_id=line.product.id,
        variant_id=line.variant.id,
        title=line.product.title,
        variant_title=line.variant.title,
        sku=line.variant.sku,
        vendor=line.product.vendor,
        quantity=line.quantity,
        unit_price=_money(line.price),
        discount=_money(line.discount),
        tax=_money(line.tax),
        tax_rate=Decimal(0) if gift else place.tax_rate,
        tax_title=place.tax_title,
        requires_shipping=line.variant.requires_shipping,
        is_gift_card=gift,
        refunded_quantity=line.refunded,
    )


class _Run:
    """The life of one order up to `now`; what has not happened yet is left out."""

    def __init__(
        self,
        rng: Random,
        plan: Plan,
        *,
        place: Place,
        drafts: list[_Draft],
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
        if refund < 0.075 and self.paid:
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
            amount=_money(amount),
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
        units: list[tuple[_Draft, int]],
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
            subtotal = _part(line.net, line.refunded, before, line.quantity)
            tax = _part(line.tax, line.refunded, before, line.quantity)
            total += subtotal + (0 if self.place.taxes_included else tax)
            index = next(at for at, one in enumerate(self.drafts) if one is line)
            lines.append(
                RefundLine(
                    id=refund_id * PARTS + len(lines),
                    refund_id=refund_id,
                    line_id=order_id * PARTS + index,
                    quantity=quantity,
                    restock_type=restock,
                    subtotal=_money(subtotal),
                    tax=_money(tax),
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
                shipping=_money(shipping),
                total=_money(total),
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


def _part(amount: int, upto: int, before: int, whole: int) -> int:
    """What the units after `before` and up to `upto` take of a line's amount, to the cent."""
    return _share(amount, upto, whole) - _share(amount, before, whole)
