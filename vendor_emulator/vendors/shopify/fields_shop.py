"""How the shop itself, the app's installation and bulk operations look in the Admin API.

Belongs here: each field of those types. Does not belong here: running bulk operations (`bulk.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.things import APP, Granted, gid

APP_NUMBER = 435_000_000_001


def opened_at(s: Any) -> datetime:
    return s.world.opened_at


SHOP: Fields = {
    "id": lambda t, s: gid("Shop", 1),
    "name": lambda t, s: s.world.business_name,
    "email": lambda t, s: "owner@example.com",
    "contactEmail": lambda t, s: "hello@example.com",
    "myshopifyDomain": lambda t, s: s.domain,
    "primaryDomain": lambda t, s: s.domain,
    "url": lambda t, s: s.shop_url,
    "description": lambda t, s: None,
    "currencyCode": lambda t, s: "USD",
    "enabledPresentmentCurrencies": lambda t, s: ["USD", "CAD", "EUR", "GBP", "JPY"],
    "ianaTimezone": lambda t, s: "America/New_York",
    "timezoneAbbreviation": lambda t, s: "EST",
    "timezoneOffset": lambda t, s: "-0500",
    "timezoneOffsetMinutes": lambda t, s: -300,
    "createdAt": lambda t, s: opened_at(s),
    "updatedAt": lambda t, s: opened_at(s),
    "plan": lambda t, s: s.plan,
    "shopAddress": lambda t, s: s.world.locations.get(1).address,
    "shopOwnerName": lambda t, s: "Fable Owner",
    "taxesIncluded": lambda t, s: False,
    "taxShipping": lambda t, s: False,
    "unitSystem": lambda t, s: "METRIC_SYSTEM",
    "weightUnit": lambda t, s: "GRAMS",
    "orderNumberFormatPrefix": lambda t, s: "#",
    "orderNumberFormatSuffix": lambda t, s: "",
    "setupRequired": lambda t, s: False,
    "checkoutApiSupported": lambda t, s: True,
}

SHOP_ADDRESS: Fields = {
    "id": lambda a, s: f"{gid('Shop', 1)}".replace("/Shop/", "/ShopAddress/"),
    "address1": lambda a, s: a.address1,
    "address2": lambda a, s: a.address2,
    "city": lambda a, s: a.city,
    "company": lambda a, s: a.company,
    "country": lambda a, s: a.country,
    "countryCodeV2": lambda a, s: a.country_code,
    "phone": lambda a, s: a.phone,
    "province": lambda a, s: a.province,
    "provinceCode": lambda a, s: a.province_code,
    "zip": lambda a, s: a.zip,
}

BULK_OPERATION: Fields = {
    "id": lambda j, s: j.gid,
    "status": lambda j, s: j.status,
    "type": lambda j, s: "QUERY",
    "query": lambda j, s: j.query,
    "errorCode": lambda j, s: j.error_code,
    "createdAt": lambda j, s: j.created_at,
    "completedAt": lambda j, s: j.completed_at,
    "objectCount": lambda j, s: str(j.objects),
    "rootObjectCount": lambda j, s: str(j.roots),
    "fileSize": lambda j, s: None if j.url_path is None else str(j.file_size),
    "url": lambda j, s: None if j.url_path is None else s.base_url + j.url_path,
    "partialDataUrl": lambda j, s: None if j.partial_path is None else s.base_url + j.partial_path,
}

USER_ERROR: Fields = {
    "field": lambda e, s: e.field,
    "message": lambda e, s: e.message,
}

PAYLOAD: Fields = {
    "bulkOperation": lambda t, s: t[0],
    "userErrors": lambda t, s: t[1],
}

TYPES: dict[str, Fields] = {
    "Shop": SHOP,
    "ShopAddress": SHOP_ADDRESS,
    "ShopPlan": {
        "partnerDevelopment": lambda t, s: False,
        "publicDisplayName": lambda t, s: t.capitalize(),
        "shopifyPlus": lambda t, s: t == "plus",
    },
    "Domain": {
        "id": lambda t, s: f"{gid('Shop', 1)}".replace("/Shop/", "/Domain/"),
        "host": lambda t, s: t,
        "url": lambda t, s: f"https://{t}",
        "sslEnabled": lambda t, s: True,
    },
    "ApiVersion": {
        "handle": lambda t, s: t,
        "displayName": lambda t, s: t,
        "supported": lambda t, s: t != "unstable",
    },
    "AccessScope": {
        "handle": lambda t, s: t.handle,
        "description": lambda t, s: t.handle.replace("_", " ").capitalize(),
    },
    "AppInstallation": {
        "id": lambda t, s: f"gid://shopify/AppInstallation/{APP_NUMBER}",
        "accessScopes": lambda t, s: [Granted(one) for one in s.grant.listed],
        "app": lambda t, s: APP,
        "launchUrl": lambda t, s: f"{s.shop_url}/admin/apps/{APP_NUMBER}",
    },
    "App": {
        "id": lambda t, s: f"gid://shopify/App/{APP_NUMBER}",
        "title": lambda t, s: "Data platform",
        "handle": lambda t, s: "data-platform",
        "apiKey": lambda t, s: s.grant.client_id,
    },
    "BulkOperation": BULK_OPERATION,
    "BulkOperationUserError": {**USER_ERROR, "code": lambda e, s: e.code},
    "UserError": USER_ERROR,
    "BulkOperationRunQueryPayload": PAYLOAD,
    "BulkOperationCancelPayload": PAYLOAD,
}
