"""Klaviyo's resources: which reader fills which table.

Belongs here: the dlt source. Does not belong here: what the connector says of itself
(`__init__.py`, which the catalog loads everywhere and which therefore loads no driver).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import dlt
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.sources.klaviyo.client import Client
from dlt_pipelines.sources.klaviyo.families import read_campaigns, read_flows
from dlt_pipelines.sources.klaviyo.history import EVENTS, profiles, read_stretch
from dlt_pipelines.sources.klaviyo.listings import (
    GROUPS,
    LISTINGS,
    read_coupon_codes,
    read_groups,
    read_listing,
    read_members,
)
from dlt_pipelines.sources.klaviyo.reports import AGGREGATES, read_aggregates, read_report
from dlt_pipelines.sources.klaviyo.statistics import REPORTS
from dlt_pipelines.sources.klaviyo.tables import BY_NAME
from dlt_pipelines.streams import stream


def klaviyo(settings: ConnectionSettings) -> DltSource:
    client = Client(settings)
    readers: dict[str, Callable[..., Any]] = {
        "events": partial(read_stretch, client, EVENTS),
        "profiles": partial(read_stretch, client, profiles(client)),
        "campaigns": partial(read_campaigns, client),
        "flows": partial(read_flows, client),
        "coupon_codes": partial(read_coupon_codes, client),
        AGGREGATES: partial(read_aggregates, client),
        **{each.table: partial(read_listing, client, each) for each in LISTINGS},
        **{each.table: partial(read_groups, client, each) for each in GROUPS},
        **{
            f"{each.table.removesuffix('s')}_members": partial(read_members, client, each)
            for each in GROUPS
        },
        **{each.table: partial(read_report, client, each) for each in REPORTS},
    }

    @dlt.source(name="klaviyo")
    def source() -> Iterator[DltResource]:
        for name, read in readers.items():
            yield stream(settings, BY_NAME[name], read)

    return source()
