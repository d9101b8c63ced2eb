"""One record of the inbox: a message, and what the platform knows of its arrival.

Belongs here: the record's shape, and writing one. Does not belong here: the message's own shape
(`messages.py`), the inbox.

    {"received_at", "source", "protocol", "ip", "user_agent", "message", "refused"?}

`refused` says why a message is no event, though its sender was told 200 as the protocol demands
(a track without a name, nobody's event): it goes to quarantine, never to a table of events. Such a
message has `type` and `messageId`, and nothing else of it is certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

import orjson

from chord_platform.events.clock import stamp

Protocol = Literal["segment", "jitsu", "shopify", "oms"]


class MessageTooDeep(ValueError):
    """Whoever sent it must act: no reader could write it again."""


DEEPEST = 244
"""Levels of one message: the serializer's own 254, less what readers may wrap it into."""


class Arrival:
    """What the messages of one request share; written once for all of them."""

    __slots__ = ("_opening", "ip", "protocol", "received_at", "source", "user_agent")

    def __init__(
        self,
        source: str,
        protocol: Protocol,
        received_at: datetime,
        *,
        ip: str | None = None,
        user_agent: str | None = None,
    ) -> None:
        self.source = source
        self.protocol: Protocol = protocol
        self.received_at = received_at
        self.ip = ip
        self.user_agent = user_agent
        known = known_of(source, protocol, ip, user_agent)
        self._opening = b"".join((b'{"received_at":"', stamp(received_at), b'",', known))

    def record(self, message: Mapping[str, Any], *, refused: str | None = None) -> bytes:
        """Raises:
        MessageTooDeep: it is nested more than DEEPEST levels.
        """
        written = dumps(message)
        if refused is None:
            return b"".join((self._opening, b',"message":', written, b"}"))
        return b'%b,"refused":%b,"message":%b}' % (self._opening, orjson.dumps(refused), written)

    def without_person(self) -> Arrival:
        return Arrival(self.source, self.protocol, self.received_at)


@lru_cache(maxsize=1000)
def known_of(source: str, protocol: str, ip: str | None, user_agent: str | None) -> bytes:
    """Without its braces. A server sends with the same for days, a visitor for minutes."""
    known = {"source": source, "protocol": protocol, "ip": ip, "user_agent": user_agent}
    return orjson.dumps(known)[1:-1]


def dumps(message: Mapping[str, Any]) -> bytes:
    """Written inside ten tuples, so that the serializer, which counts levels at no cost, says no to
    what nobody could write again inside another object."""
    try:
        return orjson.dumps(((((((((((message,),),),),),),),),),))[10:-10]
    except TypeError as error:
        raise MessageTooDeep(f"nested more than {DEEPEST} levels") from error
