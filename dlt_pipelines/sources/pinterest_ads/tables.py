"""The raw tables of Pinterest Ads: keys, columns, which metrics are asked for.

Belongs here: what lands. Does not belong here: how it is asked for (`listings.py`, `reports.py`).

Entities are read whole: a campaign's `summary_status` changes by the calendar without moving its
`updated_time`, so rows that did not "change" may differ. Rows that are the same are not rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dlt_pipelines.connector import Table

TEXT: dict[str, Any] = {"data_type": "text"}
DATE: dict[str, Any] = {"data_type": "date"}
BIGINT: dict[str, Any] = {"data_type": "bigint"}
DECIMAL: dict[str, Any] = {"data_type": "decimal"}
TIMESTAMP: dict[str, Any] = {"data_type": "timestamp"}

LOOKBACK = timedelta(days=30)
"""Conversions come in for as long as the longest window (30 days by default; a connection with
longer ones is read further back)."""

COUNTS = (
    "IMPRESSION_1",
    "IMPRESSION_2",
    "TOTAL_IMPRESSION",
    "TOTAL_IMPRESSION_USER",
    "CLICKTHROUGH_1",
    "CLICKTHROUGH_2",
    "TOTAL_CLICKTHROUGH",
    "OUTBOUND_CLICK_1",
    "OUTBOUND_CLICK_2",
    "REPIN_1",
    "REPIN_2",
    "ENGAGEMENT_1",
    "ENGAGEMENT_2",
    "TOTAL_ENGAGEMENT",
    "VIDEO_3SEC_VIEWS_1",
    "VIDEO_MRC_VIEWS_1",
    "VIDEO_MRC_VIEWS_2",
    "TOTAL_VIDEO_MRC_VIEWS",
    "TOTAL_VIDEO_P25_COMBINED",
    "VIDEO_P25_COMBINED_2",
    "TOTAL_VIDEO_P50_COMBINED",
    "VIDEO_P50_COMBINED_2",
    "TOTAL_VIDEO_P75_COMBINED",
    "VIDEO_P75_COMBINED_2",
    "TOTAL_VIDEO_P100_COMPLETE",
    "VIDEO_P100_COMPLETE_2",
    "TOTAL_CONVERSIONS",
    "TOTAL_PAGE_VISIT",
    "TOTAL_SIGNUP",
    "TOTAL_LEAD",
    "TOTAL_CUSTOM",
    "TOTAL_CLICK_ADD_TO_CART",
    "TOTAL_VIEW_ADD_TO_CART",
    "TOTAL_CHECKOUT",
    "TOTAL_CLICK_CHECKOUT",
    "TOTAL_ENGAGEMENT_CHECKOUT",
    "TOTAL_VIEW_CHECKOUT",
    "TOTAL_WEB_CHECKOUT",
)
"""_1 is paid and _2 earned. Of the quartiles analytics know the total and the earned part only:
what was paid is their difference."""
MICROS = {
    "spend": "SPEND_IN_MICRO_DOLLAR",
    "total_checkout_value": "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "total_click_checkout_value": "TOTAL_CLICK_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "total_engagement_checkout_value": "TOTAL_ENGAGEMENT_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "total_view_checkout_value": "TOTAL_VIEW_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "total_web_checkout_value": "TOTAL_WEB_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
}
"""Millionths of the account's currency, in spite of "dollar"; stored in whole units."""
TARGETING_TYPES = (
    "AGE_BUCKET",
    "APPTYPE",
    "COUNTRY",
    "GENDER",
    "KEYWORD",
    "LOCATION",
    "PINNER_INTEREST",
    "PLACEMENT",
    "REGION",
    "TARGETED_INTEREST",
)
METRICS = (*MICROS.values(), *COUNTS)
COLUMNS = {
    **dict.fromkeys(MICROS, DECIMAL),
    **{name.lower(): BIGINT for name in COUNTS},
}
ROW = {
    "currency": TEXT,
    "time_zone": TEXT,
    "click_window_days": BIGINT,
    "engagement_window_days": BIGINT,
    "view_window_days": BIGINT,
    "conversion_report_time": TEXT,
    "attribution_key": TEXT,
}
"""Added to each row, because Pinterest's defaults are its own and may change."""
CONTEXT = ("account_id", *ROW, *MICROS)
"""Columns that are ours, nested under `context` in the payload."""


