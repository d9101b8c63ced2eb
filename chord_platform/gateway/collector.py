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
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Scope

from chord_platform.bootstrap import Platform
from chord_platform.errors import InboxFull, InboxUnavailable, PlatformError
from chord_platform.events.addresses import by_policy, stricter
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
    overload,
    unavailable,
    unknown_key,
)

KEY_FRESH_SECONDS = 1.0
MOST_KNOWN = 1000
LONGEST_HEADER = 1000


@dataclass
class Collector:
    """One for a protocol: how much is being read is counted over all its requests."""

    sources: Sources
    inbox: Inbox
    bodies: Bodies = field(default_factory=Bodies)
    refusals: RefusalLog = field(default_factory=RefusalLog)
    known: dict[bytes, tuple[float, Source]] = field(default_factory=dict)
    """By the header that named the key: a moment long, nothing has to be taken apart."""

    async def source_of(
        self, scope: Scope, headers: Mapping[bytes, bytes], body: Mapping[str, Any]
    ) -> Source:
        """Of the first key that is known.

        Raises:
            Refusal: none is.
        """
        named = headers.get(b"authorization") or headers.get(b"x-write-key")
        now = time.monotonic()
        if named is not None:
            held = self.known.get(named)
            if held is not None and held[0] > now:
                return held[1]
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        for number, key in enumerate(presented_keys(headers, query, body)):
            # The store may have to be read, and the others' requests shall not wait for it.
            try:
                source = await asyncio.to_thread(self.sources.by_write_key, key)
            except PlatformError:
                raise unavailable() from None
            if source is not None:
                if named is not None and number == 0:
                    self.remember(named, source, now)
                return source
        raise unknown_key()

    def remember(self, named: bytes, source: Source, now: float) -> None:
        """Only keys that are known get here, yet each can be written in several ways."""
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        self.known[named] = (now + KEY_FRESH_SECONDS, source)

    async def store(self, records: list[bytes]) -> None:
        """Raises:
        Refusal: they are not on disk; the sender shall try again.
        """
        try:
            await self.inbox.append(records)
        except InboxFull:
            raise overload() from None
        except InboxUnavailable:
            raise unavailable() from None


def collector_of(platform: Platform) -> Collector:
    return Collector(platform.sources, platform.inbox)


@dataclass
class Intake:
    """What one request's messages become. errors: of those that are no events, in their order."""

    source: Source
    arrival: Arrival
    about: Circumstances
    records: list[bytes] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
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
    received = datetime.now(UTC)
    client = scope.get("client")
    policy = stricter(source.rules.ip_policy, text(headers.get(b"x-ip-policy")))
    ip = by_policy(client[0] if client else None, policy)
    user_agent = text(headers.get(b"user-agent"))
    sent = context = integrations = None
    if batch is not None:
        sent, context, integrations = map(batch.get, ("sentAt", "context", "integrations"))
    about = Circumstances(
        received=received,
        sent=read_time(sent),
        sent_text=sent if isinstance(sent, str) else None,
        context=context if isinstance(context, dict) else None,
        integrations=integrations if isinstance(integrations, dict) else None,
        ip=ip,
        ip_policy=policy,
        fills_ip=from_browser,
        overrules_ip=from_browser and protocol == "jitsu",
        user_agent=user_agent if from_browser else None,
        locale=locale_of(headers.get(b"accept-language")) if from_browser else None,
        needs_person=needs_person,
        longest_event=longest_event,
    )
    arrival = Arrival(source.name, protocol, received, ip=ip, user_agent=user_agent)
    return Intake(source, arrival, about)


@lru_cache(maxsize=1000)
def locale_of(accepted: bytes | None) -> str | None:
    """The first of `Accept-Language`."""
    said = text(accepted)
    return said.split(",", 1)[0].split(";", 1)[0].strip() or None if said else None


@lru_cache(maxsize=1000)
def text(header: bytes | None) -> str | None:
    return header.decode("latin-1")[:LONGEST_HEADER] or None if header else None
