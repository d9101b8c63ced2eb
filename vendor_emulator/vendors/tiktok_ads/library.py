"""What goes with the ads: pixels, audiences, videos, images, the shop and its campaigns.

Belongs here: those records. Does not belong here: campaigns, ad groups and ads (`world.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from vendor_emulator.business import Business
from vendor_emulator.business_ads import Advertising
from vendor_emulator.business_chance import pick
from vendor_emulator.vendors.tiktok_ads.ids import image_id, stamp, vendor_id, video_id

STORE_ID = "7494049645137400001"
STORE_ACCOUNT = 0
BUSINESS_CENTER = "7100000000000000123"
GMV_MAX_CAMPAIGNS = 2


class Library:
    business: Business
    advertising: Advertising
    signed = 0

    def of_account(self, things: Iterable[Any], account: int) -> list[Any]:
        """Newest first, as TikTok lists them."""
        found = [thing for thing in things if thing.account_id == account]
        return sorted(found, key=lambda thing: (thing.created_at, thing.id), reverse=True)

    def pixels(self, account: int) -> list[dict[str, Any]]:
        return [
            {
                "pixel_id": vendor_id(account * 100 + number),
                "pixel_code": f"C{account}{number}FABLE",
                "pixel_name": f"Shop pixel {number}",
                "pixel_category": "ONLINE_STORE",
                "pixel_setup_mode": "STANDARD",
                "partner_name": "Shopify",
                "create_time": stamp(self.business.start),
                "events": [
                    {"event_id": vendor_id(account * 1000 + number), "event_type": "SHOPPING"}
                ],
            }
            for number in (1, 2)
        ]

    def audiences(self, account: int) -> list[dict[str, Any]]:
        names = ("Buyers, 180 days", "Cart, 30 days", "Newsletter", "Lookalike of buyers")
        return [
            {
                "audience_id": str(account * 100 + number),
                "name": name,
                "audience_type": "Customer File" if number == 3 else "Engagement Audience",
                "cover_num": 1000 + pick(90_000, self.business.seed, account, number),
                "calculate_type": "FILE",
                "is_valid": True,
                "is_expiring": False,
                "is_creator": True,
                "shared": False,
                "create_time": stamp(self.business.start + timedelta(days=number)),
                "expired_time": stamp(self.business.base_now + timedelta(days=365)),
            }
            for number, name in enumerate(names, start=1)
        ]

    def products(self, account: int) -> list[int]:
        return sorted({ad.product_id for ad in self.of_account(self.advertising.ads, account)})

    def videos(self, account: int) -> list[dict[str, Any]]:
        return [
            {
                "video_id": video_id(product),
                "material_id": vendor_id(9_000_000 + product),
                "file_name": f"product-{product}.mp4",
                "width": 720,
                "height": 1280,
                "duration": 15.0,
                "format": "mp4",
                "displayable": True,
                "create_time": stamp(self.business.start),
                "modify_time": stamp(self.business.start),
                "preview_url": f"https://v.example.com/{product}?signed={self.signature()}",
                "preview_url_expire_time": "2026-10-01 06:00:00",
            }
            for product in self.products(account)
        ]

    def images(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        by_id = {image_id(product.id): product for product in self.business.products}
        return [
            {
                "image_id": one,
                "material_id": vendor_id(8_000_000 + by_id[one].id),
                "file_name": f"{by_id[one].handle}.jpg",
                "width": 1080,
                "height": 1920,
                "format": "jpeg",
                "displayable": True,
                "create_time": stamp(self.business.start),
                "modify_time": stamp(self.business.start),
                "image_url": f"https://p.example.com/{one}?signed={self.signature()}",
            }
            for one in ids
            if one in by_id
        ]

    def signature(self) -> str:
        """Another one in each answer."""
        self.signed += 1
        return f"{self.signed:08x}"

    def stores(self, account: int) -> list[dict[str, Any]]:
        if account != self.advertising.accounts[STORE_ACCOUNT].id:
            return []
        return [
            {
                "store_id": STORE_ID,
                "store_name": f"{self.business.name} TikTok Shop",
                "store_code": "USFABLE1",
                "store_authorized_bc_id": BUSINESS_CENTER,
                "is_gmv_max_available": True,
                "store_status": "ACTIVE",
                "regions": ["US"],
            }
        ]

    def gmv_max_campaigns(self) -> list[dict[str, Any]]:
        return [
            {
                "advertiser_id": vendor_id(self.advertising.accounts[STORE_ACCOUNT].id),
                "campaign_id": vendor_id(77_000_000 + number),
                "campaign_name": f"GMV Max {number}",
                "operation_status": "ENABLE",
                "store_id": STORE_ID,
                "store_authorized_bc_id": BUSINESS_CENTER,
                "shopping_ads_type": "PRODUCT",
                "optimization_goal": "VALUE",
                "budget": 100.0 * number,
                "roas_bid": 2.5,
                "schedule_type": "SCHEDULE_FROM_NOW",
                "schedule_start_time": stamp(self.business.base_now - timedelta(days=60)),
            }
            for number in range(1, GMV_MAX_CAMPAIGNS + 1)
        ]
