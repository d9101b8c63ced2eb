"""What each kind of object looks like.

Belongs here: from the business's things to the vendor's objects. Does not belong here: where they
are kept and how they change (`world.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from vendor_emulator.business_ads import Ad, AdAccount, AdCampaign, AdGroup

Node = dict[str, Any]
KINDS = {
    "campaigns": "Campaign",
    "adsets": "AdSet",
    "ads": "Ad",
    "adcreatives": "AdCreative",
    "adimages": "AdImage",
    "advideos": "AdVideo",
    "customconversions": "CustomConversion",
    "customaudiences": "CustomAudience",
    "adspixels": "AdsPixel",
    "activities": "AdActivity",
}
OBJECTIVES = {"sales": "OUTCOME_SALES", "traffic": "OUTCOME_TRAFFIC"}
PERSON = ("100000000000042", "Dana Fields")
OWN_WINDOW, SHORT_WINDOW = "1d_view_7d_click", "7d_click"
"""The attribution settings of a campaign's first and second ad set."""


def account_id(number: int) -> str:
    return str(10_150_000_000_000_000 + number)


def object_id(number: int) -> str:
    return str(120_210_000_000_000_000 + number)


def cents(amount: Decimal) -> str:
    return str(int(amount * 100))


def account(made: AdAccount) -> Node:
    number = account_id(made.id)
    hours = {"America/Los_Angeles": -7.0, "Europe/Berlin": 2.0}.get(made.time_zone, 0.0)
    return {
        "id": f"act_{number}",
        "account_id": number,
        "name": made.name,
        "account_status": 1,
        "disable_reason": 0,
        "currency": made.currency,
        "timezone_id": 1 if hours < 0 else 47,
        "timezone_name": made.time_zone,
        "timezone_offset_hours_utc": hours,
        "created_time": made.created_at,
        "business_name": made.name,
        "business_country_code": "US" if made.currency == "USD" else "DE",
        "spend_cap": "0",
        "amount_spent": "0",
        "balance": "0",
        "age": 548.0,
        "is_prepay_account": False,
    }


def campaign(made: AdCampaign, owner: AdAccount) -> Node:
    status = made.status.upper()
    return {
        "id": object_id(made.id),
        "account_id": account_id(owner.id),
        "name": made.name,
        "objective": OBJECTIVES[made.kind],
        "buying_type": "AUCTION",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "status": status,
        "configured_status": status,
        "daily_budget": cents(made.daily_budget),
        "lifetime_budget": None,
        "budget_remaining": cents(made.daily_budget),
        "spend_cap": None,
        "special_ad_categories": [],
        "start_time": at_midnight(made.starts_on),
        "stop_time": at_midnight(made.ends_on),
        "created_time": made.created_at,
        "updated_time": made.updated_at,
        "effective_status": None,
        "smart_promotion_type": "GUIDED_CREATION",
    }


def old_campaign(owner: AdAccount, place: int, status: str) -> Node:
    """One that never ran in the seeded days."""
    number = owner.id * 100_000 + 90_000 + place
    made_at = owner.created_at + timedelta(days=10 + place)
    return {
        "id": object_id(number),
        "account_id": account_id(owner.id),
        "name": f"Launch {place + 1}",
        "objective": "OUTCOME_AWARENESS",
        "buying_type": "AUCTION",
        "bid_strategy": None,
        "status": status,
        "configured_status": status,
        "daily_budget": None,
        "lifetime_budget": "100000",
        "budget_remaining": "0",
        "spend_cap": None,
        "special_ad_categories": [],
        "start_time": made_at,
        "stop_time": made_at + timedelta(days=14),
        "created_time": made_at,
        "updated_time": made_at + timedelta(days=20),
        "effective_status": None,
        "smart_promotion_type": None,
    }


def ad_set(made: AdGroup, parent: AdCampaign) -> Node:
    status = made.status.upper()
    windows = [{"event_type": "CLICK_THROUGH", "window_days": 7}]
    if made.id % 10 == 0:
        windows.append({"event_type": "VIEW_THROUGH", "window_days": 1})
    is_sale = parent.kind == "sales"
    return {
        "id": object_id(made.id),
        "account_id": account_id(made.account_id),
        "campaign_id": object_id(made.campaign_id),
        "name": made.name,
        "status": status,
        "configured_status": status,
        "effective_status": None,
        "optimization_goal": "OFFSITE_CONVERSIONS" if is_sale else "LINK_CLICKS",
        "billing_event": "IMPRESSIONS",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "bid_amount": None,
        "daily_budget": None,
        "lifetime_budget": None,
        "budget_remaining": "0",
        "attribution_spec": windows,
        "destination_type": "WEBSITE",
        "promoted_object": {"pixel_id": object_id(made.account_id)} if is_sale else None,
        "targeting": {"age_min": 18, "age_max": 65, "geo_locations": {"countries": ["US"]}},
        "start_time": made.created_at,
        "end_time": None,
        "created_time": made.created_at,
        "updated_time": made.updated_at,
    }


