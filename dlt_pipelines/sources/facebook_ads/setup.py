"""What a person sees when setting Facebook Ads up: fields, guide, setup test, counts.

Belongs here: everything outside a sync. Does not belong here: reading (`source.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Field

NAME = "facebook_ads"
BASE_URL = "https://graph.facebook.com"
WINDOWS = "1d_click,7d_click,28d_click,1d_view"
"""Shown beside each purchase's own window. 7d_view and 28d_view ended in January 2026."""
SCOPE = "ads_read"

FIELDS = (
    Field(
        name="access_token",
        label="Access token",
        help="Of a system user with the permission ads_read; it need not expire.",
        secret=True,
    ),
    Field(
        name="account_ids",
        label="Ad accounts",
        help="Ids separated by commas (act_123 or 123). Empty: all that the token sees.",
        required=False,
        pattern=r"(act_)?\d+(\s*,\s*(act_)?\d+)*",
    ),
    Field(
        name="app_secret",
        label="App secret",
        help="Only if the app requires a proof of it (App settings, Advanced).",
        secret=True,
        required=False,
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2024-01-31): reports are read from that day. Empty: 37 months, all there is.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="attribution_windows",
        label="Attribution windows",
        help="Shown beside the ad set's own, separated by commas: 1d_click, 7d_click, 28d_click,"
        " 1d_view, 1d_ev.",
        required=False,
        default=WINDOWS,
        pattern=r"(1d_click|7d_click|28d_click|1d_view|1d_ev)"
        r"(,(1d_click|7d_click|28d_click|1d_view|1d_ev))*",
    ),
    Field(
        name="report_time",
        label="Purchases count on",
        help="impression (the day the ad was seen, as in the Ads Manager), conversion (the day of"
        " the purchase) or mixed.",
        required=False,
        default="impression",
        pattern="impression|conversion|mixed",
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for Meta itself. It begins with https://.",
        required=False,
        default=BASE_URL,
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
1. At developers.facebook.com create an app of the type "Business" and add the product
   "Marketing API". Access to your own ad accounts needs no app review.
2. In the Business settings (business.facebook.com/settings) open Users > System users, add one with
   the role Employee, and choose "Add assets": give it each ad account with "View performance".
3. Choose "Generate token" for that system user, pick the app, tick ads_read and let it never
   expire. (A person's token ends after 60 days, and with a change of their password.)
4. Give the token:
   chord connections add my_ads --connector facebook_ads --secret access_token=env:FACEBOOK_TOKEN
   To read some accounts only, add --set account_ids=act_123,act_456.
5. An app with limited access may ask 300 times an hour and account, and 40 times more per active
   ad; for large accounts request full access ("Ads Management Standard Access") in the App
   dashboard.
"""


def check(settings: ConnectionSettings) -> CheckResult:
    # The catalog reads this file, and the client loads an HTTP library.
    from dlt_pipelines.sources.facebook_ads.accounts import accounts_of
    from dlt_pipelines.sources.facebook_ads.graph import Denied, Graph

    graph = Graph(settings)
    try:
        found = accounts_of(graph)
    except Denied:
        return CheckResult(missing_scopes=(SCOPE,))
    warnings = [message for each in settings.report.warnings.values() for message in each]
    if not found:
        warnings.append("The token sees no ad account. Assign one to its system user.")
    warnings += [
        f"The ad account {account.name} is {account.condition}."
        for account in found
        if account.condition
    ]
    named = ", ".join(f"{account.name} ({account.id})" for account in found)
    return CheckResult(account=named, warnings=tuple(warnings))


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    """Campaigns, ad sets and ads of any status. These tables have no creation window: all rows."""
    from dlt_pipelines.sources.facebook_ads.accounts import accounts_of
    from dlt_pipelines.sources.facebook_ads.graph import Denied, Graph
    from dlt_pipelines.sources.facebook_ads.objects import total
    from dlt_pipelines.sources.facebook_ads.tables import LISTS

    graph = Graph(settings)
    found: dict[str, int] = {}
    for each in LISTS:
        if each.how == "changed" and each.table.name in tables:
            try:
                numbers = [total(graph, account, each) for account in accounts_of(graph)]
            except Denied:
                continue  # reconciliation needs a number it can trust
            found[each.table.name] = sum(numbers)
    return found
