"""Opens a tenant for a sync: both its sides and whom to tell.

Belongs here: making the integrations from a tenant's options and secrets.
Does not belong here: keeping tenants (`tenants.py`), syncing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chord_platform.products.ports import Notifier, OpenTenant
from chord_platform.products.sync_product import Side
from chord_platform.products.tenant import Tenant
from chord_platform.store import Store

if TYPE_CHECKING:
    from chord_platform.products.contentful import ContentfulKeys
    from chord_platform.products.shopify.integration import ShopifyKeys


def open_tenant(tenant: Tenant, store: Store, *, limits: Path | None = None) -> OpenTenant:
    """limits: the folder in which processes share each key's count of requests.

    Raises:
        TenantRefused: a secret is missing.
    """
    from chord_platform.products.contentful import ContentfulIntegration
    from chord_platform.products.shopify.integration import ShopifyIntegration
    from chord_platform.products.shopify.pictures import StoredPictures

    return OpenTenant(
        name=tenant.name,
        options=tenant.options,
        contentful=ContentfulIntegration(contentful_keys(tenant, limits=limits), tenant.options),
        shopify=ShopifyIntegration(
            shopify_keys(tenant, limits=limits),
            tenant.options,
            pictures=StoredPictures(store, tenant=tenant.name),
        ),
        notifier=notifier(tenant),
    )


def notifier(tenant: Tenant) -> Notifier | None:
    if not (address := tenant.slack_webhook_url):
        return None
    from chord_platform.products.notifier import SlackNotifier

    return SlackNotifier(address)


def contentful_keys(tenant: Tenant, *, limits: Path | None = None) -> ContentfulKeys:
    from chord_platform.products.contentful import ContentfulKeys
    from chord_platform.products.contentful.cma import BASE_URL

    return ContentfulKeys(
        space_id=tenant.space_id,
        environment_id=tenant.environment_id,
        management_token=tenant.management_token,
        base_url=tenant.base_url(Side.CONTENTFUL) or BASE_URL,
        limits=limits,
    )


def shopify_keys(tenant: Tenant, *, limits: Path | None = None) -> ShopifyKeys:
    from chord_platform.products.shopify.integration import ShopifyKeys

    return ShopifyKeys(
        shop=tenant.shop_domain,
        access_token=tenant.admin_token,
        base_url=tenant.base_url(Side.SHOPIFY),
        limits=limits,
    )
