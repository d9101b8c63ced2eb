"""YouTube Ads, emulated: the Google Ads API again, over the same accounts and campaigns.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.google_ads import FAULTS
from vendor_emulator.vendors.google_ads import VENDOR as GOOGLE_ADS
from vendor_emulator.vendors.youtube_ads.service import YouTubeAds

VENDOR = Vendor(
    name="youtube_ads",
    title="YouTube Ads (Google Ads API v26)",
    open=YouTubeAds,
    paths=GOOGLE_ADS.paths,
    faults=FAULTS,
    rehearsal=Rehearsal(
        main="ads",
        request="ads",
        days=35,
        options={"largest_page": 2, "largest_part": 500},
        throttled=("throttled", 429),
        ill=("internal-error", 503),
        restated="ad_daily",
    ),
)
