"""What Chord's and Segment's browser clients really sent, sent again."""

from __future__ import annotations

from typing import Any

from tests.gateway.captured import captured_requests
from tests.gateway.shop import Shop, as_json
from tests.gateway.test_segment import basic


def with_own_key(request: dict[str, Any], key: str) -> tuple[bytes, dict[str, str]]:
    """The key of the recording is not one of ours."""
    headers = dict(request["headers"])
    if "x-write-key" in headers:
        headers["x-write-key"] = key
    if "authorization" in headers:
        headers["authorization"] = basic(f"{key}:")["Authorization"]
    return as_json(request["body"]), headers


def test_every_captured_request_is_taken_and_arrives_whole(shop: Shop) -> None:
    for request in captured_requests():
        if request["method"] == "GET":
            path = request["path"].replace("WK", shop.front)
            assert shop.session.get(shop.url + path, timeout=30).status_code == 200
            continue
        body, headers = with_own_key(request, shop.front)
        with shop.taking() as arrived:
            status, answer = shop.raw(request["path"], body, headers)
        assert (status, answer) in ((200, b'{"ok":true}'), (200, b'{"success":true}'))
        sent = request["body"].get("batch") or [request["body"]]
        assert len(arrived) == len(sent)
        for message, envelope in zip(sent, arrived, strict=True):
            kept = envelope["message"]
            assert "refused" not in envelope
            for name in ("type", "event", "name", "properties", "traits", "messageId", "groupId"):
                assert kept.get(name) == message.get(name)
            assert kept["anonymousId"] == message["anonymousId"]
            assert kept.get("userId") == message["userId"]
            assert kept["originalTimestamp"] == message["timestamp"]
            assert {**kept["context"], "ip": None} == {
                **message["context"],
                "ip": None,
            }
