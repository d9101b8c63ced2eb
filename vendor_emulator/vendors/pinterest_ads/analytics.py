"""Pinterest's numbers: columns, rows of analytics, reports in the making.

Belongs here: what is told of a day, and how far back. Does not belong here: routes (`service.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from vendor_emulator.business_ad_sums import Sum
from vendor_emulator.vendors.pinterest_ads.world import (
    World,
    account_id,
    ad_id,
    campaign_id,
    group_id,
)

VALUES = {
    "AGE_BUCKET": ("25-34", "35-44", "65+"),
    "APPTYPE": ("iphone", "android_mobile", "web"),
    "COUNTRY": ("US", "DE"),
    "GENDER": ("female", "male", "unknown"),
    "KEYWORD": ("linen", "gift ideas"),
    "LOCATION": ("501", "803"),
    "PINNER_INTEREST": ("Home Decor", "DIY and Crafts"),
    "PLACEMENT": ("BROWSE", "SEARCH"),
    "REGION": ("US-CA", "US-NY"),
    "TARGETED_INTEREST": ("Design", "Travel"),
    "AUDIENCE_INCLUDE": ("254261234567",),
    "GEO": ("US:94102", "US:10001"),
}
WINDOWS = (0, 1, 7, 14, 30, 60)
REPORT_TIMES = ("TIME_OF_AD_ACTION", "TIME_OF_CONVERSION")
LEVELS = {
    "ADVERTISER": "account",
    "CAMPAIGN": "campaign",
    "CAMPAIGN_TARGETING": "campaign",
    "AD_GROUP": "group",
    "AD_GROUP_TARGETING": "group",
    "PIN_PROMOTION": "ad",
    "PIN_PROMOTION_TARGETING": "ad",
    "ADVERTISER_TARGETING": "account",
}
OWN = {"account": "AD_ACCOUNT_ID", "campaign": "CAMPAIGN_ID", "group": "AD_GROUP_ID", "ad": "AD_ID"}
EARNED = 0.1


def micros(amount: Decimal) -> int:
    return int(amount * 1_000_000)


def ids_of(row: Sum) -> dict[str, str]:
    found = {"AD_ACCOUNT_ID": account_id(row.account_id)}
    if row.campaign_id is not None:
        found["CAMPAIGN_ID"] = campaign_id(row.campaign_id)
    if row.group_id is not None:
        found["AD_GROUP_ID"] = group_id(row.group_id)
    if row.ad_id is not None:
        found["AD_ID"] = ad_id(row.ad_id)
    return found


def metrics(row: Sum) -> dict[str, Any]:
    """Every metric Pinterest has of this row; what it has nothing of is absent."""
    found: dict[str, Any] = {
        "SPEND_IN_MICRO_DOLLAR": micros(row["spend"]),
        "SPEND_IN_DOLLAR": float(row["spend"]),
    }
    paid = {
        "IMPRESSION": row["impressions"],
        "CLICKTHROUGH": row["clicks"],
        "OUTBOUND_CLICK": row["link_clicks"],
        "ENGAGEMENT": row["clicks"] + row["clicks"] // 3,
        "REPIN": row["clicks"] // 10,
    }
    for name, count in paid.items():
        earned = int(count * EARNED)
        found[f"{name}_1"], found[f"{name}_2"] = count, earned
        found[f"TOTAL_{name}"] = count + earned
    found["TOTAL_IMPRESSION_USER"] = row["reach"] + int(row["reach"] * EARNED)
    found.update(video(row))
    found.update(conversions(row))
    return {name: value for name, value in found.items() if value}


def video(row: Sum) -> dict[str, Any]:
    views = row["video_views"]
    found = {"VIDEO_3SEC_VIEWS_1": views + views // 4, "VIDEO_MRC_VIEWS_1": views}
    counted = {
        "MRC_VIEWS": views,
        "P25_COMBINED": row["video_views_25"],
        "P50_COMBINED": row["video_views_50"],
        "P75_COMBINED": row["video_views_75"],
        "P100_COMPLETE": row["video_views_100"],
    }
    for name, count in counted.items():
        earned = int(count * EARNED)
        found[f"VIDEO_{name}_2"] = earned
        found[f"TOTAL_VIDEO_{name}"] = count + earned
    return found


def conversions(row: Sum) -> dict[str, Any]:
    viewed, value = row["view_through_purchases"], micros(row["purchase_value"])
    engaged = (row["purchases"] - viewed) // 4
    clicked = row["purchases"] - viewed - engaged
    each = value // row["purchases"] if row["purchases"] else 0
    return {
        "TOTAL_CONVERSIONS": row["conversions"] + 2 * row["clicks"] // 3,
        "TOTAL_PAGE_VISIT": 2 * row["clicks"] // 3,
        "TOTAL_SIGNUP": row["conversions"] - row["purchases"],
        "TOTAL_CLICK_ADD_TO_CART": row["clicks"] // 8,
        "TOTAL_VIEW_ADD_TO_CART": row["clicks"] // 30,
        "TOTAL_CHECKOUT": row["purchases"],
        "TOTAL_CLICK_CHECKOUT": clicked,
        "TOTAL_ENGAGEMENT_CHECKOUT": engaged,
        "TOTAL_VIEW_CHECKOUT": viewed,
        "TOTAL_WEB_CHECKOUT": row["purchases"],
        "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR": value,
        "TOTAL_WEB_CHECKOUT_VALUE_IN_MICRO_DOLLAR": value,
        "TOTAL_ENGAGEMENT_CHECKOUT_VALUE_IN_MICRO_DOLLAR": each * engaged,
        "TOTAL_VIEW_CHECKOUT_VALUE_IN_MICRO_DOLLAR": each * viewed,
        "TOTAL_CLICK_CHECKOUT_VALUE_IN_MICRO_DOLLAR": value - each * (engaged + viewed),
    }


KNOWN = frozenset(
    [
        "SPEND_IN_MICRO_DOLLAR",
        "SPEND_IN_DOLLAR",
        "IMPRESSION_1",
        "IMPRESSION_2",
        "TOTAL_IMPRESSION",
        "CLICKTHROUGH_1",
        "CLICKTHROUGH_2",
        "TOTAL_CLICKTHROUGH",
        "OUTBOUND_CLICK_1",
        "OUTBOUND_CLICK_2",
        "ENGAGEMENT_1",
        "ENGAGEMENT_2",
        "TOTAL_ENGAGEMENT",
        "REPIN_1",
        "REPIN_2",
        "TOTAL_IMPRESSION_USER",
        "VIDEO_3SEC_VIEWS_1",
        "VIDEO_MRC_VIEWS_1",
        "VIDEO_MRC_VIEWS_2",
        "TOTAL_VIDEO_MRC_VIEWS",
        "VIDEO_P25_COMBINED_2",
        "TOTAL_VIDEO_P25_COMBINED",
        "VIDEO_P50_COMBINED_2",
        "TOTAL_VIDEO_P50_COMBINED",
        "VIDEO_P75_COMBINED_2",
        "TOTAL_VIDEO_P75_COMBINED",
        "VIDEO_P100_COMPLETE_2",
        "TOTAL_VIDEO_P100_COMPLETE",
        "TOTAL_LEAD",
        "TOTAL_CUSTOM",
        "TOTAL_CONVERSIONS",
        "TOTAL_PAGE_VISIT",
        "TOTAL_SIGNUP",
        "TOTAL_CLICK_ADD_TO_CART",
        "TOTAL_VIEW_ADD_TO_CART",
        "TOTAL_CHECKOUT",
        "TOTAL_CLICK_CHECKOUT",
        "TOTAL_ENGAGEMENT_CHECKOUT",
        "TOTAL_VIEW_CHECKOUT",
        "TOTAL_WEB_CHECKOUT",
        "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
        "TOTAL_WEB_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
        "TOTAL_ENGAGEMENT_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
        "TOTAL_VIEW_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
        "TOTAL_CLICK_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
        "AD_ACCOUNT_ID",
        "CAMPAIGN_ID",
        "AD_GROUP_ID",
        "AD_ID",
    ]
)
"""The columns that this emulation serves: every one is a column of analytics and of reports.
VIDEO_P100_COMPLETE_1 and its like are of reports only, and refused by analytics."""


def told(
    world: World,
    account: str,
    level: str,
    days: tuple[date, date],
    columns: Sequence[str],
    *,
    ids: Iterable[str] | None = None,
    targeting: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Rows with their ids, their day and of the columns those that have a value."""
    number = world.numbers[account].id
    wanted = None if ids is None else set(ids)
    found = []
    for kind in targeting or ("",):
        for row in world.sums.rows(number, level, *days, values=VALUES.get(kind, ())):
            own = ids_of(row)
            if wanted is not None and own[OWN[level]] not in wanted:
                continue
            values = {**own, **metrics(row)}
            line: dict[str, Any] = {OWN[level]: own[OWN[level]], "DATE": row.day.isoformat()}
            line.update({name: values[name] for name in columns if name in values})
            if kind:
                line.update(TARGETING_TYPE=kind, TARGETING_VALUE=row.cut)
            found.append(line)
    return found


@dataclass
class Report:
    """`asked_for` counts how often its state was asked: it is in the making the first time."""

    account: str
    body: Mapping[str, Any]
    ordered_at: float
    asked_for: int = 0
    links: dict[str, float] = field(default_factory=dict)
