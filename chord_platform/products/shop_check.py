"""Whether a shop lets the app do what a tenant's sync needs, and tells the gateway of changes.

Belongs here: token, shop, scopes, webhook subscriptions, the tags in use.
Does not belong here: asking Shopify (`dlt_pipelines.sources.shopify`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chord_platform.products.findings import Finding, Level
from chord_platform.products.options import CONTROL_TAGS
from chord_platform.products.sync_product import Side
from chord_platform.products.tenant import SHOP_SUFFIX, Tenant
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused

if TYPE_CHECKING:
    from dlt_pipelines.sources.shopify.client import Client

WHERE = "Shopify"
TOPICS = ("PRODUCTS_CREATE", "PRODUCTS_DELETE", "PRODUCTS_UPDATE")
NEEDED = ("read_products", "write_products", "read_product_listings", "write_product_listings")
FEATURES = {
    "write_publications": "products are not published to sales channels",
    "write_files": "the text of an image that is in the shop already is not changed",
}
ACCOUNT = """query TenantCheck {
  shop { myshopifyDomain }
  currentAppInstallation { accessScopes { handle } }
}"""
TAGS = """query TagsInUse($after: String) {
  products(first: 250, after: $after) {
    nodes { tags } pageInfo { hasNextPage endCursor }
  }
}"""
MOST_PAGES = 20


def found(
    level: Level, subject: str, text: str, *, next_step: str = "", is_fixable: bool = False
) -> Finding:
    return Finding(
        where=WHERE,
        subject=subject,
        level=level,
        text=text,
        next_step=next_step,
        is_fixable=is_fixable,
    )


def settings_of(tenant: Tenant) -> dict[str, str]:
    """As the connector of the same vendor takes them."""
    values = {
        "shop": tenant.shop_domain.removesuffix(SHOP_SUFFIX),
        "access_token": tenant.admin_token,
    }
    if base_url := tenant.base_url(Side.SHOPIFY):
        values["base_url"] = base_url
    return values


class ShopCheck:
    def __init__(self, tenant: Tenant, *, fix: bool) -> None:
        from dlt_pipelines.connector import ConnectionSettings
        from dlt_pipelines.sources.shopify.client import Client

        self.tenant = tenant
        self.fix = fix
        self.settings = ConnectionSettings(settings_of(tenant))
        self.client: Client = Client(self.settings)

    def access(self) -> Iterator[Finding]:
        """Nothing more can be asked when the token is wrong."""
        try:
            told = self.client.ask(ACCOUNT, {}).data
        except (CredentialsRejected, SettingsRefused) as error:
            step = "Give the tenant the app's Admin API token."
            yield found(Level.WRONG, "token", error.what, next_step=step)
            return
        domain = told["shop"]["myshopifyDomain"]
        if domain != self.tenant.shop_domain:
            text = f"the token is of {domain}, the tenant's shop is {self.tenant.shop_domain}."
            yield found(Level.WRONG, "shop", text, next_step="Correct shopify.shop or the token.")
        else:
            yield found(Level.OK, "token", f"accepted by {domain}.")
        yield from self.scopes({one["handle"] for one in told_scopes(told)})

    def scopes(self, granted: set[str]) -> Iterator[Finding]:
        # Who may write may read.
        held = granted | {one.replace("write_", "read_", 1) for one in granted}
        if missing := [one for one in NEEDED if one not in held]:
            text = f"the app lacks {', '.join(missing)}."
            step = "Grant them to the app in the shop's admin, and install it again."
            yield found(Level.WRONG, "scopes", text, next_step=step)
        else:
            yield found(Level.OK, "scopes", f"{', '.join(NEEDED)}.")
        for scope, loss in FEATURES.items():
            if scope not in held:
                yield found(Level.WARNING, "scopes", f"without {scope} {loss}.")

    def webhooks(self) -> Iterator[Finding]:
        from dlt_pipelines.sources.shopify.webhooks import ShopSubscriptions, SubscriptionRefused

        subscriptions = ShopSubscriptions(self.settings)
        address = self.tenant.sync_url
        there = {one.topic for one in subscriptions.all() if one.uri == address}
        missing = [one for one in TOPICS if one not in there]
        yield from self.signing()
        if not missing:
            yield found(Level.OK, "webhooks", f"tell {address} of {', '.join(TOPICS)}.")
        elif not self.fix:
            told = ", ".join(missing)
            text = f"none of the app's tells {address} of {told}."
            by_hand = self.tenant.references.get("shopify.webhook_secret")
            level = Level.WARNING if by_hand else Level.WRONG
            if by_hand:
                text += " Those made by hand in the admin are not listed."
            step = "`chord tenants check --fix` makes them."
            yield found(level, "webhooks", text, next_step=step, is_fixable=True)
        else:
            for topic in missing:
                try:
                    subscriptions.create(topic, address)
                    yield found(Level.FIXED, "webhooks", f"made: {topic} to {address}.")
                except SubscriptionRefused as refused:
                    text = f"{topic} was refused: {refused}."
                    step = "Shopify takes public https addresses; check gateway_url."
                    yield found(Level.WRONG, "webhooks", text, next_step=step)

    def signing(self) -> Iterator[Finding]:
        if not self.tenant.shopify_webhook_secrets():
            text = "no secret to tell them by: each is refused at the gateway."
            step = "Give shopify.client_secret, and shopify.webhook_secret for those made by hand."
            yield found(Level.WRONG, "webhooks", text, next_step=step)

    def tags(self) -> list[str]:
        """Of the products that the shop has, each once, but not the sync's own switches."""
        names: dict[str, str] = {}
        after = None
        for _ in range(MOST_PAGES):
            page = self.client.ask(TAGS, {"after": after}).data["products"]
            for node in page["nodes"]:
                for tag in node["tags"]:
                    names.setdefault(tag.casefold(), tag)
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        return [name for key, name in sorted(names.items()) if key not in CONTROL_TAGS]


def told_scopes(told: dict[str, Any]) -> list[dict[str, str]]:
    return (told.get("currentAppInstallation") or {}).get("accessScopes") or []
