"""The Google Ads API (REST, v26), emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.google_ads.service import GoogleAds

FAULTS = {
    "throttled": "429, RESOURCE_TEMPORARILY_EXHAUSTED with a retryDelay",
    "quota-of-the-day": "429, RESOURCE_EXHAUSTED until tomorrow",
    "excessive-query": "429, EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION",
    "internal-error": "500, internalError.TRANSIENT_ERROR",
    "mid-stream-error": "status 200, good chunks, and an error as the array's last element",
    "expired-page-token": "400, a page is asked for too late",
    "expired-access-token": "401, OAUTH_TOKEN_EXPIRED; the refresh token is good",
    "account-closed": "403, CUSTOMER_NOT_ENABLED",
    "permission-denied": "403, USER_PERMISSION_DENIED",
    "test-token": "403, DEVELOPER_TOKEN_NOT_APPROVED",
    "revoked": "the consent is taken back: invalid_grant, OAUTH_TOKEN_REVOKED",
}

VENDOR = Vendor(
    name="google_ads",
    title="Google Ads API v26",
    open=GoogleAds,
    paths=(
        "/v26/customers:listAccessibleCustomers",
        "/v26/customers/{id}/googleAds:search",
        "/v26/customers/{id}/googleAds:searchStream",
        "/v26/googleAdsFields:search",
        "/token",
    ),
    faults=FAULTS,
    rehearsal=Rehearsal(
        main="ads",
        request="ads",
        days=35,
        options={"largest_page": 10, "largest_part": 500},
        throttled=("throttled", 429),
        ill=("internal-error", 503),
        restated="ad_daily",
        forgets=("clicks",),  # single clicks are told for 90 days
    ),
)
