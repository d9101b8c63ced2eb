"""Recharge: a store's subscriptions, the charges they lead to, and the orders these become.

API      2021-11, `X-Recharge-Version` on every request; cursor pages of 250
Limits   a bucket of 40 requests that leaks 2 a second, per key; 429 past it
Left out memberships, tiered discounts, gift purchases, async batches, checkouts (see `left_out`)

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector
from dlt_pipelines.sources.recharge.setup import FIELDS, SETUP_GUIDE
from dlt_pipelines.sources.recharge.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def check(settings: ConnectionSettings) -> CheckResult:
    from dlt_pipelines.sources.recharge.client import setup_test

    return setup_test(settings)


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.recharge.source import recharge

    return recharge(settings)


CONNECTOR = Connector(
    name="recharge",
    title="Recharge",
    description="Subscriptions, charges, orders and plans of a store's recurring business.",
    category="Subscriptions",
    limits="A bucket of 40 requests that leaks 2 a second, per key: bursts go first, then requests"
    " keep its pace; a 429 is waited out.",
    left_out={
        "products": "The list was withdrawn with version 2021-01; plans took its place.",
        "memberships, tiered_discounts, gift_purchases": "Of the largest plans only, and without"
        " a list by time of change.",
        "checkouts": "Carts that live some days in API-first stores; never a charge's source.",
        "credit_accounts": "Balances follow from credit_adjustments.",
        "async_batches": "Jobs that write.",
    },
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    tables=TABLES,
    check=check,
    build_source=build_source,
)
