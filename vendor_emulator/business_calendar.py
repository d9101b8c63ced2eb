"""When things happen in the emulated business, each found from its number alone.

Belongs here: the times of orders, carts and customers. Does not belong here: what happens then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

DAYS = 548  # eighteen months
# Nine of twenty orders come from new customers, the others from people known before, or guests.
NEW_CUSTOMERS, OF_ORDERS = 9, 20
FIRST_SIGNUP = 1_000_001  # ids of customers who only signed up; buyers are numbered from 1


def buyers_before(order_id: int) -> int:
    """How many customers have bought something before that order."""
    return (order_id - 1) * NEW_CUSTOMERS // OF_ORDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    seed: int
    start: datetime
    days: int  # from start to first_now; later days follow
    first_now: datetime
    orders: int  # within those days
    orders_per_day: int  # on later days

    def order_time(self, order_id: int) -> datetime:
        """Orders grow denser towards today; ids follow time."""
        within = self.scatter(order_id)
        if order_id <= self.orders:
            share = ((order_id - 1 + within) / self.orders) ** 0.75
            return self.start + timedelta(seconds=int(share * self.days * 86400))
        day, slot = divmod(order_id - self.orders - 1, self.orders_per_day)
        hours = 22 * (slot + within) / self.orders_per_day
        return self.first_now + timedelta(days=day, seconds=int(hours * 3600))

    def order_at(self, moment: datetime) -> int:
        """The order nearest to a moment, within the first days."""
        share = max(0.0, (moment - self.start).total_seconds() / (self.days * 86400))
        return 1 + int(share ** (4 / 3) * self.orders)

    def scatter(self, number: int) -> float:
        """A cheap evenly spread share in [0, 1), the same for the same number."""
        return ((number * 2654435761 + self.seed * 40503) & 0xFFFFFFFF) / 2**32

    def customer_since(self, customer_id: int) -> datetime:
        """Shortly before their first order, or whenever they signed up."""
        if customer_id < FIRST_SIGNUP:
            first_order = -(-customer_id * OF_ORDERS // NEW_CUSTOMERS)
            return self.order_time(first_order) - timedelta(seconds=45 + customer_id % 600)
        number = customer_id - FIRST_SIGNUP
        if number >= self.signups:
            return self.first_now + timedelta(days=number - self.signups, hours=5)
        return self.start + timedelta(seconds=int(self.scatter(customer_id) * self.days * 86400))

    @property
    def signups(self) -> int:
        """Customers within the first days who never bought; on later days one a day."""
        return self.orders // 50 + 2

    @property
    def checkouts(self) -> int:
        """Abandoned within the first days; on later days two a day."""
        return self.orders // 2

    def checkout_time(self, number: int) -> datetime:
        later = number - self.checkouts - 1
        if later >= 0:
            return self.first_now + timedelta(hours=24 * (later // 2) + 7 * (1 + later % 2))
        seconds = (number - 1 + self.scatter(number)) / self.checkouts * self.days * 86400 * 0.999
        return self.start + timedelta(seconds=int(seconds))
