"""A webhook as it arrives: which of its headers are kept, and what makes two one delivery.

Belongs here: headers and ids. Does not belong here: HTTP (`gateway`), what the body says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

SHOPIFY_KEPT = (
    "topic",
    "shop-domain",
    "api-version",
    "webhook-id",
    "event-id",
    "triggered-at",
    "name",
    "test",
)
CONTENTFUL_KEPT = (
    "x-contentful-topic",
    "x-contentful-webhook-name",
    "x-contentful-idempotency-key",
    "x-contentful-timestamp",
)
LONGEST = 300
"""Of a header that is kept: whoever signs the body does not sign these."""


@dataclass(frozen=True)
class ShopifyHeaders:
    """By names without prefix: a successor of these webhooks leaves the `X-` out."""

    said: Mapping[str, str]

    @staticmethod
    def of(headers: Mapping[str, str]) -> ShopifyHeaders:
        """headers: by lower-case name."""
        names = (*SHOPIFY_KEPT, "hmac-sha256")
        found = {
            name: said.strip()[:LONGEST]
            for name in names
            if (said := headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}"))
        }
        return ShopifyHeaders(found)

    @property
    def topic(self) -> str:
        return self.said.get("topic", "").lower()[:100]

    @property
    def shop(self) -> str:
        return self.said.get("shop-domain", "").lower()

    @property
    def signature(self) -> str:
        return self.said.get("hmac-sha256", "")

    @property
    def event_id(self) -> str:
        """The same for all deliveries of one action of the merchant."""
        return self.said.get("event-id") or self.said.get("webhook-id", "")

    @property
    def kept(self) -> dict[str, str]:
        return {f"x-shopify-{name}": self.said[name] for name in SHOPIFY_KEPT if name in self.said}


def kept_of_contentful(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name].strip()[:LONGEST] for name in CONTENTFUL_KEPT if name in headers}


def delivery_id(topic: str, *, subject: str, event_id: str, body: bytes) -> str:
    """A repetition has the same event and the same bytes. One action may touch several things, and
    one thing several times, so that the event's id alone would swallow news."""
    digest = hashlib.sha256()
    for part in (topic.encode(), subject.encode(), event_id.encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:32]
