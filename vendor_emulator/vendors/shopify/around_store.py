"""What of the business becomes a subscription contract, a dispute, a company, a market, a text.

Belongs here: those values and how they are found in the business, on each of its days. Does not
belong here: how they look to the API (`fields_store.py`), searching them (`lists_store.py`).

The business knows only subscriptions. Of the rest there is as much as a small shop has: a dispute
for a few paid orders and a fresh one that is decided within days, two companies of customers, two
markets with one price list, three pages, one blog with five articles. Every later day brings an
article, edits a page, moves the price list, and for some days adds a person to a company.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, NamedTuple

from vendor_emulator import business as model
from vendor_emulator.business import Business

SHOP = "shopify"
FIRST_DISPUTED, EVERY = 16, 80
SETTLED = timedelta(days=10)
"""So old an order does not come to be paid any more."""
STATES = {"active": "ACTIVE", "paused": "PAUSED", "canceled": "CANCELLED"}
STAFF = 5
"""People of the two companies in the end."""


@dataclass(frozen=True)
class Contract:
    """Those of the other shop's customers were brought along: they have no order here."""

    id: int
    subscription: model.Subscription
    line: model.OrderLine
    updated_at: datetime
    type_name: ClassVar[str] = "SubscriptionContract"

    @property
    def created_at(self) -> datetime:
        return self.subscription.created_at

    @property
    def status(self) -> str:
        return STATES[self.subscription.state]


class ContractLine(NamedTuple):
    contract: Contract

    type_name = "SubscriptionLine"


@dataclass(frozen=True)
class Dispute:
    id: int
    order_id: int
    amount: Decimal
    currency: str
    status: str
    initiated_at: datetime
    answered_at: datetime | None
    decided_at: datetime | None
    updated_at: datetime
    type_name: ClassVar[str] = "ShopifyPaymentsDispute"


@dataclass(frozen=True)
class Company:
    id: int
    name: str
    since: datetime
    people: tuple[tuple[int, model.Address | None], ...]
    updated_at: datetime
    type_name: ClassVar[str] = "Company"

    @property
    def contacts(self) -> list[Contact]:
        return [Contact(self, place, number) for place, (number, _) in enumerate(self.people)]

    @property
    def locations(self) -> list[Site]:
        """Where its people sit."""
        known = [address for _, address in self.people if address]
        return [Site(self, place, one) for place, one in enumerate(known[:2])]


class Contact(NamedTuple):
    company: Company
    place: int
    customer_id: int

    type_name = "CompanyContact"

    @property
    def number(self) -> int:
        return self.company.id * 100 + self.place


class Site(NamedTuple):
    company: Company
    place: int
    address: model.Address

    type_name = "CompanyLocation"

    @property
    def number(self) -> int:
        return self.company.id * 100 + self.place


@dataclass(frozen=True)
class Market:
    id: int
    name: str
    handle: str
    currency: str
    is_active: bool
    created_at: datetime
    updated_at: datetime
    kind: str = "REGION"
    type_name: ClassVar[str] = "Market"


@dataclass(frozen=True)
class PriceList:
    id: int
    name: str
    currency: str
    percent: float
    updated_at: datetime
    type_name: ClassVar[str] = "PriceList"


class Catalog(NamedTuple):
    prices: PriceList

    type_name = "MarketCatalog"


@dataclass(frozen=True)
class Text:
    """A page, a blog or an article of one."""

    id: int
    type_name: str
    title: str
    body: str
    created_at: datetime
    updated_at: datetime
    author: str = ""
    blog_id: int = 1
    is_published: bool = True

    @property
    def handle(self) -> str:
        return self.title.lower().replace(" ", "-")

    @property
    def published_at(self) -> datetime | None:
        return self.created_at if self.is_published else None


def stored_in(business: Business) -> dict[str, list[Any]]:
    """By type, on the business's day."""
    texts: dict[str, list[Any]] = {"Page": [], "Blog": [], "Article": []}
    for one in texts_of(business):
        texts[one.type_name].append(one)
    return {
        "ShopifyPaymentsDispute": list(disputes_of(business)),
        "Company": companies_of(business),
        "Market": markets_of(business),
        "PriceList": [
            PriceList(
                1, "Canada", "CAD", 5.0 + business.days_later, at_day(business, business.days_later)
            )
        ],
        **texts,
    }


