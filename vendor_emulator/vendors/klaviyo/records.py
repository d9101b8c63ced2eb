"""The business's people as Klaviyo's JSON:API records, and what every record is made of.

Belongs here: ids, relations, the account, profiles, lists, tags. Does not belong here: messages
(`messages.py`), events (`event_log.py`), goods and coupons (`goods.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from vendor_emulator.business import Business, Customer

SITE = "https://a.klaviyo.com"
TIME_ZONE = "America/New_York"
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
Record = dict[str, Any]

METRICS = {
    "received": ("RcvEml", "Received Email", "Klaviyo"),
    "opened": ("OpnEml", "Opened Email", "Klaviyo"),
    "clicked": ("ClkEml", "Clicked Email", "Klaviyo"),
    "bounced": ("BncEml", "Bounced Email", "Klaviyo"),
    "unsubscribed": ("UnsEml", "Unsubscribed", "Klaviyo"),
    "marked_spam": ("SpmEml", "Marked Email as Spam", "Klaviyo"),
    "sms_received": ("RcvSms", "Received SMS", "Klaviyo"),
    "sms_clicked": ("ClkSms", "Clicked SMS", "Klaviyo"),
    "sms_bounced": ("FldSms", "Failed to Deliver SMS", "Klaviyo"),
    "sms_unsubscribed": ("UnsSms", "Unsubscribed from SMS Marketing", "Klaviyo"),
    "placed_order": ("PlcOrd", "Placed Order", "Shopify"),
    "active_on_site": ("ActSit", "Active on Site", "API"),
}
SEASONS = ("Spring", "Summer", "Autumn", "Winter")
TAGS = {"Promotional": "Campaign kind", "Newsletter": "Campaign kind", "Automatic": "Default"}


def code(number: int, prefix: str) -> str:
    """Six characters such as Klaviyo gives to lists, flows and templates."""
    text = ""
    while number or not text:
        number, place = divmod(number, len(LETTERS))
        text = LETTERS[place] + text
    return prefix + text.rjust(6 - len(prefix), "x")


def ulid(number: int, prefix: str) -> str:
    return f"01{prefix}{number:0{24 - len(prefix)}d}"


def profile_id(customer_id: int) -> str:
    return ulid(customer_id, "FABLE")


def campaign_id(number: int) -> str:
    return ulid(number, "CAMP")


def message_id(number: int) -> str:
    return ulid(number, "CMSG")


def flow_id(number: int) -> str:
    return code(number, "Fw")


def flow_message_id(number: int) -> str:
    return code(number, "Fm")


def template_id(number: int) -> str:
    return code(number, "Te")


def tag_id(name: str) -> str:
    return f"7a9b0000-0000-4000-8000-{sum(name.encode()):012d}"


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def record(kind: str, key: str, attributes: Record, **relations: Any) -> Record:
    """Relations: a record's (kind, id), a list of them, or None."""
    path = f"{SITE}/api/{'catalog-categorie' if kind == 'catalog-category' else kind}s/{key}"
    made: Record = {"type": kind, "id": key, "attributes": attributes, "links": {"self": path}}
    if relations:
        made["relationships"] = {
            name.replace("_", "-"): {
                "data": linkage(to),
                "links": {
                    "self": f"{path}/relationships/{name.replace('_', '-')}",
                    "related": f"{path}/{name.replace('_', '-')}",
                },
            }
            for name, to in relations.items()
            if to is not None
        }
    return made


def linkage(to: Any) -> Any:
    if isinstance(to, list):
        return [linkage(each) for each in to]
    return {"type": to[0], "id": to[1]}


def account(business: Business) -> Record:
    return record(
        "account",
        "FabCo1",
        {
            "test_account": False,
            "contact_information": {
                "default_sender_name": business.name,
                "default_sender_email": "hello@fable.example",
                "website_url": "https://fable.example",
                "organization_name": business.name,
                "street_address": {
                    "address1": "1 Wharf Street",
                    "address2": None,
                    "city": "Portland",
                    "region": "ME",
                    "country": "United States",
                    "zip": "04101",
                },
            },
            "industry": "Apparel and accessories",
            "timezone": TIME_ZONE,
            "preferred_currency": "USD",
            "public_api_key": "FabCo1",
            "locale": "en-US",
        },
    )


