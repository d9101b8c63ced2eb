"""Checks both sides of a tenant, says exactly what is missing, and makes what it can.

Belongs here: the order of the questions. Does not belong here: the questions themselves
(`contentful/checking.py`, `contentful/hook_checking.py`, `shop_check.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from chord_platform.errors import TenantRefused
from chord_platform.products.findings import Checked, Finding, Level
from chord_platform.products.sync_product import Side
from chord_platform.products.tenant import Tenant
from dlt_pipelines.errors import ConnectorError


class TenantCheck:
    """rotate_key: makes the tenant a new key; None: nothing is fixed."""

    def __init__(self, tenant: Tenant, *, rotate_key: Callable[[], str] | None = None) -> None:
        self.tenant = tenant
        self.rotate_key = rotate_key
        self.new_key = ""

    @property
    def fixes(self) -> bool:
        return self.rotate_key is not None

    def run(self) -> Checked:
        findings = (*self.shop_side(), *self.cms_side(), *self.own_side())
        return Checked(tenant=self.tenant.name, findings=findings, new_key=self.new_key)

    def cms_side(self) -> Iterator[Finding]:
        from chord_platform.products.contentful.checking import WHERE, ModelCheck
        from chord_platform.products.contentful.cma import Cma
        from chord_platform.products.contentful.hook_checking import HookCheck
        from chord_platform.products.opening import contentful_keys

        try:
            keys = contentful_keys(self.tenant)
            cma = Cma(
                space=keys.space_id,
                environment=keys.environment_id,
                token=keys.management_token,
                base_url=keys.base_url,
            )
            model = ModelCheck(cma, fix=self.fixes)
            token = list(model.token())
            yield from token
            if any(one.level is Level.WRONG for one in token):
                return
            yield from model.content_types()
            if self.tenant.options.tags:
                yield from model.tags(self.shop_tags)
            if Side.CONTENTFUL in self.tenant.options.allowed_origins and self.tenant.sync_url:
                key = self.key if self.fixes else None
                yield from HookCheck(cma, self.tenant, new_key=key).findings()
        except (ConnectorError, TenantRefused) as error:
            yield failed(WHERE, error)

    def shop_side(self) -> Iterator[Finding]:
        from chord_platform.products.shop_check import WHERE, ShopCheck

        self.shop_tags: list[str] = []
        try:
            check = ShopCheck(self.tenant, fix=self.fixes)
            access = list(check.access())
            yield from access
            if any(one.subject in ("token", "shop") and one.level is Level.WRONG for one in access):
                return
            if Side.SHOPIFY in self.tenant.options.allowed_origins:
                if self.tenant.sync_url:
                    yield from check.webhooks()
                if self.tenant.options.tags:
                    self.shop_tags = check.tags()
        except (ConnectorError, TenantRefused) as error:
            yield failed(WHERE, error)

    def own_side(self) -> Iterator[Finding]:
        """What stands between both."""
        if not self.tenant.sync_url:
            yield Finding(
                where="Gateway",
                subject="address",
                level=Level.WARNING,
                text="the tenant does not say where its gateway is: webhooks were not checked.",
                next_step="Add gateway_url to the tenant's file.",
            )
        if "slack_webhook_url" not in self.tenant.references:
            yield Finding(
                where="Slack",
                subject="channel",
                level=Level.WARNING,
                text="there is none: nobody is told of failures.",
                next_step="Add slack_webhook_url to the tenant's file.",
            )
            return
        try:
            parts = urlsplit(self.tenant.slack_webhook_url)
        except TenantRefused as error:
            yield failed("Slack", error)
            return
        text = f"an address at {parts.hostname} is given; nothing was sent to it."
        yield Finding(where="Slack", subject="channel", level=Level.OK, text=text)

    def key(self) -> str:
        """One new key, however many places ask for it."""
        assert self.rotate_key is not None
        self.new_key = self.new_key or self.rotate_key()
        return self.new_key


def failed(where: str, error: ConnectorError | TenantRefused) -> Finding:
    return Finding(
        where=where, subject="check", level=Level.WRONG, text=error.what, next_step=error.hint
    )
