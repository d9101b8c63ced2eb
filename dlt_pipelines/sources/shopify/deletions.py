"""Events of deletion: rows of their own, and the keys that leave the other tables.

Belongs here: `deleted_objects`. Does not belong here: how events are paged (`paged.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from dlt_pipelines.connector import SyncReport, Window
from dlt_pipelines.sources.shopify.paged import Pager
from dlt_pipelines.sources.shopify.queries import EVENTS
from dlt_pipelines.sources.shopify.rows import Batch
from dlt_pipelines.sources.shopify.tables import BY_NAME
from dlt_pipelines.streams import deleted_keys, rows_of

DISCOUNT_TYPES = ("DiscountNode", "DiscountCodeNode", "DiscountAutomaticNode")
TABLE_OF_TYPE = {
    "Article": "articles",
    "Blog": "blogs",
    "Collection": "collections",
    "Company": "companies",
    "CompanyLocation": "company_locations",
    "Customer": "customers",
    "DraftOrder": "draft_orders",
    "Order": "orders",
    "Page": "pages",
    "Product": "products",
    "ProductVariant": "product_variants",
} | dict.fromkeys((*DISCOUNT_TYPES, "DiscountAutomaticBxgy"), "discounts")


def read_deletions(pager: Pager, window: Window, report: SyncReport) -> Iterator[Any]:
    batch = Batch(BY_NAME["deleted_objects"], report)
    gone: dict[str, list[str]] = {}
    for records in pager.pages(EVENTS, window):
        # Shopify ignores a term it does not know; an event of another kind must not delete.
        events = [record for record in records if record["action"] == "destroy"]
        for event in events:
            for table, key in keys_of(event.get("subjectId") or ""):
                gone.setdefault(table, []).append(key)
        batch.add(events)
    yield rows_of(batch.table, batch.take())
    for table, keys in gone.items():
        ids = pa.array(keys, type=pa.string())
        yield deleted_keys(BY_NAME[table], pa.table({"id": ids}))
        if table == "products":
            yield deleted_keys(BY_NAME["collection_products"], pa.table({"product_id": ids}))


def keys_of(subject_id: str) -> Iterator[tuple[str, str]]:
    kind, _, number = subject_id.removeprefix("gid://shopify/").partition("/")
    table = TABLE_OF_TYPE.get(kind)
    if table == "discounts":
        # The same discount is listed under its node's type and deleted under its own.
        for each in DISCOUNT_TYPES:
            yield table, f"gid://shopify/{each}/{number}"
    elif table:
        yield table, subject_id
