"""The store's tables of webhook deliveries.

Belongs here: columns and keys.
Does not belong here: rules (`chord_platform/webhooks/`), what a handler stores.
"""

from __future__ import annotations
