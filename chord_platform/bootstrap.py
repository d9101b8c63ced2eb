"""Opens the platform on one home folder.

Belongs here: putting settings, store, warehouse and services together.
Does not belong here: reading the environment (`settings.py`), migrating (`store/migrate.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from chord_platform.connections.service import Connections
from chord_platform.events.destination_service import Destinations
from chord_platform.events.forwarding import Forwarding
from chord_platform.events.inbox import Inbox
from chord_platform.events.loading.loader import Loader
from chord_platform.events.plans import Plans
from chord_platform.events.retention import forget_what_was_read
from chord_platform.events.sources import Sources
from chord_platform.products.service import ProductSync
from chord_platform.products.tenants import Tenants
from chord_platform.settings import Settings, read_environment
from chord_platform.store import Store, open_store
from chord_platform.store.vault import Vault
from chord_platform.warehouse import Warehouse
from chord_platform.webhooks import Deliveries


@dataclass(frozen=True)
class Platform:
    settings: Settings
    store: Store
    warehouse: Warehouse
    connections: Connections
    sources: Sources
    inbox: Inbox
    plans: Plans
    loader: Loader
    destinations: Destinations
    forwarding: Forwarding
    deliveries: Deliveries
    tenants: Tenants
    products: ProductSync


def open_platform(settings: Settings) -> Platform:
    """Raises:
    StoreNotMigrated: the store has no tables, or those of another version.
    StoreUnavailable: it cannot be opened.
    """
    store = open_store(settings)
    warehouse = Warehouse(settings.warehouse_path, settings.published_path, settings.sql_dir)
    connections = Connections(settings=settings, store=store, warehouse=warehouse)
    sources, inbox = Sources(store), Inbox(settings.home / "inbox")
    plans = Plans(settings.home / "plans")
    destinations = Destinations(store, vault=Vault(settings), sources=sources, inbox=inbox)
    tenants = Tenants(
        store, Vault(settings), environment=read_environment, limits=settings.home / "limits"
    )
    return Platform(
        settings=settings,
        store=store,
        warehouse=warehouse,
        connections=connections,
        sources=sources,
        inbox=inbox,
        plans=plans,
        loader=Loader.of(
            home=settings.home,
            warehouse=warehouse,
            inbox=inbox,
            sources=sources,
            plans=plans,
            forget=lambda loaded: forget_what_was_read(
                inbox, loaded=loaded, destinations=destinations, now=datetime.now(UTC)
            ),
        ),
        destinations=destinations,
        forwarding=Forwarding(
            destinations,
            sources=sources,
            inbox=inbox,
            plans=plans,
            locks=settings.home / "locks",
        ),
        deliveries=Deliveries(store),
        tenants=tenants,
        products=ProductSync(
            store=store, open_tenant=tenants.open, locks=settings.home / "locks" / "products"
        ),
    )
