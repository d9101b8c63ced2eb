"""The brand's e-mails and texts: campaigns, flows, and what each customer did with them.

Belongs here: who was sent what, and opened, clicked, bought or left, as far as it has arrived.
Does not belong here: a vendor's ids, names and formats (`vendors/`).

Events arrive late, as at the real vendors: an open or a click may be known up to three days after
it happened. Times are UTC with whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from vendor_emulator.business import Business, Customer
from vendor_emulator.business_chance import draw, pick

LATEST_ARRIVAL = timedelta(days=3)
SUBJECTS = ("New in", "Back in stock", "Last days of the sale", "A letter from the workshop")
FLOWS = ("Welcome", "Abandoned cart", "Thank you", "Win back")


@dataclass(frozen=True, slots=True)
class MailCampaign:
    id: int
    name: str
    channel: str  # email | sms
    subject: str
    template_id: int
    is_archived: bool
    created_at: datetime
    sent_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MailFlow:
    id: int
    name: str
    status: str  # live | draft | manual
    is_archived: bool
    template_id: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MailEvent:
    """kind: received | opened | clicked | bounced | unsubscribed | marked_spam | placed_order.

    Of `campaign_id` and `flow_id` one is set, or none for a placed order. `value` in US dollars.
    """

    id: int
    kind: str
    customer_id: int
    email: str
    campaign_id: int | None
    flow_id: int | None
    order_id: int | None
    value: Decimal | None
    at: datetime
    arrived_at: datetime


class Mailing:
    """`share`: one customer of so many gets each campaign; 1 (for benchmarks): all of them."""

    def __init__(self, business: Business, *, share: int = 8, every_days: float = 21) -> None:
        self.business, self.share, self.every_days = business, share, every_days
        self.seed = business.seed * 16 + 9

    @cached_property
    def readers(self) -> tuple[Customer, ...]:
        """Customers who may be written to, in the order of their ids."""
        return tuple(
            customer
            for customer in self.business.iter_customers()
            if customer.email and customer.accepts_marketing
        )

    @cached_property
    def campaigns(self) -> tuple[MailCampaign, ...]:
        made = []
        number = 0
        sent_at = self.business.start + timedelta(days=10, hours=9)
        while sent_at <= self.business.now:
            number += 1
            created_at = sent_at - timedelta(days=2)
            made.append(
                MailCampaign(
                    id=number,
                    name=f"{SUBJECTS[number % len(SUBJECTS)]} {sent_at:%B %Y}",
                    channel="sms" if number % 5 == 0 else "email",
                    subject=f"{SUBJECTS[number % len(SUBJECTS)]}: {self.business.name}",
                    template_id=1 + number % 3,
                    is_archived=number % 7 == 0,
                    created_at=created_at,
                    sent_at=sent_at,
                    updated_at=sent_at + timedelta(hours=1),
                )
            )
            sent_at += timedelta(days=self.every_days)
        return tuple(made)

    @cached_property
    def flows(self) -> tuple[MailFlow, ...]:
        created_at = self.business.start + timedelta(days=3)
        return tuple(
            MailFlow(
                id=100 + number,
                name=name,
                status="live" if number < 3 else "draft",
                is_archived=number == 3,
                template_id=10 + number,
                created_at=created_at,
                updated_at=created_at + timedelta(days=20 * number),
            )
            for number, name in enumerate(FLOWS)
        )

    def events(self) -> Iterator[MailEvent]:
        """All that has arrived until now; by campaign, then welcome mails, then orders."""
        now = self.business.now
        for campaign in self.campaigns:
            for customer in self.readers:
                if customer.created_at > campaign.sent_at:
                    continue
                if pick(self.share, self.seed, 1, campaign.id, customer.id):
                    continue
                number = campaign.id * 10**8 + customer.id
                yield from arrived(
                    self.reactions(number, customer, campaign.sent_at, campaign.id, None), now
                )
        welcome = self.flows[0]
        for customer in self.readers:
            if customer.created_at > welcome.created_at and customer.id % 4 == 0:
                number = 10**13 + customer.id
                sent_at = customer.created_at + timedelta(minutes=10)
                yield from arrived(self.reactions(number, customer, sent_at, None, welcome.id), now)
        for order in self.business.iter_orders():
            if order.email and order.customer_id and not order.is_test and order.currency == "USD":
                yield MailEvent(
                    id=(2 * 10**13 + order.id) * 8,
                    kind="placed_order",
                    customer_id=order.customer_id,
                    email=order.email,
                    campaign_id=None,
                    flow_id=None,
                    order_id=order.id,
                    value=order.total,
                    at=order.created_at,
                    arrived_at=order.created_at,
                )

    def reactions(
        self,
        number: int,
        customer: Customer,
        sent_at: datetime,
        campaign_id: int | None,
        flow_id: int | None,
    ) -> Iterator[MailEvent]:
        assert customer.email is not None

        def event(place: int, kind: str, after_seconds: float) -> MailEvent:
            at = sent_at + timedelta(seconds=int(after_seconds))
            late = LATEST_ARRIVAL * draw(self.seed, 2, number, place) if place else timedelta(0)
            if draw(self.seed, 3, number, place) < 0.9:
                late = timedelta(0)
            return MailEvent(
                id=number * 8 + place,
                kind=kind,
                customer_id=customer.id,
                email=customer.email or "",
                campaign_id=campaign_id,
                flow_id=flow_id,
                order_id=None,
                value=None,
                at=at,
                arrived_at=at + timedelta(seconds=int(late.total_seconds())),
            )

        chance = draw(self.seed, 4, number)
        if chance < 0.01:
            yield event(0, "bounced", 30)
            return
        yield event(0, "received", 20 + 40 * draw(self.seed, 5, number))
        opened_after = 60 + 2 * 86_400 * draw(self.seed, 6, number) ** 3
        if chance < 0.45:
            yield event(1, "opened", opened_after)
        if chance < 0.08:
            yield event(2, "clicked", opened_after + 40)
        if 0.44 < chance < 0.45:
            yield event(3, "unsubscribed", opened_after + 90)
        if chance > 0.999:
            yield event(4, "marked_spam", opened_after + 30)


def arrived(events: Iterator[MailEvent], now: datetime) -> Iterator[MailEvent]:
    return (event for event in events if event.arrived_at <= now)
