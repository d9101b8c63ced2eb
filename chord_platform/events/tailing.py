"""Watches the inbox as events arrive.

Belongs here: the last few, and then what comes; who is asked for. Does not belong here: printing,
loading (a reader with a stored position).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from chord_platform.events.frames import OPENING
from chord_platform.events.inbox import Inbox, Position, position
from chord_platform.events.segment_log import numbers_in, path_of

EVERY_SECONDS = 0.25
FILES_BACK = 2
"""The last few events are looked for in the newest files alone: the inbox may hold weeks."""

Envelope = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Each that is given narrows. Text is compared without regard to case."""

    source: str | None = None
    type: str | None = None
    event: str | None = None
    user: str | None = None

    def fits(self, envelope: Envelope) -> bool:
        message = envelope.get("message") or {}
        if self.source and envelope.get("source") != self.source:
            return False
        if self.type and message.get("type") != self.type:
            return False
        named = message.get("event") or message.get("name")
        if self.event and self.event.casefold() not in str(named or "").casefold():
            return False
        return not self.user or self.user.casefold() in {id.casefold() for id in ids_of(message)}


def ids_of(message: Mapping[str, Any]) -> Iterator[str]:
    """All by which a person may be asked for."""
    known = [message.get(name) for name in ("userId", "anonymousId", "previousId")]
    context = message.get("context")
    of_context = context.get("traits") if isinstance(context, dict) else None
    for traits in (message.get("traits"), of_context):
        known.append(traits.get("email") if isinstance(traits, dict) else None)
    return (str(each) for each in known if each)


@dataclass(frozen=True, kw_only=True)
class Seen:
    envelopes: list[Envelope]
    next: Position


def recent(inbox: Inbox, wanted: Wanted, *, limit: int) -> Seen:
    """The last ones, oldest first, and where to go on."""
    numbers = numbers_in(inbox.folder)[-FILES_BACK:]
    at = position(numbers[0], OPENING.size) if numbers else inbox.end()
    kept: deque[Envelope] = deque(maxlen=limit)
    for chunk in inbox.read(at):
        kept.extend(found_in(chunk.records, wanted))
        at = chunk.next
    return Seen(envelopes=list(kept), next=at)


def arriving(inbox: Inbox, wanted: Wanted, *, after: Position) -> Iterator[list[Envelope]]:
    """For ever; an empty list when nothing came for a while."""
    newest = None
    while True:
        state = newest_of(inbox)
        if state == newest:
            yield []
            time.sleep(EVERY_SECONDS)
            continue
        newest = state
        for chunk in inbox.read(after):
            after = chunk.next
            yield list(found_in(chunk.records, wanted))


def newest_of(inbox: Inbox) -> tuple[int, int] | None:
    """Changes with every append; reading costs an fsync, which nobody owes an idle terminal."""
    numbers = numbers_in(inbox.folder)
    if not numbers:
        return None
    try:
        return numbers[-1], path_of(inbox.folder, numbers[-1]).stat().st_size
    except FileNotFoundError:  # a newer one has taken its place
        return None


def found_in(records: list[bytes], wanted: Wanted) -> Iterator[Envelope]:
    for record in records:
        envelope = orjson.loads(record)
        if wanted.fits(envelope):
            yield envelope
