"""YouTube Ads' raw tables and the queries that fill them.

Belongs here: what of the Google Ads API ran on YouTube. Does not belong here: how a query is put
(`google_ads_api/`).

GAQL has no OR: video campaigns, and the YouTube part of the mixed ones, are two queries each.
"""

from __future__ import annotations

from datetime import timedelta

from dlt_pipelines.google_ads_api.accounts import TREE
from dlt_pipelines.google_ads_api.queries import (
    ACTION,
    AD,
    AD_GROUP,
    CAMPAIGN,
    CONVERTED,
    DATE,
    NETWORK,
    SPENT,
    VIEWED_THROUGH,
    WATCHED,
    Column,
    Query,
    Shape,
    columns,
    entity,
    report,
)

ON_YOUTUBE = ("campaign.advertising_channel_type IN ('VIDEO', 'DEMAND_GEN', 'PERFORMANCE_MAX')",)
VIDEO = "campaign.advertising_channel_type = 'VIDEO'"
MIXED = (
    "campaign.advertising_channel_type IN ('DEMAND_GEN', 'PERFORMANCE_MAX')"
    " AND segments.ad_network_type = 'YOUTUBE'"
)
RAN_ON_YOUTUBE = (VIDEO, MIXED)
RESTATED = timedelta(days=30)
ACTION_KEY = ("conversion_action", "ad_network_type")
PARENTS = columns("ad_group_id ad_group.id", "campaign_id campaign.id")
ASSET_GROUP = columns("asset_group_id asset_group.id")
TYPE = columns("advertising_channel_type campaign.advertising_channel_type")
"""The filter's field has to be selected as well, or an answer could not be checked by its rows."""
RESULTS = (*SPENT, *CONVERTED, *VIEWED_THROUGH, *WATCHED)

THINGS = (
    entity(
        "campaigns",
        "Campaigns that can run on YouTube.",
        Query(
            "campaign",
            columns(
                "resource_name campaign.resource_name",
                "id campaign.id",
                "name campaign.name",
                "status campaign.status",
                "advertising_channel_type campaign.advertising_channel_type",
                "advertising_channel_sub_type campaign.advertising_channel_sub_type",
                "bidding_strategy_type campaign.bidding_strategy_type",
                "starts_at campaign.start_date_time account_time",
                "ends_at campaign.end_date_time account_time",
            ),
            filters=ON_YOUTUBE,
        ),
    ),
    entity(
        "ad_groups",
        "Their ad groups.",
        Query(
            "ad_group",
            columns(
                "resource_name ad_group.resource_name",
                "id ad_group.id",
                "campaign_id campaign.id",
                "name ad_group.name",
                "status ad_group.status",
                "type ad_group.type",
            ),
            also=("campaign.advertising_channel_type",),
            filters=ON_YOUTUBE,
        ),
    ),
    entity(
        "ads",
        "Their ads.",
        Query(
            "ad_group_ad",
            columns(
                "resource_name ad_group_ad.resource_name",
                "id ad_group_ad.ad.id",
                "ad_group_id ad_group.id",
                "campaign_id campaign.id",
                "name ad_group_ad.ad.name",
                "type ad_group_ad.ad.type",
                "status ad_group_ad.status",
                "final_urls ad_group_ad.ad.final_urls",
            ),
            also=("campaign.advertising_channel_type",),
            filters=ON_YOUTUBE,
        ),
    ),
    entity(
        "asset_groups",
        "Performance Max's groups of assets.",
        Query(
            "asset_group",
            columns(
                "resource_name asset_group.resource_name",
                "id asset_group.id",
                "campaign_id campaign.id",
                "name asset_group.name",
                "status asset_group.status",
            ),
        ),
    ),
    entity(
        "videos",
        "The videos that ran, with title, channel and length.",
        Query(
            "video",
            columns(
                "resource_name video.resource_name",
                "id video.id",
                "title video.title",
                "channel_id video.channel_id",
                "duration_millis video.duration_millis bigint",
            ),
        ),
        deletes="unseen",
    ),
)


def days(
    name: str, description: str, resource: str, *parts: tuple[Column, ...], key: tuple[str, ...]
) -> Shape:
    selected = tuple(column for part in (*parts, TYPE) for column in part)
    query = Query(resource, selected, filters=RAN_ON_YOUTUBE)
    return report(name, description, query, key=key, lag=RESTATED)


REPORTS = (
    days(
        "campaign_daily",
        "Each campaign's day on YouTube: the only table whose cost is complete.",
        "campaign",
        *(CAMPAIGN, DATE, NETWORK, RESULTS),
        key=("campaign_id", "ad_network_type"),
    ),
    days(
        "campaign_conversions_daily",
        "Each campaign's conversions by conversion action: purchases have the category PURCHASE.",
        "campaign",
        *(CAMPAIGN, DATE, NETWORK, ACTION, CONVERTED),
        key=("campaign_id", *ACTION_KEY),
    ),
    days(
        "ad_group_daily",
        "Each ad group's day on YouTube, without Performance Max.",
        "ad_group",
        *(AD_GROUP, CAMPAIGN, DATE, NETWORK, RESULTS),
        key=("ad_group_id", "ad_network_type"),
    ),
    days(
        "ad_group_conversions_daily",
        "Each ad group's conversions by conversion action.",
        "ad_group",
        *(AD_GROUP, CAMPAIGN, DATE, NETWORK, ACTION, CONVERTED),
        key=("ad_group_id", *ACTION_KEY),
    ),
    days(
        "ad_daily",
        "Each ad's day on YouTube, without Performance Max.",
        "ad_group_ad",
        *(AD, PARENTS, DATE, NETWORK, RESULTS),
        key=("ad_group_id", "ad_id", "ad_network_type"),
    ),
    days(
        "ad_conversions_daily",
        "Each ad's conversions by conversion action.",
        "ad_group_ad",
        *(AD, PARENTS, DATE, NETWORK, ACTION, CONVERTED),
        key=("ad_group_id", "ad_id", *ACTION_KEY),
    ),
    days(
        "asset_group_daily",
        "Performance Max below the campaign: each asset group's day on YouTube.",
        "asset_group",
        *(ASSET_GROUP, CAMPAIGN, DATE, NETWORK, SPENT, CONVERTED, VIEWED_THROUGH),
        key=("asset_group_id", "ad_network_type"),
    ),
    days(
        "asset_group_conversions_daily",
        "Each asset group's conversions by conversion action.",
        "asset_group",
        *(ASSET_GROUP, CAMPAIGN, DATE, NETWORK, ACTION, CONVERTED),
        key=("asset_group_id", *ACTION_KEY),
    ),
    days(
        "video_daily",
        "Each video's day by campaign.",
        "video",
        columns("video_id video.id", "video_title video.title"),
        *(CAMPAIGN, DATE, NETWORK, RESULTS),
        key=("video_id", "campaign_id", "ad_network_type"),
    ),
)

CUSTOMERS = entity(
    "customers",
    "Every account of the trees that the login reaches, managers and closed ones too.",
    TREE,
    key=("id",),
)
SHAPES = (CUSTOMERS, *THINGS, *REPORTS)
COUNTED = {shape.table.name: shape for shape in THINGS if shape.table.name != "videos"}
