"""What of the business becomes a return, a fulfillment order, a draft, moved money, a gift card.

Belongs here: those values and how they are found in orders and carts. Does not belong here: how
they look to the API (`fields_sales.py`).

The business knows none of these by itself: what came back with a refund was a return, every order
is sent by one fulfillment order, one cart in five was written down by the staff as a draft, one
order in 37 began as one, and each unit of a sold gift card is a card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, NamedTuple

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify.things import Money, MoneyBag, Parcel, ParcelLine, bag

MOVES_MONEY = ("sale", "capture", "refund")
STATUS = {"unfulfilled": "OPEN", "partial": "IN_PROGRESS", "fulfilled": "CLOSED"}


class Returned(NamedTuple):
    order: model.Order
    refund: model.Refund

    type_name = "Return"

    @property
    def id(self) -> int:
        return self.refund.id

    @property
    def lines(self) -> list[ReturnedLine]:
        sent = {one.line_id: one for parcel in parcels_of(self.order) for one in contents(parcel)}
        return [
            ReturnedLine(self, line, sent.get(line.line_id))
            for line in self.refund.lines
            if line.restock_type == "return"
        ]


class ReturnedLine(NamedTuple):
    """`sent`: what the vendor can match it with; without that the line is an unverified one."""

    returned: Returned
    line: model.RefundLine
    sent: ParcelLine | None

    @property
    def type_name(self) -> str:
        return "ReturnLineItem" if self.sent else "UnverifiedReturnLineItem"


class Sending(NamedTuple):
    order: model.Order

    type_name = "FulfillmentOrder"

    @property
    def status(self) -> str:
        return "CANCELLED" if self.order.cancelled_at else STATUS[self.order.fulfillment_status]

    @property
    def is_closed(self) -> bool:
        return self.status in ("CLOSED", "CANCELLED")


class Moved(NamedTuple):
    order: model.Order
    transaction: model.Transaction

    type_name = "TenderTransaction"


class CardDetails(NamedTuple):
    company: str
    number: str

    type_name = "TenderTransactionCreditCardDetails"


class GiftCard(NamedTuple):
    order: model.Order
    line: model.OrderLine
    place: int

    type_name = "GiftCard"

    @property
    def number(self) -> int:
        return self.line.id * 16 + self.place

    @property
    def updated_at(self) -> datetime:
        return self.order.updated_at

    @property
    def code(self) -> str:
        return f"{self.number * 2654435761 % 2**48:016x}"

    @property
    def balance(self) -> Decimal:
        return model.ZERO if self.number % 3 == 0 else self.line.unit_price


@dataclass(frozen=True)
class Draft:
    """A cart that the staff wrote down, or the beginning of an order."""

    id: int
    source: model.Checkout | model.Order
    created_at: datetime
    updated_at: datetime
    type_name: ClassVar[str] = "DraftOrder"

    @property
    def order(self) -> model.Order | None:
        return self.source if isinstance(self.source, model.Order) else None

    @property
    def status(self) -> str:
        if self.order:
            return "COMPLETED"
        return "INVOICE_SENT" if self.source.email else "OPEN"

    @property
    def shown(self) -> str:
        return self.order.presentment_currency if self.order else self.source.currency

    def bag(self, amount: Decimal) -> MoneyBag:
        if self.order:
            return bag(amount, self.order)
        money = Money(amount, self.source.currency)
        return MoneyBag(money, money)


class DraftLine(NamedTuple):
    draft: Draft
    line: model.CheckoutLine | model.OrderLine

    @property
    def number(self) -> int:
        return self.line.id * 2 + (self.draft.order is not None)

    @property
    def discount(self) -> Decimal:
        return self.line.discount if isinstance(self.line, model.OrderLine) else model.ZERO


def parcels_of(order: model.Order) -> Iterator[Parcel]:
    return (Parcel(order, one) for one in order.fulfillments)


def contents(parcel: Parcel) -> list[ParcelLine]:
    return [
        ParcelLine(parcel, place, line, quantity)
        for place, (line, quantity) in enumerate(parcel.fulfillment.quantities)
    ]


def returns_of(order: model.Order) -> list[Returned]:
    return [found for one in order.refunds if (found := Returned(order, one)).lines]


def moved_in(orders: Iterable[model.Order]) -> list[Moved]:
    """Payments by gift card move no money."""
    return [
        Moved(order, one)
        for order in orders
        for one in order.transactions
        if one.status == "success" and one.kind in MOVES_MONEY and one.gateway != "gift_card"
    ]


def gift_cards_in(orders: Iterable[model.Order]) -> list[GiftCard]:
    return [
        GiftCard(order, line, place)
        for order in orders
        for line in order.lines
        if line.is_gift_card and order.paid_total
        for place in range(line.quantity)
    ]


def draft_of(source: model.Checkout | model.Order) -> Draft | None:
    if isinstance(source, model.Order):
        if source.id % 37:
            return None
        began = source.created_at - timedelta(hours=1)
        return Draft(source.id * 2 + 1, source, began, source.created_at)
    if source.id % 5:
        return None
    return Draft(source.id * 2, source, source.created_at, source.updated_at)
