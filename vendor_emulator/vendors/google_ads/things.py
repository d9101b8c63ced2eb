"""Rows of what does not happen on a day: accounts, campaigns, ads, assets, changes.

Belongs here: each thing's fields in GAQL's names. Does not belong here: results (`days.py`).

Ids and other int64 are texts as in REST's JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vendor_emulator.business_ads import Ad, AdCampaign, AdGroup
from vendor_emulator.vendors.google_ads.change_rows import changes
from vendor_emulator.vendors.google_ads.world import STATUS, TYPES, Customer, World

Row = dict[str, Any]
ACTIONS = (
    ("701", "Purchase", "PURCHASE", True),
    ("702", "Newsletter sign-up", "SIGNUP", True),
    ("703", "Add to cart", "ADD_TO_CART", False),
)
LABELS = (("801", "Evergreen"), ("802", "Seasonal"))
AD_TYPES = {
    "search": "RESPONSIVE_SEARCH_AD",
    "shopping": "SHOPPING_PRODUCT_AD",
    "video": "VIDEO_RESPONSIVE_AD",
    "demand_gen": "DEMAND_GEN_MULTI_ASSET_AD",
    "display": "RESPONSIVE_DISPLAY_AD",
}
GROUP_TYPES = {
    "search": "SEARCH_STANDARD",
    "shopping": "SHOPPING_PRODUCT_ADS",
    "video": "VIDEO_RESPONSIVE",
    "display": "DISPLAY_STANDARD",
}


def things(world: World, customer: Customer, resource: str) -> Iterator[Row]:
    """In the order of their resource names."""
    of_account = customer_row(customer)
    for row in sorted(
        MAKERS[resource](world, customer), key=lambda row: row[f"{resource}.resource_name"]
    ):
        yield {**of_account, **row}


def customer_row(customer: Customer) -> Row:
    return {
        "customer.resource_name": f"customers/{customer.id}",
        "customer.id": customer.id,
        "customer.descriptive_name": customer.name,
        "customer.currency_code": customer.currency,
        "customer.time_zone": customer.time_zone,
        "customer.manager": customer.is_manager,
        "customer.status": customer.status,
    }


def customers(world: World, customer: Customer) -> Iterator[Row]:
    yield customer_row(customer)


def clients(world: World, root: Customer) -> Iterator[Row]:
    for customer, level in world.below(root.id):
        name = "customer_client"
        yield {
            f"{name}.resource_name": f"customers/{root.id}/customerClients/{customer.id}",
            f"{name}.client_customer": f"customers/{customer.id}",
            f"{name}.id": customer.id,
            f"{name}.descriptive_name": customer.name,
            f"{name}.currency_code": customer.currency,
            f"{name}.time_zone": customer.time_zone,
            f"{name}.manager": customer.is_manager,
            f"{name}.status": customer.status,
            f"{name}.level": str(level),
            f"{name}.hidden": False,
            f"{name}.test_account": False,
        }


def campaign_row(world: World, customer: Customer, campaign: AdCampaign) -> Row:
    name = f"customers/{customer.id}/campaigns/{campaign.id}"
    row: Row = {
        "campaign.resource_name": name,
        "campaign.id": str(campaign.id),
        "campaign.name": campaign.name,
        "campaign.status": STATUS[campaign.status],
        "campaign.serving_status": "SERVING",
        "campaign.primary_status": "ELIGIBLE",
        "campaign.advertising_channel_type": TYPES[campaign.kind],
        "campaign.bidding_strategy_type": "MAXIMIZE_CONVERSION_VALUE",
        "campaign.campaign_budget": f"customers/{customer.id}/campaignBudgets/{campaign.id}1",
        "campaign.start_date_time": f"{campaign.starts_on} 00:00:00",
        "campaign.end_date_time": f"{campaign.ends_on} 23:59:59" if campaign.ends_on else None,
        "campaign.labels": [f"customers/{customer.id}/labels/{LABELS[campaign.id % 2][0]}"],
    }
    return world.edited("campaigns", campaign.id, row)


def campaigns(world: World, customer: Customer) -> Iterator[Row]:
    for campaign in world.campaigns(customer):
        yield campaign_row(world, customer, campaign)


def group_row(world: World, customer: Customer, group: AdGroup) -> Row:
    kind = world.kind(group.campaign_id)
    row: Row = {
        "ad_group.resource_name": f"customers/{customer.id}/adGroups/{group.id}",
        "ad_group.id": str(group.id),
        "ad_group.campaign": f"customers/{customer.id}/campaigns/{group.campaign_id}",
        "ad_group.name": group.name,
        "ad_group.status": STATUS[group.status],
        "ad_group.type": GROUP_TYPES.get(kind),
        "ad_group.cpc_bid_micros": "1250000",
    }
    return world.edited("ad_groups", group.id, row)


def groups(world: World, customer: Customer) -> Iterator[Row]:
    for group in world.groups(customer, of_assets=False):
        campaign = campaign_row(world, customer, world.ads.campaign(group.campaign_id))
        yield {**campaign, **group_row(world, customer, group)}


def ad_row(world: World, customer: Customer, ad: Ad) -> Row:
    kind = world.kind(ad.campaign_id)
    headlines = [{"text": ad.headline}, {"text": ad.name}] if kind == "search" else None
    name = f"customers/{customer.id}/adGroupAds/{ad.group_id}~{ad.id}"
    row: Row = {
        "ad_group_ad.resource_name": name,
        "ad_group_ad.ad_group": f"customers/{customer.id}/adGroups/{ad.group_id}",
        "ad_group_ad.status": STATUS[ad.status],
        "ad_group_ad.ad_strength": "GOOD",
        "ad_group_ad.ad.resource_name": f"customers/{customer.id}/ads/{ad.id}",
        "ad_group_ad.ad.id": str(ad.id),
        "ad_group_ad.ad.name": ad.name,
        "ad_group_ad.ad.type": AD_TYPES[kind],
        "ad_group_ad.ad.final_urls": [ad.link],
        "ad_group_ad.ad.responsive_search_ad.headlines": headlines,
    }
    return world.edited("ads", ad.id, row)


def ads(world: World, customer: Customer) -> Iterator[Row]:
    for ad in world.ads.ads:
        if ad.account_id == customer.account_id:
            yield {
                **campaign_row(world, customer, world.ads.campaign(ad.campaign_id)),
                **group_row(world, customer, world.groups_of[ad.group_id]),
                **ad_row(world, customer, ad),
            }


def budgets(world: World, customer: Customer) -> Iterator[Row]:
    for campaign in world.campaigns(customer):
        number = campaign.id * 10 + 1
        row: Row = {
            "campaign_budget.resource_name": f"customers/{customer.id}/campaignBudgets/{number}",
            "campaign_budget.id": str(number),
            "campaign_budget.name": f"{campaign.name} budget",
            "campaign_budget.amount_micros": str(int(campaign.daily_budget * 1_000_000)),
            "campaign_budget.period": "DAILY",
            "campaign_budget.status": "ENABLED",
            "campaign_budget.explicitly_shared": campaign.id % 4 == 0,
            "campaign_budget.delivery_method": "STANDARD",
            "campaign_budget.type": "STANDARD",
        }
        yield world.edited("campaign_budgets", number, row)


def labels(world: World, customer: Customer) -> Iterator[Row]:
    for number, name in LABELS:
        row: Row = {
            "label.resource_name": f"customers/{customer.id}/labels/{number}",
            "label.id": number,
            "label.name": name,
            "label.status": "ENABLED",
        }
        yield world.edited("labels", int(number), row)


def actions(world: World, customer: Customer) -> Iterator[Row]:
    prefix = "conversion_action"
    for number, name, category, is_primary in ACTIONS:
        row: Row = {
            f"{prefix}.resource_name": action_name(customer, number),
            f"{prefix}.id": number,
            f"{prefix}.name": name,
            f"{prefix}.category": category,
            f"{prefix}.type": "WEBPAGE",
            f"{prefix}.status": "ENABLED",
            f"{prefix}.primary_for_goal": is_primary,
            f"{prefix}.include_in_conversions_metric": is_primary,
            f"{prefix}.counting_type": "MANY_PER_CLICK",
            f"{prefix}.click_through_lookback_window_days": "30",
            f"{prefix}.view_through_lookback_window_days": "1",
            f"{prefix}.attribution_model_settings.attribution_model": (
                "GOOGLE_SEARCH_ATTRIBUTION_DATA_DRIVEN"
            ),
        }
        yield world.edited("conversion_actions", int(number), row)


def action_name(customer: Customer, number: str) -> str:
    return f"customers/{customer.id}/conversionActions/{number}"


def video_id(number: int) -> str:
    return f"yt{number % 100_000_000_000:09d}"


def video_numbers(world: World, customer: Customer) -> Iterator[int]:
    """Of the videos: one for each ad that is on YouTube, or group of assets."""
    for ad in world.ads.ads:
        if ad.account_id == customer.account_id and world.kind(ad.campaign_id) in (
            "video",
            "demand_gen",
        ):
            yield ad.id
    for group in world.groups(customer, of_assets=True):
        yield group.id


def assets(world: World, customer: Customer) -> Iterator[Row]:
    for number in video_numbers(world, customer):
        yield world.edited("assets", number, asset_row(customer, number, "YOUTUBE_VIDEO", {
            "asset.youtube_video_asset.youtube_video_id": video_id(number),
            "asset.youtube_video_asset.youtube_video_title": f"Film {number}",
        }))  # fmt: skip
    for group in world.groups(customer, of_assets=True):
        yield world.edited("assets", group.id * 10, asset_row(customer, group.id * 10, "TEXT", {
            "asset.text_asset.text": f"{group.name}: made to last",
        }))  # fmt: skip


def asset_row(customer: Customer, number: int, kind: str, more: Row) -> Row:
    return {
        "asset.resource_name": f"customers/{customer.id}/assets/{number}",
        "asset.id": str(number),
        "asset.name": f"{kind.lower()} {number}",
        "asset.type": kind,
        "asset.source": "ADVERTISER",
        **more,
    }


def asset_group_row(world: World, customer: Customer, group: AdGroup) -> Row:
    row: Row = {
        "asset_group.resource_name": f"customers/{customer.id}/assetGroups/{group.id}",
        "asset_group.id": str(group.id),
        "asset_group.name": group.name,
        "asset_group.status": STATUS[group.status],
        "asset_group.campaign": f"customers/{customer.id}/campaigns/{group.campaign_id}",
        "asset_group.final_urls": ["https://shop.example.com/"],
        "asset_group.ad_strength": "EXCELLENT",
    }
    return world.edited("asset_groups", group.id, row)


def asset_groups(world: World, customer: Customer) -> Iterator[Row]:
    for group in world.groups(customer, of_assets=True):
        campaign = campaign_row(world, customer, world.ads.campaign(group.campaign_id))
        yield {**campaign, **asset_group_row(world, customer, group)}


def videos(world: World, customer: Customer) -> Iterator[Row]:
    for number in video_numbers(world, customer):
        yield video_row(customer, number)


def video_row(customer: Customer, number: int) -> Row:
    return {
        "video.resource_name": f"customers/{customer.id}/videos/{video_id(number)}",
        "video.id": video_id(number),
        "video.title": f"Film {number}",
        "video.channel_id": "UCemulated00000000000000",
        "video.duration_millis": str(15_000 + number % 7 * 5_000),
    }


MAKERS = {
    "customer": customers,
    "customer_client": clients,
    "campaign": campaigns,
    "ad_group": groups,
    "ad_group_ad": ads,
    "campaign_budget": budgets,
    "label": labels,
    "conversion_action": actions,
    "asset": assets,
    "asset_group": asset_groups,
    "video": videos,
    "change_status": changes,
}
