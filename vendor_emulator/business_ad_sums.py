"""A channel's advertising days added up by level and cut by an audience, as vendors report them.

Belongs here: sums of `AdDay`s, kept until the next day. Does not belong here: what an ad did on a
day (`business_ads.py`), a vendor's names for it (`vendors/`).

    Sums(Advertising(business, "reddit")).rows(account_id, "campaign", since, until, cut="country")
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from vendor_emulator.business_ads import AdDay, Advertising
from vendor_emulator.business_chance import draw

MEASURES = tuple(
    one.name
    for one in fields(AdDay)
    if one.name not in ("day", "account_id", "campaign_id", "group_id", "ad_id")
)


@dataclass
class Sum:
    """A row of a report: the ids of its level and those above it, and its measures."""

    day: date
    account_id: int
    campaign_id: int | None = None
    group_id: int | None = None
    ad_id: int | None = None
    cut: str | None = None
    measures: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.measures[name]


class Sums:
    """`without`: keys of days that the vendor withdrew beside those the business withdraws."""

    def __init__(
        self, advertising: Advertising, *, without: Collection[tuple[Any, ...]] = ()
    ) -> None:
        self.advertising, self.without = advertising, without
        self.days: dict[int, list[AdDay]] = {}
        self.made: dict[tuple[int, str, tuple[str, ...]], list[Sum]] = {}

    def rows(
        self,
        account_id: int,
        level: str,
        since: date,
        until: date,
        *,
        values: Sequence[str] = (),
    ) -> list[Sum]:
        """Oldest first; with `values` each row is cut into them, and their sum is the row."""
        key = account_id, level, tuple(values)
        if key not in self.made:
            whole = self.whole(account_id, level)
            self.made[key] = [part for row in whole for part in cut(row, values)] or whole
        return [row for row in self.made[key] if since <= row.day <= until]

    def whole(self, account_id: int, level: str) -> list[Sum]:
        found: dict[tuple[Any, ...], Sum] = {}
        for one in self.of_account(account_id):
            row = Sum(
                one.day,
                one.account_id,
                one.campaign_id if level != "account" else None,
                one.group_id if level in ("group", "ad") else None,
                one.ad_id if level == "ad" else None,
            )
            key = row.day, row.campaign_id, row.group_id, row.ad_id
            measures = found.setdefault(key, row).measures
            for name in MEASURES:
                measures[name] = measures.get(name, 0) + getattr(one, name)
        return list(found.values())

    def of_account(self, account_id: int) -> list[AdDay]:
        if account_id not in self.days:
            first, today = self.advertising.first_day, self.advertising.business.today
            days = self.advertising.days(account_id, first, today)
            self.days[account_id] = [one for one in days if one.key not in self.without]
        return self.days[account_id]


def cut(row: Sum, values: Sequence[str]) -> list[Sum]:
    """The first values get the most, the last one what is left; empty parts are left out."""
    parts, left = [], dict(row.measures)
    for place, value in enumerate(values):
        is_last = place == len(values) - 1
        share = 0.3 + 0.4 * draw(row.day.toordinal(), row.campaign_id or 0, place)
        taken = dict(left) if is_last else {name: part(left[name], share) for name in left}
        left = {name: left[name] - taken[name] for name in left}
        if taken["impressions"]:
            ids = row.day, row.account_id, row.campaign_id, row.group_id, row.ad_id
            parts.append(Sum(*ids, cut=value, measures=taken))
    return parts


def part(amount: int | Decimal, share: float) -> int | Decimal:
    if isinstance(amount, Decimal):
        return (amount * Decimal(round(share * 100)) / 100).quantize(Decimal("0.01"))
    return int(amount * share)
