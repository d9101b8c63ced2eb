"""The brand's support desk: tickets about orders, what was said, and how people rated it.

Belongs here: tickets as they stand now, with their story. Does not belong here: a vendor's ids,
names and formats (`vendors/`). Times are UTC with whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from vendor_emulator.business import Business, Order
from vendor_emulator.business_chance import draw, pick

SUBJECTS = (
    "Where is my order?",
    "Wrong size",
    "A part is missing",
    "Change of address",
    "Question about a refund",
)
AGENTS = 5


@dataclass(frozen=True, slots=True)
class TicketStep:
    """Something that happened to a ticket; `by_agent` None: the customer did it."""

    id: int
    at: datetime
    status: str  # the ticket's status after it: new | open | pending | solved | closed
    comment: str | None
    by_agent: int | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """status: new | open | pending | solved | closed | deleted."""

    id: int
    order_id: int
    customer_id: int
    email: str
    subject: str
    priority: str  # low | normal | high | urgent
    channel: str  # email | web | chat
    status: str
    agent: int | None  # 1 to AGENTS
    group: int  # 1 or 2
    tags: tuple[str, ...]
    rating: str | None  # good | bad
    steps: tuple[TicketStep, ...]
    created_at: datetime
    updated_at: datetime


class Support:
    """One order in `every` leads to a ticket."""

    def __init__(self, business: Business, *, every: int = 12) -> None:
        self.business, self.every = business, every
        self.seed = business.seed * 16 + 11

    def tickets(self) -> Iterator[Ticket]:
        """In the order of their creation by order; those that came until now."""
        for number in range(1, self.business.order_count + 1):
            if pick(self.every, self.seed, 1, number):
                continue
            order = self.business.order(number)
            if order.customer_id is None or order.email is None:
                continue
            ticket = self.ticket(order, order.customer_id, order.email)
            if ticket is not None:
                yield ticket

    def ticket(self, order: Order, customer_id: int, email: str) -> Ticket | None:
        """None: it is not written yet."""
        who = (self.seed, order.id)
        created_at = order.created_at + timedelta(hours=int(4 + 90 * draw(*who, 2)))
        now = self.business.now
        if created_at > now:
            return None
        agent = 1 + pick(AGENTS, *who, 3)
        subject = SUBJECTS[pick(len(SUBJECTS), *who, 4)]
        told = [
            (timedelta(0), "new", f"{subject} My order is {order.name}.", None),
            (timedelta(hours=2 + pick(20, *who, 5)), "pending", "We are looking into it.", agent),
            (timedelta(hours=30 + pick(20, *who, 6)), "open", "Thank you, any news?", None),
            (timedelta(hours=60 + pick(40, *who, 7)), "solved", "It is settled.", agent),
            (timedelta(days=14), "closed", None, None),
        ]
        steps = [
            TicketStep(order.id * 8 + place, created_at + after, status, comment, by)
            for place, (after, status, comment, by) in enumerate(told)
            if created_at + after <= now
        ]
        is_deleted = draw(*who, 8) < 0.02 and len(steps) > 3
        rated = len(steps) > 3 and draw(*who, 9) < 0.3
        return Ticket(
            id=order.id,
            order_id=order.id,
            customer_id=customer_id,
            email=email,
            subject=subject,
            priority=("low", "normal", "normal", "high", "urgent")[pick(5, *who, 10)],
            channel=("email", "web", "chat")[pick(3, *who, 11)],
            status="deleted" if is_deleted else steps[-1].status,
            agent=agent if len(steps) > 1 else None,
            group=1 + agent % 2,
            tags=("vip",) if draw(*who, 12) < 0.1 else (),
            rating=("good" if draw(*who, 13) < 0.8 else "bad") if rated else None,
            steps=tuple(steps),
            created_at=created_at,
            updated_at=steps[-1].at,
        )
