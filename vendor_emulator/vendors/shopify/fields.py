"""Every field of every type the emulated schema has, by type and name.

Belongs here: bringing the field tables together, the fields all owners share, the root's fields.
Does not belong here: a type's own fields (`fields_*.py`), execution.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from vendor_emulator.vendors.shopify import (
    fields_catalog,
    fields_marks,
    fields_media,
    fields_order_parts,
    fields_orders,
    fields_people,
    fields_sales,
    fields_shop,
    fields_stock,
    fields_store,
    product_writes,
    webhooks,
)
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.lists import LISTINGS, Listing
from vendor_emulator.vendors.shopify.paging import Ordered, PageRefused
from vendor_emulator.vendors.shopify.things import (
    GLOBAL_ID,
    INSTALLATION,
    THE_SHOP,
    Counted,
    gid,
    own_number,
)

COUNTED_BY_DEFAULT = 10_000
OWNER_KINDS = {
    "Product": "product",
    "ProductVariant": "variant",
    "Customer": "customer",
    "Order": "order",
    "Collection": "collection",
    "Location": "location",
    "DiscountNode": "discount",
    "Shop": "shop",
}
STORED = {
    "subscriptionBillingAttempt": "SubscriptionBillingAttempt",
    "subscriptionContract": "SubscriptionContract",
    "dispute": "ShopifyPaymentsDispute",
    "company": "Company",
    "market": "Market",
    "priceList": "PriceList",
    "page": "Page",
    "blog": "Blog",
    "article": "Article",
}
WITH_EVENTS = ("Product", "ProductVariant", "Customer", "Order", "Collection", "DiscountNode")
TYPES: dict[str, Fields] = {
    **fields_orders.TYPES,
    **fields_order_parts.TYPES,
    **fields_catalog.TYPES,
    **fields_people.TYPES,
    **fields_shop.TYPES,
    **fields_stock.TYPES,
    **fields_marks.TYPES,
    **fields_media.TYPES,
    **fields_sales.TYPES,
    **fields_store.TYPES,
    **webhooks.TYPES,
    **product_writes.TYPES,
}
TYPES["Product"].update(product_writes.PRODUCT)


def _metafields(kind: str, thing: Any, s: Any, **wanted: Any) -> list[Any]:
    number = 1 if kind == "shop" else thing.id
    found = s.world.metafields_of(kind, number)
    namespace, keys = wanted.get("namespace"), wanted.get("keys")
    if namespace is not None:
        found = [one for one in found if one.namespace == namespace]
    if keys is not None:
        found = [one for one in found if one.key in keys or f"{one.namespace}.{one.key}" in keys]
    return found


def _metafield(kind: str, thing: Any, s: Any, *, key: str, namespace: str | None = None) -> Any:
    if namespace is None and "." in key:
        namespace, key = key.split(".", 1)
    return next(iter(_metafields(kind, thing, s, namespace=namespace, keys=[key])), None)


def _events_of(type_name: str, thing: Any, s: Any, **_: Any) -> list[Any]:
    own = TYPES[type_name]["id"](thing, s)
    return [event for event in s.world.events if event.subject_gid == own]


for _type, _kind in OWNER_KINDS.items():
    TYPES[_type]["metafields"] = partial(_metafields, _kind)
    TYPES[_type]["metafield"] = partial(_metafield, _kind)
for _type in WITH_EVENTS:
    TYPES[_type]["events"] = partial(_events_of, _type)


# ---------------------------------------------------------------------- the root


def _listed(name: str, root: Any, s: Any, **asked: Any) -> Ordered:
    rows = s.select(name, asked.get("query"), asked.get("sortKey"))
    if name == "locations" and not asked.get("includeInactive"):
        rows = Ordered([one for one in rows.rows if one.is_active], rows.key)
    if name == "fulfillmentOrders" and not asked.get("includeClosed"):
        rows = Ordered([one for one in rows.rows if not one.is_closed], rows.key)
    if name == "markets" and (kind := asked.get("type")):
        rows = Ordered([one for one in rows.rows if one.kind == kind], rows.key)
    return rows


def _counted(name: str, root: Any, s: Any, **asked: Any) -> Counted:
    limit = asked.get("limit", COUNTED_BY_DEFAULT)
    found = len(s.select(f"{name}Count", asked.get("query"), None).rows)
    if limit is not None and found > limit:
        return Counted(limit, False)
    return Counted(found, True)


def _one(types: tuple[str, ...], root: Any, s: Any, id: str | None = None) -> Any:
    if id is None:
        return s.world.locations.get(1)
    match = GLOBAL_ID.fullmatch(id)
    if match is None:
        raise PageRefused(f"Invalid global id '{id}'", "argumentLiteralsIncompatible")
    if match["type"] not in types:
        raise PageRefused("Invalid id: it is of another type", "RESOURCE_NOT_FOUND")
    return _node(root, s, id)


def _node(root: Any, s: Any, id: str) -> Any:
    if GLOBAL_ID.fullmatch(id) is None:
        raise PageRefused(f"Invalid global id '{id}'", "argumentLiteralsIncompatible")
    if "/BulkOperation/" in id:
        return _bulk_operation(root, s, id)
    if id == gid("Shop", 1):
        return THE_SHOP
    found = s.world.find(id)
    known = own_number(id)
    listing = next((one for one in LISTINGS.values() if known and one.type_name == known[0]), None)
    return None if found is not None and _hidden(listing, found, s) else found


def _hidden(listing: Listing | None, thing: Any, s: Any) -> bool:
    return bool(listing and listing.hidden and listing.hidden(thing, s))


def _nodes(root: Any, s: Any, ids: list[str]) -> list[Any]:
    if len(ids) > 250:
        raise PageRefused("ids cannot hold more than 250", "MAX_INPUT_SIZE_EXCEEDED")
    return [_node(root, s, one) for one in ids]


def _pending(root: Any, s: Any) -> Counted:
    rows = s.select("orders", "fulfillment_status:unfulfilled status:open", None).rows
    return Counted(len(rows), True)


def _bulk_operation(root: Any, s: Any, id: str) -> Any:
    s.is_volatile = True
    return s.jobs.polled(id)


def _bulk_operations(root: Any, s: Any, **asked: Any) -> Ordered:
    s.is_volatile = True
    return s.jobs.listed(asked.get("query"), asked.get("sortKey"))


def _current(root: Any, s: Any, type: str = "QUERY") -> Any:
    s.is_volatile = True
    return s.jobs.newest() if type == "QUERY" else None


def _run_bulk(root: Any, s: Any, query: str, groupObjects: bool = False) -> Any:
    s.is_volatile = True
    return s.jobs.start(query, s, grouped=groupObjects)


def _cancel_bulk(root: Any, s: Any, id: str) -> Any:
    s.is_volatile = True
    return s.jobs.cancel(id)


ROOT: Fields = {
    **{name: partial(_listed, name) for name in LISTINGS},
    **{f"{name}Count": partial(_counted, name) for name in LISTINGS if name != "inventoryItems"},
    "shop": lambda root, s: THE_SHOP,
    "currentAppInstallation": lambda root, s: INSTALLATION,
    "publicApiVersions": lambda root, s: s.versions,
    "pendingOrdersCount": _pending,
    "order": partial(_one, ("Order",)),
    "product": partial(_one, ("Product",)),
    "productVariant": partial(_one, ("ProductVariant",)),
    "collection": partial(_one, ("Collection",)),
    "customer": partial(_one, ("Customer",)),
    "location": partial(_one, ("Location",)),
    "inventoryItem": partial(_one, ("InventoryItem",)),
    "inventoryLevel": partial(_one, ("InventoryLevel",)),
    "discountNode": partial(_one, ("DiscountCodeNode", "DiscountAutomaticNode")),
    "draftOrder": partial(_one, ("DraftOrder",)),
    "fulfillmentOrder": partial(_one, ("FulfillmentOrder",)),
    "giftCard": partial(_one, ("GiftCard",)),
    "return": partial(_one, ("Return",)),
    **{name: partial(_one, (kind,)) for name, kind in STORED.items()},
    "event": partial(_one, ("BasicEvent",)),
    "node": _node,
    "nodes": _nodes,
    "bulkOperation": _bulk_operation,
    "bulkOperations": _bulk_operations,
    "currentBulkOperation": _current,
    **webhooks.ROOT,
    **product_writes.QUERIES,
}
TYPES["QueryRoot"] = ROOT
TYPES["Mutation"] = {
    "bulkOperationRunQuery": _run_bulk,
    "bulkOperationCancel": _cancel_bulk,
    **webhooks.MUTATIONS,
    **product_writes.MUTATIONS,
}
