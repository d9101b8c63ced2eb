"""How discounts, metafields and events look in the Admin API.

Belongs here: each field of those types, from the business's values. Does not belong here: other
types (`fields_*.py`), paging, access.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from vendor_emulator.business import Discount, Metafield
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.things import Counted, RedeemCode, gid, legacy_id

OWNERS = {
    "product": ("Product", "PRODUCT"),
    "variant": ("ProductVariant", "PRODUCTVARIANT"),
    "customer": ("Customer", "CUSTOMER"),
    "order": ("Order", "ORDER"),
    "collection": ("Collection", "COLLECTION"),
}


def summary(d: Discount, s: Any) -> str:
    if d.kind == "free_shipping":
        return "Free shipping on all products"
    amount = f"{d.value.normalize():f}%" if d.kind == "percentage" else f"${d.value}"
    return f"{amount} off all products"


DISCOUNT: Fields = {
    "title": lambda d, s: d.title if d.is_automatic else d.code,
    "status": lambda d, s: d.status.upper(),
    "summary": summary,
    "shortSummary": summary,
    "createdAt": lambda d, s: d.created_at,
    "updatedAt": lambda d, s: d.updated_at,
    "startsAt": lambda d, s: d.starts_at,
    "endsAt": lambda d, s: d.ends_at,
    "usageLimit": lambda d, s: d.usage_limit,
    "appliesOncePerCustomer": lambda d, s: False,
    "asyncUsageCount": lambda d, s: s.world.uses_of(d.id),
    "discountClasses": lambda d, s: ["SHIPPING" if d.kind == "free_shipping" else "PRODUCT"],
    "recurringCycleLimit": lambda d, s: None,
    "hasTimelineComment": lambda d, s: False,
    "tags": lambda d, s: (),
    "codes": lambda d, s, **_: [RedeemCode(d)],
    "codesCount": lambda d, s: Counted(1, True),
}


def discount_gid(d: Discount) -> str:
    return gid("DiscountAutomaticNode" if d.is_automatic else "DiscountCodeNode", d.id)


def owner(m: Metafield, s: Any) -> Any:
    return s.world.find(gid(OWNERS[m.owner_kind][0], m.owner_id))


METAFIELD: Fields = {
    "id": lambda m, s: gid("Metafield", m.id),
    "legacyResourceId": lambda m, s: legacy_id("Metafield", m.id),
    "namespace": lambda m, s: m.namespace,
    "key": lambda m, s: m.key,
    "type": lambda m, s: m.type,
    "value": lambda m, s: m.value,
    "jsonValue": lambda m, s: m.value,
    "sizeInBytes": lambda m, s: len(m.value.encode()),
    "compareDigest": lambda m, s: sha256(m.value.encode()).hexdigest(),
    "createdAt": lambda m, s: m.created_at,
    "updatedAt": lambda m, s: m.updated_at,
    "ownerType": lambda m, s: OWNERS[m.owner_kind][1],
    "owner": owner,
}

EVENT: Fields = {
    "id": lambda e, s: gid("BasicEvent", e.id),
    "action": lambda e, s: e.action,
    "appTitle": lambda e, s: None,
    "attributeToApp": lambda e, s: False,
    "attributeToUser": lambda e, s: True,
    "author": lambda e, s: "Staff",
    "createdAt": lambda e, s: e.at,
    "criticalAlert": lambda e, s: False,
    "hasAdditionalContent": lambda e, s: False,
    "message": lambda e, s: e.message,
    "subject": lambda e, s: s.world.find(e.subject_gid),
    "subjectId": lambda e, s: e.subject_gid,
    "subjectType": lambda e, s: e.subject_type,
}

TYPES: dict[str, Fields] = {
    "DiscountNode": {"id": lambda d, s: discount_gid(d), "discount": lambda d, s: d},
    "DiscountCodeApp": DISCOUNT,
    "DiscountCodeBasic": DISCOUNT,
    "DiscountCodeBxgy": DISCOUNT,
    "DiscountCodeFreeShipping": DISCOUNT,
    "DiscountAutomaticApp": DISCOUNT,
    "DiscountAutomaticBasic": DISCOUNT,
    "DiscountAutomaticBxgy": DISCOUNT,
    "DiscountAutomaticFreeShipping": DISCOUNT,
    "DiscountRedeemCode": {
        "id": lambda t, s: gid("DiscountRedeemCode", t.discount.id),
        "code": lambda t, s: t.discount.code,
        "asyncUsageCount": lambda t, s: s.world.uses_of(t.discount.id),
    },
    "Metafield": METAFIELD,
    "BasicEvent": EVENT,
}
