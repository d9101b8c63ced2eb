"""Pinterest's API v5 for advertisers, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.pinterest_ads.service import PinterestAds

VENDOR = Vendor(
    name="pinterest_ads",
    title="Pinterest Ads (API v5)",
    open=PinterestAds,
    paths=(
        "/v5/oauth/token",
        "/v5/ad_accounts",
        "/v5/ad_accounts/{id}/campaigns",
        "/v5/ad_accounts/{id}/campaigns/analytics",
        "/v5/ad_accounts/{id}/reports",
        "/report-files/{token}",
    ),
    faults={
        "throttled": "status 429, code 8, x-ratelimit-reset",
        "throttled-in-text": "status 400, and the wait in the message: Retry after 1 seconds",
        "try-later": "status 503, code 15",
        "token-ended": "status 401, code 1104: the access token has run out",
        "report-failed": "a report's state is FAILED",
        "report-expired": "a report's state is EXPIRED",
        "link-expired": "a finished report's address is refused",
        "account-closed": "status 403, code 29: this account may not be read",
        "revoked": "status 401, code 2: neither token is taken any more",
    },
    rehearsal=Rehearsal(
        main="ads",
        request="ads",
        days=100,  # reports of more than 90 days are made another way
        options={"largest_page": 4},
        throttled=("throttled", 429, "throttled-in-text"),
        ill=(503, "try-later", 502),
        narrowed=({"scopes": "ads:read"}, ("boards", "pins")),
        restated="ad_daily",
    ),
)
