"""Opens a tenant for a sync: both its sides and whom to tell.

Belongs here: making the integrations from a tenant's options and secrets.
Does not belong here: keeping tenants (`tenants.py`), syncing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chord_platform.products.ports import OpenTenant
from chord_platform.products.sync_product import Side
from chord_platform.products.tenant import Tenant

if TYPE_CHECKING:
    from chord_platform.products.contentful import ContentfulKeys


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


__all__ = ["OpenTenant", "contentful_keys"]
