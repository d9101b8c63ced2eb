"""One webhook as the event it tells of, or the reason why it tells of none.

Belongs here: the message around an event, whose it is, and its id. Does not belong here: properties
(`orders.py`, `people.py`), asking the shop, the inbox.

Ids are made of what happened, never of the delivery: the copies that Shopify, a second
subscription, a replay or the polling watchdog bring are one message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chord_platform.events.shopify_webhooks import browser, orders, people
from chord_platform.events.shopify_webhooks.reading import (
    id_of,
    iso,
    mapping,
    mappings,
    moment,
    text,
)

FUTURE = timedelta(hours=1)
"""A clock may be wrong by so much; an event beyond is taken to be of now."""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A delivery's facts. known_since: copies of older messages would no longer be recognised, so
    that what is older is left out rather than counted twice."""

    subject: str
    body: Mapping[str, Any]
    received_at: datetime
    known_since: datetime
    shop: str = ""
    event_id: str = ""
    is_test: bool = False
    order: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """Either a message, or why there is none: one word for machines and a sentence for people."""

    message: dict[str, Any] | None = None
    outcome: str = "event"
    because: str = ""


def map_webhook(arrived: Arrived) -> Mapped:
    if arrived.is_test:
        return Mapped(outcome="test_notification", because="The admin page's test button sent it.")
    maker = MAKERS.get(arrived.subject)
    if maker is None:
        return Mapped(outcome="no_event", because=f"{arrived.subject} is no event of the plan.")
    return maker(arrived)


def order_completed(arrived: Arrived) -> Mapped:
    order = arrived.body
    if not (order_id := id_of(order.get("id"))):
        return unreadable("an order without an id")
    return event(
        arrived,
        "Order Completed",
        orders.order_completed(order),
        id=f"order_completed-{order_id}",
        at=moment(order.get("created_at")),
        person=order,
    )


def order_refunded(arrived: Arrived) -> Mapped:
    refund = arrived.body
    refund_id, order_id = id_of(refund.get("id")), id_of(refund.get("order_id"))
    if not refund_id or not order_id:
        return unreadable("a refund without its id or its order's")
    return event(
        arrived,
        "Order Refunded",
        orders.order_refunded(refund, arrived.order),
        id=f"order_refunded-{refund_id}",
        at=moment(refund.get("created_at")),
        person=arrived.order or {},
        otherwise=f"shopify-order-{order_id}",
    )


def checkout_started(arrived: Arrived) -> Mapped:
    checkout = arrived.body
    # Its name is its number, and in webhooks and GraphQL alike; bodies have no id since 2026-04.
    token = (text(checkout.get("name")) or "").removeprefix("#") or text(checkout.get("token"))
    if not token:
        return unreadable("a checkout without a name or a token")
    if not mappings(checkout.get("line_items")):
        return Mapped(outcome="not_yet", because="The checkout has no lines yet; an update has.")
    made = event(
        arrived,
        "Checkout Started",
        orders.checkout_started(checkout),
        id=f"checkout_started-{token}",
        at=moment(checkout.get("created_at")),
        person=checkout,
    )
    if made.message and (ids := browser.tracking_ids(checkout)):
        made.message["context"]["tracking_ids"] = ids
    return made


def identified(arrived: Arrived) -> Mapped:
    customer = arrived.body
    if not (customer_id := id_of(customer.get("id"))):
        return unreadable("a customer without an id")
    changed_at = moment(customer.get("updated_at")) or moment(customer.get("created_at"))
    version = int(changed_at.timestamp()) if changed_at else arrived.event_id
    return message(
        arrived,
        {"type": "identify", "userId": customer_id, "traits": people.traits(customer)},
        id=f"identify-{customer_id}-{version}",
        at=changed_at,
    )


def subscription(arrived: Arrived) -> Mapped:
    body, name = arrived.body, people.SUBSCRIPTION_EVENTS[arrived.subject]
    if not (contract := people.subscription_id(body)):
        return unreadable("a subscription without an id")
    slug = name.lower().replace(" ", "_")
    which = which_of(name, arrived)
    own_id = f"{slug}-{contract}-{which}" if which else f"{slug}-{contract}"
    return event(
        arrived,
        name,
        people.subscription(body),
        id=own_id,
        at=moment(body.get("updated_at") or body.get("created_at")),
        person={"customer": {"id": body.get("customer_id")}},
        otherwise=f"shopify-subscription-{contract}",
    )


ENDINGS = ("Subscription Cancelled", "Subscription Expired")


def which_of(name: str, arrived: Arrived) -> str | None:
    """What tells two events of one contract apart. It is made once. Ended, it begins anew only by
    an edit, which gives it another revision; that the watchdog sees, too. It may be paused twice in
    one revision, and its body has no time: Shopify's own id of the event is all there is."""
    if name == "Subscription Created":
        return None
    body = arrived.body
    own = text(body.get("idempotency_key"))
    revision = text(body.get("revision_id"))
    return (
        (revision or arrived.event_id) if name in ENDINGS else own or arrived.event_id or revision
    )


def event(
    arrived: Arrived,
    name: str,
    properties: dict[str, Any],
    *,
    id: str,
    at: datetime | None,
    person: Mapping[str, Any],
    otherwise: str = "",
) -> Mapped:
    """person: the order or checkout that says who it is. Segment's message needs somebody: a guest
    without the browser's id is known by the checkout, which at least joins its own events."""
    user = id_of(mapping(person.get("customer")).get("id"))
    anonymous = browser.anonymous_id(person)
    if not user and not anonymous:
        token = text(person.get("checkout_token") or person.get("token") or person.get("id"))
        anonymous = f"shopify-checkout-{token}" if token and not otherwise else otherwise
    who = {"userId": user, "anonymousId": anonymous}
    named = {key: value for key, value in who.items() if value}
    base = {"type": "track", "event": name, **named, "properties": properties}
    return message(arrived, base, id=id, at=at, context=browser.context(person))


def message(
    arrived: Arrived,
    base: dict[str, Any],
    *,
    id: str,
    at: datetime | None,
    context: Mapping[str, Any] | None = None,
) -> Mapped:
    happened_at = at if at and at <= arrived.received_at + FUTURE else arrived.received_at
    if happened_at < arrived.known_since:
        return Mapped(
            outcome="too_old",
            because=f"It happened at {iso(happened_at)}; copies are known since"
            f" {iso(arrived.known_since)} only, so that it might be counted twice.",
        )
    shopify = {"shop": arrived.shop, "topic": arrived.subject}
    library = {"name": "chord-shopify-webhook"}
    made = {
        **base,
        "messageId": f"shopify-{id}",
        "timestamp": iso(happened_at),
        "originalTimestamp": iso(happened_at),
        "sentAt": None,
        "integrations": {},
        "context": {**(context or {}), "library": library, "shopify": shopify},
    }
    return Mapped(message=made)


def unreadable(what: str) -> Mapped:
    return Mapped(outcome="unreadable", because=f"The body is {what}.")


MAKERS: Mapping[str, Callable[[Arrived], Mapped]] = {
    "orders/create": order_completed,
    "orders/paid": order_completed,
    "refunds/create": order_refunded,
    "checkouts/create": checkout_started,
    "checkouts/update": checkout_started,
    "customers/create": identified,
    "customers/update": identified,
    **dict.fromkeys(people.SUBSCRIPTION_EVENTS, subscription),
}
