"""Shopify: a store's products, customers, orders and what belongs to them, its subscription
contracts, disputes, companies, markets and texts.

API      Admin GraphQL 2026-10; flat pages for small windows, bulk operations for large ones
Limits   a bucket of query cost per app and store, told by every answer
Scopes   what the key may not read is left out by field, with a warning

Belongs here: what the connector says about itself. Does not belong here: its resources
(`source.py`), loaded with their drivers when a sync runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_pipelines.connector import ConnectionSettings, Connector
from dlt_pipelines.sources.shopify.setup import FIELDS, SETUP_GUIDE, check, counts
from dlt_pipelines.sources.shopify.tables import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.shopify.source import shopify

    return shopify(settings)


CONNECTOR = Connector(
    name="shopify",
    title="Shopify",
    description="Products, customers, orders, refunds, stock, discounts, companies and more of a"
    " Shopify store.",
    category="Commerce",
    fields=FIELDS,
    setup_guide=SETUP_GUIDE,
    limits="A bucket of query cost per app and store: every answer tells its size and how fast it"
    " refills, and the next page waits until it fits. One query may cost 1,000 points; a page that"
    " costs more is halved. Bulk operations cost nothing; a store runs few at a time. A long"
    " history is stored 20,000 records at a time, and goes on there after a crash.",
    left_out={
        "risks, agreements": "Shopify computes them per order; the paged cost of an order doubles.",
        "fulfillment events": "Parcels carry their delivery time; the carrier's steps do not.",
        "prices of price lists": "One per variant and list; price_lists have their adjustment.",
        "countries and catalogs of markets, billing attempts, comments": "No model needs them.",
        "balance transactions": "Shopify Payments' ledger needs a scope that only Shopify grants.",
        "staff": "Only apps that Shopify let into Plus stores may list them.",
    },
    tables=TABLES,
    check=check,
    counts=counts,
    build_source=build_source,
)
