"""What the rows of each grain show beside their numbers.

Belongs here: the things above and of a row, by resource. Does not belong here: numbers (`days.py`).
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.vendors.google_ads import things
from vendor_emulator.vendors.google_ads.things import Row
from vendor_emulator.vendors.google_ads.world import Customer, World


def of_campaign(world: World, customer: Customer, campaign_id: int) -> Row:
    return things.campaign_row(world, customer, world.ads.campaign(campaign_id))


def of_group(world: World, customer: Customer, group_id: int) -> Row:
    group = world.groups_of[group_id]
    row = of_campaign(world, customer, group.campaign_id)
    return {**row, **things.group_row(world, customer, group)}


def of_ad(world: World, customer: Customer, ad_id: int) -> Row:
    ad = world.ads_of[ad_id]
    return {**of_group(world, customer, ad.group_id), **things.ad_row(world, customer, ad)}


def of_asset_group(world: World, customer: Customer, group_id: int) -> Row:
    group = world.groups_of[group_id]
    row = of_campaign(world, customer, group.campaign_id)
    return {**row, **things.asset_group_row(world, customer, group)}


def of_keyword(world: World, customer: Customer, group_id: int, ad_id: int) -> Row:
    name = f"{group_id}~{ad_id}"
    return {
        **of_group(world, customer, group_id),
        "keyword_view.resource_name": f"customers/{customer.id}/keywordViews/{name}",
        "ad_group_criterion.resource_name": f"customers/{customer.id}/adGroupCriteria/{name}",
        "ad_group_criterion.criterion_id": str(ad_id),
        "ad_group_criterion.keyword.text": f"made to last {ad_id}",
        "ad_group_criterion.keyword.match_type": ("PHRASE", "EXACT")[ad_id % 2],
        "ad_group_criterion.status": "ENABLED",
    }


def of_search_term(world: World, customer: Customer, group_id: int, ad_id: int) -> Row:
    return {
        **of_group(world, customer, group_id),
        "search_term_view.resource_name": f"customers/{customer.id}/searchTermViews/{ad_id}",
        "search_term_view.search_term": f"buy something made to last {ad_id}",
        "search_term_view.status": "NONE",
        "search_term_view.ad_group": f"customers/{customer.id}/adGroups/{group_id}",
        "segments.search_term_match_type": ("BROAD", "PHRASE")[ad_id % 2],
    }


def of_country(world: World, customer: Customer, campaign_id: int, country: str) -> Row:
    name = f"{country}~LOCATION_OF_PRESENCE"
    return {
        **of_campaign(world, customer, campaign_id),
        "geographic_view.resource_name": f"customers/{customer.id}/geographicViews/{name}",
        "geographic_view.country_criterion_id": country,
        "geographic_view.location_type": "LOCATION_OF_PRESENCE",
    }


def of_landing_page(world: World, customer: Customer, group_id: int, product_id: int) -> Row:
    page = f"https://shop.example.com/products/{product_id}"
    return {
        **of_group(world, customer, group_id),
        "landing_page_view.resource_name": f"customers/{customer.id}/landingPageViews/{page[-20:]}",
        "landing_page_view.unexpanded_final_url": page,
    }


def of_product(world: World, customer: Customer, campaign_id: int, product_id: int) -> Row:
    return {
        **of_campaign(world, customer, campaign_id),
        "shopping_performance_view.resource_name": (
            f"customers/{customer.id}/shoppingPerformanceView"
        ),
        "segments.product_item_id": f"shopify_us_{product_id}",
        "segments.product_title": f"product {product_id}",
    }


def of_video(
    world: World, customer: Customer, number: int, campaign_id: int, group_id: int | None
) -> Row:
    is_group = group_id is None
    above = (
        of_campaign(world, customer, campaign_id) if is_group else of_ad(world, customer, number)
    )
    return {**above, **things.video_row(customer, number)}


ATTRIBUTES: dict[str, Any] = {
    "customer": lambda world, customer: {},
    "campaign": of_campaign,
    "ad_group": of_group,
    "ad_group_ad": of_ad,
    "asset_group": of_asset_group,
    "keyword_view": of_keyword,
    "search_term_view": of_search_term,
    "geographic_view": of_country,
    "landing_page_view": of_landing_page,
    "shopping_performance_view": of_product,
    "video": of_video,
}
