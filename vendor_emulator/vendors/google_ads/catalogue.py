"""Which fields the emulated Google Ads API knows, and which may be asked for together.

Belongs here: names. Does not belong here: the rules of a query (`rules.py`), rows.

A field that is not here is refused as one that was retired would be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SPENT = ("cost_micros", "impressions", "clicks", "interactions", "average_cpc", "ctr")
CONVERTED = ("conversions", "conversions_value", "all_conversions", "all_conversions_value")
DATED = ("conversions_by_conversion_date", "conversions_value_by_conversion_date")
WATCHED = (
    *("video_trueview_views", "video_quartile_p25_rate", "video_quartile_p50_rate"),
    *("video_quartile_p75_rate", "video_quartile_p100_rate"),
)
LIFETIME = ("new_customer_lifetime_value",)
THROUGH = ("view_through_conversions",)
WATCH_TIME = ("video_watch_time_duration_millis",)
BESIDE_ACTIONS = {*CONVERTED, *DATED, *THROUGH, *LIFETIME}
BESIDE_CUSTOMER_TYPES = {*CONVERTED, *DATED, *LIFETIME}
ACTIONS = ("conversion_action", "conversion_action_category", "conversion_action_name")
COMMON = ("date", "ad_network_type", "device", *ACTIONS)
CUSTOMER_TYPES = ("new_versus_returning_customers",)
INT64 = {
    *("metrics.cost_micros", "metrics.impressions", "metrics.clicks", "metrics.interactions"),
    *("metrics.video_trueview_views", "metrics.view_through_conversions"),
    "metrics.video_watch_time_duration_millis",
}
REPEATED = {"campaign.labels", "ad_group.labels", "ad_group_ad.labels"}


@dataclass(frozen=True)
class Resource:
    """own: its fields;  attributed: resources whose fields may stand beside them;
    segmenting: resources that divide the rows as a segment does."""

    own: tuple[str, ...]
    attributed: tuple[str, ...] = ("customer",)
    segmenting: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    @property
    def is_report(self) -> bool:
        return bool(self.metrics)


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


RESOURCES: dict[str, Resource] = {
    "customer": Resource(
        words("resource_name id descriptive_name currency_code time_zone manager status"),
        (),
        segments=("date", "month"),
        metrics=(*SPENT, *CONVERTED),
    ),
    "customer_client": Resource(
        words(
            "resource_name client_customer id descriptive_name currency_code time_zone manager"
            " status level hidden test_account applied_labels"
        )
    ),
    "campaign": Resource(
        words(
            "resource_name id name status serving_status primary_status advertising_channel_type"
            " advertising_channel_sub_type bidding_strategy_type campaign_budget start_date_time"
            " end_date_time labels"
        ),
        ("customer", "campaign_budget"),
        segments=(*COMMON, *CUSTOMER_TYPES),
        metrics=(*SPENT, *CONVERTED, *DATED, *WATCHED, *LIFETIME, *THROUGH, *WATCH_TIME),
    ),
    "ad_group": Resource(
        words("resource_name id name status type campaign cpc_bid_micros labels"),
        ("customer", "campaign"),
        segments=(*COMMON, *CUSTOMER_TYPES),
        metrics=(*SPENT, *CONVERTED, *DATED, *WATCHED, *LIFETIME, *THROUGH, *WATCH_TIME),
    ),
    "ad_group_ad": Resource(
        words(
            "resource_name ad_group status ad_strength labels ad.id ad.name ad.type ad.final_urls"
            " ad.resource_name ad.responsive_search_ad.headlines"
        ),
        ("customer", "campaign", "ad_group"),
        segments=(*COMMON, *CUSTOMER_TYPES),
        metrics=(*SPENT, *CONVERTED, *DATED, *WATCHED, *LIFETIME, *THROUGH, *WATCH_TIME),
    ),
    "campaign_budget": Resource(
        words(
            "resource_name id name amount_micros period status explicitly_shared delivery_method"
            " type"
        ),
        segmenting=("campaign",),
    ),
    "label": Resource(words("resource_name id name status")),
    "conversion_action": Resource(
        words(
            "resource_name id name category type status primary_for_goal counting_type"
            " include_in_conversions_metric click_through_lookback_window_days"
            " view_through_lookback_window_days attribution_model_settings.attribution_model"
        )
    ),
    "asset": Resource(
        words(
            "resource_name id name type source final_urls text_asset.text image_asset.full_size.url"
            " youtube_video_asset.youtube_video_id youtube_video_asset.youtube_video_title"
        )
    ),
    "asset_group": Resource(
        words("resource_name id name status campaign final_urls ad_strength"),
        ("customer", "campaign"),
        segments=(*COMMON, *CUSTOMER_TYPES),
        metrics=(*SPENT, *CONVERTED, *DATED, *THROUGH),
    ),
    "ad_group_criterion": Resource(
        words("resource_name criterion_id keyword.text keyword.match_type status")
    ),
    "keyword_view": Resource(
        ("resource_name",),
        ("customer", "campaign", "ad_group", "ad_group_criterion"),
        segments=COMMON,
        metrics=(*SPENT, *CONVERTED, *DATED, *THROUGH),
    ),
    "search_term_view": Resource(
        words("resource_name search_term status ad_group"),
        ("customer", "campaign", "ad_group"),
        ("ad_group_ad",),
        segments=("search_term_match_type", *COMMON),
        metrics=(*SPENT, *CONVERTED, *THROUGH),
    ),
    "geographic_view": Resource(
        words("resource_name country_criterion_id location_type"),
        segmenting=("campaign", "ad_group"),
        segments=COMMON,
        metrics=(*SPENT, *CONVERTED, *THROUGH),
    ),
    "landing_page_view": Resource(
        words("resource_name unexpanded_final_url"),
        segmenting=("campaign", "ad_group"),
        segments=COMMON,
        metrics=(*SPENT, *CONVERTED),
    ),
    "shopping_performance_view": Resource(
        ("resource_name",),
        segmenting=("campaign", "ad_group"),
        segments=("product_item_id", "product_title", *COMMON),
        metrics=(*("cost_micros", "impressions", "clicks", "average_cpc", "ctr"), *CONVERTED),
    ),
    "video": Resource(
        words("resource_name id title channel_id duration_millis"),
        segmenting=("campaign", "ad_group", "ad_group_ad"),
        segments=COMMON,
        metrics=(
            *("cost_micros", "impressions", "clicks", "average_cpc", "ctr"),
            *(*CONVERTED, *WATCHED, *THROUGH, *WATCH_TIME),
        ),
    ),
    "click_view": Resource(
        words(
            "resource_name gclid ad_group_ad keyword_info.text location_of_presence.country"
            " page_number"
        ),
        segmenting=("campaign", "ad_group"),
        segments=("date", "ad_network_type", "device", "click_type"),
        metrics=("clicks",),
    ),
    "change_status": Resource(
        words(
            "resource_name last_change_date_time resource_type resource_status campaign ad_group"
            " ad_group_ad asset"
        ),
        ("customer", "campaign", "ad_group", "asset"),
    ),
}
NOT_ASKED_FOR = {"ad_group_criterion"}


def fields() -> dict[str, dict[str, Any]]:
    """The vendor's list of fields, of what is known here."""
    found: dict[str, dict[str, Any]] = {}
    for name, resource in RESOURCES.items():
        found[name] = {
            "category": "RESOURCE",
            "selectable": False,
            "attributeResources": list(resource.attributed),
            "segments": [*resource.segmenting, *(f"segments.{one}" for one in resource.segments)],
            "metrics": [f"metrics.{one}" for one in resource.metrics],
        }
        for own in resource.own:
            found[f"{name}.{own}"] = {"category": "ATTRIBUTE", "selectable": True}
        for metric in resource.metrics:
            found[f"metrics.{metric}"] = {"category": "METRIC", "selectable": True}
    for resource in RESOURCES.values():
        for segment in resource.segments:
            found[f"segments.{segment}"] = {
                "category": "SEGMENT",
                "selectable": True,
                "selectableWith": sorted(beside(f"segments.{segment}")),
            }
    return found


def beside(segment: str) -> set[str]:
    """Metrics that may stand beside a segment."""
    every = {f"metrics.{one}" for resource in RESOURCES.values() for one in resource.metrics}
    name = segment.removeprefix("segments.")
    if name in ACTIONS:
        return {f"metrics.{one}" for one in BESIDE_ACTIONS}
    if name in CUSTOMER_TYPES:
        return {f"metrics.{one}" for one in BESIDE_CUSTOMER_TYPES}
    if name == "ad_network_type":
        return every - {f"metrics.{one}" for one in WATCH_TIME}
    if name == "device":
        return every - {f"metrics.{one}" for one in LIFETIME}
    return every


KNOWN = fields()
BESIDE = {name: beside(name) for name in KNOWN if name.startswith("segments.")}


def listed(names: list[str], select: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Fields as googleAdsFields:search answers them."""
    for name in names:
        if name in KNOWN:
            row: dict[str, Any] = {"resourceName": f"googleAdsFields/{name}"}
            for asked in select:
                first, *others = asked.split("_")
                key = first + "".join(other.capitalize() for other in others)
                value = name if key == "name" else KNOWN[name].get(key)
                if value or value is False:
                    row[key] = value
            yield row
