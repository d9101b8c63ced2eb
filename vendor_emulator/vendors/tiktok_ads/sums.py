"""Sums of the business's days, their parts, and the metrics that TikTok makes of them.

Belongs here: adding up, cutting, metric names. Does not belong here: which days and cells
(`figures.py`).

Web, app and shop purchases are three metrics each with a value of its own. "-" means that there is
no value; numbers come as text, mostly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from vendor_emulator.business_ads import AdDay
from vendor_emulator.business_model import CENT, ZERO

NONE = "-"
COUNTS = (
    "impressions",
    "clicks",
    "reach",
    "video_views",
    "video_views_25",
    "video_views_50",
    "video_views_75",
    "video_views_100",
    "purchases",
    "view_through_purchases",
    "conversions",
)


@dataclass
class Sum:
    """Numbers of some ads; `web`, `app` and `shop` are purchases by where they were made."""

    spend: Decimal = ZERO
    value: Decimal = ZERO
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    web: tuple[int, Decimal] | None = None
    app: tuple[int, Decimal] | None = None
    shop: tuple[int, Decimal] | None = None

    def add(self, day: AdDay, kind: str) -> None:
        self.spend += day.spend
        self.value += day.purchase_value
        for name in COUNTS:
            self.counts[name] += getattr(day, name)
        at_shop = day.purchases // 2 if kind == "smart_plus" else 0
        shop_value = (
            (day.purchase_value * at_shop / day.purchases).quantize(CENT) if at_shop else ZERO
        )
        rest = (day.purchases - at_shop, day.purchase_value - shop_value)
        if kind == "app_promotion":
            self.app = added(self.app, rest)
        else:
            self.web = added(self.web, rest)
        if kind == "smart_plus":
            self.shop = added(self.shop, (at_shop, shop_value))

    def part(self, number: int, parts: int) -> Sum:
        """The number-th of so many parts, which add up to the whole."""
        made = Sum(
            spend=share_of_money(self.spend, number, parts),
            counts={name: share(value, number, parts) for name, value in self.counts.items()},
        )
        for place in ("web", "app", "shop"):
            whole = getattr(self, place)
            if whole is not None:
                pieces = share(whole[0], number, parts), share_of_money(whole[1], number, parts)
                setattr(made, place, pieces)
        return made


def added(
    before: tuple[int, Decimal] | None, more: tuple[int, Decimal]
) -> tuple[int, Decimal] | None:
    return more if before is None else (before[0] + more[0], before[1] + more[1])


def share(whole: int, number: int, parts: int) -> int:
    return whole * (number + 1) // parts - whole * number // parts


def share_of_money(whole: Decimal, number: int, parts: int) -> Decimal:
    return Decimal(share(int(whole * 100), number, parts)) * CENT


@dataclass(frozen=True)
class Cell:
    """One row's place: ids beneath the account as the business has them."""

    dimensions: Mapping[str, str]
    names: Mapping[str, str]
    sum: Sum


def metrics_of(cell: Cell, asked: tuple[str, ...]) -> dict[str, Any]:
    made = numbers_of(cell.sum)
    return {name: cell.names.get(name) or made.get(name, NONE) for name in asked}


def numbers_of(one: Sum) -> dict[str, Any]:
    counts = one.counts
    view_through = counts["view_through_purchases"]
    return {
        "spend": str(one.spend),
        "impressions": str(counts["impressions"]),
        "clicks": str(counts["clicks"]),
        "reach": str(counts["reach"]),
        "conversion": str(counts["conversions"]),
        # A number among texts, and one with places: TikTok mixes them.
        "complete_payment": one.web[0] if one.web else NONE,
        "total_complete_payment_rate": str(one.web[1]) if one.web else NONE,
        "vta_complete_payment": str(view_through) if one.web else NONE,
        "purchase": str(one.app[0]) if one.app else NONE,
        "total_purchase_value": str(one.app[1]) if one.app else NONE,
        "vta_purchase": str(view_through) if one.app else NONE,
        "onsite_shopping": f"{one.shop[0]}.00" if one.shop else NONE,
        "total_onsite_shopping_value": str(one.shop[1]) if one.shop else NONE,
        "web_event_add_to_cart": str(counts["purchases"] * 3) if one.web else NONE,
        "initiate_checkout": str(counts["purchases"] * 2) if one.web else NONE,
        "video_play_actions": str(counts["impressions"]),
        "video_watched_2s": str(counts["video_views"]),
        "video_watched_6s": str(counts["video_views"] // 2),
        "video_views_p25": str(counts["video_views_25"]),
        "video_views_p50": str(counts["video_views_50"]),
        "video_views_p75": str(counts["video_views_75"]),
        "video_views_p100": str(counts["video_views_100"]),
        "engaged_view": str(counts["video_views"] // 2),
        "likes": str(counts["clicks"] // 3),
        "comments": str(counts["clicks"] // 30),
        "shares": str(counts["clicks"] // 40),
        "follows": str(counts["clicks"] // 50),
        "profile_visits": str(counts["clicks"] // 20),
    }
