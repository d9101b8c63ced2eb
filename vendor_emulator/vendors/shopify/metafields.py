"""Metafields as an app writes them.

Belongs here: setting one, or all that a thing has. Does not belong here: how they look.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify.writing import refuse

MOST_AT_ONCE = 25
OWNERS = {"Product": "product", "ProductVariant": "variant", "Collection": "collection"}


def set_one(
    s: Any, kind: str, owner: int, given: dict[str, Any], when: datetime, path: tuple[Any, ...]
) -> model.Metafield:
    namespace = given.get("namespace") or "app--1"
    key, value = given.get("key") or "", given.get("value")
    if not key or value is None:
        raise refuse(path, "Key and value can't be blank", "BLANK")
    known = s.world.metafields_of(kind, owner)
    current = next((one for one in known if (one.namespace, one.key) == (namespace, key)), None)
    if current is None and not given.get("type"):
        raise refuse((*path, "type"), "Type can't be blank", "BLANK")
    if current is None:
        current = model.Metafield(
            id=s.shop.writes.numbers.next("metafields"), owner_kind=kind, owner_id=owner,
            namespace=namespace, key=key, type=given["type"], value=value,
            created_at=when, updated_at=when,
        )  # fmt: skip
    made = replace(current, value=value, type=given.get("type") or current.type, updated_at=when)
    s.world.metafields.put(made)
    return made


def set_all(s: Any, product: model.Product, given: list[dict[str, Any]], when: datetime) -> None:
    """The list is authoritative: what it leaves out is deleted."""
    kept = [
        set_one(s, "product", product.id, one, when, ("input", "metafields", place))
        for place, one in enumerate(given or ())
    ]
    for other in list(s.world.metafields_of("product", product.id)):
        if other.id not in {one.id for one in kept}:
            s.world.metafields.remove(other.id)
