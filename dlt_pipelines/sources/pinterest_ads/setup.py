"""What a person gives to connect Pinterest Ads, and how they get it.

Belongs here: fields, the setup guide, what is left out. Does not belong here: drivers (the catalog
reads this file), the setup test (`source.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import Field

WINDOWS = "0|1|7|14|30|60"

FIELDS = (
    Field(name="client_id", label="App ID", help="Of your app at developers.pinterest.com."),
    Field(
        name="client_secret",
        label="App secret key",
        help="Stands beside the app ID.",
        secret=True,
    ),
    Field(
        name="refresh_token",
        label="Refresh token",
        help="Of the authorisation; it lives 60 days and is renewed by itself at each use.",
        secret=True,
    ),
    Field(
        name="ad_account_ids",
        label="Ad accounts",
        help="Ids, separated by commas. Empty: all that the user may read.",
        required=False,
        pattern=r"\d+(\s*,\s*\d+)*",
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2025-01-31) from which daily numbers are read. Empty: as far back as"
        " Pinterest goes (914 days), but not before the account was made.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="click_window_days",
        label="Click window",
        help="Days within which a conversion counts for a click: 0, 1, 7, 14, 30 or 60.",
        required=False,
        default="30",
        pattern=WINDOWS,
    ),
    Field(
        name="engagement_window_days",
        label="Engagement window",
        help="The same for a save or close-up.",
        required=False,
        default="30",
        pattern=WINDOWS,
    ),
    Field(
        name="view_window_days",
        label="View window",
        help="The same for a view.",
        required=False,
        default="1",
        pattern=WINDOWS,
    ),
    Field(
        name="conversion_report_time",
        label="Conversions count on",
        help="TIME_OF_AD_ACTION (the day of the click or view) or TIME_OF_CONVERSION.",
        required=False,
        default="TIME_OF_AD_ACTION",
        pattern="TIME_OF_AD_ACTION|TIME_OF_CONVERSION",
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for Pinterest itself. It begins with https://.",
        required=False,
        default="https://api.pinterest.com",
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
1. At developers.pinterest.com open "My apps", press "Connect app" and wait for trial access; ask
   for standard access there too (trial allows 1,000 requests a day, which a first sync passes).
2. In the app note the app ID and the app secret key, and add a redirect address of yours.
3. Authorise it with a user who may read the ad accounts (roles Admin, Analyst or Campaign manager):
   open https://www.pinterest.com/oauth/?client_id=APP_ID&redirect_uri=ADDRESS&response_type=code\\
   &scope=ads:read,boards:read,pins:read and confirm.
4. Exchange the code of the address you land on at /v5/oauth/token (grant_type=authorization_code,
   continuous_refresh=true) and note the refresh token. The scope ads:read is needed; boards:read
   and pins:read show the boards and the pins that carry the ads' pictures and links.
5. Connect it:
   chord connections add pinterest --connector pinterest_ads --set client_id=... \\
       --secret client_secret=env:PINTEREST_SECRET --secret refresh_token=env:PINTEREST_REFRESH
"""

LIMITS = (
    "1,000 reads and 300 analytics requests a minute for each user of an app (1,000 a day with"
    " trial access): kept by a limiter that all connections of the app share. A refusal with code 8"
    " is waited out for as long as its header or its text says."
)

LEFT_OUT = {
    "hourly reports": "Pinterest gives no conversions by the hour and goes back 8 days only.",
    "targeting by account, ad group and ad": "The same numbers as by campaign, cut otherwise.",
    "targeting by GEO, AUDIENCE_INCLUDE, CREATIVE_TYPE": "Postal codes and audiences are millions"
    " of rows; ask for them if you need them.",
    "targeting by AGE_BUCKET_AND_GENDER, AUDIENCE_MULTIPLIER": "A beta that most accounts lack.",
    "product group and product item reports": "Not in the list of what a store needs first.",
    "catalogs": "The store's own products are in its shop connector.",
}
