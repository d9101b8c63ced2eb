"""Klaviyo: profiles, events, campaigns, flows, lists and what they brought.

API      JSON:API, revision 2026-07-15, cursor pages by `links.next`
Limits   per endpoint and account in fixed windows of a second and a minute, reports also of a day;
         the answers tell them (`RateLimit-*`, `Retry-After`) and are obeyed, nothing is guessed
Late     events come up to four days after they happened, so each sync reads those days again
Gone     Klaviyo has no tombstones: a deleted profile, template or campaign stays here as it was
         last seen; small tables (lists, segments, tags, forms, catalogues) are read whole, and
         what is gone there goes here
Left out see `LEFT_OUT` in `setup.py`

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import ConnectionSettings, Connector
from dlt_pipelines.sources.klaviyo.setup import FIELDS, LEFT_OUT, LIMITS, SETUP_GUIDE, check
from dlt_pipelines.sources.klaviyo.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.klaviyo.source import klaviyo

    return klaviyo(settings)


CONNECTOR = Connector(
    name="klaviyo",
    title="Klaviyo",
    description="Profiles, events, campaigns, flows, lists, segments and their reports.",
    category="Email and SMS",
    limits=LIMITS,
    left_out=LEFT_OUT,
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    build_source=build_source,
)
