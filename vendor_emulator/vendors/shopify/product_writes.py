"""The mutations that write products, and how their payloads look.

Belongs here: all of them but `productSet`'s rules (`product_set.py`).
Does not belong here: what a written product looks like (`fields_catalog.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import orjson

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.metafields import MOST_AT_ONCE, OWNERS, set_one
from vendor_emulator.vendors.shopify.product_set import (
    Payload,
    by_handle,
    join_collections,
    product_set,
    scalars,
)
from vendor_emulator.vendors.shopify.things import THE_SHOP, Counted, UserError, gid, own_number
from vendor_emulator.vendors.shopify.writing import (
    Refused,
    number_of,
    refuse,
    required,
    tidy_tags,
)

ONLINE_STORE, POINT_OF_SALE = 1, 2


@dataclass(frozen=True)
class Publication:
    id: int
    name: str


PUBLICATIONS = (
    Publication(ONLINE_STORE, "Online Store"),
    Publication(POINT_OF_SALE, "Point of Sale"),
)


def once(mutation: Callable[..., Payload]) -> Callable[..., Payload]:
    """An answer that is refused in part is executed a second time, by graphql-core; what was
    written is not written again."""

    @wraps(mutation)
    def run(root: Any, s: Any, **given: Any) -> Payload:
        key = mutation.__name__, orjson.dumps(given, option=orjson.OPT_SORT_KEYS, default=str)
        if key not in s.written:
            s.is_volatile = True
            try:
                s.written[key] = mutation(root, s, **given)
            except Refused as refusal:
                s.written[key] = Payload(errors=refusal.errors)
        return s.written[key]

    return run


def product_update(root: Any, s: Any, product: dict[str, Any] | None = None) -> Payload:
    given = product or {}
    known = existing(s, given.get("id") or "", ("product", "id"))
    changes = scalars(s.world, known, given, is_new=False)
    joined = {number_of(one, "Collection", ("product", "collectionsToJoin"))
              for one in given.get("collectionsToJoin") or ()}  # fmt: skip
    left = {number_of(one, "Collection", ("product", "collectionsToLeave"))
            for one in given.get("collectionsToLeave") or ()}  # fmt: skip
    if joined or left:
        changes["collection_ids"] = tuple(sorted({*known.collection_ids, *joined} - left))
    written = s.world.update(s.world.products, known.id, None, **changes)
    join_collections(s.world, written, written.updated_at)
    return Payload(written)


def product_delete(root: Any, s: Any, input: dict[str, str], synchronous: bool = True) -> Payload:
    gone = existing(s, input["id"], ("id",))
    s.shop.delete_product(gone.id)
    return Payload(id=gid("Product", gone.id))


def tags_add(root: Any, s: Any, id: str, tags: list[str]) -> Payload:
    return retagged(s, id, lambda known: tidy_tags((*known, *tags), ("tags",)), name="tagsAdd")


def tags_remove(root: Any, s: Any, id: str, tags: list[str]) -> Payload:
    gone = {tag.strip().casefold() for tag in tags}
    return retagged(
        s,
        id,
        lambda known: tuple(tag for tag in known if tag.casefold() not in gone),
        name="tagsRemove",
    )


def retagged(
    s: Any, id: str, change: Callable[[tuple[str, ...]], tuple[str, ...]], *, name: str
) -> Payload:
    required(s, "write_products", name)
    known = existing(s, id, ("id",))
    tags = change(known.tags)
    if tags == known.tags:
        return Payload(known)
    written = s.world.update(s.world.products, known.id, None, tags=tags)
    return Payload(written)


def publish(root: Any, s: Any, id: str, input: list[dict[str, Any]]) -> Payload:
    return shown_at(s, id, input, is_shown=True)


def unpublish(root: Any, s: Any, id: str, input: list[dict[str, Any]]) -> Payload:
    return shown_at(s, id, input, is_shown=False)


def shown_at(s: Any, id: str, input: list[dict[str, Any]], *, is_shown: bool) -> Payload:
    known = existing(s, id, ("id",))
    numbers = []
    for place, one in enumerate(input):
        path = ("input", place, "publicationId")
        number = publication_number(one.get("publicationId") or "")
        if number is None:
            raise refuse(path, "Publication does not exist or is not publishable")
        numbers.append(number)
    if ONLINE_STORE not in numbers:
        return Payload(known)
    when = s.shop.stamp()
    at = (known.published_at or when) if is_shown else None
    written = s.world.update(s.world.products, known.id, when, published_at=at)
    return Payload(written)


def publication_number(id: str) -> int | None:
    known = own_number(id)
    fits = known is not None and known[0] == "Publication"
    return known[1] if known and fits and known[1] in (ONLINE_STORE, POINT_OF_SALE) else None


def metafields_set(root: Any, s: Any, metafields: list[dict[str, Any]]) -> Payload:
    """The owner's own time does not move, as at the vendor."""
    required(s, "write_products", "metafieldsSet")
    if len(metafields) > MOST_AT_ONCE:
        message = f"Exceeded the maximum metafields input limit of {MOST_AT_ONCE}."
        raise refuse(("metafields",), message, "LESS_THAN_OR_EQUAL_TO")
    made = []
    for place, one in enumerate(metafields):
        path = ("metafields", place)
        known = own_number(one["ownerId"])
        if known is None or known[0] not in OWNERS or s.world.find(one["ownerId"]) is None:
            raise refuse((*path, "ownerId"), "Owner does not exist.", "INVALID")
        made.append(set_one(s, OWNERS[known[0]], known[1], one, s.shop.stamp(), path))
    return Payload(made)


