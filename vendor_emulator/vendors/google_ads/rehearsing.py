"""What the contract suite asks of the emulated Google Ads: names, expected rows, a changed record.

Belongs here: counting what a first sync has to bring, renaming a thing. Does not belong here:
answering requests (`service.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from vendor_emulator.vendors.google_ads.things import MAKERS
from vendor_emulator.vendors.google_ads.world import NETWORKS, Change, Customer, World

RESOURCES_OF: dict[tuple[str, bool, bool], tuple[str, ...]] = {
    ("customer_client", False, False): ("customers",),
    ("campaign", False, False): ("campaigns",),
    ("ad_group", False, False): ("ad_groups",),
    ("ad_group_ad", False, False): ("ads",),
    ("campaign_budget", False, False): ("campaign_budgets",),
    ("label", False, False): ("labels",),
    ("conversion_action", False, False): ("conversion_actions",),
    ("asset", False, False): ("assets",),
    ("asset_group", False, False): ("asset_groups",),
    ("video", False, False): ("videos",),
    ("campaign", True, False): ("campaign_daily",),
    ("campaign", True, True): ("campaign_conversions_daily",),
    ("ad_group", True, False): ("ad_group_daily",),
    ("ad_group", True, True): ("ad_group_conversions_daily",),
    ("ad_group_ad", True, False): ("ad_daily",),
    ("ad_group_ad", True, True): ("ad_conversions_daily",),
    ("asset_group", True, False): ("asset_group_daily",),
    ("asset_group", True, True): ("asset_group_conversions_daily",),
    ("keyword_view", True, False): ("keyword_daily",),
    ("search_term_view", True, False): ("search_term_daily",),
    ("geographic_view", True, False): ("geo_daily",),
    ("landing_page_view", True, False): ("landing_page_daily",),
    ("shopping_performance_view", True, False): ("shopping_product_daily",),
    ("video", True, False): ("video_daily",),
    ("click_view", True, False): ("clicks",),
    ("change_status", False, False): ("change_status",),
}
"""(FROM, by day, by conversion action) -> what a fault script may call it."""

THINGS = {
    "campaigns": "campaign",
    "ad_groups": "ad_group",
    "ads": "ad_group_ad",
    "campaign_budgets": "campaign_budget",
    "labels": "label",
    "conversion_actions": "conversion_action",
    "assets": "asset",
    "asset_groups": "asset_group",
}
NAMES = {"ads": ("ad_group_ad.ad.id", "ad_group_ad.ad.name")}
KINDS = {"campaigns": "CAMPAIGN", "ad_groups": "AD_GROUP", "ads": "AD_GROUP_AD"}


def readable(world: World) -> list[Customer]:
    return [
        customer
        for customer in world.customers.values()
        if not customer.is_manager and customer.status == "ENABLED"
    ]


def expected_rows(world: World, now: datetime) -> dict[str, int]:
    """Things, and the days of ads by network, counted from the business itself."""
    found = {"customers": len(world.customers)}
    for table, resource in THINGS.items():
        found[table] = sum(
            sum(1 for _ in MAKERS[resource](world, customer)) for customer in readable(world)
        )
    ads = groups = 0
    for customer in readable(world):
        today = now.astimezone(customer.zone).date()
        for day in world.days(customer, world.ads.first_day, today):
            networks = len(NETWORKS[world.kind(day.campaign_id)])
            if day.ad_id is None:
                groups += networks
            else:
                ads += networks
    return {**found, "ad_daily": ads, "asset_group_daily": groups}


def rename(world: World, table: str, at: datetime, *, types: Collection[str] = ()) -> str:
    """The first thing of that table (in a campaign of these types) gets another name; returns its
    resource name."""
    resource = THINGS[table]
    id_field, name_field = NAMES.get(table, (f"{resource}.id", f"{resource}.name"))
    rows: list[dict[str, Any]] = [
        row
        for customer in readable(world)
        for row in MAKERS[resource](world, customer)
        if not types or row.get("campaign.advertising_channel_type") in types
    ]
    row = min(rows, key=lambda row: row[f"{resource}.resource_name"])
    number = int(row[id_field])
    edits = world.edits.setdefault((table, number), {})
    edits[name_field] = f"{row[name_field]} (edited)"
    if table in KINDS:
        world.changes.append(Change(at, KINDS[table], number))
    return row[f"{resource}.resource_name"]
