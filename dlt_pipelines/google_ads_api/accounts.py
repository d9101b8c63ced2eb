"""The accounts that a login reaches: trees of managers with client accounts as their leaves.

Belongs here: walking the trees, and which accounts are read through which manager.
Does not belong here: HTTP (`client.py`).

An account found through two managers is one account: it is read once, by the shortest way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dlt_pipelines.google_ads_api.queries import Query, columns

TREE = Query(
    "customer_client",
    columns(
        "id customer_client.id",
        "name customer_client.descriptive_name",
        "is_manager customer_client.manager bool",
        "is_test_account customer_client.test_account bool",
        "is_hidden customer_client.hidden bool",
        "status customer_client.status",
        "level customer_client.level bigint",
    ),
    also=(
        "customer_client.resource_name",
        "customer_client.currency_code",
        "customer_client.time_zone",
    ),
)
MONTHS = Query(
    "customer",
    columns(
        "month segments.month date",
        "impressions metrics.impressions bigint",
        "all_conversions metrics.all_conversions decimal",
    ),
)
DEEPEST = "customer_client.level <= 10"


@dataclass(frozen=True)
class Account:
    """through: the manager (or the account itself) that requests name as `login-customer-id`."""

    id: str
    name: str
    currency: str
    time_zone: str
    status: str
    is_manager: bool
    level: int
    through: str
    row: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_read(self) -> bool:
        return not self.is_manager and self.status == "ENABLED"

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def accounts_of(root: str, rows: Iterable[Mapping[str, Any]]) -> list[Account]:
    found = []
    for row in rows:
        client = row["customerClient"]
        found.append(
            Account(
                id=client["id"],
                name=client.get("descriptiveName", ""),
                currency=client.get("currencyCode", ""),
                time_zone=client.get("timeZone", "UTC"),
                status=client.get("status", "UNKNOWN"),
                is_manager=client.get("manager", False),
                level=int(client.get("level", 0)),
                through=root,
                row=row,
            )
        )
    return found


def once_each(found: Iterable[Account]) -> list[Account]:
    """The nearest way to each account, the lower root where two are as near; ordered by id."""
    ordered = sorted(found, key=lambda account: (account.level, account.through))
    nearest: dict[str, Account] = {}
    for account in ordered:
        nearest.setdefault(account.id, account)
    return [nearest[number] for number in sorted(nearest)]


def digits(number: str) -> str:
    """
    >>> digits("123-456-7890")
    '1234567890'
    """
    return number.replace("-", "").strip()
