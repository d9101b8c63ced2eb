"""Who subscribes, as Recharge's records.

Belongs here: the store, customers, their addresses, payment methods, metafields.
Does not belong here: what they subscribed to (`records.py`), payments (`charge_records.py`).
"""

from __future__ import annotations

from datetime import datetime

from vendor_emulator.business import Business, Customer, Subscription
from vendor_emulator.vendors.recharge.forms import Record, external, number, shown


def store_record(business: Business) -> Record:
    return {
        "id": 57_100,
        "checkout_platform": "shopify",
        "created_at": shown(business.start),
        "currency": "USD",
        "email": "owner@example.com",
        "enabled_presentment_currencies": ["USD"],
        "external_platform": "shopify",
        "identifier": "fable-and-co.myshopify.com",
        "name": business.name,
        "phone": None,
        "timezone": {"iana_name": "America/New_York", "name": "(GMT-05:00) Eastern Time"},
        "updated_at": shown(business.start),
        "weight_unit": "lb",
    }


def name_of(customer: Customer) -> tuple[str, str]:
    return customer.first_name or "", customer.last_name or ""


def customer_record(
    customer: Customer, subscriptions: list[Subscription], since: datetime
) -> Record:
    first, last = name_of(customer)
    return {
        "id": number("customers", customer.id),
        "analytics_data": {"utm_params": []},
        "apply_credit_to_next_recurring_charge": False,
        "created_at": shown(since),
        "email": customer.email or f"redacted-{customer.id}@example.com",
        "external_customer_id": external("Customer", customer.id),
        "first_charge_processed_at": shown(since),
        "first_name": first,
        "has_payment_method_in_dunning": False,
        "has_valid_payment_method": True,
        "hash": f"{customer.id * 2654435761 % 2**32:08x}",
        "last_name": last,
        "phone": customer.phone or "",
        "subscriptions_active_count": sum(one.state == "active" for one in subscriptions),
        "subscriptions_total_count": len(subscriptions),
        "tax_exempt": False,
        "updated_at": shown(max((one.updated_at for one in subscriptions), default=since)),
    }


def street(customer: Customer) -> Record:
    place, (first, last) = customer.default_address, name_of(customer)
    return {
        "address1": place.address1 if place else "",
        "address2": place.address2 if place else None,
        "city": place.city if place else "",
        "company": place.company if place else None,
        "country_code": place.country_code if place else "US",
        "first_name": place.first_name if place else first,
        "last_name": place.last_name if place else last,
        "phone": place.phone if place else None,
        "province": place.province if place else None,
        "zip": place.zip if place else None,
    }


def address_record(customer: Customer, since: datetime) -> Record:
    return {
        "id": number("addresses", customer.id),
        **street(customer),
        "created_at": shown(since),
        "customer_id": number("customers", customer.id),
        "discounts": [],
        "order_attributes": [],
        "order_note": None,
        "payment_method_id": number("payment_methods", customer.id),
        "presentment_currency": "USD",
        "shipping_lines_override": None,
        "updated_at": shown(since),
    }


def payment_method(customer: Customer, since: datetime) -> Record:
    return {
        "id": number("payment_methods", customer.id),
        "billing_address": street(customer),
        "created_at": shown(since),
        "customer_id": number("customers", customer.id),
        "default": True,
        "payment_details": {
            "brand": "visa",
            "exp_month": str(1 + customer.id % 12),
            "exp_year": "2030",
            "last4": f"{customer.id * 37 % 10_000:04d}",
        },
        "payment_type": "CREDIT_CARD",
        "processor_customer_token": f"cus_{customer.id:08d}",
        "processor_name": "shopify_payments",
        "processor_payment_method_token": f"pm_{customer.id:08d}",
        "status": "valid",
        "status_reason": None,
        "updated_at": shown(since),
    }


def metafield(owner: str, own: int, owner_id: int) -> Record:
    # These carry no zone, unlike every other time of this vendor.
    return {
        "id": number("metafields", own),
        "created_at": "2025-06-01T09:00:00",
        "description": "",
        "key": "source",
        "namespace": "signup",
        "owner_id": owner_id,
        "owner_resource": owner,
        "updated_at": "2025-06-01T09:00:00",
        "value": ("quiz", "popup", "store")[own % 3],
        "value_type": "string",
    }
