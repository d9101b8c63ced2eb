"""Google Ads' raw tables and the queries that fill them.

Belongs here: every table that is a thing or a stream of its own. Does not belong here: tables of
days (`reports.py`), how a query is put (`google_ads_api/`).
"""

from __future__ import annotations

from datetime import timedelta

from dlt_pipelines.connector import Table
from dlt_pipelines.google_ads_api.accounts import TREE
from dlt_pipelines.google_ads_api.queries import (
    Query,
    Shape,
    columns,
    entity,
    paths,
    report,
    typed,
)
from dlt_pipelines.sources.google_ads.reports import REPORTS

CUSTOMERS = entity(
    "customers",
    "Every account of the trees that the login reaches, managers and closed ones too.",
    TREE,
    key=("id",),
)

THINGS = (
    entity(
        "campaigns",
        "Campaigns with type, status and dates; removed ones keep their rows.",
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
                "campaign_budget campaign.campaign_budget",
                "starts_at campaign.start_date_time account_time",
                "ends_at campaign.end_date_time account_time",
            ),
            also=("campaign.serving_status", "campaign.primary_status", "campaign.labels"),
        ),
    ),
    entity(
        "ad_groups",
        "Ad groups; Performance Max has asset groups instead.",
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
            also=("ad_group.cpc_bid_micros", "ad_group.labels"),
        ),
    ),
    entity(
        "ads",
        "Ads in their ad groups: one ad may stand in several, so its key holds both.",
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
            also=(
                "ad_group_ad.ad_strength",
                "ad_group_ad.labels",
                "ad_group_ad.ad.responsive_search_ad.headlines",
            ),
        ),
    ),
    entity(
        "campaign_budgets",
        "Budgets, which several campaigns may share.",
        Query(
            "campaign_budget",
            columns(
                "resource_name campaign_budget.resource_name",
                "id campaign_budget.id",
                "name campaign_budget.name",
                "amount campaign_budget.amount_micros micros",
                "period campaign_budget.period",
                "status campaign_budget.status",
                "is_shared campaign_budget.explicitly_shared bool",
            ),
            also=("campaign_budget.delivery_method", "campaign_budget.type"),
        ),
    ),
    entity(
        "labels",
        "Labels by which people group campaigns and ads.",
        Query(
            "label",
            columns(
                "resource_name label.resource_name",
                "id label.id",
                "name label.name",
                "status label.status",
            ),
        ),
    ),
    entity(
        "conversion_actions",
        "What counts as a conversion, its category, windows and attribution model.",
        Query(
            "conversion_action",
            columns(
                "resource_name conversion_action.resource_name",
                "id conversion_action.id",
                "name conversion_action.name",
                "category conversion_action.category",
                "type conversion_action.type",
                "status conversion_action.status",
                "is_primary conversion_action.primary_for_goal bool",
                "click_window_days conversion_action.click_through_lookback_window_days bigint",
                "view_window_days conversion_action.view_through_lookback_window_days bigint",
                "attribution_model conversion_action.attribution_model_settings.attribution_model",
            ),
            also=(
                "conversion_action.counting_type",
                "conversion_action.include_in_conversions_metric",
            ),
        ),
    ),
    entity(
        "assets",
        "Texts, pictures and videos that ads and asset groups are put together from.",
        Query(
            "asset",
            columns(
                "resource_name asset.resource_name",
                "id asset.id",
                "name asset.name",
                "type asset.type",
                "youtube_video_id asset.youtube_video_asset.youtube_video_id",
            ),
            also=(
                "asset.source",
                "asset.final_urls",
                "asset.text_asset.text",
                "asset.image_asset.full_size.url",
                "asset.youtube_video_asset.youtube_video_title",
            ),
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
            also=("asset_group.final_urls", "asset_group.ad_strength"),
        ),
    ),
)

CLICKS = report(
    "clicks",
    "Clicks with their gclid, which an order's landing page carries; the last 90 days.",
    Query(
        "click_view",
        columns(
            "gclid click_view.gclid",
            "date segments.date date",
            "campaign_id campaign.id",
            "ad_group_id ad_group.id",
            "ad_group_ad click_view.ad_group_ad",
            "ad_network_type segments.ad_network_type",
            "device segments.device",
        ),
        also=(
            "segments.click_type",
            "click_view.keyword_info.text",
            "click_view.location_of_presence.country",
        ),
    ),
    key=("gclid",),
    lag=timedelta(days=3),
    personal=("clickView.gclid",),
    deletes="unseen",  # Google forgets clicks after 90 days
)

CHANGES_QUERY = Query(
    "change_status",
    columns(
        "resource_name change_status.resource_name",
        "last_change_at change_status.last_change_date_time account_time",
        "resource_type change_status.resource_type",
        "resource_status change_status.resource_status",
        "campaign change_status.campaign",
        "ad_group change_status.ad_group",
    ),
    also=("change_status.ad_group_ad", "change_status.asset"),
    order="change_status.last_change_date_time ASC",
)
CHANGES = Shape(
    Table(
        name="change_status",
        description="The last change of each campaign, ad group, ad and asset, of 90 days.",
        primary_key=("resource_name",),
        cursor="last_change_at",
        lag=timedelta(hours=1),
        deletes="unseen",
        columns=typed(CHANGES_QUERY.columns),
        paths=paths(CHANGES_QUERY.columns),
    ),
    CHANGES_QUERY,
)

SHAPES = (CUSTOMERS, *THINGS, *REPORTS, CLICKS, CHANGES)
COUNTED = {shape.table.name: shape for shape in THINGS}
