"""What a report may ask, and its rows.

Belongs here: levels, dimensions, metrics, ranges. Does not belong here: the numbers (`figures.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from vendor_emulator.vendors.tiktok_ads import asking
from vendor_emulator.vendors.tiktok_ads.answers import WRONG, Refusal
from vendor_emulator.vendors.tiktok_ads.figures import Figures
from vendor_emulator.vendors.tiktok_ads.sums import Sum, metrics_of, numbers_of

LEVELS = {
    "AUCTION_ADVERTISER": "advertiser_id",
    "AUCTION_CAMPAIGN": "campaign_id",
    "AUCTION_ADGROUP": "adgroup_id",
    "AUCTION_AD": "ad_id",
}
NAMES = {
    "AUCTION_ADVERTISER": set[str](),
    "AUCTION_CAMPAIGN": {"campaign_name"},
    "AUCTION_ADGROUP": {"campaign_id", "campaign_name", "adgroup_name"},
    "AUCTION_AD": {"campaign_id", "campaign_name", "adgroup_id", "adgroup_name", "ad_name"},
}
TIMES = ("stat_time_day", "stat_time_hour")
BREAKDOWNS = (
    {"gender"},
    {"age"},
    {"age", "gender"},
    {"country_code"},
    {"platform"},
    {"province_id"},
)
OF_AUDIENCES = {"spend", "impressions", "clicks", "conversion", "ctr", "cpc", "cpm"}
MORE = {
    "cta_purchase",
    "evta_purchase",
    "onsite_on_web_cart",
    "frequency",
    "ctr",
    "cpc",
    "cpm",
    "complete_payment_roas",
    "currency",
}
GMV_MAX_DIMENSIONS = {"campaign_id", "advertiser_id", "stat_time_day", "stat_time_hour"}
GMV_MAX_METRICS = {"cost", "net_cost", "orders", "gross_revenue", "cost_per_order", "roi"}


def report(figures: Figures, account: int, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    kind, level = asking.required(asked, "report_type"), asking.required(asked, "data_level")
    if kind not in ("BASIC", "AUDIENCE") or level not in LEVELS:
        raise Refusal(WRONG, "report_type or data_level: Not a valid choice.")
    dimensions = asking.texts(asked, "dimensions")
    metrics = tuple(asking.json_value(asked, "metrics", list) or ("spend", "impressions"))
    times = [name for name in dimensions if name in TIMES]
    breakdown = tuple(name for name in dimensions if name not in (*TIMES, LEVELS[level]))
    if LEVELS[level] not in dimensions or len(times) > 1 or len(set(dimensions)) < len(dimensions):
        raise Refusal(WRONG, f"dimensions: Invalid dimensions {dimensions} for {level}.")
    if (kind == "AUDIENCE") != bool(breakdown) or (breakdown and set(breakdown) not in BREAKDOWNS):
        raise Refusal(WRONG, f"dimensions: Invalid dimensions {dimensions} for {kind}.")
    known = NAMES[level] | (OF_AUDIENCES if breakdown else set(numbers_of(Sum())) | MORE)
    wrong = sorted(set(metrics) - known)
    if times == ["stat_time_hour"]:
        wrong += [name for name in metrics if name in ("reach", "frequency")]
    if wrong:
        raise Refusal(WRONG, f"metrics: Invalid metric fields: {wrong}")
    since, until = asking.day(asked, "start_date"), asking.day(asked, "end_date")
    longest = {"stat_time_day": 30, "stat_time_hour": 1}.get(times[0] if times else "", 365)
    if until < since or until - since > timedelta(days=longest - 1):
        raise Refusal(WRONG, f"end_date: The time span can be at most {longest} days.")
    if not times:
        raise Refusal(WRONG, "dimensions: a report without a day is not emulated.")
    cells = figures.cells(account, level, since, until, breakdown, times[0])
    return [
        {"dimensions": dict(cell.dimensions), "metrics": metrics_of(cell, metrics)}
        for cell in cells
    ]


def gmv_max(
    figures: Figures, account: int, stores: list[str], asked: Mapping[str, str]
) -> list[dict[str, Any]]:
    wanted = asking.texts(asked, "store_ids", most=1)
    if wanted[0] not in stores:
        raise Refusal(40001, "No permission to operate the store.")
    dimensions = asking.texts(asked, "dimensions", most=3)
    metrics = asking.texts(asked, "metrics", most=100)
    if not set(dimensions) <= GMV_MAX_DIMENSIONS or not set(metrics) <= GMV_MAX_METRICS:
        raise Refusal(WRONG, "dimensions or metrics: Not a valid choice.")
    if dimensions != ["campaign_id", "stat_time_day"]:
        raise Refusal(WRONG, "dimensions: only campaign_id with stat_time_day is emulated.")
    since, until = asking.day(asked, "start_date"), asking.day(asked, "end_date")
    if until < since or until - since > timedelta(days=29):
        raise Refusal(WRONG, "end_date: The time span can be at most 30 days.")
    return [
        {**row, "metrics": {name: row["metrics"][name] for name in metrics}}
        for row in figures.gmv_max(account, since, until)
    ]
