"""Segment's protocol: paths, keys, forms, limits and answers, over real sockets."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chord_platform.events.source import ConsentRule, SourceRules
from tests.gateway.shop import Shop, as_json, track

PATHS = {
    "track": ("/v1/track", "/v1/t"),
    "identify": ("/v1/identify", "/v1/i"),
    "page": ("/v1/page", "/v1/p"),
    "screen": ("/v1/screen", "/v1/s"),
    "group": ("/v1/group", "/v1/g"),
    "alias": ("/v1/alias", "/v1/a"),
}


def basic(user: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()}


@pytest.mark.parametrize("kind", PATHS)
def test_each_call_has_its_path_and_its_letter(shop: Shop, kind: str) -> None:
    with shop.taking() as arrived:
        for path in PATHS[kind]:
            answer = shop.send(path, {"event": "Product Added", "userId": "u1"})
            assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert [envelope["message"]["type"] for envelope in arrived] == [kind, kind]
    assert {envelope["source"] for envelope in arrived} == {"shop_back_end_production"}
    assert {envelope["protocol"] for envelope in arrived} == {"segment"}


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import", "/batch", "/b"])
def test_batches_come_whole_and_in_order_with_what_they_share(shop: Shop, path: str) -> None:
    batch = [track(messageId=f"{path}-{number}") for number in range(3)]
    shared = {"context": {"app": {"name": "x"}}, "integrations": {"All": False}}
    with shop.taking() as arrived:
        assert shop.send(path, {"batch": batch, **shared}).json() == {"success": True}
    messages = [envelope["message"] for envelope in arrived]
    assert [message["messageId"] for message in messages] == [m["messageId"] for m in batch]
    assert all(message["context"]["app"] == {"name": "x"} for message in messages)
    assert all(message["integrations"] == {"All": False} for message in messages)


@pytest.mark.parametrize("way", ["basic", "basic with both halves", "bearer", "body", "oauth"])
def test_the_key_is_taken_in_every_way_that_clients_send_it(shop: Shop, way: str) -> None:
    headers = {
        "basic": basic(f"{shop.front}:"),
        "basic with both halves": basic(shop.front),
        "bearer": {"Authorization": f"Bearer {shop.front}"},
        "body": {},
        "oauth": {"Authorization": "Bearer a-token-of-theirs"},
    }[way]
    body = track(writeKey=shop.front) if way in ("body", "oauth") else track()
    with shop.taking() as arrived:
        assert shop.post("/v1/track", json=body, headers=headers).status_code == 200
    assert [envelope["source"] for envelope in arrived] == ["shop_front_end_production"]
    assert shop.front not in json.dumps(arrived)


@pytest.mark.parametrize("header", ["Basic !!!", "Digest x", ""])
def test_a_header_without_a_key_does_not_mix_two_senders(shop: Shop, header: str) -> None:
    with shop.taking() as arrived:
        for key in (shop.front, shop.back, shop.front, shop.back):
            body = track(writeKey=key)
            headers = {"Authorization": header} if header else {}
            assert shop.post("/v1/track", json=body, headers=headers).status_code == 200
    sources = [envelope["source"] for envelope in arrived]
    assert sources == ["shop_front_end_production", "shop_back_end_production"] * 2


@pytest.mark.parametrize("user", ["", "nobody:nothing", "no key at all", "\x00:\x00"])
def test_an_unknown_key_is_401_and_nothing_is_stored(shop: Shop, user: str) -> None:
    with shop.taking() as arrived:
        answer = shop.post("/v1/track", json=track(), headers=basic(user))
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_write_key")
    assert arrived == []


def test_a_rotated_key_dies_within_five_seconds(shop: Shop) -> None:
    sources = shop.platform.sources
    source, old = sources.add("Rotated", side="back-end", environment="staging")
    assert shop.post("/v1/track", json=track(), auth=(old, "")).status_code == 200
    _, new = sources.rotate_key(source.name)
    until = datetime.now(UTC) + timedelta(seconds=5)
    while (status := shop.post("/v1/track", json=track(), auth=(old, "")).status_code) == 200:
        assert datetime.now(UTC) < until
    assert status == 401
    assert shop.post("/v1/track", json=track(), auth=(new, "")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-8"},
        {},
    ],
)
@pytest.mark.parametrize("pack", [None, gzip.compress, zlib.compress])
def test_no_content_type_and_no_packing_is_in_the_way(
    shop: Shop, headers: dict[str, str], pack: Any
) -> None:
    """A real client sends gzip as a form, and without saying so."""
    body = as_json({"batch": [track()], "writeKey": shop.back})
    own = dict(headers)
    if pack is zlib.compress:
        own["Content-Encoding"] = "deflate"
    with shop.taking() as arrived:
        answer = shop.raw("/v1/batch", pack(body) if pack else body, own)
        assert answer == (200, b'{"success":true}')
    assert len(arrived) == 1


def test_times_are_corrected_by_the_senders_own_clock(shop: Shop) -> None:
    wrong = datetime(2001, 1, 1, tzinfo=UTC)
    with shop.taking() as arrived:
        shop.send(
            "/v1/batch",
            {
                "batch": [track(timestamp=(wrong - timedelta(minutes=5)).isoformat())],
                "sentAt": wrong.isoformat(),
            },
        )
    envelope = arrived[0]
    received = datetime.fromisoformat(envelope["received_at"])
    happened = datetime.fromisoformat(envelope["message"]["timestamp"])
    assert received - happened == timedelta(minutes=5)
    assert envelope["message"]["originalTimestamp"].startswith("2000-12-31T23:55")


def test_the_browsers_address_and_agent_are_filled_in_for_a_front_end_alone(shop: Shop) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (a browser)", "Accept-Language": "de-AT,de;q=0.8"}
    with shop.taking() as arrived:
        shop.post("/v1/track", json=track(), auth=(shop.front, ""), headers=agent)
        shop.send("/v1/track", track(), headers=agent)
        shop.send("/v1/track", track(context={"direct": True}), headers=agent)
    front, back, direct = (envelope["message"]["context"] for envelope in arrived)
    assert front == {"ip": "127.0.0.1", "userAgent": agent["User-Agent"], "locale": "de-AT"}
    assert back == {}
    assert direct["ip"] == "127.0.0.1"
    assert {envelope["ip"] for envelope in arrived} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("asked", "kept"),
    [("remove", None), ("stripLastOctet", "127.0.0.0"), ("keep", "127.0.0.1")],
)
def test_the_visitors_ip_policy_holds(shop: Shop, asked: str, kept: str | None) -> None:
    with shop.taking() as arrived:
        shop.post("/v1/track", json=track(), auth=(shop.front, ""), headers={"X-IP-Policy": asked})
    assert arrived[0]["ip"] == kept
    assert arrived[0]["message"]["context"].get("ip") == kept


def test_a_sources_rules_strip_and_drop_what_consent_refuses(shop: Shop) -> None:
    rules = SourceRules(
        ip_policy="strip_last_octet",
        consent=(
            ConsentRule(category="marketing", action="drop"),
            ConsentRule(category="analytics", action="strip"),
        ),
    )
    _, key = shop.platform.sources.add(
        "Consenting", side="front-end", environment="production", rules=rules
    )

    def consenting(**categories: bool) -> dict[str, Any]:
        consent = {"categoryPreferences": categories}
        return track(event=",".join(categories) or "none", context={"consent": consent})

    batch = [consenting(), consenting(marketing=False), consenting(analytics=False), {"a": 1}]
    with shop.taking() as arrived:
        assert shop.post("/v1/batch", json={"batch": batch}, auth=(key, "")).status_code == 200
    whole, stripped, refused = arrived
    assert (whole["message"]["userId"], whole["ip"]) == ("u1", "127.0.0.0")
    assert stripped["message"]["event"] == "analytics"
    assert (stripped["ip"], stripped["user_agent"]) == (None, None)
    assert "userId" not in stripped["message"]
    consent = {"categoryPreferences": {"analytics": False}}
    assert stripped["message"]["context"] == {"consent": consent}
    assert "none of" in refused["refused"]


def test_messages_that_are_no_events_get_200_and_stand_marked_for_quarantine(shop: Shop) -> None:
    batch = [{"type": "track", "userId": "u"}, {"type": "track", "event": "A"}, 5, track()]
    with shop.taking() as arrived:
        assert shop.send("/v1/batch", {"batch": batch}).status_code == 200
    reasons = [envelope.get("refused") for envelope in arrived]
    assert reasons[0] == "a track needs an event"
    assert reasons[1] == "it has neither userId nor anonymousId"
    assert reasons[2]
    assert reasons[3] is None
    assert all(envelope["message"]["messageId"] for envelope in arrived)


def test_of_more_than_2500_the_rest_stands_marked(shop: Shop) -> None:
    small = {"type": "track", "event": "A", "userId": "u"}
    with shop.taking() as arrived:
        assert shop.send("/v1/batch", {"batch": [small] * 2502}).status_code == 200
    assert len(arrived) == 2502
    assert [bool(envelope.get("refused")) for envelope in arrived[2498:]] == [False] * 2 + [
        True
    ] * 2


def padded(size: int) -> dict[str, Any]:
    message = track(messageId="m", properties={"pad": ""})
    message["properties"]["pad"] = "x" * (size - len(as_json(message)))
    assert len(as_json(message)) == size
    return message


@pytest.mark.parametrize(("size", "status"), [(32 * 1024, 200), (32 * 1024 + 1, 400)])
def test_a_message_has_at_most_32_kb(shop: Shop, size: int, status: int) -> None:
    with shop.taking() as arrived:
        assert shop.send("/v1/track", padded(size)).status_code == status
    assert len(arrived) == (status == 200)


def test_one_message_over_32_kb_refuses_its_batch(shop: Shop) -> None:
    with shop.taking() as arrived:
        whole = json.dumps({"batch": [padded(32 * 1024 - 200), track()]}, separators=(",", ":"))
        answer = shop.post("/v1/batch", data=whole, auth=(shop.back, ""))
        assert answer.status_code == 200
        answer = shop.send("/v1/batch", {"batch": [track(), padded(33 * 1024)]})
        assert (answer.status_code, answer.json()["code"]) == (400, "payload_too_large")
    assert len(arrived) == 2


def test_a_batch_has_at_most_500_kb(shop: Shop) -> None:
    batch = [padded(10_000) for _ in range(60)]
    with shop.taking() as arrived:
        answer = shop.send("/v1/batch", {"batch": batch})
        assert (answer.status_code, answer.json()["success"]) == (400, False)
        assert shop.send("/v1/batch", {"batch": batch[:50]}).status_code == 200
    assert len(arrived) == 50


def test_a_browsers_preflight_is_answered_for_any_header_it_asks(shop: Shop) -> None:
    asked = {
        "Origin": "https://shop.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-something-new",
    }
    for path in ("/v1/t", "/v1/batch", "/api/s/track", "/api/s/s2s/batch"):
        answer = shop.session.options(shop.url + path, headers=asked, timeout=30)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == asked["Origin"]
        assert (
            answer.headers["access-control-allow-headers"]
            == asked["Access-Control-Request-Headers"]
        )
        assert answer.headers["access-control-max-age"] == "86400"
    origin = {"Origin": asked["Origin"]}
    taken = shop.post("/v1/t", json=track(), auth=(shop.front, ""), headers=origin)
    refused = shop.post("/v1/t", data=b"{", auth=(shop.front, ""), headers=origin)
    for answer in (taken, refused):
        assert answer.headers["access-control-allow-origin"] == asked["Origin"]


def test_the_librarys_settings_point_back_to_this_gateway(shop: Shop) -> None:
    host = shop.url.removeprefix("http://")
    for key in (shop.front, shop.front.split(":")[0]):
        answer = shop.session.get(f"{shop.url}/v1/projects/{key}/settings", timeout=30)
        assert answer.status_code == 200
        known = answer.json()["integrations"]["Segment.io"]
        assert known == {"apiKey": key, "apiHost": f"{host}/v1", "protocol": "http"}
        assert answer.headers["access-control-allow-origin"] == "*"
    unknown = shop.session.get(f"{shop.url}/v1/projects/nobody/settings", timeout=30)
    assert unknown.status_code == 404


def test_the_librarys_own_metrics_are_taken_and_let_go(shop: Shop) -> None:
    with shop.taking() as arrived:
        assert shop.post("/v1/m", json={"series": []}).status_code == 200
    assert arrived == []


def test_events_are_sent_by_post(shop: Shop) -> None:
    assert shop.session.get(f"{shop.url}/v1/track", timeout=30).status_code == 405


def test_health_is_told(shop: Shop) -> None:
    assert shop.session.get(f"{shop.url}/healthz", timeout=30).json() == {"ok": True}


def test_no_log_holds_a_key(shop: Shop) -> None:
    shop.post("/v1/track", data=b"{", auth=(shop.front, ""))
    shop.session.get(f"{shop.url}/api/px/t?writekey={shop.front}&data=@", timeout=30)
    log = shop.gateway.log_path.read_text()
    assert "invalid_json" in log
    assert shop.front not in log
    assert shop.front.split(":")[1] not in log
