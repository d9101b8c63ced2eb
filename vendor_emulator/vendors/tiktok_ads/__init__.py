"""TikTok's Business API, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.tiktok_ads.service import Service

VENDOR = Vendor(
    name="tiktok_ads",
    title="TikTok Ads (Business API v1.3)",
    open=Service,
    paths=(
        "/open_api/v1.3/advertiser/info/",
        "/open_api/v1.3/campaign/get/",
        "/open_api/v1.3/report/integrated/get/",
        "/open_api/v1.3/gmv_max/report/get/",
        "/open_api/v1.3/...",
    ),
    faults={
        "throttled": "status 200, code 40100, the second's limit",
        "throttled-minute": "status 200, code 40100, the minute's limit (five minutes off)",
        "throttled-day": "status 200, code 40100, the day's quota is used up",
        "ill": "status 200, code 50000",
        "timeout": "status 200, code 50002",
        "maintenance": "status 200, code 60001",
        "partial": "status 200, code 20001 and no rows",
        "revoked": "the token is refused from now on, code 40105",
        "forbidden": "this request is refused, code 40001",
    },
    rehearsal=Rehearsal(
        main="ads",
        request="ads",
        days=35,
        options={"largest_page": 4, "limits": "off"},
        throttled=("throttled", "throttled"),
        ill=("ill", "timeout"),
        narrowed=(
            {"refused": ("smart_plus", "pixel", "dmp", "gmv_max"), "limits": "off"},
            (
                "smart_plus_campaigns",
                "smart_plus_ad_groups",
                "smart_plus_ads",
                "pixels",
                "custom_audiences",
                "gmv_max_stores",
                "gmv_max_campaigns",
                "gmv_max_daily",
            ),
        ),
        restated="ad_daily",
    ),
)