def at_day(business: Business, day: int) -> datetime:
    """In the night before the first day, and in that of each later one."""
    return business.base_now + timedelta(days=day) - timedelta(hours=8)


def contracts_of(business: Business, found: Iterable[model.Subscription]) -> Iterator[Contract]:
    """The price is that of the first order, whatever the variant costs by now."""
    for one in found:
        first = business.order(one.order_ids[0])
        line = next((each for each in first.lines if each.variant_id == one.variant_id), None)
        if line:
            yield Contract(one.id, one, line, one.updated_at)


def disputes_of(business: Business) -> Iterator[Dispute]:
    for number in range(FIRST_DISPUTED, business.base_orders + 1, EVERY):
        if order := disputable(business, number):
            opened = order.created_at + SETTLED
            yield dispute(order, opened, (business.base_now - opened).days)
    for number in range(business.base_orders, 0, -1):
        if number % EVERY != FIRST_DISPUTED and (order := disputable(business, number)):
            yield dispute(order, business.base_now - timedelta(days=2), 7 * business.days_later)
            return


def disputable(business: Business, number: int) -> model.Order | None:
    order = business.order(number)
    cards = {one.gateway for one in order.transactions if one.status == "success"}
    is_settled = order.created_at + SETTLED <= business.base_now
    is_paid = bool(order.paid_total) and "shopify_payments" in cards
    return order if order.shop == SHOP and is_settled and is_paid else None


def dispute(order: model.Order, opened: datetime, days: int) -> Dispute:
    """`days`: how far it has come, of the fourteen it takes."""
    answered, decided = opened + timedelta(days=1), opened + timedelta(days=2)
    is_answered, is_decided = days >= 7, days >= 14
    verdict = "LOST" if order.id % 3 == 0 else "WON"
    return Dispute(
        order.id,
        order.id,
        order.paid_total,
        order.currency,
        verdict if is_decided else "UNDER_REVIEW" if is_answered else "NEEDS_RESPONSE",
        opened,
        answered if is_answered else None,
        decided if is_decided else None,
        decided if is_decided else answered if is_answered else opened,
    )


def companies_of(business: Business) -> list[Company]:
    first = islice(business.iter_customers(SHOP), STAFF)
    people = tuple((one.id, one.default_address) for one in first)
    day = min(business.days_later, STAFF - 3)
    began = at_day(business, -30)
    return [
        Company(1, "Northwind Studios", began, people[:2], began),
        Company(2, "Larch & Linen", began, people[2 : 3 + day], at_day(business, day)),
    ]


def markets_of(business: Business) -> list[Market]:
    """The second is opened on the first later day."""
    began = business.start
    opened = at_day(business, 1) if business.days_later else began
    return [
        Market(1, "United States", "us", "USD", True, began, began),
        Market(2, "Canada", "ca", "CAD", business.days_later > 0, began, opened),
    ]


PAGES = ("About us", "Shipping", "Lookbook")
ARTICLES = ("Wool", "Linen", "The studio", "Mending", "Colour")
WRITERS = ("Ada Quill", "Bruno Serif")


def texts_of(business: Business) -> Iterator[Text]:
    began = business.start
    for number, title in enumerate(PAGES, start=1):
        edited = business.days_later if title == "Shipping" else 0
        body = f"<p>{title}, edition {1 + edited}.</p>"
        when = at_day(business, edited) if edited else began
        is_published = title != "Lookbook"
        yield Text(number, "Page", title, body, began, when, is_published=is_published)
    yield Text(1, "Blog", "Journal", "", began, began)
    for number in range(1, len(ARTICLES) + business.days_later + 1):
        day = number - len(ARTICLES)
        title = ARTICLES[number - 1] if day <= 0 else f"Day {day}"
        when = at_day(business, day)
        author = WRITERS[number % len(WRITERS)]
        yield Text(number, "Article", title, f"<p>{title}.</p>", when, when, author=author)
