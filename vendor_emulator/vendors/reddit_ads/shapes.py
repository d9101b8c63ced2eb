"""One campaign, ad group, ad or post as Reddit shows it, with Reddit's ids.

Belongs here: shapes. Does not belong here: which ones an account has (`world.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vendor_emulator.business_ads import Ad, AdCampaign, AdGroup

Record = dict[str, Any]
OBJECTIVES = {"conversions": "CONVERSIONS", "traffic": "CLICKS"}


def account_id(number: int) -> str:
    return f"a2_{number:08d}"


def campaign_id(number: int) -> str:
    """Beyond 2^53: who reads it as a float loses its end."""
    return f"57992{number:013d}"


def group_id(number: int) -> str:
    return f"14215{number:013d}"


def ad_id(number: int) -> str:
    return f"1765{number:015d}"


def post_id(number: int) -> str:
    return f"t3_{number:x}"


def profile_id(number: int) -> str:
    return f"t2_{number:x}brand"


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def cause(at: datetime) -> Record:
    return {
        "changed_at": stamp(at),
        "member_id": profile_id(7),
        "reddit_username": "maker_of_ads",
        "email": "ads@fable.example.com",
        "fullname": "Robin Marsh",
        "partner_business_name": None,
    }


def changed(kind: str, number: str, field: str, before: str, after: str) -> Record:
    return {
        "entity_type": kind,
        "entity_id": number,
        "entity_name": None,
        "field_name": field,
        "before_value": before,
        "after_value": after,
    }


def campaign(one: AdCampaign) -> Record:
    status = one.status.upper()
    return {
        "id": campaign_id(one.id),
        "ad_account_id": account_id(one.account_id),
        "name": one.name,
        "objective": OBJECTIVES[one.kind],
        "configured_status": status,
        "effective_status": status,
        "goal_type": "DAILY_SPEND",
        "goal_value": int(one.daily_budget * 1_000_000),
        "funding_instrument_id": f"{one.account_id:06d}",
        "is_campaign_budget_optimization": False,
        "spend_cap": None,
        "start_time": None,
        "end_time": None,
        "created_at": stamp(one.created_at),
        "modified_at": stamp(one.updated_at),
    }


def group(one: AdGroup) -> Record:
    status = one.status.upper()
    return {
        "id": group_id(one.id),
        "ad_account_id": account_id(one.account_id),
        "campaign_id": campaign_id(one.campaign_id),
        "name": one.name,
        "configured_status": status,
        "effective_status": status,
        "bid_type": "CPC",
        "bid_value": 500_000,
        "goal_type": None,
        "goal_value": None,
        "optimization_goal": "PURCHASE",
        "start_time": stamp(one.created_at),
        "end_time": None,
        "created_at": stamp(one.created_at),
        "modified_at": stamp(one.updated_at),
    }


def ad(one: Ad) -> Record:
    """`type` is null at the real vendor, whatever its reference says, and so it is left out."""
    status = one.status.upper()
    return {
        "id": ad_id(one.id),
        "ad_account_id": account_id(one.account_id),
        "campaign_id": campaign_id(one.campaign_id),
        "ad_group_id": group_id(one.group_id),
        "name": one.name,
        "click_url": one.link,
        "configured_status": status,
        "effective_status": status,
        "post_id": post_id(one.id),
        "post_url": f"https://www.reddit.com/comments/{one.id:x}/",
        "profile_id": profile_id(one.account_id),
        "profile_username": "fable_and_co",
        "rejection_reason": None,
        "created_at": stamp(one.created_at),
        "modified_at": stamp(one.updated_at),
    }


def post(one: Ad) -> Record:
    content = {"destination_url": one.link, "call_to_action": "Shop Now"}
    return {
        "id": post_id(one.id),
        "profile_id": profile_id(one.account_id),
        "type": "VIDEO" if one.is_video else "IMAGE",
        "headline": one.headline,
        "post_url": f"https://www.reddit.com/comments/{one.id:x}/",
        "content": [content],
        "allow_comments": True,
        "is_richtext": False,
        "thumbnail_url": None,
        "created_at": stamp(one.created_at),
    }
