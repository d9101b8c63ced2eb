"""The account around the tickets: people, groups, fields, forms, rules.

Belongs here: records of the lists and of users and organizations. Does not belong here: tickets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from vendor_emulator.business import Business, Customer
from vendor_emulator.business_support import AGENTS, SUBJECTS
from vendor_emulator.vendors.zendesk.records import (
    ADDRESS,
    ADMIN,
    AGENT,
    FIELD_ORDER,
    FIELD_REASON,
    GROUP,
    ORGANIZATION,
    STATUS,
    STATUSES,
    USER,
    Record,
    organization_of,
    stamp,
)
from vendor_emulator.vendors.zendesk.shapes import (
    brand,
    custom_field,
    sla_policy,
    ticket_field,
    ticket_form,
)


def agent_records(started: datetime) -> Iterator[Record]:
    people = [(ADMIN, "Ada Owner", "admin")]
    people += [(AGENT + number, f"Agent {number}", "agent") for number in range(1, AGENTS + 1)]
    for key, name, role in people:
        address = f"{name.lower().replace(' ', '.')}@fable-and-co.example"
        yield user_record(key, name, address, None, role, started, started)


def customer_record(customer: Customer, email: str, at: datetime) -> Record:
    name = " ".join(filter(None, (customer.first_name, customer.last_name))) or email
    return user_record(
        USER + customer.id, name, email, customer.phone, "end-user", customer.created_at, at
    )


def user_record(
    key: int,
    name: str,
    email: str,
    phone: str | None,
    role: str,
    created_at: datetime,
    updated_at: datetime,
) -> Record:
    return {
        "id": key,
        "url": f"{ADDRESS}/users/{key}.json",
        "name": name,
        "email": email,
        "created_at": stamp(created_at),
        "updated_at": stamp(updated_at),
        "time_zone": "Eastern Time (US & Canada)",
        "iana_time_zone": "America/New_York",
        "phone": phone,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": organization_of(key - USER) if role == "end-user" else None,
        "role": role,
        "verified": True,
        "external_id": str(key - USER) if role == "end-user" else None,
        "tags": [],
        "alias": "",
        "active": True,
        "shared": False,
        "shared_agent": False,
        "last_login_at": None,
        "two_factor_auth_enabled": None,
        "signature": None,
        "details": "",
        "notes": "",
        "role_type": None if role == "end-user" else 4,
        "custom_role_id": None,
        "moderator": role != "end-user",
        "ticket_restriction": "requested" if role == "end-user" else None,
        "only_private_comments": False,
        "restricted_agent": False,
        "suspended": False,
        "default_group_id": None,
        "report_csv": False,
        "user_fields": {"favourite_product": None},
    }


def organization_records(started: datetime) -> Iterator[Record]:
    for number, name in enumerate(("Nordwind GmbH", "Blue Door Ltd", "Casa Verde SA"), start=1):
        at = started + timedelta(days=number)
        yield {
            "id": ORGANIZATION + number,
            "url": f"{ADDRESS}/organizations/{ORGANIZATION + number}.json",
            "name": name,
            "shared_tickets": False,
            "shared_comments": False,
            "external_id": None,
            "created_at": stamp(at),
            "updated_at": stamp(at),
            "domain_names": [],
            "details": None,
            "notes": None,
            "group_id": None,
            "tags": [],
            "organization_fields": {"tier": "gold"},
        }


def lists(business: Business, requesters: list[int]) -> dict[str, list[Record]]:
    """By the key under which Zendesk lists them."""
    at = stamp(business.start)
    made = {"created_at": at, "updated_at": at}
    members = [key for key in requesters if organization_of(key - USER) is not None]
    return {
        "groups": [
            {
                "id": GROUP + number,
                "url": f"{ADDRESS}/groups/{GROUP + number}.json",
                "name": name,
                "description": "",
                "default": number == 1,
                "deleted": False,
                "is_public": True,
                **made,
            }
            for number, name in enumerate(("Orders", "Returns"), start=1)
        ],
        "group_memberships": [
            {
                "id": GROUP + 50 + number,
                "user_id": AGENT + number,
                "group_id": GROUP + 1 + number % 2,
                "default": True,
                **made,
            }
            for number in range(1, AGENTS + 1)
        ],
        "brands": [brand(business.name, made)],
        "ticket_fields": [
            ticket_field(360_000_400, "Status", "status", made),
            ticket_field(FIELD_ORDER, "Order", "text", made),
            ticket_field(FIELD_REASON, "Reason", "tagger", made),
        ],
        "ticket_forms": [ticket_form(made)],
        "user_fields": [
            custom_field(360_000_501, "favourite_product", "Favourite product", "text", made)
        ],
        "organization_fields": [custom_field(360_000_502, "tier", "Tier", "dropdown", made)],
        "organization_memberships": [
            {
                "id": key * 10,
                "user_id": key,
                "organization_id": organization_of(key - USER),
                "default": True,
                "organization_name": "A wholesaler",
                "view_tickets": True,
                **made,
            }
            for key in members
        ],
        "macros": [
            {
                "id": 360_000_600 + number,
                "url": f"{ADDRESS}/macros/{360_000_600 + number}.json",
                "title": title,
                "active": True,
                "default": False,
                "position": number,
                "description": None,
                "actions": [{"field": "status", "value": status}],
                "restriction": None,
                **made,
            }
            for number, (title, status) in enumerate((("Ask", "pending"), ("Close", "solved")))
        ],
        "sla_policies": [sla_policy(made)],
        "custom_statuses": [
            {
                "id": STATUS + number,
                "status_category": status,
                "agent_label": status.title(),
                "end_user_label": status.title(),
                "description": "",
                "end_user_description": "",
                "raw_agent_label": status.title(),
                "raw_end_user_label": status.title(),
                "raw_description": "",
                "raw_end_user_description": "",
                "active": True,
                "default": True,
                **made,
            }
            for number, status in enumerate(STATUSES, start=1)
        ],
        "tags": [{"name": "vip", "count": 12}, *subject_tags()],
    }


def subject_tags() -> Iterator[Record]:
    for number, subject in enumerate(SUBJECTS):
        yield {"name": subject.lower().replace(" ", "_").strip("?"), "count": 40 - number}
