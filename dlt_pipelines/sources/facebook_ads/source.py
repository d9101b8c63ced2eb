"""Facebook Ads' resources: which reader fills which table.

Belongs here: the dlt source. Does not belong here: what the connector says of itself
(`__init__.py`, which the catalog loads everywhere and which therefore loads no driver).
"""

from __future__ import annotations

from collections.abc import Iterator

import dlt
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.sources.facebook_ads.accounts import Shop
from dlt_pipelines.sources.facebook_ads.objects import ListReader, read_accounts
from dlt_pipelines.sources.facebook_ads.report_tables import REPORTS
from dlt_pipelines.sources.facebook_ads.reports import ReportReader
from dlt_pipelines.sources.facebook_ads.tables import AD_ACCOUNTS, LISTS
from dlt_pipelines.streams import stream


def facebook_ads(settings: ConnectionSettings) -> DltSource:
    shop = Shop(settings)

    @dlt.source(name="facebook_ads")
    def source() -> Iterator[DltResource]:
        yield stream(settings, AD_ACCOUNTS, lambda window: read_accounts(shop))
        for each in LISTS:
            yield stream(settings, each.table, ListReader(shop, each).read)
        for report in REPORTS:
            yield stream(settings, report.table, ReportReader(shop, report).read)

    return source()