def existing(s: Any, id: str, path: tuple[Any, ...]) -> model.Product:
    known = own_number(id)
    found = s.world.product(known[1]) if known and known[0] == "Product" else None
    if found is None:
        raise Refused(UserError(tuple(map(str, path)), "Product does not exist"))
    return found


def by_identifier(root: Any, s: Any, identifier: dict[str, str]) -> model.Product | None:
    if handle := identifier.get("handle"):
        return by_handle(s.world, handle)
    known = own_number(identifier.get("id") or "")
    return s.world.product(known[1]) if known and known[0] == "Product" else None


def present(payload: Payload, s: Any) -> Any:
    """As it is now: one mutation of a request may follow another."""
    return payload.product and replace(s.world.product(payload.product.id) or payload.product)


PAYLOAD: Fields = {
    "product": present,
    "node": present,
    "publishable": present,
    "metafields": lambda t, s: t.product,
    "shop": lambda t, s: THE_SHOP,
    "deletedProductId": lambda t, s: t.id,
    "productSetOperation": lambda t, s: None,
    "userErrors": lambda t, s: t.errors,
}
ERROR: Fields = {
    "field": lambda e, s: e.field,
    "message": lambda e, s: e.message,
    "code": lambda e, s: e.code,
    "elementIndex": lambda e, s: None,
}
TYPES: dict[str, Fields] = {
    **dict.fromkeys(
        (
            "ProductSetPayload",
            "ProductUpdatePayload",
            "ProductDeletePayload",
            "TagsAddPayload",
            "TagsRemovePayload",
            "PublishablePublishPayload",
            "PublishableUnpublishPayload",
            "MetafieldsSetPayload",
        ),
        PAYLOAD,
    ),
    "ProductSetUserError": ERROR,
    "MetafieldsSetUserError": ERROR,
    "ProductSetOperation": {
        "id": lambda t, s: t.id,
        "product": present,
        "status": lambda t, s: "COMPLETE",
        "userErrors": lambda t, s: t.errors,
    },
    "Publication": {
        "id": lambda t, s: gid("Publication", t.id),
        "name": lambda t, s: t.name,
        "autoPublish": lambda t, s: False,
        "supportsFuturePublishing": lambda t, s: t.id == ONLINE_STORE,
    },
}
MUTATIONS: Fields = {
    "productSet": once(product_set),
    "productUpdate": once(product_update),
    "productDelete": once(product_delete),
    "tagsAdd": once(tags_add),
    "tagsRemove": once(tags_remove),
    "publishablePublish": once(publish),
    "publishableUnpublish": once(unpublish),
    "metafieldsSet": once(metafields_set),
}
QUERIES: Fields = {
    "publications": lambda root, s, **_: list(PUBLICATIONS),
    "productByIdentifier": by_identifier,
}
PRODUCT: Fields = {
    "publishedOnPublication": lambda p, s, publicationId: (
        publication_number(publicationId) == ONLINE_STORE and p.published_at is not None
    ),
    "availablePublicationsCount": lambda p, s: Counted(1 if p.published_at else 0, True),
}
