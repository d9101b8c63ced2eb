"""Google Ads: accounts, campaigns and what each campaign, ad group, ad, keyword did on each day.

API      Google Ads API v26 over REST: `search` for things, `searchStream` for days
Limits   operations a day by access level; no headers; see `google_ads_api/setup.py`
Left out below, with reasons

`campaign_daily` is the only table whose cost is complete: Performance Max has no ads, so it is
counted at campaign level, and below it by asset group.

Belongs here: what the connector says about itself. Does not belong here: its tables (`tables.py`),
the API (`dlt_pipelines/google_ads_api/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector
from dlt_pipelines.google_ads_api import setup
from dlt_pipelines.sources.google_ads.tables import COUNTED, SHAPES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource

NAME = "google_ads"


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.google_ads.source import google_ads

    return google_ads(settings)


def check(settings: ConnectionSettings) -> CheckResult:
    return setup.check(settings, NAME)


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    return setup.counts(settings, NAME, COUNTED, tables)


CONNECTOR = Connector(
    name=NAME,
    title="Google Ads",
    description="Campaigns, ads, keywords, search terms, clicks and their daily results.",
    category="Advertising",
    limits=setup.LIMITS,
    left_out={
        "change_event": "who changed what holds colleagues' addresses; change_status says what"
        " changed without them",
        "things by change_status": "things are read whole at every sync: a few pages an account,"
        " and nothing of a change is missed that change_status does not list",
        "customer_client_link and billing": "no table of the models needs them",
        "hourly results": "the day is the grain of every model, and hours cost 24 times the rows",
    },
    fields=setup.FIELDS,
    setup_guide=setup.SETUP_GUIDE,
    tables=tuple(shape.table for shape in SHAPES),
    check=check,
    counts=counts,
    build_source=build_source,
)
