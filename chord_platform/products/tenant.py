"""A tenant: one CMS and one OMS, and the options of their sync.

Belongs here: the value, where its secrets are found. Does not belong here: reading it from a file
(`tenant_file.py`), keeping it (`tenants.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chord_platform.errors import TenantRefused
from chord_platform.products.options import SyncOptions
from chord_platform.products.sync_product import Side

SHOP_SUFFIX = ".myshopify.com"
ENV, SEAL = "env:", "seal:"
"""`env:NAME` is read whenever it is needed, `seal:NAME` once, and then kept sealed in the store."""


@dataclass(frozen=True, kw_only=True)
class Tenant:
    """secret: gives a secret's text by its option; empty where none was given.
    base_urls: where the vendors are, when it is not their usual address. is_own_user: nobody edits
    by hand as the management token's user, so that what it does need not come back."""

    name: str
    version: int
    options: SyncOptions
    space_id: str
    environment_id: str
    shop_domain: str
    gateway_url: str = ""
    is_own_user: bool = False
    base_urls: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    changed_at: datetime
    changed_by: str
    key_made_at: datetime
    secret: Callable[[str], str] = field(repr=False, compare=False)

    def required_secret(self, option: str) -> str:
        """Raises:
        TenantRefused: there is none.
        """
        if value := self.secret(option):
            return value
        raise TenantRefused(
            f"The tenant {self.name} has no {option}.",
            hint="Put it into the tenant's file as env:VARIABLE, and apply the file.",
        )

    def contentful_signing_secret(self) -> str:
        return self.secret("contentful.signing_secret")

    def shopify_webhook_secrets(self) -> tuple[str, ...]:
        """Webhooks made by the app and those made by hand are signed with different ones."""
        given = (self.secret("shopify.client_secret"), self.secret("shopify.webhook_secret"))
        return tuple(one for one in given if one)

    @property
    def management_token(self) -> str:
        return self.required_secret("contentful.management_token")

    @property
    def admin_token(self) -> str:
        return self.required_secret("shopify.admin_token")

    @property
    def slack_webhook_url(self) -> str:
        return self.secret("slack_webhook_url")

    @property
    def pair(self) -> str:
        return f"{self.space_id}/{self.environment_id} and {self.shop_domain}"

    def base_url(self, side: Side) -> str:
        """Empty: the vendor's own."""
        return self.base_urls.get(side.value, "")

    @property
    def sync_url(self) -> str:
        return f"{self.gateway_url.rstrip('/')}/sync" if self.gateway_url else ""
