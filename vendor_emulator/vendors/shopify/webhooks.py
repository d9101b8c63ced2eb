"""Shopify's webhook subscriptions: made by the API or by hand, signed, removed when they fail.

Belongs here: who hears of which topic, headers, signatures, the GraphQL fields of subscriptions.
Does not belong here: bodies (`webhook_bodies.py`), sending (`vendor_emulator/webhooks.py`).

After eight failures in a row a subscription of the API's is gone, as at the vendor. One that was
made by hand in the admin stays, is signed with the shop's own secret and is not listed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import orjson

from vendor_emulator.vendors.shopify.access import CUSTOMERS, ORDERS, PRODUCTS
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.paging import Ordered, sort_key
from vendor_emulator.vendors.shopify.tokens import CLIENT_SECRET
from vendor_emulator.webhooks import Manners, Sender, Tried, Webhook

ADMIN_SECRET = "emulated-admin-page-secret-000000000"  # noqa: S105
FAILURES = 8
DAY_WAITS = (10.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 3600.0, 4200.0)
"""Eight retries over four hours; how they are spread is not documented."""
FIRST_NUMBER = 1_600_000_000_000
VERSION = "2026-10"

CONTRACTS = ("read_own_subscription_contracts",)
SCOPES: dict[str, tuple[str, ...]] = {
    "orders": ORDERS,
    "refunds": ORDERS,
    "checkouts": ("read_orders",),
    "customers": CUSTOMERS,
    "products": PRODUCTS,
    "subscription_contracts": CONTRACTS,
    "subscription_billing_attempts": CONTRACTS,
}


@dataclass(frozen=True)
class Subscription:
    number: int
    topic: str  # as headers say it: orders/create
    uri: str
    created_at: datetime
    updated_at: datetime
    by_hand: bool = False
    filter: str | None = None
    include_fields: tuple[str, ...] = ()
    failures: int = 0

    @property
    def gid(self) -> str:
        return f"gid://shopify/WebhookSubscription/{FIRST_NUMBER + self.number}"


class UserError(NamedTuple):
    field: list[str] | None
    message: str


class Webhooks:
    """`manners` may be changed by a test; `removed` are subscriptions that failed too often."""

    def __init__(self, domain: str, stamp: Callable[[], datetime], manners: Manners) -> None:
        self.domain = domain
        self.stamp = stamp
        self.manners = manners
        self.subscriptions: dict[int, Subscription] = {}
        self.removed: list[Subscription] = []
        self.sender = Sender(manners, then=self.tried)
        self.of_webhook: dict[str, int] = {}
        self.numbers = 0

    # ------------------------------------------------------------------ subscribing

    def subscribe(self, topic: str, uri: str, **more: Any) -> Subscription:
        self.numbers += 1
        now = self.stamp()
        made = Subscription(self.numbers, topic, uri, now, now, **more)
        self.subscriptions[made.number] = made
        return made

    def by_hand(self, topic: str, uri: str) -> Subscription:
        """Settings, Notifications, Webhooks of the admin."""
        return self.subscribe(topic, uri, by_hand=True)

    def listed(self) -> list[Subscription]:
        return [one for one in self.subscriptions.values() if not one.by_hand]

    def find(self, gid: str) -> Subscription | None:
        return next((one for one in self.listed() if one.gid == gid), None)

    def forget(self, topic: str | None = None) -> None:
        """As the vendor does after too many failures."""
        for one in self.listed():
            if topic in (None, one.topic):
                self.removed.append(self.subscriptions.pop(one.number))

    # ------------------------------------------------------------------ telling

    def wanted(self, topic: str) -> bool:
        return any(one.topic == topic for one in self.subscriptions.values())

    def tell(
        self, topic: str, body: Any, *, event_id: str | None = None, is_test: bool = False
    ) -> None:
        """To each subscription of the topic; one event, and an id of its own for each delivery."""
        event = event_id or str(uuid4())
        for one in list(self.subscriptions.values()):
            if one.topic == topic:
                self.deliver(one, body, event=event, is_test=is_test)

    def deliver(self, one: Subscription, body: Any, *, event: str, is_test: bool = False) -> None:
        shown = body
        if one.include_fields and isinstance(body, dict):
            shown = {name: body[name] for name in one.include_fields if name in body}
        raw = shown if isinstance(shown, bytes) else orjson.dumps(shown)
        webhook_id = str(uuid4())
        self.of_webhook[webhook_id] = one.number
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": one.topic,
            "X-Shopify-Hmac-Sha256": sign(raw, ADMIN_SECRET if one.by_hand else CLIENT_SECRET),
            "X-Shopify-Shop-Domain": self.domain,
            "X-Shopify-API-Version": VERSION,
            "X-Shopify-Webhook-Id": webhook_id,
            "X-Shopify-Event-Id": event,
            "X-Shopify-Triggered-At": self.stamp().strftime("%Y-%m-%dT%H:%M:%S.000000000Z"),
            **({"X-Shopify-Test": "true"} if is_test else {}),
        }
        self.sender.send(Webhook(one.uri, raw, lambda attempt: headers, subject=webhook_id))

    def tried(self, tried: Tried) -> bool:
        one = self.subscriptions.get(self.of_webhook.get(tried.webhook.subject, 0))
        if one is None:
            return False
        failures = 0 if tried.arrived else one.failures + 1
        self.subscriptions[one.number] = replace(one, failures=failures)
        if failures >= FAILURES and not one.by_hand:
            self.removed.append(self.subscriptions.pop(one.number))
            return False
        return True

    def close(self) -> None:
        self.sender.close()


def sign(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


# ---------------------------------------------------------------------- GraphQL


def create(root: Any, s: Any, topic: str, webhookSubscription: dict[str, Any]) -> Any:
    s.is_volatile = True
    name, uri = as_header(topic), address_of(webhookSubscription)
    scopes = SCOPES.get(name.split("/")[0])
    if scopes and not any(s.grant.has(scope) for scope in scopes):
        words = "You cannot create a webhook subscription with the specified topic"
        return None, [UserError(["topic"], words)]
    if wrong := refused(s.webhooks, name, uri, None):
        return None, [wrong]
    extra = {
        "filter": webhookSubscription.get("filter"),
        "include_fields": tuple(webhookSubscription.get("includeFields") or ()),
    }
    return s.webhooks.subscribe(name, uri, **extra), []


def update(root: Any, s: Any, id: str, webhookSubscription: dict[str, Any]) -> Any:
    s.is_volatile = True
    one = s.webhooks.find(id)
    if one is None:
        return None, [UserError(["id"], "Webhook subscription does not exist")]
    uri = address_of(webhookSubscription) or one.uri
    if wrong := refused(s.webhooks, one.topic, uri, one.number):
        return None, [wrong]
    new = replace(one, uri=uri, updated_at=s.webhooks.stamp(), failures=0)
    s.webhooks.subscriptions[one.number] = new
    return new, []


def delete(root: Any, s: Any, id: str) -> Any:
    s.is_volatile = True
    one = s.webhooks.find(id)
    if one is None:
        return None, [UserError(["id"], "Webhook subscription does not exist")]
    del s.webhooks.subscriptions[one.number]
    return id, []


def listed(root: Any, s: Any, **asked: Any) -> Ordered:
    s.is_volatile = True
    uri, topics = asked.get("uri"), asked.get("topics")
    rows = [
        one
        for one in s.webhooks.listed()
        if (uri is None or one.uri == uri) and (not topics or as_enum(one.topic) in topics)
    ]
    return Ordered(rows, sort_key(lambda one: one.created_at, lambda one: one.number))


def refused(webhooks: Webhooks, topic: str, uri: str, own: int | None) -> UserError | None:
    parts = urlsplit(uri)
    # The vendor takes https alone; a gateway beside the emulator has no certificate.
    is_near = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or is_near):
        return UserError(["webhookSubscription", "uri"], "Address is invalid")
    for one in webhooks.listed():
        if (one.topic, one.uri) == (topic, uri) and one.number != own:
            words = "Address for this topic has already been taken"
            return UserError(["webhookSubscription", "uri"], words)
    return None


def address_of(given: dict[str, Any]) -> str:
    return given.get("uri") or given.get("callbackUrl") or ""


def as_header(enum: str) -> str:
    """ORDERS_CREATE is orders/create; the last word is the action, but for a few of two words."""
    thing = next((name for name in SCOPES if enum.lower().startswith(f"{name}_")), "")
    return f"{thing}/{enum.lower().removeprefix(f'{thing}_')}"


def as_enum(topic: str) -> str:
    return topic.upper().replace("/", "_")


SUBSCRIPTION: Fields = {
    "id": lambda w, s: w.gid,
    "legacyResourceId": lambda w, s: str(FIRST_NUMBER + w.number),
    "topic": lambda w, s: as_enum(w.topic),
    "uri": lambda w, s: w.uri,
    "format": lambda w, s: "JSON",
    "apiVersion": lambda w, s: VERSION,
    "filter": lambda w, s: w.filter,
    "includeFields": lambda w, s: list(w.include_fields),
    "metafieldNamespaces": lambda w, s: [],
    "name": lambda w, s: None,
    "createdAt": lambda w, s: w.created_at,
    "updatedAt": lambda w, s: w.updated_at,
}
PAYLOAD: Fields = {
    "webhookSubscription": lambda t, s: t[0],
    "userErrors": lambda t, s: t[1],
}
TYPES: dict[str, Fields] = {
    "WebhookSubscription": SUBSCRIPTION,
    "WebhookSubscriptionCreatePayload": PAYLOAD,
    "WebhookSubscriptionUpdatePayload": PAYLOAD,
    "WebhookSubscriptionDeletePayload": {
        "deletedWebhookSubscriptionId": lambda t, s: t[0],
        "userErrors": lambda t, s: t[1],
    },
}
MUTATIONS: Fields = {
    "webhookSubscriptionCreate": create,
    "webhookSubscriptionUpdate": update,
    "webhookSubscriptionDelete": delete,
}
ROOT: Fields = {"webhookSubscriptions": listed}
