"""Answers of the busy routes, written as ASGI messages: status, headers, body.

Belongs here: JSON and other short bodies, CORS. Does not belong here: what is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.types import Send

Headers = list[tuple[bytes, bytes]]

JSON = b"application/json"
ALLOWED_HEADERS = (
    b"authorization, content-type, content-encoding, cache-control, x-write-key, x-ip-policy, "
    b"x-enable-debug, x-jitsu-custom, x-retry-count, x-anonymous-id, anonymousid"
)
PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET,POST,HEAD,OPTIONS"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


async def answer(
    send: Send,
    status: int,
    body: bytes,
    *,
    headers: Iterable[tuple[bytes, bytes]] = (),
    content_type: bytes = JSON,
) -> None:
    length = str(len(body)).encode()
    own = [(b"content-type", content_type), (b"content-length", length), *headers]
    await send({"type": "http.response.start", "status": status, "headers": own})
    await send({"type": "http.response.body", "body": body})


async def answer_json(
    send: Send, status: int, value: Any, *, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    await answer(send, status, orjson.dumps(value), headers=headers)


def cors(headers: Mapping[bytes, bytes]) -> Headers:
    """Any page may send: what says which shop it is, is the key."""
    origin = headers.get(b"origin")
    if origin is None:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


async def answer_preflight(send: Send, headers: Mapping[bytes, bytes]) -> None:
    """What a client asks to send it may send, and a list of what is known of them if it does not
    say: they grow headers faster than a list does, and none of them is more than a fact to us."""
    asked = headers.get(b"access-control-request-headers") or ALLOWED_HEADERS
    own = [*PREFLIGHT, (b"access-control-allow-headers", asked), *cors(headers)]
    await send({"type": "http.response.start", "status": 200, "headers": own})
    await send({"type": "http.response.body", "body": b""})
