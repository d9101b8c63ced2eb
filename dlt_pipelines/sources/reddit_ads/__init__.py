"""Reddit Ads: businesses, accounts, campaigns, ad groups, ads, posts, and what each did daily.

API      v3, pages of 1,000 by `next_url`; reports are POSTed, the same body for each page
Limits   60 reports and 400 reads a minute, told by RateLimit headers
Units    SPEND in millionths, conversion values in hundredths of the account's currency
Days     in the account's own time zone, which each report names
Left out `LEFT_OUT` in `setup.py`, each with its reason

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector
from dlt_pipelines.sources.reddit_ads.setup import FIELDS, LEFT_OUT, LIMITS, SETUP_GUIDE
from dlt_pipelines.sources.reddit_ads.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.reddit_ads.source import reddit_ads

    return reddit_ads(settings)


def check(settings: ConnectionSettings) -> CheckResult:
    from dlt_pipelines.sources.reddit_ads.source import checked

    return checked(settings)


CONNECTOR = Connector(
    name="reddit_ads",
    title="Reddit Ads",
    description="Campaigns, ads, posts and daily performance of Reddit ad accounts.",
    category="Advertising",
    limits=LIMITS,
    left_out=LEFT_OUT,
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    build_source=build_source,
)
