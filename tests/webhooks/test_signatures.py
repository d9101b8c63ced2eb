"""Signatures are held to the vendors' vectors, over the bytes as they came."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chord_platform.webhooks.signatures import contentful_verdict, shopify_signature_matches

SPECS = Path(
    os.environ.get("CHORD_VENDOR_SPECS")
    or Path(__file__).resolve().parents[3] / "shared" / "vendor_specs"
)


def vectors(name: str) -> dict:
    path = SPECS / name
    if not path.exists():
        print(f"not compared: {name} is not here")
        return {}
    return json.loads(path.read_text())


def test_shopifys_signature_covers_the_raw_bytes():
    vector = vectors("shopify/webhook_hmac_vector.json")
    if not vector:
        return
    body, signature = vector["raw_body_utf8"].encode(), vector["x-shopify-hmac-sha256"]
    assert shopify_signature_matches(body, signature, ["another", vector["secret"]])
    assert not shopify_signature_matches(body + b" ", signature, [vector["secret"]])
    assert not shopify_signature_matches(body, signature, ["another", ""])
    assert not shopify_signature_matches(body, "", [vector["secret"]])


@pytest.mark.parametrize("number", [0, 1])
def test_contentfuls_signature_covers_method_path_headers_and_body(number):
    vector = vectors("contentful/webhook_signature_vector.json")
    if not vector:
        return
    one = vector["vectors"][number]
    asked = {
        "method": vector["method"],
        "path": one["path"],
        "headers": vector["headers"] | one["signature_headers"],
        "body": vector["body"].encode(),
        "secret": vector["secret"],
        "now": datetime.fromtimestamp(vector["timestamp"] / 1000, UTC),
    }
    assert contentful_verdict(**asked) == "valid"
    assert contentful_verdict(**asked | {"body": asked["body"] + b" "}) == "tampered"
    assert contentful_verdict(**asked | {"path": "/elsewhere"}) == "tampered"
    assert contentful_verdict(**asked | {"secret": "b" * 64}) == "tampered"
    assert contentful_verdict(**asked | {"headers": vector["headers"]}) == "unsigned"
    later = asked["now"] + timedelta(minutes=6)
    assert contentful_verdict(**asked | {"now": later}) == "old"


def test_a_signature_that_does_not_cover_its_own_time_is_worth_nothing():
    headers = {
        "x-contentful-signature": "00",
        "x-contentful-signed-headers": "x-contentful-topic",
        "x-contentful-topic": "ContentManagement.Entry.publish",
    }
    verdict = contentful_verdict(
        method="POST", path="/sync", headers=headers, body=b"", secret="s", now=datetime.now(UTC)
    )
    assert verdict == "tampered"
