"""Brings what a client sent into Segment's canonical shape, which every reader may rely on.

Belongs here: types, ids, names, context and times of one message; why one is refused.
Does not belong here: HTTP, keys and limits (the gateway), tracking plans (`plans/`).

After it a message has `type`, `messageId`, `timestamp`, `originalTimestamp` and `context`; ids are
texts or absent; a track has `event`; track, page and screen have `properties`, identify and group
`traits`, all of them objects. Fields nobody knows stay as they came.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chord_platform.events.addresses import by_policy
from chord_platform.events.clock import corrected, read_time, written
from chord_platform.events.source import IpPolicy

WITH_PROPERTIES = frozenset({"track", "page", "screen"})
WITH_TRAITS = frozenset({"identify", "group"})
TYPES = WITH_PROPERTIES | WITH_TRAITS | {"alias"}
IDS = ("userId", "anonymousId", "groupId", "previousId")
OURS = ("writeKey", "write_key", "receivedAt", "requestIp")
LONGEST_MESSAGE_ID = 100


class MessageRefused(ValueError):
    """Whoever sent it must act: it is no event."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """What holds for all requests of one sender.

    ip: policy applied; it, user_agent and locale are filled in where `is_browser`, and ip overrules
    what the message says where `overrules_ip` (what a browser's script says of it cannot be
    trusted).
    """

    ip: str | None = None
    ip_policy: IpPolicy = "keep"
    is_browser: bool = False
    overrules_ip: bool = False
    user_agent: str | None = None
    locale: str | None = None


ANYBODY = Sender()


@dataclass(kw_only=True, slots=True)
class Circumstances:
    """What a request says about all its messages.

    context, integrations: a batch's, which lie under each message's own.
    """

    received: datetime
    sender: Sender = ANYBODY
    sent: datetime | None = None
    sent_text: str | None = None
    context: Mapping[str, Any] | None = None
    integrations: Mapping[str, Any] | None = None
    needs_person: bool = True
    longest_event: int | None = None


def canonical(message: dict[str, Any], about: Circumstances) -> None:
    """Changes the message itself: it was parsed a moment ago, and nobody else has it.

    Raises:
        MessageRefused: says why; the message then has its id, type and times in any case.
    """
    for name in OURS:
        message.pop(name, None)
    kind = message.get("type")
    if not isinstance(kind, str):
        kind = message["type"] = ""
    name_it(message)
    time_it(message, about)
    put_context(message, about)
    put_integrations(message, about)
    for name in IDS:
        if name in message:
            put_id(message, name)
    if kind not in TYPES:
        raise MessageRefused(f"the type {kind[:40]!r} is none of {', '.join(sorted(TYPES))}")
    if kind == "track":
        require_event(message, about)
    if kind in WITH_PROPERTIES:
        require_object(message, "properties")
    elif kind in WITH_TRAITS:
        if kind == "identify" and "traits" not in message:
            # RudderStack's libraries write them into the context alone.
            message["traits"] = message["context"].get("traits")
        require_object(message, "traits")
    if about.needs_person and "userId" not in message and "anonymousId" not in message:
        raise MessageRefused("it has neither userId nor anonymousId")


def name_it(message: dict[str, Any]) -> None:
    given = message.get("messageId")
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str) or not given:
        given = f"chord-{uuid.uuid4()}"
    elif len(given) > LONGEST_MESSAGE_ID:
        # Cut, two could become one; so long ids are shortened to what is theirs alone.
        given = f"{given[:35]}-{hashlib.sha256(given.encode()).hexdigest()}"
    message["messageId"] = given


def time_it(message: dict[str, Any], about: Circumstances) -> None:
    own, sent = message.get("sentAt"), about.sent
    if own is not None and own != about.sent_text:
        sent = read_time(own)
    elif sent is not None:
        message["sentAt"] = about.sent_text
    if sent is None and own is not None:
        del message["sentAt"]
    said = message.get("originalTimestamp") or message.get("timestamp")
    original = read_time(said)
    happened = written(corrected(original, sent=sent, received=about.received))
    message["timestamp"] = happened
    if said.__class__ is not str:
        said = written(original) if original else happened
    message["originalTimestamp"] = said


def put_context(message: dict[str, Any], about: Circumstances) -> None:
    own, sender = message.get("context"), about.sender
    context = own if isinstance(own, dict) else {}
    if about.context:
        context = merged(about.context, context)
    if sender.overrules_ip:
        context.pop("ip", None)
    if "ip" in context:
        if sender.ip_policy != "keep":
            given = context.pop("ip")
            if kept := by_policy(given if isinstance(given, str) else None, sender.ip_policy):
                context["ip"] = kept
    elif sender.ip is not None and (sender.is_browser or context.get("direct") is True):
        context["ip"] = sender.ip
    if sender.is_browser:
        if sender.user_agent is not None and "userAgent" not in context:
            context["userAgent"] = sender.user_agent
        if sender.locale is not None and "locale" not in context:
            context["locale"] = sender.locale
    message["context"] = context


def put_integrations(message: dict[str, Any], about: Circumstances) -> None:
    own = message.get("integrations")
    if about.integrations:
        own = {**about.integrations, **(own if isinstance(own, dict) else {})}
    if isinstance(own, dict):
        message["integrations"] = own
    else:
        message.pop("integrations", None)


def put_id(message: dict[str, Any], name: str) -> None:
    """Senders mix numbers and texts for the same person; text is what all of them can be."""
    given = message[name]
    if given.__class__ is str and given:
        return
    if isinstance(given, int | float) and not isinstance(given, bool):
        message[name] = str(int(given)) if given == int(given) else repr(given)
    else:
        del message[name]


def require_event(message: dict[str, Any], about: Circumstances) -> None:
    event = message.get("event")
    if not isinstance(event, str) or not event.strip():
        raise MessageRefused("a track needs an event")
    if about.longest_event is not None and len(event) > about.longest_event:
        raise MessageRefused(f"the event's name is longer than {about.longest_event} characters")


def require_object(message: dict[str, Any], name: str) -> None:
    given = message.get(name)
    if given is None:
        message[name] = {}
    elif not isinstance(given, dict):
        raise MessageRefused(f"its {name} are no object")


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Objects are merged, anything else is the upper one's."""
    result = {**under, **over}
    for name in under.keys() & over.keys():
        lower, upper = under[name], over[name]
        if isinstance(lower, dict) and isinstance(upper, dict):
            result[name] = merged(lower, upper)
    return result


NOT_IN_JITSU_ID = re.compile(r"[^A-Za-z0-9._-]")


def jitsu_message_id(given: Any) -> Any:
    """As Jitsu's own server writes it."""
    return NOT_IN_JITSU_ID.sub("_", given)[:64] if isinstance(given, str) else given
