"""Iterable: campaigns, templates, lists, users, and what became of every message.

API      the Export and list endpoints of api.iterable.com (EU: api.eu.iterable.com)
Limits   export jobs: 1 a second, 4 at a time; direct exports 4, metrics 10, members of a list 5 a
         minute; all else 100 a second
Events   the 53 kinds of export are tables by channel, a kind each row's `data_type`; which are read
         is a setting, and each kind keeps its own place, so that one added later has its past
Left out catalogs, snippets, webhooks, experiments, embedded templates (see `left_out`)

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector
from dlt_pipelines.sources.iterable.setup import FIELDS, SETUP_GUIDE
from dlt_pipelines.sources.iterable.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def check(settings: ConnectionSettings) -> CheckResult:
    from dlt_pipelines.sources.iterable.client import setup_test

    return setup_test(settings)


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    from dlt_pipelines.sources.iterable.client import counted

    return counted(settings, tables)


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.iterable.source import iterable

    return iterable(settings)


CONNECTOR = Connector(
    name="iterable",
    title="Iterable",
    description="Campaigns, templates, lists, users and the events of every message.",
    category="Email and SMS",
    limits="Export jobs 1 a second and 4 at a time per organisation; direct exports 4, campaign"
    " metrics 10 and members of a list 5 a minute; the rest 100 a second. Limiters that all"
    " connections of a key share keep them.",
    left_out={
        "catalogs, snippets, webhooks": "Contents and settings of messages, no records of people.",
        "experiments": "Only e-mail experiments can be exported; a campaign's metrics cover them.",
        "embedded templates": "The list of templates cannot be asked for that medium.",
        "events of one user": "The exports hold the same events for all users.",
    },
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    counts=counts,
    build_source=build_source,
)
