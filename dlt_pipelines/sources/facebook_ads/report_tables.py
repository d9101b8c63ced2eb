"""The reports (Insights) of Facebook Ads: level, breakdowns, metrics and columns of each.

Belongs here: what a report's row is. Does not belong here: asking for it (`reports.py`), retries
and splitting (`ladder.py`).

The key of a row is the account, the level's id, the day, every breakdown and how purchases were
attributed. Peers that left one of them out had rows overwrite each other. Names are not asked for:
they stand in the tables of campaigns, ad sets and ads, and a new name would restate years of rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dlt_pipelines.connector import Table
from dlt_pipelines.sources.facebook_ads.tables import (
    BIGINT,
    DATE,
    DECIMAL,
    REPORT_SLICE,
    RESTATED,
    TEXT,
)

LEVELS = ("account", "campaign", "adset", "ad")
IDS = {"campaign": "campaign_id", "adset": "adset_id", "ad": "ad_id"}
"""By level, the vendor's field of its id."""
HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone"
COLUMN_OF = {HOURLY: "hour"}
COUNTS = ("impressions", "clicks", "inline_link_clicks")
UNIQUE = ("reach", "frequency")
"""Must not be added up over days, and cannot be asked for by the hour."""
LISTS = (
    "outbound_clicks",
    "video_play_actions",
    "video_thruplay_watched_actions",
    "video_p25_watched_actions",
    "video_p50_watched_actions",
    "video_p75_watched_actions",
    "video_p100_watched_actions",
)
"""Metrics that come as a list of one entry."""
ACTIONS = ("actions", "action_values", "conversions", "conversion_values")
"""Lists by type of action: whole in the payload, purchases and conversions in columns."""
NAMES = {"adset_id": "ad_set_id", "account_currency": "currency", "date_start": "date"}
"""Columns that have another name than the vendor's field."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """days: longest range of one request."""

    name: str
    description: str
    level: str
    breakdowns: tuple[str, ...] = ()
    metrics: tuple[str, ...] = field(default=(*COUNTS, *UNIQUE, *LISTS, *ACTIONS))
    days: int = 30

    @property
    def levels(self) -> tuple[str, ...]:
        return LEVELS[1 : LEVELS.index(self.level) + 1]

    @property
    def about(self) -> tuple[str, ...]:
        """Fields that say what a row is about, asked for whichever metrics are."""
        return ("account_id", "account_currency", "attribution_setting", *self.ids)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(IDS[level] for level in self.levels)

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.about, "spend", *self.metrics)

    @property
    def breakdown_columns(self) -> tuple[str, ...]:
        return tuple(COLUMN_OF.get(name, name) for name in self.breakdowns)

    @property
    def row_key(self) -> tuple[str, ...]:
        """The vendor's own names of what tells two rows apart."""
        return ("account_id", *self.ids, "date_start", *self.breakdowns)

    @property
    def table(self) -> Table:
        ids = tuple(NAMES.get(name, name) for name in self.ids)
        texts = (*(NAMES.get(name, name) for name in self.about), *self.breakdown_columns)
        columns = dict.fromkeys(texts, TEXT)
        columns |= {"date": DATE, "time_zone": TEXT, "attribution": TEXT, "spend": DECIMAL}
        for name in self.metrics:
            if name not in ACTIONS:
                columns[name] = DECIMAL if name == "frequency" else BIGINT
        if "actions" in self.metrics:
            columns |= {"purchases": DECIMAL, "purchase_value": DECIMAL}
            columns |= {"purchase_action_type": TEXT}
        if "conversions" in self.metrics:
            columns |= {"conversions_reported": DECIMAL, "conversions_value_reported": DECIMAL}
        return Table(
            name=self.name,
            description=self.description,
            primary_key=("account_id", *ids, "date", *self.breakdown_columns, "attribution"),
            cursor="date",
            lag=RESTATED,
            slice=REPORT_SLICE,
            scope=("account_id",),
            deletes="seen",
            columns=columns,
        )


REPORTS = (
    Report(
        name="insights_account_daily",
        description="An account's day. `reach` is of the day and must not be added up.",
        level="account",
    ),
    Report(
        name="insights_campaign_daily",
        description="A campaign's day; the level to add spend up at.",
        level="campaign",
    ),
    Report(name="insights_ad_set_daily", description="An ad set's day.", level="adset"),
    Report(name="insights_ad_daily", description="An ad's day.", level="ad"),
    Report(
        name="insights_country_daily",
        description="An ad's day by country.",
        level="ad",
        breakdowns=("country",),
    ),
    Report(
        name="insights_region_daily",
        description="An ad's day by region.",
        level="ad",
        breakdowns=("region",),
    ),
    Report(
        name="insights_age_gender_daily",
        description="An ad's day by age group and gender.",
        level="ad",
        breakdowns=("age", "gender"),
    ),
    Report(
        name="insights_placement_daily",
        description="An ad's day by platform, position and device.",
        level="ad",
        breakdowns=("publisher_platform", "platform_position", "impression_device"),
    ),
    Report(
        name="insights_product_daily",
        description="An ad's day by product of the catalog; `product_id` holds id and name as Meta"
        " tells them. Only ads that show a catalog have rows.",
        level="ad",
        breakdowns=("product_id",),
        metrics=(*COUNTS, "actions", "action_values"),
    ),
    Report(
        name="insights_hourly",
        description="A campaign's hour of a day, in the account's time zone. Asked for day by day:"
        " Meta adds the same hour of several days up.",
        level="campaign",
        breakdowns=(HOURLY,),
        metrics=(*COUNTS, "actions", "action_values"),
        days=1,
    ),
)
