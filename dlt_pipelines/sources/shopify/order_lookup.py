"""Orders as they are now: one by its number, or which have changed since a time.

Scopes   read_orders; names, e-mail and addresses need protected customer data besides

Belongs here: asking, without what the key may not read. Does not belong here: loading orders into
the warehouse (`order_queries.py`), what an event needs of them.

An order's lines and refunds are asked for by themselves: all in one costs more points than any one
query may, and a refund's webhook needs only who bought.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.sources.shopify.client import Client, FieldsDenied
from dlt_pipelines.sources.shopify.documents import PAGE_INFO, moment
from dlt_pipelines.sources.shopify.shapes import MONEY

ORDER_GID = "gid://shopify/Order/"

PERSON = """email phone customer { id firstName lastName }
  shippingAddress { city province country zip phone firstName lastName }"""
NOBODY = "customer { id } shippingAddress { city province country }"
HEAD = f"""query OrderLookup($id: ID!) {{ order(id: $id) {{
  id name test createdAt processedAt updatedAt currencyCode sourceName customerLocale
  discountCodes customAttributes {{ key value }}
  subtotalPriceSet {MONEY} totalPriceSet {MONEY} totalTaxSet {MONEY} totalDiscountsSet {MONEY}
  totalShippingPriceSet {MONEY} shippingLine {{ title code }}
  PERSON
}} }}"""
LINES = f"""query OrderLines($id: ID!, $after: String) {{ order(id: $id) {{
  lineItems(first: 50, after: $after) {{ nodes {{
    id title variantTitle sku vendor quantity variant {{ id }} product {{ id }}
    originalUnitPriceSet {MONEY} discountedTotalSet(withCodeDiscounts: true) {MONEY}
  }} {PAGE_INFO} }}
}} }}"""
REFUNDS = f"""query OrderRefunds($id: ID!) {{ order(id: $id) {{
  refunds {{ id createdAt totalRefundedSet {MONEY}
    refundLineItems(first: 100) {{ nodes {{
      quantity subtotalSet {MONEY} totalTaxSet {MONEY} lineItem {{ id }}
    }} }}
  }}
}} }}"""
CHANGED = f"""query OrdersChanged($terms: String!, $after: String) {{
  orders(first: 100, after: $after, query: $terms, sortKey: UPDATED_AT) {{
    nodes {{ id updatedAt }} {PAGE_INFO}
  }}
}}"""
DOCUMENTS = (
    HEAD.replace("PERSON", PERSON),
    HEAD.replace("PERSON", NOBODY),
    LINES,
    REFUNDS,
    CHANGED,
)


class OrderLookup:
    def __init__(self, settings: ConnectionSettings) -> None:
        self.client = Client(settings)
        self.person = PERSON

    def head(self, number: str) -> dict[str, Any] | None:
        """Who bought, and for how much; None: there is no such order, or not for this key."""
        variables = {"id": f"{ORDER_GID}{number}"}
        try:
            return self.client.ask(HEAD.replace("PERSON", self.person), variables).data["order"]
        except FieldsDenied:
            if self.person == NOBODY:
                return None
            self.person = NOBODY  # for all that are asked for after this one
            return self.head(number)

    def whole(self, number: str) -> dict[str, Any] | None:
        """With `lines` and `refunds` beside its head's fields."""
        order = self.head(number)
        if order is None:
            return None
        id = {"id": f"{ORDER_GID}{number}"}
        refunds = self.client.ask(REFUNDS, id).data["order"]
        return {
            **order,
            "lines": list(self.lines(number)),
            "refunds": (refunds or {}).get("refunds") or [],
        }

    def lines(self, number: str) -> Iterator[dict[str, Any]]:
        after = None
        while True:
            asked = {"id": f"{ORDER_GID}{number}", "after": after}
            page = (self.client.ask(LINES, asked).data["order"] or {}).get("lineItems")
            if page is None:
                return
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def changed_since(self, since: datetime) -> Iterator[str]:
        """Numbers of orders, those that changed first before the others."""
        terms, after = f"updated_at:>='{moment(since)}'", None
        while True:
            page = self.client.ask(CHANGED, {"terms": terms, "after": after}).data["orders"]
            yield from (node["id"].rsplit("/", 1)[-1] for node in page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]
