"""Reddit's reports: what may be asked, and the rows.

Belongs here: a report's body and what is refused of it, units. Does not belong here: pages
(`asking.py`), routes (`service.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

import orjson

from vendor_emulator.business_ad_sums import Sum
from vendor_emulator.vendors import Asked
from vendor_emulator.vendors.reddit_ads.asking import bad
from vendor_emulator.vendors.reddit_ads.shapes import ad_id, campaign_id, group_id
from vendor_emulator.vendors.reddit_ads.world import World

HOUR = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:00:00Z")
KNOWN_DAYS = 730
KEYWORD_DAYS = 10
CUTS: dict[str, tuple[str, ...]] = {
    "COUNTRY": ("US", "DE"),
    "REGION": ("US/CA", "US/NY", "DE/"),
    "COMMUNITY": ("sewing", "quilting", "malelivingspace"),
    "PLACEMENT": ("FEED", "COMMENTS_PAGE"),
    "KEYWORD": ("linen", "gift"),
    "GENDER": ("female", "male", "unknown"),
    "OS_TYPE": ("IOS", "ANDROID"),
}
IDS = ("CAMPAIGN_ID", "AD_GROUP_ID", "AD_ID")
BREAKDOWNS = ("DATE", "AD_ACCOUNT_ID", *IDS, *CUTS)
BODY = {"fields", "breakdowns", "starts_at", "ends_at", "time_zone_id", "filter"}


def micros(amount: Decimal) -> int:
    return int(amount * 1_000_000)


def cents(amount: Decimal) -> int:
    return int(amount * 100)


def metrics(row: Sum) -> dict[str, Any]:
    viewed = row["view_through_purchases"]
    return {
        "SPEND": micros(row["spend"]),
        "IMPRESSIONS": row["impressions"],
        "CLICKS": row["clicks"],
        "REACH": row["reach"],
        "CPC": float(micros(row["spend"]) / row["clicks"]) if row["clicks"] else 0.0,
        "CONVERSION_PURCHASE_CLICKS": row["purchases"] - viewed,
        "CONVERSION_PURCHASE_VIEWS": viewed,
        "CONVERSION_PURCHASE_TOTAL_ITEMS": row["purchases"] * 2,
        "CONVERSION_PURCHASE_TOTAL_VALUE": cents(row["purchase_value"]),
        "CONVERSION_ADD_TO_CART_CLICKS": row["clicks"] // 8,
        "CONVERSION_ADD_TO_CART_VIEWS": row["clicks"] // 30,
        "CONVERSION_ADD_TO_CART_TOTAL_VALUE": cents(row["purchase_value"]) * 3,
        "CONVERSION_SIGN_UP_CLICKS": row["conversions"] - row["purchases"],
        "CONVERSION_SIGN_UP_VIEWS": 0,
        "CONVERSION_LEAD_CLICKS": 0,
        "CONVERSION_LEAD_VIEWS": 0,
        "KEY_CONVERSION_TOTAL_COUNT": row["conversions"],
        "KEY_CONVERSION_CLICKS": row["conversions"] - viewed,
        "KEY_CONVERSION_VIEWS": viewed,
        "VIDEO_STARTED": row["video_views"] + row["video_views"] // 3,
        "VIDEO_WATCHED_3_SECONDS": row["video_views"],
        "VIDEO_WATCHED_25_PERCENT": row["video_views_25"],
        "VIDEO_WATCHED_50_PERCENT": row["video_views_50"],
        "VIDEO_WATCHED_75_PERCENT": row["video_views_75"],
        "VIDEO_WATCHED_100_PERCENT": row["video_views_100"],
    }


WITHOUT_VALUE = {"CLICK_ATTRIBUTION_WINDOW", "VIEW_ATTRIBUTION_WINDOW"}
"""The reference lists them among the fields to ask for, and not among those of the answer."""
FIELDS = {
    *metrics(Sum(date.min, 0, measures=dict.fromkeys(
        ("spend", "impressions", "clicks", "reach", "purchases", "view_through_purchases",
         "purchase_value", "conversions", "video_views", "video_views_25", "video_views_50",
         "video_views_75", "video_views_100"), 0))),
    *WITHOUT_VALUE,
}  # fmt: skip


def read_body(asked: Asked) -> Mapping[str, Any]:
    """Raises Refused for anything that Reddit's schema does not allow, an empty body first."""
    try:
        body = orjson.loads(asked.body)
    except orjson.JSONDecodeError as error:
        raise bad("The request body is required.") from error
    if not isinstance(body, dict) or set(body) != {"data"} or not isinstance(body["data"], dict):
        raise bad("The request body is required.", "data")
    data = body["data"]
    if unknown := set(data) - BODY:
        raise bad(f"Unknown field {sorted(unknown)[0]}.", sorted(unknown)[0])
    for name in ("starts_at", "ends_at"):
        if not HOUR.fullmatch(str(data.get(name, ""))):
            raise bad("Must follow the YYYY-MM-DDTHH:00:00Z format.", name)
    fields = data.get("fields")
    if not isinstance(fields, list) or not fields or not FIELDS.issuperset(fields):
        raise bad("Invalid fields.", "fields")
    breakdowns = data.get("breakdowns", [])
    most = 4 if {"COUNTRY", "REGION"} <= set(breakdowns) else 3
    if len(breakdowns) > most or not set(BREAKDOWNS).issuperset(breakdowns):
        raise bad(f"Invalid breakdowns, or more than {most}.", "breakdowns")
    if data.get("time_zone_id", "UTC") not in available_timezones():
        raise bad("Invalid time zone.", "time_zone_id")
    return data


def rows(
    world: World, account: str, data: Mapping[str, Any], now: datetime
) -> list[dict[str, Any]]:
    """An empty range is an empty list. Older days than Reddit keeps are simply not there."""
    breakdowns = data.get("breakdowns", [])
    if "DATE" not in breakdowns:
        raise bad("This emulation reports by day only.", "breakdowns")
    first, end = (datetime.fromisoformat(data[name]) for name in ("starts_at", "ends_at"))
    today = world.last_day(account, now)
    kept = KEYWORD_DAYS if "KEYWORD" in breakdowns else KNOWN_DAYS
    since = max(first.date(), today - timedelta(days=kept))
    until = min((end - timedelta(seconds=1)).date(), today)
    level = "ad" if "AD_ID" in breakdowns else "group" if "AD_GROUP_ID" in breakdowns else ""
    level = level or ("campaign" if "CAMPAIGN_ID" in breakdowns else "account")
    cut = next((one for one in ("REGION", *CUTS) if one in breakdowns), None)
    values = CUTS[cut] if cut else ()
    number = world.numbers[account].id
    found = []
    for row in world.sums.rows(number, level, since, until, values=values):
        line: dict[str, Any] = {"date": row.day.isoformat()}
        told = metrics(row)
        line.update(
            {name.lower(): told[name] for name in data["fields"] if name not in WITHOUT_VALUE}
        )
        if "CAMPAIGN_ID" in breakdowns and row.campaign_id is not None:
            line["campaign_id"] = campaign_id(row.campaign_id)
        if "AD_GROUP_ID" in breakdowns and row.group_id is not None:
            line["ad_group_id"] = group_id(row.group_id)
        if "AD_ID" in breakdowns and row.ad_id is not None:
            line["ad_id"] = ad_id(row.ad_id)
        if cut == "REGION":
            country, _, region = (row.cut or "").partition("/")
            line.update(country=country, region=region or None)
        elif cut:
            line[cut.lower()] = row.cut
        found.append(line)
    return found
