"""Segment: events go on to a source of a Segment workspace.

API      HTTP tracking API, POST /v1/batch, Basic authentication with the write key
Limits   32 KB a message, 500 KB and 2,500 messages a batch, 429 with Retry-After
Answers  200 says that it was taken, also for a key that Segment does not know
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence

import orjson

from chord_platform.events.destination_type import (
    DestinationDown,
    DestinationType,
    EventsRefused,
    Field,
    Item,
    Outgoing,
    Sender,
)
from chord_platform.events.outbound import address_problem, new_session, post

MESSAGE_BYTES = 32 * 1024
BATCH_BYTES = 500 * 1000
BATCH_EVENTS = 2500
BASE_URL = "https://api.segment.io"
OURS = ("writeKey", "receivedAt", "sentAt", "originalTimestamp", "_metadata")
"""`timestamp` is corrected already; with `sentAt` beside it Segment would correct it again."""
OPENING, CLOSING = b'{"batch":[', b"]}"


class SegmentSender:
    def __init__(self, values: Mapping[str, str]) -> None:
        self.url = f"{values['base_url'].rstrip('/')}/v1/batch"
        self.session = new_session(allows_private=values["private_network"] == "allow")
        key = b64encode(f"{values['write_key']}:".encode()).decode()
        self.headers = {"Authorization": f"Basic {key}"}

    def item(self, outgoing: Outgoing) -> Item:
        kept = {
            name: value
            for name, value in outgoing.message.items()
            if name not in OURS and value is not None
        }
        body = orjson.dumps(kept)
        if len(body) > MESSAGE_BYTES:
            raise EventsRefused(f"it has {len(body):,} bytes; Segment takes {MESSAGE_BYTES:,}")
        return Item(outgoing.id, body)

    def send(self, items: Sequence[Item]) -> None:
        body = b"".join((OPENING, b",".join(item.body for item in items), CLOSING))
        answer = post(self.session, self.url, body=body, headers=self.headers)
        try:
            is_taken = orjson.loads(answer.content).get("success") is True
        except (ValueError, AttributeError):
            is_taken = False
        if not is_taken:  # a page of a proxy or a portal: nobody has the events
            raise DestinationDown(f"it answered {answer.status_code}, but not as Segment does")

    def test(self) -> str:
        body = orjson.dumps(
            {
                "type": "track",
                "event": "Destination Checked",
                "userId": "destination-check",
                "messageId": "destination-check",
                "properties": {},
            }
        )
        self.send([Item("destination-check", body)])
        return (
            "Segment took a track event `Destination Checked` of user `destination-check`. It takes"
            " any key: look at the source's debugger whether it arrived."
        )

    def close(self) -> None:
        self.session.close()


def open_segment(values: Mapping[str, str]) -> Sender:
    return SegmentSender(values)


DESTINATION = DestinationType(
    name="segment",
    title="Segment",
    description="A source of a Segment workspace, by its HTTP tracking API",
    fields=(
        Field(
            name="write_key",
            label="Write key",
            help="Segment: Connections, Sources, the HTTP API source, Settings, API Keys.",
            secret=True,
        ),
        Field(
            name="base_url",
            label="Address",
            help="https://api.segment.io, or https://events.eu1.segmentapis.com in the EU.",
            default=BASE_URL,
            check=address_problem,
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
    open=open_segment,
    obeys_all=False,
)
