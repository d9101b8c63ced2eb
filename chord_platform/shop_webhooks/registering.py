"""Registers a shop's webhooks, watches that they stay, and asks for what was lost meanwhile.

Belongs here: what is wanted, what was found, since when something is lost. Does not belong here:
what is asked for then (`reconciling.py`), deliveries (`working.py`), Shopify's API
(`dlt_pipelines.sources.shopify`), when it is done (Dagster).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from chord_platform.bootstrap import Platform
from chord_platform.errors import ConnectionRefused
from chord_platform.events.shopify_webhooks import TOPICS
from chord_platform.shop_webhooks.reconciling import reconcile
from chord_platform.shop_webhooks.shop import Shop
from chord_platform.webhooks.registrations import Registration, Registrations, compared

RETRY_WINDOW = timedelta(hours=5)
"""Shopify tries for four hours before it gives up: what was lost lies no further back than that
from the last time all was well."""
LONGEST_GAP = timedelta(days=30)
"""Copies of older messages are no longer recognised."""
WANTED = tuple(topic.enum for topic in TOPICS.values())


@dataclass(frozen=True, kw_only=True)
class Registered:
    """How the vendor's subscriptions stand against those wanted; topics in Shopify's words.

    refused: Shopify's sentence by topic; made and moved: by this call.
    """

    connection: str
    address: str
    source: str | None
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    reconciled: int | None = None


class Registering:
    def __init__(self, platform: Platform, connection: str) -> None:
        self.platform = platform
        self.shop = Shop(platform, connection)
        self.name = self.shop.name
        self.registrations = Registrations(platform.store)

    def register(self, *, address: str | None = None) -> Registered:
        """Makes what is missing and moves what has a former address; safe to repeat. address: the
        gateway's, as Shopify reaches it; None: the one it was registered with."""
        known = self.registrations.get(self.name)
        wanted = self.address_of(address, known)
        former = [known.address] if known else []
        with self.shop.translated():
            difference = compared(
                self.shop.subscriptions.all(),
                wanted=WANTED,
                address=wanted,
                former=former,
            )
            made, refused = self.make(difference.missing, wanted)
            for one in difference.moved:
                self.shop.subscriptions.move(one.id, wanted)
        now = datetime.now(UTC)
        self.registrations.put(
            self.name, address=wanted, registered_at=now, checked_at=now, refused=refused
        )
        return Registered(
            connection=self.name,
            address=wanted,
            source=self.shop.source_name,
            present=tuple(one.topic for one in difference.present),
            made=made,
            moved=tuple(one.topic for one in difference.moved),
            refused=refused,
        )

    def make(self, topics: tuple[str, ...], address: str) -> tuple[tuple[str, ...], dict[str, str]]:
        from dlt_pipelines.sources.shopify.webhooks import SubscriptionRefused

        made, refused = [], {}
        for topic in topics:
            try:
                self.shop.subscriptions.create(topic, address)
                made.append(topic)
            except SubscriptionRefused as error:
                refused[topic] = str(error)
        return tuple(made), refused

    def check(self) -> Registered:
        """Changes nothing. What Shopify refused is not missing: it was asked for."""
        known = self.require_registration()
        refused = known.refused or {}
        with self.shop.translated():
            difference = compared(
                self.shop.subscriptions.all(),
                wanted=WANTED,
                address=known.address,
            )
        return Registered(
            connection=self.name,
            address=known.address,
            source=self.shop.source_name,
            present=tuple(one.topic for one in difference.present),
            missing=tuple(topic for topic in difference.missing if topic not in refused),
            refused=refused,
        )

    def remove(self) -> Registered:
        known = self.require_registration()
        with self.shop.translated():
            ours = [one for one in self.shop.subscriptions.all() if one.uri == known.address]
            for one in ours:
                self.shop.subscriptions.remove(one.id)
        self.registrations.remove(self.name)
        return Registered(
            connection=self.name,
            address=known.address,
            source=self.shop.source_name,
            missing=tuple(one.topic for one in ours),
        )

    def watch(self) -> Registered:
        """What the watchdog does: makes again what Shopify has removed, and asks for what happened
        meanwhile. Topics that Shopify refuses this app are no loss."""
        known = self.require_registration()
        since = self.lost_since(known)
        seen = self.register()
        is_new = known.registered_at is None
        reconciled = self.reconcile(since) if seen.made and not is_new else None
        return replace(seen, reconciled=reconciled)

    def lost_since(self, known: Registration) -> datetime:
        """Asked before anything is registered again, whose deliveries would hide the gap."""
        now = datetime.now(UTC)
        last = self.platform.deliveries.list(topic=self.shop.topic, limit=1)
        well = [known.checked_at - RETRY_WINDOW] if known.checked_at else []
        seen = [one.received_at for one in last]
        return max(min([*well, *seen], default=now - RETRY_WINDOW), now - LONGEST_GAP)

    def reconcile(self, since: datetime) -> int:
        """What changed since then, as the events its webhooks would have been. Returns how many
        events were handed over."""
        now = datetime.now(UTC)
        handed = reconcile(self.shop, since, now=now)
        self.registrations.put(self.name, reconciled_until=now)
        return handed

    def address_of(self, given: str | None, known: Registration | None) -> str:
        if given:
            return f"{given.rstrip('/')}/webhooks/shopify/{self.name}"
        if known:
            return known.address
        raise ConnectionRefused(
            f"{self.name} has no address for webhooks yet.",
            hint="Give the gateway's, as Shopify reaches it: --address https://events.example.com",
        )

    def require_registration(self) -> Registration:
        known = self.registrations.get(self.name)
        if known is None:
            raise ConnectionRefused(
                f"{self.name} has no registered webhooks.",
                hint=f"chord connections webhooks {self.name} --register --address https://...",
            )
        return known
