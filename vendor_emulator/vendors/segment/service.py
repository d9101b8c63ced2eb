"""A Segment source that takes events over HTTP, from Segment's documentation of 2025-11.

Belongs here: limits, authentication, what a message must be, what was taken.
Does not belong here: what Segment does with a message afterwards.

Segment answers 200 to what it drops later: those stand in `dropped`, with the reason, and what it
keeps in `events`. A messageId that comes again is counted in `repeated` and kept once. `poison`
answers a status to every batch that holds one of these messageIds.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer

WRITE_KEY = "emulated-write-key"
CALLS = ("identify", "track", "page", "screen", "group", "alias")
PATHS = tuple(f"/v1/{call}" for call in (*CALLS, "batch"))
MESSAGE_BYTES, BATCH_BYTES, BATCH_EVENTS = 32 * 1024, 500 * 1024, 2_500
MESSAGE_ID_LENGTH = 100


class Segment:
    def __init__(self, opening: Opening) -> None:
        self.options = opening.options
        self.events: list[dict[str, Any]] = []
        self.dropped: list[tuple[dict[str, Any], str]] = []
        self.repeated: Counter[str] = Counter()
        self.poison: dict[str, int] = {}
        self.seen: set[str] = set()

    def credentials(self, base_url: str) -> dict[str, str]:
        return {"write_key": WRITE_KEY, "base_url": base_url}

    def names(self, asked: Asked) -> tuple[str, ...]:
        return (asked.path.rpartition("/")[2],)

    def rows(self) -> Mapping[str, int]:
        return {}

    def touch(self, table: str) -> str:
        raise LookupError(f"no table is read from Segment: {table}")

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        return None

    def close(self) -> None:
        return None

    def fault(self, name: str, asked: Asked) -> Answer | None:
        return None

    def answer(self, asked: Asked) -> Answer:
        if asked.path not in PATHS:
            return error(404, "not found")
        if asked.method != "POST":
            return error(405, "method not allowed")
        try:
            body = orjson.loads(asked.body)
        except orjson.JSONDecodeError:
            return error(400, "malformed JSON")
        if not isinstance(body, dict):
            return error(400, "malformed JSON")
        call = self.names(asked)[0]
        messages = body.get("batch") if call == "batch" else [{"type": call, **body}]
        if not isinstance(messages, list) or len(asked.body) > BATCH_BYTES:
            return error(400, "batch is too large, or none")
        if len(messages) > BATCH_EVENTS:
            return error(400, "too many events")
        if any(len(orjson.dumps(each)) > MESSAGE_BYTES for each in messages):
            return error(400, "message is larger than 32 KB")
        for each in messages:
            status = self.poison.get(each.get("messageId", ""))
            if status:
                return error(status, "scripted")
        key = key_of(asked, body)
        for each in messages:
            self.take({**each, "context": {**body.get("context", {}), **each.get("context", {})}},
                      key=key)  # fmt: skip
        return json_answer({"success": True})

    def take(self, message: dict[str, Any], *, key: str | None) -> None:
        problem = None if key == WRITE_KEY else "the write key is not of a source"
        problem = problem or wrong(message)
        message_id = message.get("messageId", "")
        if problem:
            self.dropped.append((message, problem))
        elif message_id in self.seen:
            self.repeated[message_id] += 1
        else:
            self.seen.add(message_id)
            self.events.append(message)


def wrong(message: Mapping[str, Any]) -> str | None:
    """What the documentation demands of a message; nulls are no text."""
    call = message.get("type")
    if call not in CALLS:
        return f"type {call!r}"
    if not any(is_text(message.get(name)) for name in ("userId", "anonymousId")):
        return "neither userId nor anonymousId"
    if call == "track" and not is_text(message.get("event")):
        return "a track without an event"
    if call == "group" and not is_text(message.get("groupId")):
        return "a group without groupId"
    if call == "alias" and not is_text(message.get("previousId")):
        return "an alias without previousId"
    for name in ("userId", "anonymousId", "messageId", "timestamp", "sentAt"):
        if name in message and not is_text(message[name]):
            return f"{name} is no text"
    if len(message.get("messageId", "")) > MESSAGE_ID_LENGTH:
        return "messageId is too long"
    for name in ("context", "integrations", "properties", "traits"):
        if not isinstance(message.get(name, {}), dict):
            return f"{name} is no object"
    return None


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def key_of(asked: Asked, body: Mapping[str, Any]) -> str | None:
    kind, _, coded = asked.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            return b64decode(coded, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return None
    found = body.get("writeKey")
    return found if isinstance(found, str) else None


def error(status: int, message: str) -> Answer:
    return json_answer({"success": False, "message": message}, status=status)
