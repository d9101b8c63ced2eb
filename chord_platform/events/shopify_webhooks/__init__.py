"""Shopify's webhooks as events of the Shopify tracking plan.

Belongs here: topics, what each becomes, the shop's other words for the same order (GraphQL).
Does not belong here: signatures and the queue (`chord_platform/webhooks`), HTTP (`gateway`).
"""

from chord_platform.events.shopify_webhooks.mapping import Arrived, Mapped, map_webhook
from chord_platform.events.shopify_webhooks.topics import TOPICS, key_of

__all__ = ["TOPICS", "Arrived", "Mapped", "key_of", "map_webhook"]
