"""Meta's Marketing API (Facebook Ads), emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Rehearsal, Vendor
from vendor_emulator.vendors.facebook_ads.faults import FAULTS
from vendor_emulator.vendors.facebook_ads.service import FacebookAds

VENDOR = Vendor(
    name="facebook_ads",
    title="Facebook Ads (Marketing API v26.0)",
    open=FacebookAds,
    paths=(
        "/v26.0/me/adaccounts",
        "/v26.0/act_{id}/campaigns, adsets, ads, adcreatives, adimages, advideos",
        "/v26.0/act_{id}/customconversions, customaudiences, adspixels, activities",
        "/v26.0/act_{id}/insights (GET, and POST for a report run)",
        "/v26.0/{report_run_id}, /v26.0/{report_run_id}/insights",
    ),
    faults=FAULTS,
    rehearsal=Rehearsal(
        main="ads",
        request="ads",
        days=45,
        options={"largest_page": 3},
        throttled=("throttled", "throttled-app"),
        ill=("transient", 503),
        narrowed=(
            {"denied": ("customaudiences", "activities")},
            ("custom_audiences", "activities"),
        ),
        restated="insights_ad_daily",
    ),
)
