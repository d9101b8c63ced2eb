"""Shopify's Admin GraphQL API, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Vendor
from vendor_emulator.vendors.shopify.rehearsing import REHEARSAL
from vendor_emulator.vendors.shopify.shop import Shop

VENDOR = Vendor(
    name="shopify",
    title="Shopify (Admin GraphQL 2026-10)",
    open=Shop,
    rehearsal=REHEARSAL,
    paths=("/admin/api/2026-10/graphql.json", "/admin/oauth/access_token", "/bulk/..."),
    faults={
        "throttled": "status 200, errors[].extensions.code THROTTLED, an empty bucket",
        "max-cost": "status 200, MAX_COST_EXCEEDED",
        "internal-error": "status 200, INTERNAL_SERVER_ERROR",
        "expired-cursor": "a page that is asked for by cursor is refused",
        "revoked": "the app is removed: every token is refused from now on",
        "shop-inactive": "status 402, the shop is not available",
    },
)
