"""Reddit's Ads API v3, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.reddit_ads.service import RedditAds

DENIED = ("funding_instruments", "history")

VENDOR = Vendor(
    name="reddit_ads",
    title="Reddit Ads (API v3)",
    open=RedditAds,
    paths=(
        "/api/v1/access_token",
        "/api/v3/me/businesses",
        "/api/v3/businesses/{id}/ad_accounts",
        "/api/v3/ad_accounts/{id}/campaigns",
        "/api/v3/ad_accounts/{id}/reports",
    ),
    faults={
        "throttled": "status 429, RateLimit with r=0 and the seconds",
        "throttled-without-header": "status 429 and no word on when to come back",
        "try-later": "status 503",
        "token-ended": "status 401: the access token has run out",
        "account-closed": "status 403: this account may not be read",
        "data-as-list": "a report whose data is a list of objects",
        "revoked": "neither token is taken any more",
    },
    rehearsal=Rehearsal(
        main="ads",
        request="ads",
        days=35,
        options={"largest_page": 4, "largest_report_page": 60},
        throttled=("throttled", 429, "throttled-without-header"),
        ill=(503, "try-later", 502),
        narrowed=(
            {"denied": ["funding_instruments", "history"]},
            ("funding_instruments", "history"),
        ),
        restated="ad_daily",
        forgets=("campaign_keyword_daily",),
    ),
)
