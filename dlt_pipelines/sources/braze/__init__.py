"""Braze: campaigns, Canvases, segments, what they did day by day, and who left.

API      REST export endpoints; one key with a permission for each
Limits   250,000 requests an hour for everything but the lists of names (1,000 an hour); 429 with
         the epoch second at which the limit is set back
Left out event-level data (Currents, files in a bucket, a paid add-on), sends, the news feed,
         catalogs, preference centers, scheduled broadcasts, phone numbers

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import ConnectionSettings, Connector
from dlt_pipelines.sources.braze.setup import FIELDS, SETUP_GUIDE, check
from dlt_pipelines.sources.braze.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.braze.source import braze

    return braze(settings)


CONNECTOR = Connector(
    name="braze",
    title="Braze",
    description="Campaigns, Canvases and segments with their daily results, bounces and people.",
    category="Email and SMS",
    limits="250,000 requests an hour for a workspace and 1,000 for lists of names and revenue, kept"
    " by a limiter that all connections of a key share; after a 429 until the time Braze names.",
    left_out={
        "users by id": "Exports of segments bring the same people, 5,000 a file instead of 50.",
        "sends": "Kept for 14 days, and only of API campaigns that make send identifiers.",
        "news feed cards": "Replaced by content cards, whose numbers are in campaign_analytics.",
        "Currents": "Event-level data is a paid add-on that writes files into a bucket.",
        "purchases quantity": "It shares the 1,000 calls an hour that revenue needs.",
    },
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    build_source=build_source,
)
