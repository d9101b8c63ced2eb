"""The fields of an Insights row.

Belongs here: which there are, how each is told. Does not belong here: which rows there are.

The same purchase stands under several action types: `omni_purchase` is all of them once, the others
are its parts or older names. An account whose shop has no omnichannel events lacks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vendor_emulator.vendors.facebook_ads.figures import MEASURES, Sums
from vendor_emulator.vendors.facebook_ads.objects import OWN_WINDOW, SHORT_WINDOW

if TYPE_CHECKING:
    from vendor_emulator.vendors.facebook_ads.insights import Report

PLACE = {name: place for place, name in enumerate(MEASURES)}
ABOUT = {
    "account_id": ("account", "account_id"),
    "account_name": ("account", "name"),
    "account_currency": ("account", "currency"),
    "campaign_id": ("campaign", "id"),
    "campaign_name": ("campaign", "name"),
    "objective": ("campaign", "objective"),
    "buying_type": ("campaign", "buying_type"),
    "adset_id": ("adset", "id"),
    "adset_name": ("adset", "name"),
    "optimization_goal": ("adset", "optimization_goal"),
    "ad_id": ("ad", "id"),
    "ad_name": ("ad", "name"),
}
VIDEO = {
    "video_play_actions": "video_views",
    "video_thruplay_watched_actions": "video_views",
    "video_p25_watched_actions": "video_views_25",
    "video_p50_watched_actions": "video_views_50",
    "video_p75_watched_actions": "video_views_75",
    "video_p100_watched_actions": "video_views_100",
}
COUNTS = {
    "impressions": "impressions",
    "clicks": "clicks",
    "inline_link_clicks": "link_clicks",
    "reach": "reach",
    "unique_clicks": "clicks",
}
PLAIN = frozenset({*ABOUT, "date_start", "date_stop", "attribution_setting"})
NAMES = PLAIN | frozenset(
    {
        *VIDEO,
        *COUNTS,
        "spend",
        "frequency",
        "cpc",
        "cpm",
        "ctr",
        "cpp",
        "outbound_clicks",
        "actions",
        "action_values",
        "purchase_roas",
        "conversions",
        "conversion_values",
    }
)
PURCHASE_TYPES = ("purchase", "offsite_conversion.fb_pixel_purchase", "web_in_store_purchase")


def value(name: str, numbers: Sums, names: Mapping[str, Mapping[str, Any]], report: Report) -> Any:
    """None or an empty list where there is nothing to tell."""
    if name in ABOUT:
        level, own = ABOUT[name]
        return names.get(level, {}).get(own)
    if name in COUNTS:
        return str(numbers[PLACE[COUNTS[name]]])
    if name in VIDEO:
        views = numbers[PLACE[VIDEO[name]]]
        return [{"action_type": "video_view", "value": str(views)}] if views else []
    if name == "spend":
        return money(numbers[PLACE["spend"]])
    if name == "attribution_setting":
        return setting(names, report) if report.is_unified else None
    if name == "outbound_clicks":
        clicks = numbers[PLACE["link_clicks"]] * 9 // 10
        return [{"action_type": "outbound_click", "value": str(clicks)}] if clicks else []
    if name in ("actions", "action_values", "purchase_roas"):
        return purchases(name, numbers, names, report)
    if name in ("conversions", "conversion_values"):
        return conversions(name, numbers)
    return rate(name, numbers)


def money(cents: int) -> str:
    """As short as it gets: 12.5 and 12, not 12.50 and 12.00."""
    return format((Decimal(cents) / 100).normalize(), "f")


def setting(names: Mapping[str, Mapping[str, Any]], report: Report) -> str:
    if report.level in ("account", "campaign"):
        return "mixed"
    return OWN_WINDOW if names["adset"]["id"].endswith("0") else SHORT_WINDOW


def rate(name: str, numbers: Sums) -> str | None:
    over, under, factor = {
        "frequency": ("impressions", "reach", 1),
        "cpc": ("spend", "clicks", 1),
        "cpm": ("spend", "impressions", 1000),
        "ctr": ("clicks", "impressions", 100),
        "cpp": ("spend", "reach", 1000),
    }[name]
    if not numbers[PLACE[under]]:
        return None
    top = Decimal(numbers[PLACE[over]]) * factor / (100 if over == "spend" else 1)
    return format(round(top / numbers[PLACE[under]], 6), "f")


def by_window(total: int, viewed: int, report: Report, show: Any) -> dict[str, str]:
    clicked = total - viewed
    each = {
        "1d_view": viewed,
        "1d_ev": 0,
        "1d_click": clicked // 2,
        "7d_click": clicked,
        "28d_click": clicked,
        "dda": clicked,
    }
    return {window: show(each[window]) for window in report.windows if each.get(window)}


def purchases(
    name: str, numbers: Sums, names: Mapping[str, Mapping[str, Any]], report: Report
) -> list[dict[str, str]]:
    bought, value = numbers[PLACE["purchases"]], numbers[PLACE["purchase_value"]]
    viewed = numbers[PLACE["view_through_purchases"]]
    if not report.is_unified:
        # The account's own setting counts views that some of the ad sets do not count.
        bought, value = bought + viewed, value + value * viewed // max(bought, 1)
    types: list[str] = list(PURCHASE_TYPES)
    if names["account"]["currency"] == "USD":
        types.insert(0, "omni_purchase")
    if name == "purchase_roas":
        spent = numbers[PLACE["spend"]]
        roas = format(round(Decimal(value) / spent, 6), "f") if value and spent else ""
        return [{"action_type": types[0], "value": roas}] if roas else []
    entries = []
    if name == "actions":
        for kind, count in (
            ("link_click", numbers[PLACE["link_clicks"]]),
            ("landing_page_view", numbers[PLACE["link_clicks"]] * 8 // 10),
            ("video_view", numbers[PLACE["video_views"]]),
        ):
            if count:
                entries.append({"action_type": kind, "value": str(count)})
    whole, part, show = (
        (bought, viewed, str)
        if name == "actions"
        else (value, value * viewed // max(bought, 1), money)
    )
    if whole:
        windows = by_window(whole, part, report, show)
        entries += [{"action_type": kind, "value": show(whole), **windows} for kind in types]
    return entries


def conversions(name: str, numbers: Sums) -> list[dict[str, str]]:
    """Trials begun, in all and on the web: the same ones."""
    begun = numbers[PLACE["conversions"]] - numbers[PLACE["purchases"]]
    if begun <= 0:
        return []
    shown = str(begun) if name == "conversions" else money(begun * 500)
    return [
        {"action_type": "start_trial_total", "value": shown},
        {"action_type": "start_trial_website", "value": shown},
    ]
