"""The body of a searchStream answer: a JSON array of chunks, read chunk by chunk.

Belongs here: cutting the array at its seams, an error after good chunks, a body cut short.
Does not belong here: what an error means (`dialect.py`), rows (`arrow.py`).

A chunk holds up to 10,000 rows. Parsed as a whole, an answer of 100,000 rows takes 450 MB of
Python objects; cut at the seams it takes those of one chunk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

SEAM = re.compile(
    rb"\}\s*,\s*(?=\{\s*\"(?:results|fieldMask|requestId|summaryRow|metricAttributes"
    rb"|queryResourceConsumption|error)\"\s*:)"
)
"""Where one chunk ends and the next begins: in a row no object of a list begins with such a name,
and inside a text its quotation mark would be escaped."""
ERROR = re.compile(rb"\{\s*\"error\"\s*:")
LONGEST_ERROR = 64 * 1024
OPENING, CLOSING = re.compile(rb"\s*\["), re.compile(rb"\]\s*\Z")
LONGEST_BLANKS = 1024


class CutShort(Exception):
    """The body does not end where an array ends, or a part of it is no JSON."""


def chunks(body: bytes) -> Iterator[dict[str, Any]]:
    """Each chunk in turn. Raises `CutShort`."""
    begins, ends = bounds(body)
    view = memoryview(body)
    for seam in SEAM.finditer(body, begins, ends):
        try:
            chunk = orjson.loads(view[begins : seam.start() + 1])
        except orjson.JSONDecodeError:
            continue  # not a seam after all: the chunk goes on
        yield chunk
        begins = seam.end()
    if body[begins:ends].strip():
        try:
            chunk = orjson.loads(view[begins:ends])
        except orjson.JSONDecodeError as error:
            raise CutShort from error
        yield chunk


def last_error(body: bytes) -> dict[str, Any] | None:
    """The error that ends a stream, also after good chunks. Raises `CutShort`."""
    begins, ends = bounds(body)
    tail = body[max(begins, ends - LONGEST_ERROR) : ends]
    for found in ERROR.finditer(tail):
        try:
            return orjson.loads(tail[found.start() :])
        except orjson.JSONDecodeError:
            continue
    return None


def bounds(body: bytes) -> tuple[int, int]:
    """Where the array's inside begins and ends; the body is not copied."""
    found = OPENING.match(body)
    end = CLOSING.search(body, max(0, len(body) - LONGEST_BLANKS))
    if found is None or end is None:
        raise CutShort
    return found.end(), max(found.end(), end.start())
