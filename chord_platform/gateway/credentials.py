"""Which write keys a request presents: by Basic, Bearer, header, query or body.

Belongs here: reading them out of a request. Does not belong here: whose they are (`Sources`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

MASK = "***"
LONGEST_KEY = 500


def presented_keys(
    headers: Mapping[bytes, bytes], query: Mapping[str, str], body: Mapping[str, Any]
) -> Iterator[str]:
    """In the order that Jitsu looks: one that is unknown makes place for the next.

    A Bearer token stands for the sender with OAuth, and the key is then in the body; a client of
    ours may as well send the key itself.
    """
    scheme, _, given = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "basic":
        yield from user_of(given)
    elif scheme.lower() == "bearer":
        yield given.strip()[:LONGEST_KEY]
    if header := headers.get(b"x-write-key"):
        yield header.decode("latin-1").strip()[:LONGEST_KEY]
    for name in ("writekey", "writeKey"):
        if name in query:
            yield query[name][:LONGEST_KEY]
    in_body = body.get("writeKey")
    # Jitsu's client masks the secret in the body: that is no key, and no attempt at one.
    if isinstance(in_body, str) and not in_body.endswith(MASK):
        yield in_body[:LONGEST_KEY]


def user_of(encoded: str) -> Iterator[str]:
    """Segment's clients send the key as the user, without a password: `key:`. Ours is `id:secret`,
    hence `id:secret:`, or `id:secret` from who takes its halves for user and password."""
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return
    yield decoded.removesuffix(":")[:LONGEST_KEY]
