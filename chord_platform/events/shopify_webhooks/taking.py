"""Takes a connection's webhooks into the inbox of its source.

Belongs here: which source, the source's rules, the record. Does not belong here: what a webhook
tells (`mapping.py`), who hands them over (the queue's worker, the watchdog).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from chord_platform.errors import SourceRefused
from chord_platform.events.addresses import by_policy
from chord_platform.events.consent import consent_action, strip
from chord_platform.events.envelope import Arrival, MessageTooDeep
from chord_platform.events.shopify_webhooks.mapping import Arrived, map_webhook
from chord_platform.events.shopify_webhooks.reading import id_of
from chord_platform.events.source import Source
from chord_platform.events.sources import Sources

FindOrder = Callable[[str], Mapping[str, Any] | None]
"""The shop's own order, by its number: in the shape of its webhook."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """A webhook as it was received."""

    subject: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Taken:
    """record: for the inbox. result: for people, beside the delivery."""

    result: dict[str, Any]
    record: bytes | None = None


def source_of(sources: Sources, connection: str) -> Source:
    """The source that names this connection, else the only one of Shopify's webhooks that names
    none.

    Raises:
        SourceRefused: there is none, or it cannot be told which.
    """
    named = sources.of_connection(connection)
    free = [
        source
        for source in sources.list()
        if source.kind == "shopify_webhook" and source.connection is None
    ]
    found = named or free
    if len(found) == 1:
        return found[0]
    if not found:
        raise SourceRefused(
            f"No source takes the webhooks of {connection}.",
            hint="Make one: chord sources init --company NAME --shopify",
        )
    names = ", ".join(source.name for source in found)
    raise SourceRefused(
        f"Several sources could take the webhooks of {connection}: {names}.",
        hint=f"Choose one: chord connections webhooks {connection} --source NAME",
    )


def take(source: Source, given: Given, *, find_order: FindOrder | None = None) -> Taken:
    """find_order: asked for a refund's order alone; what it raises is the caller's to retry."""
    try:
        body = orjson.loads(given.body)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        return Taken(result={"result": "unreadable", "because": "The body is no JSON object."})
    order = None
    is_refund = given.subject == "refunds/create"
    if is_refund and find_order and (order_id := id_of(body.get("order_id"))):
        order = find_order(order_id)
    headers = given.headers
    found = map_webhook(
        Arrived(
            subject=given.subject,
            body=body,
            received_at=given.received_at,
            known_since=given.received_at - timedelta(days=source.rules.dedupe_days),
            shop=headers.get("x-shopify-shop-domain", ""),
            event_id=headers.get("x-shopify-event-id") or headers.get("x-shopify-webhook-id", ""),
            is_test=headers.get("x-shopify-test", "").lower() == "true",
            order=order,
        )
    )
    if found.message is None:
        return Taken(result={"result": found.outcome, "because": found.because})
    return by_rules(source, found.message, received_at=given.received_at)


def by_rules(source: Source, message: dict[str, Any], *, received_at: datetime) -> Taken:
    """As the collector treats what comes from anywhere else."""
    context = message["context"]
    if "ip" in context:
        kept = by_policy(context.pop("ip"), source.rules.ip_policy)
        if kept:
            context["ip"] = kept
    said = {
        "source": source.name,
        "event": message.get("event") or message["type"],
        "message_id": message["messageId"],
    }
    action = consent_action(context, source.rules.consent)
    left = strip(message) if action == "strip" else message
    if action == "drop" or left is None:
        return Taken(result={**said, "result": "consent", "because": "The source's rule drops it."})
    arrival = Arrival(
        source=source.name,
        protocol="shopify",
        received_at=received_at,
        ip=left["context"].get("ip"),
        user_agent=left["context"].get("userAgent"),
    )
    try:
        return Taken(result={**said, "result": "event"}, record=arrival.record(left))
    except MessageTooDeep as error:
        return Taken(result={**said, "result": "unreadable", "because": str(error)})
