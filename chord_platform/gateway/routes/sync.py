"""`POST /sync`: something changed in Contentful or in a shop, for the product sync.

Belongs here: whose change it is, which product, storing it, the answer. Does not belong here: what
is done about it (`chord_platform/products`, worked by Dagster).

Contentful says who it is by its tenant's key (and its signature, where the tenant has the secret),
Shopify by its signature and the shop's domain. The current state counts, not the body: all
deliveries of one product share a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from chord_platform.bootstrap import Platform
from chord_platform.gateway.bodies import Bodies
from chord_platform.gateway.routes.shopify_webhooks import object_in
from chord_platform.gateway.webhook_request import received, unauthorised
from chord_platform.products.sync_product import Side
from chord_platform.webhooks.delivery import Arrived
from chord_platform.webhooks.incoming import ShopifyHeaders, delivery_id, kept_of_contentful
from chord_platform.webhooks.receiving import Receiving
from chord_platform.webhooks.refusals import Refusals
from chord_platform.webhooks.signatures import contentful_verdict, shopify_signature_matches

if TYPE_CHECKING:
    from chord_platform.products.tenants import Tenant

RECEIVER = "product_sync"
ENTRY_ID = re.compile(r"[A-Za-z0-9\-_.]{1,64}")
ENTRIES = {"product": "contentful", "variant": "contentful-variant"}


def routes(platform: Platform) -> list[BaseRoute]:
    return [Route("/sync", Receiver(platform).receive, methods=["POST"])]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A delivery whose sender is known. key is empty where it is about no product."""

    tenant: Tenant
    side: Side
    key: str
    subject: str
    event_id: str
    headers: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Refused:
    reason: str
    receiver: str = RECEIVER
    detail: str = ""


class Receiver:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.refusals = Refusals(platform.store)
        self.receiving = Receiving(platform.deliveries)
        self.bodies = Bodies()

    async def receive(self, request: Request) -> Response:
        query = request.url.query
        path = f"{request.url.path}?{query}" if query else request.url.path
        return await received(
            request, self.bodies, lambda headers, body: self.store(path, headers, body)
        )

    def store(self, path: str, headers: dict[str, str], body: bytes) -> Response:
        now = datetime.now(UTC)
        shopify = ShopifyHeaders.of(headers)
        if "x-api-key" in headers:
            found = self.from_contentful(path, headers, body, now=now)
        elif shopify.signature:
            found = self.from_shopify(shopify, body)
        else:
            found = Refused(reason="no credentials", detail="No x-api-key and no signature.")
        if isinstance(found, Refused):
            self.refusals.count(found.receiver, found.reason, now=now, detail=found.detail)
            return unauthorised()
        if not found.key:
            return Response(status_code=200)  # about something that is not synced: nothing to keep
        topic = f"product_sync:{found.tenant.name}"
        allowed = found.side in found.tenant.options.allowed_origins
        self.receiving.receive(
            Arrived(
                id=delivery_id(topic, subject=found.subject, event_id=found.event_id, body=body),
                topic=topic,
                key=found.key,
                subject=found.subject,
                headers=found.headers,
                body=body,
                stopped=None if allowed else {"result": "origin_not_allowed"},
                received_at=now,
            )
        )
        return Response(status_code=200)

    def from_contentful(
        self, path: str, headers: dict[str, str], body: bytes, *, now: datetime
    ) -> Change | Refused:
        name = headers.get("x-chord-tenant-name", "")
        tenant = self.platform.tenants.authorise(name, headers["x-api-key"])
        if tenant is None:
            return Refused(reason="key or tenant", detail="The key is unknown, or another's.")
        secret = tenant.contentful_signing_secret()
        if secret:
            verdict = contentful_verdict(
                method="POST", path=path, headers=headers, body=body, secret=secret, now=now
            )
            if verdict != "valid":
                receiver = f"product_sync:{tenant.name}"
                return Refused(reason=f"signature: {verdict}", receiver=receiver)
        subject = headers.get("x-contentful-topic", "")[:100]
        return Change(
            tenant=tenant,
            side=Side.CONTENTFUL,
            key=contentful_key(subject, body),
            subject=subject,
            event_id=headers.get("x-contentful-idempotency-key", ""),
            headers=kept_of_contentful(headers),
        )

    def from_shopify(self, said: ShopifyHeaders, body: bytes) -> Change | Refused:
        tenant = self.platform.tenants.by_shop_domain(said.shop)
        if tenant is None:
            return Refused(reason="unknown shop", detail=f"No tenant has the shop {said.shop!r}.")
        secrets = tenant.shopify_webhook_secrets()
        if not shopify_signature_matches(body, said.signature, secrets):
            return Refused(reason="signature", receiver=f"product_sync:{tenant.name}")
        return Change(
            tenant=tenant,
            side=Side.SHOPIFY,
            key=shopify_key(said.topic, body),
            subject=said.topic,
            event_id=said.event_id,
            headers=said.kept,
        )


def contentful_key(subject: str, body: bytes) -> str:
    """A product's entry, or a variant's, which knows its product only once it is looked up. A
    tombstone is no `Entry` any more and still says of which type it was."""
    system = object_in(body).get("sys")
    if not isinstance(system, dict) or ".Entry." not in f".{subject}.":
        return ""
    entry, kind = system.get("id"), content_type(system)
    if kind not in ENTRIES or not isinstance(entry, str) or not ENTRY_ID.fullmatch(entry):
        return ""
    return f"{ENTRIES[kind]}/{entry}"


def content_type(system: dict) -> str:
    link = system.get("contentType")
    inner = link.get("sys") if isinstance(link, dict) else None
    return str(inner.get("id", "")) if isinstance(inner, dict) else ""


def shopify_key(subject: str, body: bytes) -> str:
    number = object_in(body).get("id")
    is_product = subject.startswith("products/") and isinstance(number, int)
    return f"shopify/gid://shopify/Product/{number}" if is_product else ""
