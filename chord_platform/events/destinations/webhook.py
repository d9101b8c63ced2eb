"""Signed webhook: events go to an address of your own, signed as Standard Webhooks say.

Headers  webhook-id (the message's id), webhook-timestamp, webhook-signature: `v1,` and HMAC-SHA256
Body     {"type": "track.order_completed", "timestamp", "data": {"source", "environment", "event",
         "message"}}; with several events a request {"type": "batch", "timestamp", "data": [these]}
Answers  2xx is delivered; 410 pauses the destination; 429 and 503 are obeyed with Retry-After

A receiver keeps the webhook-id of what it has dealt with for a day and answers 200 to one it knows:
what was sent and not confirmed is sent again.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256

import orjson

from chord_platform.events.destination_type import DestinationType, Field, Item, Outgoing, Sender
from chord_platform.events.outbound import address_problem, new_session, post

SECRET_PREFIX = "whsec_"  # noqa: S105  (a prefix, no secret)
LEAST_SECRET_BYTES, MOST_SECRET_BYTES = 24, 64
BATCH_EVENTS = 500
BATCH_BYTES = 1 << 20
TEST = b'{"type":"destination.checked","timestamp":"%b","data":{}}'


class WebhookSender:
    def __init__(self, values: Mapping[str, str]) -> None:
        from standardwebhooks import Webhook

        self.url = values["url"]
        self.session = new_session(allows_private=values["private_network"] == "allow")
        # Two secrets while one replaces the other: a receiver with either verifies.
        self.secrets = [Webhook(secret) for secret in values["secret"].split()]

    def item(self, outgoing: Outgoing) -> Item:
        kind = str(outgoing.message.get("type"))
        body = {
            "type": f"{kind}.{type_word(outgoing.event)}" if kind == "track" else kind,
            "timestamp": outgoing.message.get("timestamp") or outgoing.received_at,
            "data": {
                "source": outgoing.source,
                "environment": outgoing.environment,
                "event": outgoing.event,
                "message": {**outgoing.message, "receivedAt": outgoing.received_at},
            },
        }
        return Item(outgoing.id, orjson.dumps(body))

    def send(self, items: Sequence[Item]) -> None:
        if len(items) == 1:
            self.post(header_text(items[0].id), items[0].body)
            return
        ids = sha256("\0".join(item.id for item in items).encode()).hexdigest()
        at = orjson.dumps(datetime.now(UTC))
        bodies = b",".join(item.body for item in items)
        self.post(
            f"batch-{ids[:40]}", b'{"type":"batch","timestamp":%b,"data":[%b]}' % (at, bodies)
        )

    def post(self, webhook_id: str, body: bytes) -> None:
        now = datetime.now(UTC)
        signatures = [each.sign(webhook_id, now, body.decode()) for each in self.secrets]
        headers = {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        post(self.session, self.url, body=body, headers=headers)

    def test(self) -> str:
        now = datetime.now(UTC)
        self.post(f"check-{int(now.timestamp())}", TEST % now.isoformat().encode())
        return "The receiver took a signed `destination.checked`."

    def close(self) -> None:
        self.session.close()


def header_text(message_id: str) -> str:
    """Senders may call their messages anything; a header holds printable ASCII."""
    if message_id.isascii() and message_id.isprintable() and " " not in message_id:
        return message_id
    return f"message-{sha256(message_id.encode()).hexdigest()[:40]}"


def type_word(event: str) -> str:
    """`Order Completed` is `order_completed`: Standard Webhooks allow letters, digits and _."""
    word = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in event.lower())
    return "_".join(part for part in word.split("_") if part) or "event"


def secret_problem(value: str) -> str | None:
    for each in value.split():
        try:
            coded = each.removeprefix(SECRET_PREFIX)
            length = len(b64decode(coded + "=" * (-len(coded) % 4), validate=True))
        except (binascii.Error, ValueError):
            return "is not base64"
        if not LEAST_SECRET_BYTES <= length <= MOST_SECRET_BYTES:
            return f"has {length} bytes, not {LEAST_SECRET_BYTES} to {MOST_SECRET_BYTES}"
    return None


def count_problem(value: str) -> str | None:
    if value.isdecimal() and 1 <= int(value) <= BATCH_EVENTS:
        return None
    return f"is not a number from 1 to {BATCH_EVENTS}"


def open_webhook(values: Mapping[str, str]) -> Sender:
    return WebhookSender(values)


DESTINATION = DestinationType(
    name="webhook",
    title="Signed webhook",
    description="An address of your own; requests are signed as Standard Webhooks say",
    fields=(
        Field(
            name="url",
            label="Address",
            help="Where events are posted to; https.",
            check=address_problem,
        ),
        Field(
            name="secret",
            label="Secret",
            help="`whsec_` and 24 to 64 random bytes in base64; two, a blank between, in a change.",
            secret=True,
            check=secret_problem,
        ),
        Field(
            name="events_per_request",
            label="Events per request",
            help="1, or up to 500 for a receiver that takes batches.",
            default="1",
            check=count_problem,
        ),
        Field(
            name="private_network",
            label="Private network",
            help="`allow` when the address lies inside your own network; else `refuse`.",
            default="refuse",
            check=lambda value: None if value in ("allow", "refuse") else "is allow or refuse",
        ),
    ),
    most_events=BATCH_EVENTS,
    most_bytes=BATCH_BYTES,
    open=open_webhook,
)
