"""Zendesk Support: tickets, what was said in them, who asked, and how quickly it was settled.

API      Support API v2; incremental exports of 1,000 records a page, lists of 100
Limits   10 exports a minute beside the account's limit by plan; 429 with Retry-After
Left out ticket audits (no feed of changes, by Zendesk's own words: the events say the same),
         the list of ticket metrics (archived tickets are not in it: metrics come with tickets),
         sampled exports, views, triggers, automations, roles, locales, jobs, skill routing

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import ConnectionSettings, Connector
from dlt_pipelines.sources.zendesk.setup import FIELDS, SETUP_GUIDE, check, counts
from dlt_pipelines.sources.zendesk.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.zendesk.source import zendesk

    return zendesk(settings)


CONNECTOR = Connector(
    name="zendesk",
    title="Zendesk",
    description="Tickets, comments, customers, answer times and ratings of a support desk.",
    category="Support",
    limits="Ten exports a minute (30 with an add-on), kept by a limiter that all connections of a"
    " key share; the account's own limit by its Retry-After.",
    left_out={
        "ticket_audits": "Not a feed of changes, by Zendesk's own words; ticket_events is.",
        "deleted_tickets": "Deleted tickets come with the status `deleted` in tickets.",
        "views, triggers, automations, custom_roles, locales": "Settings of the agents' desk.",
        "routing attributes": "Settings of the agents' desk, of the largest plans only.",
    },
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    counts=counts,
    build_source=build_source,
)
