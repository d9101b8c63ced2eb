"""A Shopify connection with its shop, its source and its queue at hand.

Belongs here: opening each of them when it is first asked for. Does not belong here: what is done
with them (`registering.py`, `working.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chord_platform.bootstrap import Platform
from chord_platform.errors import ConnectionRefused, PlatformError
from chord_platform.events.shopify_webhooks.order_node import webhook_order
from chord_platform.events.shopify_webhooks.taking import source_of
from chord_platform.events.source import Source
from dlt_pipelines.errors import ConnectorError, VendorUnavailable

if TYPE_CHECKING:
    from dlt_pipelines.connector import ConnectionSettings
    from dlt_pipelines.sources.shopify.change_lookup import ChangeLookup
    from dlt_pipelines.sources.shopify.order_lookup import OrderLookup
    from dlt_pipelines.sources.shopify.webhooks import ShopSubscriptions


class Shop:
    """Opens nothing before it is asked."""

    def __init__(self, platform: Platform, connection: str) -> None:
        found = platform.connections.get(connection)
        if found.connector != "shopify":
            raise ConnectionRefused(
                f"{found.name} is no Shopify connection.", hint="Only those have webhooks here."
            )
        self.platform = platform
        self.name = found.name
        self.topic = f"shopify_events:{found.name}"

    @cached_property
    def source(self) -> Source:
        return source_of(self.platform.sources, self.name)

    @property
    def source_name(self) -> str | None:
        try:
            return self.source.name
        except PlatformError:
            return None

    @cached_property
    def settings(self) -> ConnectionSettings:
        from dlt_pipelines.connector import ConnectionSettings

        connections = self.platform.connections
        connector = connections.connector("shopify")
        return ConnectionSettings(connector.complete(connections.values(self.name)))

    @property
    def domain(self) -> str:
        name = self.settings.values["shop"].lower()
        return f"{name.removesuffix('.myshopify.com')}.myshopify.com"

    @cached_property
    def subscriptions(self) -> ShopSubscriptions:
        from dlt_pipelines.sources.shopify.webhooks import ShopSubscriptions

        return ShopSubscriptions(self.settings)

    @cached_property
    def orders(self) -> OrderLookup:
        from dlt_pipelines.sources.shopify.order_lookup import OrderLookup

        return OrderLookup(self.settings)

    @cached_property
    def changes(self) -> ChangeLookup:
        from dlt_pipelines.sources.shopify.change_lookup import ChangeLookup

        return ChangeLookup(self.settings)

    @contextmanager
    def translated(self) -> Iterator[None]:
        from dlt_pipelines.failures import translated
        from dlt_pipelines.sources.shopify.client import FieldsDenied

        try:
            with translated("shopify"):
                yield
        except FieldsDenied as error:
            raise ConnectionRefused(
                f"{self.name} may not do this: {error}.", hint="Give the app the scope it names."
            ) from error

    def find_order(self, number: str) -> dict[str, Any] | None:
        """None also where the key may not see it: the refund is told without its person.

        Raises:
            VendorUnavailable: it may be seen later.
        """
        try:
            with self.translated():
                node = self.orders.head(number)
        except VendorUnavailable:
            raise
        except ConnectorError:
            return None
        return None if node is None else webhook_order(node)
