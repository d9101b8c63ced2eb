"""Reddit's OpenAPI file, and where it and Reddit part.

Belongs here: the exceptions, each with its reason. Does not belong here: the check (`openapi.py`).
"""

from __future__ import annotations

from tests.conformance.openapi import OpenApi

END_TIME = (
    "#/paths/~1ad_accounts~1{ad_account_id}~1funding_instruments/get/parameters/4/schema/type"
)

SPEC = OpenApi(
    "reddit_ads",
    "openapi_v3.json",
    exceptions={
        "POST /api/v1/access_token": "Tokens come from another host, which the file leaves out.",
        END_TIME: "A list of one type, which the checker cannot read; the parameter is not used.",
    },
    used={
        "list_my_businesses",
        "List Ad Accounts By Business",
        "List Campaigns",
        "List Ad Groups",
        "List Ads",
        "List Profiles By Ad Account",
        "List Posts",
        "List Funding Instruments",
        "List User Custom Audiences",
        "List Saved Audiences",
        "List Pixels By Ad Account",
        "Get Ad Account History",
        "Get A Report",
    },
)
