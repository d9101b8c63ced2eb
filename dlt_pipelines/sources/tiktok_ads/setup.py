"""What a person sees when setting a TikTok Ads connection up: fields, guide, limits, gaps.

Belongs here: those texts. Does not belong here: requests (`checks.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import Field

NAME = "tiktok_ads"
ADDRESS = "https://business-api.tiktok.com"

FIELDS = (
    Field(
        name="access_token",
        label="Access token",
        help="The long-lived token that your TikTok app was given when the advertiser allowed it.",
        secret=True,
    ),
    Field(
        name="advertiser_ids",
        label="Advertiser IDs",
        help="Numbers of the ad accounts, separated by commas. Empty: every ad account of the"
        " business centers that the token sees.",
        required=False,
        pattern=r"\s*\d+(\s*,\s*\d+)*\s*",
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2024-01-31): reports of the first sync begin there. Empty: a year back;"
        " hourly reports 30 days back.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="hourly_levels",
        label="Hourly reports of",
        help="Levels whose hours are read, separated by commas: advertiser, campaign, ad_group, ad;"
        " or none. TikTok gives the hours of one day a request and restates 28 days, so each level"
        " costs 29 requests and account at every sync.",
        required=False,
        default="none",
        pattern=r"none|(advertiser|campaign|ad_group|ad)(\s*,\s*(advertiser|campaign|ad_group|ad))*",
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for TikTok itself. It begins with https://.",
        required=False,
        default=ADDRESS,
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
1. Sign in at business-api.tiktok.com with the account that manages the ads, open "My Apps" and
   create an app (or open the one you have). TikTok reviews a new app within some days.
2. Give the app these permissions, all of them for reading: Ad Account Management, Ads Management,
   Audience Management, Reporting, Measurement, Creative Management; for TikTok Shop campaigns also
   GMV Max (TikTok Business Plugin / Shop ads); Business Center, if the ad accounts shall be found
   by themselves. What another missing permission would show is left out, and a warning says so.
3. On the app's page open the "Advertiser authorization URL", sign in as the advertiser, choose the
   ad accounts and confirm. The address you are sent to ends in auth_code=...; it works once and for
   one hour.
4. Exchange that code for the access token (app id and secret are on the app's page):
   curl -H "Content-Type: application/json" \\
     -d '{"app_id":"...","secret":"...","auth_code":"..."}' \\
     https://business-api.tiktok.com/open_api/v1.3/oauth2/access_token/
   The answer holds access_token, which does not run out, and advertiser_ids.
5. Add the connection:
   chord connections add my_tiktok --connector tiktok_ads \\
       --secret access_token=env:TIKTOK_ACCESS_TOKEN --set advertiser_ids=7000000000000000001
"""

LIMITS = (
    "10 requests a second and 600 a minute (TikTok's Basic tier), kept by one limiter per token;"
    " TikTok sends no headers. A throttled request (code 40100 in a 200) waits longer each time,"
    " and a used-up day ends the sync until the next one."
)

LEFT_OUT = {
    "asynchronous reports (/report/task/create/)": "They give the rows of the synchronous report,"
    " at two requests a second; the synchronous one answers with up to 1,000 rows a page.",
    "audience reports of advertisers, campaigns and ads": "Targeting is set on the ad group, and"
    " the sums above it follow from its rows; the ads' rows are many and mostly below TikTok's"
    " privacy thresholds.",
    "advertisers of an app (/oauth2/advertiser/get/)": "It wants the app's secret in the address,"
    " where logs and errors show it; business centers tell the same accounts by the token alone.",
    "sums over a whole period (query_lifetime)": "Sums of days are made in the warehouse, and reach"
    " over many days cannot be restated day by day.",
    "reservation reports (RESERVATION_*)": "Reach & Frequency bookings of agencies; their ads'"
    " days come with the auction levels' entities but not with prices by auction.",
    "Smart+ creative reports (/smart_plus/material_report/)": "One material's share in a Smart+"
    " campaign, without the day as a dimension.",
}
