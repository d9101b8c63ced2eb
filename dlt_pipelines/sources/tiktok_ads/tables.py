"""The raw tables of TikTok Ads: keys, typed report columns, lookbacks.

Belongs here: what lands. Does not belong here: how it is asked for (`entities.py`, `reports.py`).

Lists of campaigns, ad groups and ads have no filter by change (ads have one, but Smart+ ads come
without `modify_time`), so they are read whole each time; only rows that differ are rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dlt_pipelines.connector import Table

RESTATED = timedelta(days=28)
"""TikTok attributes purchases for up to 28 days after the click."""
SLICE = timedelta(days=180)
"""The lookback is read again with each slice after the first."""

TEXT: dict[str, Any] = {"data_type": "text"}
TIMESTAMP: dict[str, Any] = {"data_type": "timestamp"}
COUNT: dict[str, Any] = {"data_type": "bigint"}
AMOUNT: dict[str, Any] = {"data_type": "decimal"}
DAY: dict[str, Any] = {"data_type": "date"}
STAMPED = {"create_time": TIMESTAMP, "modify_time": TIMESTAMP}
ACCOUNT = {"currency": TEXT, "time_zone": TEXT}

METRICS: dict[str, dict[str, Any]] = {
    "spend": AMOUNT,
    "impressions": COUNT,
    "clicks": COUNT,
    "reach": COUNT,
    "conversion": AMOUNT,
    "complete_payment": AMOUNT,
    "total_complete_payment_rate": AMOUNT,
    "vta_complete_payment": AMOUNT,
    "purchase": AMOUNT,
    "total_purchase_value": AMOUNT,
    "vta_purchase": AMOUNT,
    "cta_purchase": AMOUNT,
    "evta_purchase": AMOUNT,
    "onsite_shopping": AMOUNT,
    "total_onsite_shopping_value": AMOUNT,
    "web_event_add_to_cart": AMOUNT,
    "onsite_on_web_cart": AMOUNT,
    "initiate_checkout": AMOUNT,
    "video_play_actions": COUNT,
    "video_watched_2s": COUNT,
    "video_watched_6s": COUNT,
    "video_views_p25": COUNT,
    "video_views_p50": COUNT,
    "video_views_p75": COUNT,
    "video_views_p100": COUNT,
    "engaged_view": COUNT,
    "likes": COUNT,
    "comments": COUNT,
    "shares": COUNT,
    "follows": COUNT,
    "profile_visits": COUNT,
}
"""Asked at every level. `total_complete_payment_rate` is the value of web purchases, in spite of
its name; `conversion` is the ad group's optimisation event and no purchase."""
HOURLY_METRICS = {name: kind for name, kind in METRICS.items() if name != "reach"}
AUDIENCE_METRICS = {
    name: METRICS[name] for name in ("spend", "impressions", "clicks", "conversion")
}
GMV_MAX_METRICS = {"cost": AMOUNT, "net_cost": AMOUNT, "orders": COUNT, "gross_revenue": AMOUNT}


@dataclass(frozen=True)
class Level:
    """names: what the row is called, asked as metrics (TikTok gives ids and names only so)."""

    name: str
    data_level: str
    key: str
    names: tuple[str, ...]


LEVELS = (
    Level("advertiser", "AUCTION_ADVERTISER", "advertiser_id", ()),
    Level("campaign", "AUCTION_CAMPAIGN", "campaign_id", ("campaign_name",)),
    Level(
        "ad_group",
        "AUCTION_ADGROUP",
        "adgroup_id",
        ("campaign_id", "campaign_name", "adgroup_name"),
    ),
    Level(
        "ad",
        "AUCTION_AD",
        "ad_id",
        ("campaign_id", "campaign_name", "adgroup_id", "adgroup_name", "ad_name"),
    ),
)
LEVEL = {level.name: level for level in LEVELS}
AUDIENCES = {
    "age_gender": ("age", "gender"),
    "country": ("country_code",),
    "platform": ("platform",),
    "province": ("province_id",),
}


@dataclass(frozen=True)
class Report:
    """One report table: what is asked for, and what a row is told apart by."""

    table: str
    level: Level
    time: str
    metrics: Mapping[str, Mapping[str, Any]]
    breakdown: tuple[str, ...] = ()

    @property
    def is_hourly(self) -> bool:
        return self.time == "stat_time_hour"

    @property
    def type(self) -> str:
        return "AUDIENCE" if self.breakdown else "BASIC"

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (self.level.key, self.time, *self.breakdown)

    @property
    def key(self) -> tuple[str, ...]:
        own = () if self.level.key == "advertiser_id" else (self.level.key,)
        time = ("date", "hour") if self.is_hourly else ("date",)
        return ("advertiser_id", *own, *time, *self.breakdown)

    def described(self) -> Table:
        what = self.level.name.replace("_", " ")
        by = f" by {', '.join(self.breakdown)}" if self.breakdown else ""
        each = "hour" if self.is_hourly else "day"
        hour = {"hour": COUNT} if self.is_hourly else {}
        asked = " Only where the setting hourly_levels names the level." if self.is_hourly else ""
        return Table(
            name=self.table,
            description=f"One row per {what} and {each}{by}, in the advertiser's own time zone."
            f"{asked} Read again for {RESTATED.days} days; rows that TikTok withdrew go, and their"
            " last state stays in the history.",
            primary_key=self.key,
            cursor="date",
            lag=RESTATED,
            slice=SLICE,
            deletes="seen",
            scope=("advertiser_id",),
            columns={
                "date": DAY,
                **hour,
                **dict.fromkeys(self.level.names, TEXT),
                **ACCOUNT,
                **self.metrics,
            },
            optional=bool(self.breakdown),
        )


