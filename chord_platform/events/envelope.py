"""One record of the inbox: a message, and what the platform knows of its arrival.

Belongs here: the record's shape, and writing one. Does not belong here: the message's own shape
(`messages.py`), the inbox.

    {"source", "received_at", "protocol", "ip", "user_agent", "message", "refused"?}

`refused` says why a message is no event, though its sender was told 200 as the protocol demands
(a track without a name, nobody's event): it goes to quarantine, never to a table of events. Such a
message has `type` and `messageId`, and nothing else of it is certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import orjson

Protocol = Literal["segment", "jitsu", "shopify", "oms"]


class MessageTooDeep(ValueError):
    """Whoever sent it must act: no reader could write it again."""


DEEPEST = 64
"""Levels of one message. The serializer's own limit is 254, and readers wrap what they read."""


@dataclass(frozen=True)
class Arrival:
    """What the messages of one request share."""

    source: str
    protocol: Protocol
    received_at: datetime
    ip: str | None = None
    user_agent: str | None = None

    def record(self, message: Mapping[str, Any], *, refused: str | None = None) -> bytes:
        """Raises:
        MessageTooDeep: it is nested more than DEEPEST levels.
        """
        written = dumps(message)
        if refused is None:
            return b'%b,"message":%b}' % (self.opening, written)
        return b'%b,"refused":%b,"message":%b}' % (self.opening, orjson.dumps(refused), written)

    @cached_property
    def opening(self) -> bytes:
        """Written once for all: it is a third of a small event's envelope."""
        known = {
            "source": self.source,
            "received_at": self.received_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "protocol": self.protocol,
            "ip": self.ip,
            "user_agent": self.user_agent,
        }
        return orjson.dumps(known)[:-1]


def dumps(message: Mapping[str, Any]) -> bytes:
    try:
        written = orjson.dumps(message)
    except TypeError as error:
        raise MessageTooDeep(str(error)) from error
    # Few have so many containers at all, so few are walked through.
    if written.count(b"{") + written.count(b"[") > DEEPEST and depth(message) > DEEPEST:
        raise MessageTooDeep(f"nested more than {DEEPEST} levels")
    return written


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0
