"""Shopify's resources: which stream fills which table.

Belongs here: the dlt source. Does not belong here: what the connector says of itself
(`__init__.py`, which the catalog loads everywhere and which therefore loads no driver).
"""

from __future__ import annotations

from collections.abc import Iterator

import dlt
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from dlt_pipelines.connector import ConnectionSettings, Window
from dlt_pipelines.sources.shopify import queries, sales_queries, store_queries
from dlt_pipelines.sources.shopify.deletions import read_deletions
from dlt_pipelines.sources.shopify.order_queries import ORDERS
from dlt_pipelines.sources.shopify.readers import Reader, Reading
from dlt_pipelines.sources.shopify.rows import Batch
from dlt_pipelines.sources.shopify.shapes import Stream
from dlt_pipelines.sources.shopify.shop import Shop
from dlt_pipelines.sources.shopify.tables import BY_NAME
from dlt_pipelines.streams import rows_of, stream

STREAMS: dict[str, tuple[Stream, ...]] = {
    "locations": (queries.LOCATIONS,),
    "products": (queries.PRODUCTS,),
    "collections": (queries.COLLECTIONS,),
    "customers": (queries.CUSTOMERS,),
    "orders": (ORDERS,),
    "inventory_items": (queries.INVENTORY_ITEMS,),
    "inventory_levels": (queries.INVENTORY_LEVELS,),
    "discounts": (queries.DISCOUNTS,),
    "abandoned_checkouts": (queries.ABANDONED_CHECKOUTS,),
    "fulfillment_orders": (sales_queries.FULFILLMENT_ORDERS,),
    "draft_orders": (sales_queries.DRAFT_ORDERS,),
    "tender_transactions": (sales_queries.TENDER_TRANSACTIONS,),
    "gift_cards": (sales_queries.GIFT_CARDS,),
    "subscription_contracts": (store_queries.SUBSCRIPTION_CONTRACTS,),
    "disputes": (store_queries.DISPUTES,),
    "companies": (store_queries.COMPANIES,),
    "markets": (store_queries.MARKETS,),
    "price_lists": (store_queries.PRICE_LISTS,),
    "pages": (store_queries.PAGES,),
    "blogs": (store_queries.BLOGS,),
    "articles": (store_queries.ARTICLES,),
    "metafields": queries.METAFIELDS,
}


def shopify(settings: ConnectionSettings) -> DltSource:
    shop = Shop(settings, {**STREAMS, "deleted_objects": (queries.EVENTS,)})

    def read_shop(window: Window) -> Reading:
        shop.open()
        batch = Batch(BY_NAME["shop"], settings.report)
        batch.add([shop.account])
        yield rows_of(batch.table, batch.take())
        return None

    def read_deleted(window: Window) -> Reading:
        _, _, pager, _ = shop.open()
        yield from read_deletions(pager, window, settings.report)
        return None

    @dlt.source(name="shopify")
    def source() -> Iterator[DltResource]:
        yield stream(settings, BY_NAME["shop"], read_shop, is_small=True)
        for name, streams in STREAMS.items():
            read = Reader(shop, BY_NAME[name], streams).read
            yield stream(settings, BY_NAME[name], read, is_small=streams[0].is_small)
        yield stream(settings, BY_NAME["deleted_objects"], read_deleted)

    return source()
