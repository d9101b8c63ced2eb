"""What a person gives to connect Reddit Ads, and how they get it.

Belongs here: fields, the setup guide, what is left out. Does not belong here: drivers (the catalog
reads this file), the setup test (`source.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import Field

FIELDS = (
    Field(name="client_id", label="App ID", help="Of your developer application."),
    Field(name="client_secret", label="App secret", help="Stands beside it.", secret=True),
    Field(
        name="refresh_token",
        label="Refresh token",
        help="Of an authorisation with duration=permanent.",
        secret=True,
    ),
    Field(
        name="reddit_username",
        label="Reddit user name",
        help="Of the app's developer, without u/: Reddit wants to know whom to write to.",
        required=False,
        pattern=r"[A-Za-z0-9_-]{3,20}",
    ),
    Field(
        name="ad_account_ids",
        label="Ad accounts",
        help="Ids (t2_... or a2_...), separated by commas. Empty: all that the user may read.",
        required=False,
        pattern=r"[at]2_\w+(\s*,\s*[at]2_\w+)*",
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2025-01-31) from which daily numbers are read. Empty: as far back as Reddit"
        " goes (24 months), but not before the account was made.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for Reddit itself. It begins with https://.",
        required=False,
        default="https://ads-api.reddit.com",
        pattern=r"https?://\S+",
    ),
    Field(
        name="token_url",
        label="Address of tokens",
        help="Empty for Reddit itself, which gives tokens on another host.",
        required=False,
        default="https://www.reddit.com/api/v1/access_token",
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
1. In Reddit Ads Manager open "Developer Applications" (in the business's menu) and press "Create a
   new app": name, description and a redirect address of yours. Note the app ID and the secret.
2. Authorise it with a user who may read the ad accounts (any role of the business): open
   https://www.reddit.com/api/v1/authorize?client_id=APP_ID&response_type=code&state=any\\
   &redirect_uri=ADDRESS&duration=permanent&scope=adsread and allow it.
3. Exchange the code of the address you land on at https://www.reddit.com/api/v1/access_token
   (grant_type=authorization_code, Basic authentication with ID and secret, a User-Agent of your
   own) and note the refresh token. The scope adsread is all that is needed.
4. Connect it:
   chord connections add reddit --connector reddit_ads --set client_id=... \\
       --set reddit_username=... --secret client_secret=env:REDDIT_SECRET \\
       --secret refresh_token=env:REDDIT_REFRESH
"""

LIMITS = (
    "60 reports, 400 reads of campaigns, 200 of posts, 100 of businesses and 30 of pixels and"
    " funding a minute: kept by limiters that all connections of the app share, and by the"
    " RateLimit headers of each answer. Who does not name itself in User-Agent is throttled"
    " at once."
)

LEFT_OUT = {
    "hourly reports": "Twenty-four times the rows, and nothing here models hours.",
    "reports by DMA, METRO, INTEREST, LANGUAGE, ASSET_ID, CAROUSEL_CARD": "Cuts beyond the ones a"
    " store asks for; each is one more line in `tables.py`.",
    "lead_gen_forms": "Leads of forms, not of a store; needs a permission of its own.",
    "app conversions (APP_INSTALL_*)": "For mobile apps.",
}
