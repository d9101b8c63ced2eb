"""TikTok's resources: which reader fills which table.

Belongs here: the dlt source. Does not belong here: what the connector says of itself
(`__init__.py`, which the catalog loads everywhere and which therefore loads no driver).
"""

from __future__ import annotations

from collections.abc import Iterator

import dlt
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.sources.tiktok_ads.accounts import Accounts
from dlt_pipelines.sources.tiktok_ads.entities import LISTS, Entities
from dlt_pipelines.sources.tiktok_ads.reports import Reports
from dlt_pipelines.sources.tiktok_ads.setup import NAME
from dlt_pipelines.sources.tiktok_ads.tables import BY_NAME, GMV_MAX_DAILY, REPORTS
from dlt_pipelines.streams import stream


def tiktok_ads(settings: ConnectionSettings) -> DltSource:
    accounts = Accounts(settings)
    entities = Entities(accounts)
    reports = Reports(accounts, entities)
    readers = {
        "advertisers": entities.read_advertisers,
        **{one.table: entities.reader(one) for one in LISTS},
        "images": entities.read_images,
        "gmv_max_stores": entities.read_stores,
        "gmv_max_campaigns": reports.read_gmv_max_campaigns,
        **{one.table: reports.reader(one) for one in REPORTS},
        GMV_MAX_DAILY.name: reports.read_gmv_max,
    }

    @dlt.source(name=NAME)
    def source() -> Iterator[DltResource]:
        for name, read in readers.items():
            yield stream(settings, BY_NAME[name], read)

    return source()
