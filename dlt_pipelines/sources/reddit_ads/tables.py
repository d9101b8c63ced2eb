"""The raw tables of Reddit Ads: keys, columns, which fields are asked for.

Belongs here: what lands. Does not belong here: how it is asked for (`listings.py`, `reports.py`).

Entities are read whole: Reddit filters by no time, and `effective_status` changes by the calendar.
Rows that are the same are not rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dlt_pipelines.connector import Table

TEXT: dict[str, Any] = {"data_type": "text"}
DATE: dict[str, Any] = {"data_type": "date"}
BIGINT: dict[str, Any] = {"data_type": "bigint"}
DECIMAL: dict[str, Any] = {"data_type": "decimal"}
TIMESTAMP: dict[str, Any] = {"data_type": "timestamp"}

LOOKBACK = timedelta(days=31)
"""Conversions come in within the account's window, a month at most."""
SLICE = timedelta(days=365)
"""A year is one report of a page or two for a small account (60 reports a minute are allowed), and
some minutes of work to lose for a large one."""

COUNTS = (
    "IMPRESSIONS",
    "CLICKS",
    "CONVERSION_PURCHASE_CLICKS",
    "CONVERSION_PURCHASE_VIEWS",
    "CONVERSION_PURCHASE_TOTAL_ITEMS",
    "CONVERSION_ADD_TO_CART_CLICKS",
    "CONVERSION_ADD_TO_CART_VIEWS",
    "CONVERSION_SIGN_UP_CLICKS",
    "CONVERSION_SIGN_UP_VIEWS",
    "CONVERSION_LEAD_CLICKS",
    "CONVERSION_LEAD_VIEWS",
    "KEY_CONVERSION_TOTAL_COUNT",
    "KEY_CONVERSION_CLICKS",
    "KEY_CONVERSION_VIEWS",
    "VIDEO_STARTED",
    "VIDEO_WATCHED_3_SECONDS",
    "VIDEO_WATCHED_25_PERCENT",
    "VIDEO_WATCHED_50_PERCENT",
    "VIDEO_WATCHED_75_PERCENT",
    "VIDEO_WATCHED_100_PERCENT",
)
"""The `*_APP`, `*_OFFLINE` and `*_OTHER` twins are parts of these and never added to them."""
REACH = "REACH"
"""Known since June 2024, and by no breakdown but the level."""
MICROS = {"spend": "SPEND"}
CENTS = {
    "conversion_purchase_total_value": "CONVERSION_PURCHASE_TOTAL_VALUE",
    "conversion_add_to_cart_total_value": "CONVERSION_ADD_TO_CART_TOTAL_VALUE",
}
"""Conversion values are hundredths, not millionths: read as whole units they were 100 times too
high at a peer. Both are stored in whole units of the account's currency."""
WINDOWS = ("click_attribution_window", "view_attribution_window")
ROW = {"currency": TEXT, "time_zone": TEXT, **dict.fromkeys(WINDOWS, TEXT), "attribution_key": TEXT}
CONTEXT = ("account_id", *ROW, *MICROS, *CENTS)
"""Columns that are ours, nested under `context` in the payload."""

CREATED = {"created_at": TIMESTAMP, "modified_at": TIMESTAMP}


@dataclass(frozen=True)
class Level:
    """breakdowns  what a report is broken down by beside the day; three at most with it
    field       the last of them as the rows call it; None: the account itself
    days_back   how far back Reddit knows this breakdown, if less than the rest
    """

    table: str
    description: str
    breakdowns: tuple[str, ...] = ()
    reach: bool = False
    days_back: int | None = None
    optional: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(one.lower() for one in self.breakdowns)


LEVELS = (
    Level("account_daily", "Each account's days.", reach=True),
    Level(
        "campaign_daily",
        "Each campaign's days: the level whose spend is complete.",
        ("CAMPAIGN_ID",),
        reach=True,
    ),
    Level("ad_group_daily", "Each ad group's days.", ("CAMPAIGN_ID", "AD_GROUP_ID"), reach=True),
    Level("ad_daily", "Each ad's days.", ("CAMPAIGN_ID", "AD_ID"), reach=True),
    Level("campaign_country_daily", "By country.", ("CAMPAIGN_ID", "COUNTRY")),
    Level(
        "campaign_region_daily",
        "By country and region (a state).",
        ("CAMPAIGN_ID", "COUNTRY", "REGION"),
    ),
    Level("campaign_community_daily", "By subreddit.", ("CAMPAIGN_ID", "COMMUNITY")),
    Level("campaign_placement_daily", "By placement.", ("CAMPAIGN_ID", "PLACEMENT")),
    Level(
        "campaign_keyword_daily",
        "By keyword; Reddit keeps the last ten days, so older ones stay as they were last read.",
        ("CAMPAIGN_ID", "KEYWORD"),
        days_back=9,
        optional=True,
    ),
    Level("campaign_gender_daily", "By gender.", ("CAMPAIGN_ID", "GENDER")),
    Level("campaign_os_daily", "By operating system.", ("CAMPAIGN_ID", "OS_TYPE")),
)
"""Breakdowns are independent cuts of the same numbers: never add two of them."""


