"""The raw tables of Recharge: keys, cursors and where personal data stands.

Belongs here: what lands. Does not belong here: how it is asked for (`source.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dlt_pipelines.connector import Table

LAG = timedelta(minutes=10)
TEXT: dict[str, Any] = {"data_type": "text"}
TIMESTAMP: dict[str, Any] = {"data_type": "timestamp"}
PERSON = ("first_name", "last_name", "email", "phone")
STREET = ("company", "address1", "address2", "city", "province", "zip")


def address(field: str) -> tuple[str, ...]:
    return tuple(f"{field}.{part}" for part in (*PERSON, *STREET))


def changing(
    name: str,
    description: str,
    *links: str,
    personal: tuple[str, ...] = (),
    optional: bool = False,
    paths: dict[str, str] | None = None,
) -> Table:
    """A table that is asked for by time of change, and whose deletions are told by events."""
    return Table(
        name=name,
        description=description,
        cursor="updated_at",
        created="created_at",
        lag=LAG,
        deletes="seen",
        columns=dict.fromkeys(links, TEXT),
        paths=paths or {},
        personal=personal,
        optional=optional,
    )


TABLES = (
    Table(name="store", description="The store itself: one row.", write="replace", optional=True),
    changing(
        "customers",
        "Who subscribed. `external_customer_id.ecommerce` is the shop's own customer.",
        personal=(*PERSON, "hash"),
        optional=True,
    ),
    changing(
        "addresses",
        "Where subscriptions are sent to; one that was merged into another is gone.",
        "customer_id",
        personal=(*PERSON, *STREET, "order_note", "note_attributes", "order_attributes"),
        optional=True,
    ),
    changing(
        "subscriptions",
        "What is sent, how often and until when. A cancelled one stays, with its time and reason.",
        "customer_id",
        "address_id",
        personal=("properties", "cancellation_reason_comments"),
        optional=True,
    ),
    changing(
        "charges",
        "Payments: those made, those that failed, and those to come (queued).",
        "customer_id",
        "address_id",
        paths={"customer_id": "customer.id"},
        personal=(
            "customer.email",
            "customer.hash",
            "client_details",
            "note",
            "order_attributes",
            "line_items.properties",
            *address("billing_address"),
            *address("shipping_address"),
        ),
        optional=True,
    ),
    changing(
        "orders",
        "What a paid charge became; `external_order_id.ecommerce` is the shop's own order.",
        "customer_id",
        "address_id",
        "charge_id",
        paths={"customer_id": "customer.id", "charge_id": "charge.id"},
        personal=(
            "customer.email",
            "customer.hash",
            "client_details",
            "note",
            "order_attributes",
            "line_items.properties",
            *address("billing_address"),
            *address("shipping_address"),
        ),
        optional=True,
    ),
    changing(
        "onetimes",
        "Products added once to a coming charge, cancelled ones too.",
        "customer_id",
        "address_id",
        personal=("properties",),
        optional=True,
    ),
    changing("discounts", "Codes for subscriptions.", optional=True),
    changing("bundle_selections", "What a customer chose for a bundle.", optional=True),
    changing("credit_adjustments", "Store credit given and used.", optional=True),
    Table(
        name="plans",
        description="How a product may be subscribed to: interval, discount. Took the place of the"
        " withdrawn list of products.",
        write="replace",
        deletes="seen",
        columns={"created_at": TIMESTAMP, "updated_at": TIMESTAMP},
        optional=True,
    ),
    Table(
        name="collections",
        description="Groups of products for bundles and the portal.",
        write="replace",
        deletes="seen",
        columns={"created_at": TIMESTAMP, "updated_at": TIMESTAMP},
        optional=True,
    ),
    Table(
        name="payment_methods",
        description="Cards and wallets, as far as Recharge shows them: kind, state, last digits.",
        write="replace",
        deletes="seen",
        columns={"customer_id": TEXT, "created_at": TIMESTAMP, "updated_at": TIMESTAMP},
        personal=(
            *address("billing_address"),
            "payment_details",
            "processor_customer_token",
            "processor_payment_method_token",
        ),
        optional=True,
    ),
    Table(
        name="metafields",
        description="Further fields of customers, subscriptions, orders, charges, addresses and"
        " the store: one pass for each kind of owner.",
        deletes="seen",
        columns={"owner_id": TEXT, "owner_resource": TEXT, "updated_at": TIMESTAMP},
        personal=("value",),
        optional=True,
    ),
    Table(
        name="events",
        description="Who changed what. Recharge shows the last seven days only; what it deleted"
        " leaves the other tables by these.",
        cursor="created_at",
        lag=LAG,
        write="append",
        columns={"object_type": TEXT, "object_id": TEXT, "verb": TEXT, "customer_id": TEXT},
        personal=("source.account_email", "updated_attributes", "custom_attributes", "description"),
        optional=True,
    ),
)
BY_NAME = {table.name: table for table in TABLES}
