"""TikTok Ads: advertisers, campaigns, ad groups, ads, Smart+ and GMV Max, and what they brought.

API      Business API v1.3; HTTP 200 with a `code` in the body; pages by number
Limits   10 requests a second and 600 a minute (Basic tier), shared by all of a token's connections
Days     the advertiser's own, at most 30 a call; restated for up to 28 days

Left out (with the reasons, in `left_out`): asynchronous reports, audience reports of ads, the list
of an app's advertisers, sums without a day.

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector
from dlt_pipelines.sources.tiktok_ads.setup import FIELDS, LEFT_OUT, LIMITS, NAME, SETUP_GUIDE
from dlt_pipelines.sources.tiktok_ads.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def check(settings: ConnectionSettings) -> CheckResult:
    from dlt_pipelines.sources.tiktok_ads.checks import check

    return check(settings)


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    from dlt_pipelines.sources.tiktok_ads.checks import counts

    return counts(settings, tables)


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.tiktok_ads.source import tiktok_ads

    return tiktok_ads(settings)


CONNECTOR = Connector(
    name=NAME,
    title="TikTok Ads",
    description="Campaigns, ad groups and ads of TikTok with their spend, views and purchases.",
    category="Advertising",
    limits=LIMITS,
    left_out=LEFT_OUT,
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    counts=counts,
    build_source=build_source,
)
