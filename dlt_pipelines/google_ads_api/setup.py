"""What a person fills in for a connector of the Google Ads API, and whether it works.

Belongs here: the fields, the setup test, the vendor's own totals, words both guides share.
Does not belong here: tables (a connector's package), reading (`reading.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Field

if TYPE_CHECKING:
    from dlt_pipelines.google_ads_api.queries import Shape

API_VERSION = "v26"
"""Google ends a version about a year after it came; it is a setting, so that a connection can be
moved before the connector is, and the queries are compared with Google's field list then."""

FIELDS = (
    Field(
        name="developer_token",
        label="Developer token",
        help="Admin > API Center of the manager account",
        secret=True,
    ),
    Field(
        name="client_id",
        label="OAuth client ID",
        help="Google Cloud console > APIs & Services > Credentials",
    ),
    Field(
        name="client_secret",
        label="OAuth client secret",
        help="Beside the client ID",
        secret=True,
    ),
    Field(
        name="refresh_token",
        label="Refresh token",
        help="Given once at the end of Google's consent, scope .../auth/adwords",
        secret=True,
    ),
    Field(
        name="login_customer_id",
        label="Manager account",
        help="Ten digits; empty: every account that the login reaches",
        required=False,
        pattern=r"\d{3}-?\d{3}-?\d{4}",
    ),
    Field(
        name="customer_ids",
        label="Only these accounts",
        help="Ten digits each, separated by commas; empty: all enabled ones",
        required=False,
        pattern=r"\s*\d{3}-?\d{3}-?\d{4}\s*(,\s*\d{3}-?\d{3}-?\d{4}\s*)*",
    ),
    Field(
        name="start_on",
        label="First day",
        help="YYYY-MM-DD; empty: two years ago",
        required=False,
        pattern=r"\d{4}-\d{2}-\d{2}",
    ),
    Field(
        name="api_version",
        label="API version",
        help="v and a number",
        required=False,
        default=API_VERSION,
        pattern=r"v\d+",
    ),
    Field(
        name="base_url",
        label="Address of the API",
        required=False,
        default="https://googleads.googleapis.com",
        pattern=r"https?://.+",
    ),
    Field(
        name="token_url",
        label="Address of access tokens",
        required=False,
        default="https://oauth2.googleapis.com/token",
        pattern=r"https?://.+",
    ),
)

SETUP_GUIDE = """\
1. In Google Ads open the manager account (a free one is made at ads.google.com/home/tools/
   manager-accounts) and link the accounts to it under Accounts > Sub-account settings.
2. Under Admin > API Center ask for a developer token. Basic access is enough: 15,000 operations a
   day, and a sync of ten accounts takes a few hundred. A token that is approved for test accounts
   only is refused by real ones.
3. In the Google Cloud console make a project, enable the "Google Ads API", and under APIs &
   Services > OAuth consent screen publish the app: while it is in testing, its refresh tokens end
   after 7 days.
4. Under Credentials make an OAuth client ID of the type "Desktop app"; note ID and secret.
5. Sign in through that client with a login that may read the accounts, with the scope
   https://www.googleapis.com/auth/adwords (the OAuth Playground does it: put your own client in its
   settings), and note the refresh token.
6. A login reached through one manager only may name it as the manager account; otherwise leave it
   empty, and each account is read once, by the shortest way.
"""

LIMITS = (
    "Operations a day by access level of the developer token (2,880 explorer, 15,000 basic, no cap"
    " for standard); one query is one operation whatever its rows, and answers carry no limit in"
    " their headers. So queries are few and long. A short throttle is waited for; a used-up day"
    " ends the sync, which goes on from there at its next time."
)


def check(settings: ConnectionSettings, name: str) -> CheckResult:
    """The trees of accounts: a key, a login and a developer token that do not fit are refused."""
    from dlt_pipelines.google_ads_api.client import Client

    client = Client(settings, name)
    accounts = client.accounts()
    read = client.readable()
    names = ", ".join(account.name or account.id for account in read[:3])
    more = f" and {len(read) - 3} more" if len(read) > 3 else ""
    warnings = [
        f"{account.id} ({account.name}) is {account.status.lower()}: not read."
        for account in accounts
        if not account.is_manager and not account.is_read
    ]
    if not read:
        warnings.append("None of the accounts is enabled: there is nothing to read.")
    warnings += settings.report.warnings.get("customers", [])
    return CheckResult(account=names + more, warnings=tuple(warnings))


def counts(
    settings: ConnectionSettings, name: str, shapes: Mapping[str, Shape], tables: Sequence[str]
) -> dict[str, int]:
    """Totals of the tables that are read whole; one operation for each table and account."""
    from dlt_pipelines.google_ads_api.client import Client
    from dlt_pipelines.google_ads_api.dialect import AccountRefused

    client = Client(settings, name)
    found: dict[str, int] = {}
    for table in tables:
        if table not in shapes:
            continue
        query = shapes[table].query
        try:
            found[table] = sum(
                client.total(account, query.text(condition))
                for account in client.readable()
                for condition in query.filters
            )
        except AccountRefused:
            continue  # its rows of better days are still here, and cannot be compared
    return found
