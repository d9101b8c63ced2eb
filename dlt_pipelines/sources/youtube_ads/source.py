"""YouTube Ads' resources: which reader fills which table.

Belongs here: the dlt source. Does not belong here: what the connector says of itself
(`__init__.py`, which the catalog loads everywhere and which therefore loads no driver).
"""

from __future__ import annotations

from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.google_ads_api.daily import read_days
from dlt_pipelines.google_ads_api.reading import read_customers, read_entity, source_of
from dlt_pipelines.sources.youtube_ads.tables import SHAPES


def youtube_ads(settings: ConnectionSettings) -> DltSource:
    readers = {
        shape.table.name: read_days if shape.table.cursor else read_entity for shape in SHAPES
    }
    return source_of(settings, "youtube_ads", SHAPES, {**readers, "customers": read_customers})
