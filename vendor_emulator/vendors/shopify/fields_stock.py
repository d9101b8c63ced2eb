"""How stock and the places where it lies look in the Admin API.

Belongs here: each field of those types, from the business's values. Does not belong here: other
types (`fields_*.py`), paging, access.
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.business import InventoryLevel
from vendor_emulator.vendors.shopify.fields_catalog import CURRENCY
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.search import Filter, compile_search
from vendor_emulator.vendors.shopify.things import (
    FIRST_ID,
    Counted,
    Item,
    Money,
    Quantity,
    gid,
    legacy_id,
)

LEVEL_FILTERS = {
    "id": Filter("id", lambda level: level.id + FIRST_ID["InventoryLevel"]),
    "inventory_item_id": Filter(
        "id", lambda level: level.inventory_item_id + FIRST_ID["InventoryItem"]
    ),
    "updated_at": Filter("time", lambda level: level.updated_at),
}


def searched(levels: list[InventoryLevel], text: str | None) -> list[InventoryLevel]:
    """The one inner connection that is searched: only its own time tells a changed quantity."""
    fits = compile_search(text, LEVEL_FILTERS).fits
    return [level for level in levels if fits(level)]


INVENTORY_ITEM: Fields = {
    "id": lambda t, s: gid("InventoryItem", t.variant.inventory_item_id),
    "legacyResourceId": lambda t, s: legacy_id("InventoryItem", t.variant.inventory_item_id),
    "sku": lambda t, s: t.variant.sku,
    "tracked": lambda t, s: t.variant.is_tracked,
    "requiresShipping": lambda t, s: t.variant.requires_shipping,
    "createdAt": lambda t, s: t.variant.created_at,
    "updatedAt": lambda t, s: t.variant.updated_at,
    "unitCost": lambda t, s: Money(t.variant.cost, CURRENCY) if t.variant.cost else None,
    "measurement": lambda t, s: t,
    "countryCodeOfOrigin": lambda t, s: None,
    "provinceCodeOfOrigin": lambda t, s: None,
    "harmonizedSystemCode": lambda t, s: None,
    "duplicateSkuCount": lambda t, s: 0,
    "inventoryLevel": lambda t, s, locationId, includeInactive=False: next(
        (
            level
            for level in s.world.levels_of(t.variant.inventory_item_id)
            if gid("Location", level.location_id) == locationId
        ),
        None,
    ),
    "inventoryLevels": lambda t, s, query=None, **_: searched(
        s.world.levels_of(t.variant.inventory_item_id), query
    ),
    "locationsCount": lambda t, s: Counted(
        len(s.world.levels_of(t.variant.inventory_item_id)), True
    ),
    "variant": lambda t, s: t.variant,
    "variants": lambda t, s: [t.variant],
    "inventoryHistoryUrl": lambda t, s: None,
}


def weight(t: Item, s: Any) -> tuple[str, float] | None:
    """As somebody entered it, else as the business weighs it."""
    if weighed := s.world.weights.get(t.variant.id):
        return weighed.unit, weighed.value
    grams = t.variant.weight_grams
    return ("GRAMS", float(grams)) if grams else None


MEASUREMENT: Fields = {
    "id": lambda t, s: (
        f"gid://shopify/InventoryItemMeasurement/"
        f"{FIRST_ID['InventoryItem'] + t.variant.inventory_item_id}"
    ),
    "weight": weight,
}


def level_gid(level: InventoryLevel) -> str:
    item = FIRST_ID["InventoryItem"] + level.inventory_item_id
    return f"{gid('InventoryLevel', level.id)}?inventory_item_id={item}"


def quantities(level: InventoryLevel, s: Any, names: list[str]) -> list[Quantity]:
    known = {
        "available": level.available,
        "committed": level.committed,
        "incoming": level.incoming,
        "on_hand": level.on_hand,
        "damaged": 0,
        "quality_control": 0,
        "reserved": 0,
        "safety_stock": 0,
    }
    return [Quantity(level, name, known[name]) for name in names if name in known]


INVENTORY_LEVEL: Fields = {
    "id": lambda x, s: level_gid(x),
    "isActive": lambda x, s: True,
    "canDeactivate": lambda x, s: x.available == 0,
    "deactivationAlert": lambda x, s: None,
    "createdAt": lambda x, s: s.world.item_created_at(x.variant_id),
    "updatedAt": lambda x, s: x.updated_at,
    "item": lambda x, s: Item(s.world.variant(x.variant_id)),
    "location": lambda x, s: s.world.locations.get(x.location_id),
    "quantities": quantities,
}

QUANTITY: Fields = {
    "id": lambda t, s: (
        level_gid(t.level).replace("InventoryLevel", "InventoryQuantity") + f"&name={t.name}"
    ),
    "name": lambda t, s: t.name,
    "quantity": lambda t, s: t.quantity,
    "updatedAt": lambda t, s: t.level.updated_at,
}

LOCATION: Fields = {
    "id": lambda x, s: gid("Location", x.id),
    "legacyResourceId": lambda x, s: legacy_id("Location", x.id),
    "name": lambda x, s: x.name,
    "address": lambda x, s: x.address,
    "isActive": lambda x, s: x.is_active,
    "activatable": lambda x, s: not x.is_active,
    "deactivatable": lambda x, s: x.is_active,
    "deletable": lambda x, s: not x.is_active,
    "fulfillsOnlineOrders": lambda x, s: x.is_active,
    "hasActiveInventory": lambda x, s: x.is_active,
    "isFulfillmentService": lambda x, s: False,
    "shipsInventory": lambda x, s: x.is_active,
    "addressVerified": lambda x, s: True,
    "createdAt": lambda x, s: x.created_at,
    "updatedAt": lambda x, s: x.updated_at,
    "deactivatedAt": lambda x, s: None if x.is_active else f"{x.updated_at:%Y-%m-%dT%H:%M:%SZ}",
    "inventoryLevels": lambda x, s, query=None, **_: searched(s.world.levels_at(x.id), query),
}

TYPES: dict[str, Fields] = {
    "InventoryItem": INVENTORY_ITEM,
    "InventoryItemMeasurement": MEASUREMENT,
    "Weight": {"unit": lambda t, s: t[0], "value": lambda t, s: t[1]},
    "InventoryLevel": INVENTORY_LEVEL,
    "InventoryQuantity": QUANTITY,
    "Location": LOCATION,
}
