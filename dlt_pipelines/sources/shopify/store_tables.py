"""The raw tables around a store: subscription contracts, disputes, companies, markets, texts.

Belongs here: what lands of these. Does not belong here: how it is asked for (`store_queries.py`),
the other tables (`tables.py`).
"""

from __future__ import annotations

from dlt_pipelines.connector import Table
from dlt_pipelines.sources.shopify.columns import CREATED, LAG, TEXT, TIMESTAMP, UPDATED

COMPANY_ADDRESS_PARTS = (
    "companyName",
    "firstName",
    "lastName",
    "address1",
    "address2",
    "city",
    "province",
    "zoneCode",
    "country",
    "countryCode",
    "zip",
    "phone",
)

STORE_TABLES = (
    Table(
        name="subscription_contracts",
        description="Shopify's own subscriptions, of which an app sees those that it made; a"
        " cancelled one stays.",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="marked",
        optional=True,
        paths=CREATED | UPDATED,
        personal=("note", "customAttributes"),
    ),
    Table(
        name="subscription_contract_lines",
        parent=("subscription_contracts", "subscription_contract_id"),
        deletes="seen",
        optional=True,
        personal=("customAttributes",),
    ),
    Table(
        name="disputes",
        description="Chargebacks and inquiries of Shopify Payments; always read whole.",
        write="replace",
        optional=True,
        columns={"initiated_at": TIMESTAMP, "order_id": TEXT},
        paths={"initiated_at": "initiatedAt", "order_id": "order.id"},
    ),
    Table(
        name="companies",
        description="Business customers, on stores that have B2B.",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        optional=True,
        paths=CREATED | UPDATED,
        personal=("note",),
    ),
    Table(
        name="company_contacts",
        description="Customers who buy for a company. Read with it.",
        parent=("companies", "company_id"),
        deletes="seen",
        optional=True,
        columns={"customer_id": TEXT},
        paths={"customer_id": "customer.id"},
        personal=("title",),
    ),
    Table(
        name="company_locations",
        description="Where a company is billed and sent to. Read with it.",
        parent=("companies", "company_id"),
        deletes="seen",
        optional=True,
        personal=(
            "note",
            "phone",
            *(f"billingAddress.{part}" for part in COMPANY_ADDRESS_PARTS),
            *(f"shippingAddress.{part}" for part in COMPANY_ADDRESS_PARTS),
        ),
    ),
    Table(
        name="markets",
        description="Regions that are sold to on terms of their own; always read whole.",
        write="replace",
        deletes="seen",
        optional=True,
    ),
    Table(
        name="price_lists",
        description="How a catalog's prices differ; always read whole.",
        write="replace",
        deletes="seen",
        optional=True,
    ),
    Table(
        name="pages",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        optional=True,
        paths=CREATED | UPDATED,
    ),
    Table(
        name="blogs",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        optional=True,
        paths=CREATED | UPDATED,
    ),
    Table(
        name="articles",
        description="What a blog holds.",
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        optional=True,
        columns={"blog_id": TEXT},
        paths=CREATED | UPDATED | {"blog_id": "blog.id"},
        personal=("author.name",),
    ),
)
