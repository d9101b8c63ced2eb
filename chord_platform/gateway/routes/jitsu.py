"""Jitsu's protocol, which Chord's own client and its server events speak.

Belongs here: Jitsu's paths, limits and answers. Does not belong here: what a message becomes
(`collector.py`), the script (`script.py`), Segment's paths.

As Jitsu's own server: a browser gets 200 and the error in the body, for its script could do nothing
with a status; a server gets 400 or 401; a batch says which of its messages were no events. An
overload is 429 and a full disk 503 for all of them: that sender may try again.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from chord_platform.bootstrap import Platform
from chord_platform.errors import InboxFull, InboxUnavailable
from chord_platform.events.messages import TYPES, MessageRefused, jitsu_message_id
from chord_platform.gateway.answers import (
    Headers,
    answer,
    answer_json,
    answer_preflight,
    cors,
)
from chord_platform.gateway.app import HotRoute
from chord_platform.gateway.bodies import parsed_object
from chord_platform.gateway.collector import Collector, Intake, collector_of, intake
from chord_platform.gateway.refusal import Refusal, malformed, refusal_of

BODY_BYTES = 1_000_000
BATCH_MESSAGES = 2500
LONGEST_EVENT = 128

LETTERS = {"p": "page", "i": "identify", "t": "track", "g": "group", "a": "alias", "s": "screen"}
OF_BODY = ("event", "e")
"""The path's type when the body says it."""

OK = b'{"ok":true}'
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
UNSTORED = [(b"cache-control", b"no-cache, no-store, must-revalidate"), (b"pragma", b"no-cache")]
NOT_OF_THE_EVENT = frozenset({"data", "writekey", "writeKey", "cookie_domain", "process_headers"})
DEEPEST_PATH = 10


def routes(platform: Platform) -> list[BaseRoute]:
    collector = collector_of(platform)
    kinds = {**{kind: kind for kind in TYPES}, **LETTERS, **dict.fromkeys(OF_BODY)}
    paths: dict[str, ASGIApp] = {"/api/s/s2s/batch": batch(collector)}
    for word, kind in kinds.items():
        paths[f"/api/s/{word}"] = single(collector, kind, from_browser=True)
        paths[f"/api/s/s2s/{word}"] = single(collector, kind, from_browser=False)
        paths[f"/api/px/{word}"] = pixel(collector, kind)
    return [HotRoute(paths)]


def single(collector: Collector, kind: str | None, *, from_browser: bool) -> ASGIApp:
    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if scope["method"] == "OPTIONS":
            await answer_preflight(send, headers)
            return
        try:
            if scope["method"] != "POST":
                raise Refusal(405, "method_not_allowed", "Events are sent by POST.")
            body = await collector.bodies.read(receive, headers, limit=BODY_BYTES)
            message = parsed_object(body)
            taken = await begin(collector, scope, headers, message, from_browser=from_browser)
            take_one(taken, message, kind)
            del message, body
            await collector.inbox.append(taken.records)
        except (Refusal, InboxFull, InboxUnavailable) as error:
            refusal = refusal_of(error)
            status = 200 if from_browser and refusal.retry_after is None else refusal.status
            await answer_refusal(collector, scope, send, refusal, headers, status=status)
            return
        await answer(send, 200, OK, headers=cors(headers))

    return take


def batch(collector: Collector) -> ASGIApp:
    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if scope["method"] == "OPTIONS":
            await answer_preflight(send, headers)
            return
        try:
            if scope["method"] != "POST":
                raise Refusal(405, "method_not_allowed", "Events are sent by POST.")
            body = await collector.bodies.read(receive, headers, limit=BODY_BYTES)
            given = parsed_object(body)
            messages = given.get("batch")
            if not isinstance(messages, list):
                raise malformed("The body has no list called batch.")
            taken = await begin(collector, scope, headers, given, from_browser=False, shared=given)
            said = take_all(taken, messages)
            del given, messages, body  # what waits for the disk is bytes (see segment.py)
            await collector.inbox.append(taken.records)
        except (Refusal, InboxFull, InboxUnavailable) as error:
            refusal = refusal_of(error)
            await answer_refusal(collector, scope, send, refusal, headers, status=refusal.status)
            return
        await answer_json(send, 200, said, headers=cors(headers))

    return take


