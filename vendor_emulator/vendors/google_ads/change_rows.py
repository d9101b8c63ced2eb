"""What was changed last, as change_status tells it.

Belongs here: the rows of change_status. Does not belong here: things (`things.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from vendor_emulator.vendors.google_ads.world import Customer, World


def changes(world: World, customer: Customer) -> Iterator[dict[str, Any]]:
    """The last change of each thing, within 90 days."""
    oldest = world.business.now - timedelta(days=90)
    latest: dict[tuple[str, int], datetime] = {}
    for campaign in world.campaigns(customer):
        latest["CAMPAIGN", campaign.id] = campaign.updated_at
    for group in world.groups(customer, of_assets=False):
        latest["AD_GROUP", group.id] = group.updated_at
    for ad in world.ads.ads:
        if ad.account_id == customer.account_id:
            latest["AD_GROUP_AD", ad.id] = ad.updated_at
    for change in world.changes:
        if (change.kind, change.id) in latest:
            latest[change.kind, change.id] = change.at
    for (kind, number), at in latest.items():
        if at >= oldest:
            yield change_row(world, customer, kind, number, at)


def change_row(
    world: World, customer: Customer, kind: str, number: int, at: datetime
) -> dict[str, Any]:
    prefix = "change_status"
    group_id = world.ads_of[number].group_id if kind == "AD_GROUP_AD" else number
    is_campaign = kind == "CAMPAIGN"
    campaign_id = number if is_campaign else world.groups_of[group_id].campaign_id
    local = at.astimezone(customer.zone)
    ad_name = f"customers/{customer.id}/adGroupAds/{group_id}~{number}"
    return {
        f"{prefix}.resource_name": f"customers/{customer.id}/changeStatus/{kind}-{number}",
        f"{prefix}.last_change_date_time": local.strftime("%Y-%m-%d %H:%M:%S.%f"),
        f"{prefix}.resource_type": kind,
        f"{prefix}.resource_status": "CHANGED",
        f"{prefix}.campaign": f"customers/{customer.id}/campaigns/{campaign_id}",
        f"{prefix}.ad_group": (
            None if is_campaign else f"customers/{customer.id}/adGroups/{group_id}"
        ),
        f"{prefix}.ad_group_ad": ad_name if kind == "AD_GROUP_AD" else None,
    }
