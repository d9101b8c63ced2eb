"""What a person sees when setting a Klaviyo connection up: fields, guide, setup test.

Belongs here: everything outside a sync. Does not belong here: reading (`source.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Field

BASE_URL = "https://a.klaviyo.com"
YES_NO = "yes|no"

FIELDS = (
    Field(
        name="api_key",
        label="Private API key",
        help="Begins with pk_. Read access is enough; what a scope is missing for is left out.",
        secret=True,
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2024-01-31): events and changes since then. Empty: all of them, and reports"
        " of three to four months.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="conversion_metric",
        label="Conversion metric",
        help="Name of the metric that campaign and flow reports count as conversions.",
        required=False,
        default="Placed Order",
    ),
    Field(
        name="members",
        label="Members of lists and segments",
        help="yes or no. Who is in which list: one request for each hundred members, each sync.",
        required=False,
        default="no",
        pattern=YES_NO,
    ),
    Field(
        name="member_counts",
        label="Member counts",
        help="yes or no. Number of members of each list and segment; Klaviyo answers 15 a minute.",
        required=False,
        default="no",
        pattern=YES_NO,
    ),
    Field(
        name="predictive_analytics",
        label="Predictive analytics",
        help="yes or no. Klaviyo's predictions on profiles; slows profiles to 150 pages a minute.",
        required=False,
        default="no",
        pattern=YES_NO,
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for Klaviyo itself. It begins with https://.",
        required=False,
        default=BASE_URL,
        pattern=r"https?://\S+",
    ),
)

LIMITS = (
    "Fixed windows of one second and one minute for each endpoint and account, from 1 and 15"
    " requests to 350 and 3,500; reports 1 a second, 2 a minute and 225 a day. A used-up window"
    " (RateLimit-Remaining, Retry-After) holds back every request of that endpoint and key; when"
    " a report's day is used up it is left for tomorrow, with a note."
)

LEFT_OUT = {
    "campaign and flow statistics by tag, variation or message format": "a grouping of the same"
    " reports; each would spend the daily budget of 225 once more",
    "metric aggregates by dimension": "the 36 dimensions multiply the requests; events carry them",
    "segment and form reports by hour or week": "days add up to weeks",
    "reviews, webhooks, push tokens, conversations": "not part of the marketing data modelled here",
    "event and profile bulk exports": "beta revisions only; the stable pages are used",
}

SCOPES = {
    "accounts:read": "/api/accounts",
    "campaigns:read": "/api/campaigns?filter=equals(messages.channel,'email')&page[size]=1",
    "catalogs:read": "/api/catalog-items?page[size]=1",
    "coupons:read": "/api/coupons?page[size]=1",
    "coupon-codes:read": "/api/coupon-codes?filter=equals(coupon.id,'none')&page[size]=1",
    "events:read": "/api/events?page[size]=1",
    "flows:read": "/api/flows?page[size]=1",
    "forms:read": "/api/forms?page[size]=1",
    "images:read": "/api/images?page[size]=1",
    "lists:read": "/api/lists?page[size]=1",
    "metrics:read": "/api/metrics",
    "profiles:read": "/api/profiles?page[size]=1",
    "segments:read": "/api/segments?page[size]=1",
    "tags:read": "/api/tags?page[size]=1",
    "templates:read": "/api/templates?page[size]=1",
}
"""The cheapest request that each scope opens; Klaviyo has none that lists a key's scopes."""

SETUP_GUIDE = f"""\
1. In Klaviyo click the account's name (bottom left), Settings, then API keys.
2. Under "Private API keys" choose Create Private API Key and give it a name, such as "Chord".
3. Choose Custom Key with Read Access for: {", ".join(name.split(":")[0] for name in SCOPES)}.
   (Read-Only Key gives all of them at once.) A table whose scope is missing is left out, and a
   warning says so.
4. Copy the key: Klaviyo shows it once. Then
   chord connections add my_klaviyo --connector klaviyo --secret api_key=env:KLAVIYO_API_KEY
5. Reports count the metric "Placed Order" as the conversion; --set conversion_metric="..." names
   another. Members of lists and segments come with --set members=yes.
"""


def check(settings: ConnectionSettings) -> CheckResult:
    """One cheap request for each scope: each endpoint has a limit of its own, so they go at once.

    Raises:
        CredentialsRejected: Klaviyo does not know the key.
    """
    # The catalog reads this file, and the client loads an HTTP library.
    from dlt_pipelines.parallel import in_parallel
    from dlt_pipelines.sources.klaviyo.client import Client, Missing, ScopeMissing

    client = Client(settings)

    def opens(path: str) -> bool:
        try:
            client.get(path.partition("?")[0], path)
        except ScopeMissing:
            return False
        except Missing:
            return True
        return True

    account = ""
    try:
        found = client.get("/api/accounts", "/api/accounts")["data"]
        if found:
            contact = found[0]["attributes"]["contact_information"]
            account = f"{contact['organization_name']} ({found[0]['id']})"
        known = {"accounts:read": True}
    except ScopeMissing:
        known = {"accounts:read": False}
    others = [scope for scope in SCOPES if scope not in known]
    answers = in_parallel([lambda path=SCOPES[scope]: opens(path) for scope in others], workers=4)
    known |= dict(zip(others, answers, strict=True))
    return CheckResult(
        account=account, missing_scopes=tuple(scope for scope in SCOPES if not known[scope])
    )
