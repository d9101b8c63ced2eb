"""Pinterest Ads: accounts, campaigns, ad groups, ads and their creatives, and what each did daily.

API      v5 (5.23.0), bookmark pages of 250; the last 89 days by analytics, older ones by reports
Limits   1,000 reads and 300 analytics requests a minute for each user of an app
Days     are UTC: the account's own zone is a closed beta of Pinterest's
Left out `LEFT_OUT` in `setup.py`, each with its reason

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector
from dlt_pipelines.sources.pinterest_ads.setup import FIELDS, LEFT_OUT, LIMITS, SETUP_GUIDE
from dlt_pipelines.sources.pinterest_ads.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.pinterest_ads.source import pinterest_ads

    return pinterest_ads(settings)


def check(settings: ConnectionSettings) -> CheckResult:
    from dlt_pipelines.sources.pinterest_ads.source import checked

    return checked(settings)


CONNECTOR = Connector(
    name="pinterest_ads",
    title="Pinterest Ads",
    description="Campaigns, ads and daily performance of Pinterest ad accounts.",
    category="Advertising",
    limits=LIMITS,
    left_out=LEFT_OUT,
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    build_source=build_source,
)
