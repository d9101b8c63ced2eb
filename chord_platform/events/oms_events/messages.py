"""A happening of the OMS as the plan's event.

Belongs here: properties and whose event it is. Does not belong here: asking the tables
(`changes.py`), the inbox (`deriving.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


def message(row: Row, *, connection: str) -> dict[str, Any]:
    """The id names the happening and its connection: whoever derives it again makes the same."""
    event, at = row["event"], iso(row["happened_at"])
    user = own_id(row.get("customer_account_id"))
    subject = row.get("order_number") or own_id(row.get("subscription_id"))
    who = {"userId": user} if user else {"anonymousId": f"oms-{connection}-{subject}"}
    return {
        "type": "track",
        "event": event,
        **who,
        "properties": properties(row),
        "messageId": f"oms-{connection}-{row['id']}",
        "timestamp": at,
        "originalTimestamp": at,
        "sentAt": None,
        "integrations": {},
        "context": {
            "library": {"name": "chord-oms-tables"},
            "oms": {"connection": connection},
        },
    }


def properties(row: Row) -> dict[str, Any]:
    event = row["event"]
    if event == "Shipment Shipped":
        return shipped(row)
    if event.startswith("Subscription "):
        return subscription(row)
    return order(row)


def order(row: Row) -> dict[str, Any]:
    refunded = row.get("refunded_amount")
    goods = known_sum(row["items_amount"], row["promotion_amount"])
    return known(
        {
            "order_id": row["source_order_id"],
            "order_number": row["order_number"],
            "order_date": iso(row["completed_at"]),
            "currency": row["currency"],
            "channel": row["channel"],
            "email": row["email"],
            "first_name": row["first_name"],
            "last_name": row["last_name"],
            "phone": row["phone"],
            "shipping_city": row["city"],
            "shipping_state": row["province_code"],
            "shipping_country": row["country_code"],
            "shipping_zipcode": row["postal_code"],
            "is_recurring": bool(row["is_subscription_order"]),
            "has_subscription": row["subscription_id"] is not None,
            "subscription_id": own_id(row["subscription_id"]),
            "subtotal": number(goods) if refunded is None else None,
            "revenue": number(goods if refunded is None else refunded),
            "total": number(row["total_amount"] if refunded is None else refunded),
            "discount": number(-row["promotion_amount"]) if refunded is None else None,
            "shipping": number(row["shipping_amount"]) if refunded is None else None,
            "tax": number(row["tax_amount"]) if refunded is None else None,
            "products": products(row),
        }
    )


def shipped(row: Row) -> dict[str, Any]:
    parcel = {
        "number": row["shipment_number"],
        "tracking": row["tracking_number"],
        "cost": number(row["cost_amount"]),
        "promo_total": number(row["promotion_amount"]),
        "additional_tax_total": number(row["additional_tax_amount"]),
        "included_tax_total": number(row["included_tax_amount"]),
    }
    return known(
        {
            "email": row["email"],
            "order_number": row["order_number"],
            "shipment": known(parcel),
        }
    )


def subscription(row: Row) -> dict[str, Any]:
    return known(
        {
            "subscription_id": own_id(row["subscription_id"]),
            "state": row["subscription_state"],
            "currency": row["currency"],
            "email": row["email"],
            "interval_length": number(row["interval_length"]),
            "interval_units": row["interval_unit"],
            "actionable_date": day(row["next_order_on"]),
            "end_date": day(row["ends_at"]),
            "products": products(row),
        }
    )


def products(row: Row) -> list[dict[str, Any]]:
    """The plan wants ids, sku and name: what is gone from the OMS has empty texts."""
    return [
        known(
            {
                "line_item_id": own_id(line["line_item_id"]),
                "product_id": own_id(line["product_id"]) or "",
                "sku": line["sku"] or "",
                "name": line["name"] or "",
                "slug": line["slug"],
                "variant": line["variant"],
                "option_values": [line["options"]] if line["options"] else None,
                "price": number(line.get("price")),
                "quantity": number(line["quantity"]),
                "revenue": number(line.get("revenue")),
                "position": position,
            }
        )
        for position, line in enumerate(row["products"] or (), start=1)
    ]


def own_id(key: str | None) -> str | None:
    """The OMS's own id: staging puts the connection before it."""
    return None if key is None else key.rsplit(":", 1)[-1]


def number(value: Decimal | int | None) -> float | int | None:
    """The plan wants JSON numbers; sums were made before, exactly."""
    return float(value) if isinstance(value, Decimal) else value


def known_sum(*values: Decimal | None) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()[:10]


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    return {key: value for key, value in values.items() if value is not None}
