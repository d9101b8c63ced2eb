"""YouTube Ads: what ran on YouTube, by campaign, ad and video, out of the Google Ads API.

API      Google Ads API v26 over REST, the same as Google Ads: YouTube has no API of its own
Limits   operations a day by access level; no headers; see `google_ads_api/setup.py`
Left out below, with reasons

On YouTube ran: everything of a video campaign, and of demand generation and Performance Max what
`segments.ad_network_type` says was YouTube. Beside a Google Ads connection of the same account
nothing counts twice: `docs/decisions/0020-youtube-and-google.md`.

Belongs here: what the connector says about itself. Does not belong here: its tables (`tables.py`),
the API (`dlt_pipelines/google_ads_api/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector
from dlt_pipelines.google_ads_api import setup
from dlt_pipelines.sources.youtube_ads.tables import COUNTED, SHAPES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource

NAME = "youtube_ads"


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.youtube_ads.source import youtube_ads

    return youtube_ads(settings)


def check(settings: ConnectionSettings) -> CheckResult:
    return setup.check(settings, NAME)


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    return setup.counts(settings, NAME, COUNTED, tables)


CONNECTOR = Connector(
    name=NAME,
    title="YouTube Ads",
    description="What ran on YouTube: video campaigns, demand generation, Performance Max, videos.",
    category="Advertising",
    limits=setup.LIMITS,
    left_out={
        "clicks, keywords, search terms": "the Google Ads connector reads them of the same account",
        "channel statistics": "organic views are another API (YouTube Analytics), not advertising",
    },
    fields=setup.FIELDS,
    setup_guide=setup.SETUP_GUIDE,
    tables=tuple(shape.table for shape in SHAPES),
    check=check,
    counts=counts,
    build_source=build_source,
)
