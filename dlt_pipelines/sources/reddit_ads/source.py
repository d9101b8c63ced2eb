"""Reddit's resources, and the setup test.

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
from dlt_pipelines.sources.reddit_ads.client import NAME, Client, NotPermitted
from dlt_pipelines.sources.reddit_ads.listings import LISTS, Listings
from dlt_pipelines.sources.reddit_ads.reports import Days
from dlt_pipelines.sources.reddit_ads.tables import BY_NAME, LEVELS
from dlt_pipelines.streams import stream


def reddit_ads(settings: ConnectionSettings) -> DltSource:
    client = Client(settings)
    listings = Listings(client)

    @dlt.source(name=NAME)
    def source() -> Iterator[DltResource]:
        yield stream(settings, BY_NAME["businesses"], listings.read_businesses)
        yield stream(settings, BY_NAME["ad_accounts"], listings.read_accounts)
        for name in LISTS:
            yield stream(settings, BY_NAME[name], listings.reader(BY_NAME[name]))
        yield stream(settings, BY_NAME["posts"], listings.read_posts)
        yield stream(settings, BY_NAME["history"], listings.read_history)
        for level in LEVELS:
            yield stream(settings, BY_NAME[level.table], Days(client, listings, level).read)

    return source()


def checked(settings: ConnectionSettings) -> CheckResult:
    listings = Listings(Client(settings))
    try:
        accounts = listings.accounts()
    except NotPermitted as refused:
        raise CredentialsRejected(
            NAME,
            "the key may not read ad accounts.",
            hint="Authorise the app again with the scope adsread, then reconnect.",
        ) from refused
    names = [f"{account.get('name', '')} ({account['id']})".strip() for account in accounts]
    warnings = () if accounts else ("The user has no ad account.",)
    return CheckResult(account=", ".join(names), warnings=warnings)
