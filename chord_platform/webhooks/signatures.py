"""Whether a webhook comes from whom it says: signatures over the bytes as they were received.

Belongs here: the vendors' schemes, in constant time. Does not belong here: which secret is whose.

Shopify    base64(HMAC-SHA256(secret, body)): the app's client secret for webhooks made by the API,
           the secret of the admin's notification page for those made by hand.
Contentful hex(HMAC-SHA256(secret, method, path, the headers it names, body)), refused when old.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote

CONTENTFUL_SIGNATURE = "x-contentful-signature"
SIGNED_HEADERS = "x-contentful-signed-headers"
TIMESTAMP = "x-contentful-timestamp"
CONTENTFUL_AGE = timedelta(minutes=5)
"""Contentful's own toolkit refuses after 30 s; clocks differ, and it repeats a delivery with a new
signature, so a few minutes cost nothing."""
URI_SAFE = ";,/?:@&=+$-_.!~*'()#"
COMPONENT_SAFE = "-_.!~*'()"

ContentfulVerdict = Literal["valid", "unsigned", "tampered", "old"]


def shopify_signature(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def shopify_signature_matches(body: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """By any of the secrets; each is tried, so that the time tells nothing."""
    given = signature.strip().encode()
    matches = [
        hmac.compare_digest(shopify_signature(body, secret).encode(), given)
        for secret in secrets
        if secret
    ]
    return any(matches)


def contentful_verdict(
    *,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    secret: str,
    now: datetime,
) -> ContentfulVerdict:
    """headers: by lower-case name. path: as it was asked, with its query. `old` is a true signature
    of long ago: somebody sends again what he has overheard, or a clock is wrong."""
    given = headers.get(CONTENTFUL_SIGNATURE)
    names = [name.strip().lower() for name in headers.get(SIGNED_HEADERS, "").split(",") if name]
    if not given or not names:
        return "unsigned"
    signed = {name: headers[name] for name in names if name in headers}
    # Without these two in what is signed, age and extent of the signature could be chosen freely.
    if len(signed) < len(names) or not {SIGNED_HEADERS, TIMESTAMP} <= set(signed):
        return "tampered"
    wanted = contentful_signature(method=method, path=path, signed=signed, body=body, secret=secret)
    if not hmac.compare_digest(wanted.encode(), given.strip().lower().encode()):
        return "tampered"
    try:
        milliseconds = int(signed[TIMESTAMP])
    except ValueError:
        return "tampered"
    age = abs(now.timestamp() - milliseconds / 1000)
    return "valid" if age <= CONTENTFUL_AGE.total_seconds() else "old"


def contentful_signature(
    *, method: str, path: str, signed: Mapping[str, str], body: bytes, secret: str
) -> str:
    listed = ";".join(f"{name}:{signed[name].strip()}" for name in sorted(signed))
    text = "\n".join((method.upper(), canonical_path(path), listed)).encode() + b"\n" + body
    return hmac.digest(secret.encode(), text, hashlib.sha256).hex()


def canonical_path(path: str) -> str:
    """Contentful's signer escapes the query, then the whole: a query is escaped twice."""
    plain, mark, query = path.partition("?")
    once = f"{plain}{mark}{quote(query, safe=COMPONENT_SAFE)}"
    return quote(once, safe=URI_SAFE)
