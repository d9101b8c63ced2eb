"""What the emulated business sold, as plain values that any vendor can show from its own side.

Belongs here: what an order, a payment, a parcel, a refund, a cart, a subscription is, sums within
one of them, and what differs between two days.
Does not belong here: goods and people (`business_model.py`), how all this is invented.

Money is `Decimal` with two places in the order's `currency`. Times are UTC with whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from vendor_emulator.business_model import CENT, Address, Customer, DeletedObject, Product

# What one unit of the shop's currency is worth in the currency shown to the customer.
PRESENTMENT_RATES = {
    "USD": Decimal("1"),
    "CAD": Decimal("1.3625"),
    "EUR": Decimal("0.9214"),
    "GBP": Decimal("0.7851"),
    "JPY": Decimal("148.73"),
}


def presented(amount: Decimal, currency: str) -> Decimal:
    """The amount as a customer who pays in `currency` sees it; the yen has no minor unit."""
    step = Decimal("1") if currency == "JPY" else CENT
    return (amount * PRESENTMENT_RATES[currency]).quantize(step, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class OrderLine:
    id: int
    order_id: int
    product_id: int  # the product may be deleted since
    variant_id: int
    title: str  # as sold: a later rename does not change it
    variant_title: str
    sku: str
    vendor: str
    quantity: int
    unit_price: Decimal
    discount: Decimal  # for the whole line
    tax: Decimal  # for the whole line
    tax_rate: Decimal  # 0.0725
    tax_title: str
    requires_shipping: bool
    is_gift_card: bool
    refunded_quantity: int

    @property
    def gross(self) -> Decimal:
        return self.unit_price * self.quantity

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount

    @property
    def current_quantity(self) -> int:
        return self.quantity - self.refunded_quantity


@dataclass(frozen=True, slots=True)
class Transaction:
    id: int
    order_id: int
    kind: str  # sale | authorization | capture | void | refund
    status: str  # success | failure | pending
    gateway: str  # shopify_payments | paypal | gift_card | manual
    amount: Decimal
    created_at: datetime
    processed_at: datetime
    is_test: bool
    error_code: str | None
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class RefundLine:
    id: int
    refund_id: int
    line_id: int
    quantity: int
    restock_type: str  # return | cancel | no_restock
    subtotal: Decimal  # includes the tax where the order's prices do
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    id: int
    order_id: int
    created_at: datetime
    note: str | None
    lines: tuple[RefundLine, ...]  # empty for a refund of shipping alone
    shipping: Decimal
    total: Decimal
    transaction_ids: tuple[int, ...]  # the order's transactions of kind refund that paid it

    @property
    def transaction_id(self) -> int:
        return self.transaction_ids[0]


@dataclass(frozen=True, slots=True)
class Fulfillment:
    id: int
    order_id: int
    status: str  # success | cancelled
    location_id: int
    created_at: datetime
    updated_at: datetime
    delivered_at: datetime | None
    tracking_company: str | None
    tracking_number: str | None
    tracking_url: str | None
    quantities: tuple[tuple[int, int], ...]  # (line id, quantity)

    @property
    def total_quantity(self) -> int:
        return sum(quantity for _, quantity in self.quantities)


@dataclass(frozen=True, slots=True)
class Order:
    """A placed order. `total = gross - discounts + shipping (+ tax, unless prices include it)`."""

    id: int
    shop: str  # shopify | oms
    name: str  # "#1001" in the shopify shop, "R100000001" in the oms shop
    number: int
    channel: str  # web | pos | instagram | subscription
    customer_id: int | None  # None: a guest
    email: str | None
    phone: str | None
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None  # customer | fraud | inventory | declined | other
    financial_status: str  # pending|authorized|paid|partially_refunded|refunded|voided
    fulfillment_status: str  # unfulfilled | partial | fulfilled
    is_test: bool
    taxes_included: bool
    currency: str  # the shop's: USD, and in the oms shop also CAD
    presentment_currency: str  # what the customer saw; see presented()
    locale: str
    tags: tuple[str, ...]
    note: str | None
    attributes: tuple[tuple[str, str], ...]
    discount_codes: tuple[str, ...]
    discount_ids: tuple[int, ...]  # includes automatic ones
    shipping_address: Address | None
    billing_address: Address | None
    shipping_title: str | None
    lines: tuple[OrderLine, ...]
    transactions: tuple[Transaction, ...]
    refunds: tuple[Refund, ...]
    fulfillments: tuple[Fulfillment, ...]
    subscription_id: int | None
    gross_total: Decimal  # lines before discounts
    discount_total: Decimal
    tax_total: Decimal
    shipping_total: Decimal
    total: Decimal
    paid_total: Decimal  # received, refunds not taken off
    refunded_total: Decimal

    @property
    def subtotal(self) -> Decimal:
        return self.gross_total - self.discount_total

    @property
    def current_total(self) -> Decimal:
        return self.total - self.refunded_total

    @property
    def item_count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def is_subscription(self) -> bool:
        return self.subscription_id is not None

    def presented(self, amount: Decimal) -> Decimal:
        """The amount in the customer's currency."""
        if self.presentment_currency == self.currency:
            return amount
        return presented(amount, self.presentment_currency)


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    id: int
    product_id: int
    variant_id: int
    title: str
    variant_title: str
    sku: str
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Checkout:
    """A cart that never became an order."""

    id: int
    shop: str
    name: str
    customer_id: int | None
    email: str | None
    created_at: datetime
    updated_at: datetime
    state: str  # cart | address | delivery | payment: how far the person came
    currency: str
    shipping_address: Address | None
    lines: tuple[CheckoutLine, ...]
    subtotal: Decimal
    tax_total: Decimal
    total: Decimal
    recovery_url: str


@dataclass(frozen=True, slots=True)
class Subscription:
    id: int
    shop: str
    customer_id: int
    variant_id: int
    quantity: int
    state: str  # active | canceled | paused
    interval_months: int
    order_ids: tuple[int, ...]  # the first order, then the renewals
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a shop's orders add up to in one currency; test orders are left out."""

    orders: int
    completed_orders: int  # fully fulfilled and closed or paid; for the oms shop: placed
    gross: Decimal
    discounts: Decimal
    tax: Decimal
    shipping: Decimal
    total: Decimal
    refunded: Decimal


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different from one day to the next, over both shops."""

    new_orders: tuple[Order, ...]
    changed_orders: tuple[Order, ...]  # as they are now: paid, sent, refunded, closed, edited
    removed_line_ids: tuple[int, ...]  # taken out of a changed order
    new_products: tuple[Product, ...]
    changed_products: tuple[Product, ...]  # renamed or with another price
    deleted: tuple[DeletedObject, ...]
    new_customers: tuple[Customer, ...]
    changed_customers: tuple[Customer, ...]
    new_checkouts: tuple[Checkout, ...]
    removed_checkouts: tuple[Checkout, ...]  # merged into another cart on sign-in
    changed_subscriptions: tuple[Subscription, ...]