def entity(name: str, description: str, **more: Any) -> Table:
    """Times are seconds since 1970 at Pinterest; the reader turns them into timestamps."""
    return Table(
        name=name,
        description=description,
        columns={
            "ad_account_id": TEXT,
            "created_at": TIMESTAMP,
            "updated_at": TIMESTAMP,
            **more.pop("columns", {}),
        },
        paths={
            "ad_account_id": "context.account_id",
            "created_at": "context.created_at",
            "updated_at": "context.updated_at",
        },
        **more,
    )


@dataclass(frozen=True)
class Level:
    """A level of the account at which days are told.

    field   the id's name in Pinterest's rows; None: the account itself
    report  the level's name in asynchronous reports
    listing the stream whose ids analytics are asked by
    ids     the parameter of those ids
    above   ids of the levels above it, asked for as columns
    """

    table: str
    report: str
    field: str | None = None
    listing: str | None = None
    ids: str = ""
    above: tuple[str, ...] = ()
    targeting: tuple[str, ...] = ()


LEVELS = (
    Level("account_daily", "ADVERTISER"),
    Level("campaign_daily", "CAMPAIGN", "CAMPAIGN_ID", "campaigns", "campaign_ids"),
    Level(
        "ad_group_daily", "AD_GROUP", "AD_GROUP_ID", "ad_groups", "ad_group_ids", ("CAMPAIGN_ID",)
    ),
    Level("ad_daily", "PIN_PROMOTION", "AD_ID", "ads", "ad_ids", ("CAMPAIGN_ID", "AD_GROUP_ID")),
    Level(
        "campaign_targeting_daily",
        "CAMPAIGN_TARGETING",
        "CAMPAIGN_ID",
        "campaigns",
        "campaign_ids",
        targeting=TARGETING_TYPES,
    ),
)


def daily(level: Level, description: str) -> Table:
    """Slices are the reader's own (it needs to know today, which a cut window would hide)."""
    own = (level.field,) if level.field else ()
    ids: Mapping[str, Any] = {name.lower(): TEXT for name in (*own, *level.above)}
    cut = ("targeting_type", "targeting_value") if level.targeting else ()
    key = ("account_id", *(name.lower() for name in own), "date", *cut)
    return Table(
        name=level.table,
        description=description,
        primary_key=key,
        cursor="date",
        lag=LOOKBACK,
        scope=("account_id",),
        columns={**ids, "date": DATE, **dict.fromkeys(cut, TEXT), **ROW, **COLUMNS},
        paths={
            **{name.lower(): name for name in (*own, *level.above, "DATE", *COUNTS)},
            **{name: name.upper() for name in cut},
            **{name: f"context.{name}" for name in CONTEXT},
        },
    )


TABLES = (
    entity(
        "ad_accounts",
        "Ad accounts that the user may read, with their currency; Pinterest tells no time zone.",
        personal=("owner.username",),
    ),
    entity("campaigns", "Archived, drafts and deleted drafts too.", deletes="marked"),
    entity(
        "ad_groups",
        "Archived, drafts and deleted drafts too.",
        deletes="marked",
        columns={"campaign_id": TEXT},
    ),
    entity(
        "ads",
        "Pin promotions, archived ones too; the pin carries the picture and the link.",
        deletes="marked",
        columns={"campaign_id": TEXT, "ad_group_id": TEXT, "pin_id": TEXT},
    ),
    entity(
        "keywords",
        "Of the account, its campaigns (negative ones) and its ad groups.",
        deletes="marked",
        columns={"parent_id": TEXT},
    ),
    entity("audiences", "Owned and received.", deletes="seen"),
    entity("customer_lists", "Uploaded lists; of their people only the number.", deletes="seen"),
    entity("conversion_tags", "Pinterest tags, deleted ones too.", deletes="marked"),
    entity(
        "boards",
        "Boards of each account's owner.",
        primary_key=("ad_account_id", "id"),
        deletes="seen",
        optional=True,
        personal=("owner.username",),
    ),
    entity(
        "pins",
        "Pins of each account's owner: an ad's picture, title and link.",
        primary_key=("ad_account_id", "id"),
        deletes="seen",
        optional=True,
        columns={"board_id": TEXT},
        personal=("board_owner.username",),
    ),
    daily(LEVELS[0], "Each account's days (UTC)."),
    daily(LEVELS[1], "Each campaign's days: the level whose spend is complete."),
    daily(LEVELS[2], "Each ad group's days."),
    daily(LEVELS[3], "Each ad's days."),
    daily(
        LEVELS[4],
        "Each campaign's days by age, device, country, gender, keyword and interest. The types are"
        " independent cuts of the same numbers: never add two of them.",
    ),
)
BY_NAME = {table.name: table for table in TABLES}
