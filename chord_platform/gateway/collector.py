"""Takes events in: whose they are, canonical form, the source's rules, onto disk, then answer.

Belongs here: what both wire protocols share. Does not belong here: paths, words and codes of either
(`routes/segment.py`, `routes/jitsu.py`).

    body within limits -> JSON -> key -> source -> canonical, IP policy, consent -> inbox -> 200

Nothing is answered with 200 before the inbox has it on disk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Scope

from chord_platform.bootstrap import Platform
from chord_platform.errors import PlatformError
from chord_platform.events.clock import read_time
from chord_platform.events.consent import consent_action, strip
from chord_platform.events.envelope import Arrival, MessageTooDeep, Protocol
from chord_platform.events.inbox import Inbox
from chord_platform.events.messages import Circumstances, canonical
from chord_platform.events.source import Source
from chord_platform.events.sources import Sources
from chord_platform.gateway.bodies import Bodies
from chord_platform.gateway.credentials import presented_keys
from chord_platform.gateway.refusal import (
    RefusalLog,
    malformed,
    unavailable,
    unknown_key,
)
from chord_platform.gateway.senders import sender_of

KEY_FRESH_SECONDS = 1.0
MOST_KNOWN = 1000

LONGEST_PLACE = 500
"""A pixel's query, which holds its event, is not worth remembering."""

Places = tuple[bytes | None, bytes | None, bytes, str | None]


@dataclass
class Collector:
    """One for a protocol: how much is being read is counted over all its requests."""

    sources: Sources
    inbox: Inbox
    bodies: Bodies = field(default_factory=Bodies)
    refusals: RefusalLog = field(default_factory=RefusalLog)
    known: dict[Places, tuple[float, Source]] = field(default_factory=dict)
    """By what the key was read from: a moment long, nothing has to be taken apart."""

    def known_source(
        self, scope: Scope, headers: Mapping[bytes, bytes], body: Mapping[str, Any]
    ) -> Source | None:
        """None: it is to be looked for, by `source_of`."""
        held = self.known.get(where_keys_stand(scope, headers, body))
        return held[1] if held is not None and held[0] > time.monotonic() else None

    async def source_of(
        self, scope: Scope, headers: Mapping[bytes, bytes], body: Mapping[str, Any]
    ) -> Source:
        """Of the first key that is known.

        Raises:
            Refusal: none is.
        """
        now = time.monotonic()
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        for key in presented_keys(headers, query, body):
            # The store may have to be read, and the others' requests shall not wait for it.
            try:
                source = await asyncio.to_thread(self.sources.by_write_key, key)
            except PlatformError:
                raise unavailable() from None
            if source is not None:
                self.remember(where_keys_stand(scope, headers, body), source, now)
                return source
        raise unknown_key()

    def remember(self, places: Places, source: Source, now: float) -> None:
        """Only keys that are known get here, yet each can be written in several ways."""
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        if all(place is None or len(place) <= LONGEST_PLACE for place in places):
            self.known[places] = (now + KEY_FRESH_SECONDS, source)


def where_keys_stand(
    scope: Scope, headers: Mapping[bytes, bytes], body: Mapping[str, Any]
) -> Places:
    """As they came. All of them: a header that turns out to hold no key leaves the word to the
    next place, where each sender has its own."""
    in_body = body.get("writeKey")
    return (
        headers.get(b"authorization"),
        headers.get(b"x-write-key"),
        scope["query_string"],
        in_body if isinstance(in_body, str) else None,
    )


def collector_of(platform: Platform) -> Collector:
    return Collector(platform.sources, platform.inbox)


@dataclass(slots=True)
class Intake:
    """What one request's messages become."""

    source: Source
    arrival: Arrival
    about: Circumstances
    records: list[bytes] = field(default_factory=list)
    nameless: Arrival | None = None

    def take(self, message: dict[str, Any]) -> None:
        """Raises:
        MessageRefused: it is no event; its id, type and times are set.
        Refusal: it is nested too deep.
        """
        canonical(message, self.about)
        rules = self.source.rules.consent
        action = consent_action(message["context"], rules) if rules else None
        if action is None:
            self.keep(message)
        elif action == "strip" and (left := strip(message)) is not None:
            self.keep(left, arrival=self.without_person())

    def keep_refused(self, message: dict[str, Any], because: str) -> None:
        """For quarantine, where consent allows even that."""
        rules = self.source.rules.consent
        if rules and consent_action(message["context"], rules):
            return
        self.keep(message, refused=because)

    def keep(
        self,
        message: Mapping[str, Any],
        *,
        arrival: Arrival | None = None,
        refused: str | None = None,
    ) -> None:
        try:
            self.records.append((arrival or self.arrival).record(message, refused=refused))
        except MessageTooDeep as error:
            raise malformed(f"A message cannot be taken: {error}.") from None

    def without_person(self) -> Arrival:
        if self.nameless is None:
            self.nameless = self.arrival.without_person()
        return self.nameless


def intake(
    source: Source,
    scope: Scope,
    headers: Mapping[bytes, bytes],
    *,
    protocol: Protocol,
    from_browser: bool,
    batch: Mapping[str, Any] | None = None,
    needs_person: bool = True,
    longest_event: int | None = None,
) -> Intake:
    """batch: the object whose `context`, `integrations` and `sentAt` hold for all its messages."""
    client, header = scope.get("client"), headers.get
    sender = sender_of(
        client[0] if client else None,
        header(b"user-agent"),
        header(b"accept-language"),
        header(b"x-ip-policy"),
        source.rules.ip_policy,
        from_browser,
        from_browser and protocol == "jitsu",
    )
    received = datetime.now(UTC)
    about = Circumstances(
        received=received, sender=sender, needs_person=needs_person, longest_event=longest_event
    )
    if batch is not None:
        sent, context, integrations = map(batch.get, ("sentAt", "context", "integrations"))
        about.sent = read_time(sent)
        about.sent_text = sent if isinstance(sent, str) else None
        about.context = context if isinstance(context, dict) else None
        about.integrations = integrations if isinstance(integrations, dict) else None
    ip, user_agent = sender.ip, sender.user_agent
    return Intake(
        source, Arrival(source.name, protocol, received, ip=ip, user_agent=user_agent), about
    )
