"""Which fields and streams a key's scopes open, and what is said about those that stay closed.

Source   access scopes of every type and field, Admin API 2026-10

Belongs here: scopes. Does not belong here: asking for them (`client.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dlt_pipelines.connector import SyncReport
from dlt_pipelines.sources.shopify.order_queries import ORDERS
from dlt_pipelines.sources.shopify.queries import (
    ABANDONED_CHECKOUTS,
    COLLECTIONS,
    CUSTOMERS,
    DISCOUNTS,
    INVENTORY_ITEMS,
    INVENTORY_LEVELS,
    LOCATIONS,
    PRODUCTS,
)
from dlt_pipelines.sources.shopify.sales_queries import (
    DRAFT_ORDERS,
    FULFILLMENT_ORDERS,
    GIFT_CARDS,
)
from dlt_pipelines.sources.shopify.shapes import Stream
from dlt_pipelines.sources.shopify.store_queries import COMPANIES, DISPUTES, MARKETS, PAGES

SIXTY_DAYS = (
    "read_all_orders is not granted: Shopify shows only the orders of the last 60 days."
    " Ask for it in the app's settings, then reconnect."
)
LOCATION_FIELDS = (
    "address",
    "createdAt",
    "updatedAt",
    "deactivatedAt",
    "fulfillsOnlineOrders",
    "isActive",
    "isFulfillmentService",
    "shipsInventory",
)
ORDER_LINES = ("read_orders", "read_marketplace_orders")
FIELD_SCOPES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "orders": {
        "customer": ("read_customers",),
        "lineItems.variant": ("read_products",),
        "lineItems.product": ("read_products",),
        "returns": ("read_returns", "read_marketplace_returns"),
        "returns.returnLineItems.returnReasonDefinition": ("read_returns",),
    },
    "fulfillmentOrders": {
        "assignedLocation.location": LOCATIONS.scopes,
        "lineItems": FULFILLMENT_ORDERS.scopes[:3],
        "lineItems.lineItem": ORDER_LINES,
        "fulfillments.fulfillmentLineItems": ORDER_LINES,
    },
    "draftOrders": {
        "customer": ("read_customers",),
        "order": ORDERS.scopes,
        "lineItems.variant": ("read_products",),
        "lineItems.product": ("read_products",),
    },
    "giftCards": {
        "customer": ("read_customers",),
        "order": ORDERS.scopes,
        "lineItem": ORDER_LINES,
    },
    "subscriptionContracts": {"customer": ("read_customers",), "originOrder": ORDERS.scopes},
    "disputes": {"order": ORDERS.scopes},
    "companies": {"contacts.customer": ("read_customers",)},
    "abandonedCheckouts": {"customer": ("read_customers",)},
    "locations": {
        "name": ("read_locations", "read_markets_home"),
        **dict.fromkeys(LOCATION_FIELDS, ("read_locations",)),
    },
}
WANTED: tuple[Stream, ...] = (
    ORDERS,
    PRODUCTS,
    COLLECTIONS,
    CUSTOMERS,
    INVENTORY_ITEMS,
    INVENTORY_LEVELS,
    LOCATIONS,
    DISCOUNTS,
    ABANDONED_CHECKOUTS,
    FULFILLMENT_ORDERS,
    DRAFT_ORDERS,
    GIFT_CARDS,
    DISPUTES,
    COMPANIES,
    MARKETS,
    PAGES,
)
"""A setup test lists the first scope of each as missing when none of its scopes is granted. That of
subscription contracts is not among them: few apps can have it."""


@dataclass
class Access:
    """What the key opens. `denied` grows when Shopify refuses a field (protected customer data):
    by root query, the field's paths from the record."""

    granted: frozenset[str]
    denied: dict[str, set[str]] = field(default_factory=dict)

    def opens(self, scopes: Iterable[str]) -> bool:
        # A write scope includes reading.
        wanted = {name for scope in scopes for name in (scope, scope.replace("read_", "write_"))}
        return not wanted or not wanted.isdisjoint(self.granted)

    def closed(self, root: str) -> frozenset[str]:
        """Paths of a record that must not be asked for."""
        by_scope = {
            path for path, scopes in FIELD_SCOPES.get(root, {}).items() if not self.opens(scopes)
        }
        return frozenset(by_scope | self.denied.get(root, set()))

    def missing(self) -> tuple[str, ...]:
        wanted = [stream.scopes for stream in WANTED]
        wanted += [scopes for paths in FIELD_SCOPES.values() for scopes in paths.values()]
        if not self.sees_all_orders and self.opens(ORDERS.scopes):
            wanted.append(("read_all_orders",))
        return tuple(dict.fromkeys(scopes[0] for scopes in wanted if not self.opens(scopes)))

    @property
    def sees_all_orders(self) -> bool:
        return self.opens(("read_all_orders",))

    def warn(self, stream: Stream, table: str, report: SyncReport) -> None:
        """What this key's narrowness does to a table that is about to be read."""
        for path, scopes in FIELD_SCOPES.get(stream.root, {}).items():
            # The owner's own fields do not concern a stream that only wants its children.
            if stream.table and not self.opens(scopes):
                report.warn(table, f"{path} is left out: it needs {' or '.join(scopes)}.")
        if stream is ORDERS and not self.sees_all_orders:
            report.warn(table, SIXTY_DAYS)

    def deny(self, stream: Stream, paths: Iterable[str], table: str, report: SyncReport) -> None:
        known = self.denied.setdefault(stream.root, set())
        for path in paths:
            known.add(path)
            report.warn(
                table,
                f"{path} is left out: Shopify does not show it to this key (a missing scope, or"
                " protected customer data that the store's plan or the app's approval lacks).",
            )