def daily(level: Level) -> Table:
    counts = (*COUNTS, REACH) if level.reach else COUNTS
    return Table(
        name=level.table,
        description=level.description,
        primary_key=("account_id", *level.key, "date"),
        cursor="date",
        lag=LOOKBACK,
        # The keyword report's first day is counted from today, which a cut window would hide.
        slice=None if level.days_back else SLICE,
        scope=("account_id",),
        optional=level.optional,
        columns={
            **dict.fromkeys(level.key, TEXT),
            "date": DATE,
            **ROW,
            **dict.fromkeys((*MICROS, *CENTS), DECIMAL),
            **dict.fromkeys((one.lower() for one in counts), BIGINT),
        },
        paths={
            **{name: f"context.{name}" for name in CONTEXT},
            # No value of a breakdown is a value of the key: unknown regions, mostly.
            **{name: f"context.{name}" for name in level.key},
        },
    )


TABLES = (
    Table(
        name="businesses",
        description="Businesses that the user belongs to.",
        columns=CREATED,
        personal=("phone",),
    ),
    Table(
        name="ad_accounts",
        description="Ad accounts with their currency, time zone and attribution windows.",
        columns={"business_id": TEXT, **CREATED},
    ),
    Table(
        name="campaigns",
        description="Archived and deleted ones too.",
        deletes="marked",
        columns={"ad_account_id": TEXT, **CREATED},
    ),
    Table(
        name="ad_groups",
        description="Archived and deleted ones too.",
        deletes="marked",
        columns={"ad_account_id": TEXT, "campaign_id": TEXT, **CREATED},
    ),
    Table(
        name="ads",
        description="Archived and deleted ones too; the post carries picture and text.",
        deletes="marked",
        columns={
            "ad_account_id": TEXT,
            "campaign_id": TEXT,
            "ad_group_id": TEXT,
            "post_id": TEXT,
            **CREATED,
        },
        personal=("profile_username",),
    ),
    Table(
        name="profiles",
        description="Profiles in whose name an account posts.",
        columns={"modified_at": TIMESTAMP},
    ),
    Table(
        name="posts",
        description="Posts of those profiles: what an ad shows.",
        optional=True,
        columns={"profile_id": TEXT, "created_at": TIMESTAMP},
    ),
    Table(
        name="funding_instruments",
        description="What pays for the ads.",
        primary_key=("account_id", "id"),
        optional=True,
        deletes="seen",
        paths={"account_id": "context.account_id"},
    ),
    Table(
        name="custom_audiences",
        description="Uploaded, look-alike and retargeting audiences.",
        optional=True,
        deletes="marked",
        columns={"ad_account_id": TEXT, **CREATED},
    ),
    Table(
        name="saved_audiences",
        description="Sets of targeting.",
        deletes="marked",
        columns={"ad_account_id": TEXT, **CREATED},
    ),
    Table(
        name="pixels",
        description="Reddit pixels of the account.",
        primary_key=("account_id", "id"),
        optional=True,
        deletes="seen",
        columns=CREATED,
        paths={"account_id": "context.account_id"},
        personal=("created_by", "modified_by"),
    ),
    Table(
        name="history",
        description="Who changed what in an account. Reddit gives no ids: the key is made of the"
        " change itself, without the person.",
        cursor="changed_at",
        lag=timedelta(days=1),
        slice=SLICE,
        write="append",
        optional=True,
        columns={"account_id": TEXT, "entity_type": TEXT, "entity_id": TEXT},
        paths={
            "id": "context.id",
            "account_id": "context.account_id",
            "changed_at": "cause.changed_at",
            "entity_type": "change.entity_type",
            "entity_id": "change.entity_id",
        },
        personal=("cause.email", "cause.fullname", "cause.reddit_username", "cause.member_id"),
    ),
    *(daily(level) for level in LEVELS),
)
BY_NAME = {table.name: table for table in TABLES}
