"""What a person sees when setting a Shopify connection up: fields, guide, setup test, counts.

Belongs here: everything outside a sync. Does not belong here: reading (`readers.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Field
from dlt_pipelines.sources.shopify.documents import SETUP_TEST, moment
from dlt_pipelines.sources.shopify.scopes import SIXTY_DAYS

FIELDS = (
    Field(
        name="shop",
        label="Shop",
        help="The store's permanent name: `my-shop`, or `my-shop.myshopify.com`.",
        pattern=r"[A-Za-z0-9][A-Za-z0-9-]*(\.myshopify\.com)?",
    ),
    Field(
        name="access_token",
        label="Access token",
        help="Admin API access token of an existing custom app (`shpat_...`).",
        secret=True,
        required=False,
    ),
    Field(
        name="client_id",
        label="Client ID",
        help="Of an app made in the Dev Dashboard and installed on this store.",
        required=False,
    ),
    Field(
        name="client_secret",
        label="Client secret",
        help="Belongs to the client ID; tokens are renewed by themselves.",
        secret=True,
        required=False,
    ),
    Field(
        name="webhook_secret",
        label="Webhook secret",
        help="Of the admin's page Settings > Notifications > Webhooks, for webhooks made by hand.",
        secret=True,
        required=False,
    ),
    Field(
        name="start_on",
        label="Start on",
        help="A date (2024-01-31): the first sync reads what changed since then. Empty: all.",
        required=False,
        pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    ),
    Field(
        name="extraction",
        label="Extraction",
        help="auto (pages or bulk jobs, whichever is sooner done), bulk, or paged.",
        required=False,
        default="auto",
        pattern="auto|bulk|paged",
    ),
    Field(
        name="base_url",
        label="Address",
        help="Empty for Shopify itself. It begins with https://.",
        required=False,
        pattern=r"https?://\S+",
    ),
)

SETUP_GUIDE = """\
1. In the Shopify Dev Dashboard create an app for your organisation (a store's own "custom apps"
   can no longer be made; if you have one, its access token still works).
2. Give it these Admin API scopes: read_orders, read_all_orders, read_customers, read_products,
   read_inventory, read_locations, read_discounts. Without read_all_orders Shopify shows only the
   last 60 days of orders; what another missing scope would show is left out, and a warning says so.
   For returns, parcels' contents, drafts and gift cards give also: read_returns,
   read_merchant_managed_fulfillment_orders, read_assigned_fulfillment_orders,
   read_third_party_fulfillment_orders, read_draft_orders, read_gift_cards.
   For disputes, companies, markets, pages and blogs: read_shopify_payments_disputes,
   read_companies, read_markets, read_content. Subscription contracts are shown to the app that
   made them, if Shopify granted it read_own_subscription_contracts.
3. Under "Protected customer data access" request name, e-mail, phone and address; without it they
   stay empty.
4. Release the app and install it on the store.
5. Give the store's name and the app's client ID and secret:
   chord connections add my_shop --connector shopify --set shop=my-shop \\
       --set client_id=... --secret client_secret=env:SHOPIFY_CLIENT_SECRET
   or, for an existing custom app, --secret access_token=env:SHOPIFY_ACCESS_TOKEN.
"""

COUNTS = {
    "orders": ("ordersCount", "created_at"),
    "products": ("productsCount", "created_at"),
    "customers": ("customersCount", "created_at"),
    "abandoned_checkouts": ("abandonedCheckoutsCount", "created_at"),
    "draft_orders": ("draftOrdersCount", "created_at"),
    "gift_cards": ("giftCardsCount", "created_at"),
    "blogs": ("blogsCount", "created_at"),
    "pages": ("pagesCount", None),
    "companies": ("companiesCount", None),
    "product_variants": ("productVariantsCount", None),
    "collections": ("collectionsCount", None),
    "discounts": ("discountNodesCount", None),
}
"""Locations have a count too, but inactive ones are left out of it."""
PROTECTED = (
    "Protected customer data is not shown to this app: names, e-mail addresses, phone numbers and"
    " addresses stay empty. Request it in the app's settings."
)


def check(settings: ConnectionSettings) -> CheckResult:
    # The catalog reads this file, and the client loads an HTTP library.
    from dlt_pipelines.sources.shopify.client import Client, FieldsDenied

    client = Client(settings)
    denied: frozenset[str] = frozenset()
    try:
        access, shop = client.account(SETUP_TEST)
    except FieldsDenied as refused:
        denied = refused.paths
        access, shop = client.account()
    warnings = [message for messages in settings.report.warnings.values() for message in messages]
    if access.opens(("read_orders",)) and not access.sees_all_orders:
        warnings.append(SIXTY_DAYS)
    if access.opens(("read_customers",)) and denied:
        warnings.append(PROTECTED)
    return CheckResult(
        account=f"{shop['name']} ({shop['myshopifyDomain']})",
        missing_scopes=access.missing(),
        warnings=tuple(warnings),
    )


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    """Not of a table that the key may not count: reconciliation needs a number it can trust."""
    from dlt_pipelines.sources.shopify.client import Client
    from dlt_pipelines.sources.shopify.counts import counted

    asked = {
        query: f"{created}:<'{moment(before)}'" if created else None
        for query, created in (COUNTS[table] for table in tables if table in COUNTS)
    }
    numbers = counted(Client(settings), asked)
    return {
        table: numbers[COUNTS[table][0]]
        for table in tables
        if table in COUNTS and COUNTS[table][0] in numbers
    }
