"""Google Ads' tables of days.

Belongs here: one table a grain, every breakdown in its key. Does not belong here: things
(`tables.py`).
"""

from __future__ import annotations

from datetime import timedelta

from dlt_pipelines.google_ads_api.queries import (
    ACTION,
    AD,
    AD_GROUP,
    BY_CONVERSION_DATE,
    CAMPAIGN,
    CONVERTED,
    DATE,
    DEVICE,
    LIFETIME_VALUE,
    NETWORK,
    SPENT,
    VIEWED_THROUGH,
    WATCHED,
    Column,
    Query,
    Shape,
    columns,
    report,
)

RESTATED = timedelta(days=30)
"""Google's default click-through window; once a week 90 days are read (`daily.py`)."""
AD_RESULTS = (*SPENT, *CONVERTED, *VIEWED_THROUGH, *WATCHED)
ACTION_RESULTS = (*CONVERTED, *BY_CONVERSION_DATE, *VIEWED_THROUGH)
ACTION_KEY = ("conversion_action", "ad_network_type")
ASSET_GROUP = columns("asset_group_id asset_group.id")
PARENTS = columns("ad_group_id ad_group.id", "campaign_id campaign.id")


def days(
    name: str, description: str, resource: str, *parts: tuple[Column, ...], key: tuple[str, ...]
) -> Shape:
    selected = tuple(column for part in parts for column in part)
    return report(name, description, Query(resource, selected), key=key, lag=RESTATED)


REPORTS = (
    days(
        "campaign_daily",
        "Each campaign's day by network and device: the only table whose cost is complete.",
        "campaign",
        *(CAMPAIGN, DATE, NETWORK, DEVICE, AD_RESULTS, BY_CONVERSION_DATE),
        key=("campaign_id", "ad_network_type", "device"),
    ),
    days(
        "campaign_conversions_daily",
        "Each campaign's conversions by conversion action: purchases have the category PURCHASE.",
        "campaign",
        *(CAMPAIGN, DATE, NETWORK, ACTION, ACTION_RESULTS),
        key=("campaign_id", *ACTION_KEY),
    ),
    days(
        "campaign_customer_types_daily",
        "Each campaign's purchases by new and returning customers.",
        "campaign",
        *(CAMPAIGN, DATE, NETWORK),
        columns(
            "conversion_action_category segments.conversion_action_category",
            "customer_type segments.new_versus_returning_customers",
            "conversions metrics.conversions decimal",
            "conversions_value metrics.conversions_value decimal",
        ),
        LIFETIME_VALUE,
        key=("campaign_id", "ad_network_type", "conversion_action_category", "customer_type"),
    ),
    days(
        "ad_group_daily",
        "Each ad group's day by network, without Performance Max.",
        "ad_group",
        *(AD_GROUP, CAMPAIGN, DATE, NETWORK, AD_RESULTS),
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
        "Each ad's day by network, without Performance Max.",
        "ad_group_ad",
        *(AD, PARENTS, DATE, NETWORK, AD_RESULTS),
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
        "Performance Max below the campaign: each asset group's day by network.",
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
        "keyword_daily",
        "Each keyword's day.",
        "keyword_view",
        columns(
            "criterion_id ad_group_criterion.criterion_id",
            "keyword ad_group_criterion.keyword.text",
            "match_type ad_group_criterion.keyword.match_type",
        ),
        *(PARENTS, DATE, SPENT, CONVERTED),
        key=("ad_group_id", "criterion_id"),
    ),
    days(
        "search_term_daily",
        "What people searched for when an ad was shown, by day.",
        "search_term_view",
        columns(
            "search_term search_term_view.search_term",
            "status search_term_view.status",
            "match_type segments.search_term_match_type",
        ),
        *(PARENTS, DATE, SPENT, CONVERTED),
        key=("ad_group_id", "search_term", "status", "match_type"),
    ),
    days(
        "geo_daily",
        "Each campaign's day by country.",
        "geographic_view",
        columns(
            "country_criterion_id geographic_view.country_criterion_id",
            "location_type geographic_view.location_type",
        ),
        *(CAMPAIGN, DATE, SPENT, CONVERTED),
        key=("campaign_id", "country_criterion_id", "location_type"),
    ),
    days(
        "landing_page_daily",
        "Each landing page's day, by campaign and ad group.",
        "landing_page_view",
        columns("landing_page landing_page_view.unexpanded_final_url"),
        *(PARENTS, DATE, SPENT, CONVERTED),
        key=("ad_group_id", "landing_page"),
    ),
    days(
        "shopping_product_daily",
        "Each product's day in shopping ads.",
        "shopping_performance_view",
        columns(
            "product_item_id segments.product_item_id",
            "product_title segments.product_title",
        ),
        *(CAMPAIGN, DATE, SPENT, CONVERTED),
        key=("campaign_id", "product_item_id", "product_title"),
    ),
)
