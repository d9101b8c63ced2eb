"""One invented business that every emulated vendor shows from its own side.

Belongs here: when things happen, who buys, which shop sells it, what a later day changes, totals.
Does not belong here: what one product, person or order looks like (`business_*.py`), a vendor's
names or formats (`vendors/`).

Nothing here reads a clock: `today` is given, and the same arguments give the same business. Any
order can be made on its own from its number, so 200,000 of them stream without being kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

from vendor_emulator.business_calendar import DAYS, FIRST_SIGNUP, Calendar, buyers_before
from vendor_emulator.business_carts import Subscribed, invent_checkout, plan_subscriptions
from vendor_emulator.business_catalog import (
    build_catalog,
    build_discounts,
    build_inventory,
    build_metafields,
)
from vendor_emulator.business_changes import compare, edits_after, returns_after
from vendor_emulator.business_draft import Plan
from vendor_emulator.business_model import CENT as CENT
from vendor_emulator.business_model import ZERO as ZERO
from vendor_emulator.business_model import Address as Address
from vendor_emulator.business_model import Collection as Collection
from vendor_emulator.business_model import Customer as Customer
from vendor_emulator.business_model import DeletedObject as DeletedObject
from vendor_emulator.business_model import Discount as Discount
from vendor_emulator.business_model import InventoryLevel as InventoryLevel
from vendor_emulator.business_model import Location as Location
from vendor_emulator.business_model import Metafield as Metafield
from vendor_emulator.business_model import Product as Product
from vendor_emulator.business_model import Variant as Variant
from vendor_emulator.business_orders import invent_order
from vendor_emulator.business_people import invent_customer
from vendor_emulator.business_sales import PRESENTMENT_RATES as PRESENTMENT_RATES
from vendor_emulator.business_sales import Changes as Changes
from vendor_emulator.business_sales import Checkout as Checkout
from vendor_emulator.business_sales import CheckoutLine as CheckoutLine
from vendor_emulator.business_sales import Fulfillment as Fulfillment
from vendor_emulator.business_sales import Order as Order
from vendor_emulator.business_sales import OrderLine as OrderLine
from vendor_emulator.business_sales import Refund as Refund
from vendor_emulator.business_sales import RefundLine as RefundLine
from vendor_emulator.business_sales import Subscription as Subscription
from vendor_emulator.business_sales import Totals as Totals
from vendor_emulator.business_sales import Transaction as Transaction
from vendor_emulator.business_sales import presented as presented
from vendor_emulator.business_totals import spend_by_customer, totals_by_currency

DEFAULT_TODAY = date(2026, 9, 30)
SHOPS = ("shopify", "oms")


class Business:
    """Two shops of one brand, `shopify` and `oms`, that share products and some customers."""

    name = "Fable & Co"

    def __init__(
        self,
        *,
        seed: int = 1,
        orders: int = 2000,
        today: date = DEFAULT_TODAY,
        days_later: int = 0,
        days: int = DAYS,
    ) -> None:
        self.seed, self.base_orders, self.base_today = seed, orders, today
        self.days_later, self.base_days = days_later, days
        first_now = datetime(today.year, today.month, today.day, tzinfo=UTC)
        self.start = first_now - timedelta(days=days)
        self.now = first_now + timedelta(days=days_later)
        self.today = self.now.date()
        self.base_now = first_now
        self.orders_per_day = max(4, orders // days)
        self.order_count = orders + days_later * self.orders_per_day
        self._calendar = Calendar(
            seed=seed,
            start=self.start,
            days=days,
            first_now=first_now,
            orders=orders,
            orders_per_day=self.orders_per_day,
        )
        self._rngs = {kind: Random() for kind in (1, 2, 3)}
        self._customers: dict[int, Customer] = {}
        self.catalog = build_catalog(
            seed=seed,
            size=30 + min(370, orders // 100),
            start=self.start,
            now=self.now,
            days=days_later,
        )
        self._sellable = self.catalog.sellable
        self._sellable_from = [product.created_at for product in self._sellable]
        self.discounts: tuple[Discount, ...] = build_discounts(self.start)

    def next_day(self) -> Business:
        """The same business one day later."""
        return Business(
            seed=self.seed,
            orders=self.base_orders,
            today=self.base_today,
            days_later=self.days_later + 1,
            days=self.base_days,
        )

    # ------------------------------------------------------------------ what is sold

    @property
    def products(self) -> tuple[Product, ...]:
        return self.catalog.products

    @property
    def collections(self) -> tuple[Collection, ...]:
        return self.catalog.collections

    @property
    def locations(self) -> tuple[Location, ...]:
        return self.catalog.locations

    @property
    def deleted_objects(self) -> tuple[DeletedObject, ...]:
        return self.catalog.deleted

    @cached_property
    def inventory_levels(self) -> tuple[InventoryLevel, ...]:
        return build_inventory(self.catalog, seed=self.seed)

    @cached_property
    def metafields(self) -> tuple[Metafield, ...]:
        return build_metafields(self.catalog)

    # ------------------------------------------------------------------ who buys

    @property
    def customer_count(self) -> int:
        return len(self._customer_ids)

    @property
    def customers(self) -> tuple[Customer, ...]:
        return tuple(self.iter_customers())

    def iter_customers(self, shop: str | None = None) -> Iterator[Customer]:
        for number in self._customer_ids:
            customer = self.customer(number)
            if shop is None or shop in customer.shops:
                yield customer

    def customer(self, customer_id: int) -> Customer:
        made = self._customers.get(customer_id)
        if made is None:
            made = invent_customer(
                self._seeded(2, customer_id),
                customer_id=customer_id,
                created_at=self._calendar.customer_since(customer_id),
                now=self.now,
                first_now=self.base_now,
            )
            self._customers[customer_id] = made
        return made

    # ------------------------------------------------------------------ what happens

    def iter_orders(self, shop: str | None = None) -> Iterator[Order]:
        """Every order in the sequence of their creation, made on the way and not kept."""
        for number in range(1, self.order_count + 1):
            order = self.order(number)
            if shop is None or order.shop == shop:
                yield order

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """All orders, kept: for small businesses; `iter_orders` is for large ones."""
        return tuple(self.iter_orders())

    def order(self, order_id: int) -> Order:
        created_at = self.order_time(order_id)
        rng = self._seeded(1, order_id)
        customer, shop = self._buyer(order_id, rng)
        subscribed = self._subscribed.by_order.get(order_id)
        subscription = None
        if subscribed is not None:
            customer = self.customer(subscribed.customer_id)
            shop = customer.shops[0]
            subscription = (subscribed.id, subscribed.variant, subscribed.product)
        known = max(1, bisect_right(self._sellable_from, created_at))
        plan = Plan(
            order_id=order_id,
            shop=shop,
            created_at=created_at,
            customer=customer,
            subscription=subscription,
            edited_at=self.later_edits.get(order_id),
            returned_at=self.later_returns.get(order_id),
            now=self.now,
        )
        return invent_order(rng, plan, products=self._sellable[:known], discounts=self.discounts)

    def _buyer(self, order_id: int, rng: Random) -> tuple[Customer | None, str]:
        before, upto = buyers_before(order_id), buyers_before(order_id + 1)
        draw, pick = rng.random(), rng.random()
        if upto > before:
            customer = self.customer(upto)
        elif draw < 0.2 or not before:
            return None, "shopify" if pick < 0.6 else "oms"
        else:
            # Skewed: some people come back again and again.
            customer = self.customer(1 + int(pick**1.6 * before))
        return customer, customer.shops[int(draw * 7919) % len(customer.shops)]

    @property
    def _customer_ids(self) -> Sequence[int]:
        buyers = buyers_before(self.order_count + 1)
        signups = self._calendar.signups + self.days_later
        return [*range(1, buyers + 1), *range(FIRST_SIGNUP, FIRST_SIGNUP + signups)]

    @cached_property
    def _subscribed(self) -> Subscribed:
        return plan_subscriptions(
            rng=Random(f"subscriptions {self.seed}"),
            orders=self.base_orders,
            products=self._sellable,
            time_of=self.order_time,
            order_at=self._calendar.order_at,
            customer_for=lambda order_id: buyers_before(order_id + 1),
            later=[
                self.base_orders + 1 + day * self.orders_per_day for day in range(self.days_later)
            ],
            start=self.start,
        )

    @cached_property
    def subscriptions(self) -> tuple[Subscription, ...]:
        return self._subscribed.subscriptions(
            time_of=self.order_time,
            shop_of=lambda number: self.customer(number).shops[0],
            now=self.now,
        )

    def starts_subscription(self, order_id: int) -> bool:
        """Whether the order is a subscription's first, bought by a person, and not a renewal."""
        subscribed = self._subscribed.by_order.get(order_id)
        return subscribed is not None and subscribed.order_ids[0] == order_id

    # ------------------------------------------------------------------ carts

    def iter_checkouts(self, shop: str | None = None) -> Iterator[Checkout]:
        """Carts that never became orders."""
        total = self._calendar.checkouts + 2 * self.days_later
        gone = set(range(1, self.days_later + 1))  # one a day is merged into another cart
        for number in range(1, total + 1):
            if number not in gone:
                made = self._checkout(number)
                if shop is None or made.shop == shop:
                    yield made

    @cached_property
    def checkouts(self) -> tuple[Checkout, ...]:
        return tuple(self.iter_checkouts())

    def _checkout(self, number: int) -> Checkout:
        created_at = self._calendar.checkout_time(number)
        rng = self._seeded(3, number)
        known_buyers = buyers_before(self._calendar.order_at(created_at))
        customer = self.customer(1 + int(rng.random() * known_buyers)) if known_buyers else None
        known = max(1, bisect_right(self._sellable_from, created_at))
        return invent_checkout(
            rng,
            checkout_id=number,
            created_at=created_at,
            customer=customer,
            products=self._sellable[:known],
            now=self.now,
        )

    # ------------------------------------------------------------------ sums and differences

    def totals(self, shop: str) -> dict[str, Totals]:
        """Per currency, without test orders; what the warehouse has to come to."""
        return totals_by_currency(self.iter_orders(shop))

    def customer_spend(self, shop: str) -> dict[int, tuple[int, Decimal]]:
        """Per customer: orders, and what they paid less what they got back."""
        return spend_by_customer(self.iter_orders(shop))

    @cached_property
    def yesterday(self) -> Business:
        """The business one day earlier, of which `next_day()` made this one."""
        return Business(
            seed=self.seed,
            orders=self.base_orders,
            today=self.base_today,
            days_later=self.days_later - 1,
            days=self.base_days,
        )

    @cached_property
    def changes(self) -> Changes | None:
        """What is different from yesterday; None on the first day."""
        return compare(self.yesterday, self) if self.days_later else None

    @cached_property
    def later_edits(self) -> dict[int, datetime]:
        """Unpaid orders that lost a line on a later day, with the time."""
        return edits_after(self.yesterday) if self.days_later else {}

    @cached_property
    def later_returns(self) -> dict[int, datetime]:
        """Orders of which a piece came back on a later day, with the time."""
        return returns_after(self.yesterday) if self.days_later else {}

    # ------------------------------------------------------------------ chance

    def order_time(self, order_id: int) -> datetime:
        return self._calendar.order_time(order_id)

    def _seeded(self, kind: int, number: int) -> Random:
        """Chance for one thing alone, so that each can be made without those before it."""
        # One generator per kind: a customer is made in the middle of making an order.
        rng = self._rngs[kind]
        rng.seed((self.seed * 8 + kind) * 2**40 + number)
        return rng