def ad(made: Ad, status: str | None) -> Node:
    status = status or made.status.upper()
    return {
        "id": object_id(made.id),
        "account_id": account_id(made.account_id),
        "campaign_id": object_id(made.campaign_id),
        "adset_id": object_id(made.group_id),
        "name": made.name,
        "status": status,
        "configured_status": status,
        "effective_status": None,
        "creative": {"id": object_id(made.id * 10 + 5)},
        "conversion_domain": "shop.example.com",
        "source_ad_id": "0",
        "created_time": made.created_at,
        "updated_time": made.updated_at,
    }


def creative(made: Ad) -> Node:
    medium = {"video_id": object_id(made.id * 10 + 6)} if made.is_video else {}
    picture = {} if made.is_video else {"image_hash": hash_of(made)}
    call = {"type": "SHOP_NOW", "value": {"link": made.link}}
    shown = (
        {"video_data": {**medium, "title": made.headline, "call_to_action": call}}
        if made.is_video
        else {"link_data": {**picture, "link": made.link, "name": made.headline}}
    )
    return {
        "id": object_id(made.id * 10 + 5),
        "account_id": account_id(made.account_id),
        "name": f"{made.name} {made.created_at:%Y-%m-%d}",
        "title": made.headline,
        "body": f"{made.headline}. Free shipping.",
        "status": "ACTIVE",
        "object_type": "VIDEO" if made.is_video else "SHARE",
        "object_story_spec": {"page_id": "1029384756", **shown},
        "call_to_action_type": "SHOP_NOW",
        "link_url": made.link,
        "url_tags": f"utm_source=facebook&utm_content={made.id}",
        "effective_object_story_id": f"1029384756_{made.id}",
        "instagram_permalink_url": None,
        "product_set_id": None,
        "template_url": None,
        "asset_feed_spec": None,
        "thumbnail_url": f"https://scontent.example.com/t/{made.id}.jpg?oe=6543",
        "image_hash": None,
        "video_id": None,
        **medium,
        **picture,
    }


def hash_of(made: Ad) -> str:
    return f"{made.id * 2_654_435_761 % 2**64:032x}"


def medium(made: Ad) -> Node:
    if made.is_video:
        return {
            "id": object_id(made.id * 10 + 6),
            "account_id": account_id(made.account_id),
            "title": made.headline,
            "description": None,
            "length": 15.5,
            "created_time": made.created_at,
            "updated_time": made.updated_at,
            "permalink_url": f"/{made.id}/videos/{made.id}/",
            "published": False,
            "content_category": "OTHER",
            "source": f"https://video.example.com/{made.id}.mp4?oe=6543",
            "name": made.name,
        }
    number = account_id(made.account_id)
    return {
        "id": f"{number}:{hash_of(made)}",
        "account_id": number,
        "hash": hash_of(made),
        "name": f"{made.id}.jpg",
        "status": "ACTIVE",
        "width": 1080,
        "height": 1080,
        "original_width": 2160,
        "original_height": 2160,
        "created_time": made.created_at,
        "updated_time": made.updated_at,
        "permalink_url": f"https://www.facebook.com/ads/image/?d={made.id}",
        "creatives": [object_id(made.id * 10 + 5)],
        "url": f"https://scontent.example.com/{made.id}.jpg?oe=6543",
        "is_associated_creatives_in_adgroups": True,
    }


def activity(node: Node, event: str, at: datetime, kind: str, extra: str) -> Node:
    return {
        "event_time": at,
        "event_type": event,
        "translated_event_type": event.replace("_", " ").capitalize(),
        "object_id": node["id"],
        "object_name": node["name"],
        "object_type": kind,
        "actor_id": PERSON[0],
        "actor_name": PERSON[1],
        "application_id": "119211728144504",
        "application_name": "Power Editor",
        "date_time_in_timezone": f"{at:%m/%d/%Y at %I:%M %p}",
        "extra_data": extra,
    }


def at_midnight(day: Any) -> datetime | None:
    if day is None:
        return None
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