def metrics(business: Business) -> Iterator[Record]:
    created = written(business.start)
    for key, name, integration in METRICS.values():
        yield record(
            "metric",
            key,
            {
                "name": name,
                "created": created,
                "updated": created,
                "integration": {
                    "object": "integration",
                    "id": {"Klaviyo": "0rG4eQ", "Shopify": "0eMvjm", "API": "7FtS4J"}[integration],
                    "name": integration,
                    "category": {"Klaviyo": "Internal", "Shopify": "eCommerce", "API": "API"}[
                        integration
                    ],
                },
            },
        )


def profile(customer: Customer) -> Record:
    place = customer.default_address
    created = written(customer.created_at)
    return record(
        "profile",
        profile_id(customer.id),
        {
            "email": customer.email,
            "phone_number": customer.phone,
            "external_id": str(customer.id),
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "organization": None,
            "locale": customer.locale,
            "title": None,
            "image": None,
            "created": created,
            "updated": written(customer.updated_at),
            "last_event_date": None,
            "location": {
                "address1": place.address1 if place else None,
                "address2": place.address2 if place else None,
                "city": place.city if place else None,
                "country": place.country if place else None,
                "latitude": "43.6591",
                "longitude": "-70.2568",
                "region": place.province if place else None,
                "zip": place.zip if place else None,
                "timezone": TIME_ZONE,
                "ip": None,
            },
            "properties": {
                "Accepts Marketing": customer.accepts_marketing,
                "Shopify Tags": list(customer.tags),
            },
        },
    )


def subscriptions(one: Record) -> Record:
    attributes = one["attributes"]
    is_subscribed = attributes["properties"]["Accepts Marketing"]
    consent = "SUBSCRIBED" if is_subscribed else "NEVER_SUBSCRIBED"
    common = {
        "consent": consent,
        "consent_timestamp": attributes["created"] if is_subscribed else None,
        "last_updated": attributes["updated"],
        "method": "FORM" if is_subscribed else None,
        "method_detail": None,
    }
    texts = is_subscribed and attributes["phone_number"] is not None
    return {
        "email": {
            "marketing": {
                "can_receive_email_marketing": is_subscribed,
                **common,
                "custom_method_detail": None,
                "double_optin": False,
                "suppression": [],
                "list_suppressions": [],
            }
        },
        "sms": {"marketing": {"can_receive_sms_marketing": texts, **common}},
    }


def groups(business: Business) -> Iterator[Record]:
    """Twelve lists and four segments: both lists of them need a second page, or nearly."""
    names = ["Newsletter", "Text messages"]
    names += [f"{season} {year}" for year in (2025, 2026) for season in SEASONS]
    names += ["Preview list", "Friends of the house"]
    for number, name in enumerate(names):
        created = written(business.start + timedelta(days=number))
        attributes = {"name": name, "created": created, "updated": created}
        attributes["opt_in_process"] = "double_opt_in" if number % 2 else "single_opt_in"
        yield record("list", code(number, "Li"), attributes, tags=[])
    for number, name in enumerate(("Engaged", "Buyers", "Not seen lately", "Subscribers")):
        created = written(business.start + timedelta(days=20 + number))
        member = {
            "type": "profile-group-membership",
            "is_member": True,
            "group_ids": [code(0, "Li")],
        }
        yield record(
            "segment",
            code(number, "Sg"),
            {
                "name": name,
                "definition": {"condition_groups": [{"conditions": [member]}]},
                "created": created,
                "updated": created,
                "is_active": True,
                "is_processing": False,
                "is_starred": number == 0,
            },
            tags=[],
        )


def tags() -> Iterator[Record]:
    for group in sorted(set(TAGS.values())):
        yield record(
            "tag-group",
            tag_id(group),
            {"name": group, "exclusive": False, "default": group == "Default"},
        )
    for name, group in TAGS.items():
        yield record("tag", tag_id(name), {"name": name}, tag_group=("tag-group", tag_id(group)))