def take_all(taken: Intake, messages: list[Any]) -> dict[str, Any]:
    errors = []
    for number, message in enumerate(messages):
        try:
            if number >= BATCH_MESSAGES:
                raise malformed(f"a batch has at most {BATCH_MESSAGES} messages")
            if not isinstance(message, dict):
                raise malformed("a message is no object")
            take_one(taken, message, None)
        except Refusal as refusal:
            name = message.get("messageId") if isinstance(message, dict) else None
            errors.append(f"Message ID: {name or number}: {refusal.message}")
    counts = {"receivedEvents": len(messages), "okEvents": len(messages) - len(errors)}
    return {"ok": not errors, **counts} | ({"errors": errors} if errors else {})


def take_one(taken: Intake, message: dict[str, Any], kind: str | None) -> None:
    """Raises Refusal: it is no event."""
    if kind is not None:
        message["type"] = kind
    message["messageId"] = jitsu_message_id(message.get("messageId"))
    try:
        taken.take(message)
    except MessageRefused as refused:
        raise Refusal(400, "event_error", f"The event is refused: {refused}.") from None


async def begin(
    collector: Collector,
    scope: Scope,
    headers: dict[bytes, bytes],
    body: dict[str, Any],
    *,
    from_browser: bool,
    shared: dict[str, Any] | None = None,
) -> Intake:
    source = collector.known_source(scope, headers, body)
    if source is None:
        source = await collector.source_of(scope, headers, body)
    return intake(
        source,
        scope,
        headers,
        protocol="jitsu",
        from_browser=from_browser,
        batch=shared,
        needs_person=False,  # Chord's server events may name nobody
        longest_event=LONGEST_EVENT,
    )


async def answer_refusal(
    collector: Collector,
    scope: Scope,
    send: Send,
    refusal: Refusal,
    headers: dict[bytes, bytes],
    *,
    status: int,
) -> None:
    collector.refusals.note(refusal, path=scope["path"])
    said = {"ok": False, "error": refusal.message, "code": refusal.code}
    own: Headers = [*refusal.headers, *cors(headers)]
    await answer_json(send, status, said, headers=own)


def pixel(collector: Collector, kind: str | None) -> ASGIApp:
    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        """An image in any case, but for an overload: a page shows no broken picture."""
        headers = dict(scope["headers"])
        status = 200
        try:
            if scope["method"] != "GET":  # who asks by HEAD looks at no page
                raise Refusal(405, "method_not_allowed", "A pixel is fetched by GET.")
            message = of_query(scope["query_string"])
            taken = await begin(collector, scope, headers, message, from_browser=True)
            take_one(taken, message, kind)
            await collector.inbox.append(taken.records)
        except (Refusal, InboxFull, InboxUnavailable) as error:
            refusal = refusal_of(error)
            collector.refusals.note(refusal, path=scope["path"])
            status = refusal.status if refusal.retry_after is not None else 200
        own = [*UNSTORED, *cors(headers)]
        await answer(send, status, GIF, headers=own, content_type=b"image/gif")

    return take


def of_query(query: bytes) -> dict[str, Any]:
    """The message in `data` (JSON in base64), and above it each field by its path:
    `properties.price=5`.

    Raises:
        Refusal: `data` holds none.
    """
    fields = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    message: dict[str, Any] = {}
    for name, value in fields:
        if name == "data":
            message = of_base64(value)
    for name, value in fields:
        if name not in NOT_OF_THE_EVENT:
            put(message, name.split(".", DEEPEST_PATH), value)
    return message


def of_base64(value: str) -> dict[str, Any]:
    """A plus in a query is a blank, and some encoders leave the padding out."""
    plain = value.replace(" ", "+").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        raise malformed("The pixel's data are no base64.") from None
    return parsed_object(decoded)


def put(message: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        inner = message.get(name)
        if not isinstance(inner, dict):
            inner = message[name] = {}
        message = inner
    message[path[-1]] = value
