"""Reads a request's body within its limit, and what JSON it holds, whatever it says of its type.

Belongs here: bytes in, values out, bounded memory and time. Does not belong here: what they mean.

Real clients send JSON as text/plain (a browser then needs no preflight) and gzip as a form, so the
type is not looked at, and gzip is known by its first bytes as well as by its header.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Receive

from chord_platform.gateway.refusal import Refusal, malformed, overload, too_large

GZIP = b"\x1f\x8b"
EITHER_FORMAT = 32 + zlib.MAX_WBITS  # gzip or zlib, by their own headers
BODY_SECONDS = 30
BUFFERED_BYTES = 64 << 20
"""Of bodies that are being read, all requests together."""


@dataclass
class Bodies:
    """One for all requests of a process. buffered: bytes of bodies that are not whole yet."""

    most_buffered: int = BUFFERED_BYTES
    buffered: int = 0

    async def read(self, receive: Receive, headers: Mapping[bytes, bytes], *, limit: int) -> bytes:
        """Raises:
        Refusal: larger than the limit as sent or as inflated, too slow, or given up.
        """
        announced = headers.get(b"content-length")
        if announced is not None and announced.isdigit() and int(announced) > limit:
            raise too_large(limit)
        message = await receive()
        body = message.get("body", b"")
        if message.get("more_body"):
            body = await self.rest(receive, body, limit=limit)
        elif message["type"] == "http.disconnect":
            raise gone()
        if len(body) > limit:
            raise too_large(limit)
        if body[:2] == GZIP or headers.get(b"content-encoding") in (b"gzip", b"deflate"):
            return inflated(body, limit=limit)
        return body

    async def rest(self, receive: Receive, first: bytes, *, limit: int) -> bytes:
        """The server throws away what still comes when a request was answered before its end."""
        parts, size = [first], len(first)
        self.buffered += size
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise gone()
                    part = message.get("body", b"")
                    parts.append(part)
                    size += len(part)
                    self.buffered += len(part)
                    if size > limit:
                        raise too_large(limit)
                    if self.buffered > self.most_buffered:
                        raise overload()
                    if not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            raise Refusal(408, "body_too_slow", "The body did not arrive in time.") from None
        finally:
            self.buffered -= size


def gone() -> Refusal:
    return Refusal(400, "disconnected", "The sender went away before its body was whole.")


def inflated(body: bytes, *, limit: int) -> bytes:
    """Stops inflating at the limit: a bomb costs no more than an honest body."""
    inflator = zlib.decompressobj(EITHER_FORMAT)
    try:
        content = inflator.decompress(body, limit + 1)
    except zlib.error:
        raise malformed("The body is no gzip, though it says so.") from None
    if len(content) > limit:
        raise too_large(limit)
    if not inflator.eof:
        raise malformed("The gzip ends too early.")
    return content


LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def parsed(body: bytes) -> Any:
    """Raises Refusal: it is no JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if b"\\ud" in body or b"\\uD" in body:
            # Half an emoji, which a script cut off: no reason to lose the batch it is in.
            try:
                return orjson.loads(LONE_SURROGATE.sub(rb"\\ufffd", body))
            except orjson.JSONDecodeError:
                pass
        raise malformed(f"The body is no JSON: {error.msg}.") from None


def parsed_object(body: bytes) -> dict[str, Any]:
    value = parsed(body)
    if not isinstance(value, dict):
        raise malformed("The body is no JSON object.")
    return value
