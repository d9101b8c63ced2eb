"""What a person sees when setting a Zendesk connection up: fields, guide, setup test, counts.

Belongs here: everything outside a sync. Does not belong here: reading (`source.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Field
from dlt_pipelines.errors import CredentialsRejected

FIELDS = (
    Field(
        name="subdomain",
        label="Subdomain",
        help="The first part of your Zendesk address: `my-shop` of my-shop.zendesk.com.",
        pattern=r"[A-Za-z0-9][A-Za-z0-9-]*",
    ),
    Field(
        name="email",
        label="E-mail",
        help="Of the administrator in whose name the API token is used.",
        required=False,
    ),
    Field(
        name="api_token",
        label="API token",
        help="From the Admin Center; used together with the e-mail.",
        secret=True,
        required=False,
    ),
    Field(
        name="access_token",
        label="OAuth access token",
        help="Instead of e-mail and API token; with the scope `read`.",
        secret=True,
        required=False,
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2024-01-31): the first sync reads what changed since then. Empty: all.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="exports_per_minute",
        label="Exports a minute",
        help="Zendesk allows 10, and 30 with the High Volume API add-on.",
        required=False,
        default="10",
        pattern=r"[1-9]\d{0,6}",
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for Zendesk itself. It begins with https://.",
        required=False,
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
1. Sign in to Zendesk as an administrator: exports are only for administrators.
2. Open Admin Center > Apps and integrations > APIs > Zendesk API. Under Settings switch "Token
   access" on, then "Add API token" and copy the token: it is shown once.
3. Give the subdomain, the e-mail you are signed in with, and the token:
   chord connections add my_desk --connector zendesk --set subdomain=my-shop \\
       --set email=me@example.com --secret api_token=env:ZENDESK_API_TOKEN
   or, for an OAuth client of yours (scope `read`), --secret access_token=env:ZENDESK_ACCESS_TOKEN.
4. Zendesk allows ten exports a minute. With the High Volume API add-on set exports_per_minute=30.
"""

FEATURES = {
    "ticket_forms": "Ticket forms are not part of this plan: their table is left out.",
    "customer_satisfaction": "Satisfaction ratings are not switched on: their table is left out.",
}
COUNTED = ("ticket_fields", "satisfaction_ratings")
EXACT_BELOW = 100_000
"""Above that Zendesk counts once a day. Tickets are counted without deleted ones: no comparison."""


def check(settings: ConnectionSettings) -> CheckResult:
    # The catalog reads this file, and the client loads an HTTP library.
    from dlt_pipelines.sources.zendesk.client import NAME, NotAllowed, client, exports_of

    api = client(settings)
    answer = api.get("/api/v2/account/settings")
    features = answer.get("settings", {}).get("active_features", {})
    warnings = [text for name, text in FEATURES.items() if features.get(name) is False]
    try:
        # A day so long ago that one page of one ticket answers it.
        first = {"start_time": "1167609600", "per_page": "1"}
        api.get("/api/v2/incremental/tickets/cursor", first, limiter=exports_of(settings))
    except NotAllowed:
        raise CredentialsRejected(
            NAME,
            "the key may not export tickets.",
            hint="Use the API token of an administrator, then reconnect the data source.",
        ) from None
    return CheckResult(account=settings["subdomain"], warnings=tuple(warnings))


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    from dlt_pipelines.sources.zendesk.client import NotAllowed, client

    api = client(settings)
    found = {}
    for table in tables:
        if table in COUNTED and not (table == "satisfaction_ratings" and settings.get("start_on")):
            try:
                number = api.get(f"/api/v2/{table}/count")["count"]["value"]
            except NotAllowed:
                continue
            if number < EXACT_BELOW:
                found[table] = number
    return found
