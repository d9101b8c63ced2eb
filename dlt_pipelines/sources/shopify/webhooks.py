"""A store's webhook subscriptions, as far as this app made them.

Scopes   a topic needs the scope of what it tells; without it Shopify refuses the subscription

Belongs here: listing, making, moving and removing them. Does not belong here: which are wanted, and
what is sent to their address.

What a person made in the admin belongs to the shop, and is not listed to any app.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.sources.shopify.auth import NAME
from dlt_pipelines.sources.shopify.client import Client
from dlt_pipelines.sources.shopify.documents import PAGE_INFO

LIST = f"""query WebhookSubscriptions($after: String) {{
  webhookSubscriptions(first: 100, after: $after) {{
    nodes {{ id topic uri format }} {PAGE_INFO}
  }}
}}"""
CREATE = """mutation WebhookSubscribe(
  $topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!
) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
    webhookSubscription { id topic uri format } userErrors { field message }
  }
}"""
UPDATE = """mutation WebhookMove($id: ID!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $subscription) {
    webhookSubscription { id topic uri format } userErrors { field message }
  }
}"""
DELETE = """mutation WebhookUnsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId userErrors { field message }
  }
}"""
DOCUMENTS = (LIST, CREATE, UPDATE, DELETE)
TAKEN = "already been taken"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """topic: as Shopify's API writes it, ORDERS_CREATE."""

    id: str
    topic: str
    uri: str


class SubscriptionRefused(Exception):
    """Shopify's own sentence: the scope is missing, or the address is none."""


class ShopSubscriptions:
    def __init__(self, settings: ConnectionSettings) -> None:
        self.client = Client(settings)

    def all(self) -> Iterator[Subscription]:
        after = None
        while True:
            page = self.client.ask(LIST, {"after": after}).data["webhookSubscriptions"]
            yield from (subscription_of(node) for node in page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def create(self, topic: str, uri: str) -> None:
        """Raises:
        SubscriptionRefused: Shopify says why.
        """
        given = {"topic": topic, "subscription": {"uri": uri, "format": "JSON"}}
        answer = self.client.ask(CREATE, given).data["webhookSubscriptionCreate"]
        try:
            require_no_errors(answer)
        except SubscriptionRefused as refused:
            # Another process was quicker, or an answer was lost on its way: it is there.
            if TAKEN not in str(refused):
                raise

    def move(self, id: str, uri: str) -> None:
        given = {"id": id, "subscription": {"uri": uri, "format": "JSON"}}
        require_no_errors(self.client.ask(UPDATE, given).data["webhookSubscriptionUpdate"])

    def remove(self, id: str) -> None:
        require_no_errors(self.client.ask(DELETE, {"id": id}).data["webhookSubscriptionDelete"])


def subscription_of(node: dict[str, Any]) -> Subscription:
    return Subscription(id=node["id"], topic=node["topic"], uri=node["uri"])


def require_no_errors(answer: dict[str, Any] | None) -> None:
    if answer is None:
        raise UnexpectedResponse(NAME, "a mutation of webhooks was answered with nothing.")
    if errors := answer.get("userErrors"):
        raise SubscriptionRefused("; ".join(str(each.get("message")) for each in errors))
