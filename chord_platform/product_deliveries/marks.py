"""Which state of a product a webhook tells of, in the vendor's own mark.

Belongs here: reading it from a body. Does not belong here: whether it is old news
(`products/fingerprints.py`).

A webhook that tells of no certain state (a deletion, a variant, a body cut short) has no mark, and
the product is simply read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson

from chord_platform.products.sync_product import Side
from chord_platform.webhooks.delivery import Delivery

WHOLE_PRODUCT = "contentful/"
PUBLISHED = ".publish"


def newest_mark(key: str, deliveries: Iterable[Delivery]) -> str:
    """Of all that were coalesced; empty when one of them tells of no certain state."""
    marks = [mark_of(key, one) for one in deliveries]
    if not marks or not all(marks):
        return ""
    return max(marks, key=lambda mark: (len(mark), mark))


def mark_of(key: str, delivery: Delivery) -> str:
    body = object_in(delivery.body)
    if key.startswith(f"{Side.SHOPIFY}/"):
        return in_utc(body.get("updated_at"))
    if not key.startswith(WHOLE_PRODUCT) or not delivery.subject.endswith(PUBLISHED):
        return ""
    system = body.get("sys")
    version = system.get("publishedVersion") if isinstance(system, dict) else None
    return str(version) if isinstance(version, int) else ""


def in_utc(text: Any) -> str:
    """As the Admin API writes the same moment."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment.tzinfo else ""


def object_in(body: bytes | None) -> dict[str, Any]:
    try:
        found = orjson.loads(body or b"")
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
