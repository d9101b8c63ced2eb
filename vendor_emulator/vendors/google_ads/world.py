"""Google's side of the business: a tree of accounts, campaigns in Google's types, days by network.

Belongs here: accounts, ids, edits, and how a day of an ad divides. Does not belong here: rows and
their field names (`things.py`, `days.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from vendor_emulator.business import Business
from vendor_emulator.business_ads import Ad, AdCampaign, AdDay, AdGroup, Advertising

MANAGER, SECOND_MANAGER = "9000000001", "9000000002"
CLOSED = "4000009999"
TYPES = {
    "search": "SEARCH",
    "performance_max": "PERFORMANCE_MAX",
    "shopping": "SHOPPING",
    "video": "VIDEO",
    "demand_gen": "DEMAND_GEN",
    "display": "DISPLAY",
}
NETWORKS: dict[str, tuple[tuple[str, int], ...]] = {
    "search": (("SEARCH", 80), ("SEARCH_PARTNERS", 20)),
    "performance_max": (("SEARCH", 45), ("YOUTUBE", 30), ("CONTENT", 25)),
    "shopping": (("SEARCH", 100),),
    "video": (("YOUTUBE", 100),),
    "demand_gen": (("YOUTUBE", 60), ("DISCOVER", 40)),
    "display": (("CONTENT", 100),),
}
"""Percent of each day, by type of campaign."""
DEVICES = (("MOBILE", 70), ("DESKTOP", 30))
STATUS = {"active": "ENABLED", "paused": "PAUSED", "archived": "REMOVED", "deleted": "REMOVED"}


@dataclass(frozen=True)
class Customer:
    id: str
    name: str
    currency: str
    time_zone: str
    status: str = "ENABLED"
    is_manager: bool = False
    account_id: int | None = None
    under: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    kind: str  # CAMPAIGN, AD_GROUP, AD_GROUP_AD
    id: int


class World:
    """`next_day` moves it on; edits are kept by (table, id)."""

    def __init__(self, business: Business, *, scale: int = 1) -> None:
        self.scale = scale
        self.edits: dict[tuple[str, int], dict[str, Any]] = {}
        self.changes: list[Change] = []
        self.move_to(business)

    def move_to(self, business: Business) -> None:
        self.business = business
        self.ads = Advertising(business, "google", scale=self.scale)
        self.__dict__.pop("customers", None)
        self.__dict__.pop("groups_of", None)
        self.__dict__.pop("ads_of", None)

    @cached_property
    def customers(self) -> dict[str, Customer]:
        us, eu = self.ads.accounts
        name = self.business.name
        made = [
            Customer(MANAGER, f"{name} Group", "USD", "America/New_York", is_manager=True),
            Customer(SECOND_MANAGER, "Agency", "EUR", "Europe/London", is_manager=True),
            Customer(
                customer_id(us.id), us.name, us.currency, us.time_zone,
                account_id=us.id, under=(MANAGER,),
            ),
            Customer(
                customer_id(eu.id), eu.name, eu.currency, eu.time_zone,
                account_id=eu.id, under=(MANAGER, SECOND_MANAGER),
            ),
            Customer(
                CLOSED, f"{name} 2019", "USD", "America/New_York", status="CANCELED",
                under=(MANAGER,),
            ),
        ]  # fmt: skip
        return {customer.id: customer for customer in made}

    @property
    def roots(self) -> tuple[str, ...]:
        return (MANAGER, SECOND_MANAGER)

    def below(self, root: str) -> list[tuple[Customer, int]]:
        """The account itself and those below it, with their levels."""
        return [
            (customer, 0 if customer.id == root else 1)
            for customer in self.customers.values()
            if customer.id == root or root in customer.under
        ]

    # ------------------------------------------------------------------ things

    def campaigns(self, customer: Customer) -> list[AdCampaign]:
        return [one for one in self.ads.campaigns if one.account_id == customer.account_id]

    @cached_property
    def groups_of(self) -> dict[int, AdGroup]:
        return {group.id: group for group in self.ads.groups}

    @cached_property
    def ads_of(self) -> dict[int, Ad]:
        return {ad.id: ad for ad in self.ads.ads}

    def groups(self, customer: Customer, *, of_assets: bool) -> list[AdGroup]:
        return [
            group
            for group in self.ads.groups
            if group.account_id == customer.account_id
            and (self.kind(group.campaign_id) == "performance_max") == of_assets
        ]

    def kind(self, campaign_id: int) -> str:
        return self.ads.campaign(campaign_id).kind

    def edited(self, table: str, number: int, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, **self.edits.get((table, number), {})}

    # ------------------------------------------------------------------ days

    def days(self, customer: Customer, first: date, last: date) -> Iterator[AdDay]:
        if customer.account_id is None:
            return iter(())
        return self.ads.days(customer.account_id, first, last)


def customer_id(account_id: int) -> str:
    return str(4_000_000_000 + account_id)


def divided(total: int, shares: tuple[tuple[str, int], ...]) -> list[int]:
    """Whole numbers that add up to the total."""
    parts, before, percent = [], 0, 0
    for _, share in shares:
        percent += share
        until = total * percent // 100
        parts.append(until - before)
        before = until
    return parts
