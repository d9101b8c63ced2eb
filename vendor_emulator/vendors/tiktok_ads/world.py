"""What TikTok shows of the business: accounts, campaigns, ad groups, ads and what goes with them.

Belongs here: the business's advertising in TikTok's names and ids, and what changes in it.
Does not belong here: reports (`figures.py`), requests (`service.py`),
pixels and pictures (`library.py`).
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from vendor_emulator.business import Business
from vendor_emulator.business_ads import Ad, AdCampaign, AdGroup, Advertising
from vendor_emulator.vendors.tiktok_ads.ids import image_id, stamp, vendor_id, video_id
from vendor_emulator.vendors.tiktok_ads.library import Library

FIXED_ZONES = {"America/Los_Angeles": "Etc/GMT+8", "Europe/Berlin": "Etc/GMT-1"}
OBJECTIVES = {
    "web_conversions": "WEB_CONVERSIONS",
    "smart_plus": "WEB_CONVERSIONS",
    "app_promotion": "APP_PROMOTION",
}
OPERATION = {"active": "ENABLE", "paused": "DISABLE", "archived": "DISABLE", "deleted": "DELETE"}
WINDOWS = (("SEVEN_DAYS", "ONE_DAY"), ("SEVEN_DAYS", "ONE_DAY"), ("TWENTY_EIGHT_DAYS", "OFF"))


class World(Library):
    def __init__(self, business: Business) -> None:
        self.business = business
        self.advertising = Advertising(business, "tiktok")
        self.edits: dict[tuple[str, str], tuple[datetime, int]] = {}

    def move_on(self, business: Business) -> None:
        self.business = business
        self.advertising = Advertising(business, "tiktok")

    def touch(self, table: str, record_id: str, at: datetime) -> None:
        _, times = self.edits.get((table, record_id), (at, 0))
        self.edits[(table, record_id)] = (at, times + 1)

    def edited(self, table: str, record: dict[str, Any], key: str, named: str) -> dict[str, Any]:
        edit = self.edits.get((table, record[key]))
        if edit is None:
            return record
        at, times = edit
        made = {**record, named: f"{record[named]} v{times + 1}"}
        if "modify_time" in record:
            made["modify_time"] = stamp(at)
        return made

    # ------------------------------------------------------------------ accounts

    @cached_property
    def account_numbers(self) -> dict[str, int]:
        return {vendor_id(account.id): account.id for account in self.advertising.accounts}

    def advertisers(self) -> list[dict[str, Any]]:
        return [
            {
                "advertiser_id": vendor_id(account.id),
                "name": account.name,
                "company": self.business.name,
                "brand": None,
                "contacter": "Ada Fable",
                "email": "ads@fable.example",
                "cellphone_number": "+12025550199",
                "telephone_number": None,
                "address": "1 Market Street, San Francisco",
                "country": "US" if account.currency == "USD" else "DE",
                "currency": account.currency,
                "timezone": FIXED_ZONES[account.time_zone],
                "display_timezone": account.time_zone,
                "language": "en",
                "industry": "290201",
                "role": "ROLE_ADVERTISER",
                "status": "STATUS_ENABLE",
                "balance": 0.0,
                "create_time": int(account.created_at.timestamp()),
                "advertiser_account_type": "AUCTION",
                "description": None,
                "rejection_reason": None,
            }
            for account in self.advertising.accounts
        ]

    # ------------------------------------------------------------------ campaigns to ads

    def is_smart(self, campaign_id: int) -> bool:
        return self.advertising.campaign(campaign_id).kind == "smart_plus"

    def campaigns(self, account: int) -> list[dict[str, Any]]:
        return [
            self.edited("campaigns", self.campaign(one), "campaign_id", "campaign_name")
            for one in self.of_account(self.advertising.campaigns, account)
        ]

    def campaign(self, one: AdCampaign) -> dict[str, Any]:
        return {
            "campaign_id": vendor_id(one.id),
            "advertiser_id": vendor_id(one.account_id),
            "campaign_name": one.name,
            "campaign_type": "REGULAR_CAMPAIGN",
            "objective": "APP" if one.kind == "app_promotion" else "LANDING_PAGE",
            "objective_type": OBJECTIVES[one.kind],
            "budget": float(one.daily_budget),
            "budget_mode": "BUDGET_MODE_DAY",
            "operation_status": OPERATION[one.status],
            "secondary_status": status_of("CAMPAIGN", one.status),
            "is_new_structure": True,
            "is_smart_performance_campaign": one.kind == "smart_plus",
            "is_search_campaign": False,
            "roas_bid": 0.0,
            "create_time": stamp(one.created_at),
            "modify_time": stamp(one.updated_at),
        }

    def ad_groups(self, account: int) -> list[dict[str, Any]]:
        return [
            self.edited("ad_groups", self.ad_group(one), "adgroup_id", "adgroup_name")
            for one in self.of_account(self.advertising.groups, account)
        ]

    def ad_group(self, one: AdGroup) -> dict[str, Any]:
        campaign = self.advertising.campaign(one.campaign_id)
        click, view = WINDOWS[one.id % len(WINDOWS)]
        ends = campaign.ends_on.isoformat() if campaign.ends_on else "2036-01-01"
        return {
            "adgroup_id": vendor_id(one.id),
            "campaign_id": vendor_id(one.campaign_id),
            "campaign_name": campaign.name,
            "advertiser_id": vendor_id(one.account_id),
            "adgroup_name": one.name,
            "placement_type": "PLACEMENT_TYPE_NORMAL",
            "placements": ["PLACEMENT_TIKTOK"],
            "promotion_type": "APP_ANDROID" if campaign.kind == "app_promotion" else "WEBSITE",
            "optimization_goal": "INSTALL" if campaign.kind == "app_promotion" else "CONVERT",
            "optimization_event": "SHOPPING",
            "click_attribution_window": click,
            "view_attribution_window": view,
            "engaged_view_attribution_window": "ONE_DAY",
            "attribution_event_count": "EVERY",
            "budget": 0.0,
            "budget_mode": "BUDGET_MODE_INFINITE",
            "schedule_type": "SCHEDULE_START_END" if campaign.ends_on else "SCHEDULE_FROM_NOW",
            "schedule_start_time": f"{campaign.starts_on} 00:00:00",
            "schedule_end_time": f"{ends} 00:00:00",
            "billing_event": "OCPM",
            "bid_type": "BID_TYPE_NO_BID",
            "bid_price": 0.0,
            "age_groups": ["AGE_25_34", "AGE_35_44"],
            "gender": "GENDER_UNLIMITED",
            "location_ids": ["6252001"],
            "languages": [],
            "operation_status": OPERATION[one.status],
            "secondary_status": status_of("ADGROUP", one.status),
            "is_new_structure": True,
            "is_smart_performance_campaign": campaign.kind == "smart_plus",
            "create_time": stamp(one.created_at),
            "modify_time": stamp(one.updated_at),
        }

    def ads(self, account: int) -> list[dict[str, Any]]:
        return [
            self.edited("ads", self.ad(one), "ad_id", "ad_name")
            for one in self.of_account(self.advertising.ads, account)
        ]

    def ad(self, one: Ad) -> dict[str, Any]:
        campaign = self.advertising.campaign(one.campaign_id)
        group = next(group for group in self.advertising.groups if group.id == one.group_id)
        made: dict[str, Any] = {
            "ad_id": vendor_id(one.id),
            "ad_name": one.name,
            "adgroup_id": vendor_id(one.group_id),
            "adgroup_name": group.name,
            "campaign_id": vendor_id(one.campaign_id),
            "campaign_name": campaign.name,
            "advertiser_id": vendor_id(one.account_id),
            "ad_format": "SINGLE_VIDEO",
            "ad_text": one.headline,
            "call_to_action": "SHOP_NOW",
            "landing_page_url": one.link,
            "video_id": video_id(one.product_id),
            "image_ids": [image_id(one.product_id)],
            "display_name": self.business.name,
            "identity_type": "CUSTOMIZED_USER",
            "is_new_structure": True,
            "operation_status": OPERATION[one.status],
            "secondary_status": status_of("AD", one.status),
            "create_time": stamp(one.created_at),
            "modify_time": stamp(one.updated_at),
        }
        if campaign.kind == "smart_plus":
            del made["modify_time"]
        return made

    def smart(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The Smart+ side of campaigns, ad groups or ads, in the fields that side has."""
        smart_ids = {
            vendor_id(one.id) for one in self.advertising.campaigns if self.is_smart(one.id)
        }
        left = {"is_smart_performance_campaign", "is_new_structure", "campaign_type"}
        found = []
        for record in records:
            if record["campaign_id"] not in smart_ids:
                continue
            made = {name: value for name, value in record.items() if name not in left}
            if "ad_id" in made:
                made["smart_plus_ad_id"] = made.pop("ad_id")
            found.append(made)
        return found


def status_of(level: str, status: str) -> str:
    if status == "active":
        return f"{level}_STATUS_DELIVERY_OK" if level != "CAMPAIGN" else "CAMPAIGN_STATUS_ENABLE"
    gone = status in ("archived", "deleted")  # TikTok has no archive
    return f"{level}_STATUS_DELETE" if gone else f"{level}_STATUS_DISABLE"
