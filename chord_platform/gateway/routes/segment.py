"""Segment's tracking API, as its libraries and Chord's older set-ups speak it.

Belongs here: Segment's paths, limits and answers. Does not belong here: what a message becomes
(`collector.py`), Jitsu's paths.

Documented: 400 for bad JSON, a message over 32 KB, a batch over 500 KB; 429 with Retry-After when
it is too much; else 200, also for messages that turn out to be no events (they go to quarantine
here) and for those beyond 2,500 of a batch. An unknown key gets 401, though Segment says 200 there,
too: here a 200 says that the events are on disk.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chord_platform.bootstrap import Platform
from chord_platform.errors import InboxFull, InboxUnavailable
from chord_platform.events.messages import MessageRefused, canonical
from chord_platform.gateway.answers import answer, answer_json, answer_preflight, cors
from chord_platform.gateway.app import HotRoute
from chord_platform.gateway.bodies import parsed_object
from chord_platform.gateway.collector import Collector, Intake, collector_of, intake
from chord_platform.gateway.refusal import Refusal, malformed, refusal_of

MESSAGE_BYTES = 32 * 1024
BATCH_BYTES = 500 * 1024
BATCH_MESSAGES = 2500
TOO_MANY = f"it stands behind the first {BATCH_MESSAGES} of its batch"

LETTERS = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias"}
BATCHES = ("batch", "b", "import")
SUCCESS = b'{"success":true}'


def routes(platform: Platform) -> list[BaseRoute]:
    collector = collector_of(platform)
    paths: dict[str, ASGIApp] = {"/v1/m": metrics}
    for letter, kind in LETTERS.items():
        paths[f"/v1/{letter}"] = paths[f"/v1/{kind}"] = endpoint(collector, kind)
    # Jitsu's server takes batches without `/v1`, too.
    for path in (*(f"/v1/{name}" for name in BATCHES), "/batch", "/b"):
        paths[path] = endpoint(collector, None)
    settings = settings_of(platform)
    return [
        HotRoute(paths),
        Route("/v1/projects/{key}/settings", settings, methods=["GET", "OPTIONS"]),
        Route("/projects/{key}/settings", settings, methods=["GET", "OPTIONS"]),
    ]


def endpoint(collector: Collector, kind: str | None) -> ASGIApp:
    """kind: of the path's single message; None for a batch."""
    limit = BATCH_BYTES if kind is None else MESSAGE_BYTES

    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if scope["method"] == "OPTIONS":
            await answer_preflight(send, headers)
            return
        try:
            if scope["method"] != "POST":
                raise Refusal(405, "method_not_allowed", "Events are sent by POST.")
            body = await collector.bodies.read(receive, headers, limit=limit)
            given = parsed_object(body)
            source = collector.known_source(scope, headers, given)
            if source is None:
                source = await collector.source_of(scope, headers, given)
            taken = intake(
                source,
                scope,
                headers,
                protocol="segment",
                from_browser=source.side == "front-end",
                batch=given if kind is None else None,
            )
            if kind is None:
                take_batch(taken, given, body)
            else:
                given["type"] = kind
                take_one(taken, given)
            # What waits for the disk is bytes: thousands of objects more cost the collector of
            # garbage as much as all else together.
            del given, body
            await collector.inbox.append(taken.records)
        except (Refusal, InboxFull, InboxUnavailable) as error:
            refusal = refusal_of(error)
            collector.refusals.note(refusal, path=scope["path"])
            said = {"success": False, "code": refusal.code, "message": refusal.message}
            own = [*refusal.headers, *cors(headers)]
            await answer_json(send, refusal.status, said, headers=own)
            return
        await answer(send, 200, SUCCESS, headers=cors(headers))

    return take


def take_batch(taken: Intake, given: dict[str, Any], body: bytes) -> None:
    """Raises Refusal: it is no batch, or one of its messages is too large."""
    batch = given.get("batch")
    if not isinstance(batch, list):
        raise malformed("The body has no list called batch.")
    for number, message in enumerate(batch):
        if not isinstance(message, dict):
            message = {"type": "", "sent": message}
        if number < BATCH_MESSAGES:
            take_one(taken, message)
        else:
            refuse(taken, message, TOO_MANY)
    # A message grows here, so only those that end above the limit can have come above it.
    if any(len(record) > MESSAGE_BYTES for record in taken.records) and any(
        len(orjson.dumps(message)) > MESSAGE_BYTES for message in parsed_object(body)["batch"]
    ):
        raise Refusal(400, "payload_too_large", "A message is larger than 32 KB.")


def take_one(taken: Intake, message: dict[str, Any]) -> None:
    try:
        taken.take(message)
    except MessageRefused as refused:
        taken.keep_refused(message, str(refused))


def refuse(taken: Intake, message: dict[str, Any], because: str) -> None:
    try:
        canonical(message, taken.about)
    except MessageRefused as refused:
        because = f"{because}, and {refused}"
    taken.keep_refused(message, because)


async def metrics(scope: Scope, receive: Receive, send: Send) -> None:
    """What Segment's browser library counts of itself: taken, and of no use here."""
    headers = dict(scope["headers"])
    if scope["method"] == "OPTIONS":
        await answer_preflight(send, headers)
    else:
        await answer(send, 200, SUCCESS, headers=cors(headers))


def settings_of(platform: Platform) -> Any:
    def settings(request: Request) -> Response:
        """What Segment's browser library asks before it sends: where to, and what is switched on.

        Its own default is Segment's address, so it is told this gateway's.
        """
        if request.method == "OPTIONS":
            return Response(headers=OPEN)
        key = request.path_params["key"]
        if platform.sources.by_key_id(key) is None:
            return JSONResponse({"success": False, "code": "invalid_write_key"}, 404, headers=OPEN)
        here = {
            "apiKey": key,
            "apiHost": f"{request.url.netloc}/v1",
            "protocol": request.url.scheme,
        }
        enabled = {"__default": {"enabled": True, "integrations": {}}}
        found = {
            "integrations": {"Segment.io": here},
            "plan": {"track": enabled, "identify": enabled, "group": enabled},
            "metrics": {"sampleRate": 0},
            "remotePlugins": [],
        }
        return JSONResponse(found, headers=OPEN | {"cache-control": "public, max-age=60"})

    return settings


OPEN = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, OPTIONS",
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}
