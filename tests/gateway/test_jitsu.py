"""Jitsu's protocol: paths, keys, answers to browsers and servers, the pixel."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest

from chord_platform.gateway.routes.jitsu import GIF
from tests.gateway.shop import Shop, as_json, track

KINDS = {"page": "p", "identify": "i", "track": "t", "group": "g", "alias": "a", "screen": "s"}


def keyed(key: str, **more: str) -> dict[str, str]:
    return {"X-Write-Key": key, **more}


@pytest.mark.parametrize("kind", KINDS)
def test_each_call_has_its_path_for_browsers_and_for_servers(shop: Shop, kind: str) -> None:
    with shop.taking() as arrived:
        for word in (kind, KINDS[kind]):
            for path in (f"/api/s/{word}", f"/api/s/s2s/{word}"):
                answer = shop.post(path, json={"event": "A"}, headers=keyed(shop.front))
                assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert [envelope["message"]["type"] for envelope in arrived] == [kind] * 4
    assert {envelope["protocol"] for envelope in arrived} == {"jitsu"}


def test_the_type_may_stand_in_the_body(shop: Shop) -> None:
    with shop.taking() as arrived:
        shop.post("/api/s/event", json={"type": "page"}, headers=keyed(shop.front))
    assert arrived[0]["message"]["type"] == "page"


@pytest.mark.parametrize("way", ["header", "query", "body", "basic"])
def test_the_key_is_taken_in_every_way_that_is_documented(shop: Shop, way: str) -> None:
    options: dict[str, Any] = {
        "header": {"headers": keyed(shop.back)},
        "query": {"params": {"writekey": shop.back}},
        "body": {},
        "basic": {"auth": (shop.back, "")},
    }[way]
    body = {"event": "A", "writeKey": shop.back if way == "body" else "id:***"}
    with shop.taking() as arrived:
        assert shop.post("/api/s/s2s/track", json=body, **options).json() == {"ok": True}
    assert [envelope["source"] for envelope in arrived] == ["shop_back_end_production"]
    assert "writeKey" not in arrived[0]["message"]


@pytest.mark.parametrize(
    ("body", "key", "status"),
    [
        (b"{", True, 400),
        (b"[]", True, 400),
        (as_json({"event": ""}), True, 400),
        (as_json({"event": "x" * 129}), True, 400),
        (as_json({"event": "A"}), False, 401),
        (as_json({"event": "A", "pad": "x" * 1_000_001}), True, 400),
    ],
)
def test_a_browser_is_told_in_the_body_and_a_server_by_the_status(
    shop: Shop, body: bytes, key: bool, status: int
) -> None:
    headers = keyed(shop.front) if key else {}
    with shop.taking() as arrived:
        browser = shop.post("/api/s/track", data=body, headers=headers)
        server = shop.post("/api/s/s2s/track", data=body, headers=headers)
    assert browser.status_code == 200
    assert server.status_code == status
    for answer in (browser, server):
        assert answer.json()["ok"] is False
        assert answer.json()["error"]
    assert arrived == []


def test_a_batch_says_which_of_its_messages_were_no_events(shop: Shop) -> None:
    batch = [track(messageId="one"), {"type": "track", "messageId": "two"}, 3, track()]
    context = {"app": {"name": "x"}}
    with shop.taking() as arrived:
        body = {"batch": batch, "context": context, "writeKey": shop.back}
        answer = shop.post("/api/s/s2s/batch", json=body)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["ok"], told["receivedEvents"], told["okEvents"]) == (False, 4, 2)
    assert told["errors"][0].startswith("Message ID: two: ")
    assert len(told["errors"]) == 2
    assert [envelope["message"]["context"] for envelope in arrived] == [context, context]
    whole = shop.post("/api/s/s2s/batch", json={"batch": [track()], "writeKey": shop.back})
    assert whole.json() == {"ok": True, "receivedEvents": 1, "okEvents": 1}


def test_a_batch_of_unknown_key_is_401(shop: Shop) -> None:
    assert shop.post("/api/s/s2s/batch", json={"batch": [track()]}).status_code == 401


def test_message_ids_are_written_as_jitsus_server_writes_them(shop: Shop) -> None:
    with shop.taking() as arrived:
        shop.post("/api/s/track", json=track(messageId="a b/ö-1"), headers=keyed(shop.front))
        shop.post("/api/s/track", json=track(messageId="x" * 80), headers=keyed(shop.front))
    assert [envelope["message"]["messageId"] for envelope in arrived] == ["a_b__-1", "x" * 64]


def test_what_a_browser_says_of_its_address_is_overruled_and_a_servers_is_kept(shop: Shop) -> None:
    said = track(context={"ip": "198.51.100.9"})
    with shop.taking() as arrived:
        for path in ("/api/s/track", "/api/s/s2s/track"):
            shop.post(path, json=said, headers=keyed(shop.front))
    ips = [envelope["message"]["context"]["ip"] for envelope in arrived]
    assert ips == ["127.0.0.1", "198.51.100.9"]


@pytest.mark.parametrize(("policy", "kept"), [("stripLastOctet", "127.0.0.0"), ("remove", None)])
def test_the_clients_ip_policy_holds(shop: Shop, policy: str, kept: str | None) -> None:
    headers = keyed(shop.front, **{"X-IP-Policy": policy})
    with shop.taking() as arrived:
        shop.post("/api/s/track", json=track(), headers=headers)
    assert arrived[0]["message"]["context"].get("ip") == kept
    assert arrived[0]["ip"] == kept


def test_consent_is_kept_as_it_was_said(shop: Shop) -> None:
    consent = {"categoryPreferences": {"marketing": False, "analytics": True}}
    with shop.taking() as arrived:
        message = track(context={"consent": consent})
        shop.post("/api/s/track", json=message, headers=keyed(shop.front))
    assert arrived[0]["message"]["context"]["consent"] == consent


def test_the_pixel_takes_data_and_fields_and_is_an_image_in_any_case(shop: Shop) -> None:
    data = base64.b64encode(orjson.dumps({"event": "Opened", "properties": {"a": 1}})).decode()
    fields = {"writekey": shop.front, "data": data, "properties.b.c": "2", "userId": "u9"}
    with shop.taking() as arrived:
        taken = shop.session.get(f"{shop.url}/api/px/track", params=fields, timeout=30)
        wrong = [
            shop.session.get(f"{shop.url}/api/px/track", params=params, timeout=30)
            for params in (
                {"data": data},
                {"writekey": shop.front, "data": "@@"},
                {"writekey": shop.front, "data": base64.b64encode(b"[1]").decode()},
                {"writekey": shop.front},
            )
        ]
    for answer in (taken, *wrong):
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
        assert answer.content == GIF
        assert "no-store" in answer.headers["cache-control"]
    message = arrived[0]["message"]
    assert len(arrived) == 1
    assert (message["event"], message["userId"]) == ("Opened", "u9")
    assert message["properties"] == {"a": 1, "b": {"c": "2"}}
    assert shop.front not in str(arrived)
