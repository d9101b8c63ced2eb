"""Webhooks of vendors: received once, kept, worked until done.

Belongs here: deliveries, their queue, signatures, retention.
Does not belong here: what a delivery means (`events/`, `products/`), HTTP (`gateway/`).
"""

from chord_platform.webhooks.deliveries import Deliveries
from chord_platform.webhooks.delivery import Backoff, Claim, Delivery, State

__all__ = ["Backoff", "Claim", "Deliveries", "Delivery", "State"]
