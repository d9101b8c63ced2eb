"""Webhooks: who hears of which change, with what body and which headers.

Belongs here: topics, filters, bodies, headers, the signature, the log of calls.
Does not belong here: sending and trying again (`vendor_emulator/webhooks.py`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlsplit

from vendor_emulator.vendors.contentful.refusals import MEDIA_TYPE
from vendor_emulator.vendors.contentful.validation import Record

MANAGEMENT_ONLY = ("version", "publishedCounter", "automationTags", "publishedBy", "updatedBy")
Send = Callable[[str, Mapping[str, str], bytes], None]


def wants(hook: Record, *, type: str, action: str, thing: Record) -> bool:
    topics = {f"{type}.{action}", f"{type}.*", f"*.{action}", "*.*"}
    if not hook.get("active", True) or not topics & set(hook["topics"]):
        return False
    return all(passes(one, thing) for one in hook.get("filters") or ())


def passes(constraint: Record, thing: Record) -> bool:
    if "not" in constraint:
        return not passes(constraint["not"], thing)
    ((how, (document, wanted)),) = constraint.items()
    value: Any = thing
    for step in document["doc"].split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if how == "equals":
        return value == wanted
    if how == "in":
        return value in wanted
    return isinstance(value, str) and bool(re.search(wanted["pattern"], value))


def body_of(type: str, action: str, thing: Record) -> Record:
    """Publishing is told in the shape of the delivery API, saving in that of this one, and of what
    went away only a tombstone is sent."""
    sys = deepcopy(thing["sys"])
    if action in ("unpublish", "delete"):
        kept = ("space", "id", "environment", "contentType", "createdAt", "updatedAt")
        stone = {name: sys[name] for name in kept if name in sys}
        stone |= {"type": f"Deleted{type}", "deletedAt": sys["updatedAt"]}
        stone |= {"deletedBy": sys["updatedBy"], "revision": sys.get("publishedCounter", 0)}
        return {"sys": stone}
    if action == "publish":
        sys["revision"] = sys["publishedCounter"]
        for name in MANAGEMENT_ONLY[:-1]:
            sys.pop(name, None)
    return {**{key: deepcopy(thing[key]) for key in thing if key != "sys"}, "sys": sys}


def headers_of(hook: Record, *, type: str, action: str, body: bytes) -> dict[str, str]:
    topic = f"ContentManagement.{type}.{action}"
    told = b"\0".join((hook["sys"]["id"].encode(), topic.encode(), body))
    own = {one["key"].lower(): one["value"] for one in hook.get("headers") or ()}
    return {
        "content-type": MEDIA_TYPE,
        "x-contentful-topic": topic,
        "x-contentful-webhook-name": hook["name"],
        "x-contentful-idempotency-key": hashlib.sha256(told).hexdigest(),
        **own,
    }


SIGNED = ("content-type", "x-contentful-topic", "x-contentful-webhook-name")


def signature_headers(
    secret: str,
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    timestamp: int,
    signed: Sequence[str] = SIGNED,
) -> dict[str, str]:
    """timestamp: in milliseconds. A query is escaped before the whole is: twice, in the end."""
    names = sorted({*signed, "x-contentful-signed-headers", "x-contentful-timestamp"})
    all_headers = {
        **headers,
        "x-contentful-signed-headers": ",".join(names),
        "x-contentful-timestamp": str(timestamp),
    }
    parts = urlsplit(url)
    path = quote(parts.path, safe="/%:@!$&'()*+,;=-._~")
    if parts.query:
        path += "?" + quote(quote(parts.query, safe=""), safe="")
    lines = ";".join(f"{name}:{all_headers[name].strip()}" for name in names)
    canonical = b"\n".join((method.encode(), path.encode(), lines.encode(), body))
    return {
        "x-contentful-signature": hmac.new(secret.encode(), canonical, hashlib.sha256).hexdigest(),
        "x-contentful-signed-headers": all_headers["x-contentful-signed-headers"],
        "x-contentful-timestamp": str(timestamp),
    }
