"""Pinterest's resources, and the setup test.

Belongs here: which reader fills which table. Does not belong here: what the connector says of
itself (`__init__.py`, which the catalog loads everywhere and which therefore loads no driver).
"""

from __future__ import annotations

from collections.abc import Iterator

import dlt
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import CheckResult, ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected
from dlt_pipelines.sources.pinterest_ads.client import NAME, Client, NotPermitted
from dlt_pipelines.sources.pinterest_ads.listings import LISTS, Listings
from dlt_pipelines.sources.pinterest_ads.reports import Days
from dlt_pipelines.sources.pinterest_ads.tables import BY_NAME, LEVELS
from dlt_pipelines.streams import stream

NEEDED = "ads:read"
WISHED = ("boards:read", "pins:read")


def pinterest_ads(settings: ConnectionSettings) -> DltSource:
    client = Client(settings)
    listings = Listings(client)

    @dlt.source(name=NAME)
    def source() -> Iterator[DltResource]:
        yield stream(settings, BY_NAME["ad_accounts"], listings.read_accounts)
        for name in LISTS:
            yield stream(settings, BY_NAME[name], listings.reader(BY_NAME[name]))
        for level in LEVELS:
            yield stream(settings, BY_NAME[level.table], Days(client, listings, level).read)

    return source()


def checked(settings: ConnectionSettings) -> CheckResult:
    client = Client(settings)
    scopes = client.token.scopes
    try:
        accounts = Listings(client).accounts()
    except NotPermitted as refused:
        raise CredentialsRejected(
            NAME,
            "the key may not read ad accounts.",
            hint=f"Authorise the app again with the scope {NEEDED}, then reconnect.",
        ) from refused
    names = [f"{account.get('name', '')} ({account['id']})".strip() for account in accounts]
    warnings = () if accounts else ("The user has no ad account.",)
    missing = tuple(one for one in WISHED if scopes is not None and one not in scopes)
    return CheckResult(account=", ".join(names), missing_scopes=missing, warnings=warnings)