REPORTS = (
    *(Report(f"{level.name}_daily", level, "stat_time_day", METRICS) for level in LEVELS),
    *(Report(f"{level.name}_hourly", level, "stat_time_hour", HOURLY_METRICS) for level in LEVELS),
    *(
        Report(f"ad_group_{name}_daily", LEVEL["ad_group"], "stat_time_day", AUDIENCE_METRICS, by)
        for name, by in AUDIENCES.items()
    ),
)

WHOLE = "Always read whole, deleted ones included: TikTok has no filter by change."

ENTITIES = (
    Table(
        name="advertisers",
        description="Ad accounts with currency and time zone.",
        primary_key=("advertiser_id",),
        columns={**ACCOUNT, "name": TEXT, "status": TEXT},
        paths={"time_zone": "display_timezone"},
        personal=("email", "contacter", "cellphone_number", "telephone_number", "address"),
    ),
    Table(
        name="campaigns",
        description=WHOLE,
        primary_key=("campaign_id",),
        deletes="marked",
        columns={"advertiser_id": TEXT, "campaign_name": TEXT, **STAMPED},
    ),
    Table(
        name="ad_groups",
        description=WHOLE + " Holds the attribution windows.",
        primary_key=("adgroup_id",),
        deletes="marked",
        columns={"advertiser_id": TEXT, "campaign_id": TEXT, "adgroup_name": TEXT, **STAMPED},
    ),
    Table(
        name="ads",
        description=WHOLE + " Smart+ ads come without a time of change and are kept all the same.",
        primary_key=("ad_id",),
        deletes="marked",
        columns={
            "advertiser_id": TEXT,
            "campaign_id": TEXT,
            "adgroup_id": TEXT,
            "ad_name": TEXT,
            **STAMPED,
        },
    ),
    Table(
        name="smart_plus_campaigns",
        description=WHOLE + " The Smart+ side of campaigns; spend is in the reports.",
        primary_key=("campaign_id",),
        deletes="marked",
        columns={"advertiser_id": TEXT, "campaign_name": TEXT, **STAMPED},
        optional=True,
    ),
    Table(
        name="smart_plus_ad_groups",
        description=WHOLE,
        primary_key=("adgroup_id",),
        deletes="marked",
        columns={"advertiser_id": TEXT, "campaign_id": TEXT, "adgroup_name": TEXT, **STAMPED},
        optional=True,
    ),
    Table(
        name="smart_plus_ads",
        description=WHOLE,
        primary_key=("smart_plus_ad_id",),
        deletes="marked",
        columns={
            "advertiser_id": TEXT,
            "campaign_id": TEXT,
            "adgroup_id": TEXT,
            "ad_name": TEXT,
            **STAMPED,
        },
        optional=True,
    ),
    Table(
        name="pixels",
        description="Pixels of the ad accounts, with their events.",
        deletes="seen",
        primary_key=("advertiser_id", "pixel_id"),
        columns={"pixel_name": TEXT, "pixel_code": TEXT, "create_time": TIMESTAMP},
        optional=True,
    ),
    Table(
        name="custom_audiences",
        description="Audiences by name and size; never who is in them.",
        deletes="seen",
        primary_key=("advertiser_id", "audience_id"),
        columns={"name": TEXT},
        optional=True,
    ),
    Table(
        name="videos",
        description="Videos of the asset library. Addresses for watching run out: they are new at"
        " each sync and therefore not kept.",
        deletes="seen",
        primary_key=("advertiser_id", "video_id"),
        columns={"file_name": TEXT, **STAMPED},
        optional=True,
    ),
    Table(
        name="images",
        description="Images that ads show. TikTok gives them by id, so those of the ads are asked.",
        primary_key=("advertiser_id", "image_id"),
        columns={"file_name": TEXT, **STAMPED},
        optional=True,
    ),
    Table(
        name="gmv_max_stores",
        description="TikTok Shops that an ad account may advertise.",
        deletes="seen",
        primary_key=("advertiser_id", "store_id"),
        columns={"store_name": TEXT},
        optional=True,
    ),
    Table(
        name="gmv_max_campaigns",
        description="Shop campaigns (GMV Max) that had a row in the days read.",
        primary_key=("advertiser_id", "campaign_id"),
        columns={"campaign_name": TEXT, "store_id": TEXT},
        optional=True,
    ),
)
GMV_MAX_DAILY = Table(
    name="gmv_max_daily",
    description="One row per shop campaign (GMV Max), shop and day; these campaigns are absent from"
    " the other reports.",
    primary_key=("advertiser_id", "store_id", "campaign_id", "date"),
    cursor="date",
    lag=RESTATED,
    slice=SLICE,
    deletes="seen",
    scope=("advertiser_id", "store_id"),
    columns={"date": DAY, **ACCOUNT, **GMV_MAX_METRICS},
    optional=True,
)
TABLES = (*ENTITIES, *(report.described() for report in REPORTS), GMV_MAX_DAILY)
BY_NAME = {table.name: table for table in TABLES}
