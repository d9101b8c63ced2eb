"""Bodies that no client should send: answered as documented, nothing stored, memory bounded."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.shop import Shop, as_json, track
from tests.gateway.test_segment import basic

MEGABYTE = 1 << 20


def nested(levels: int, *, opening: str, closing: str) -> bytes:
    """A track whose properties go so deep."""
    inner = opening * levels + "1" + closing * levels
    return b'{"event":"A","userId":"u","properties":{"a":' + inner.encode() + b"}}"


BAD = {
    "nothing": b"",
    "half an object": b'{"event":"A"',
    "a list": b"[]",
    "a text": b'"track"',
    "a number": b"1",
    "null": b"null",
    "two objects": b"{}{}",
    "invalid UTF-8": b'{"event":"\xff\xfe","userId":"u"}',
    "UTF-16": '{"event":"A","userId":"u"}'.encode("utf-16"),
    "NUL bytes": b'{"event":"A\x00","userId":"u"}',
    "only NULs": b"\x00" * 100,
    "NaN": b'{"event":"A","userId":"u","properties":{"x":NaN}}',
    "single quotes": b"{'event':'A'}",
    "lists a thousand deep": nested(1000, opening="[", closing="]"),
    "lists 300 deep": nested(300, opening="[", closing="]"),
    "objects 300 deep": nested(300, opening='{"a":', closing="}"),
    "a form": b"event=A&userId=u",
    "gzip that is none": b"\x1f\x8bnot gzip at all",
    "gzip cut off": gzip.compress(as_json(track()))[:-12],
    "too large": as_json(track(properties={"pad": "x" * 33_000})),
    "a bomb": gzip.compress(b'{"event":"' + b" " * (50 * MEGABYTE)),
    "10 MB": b'{"event":"' + b"x" * (10 * MEGABYTE),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_bodies_are_400_and_nothing_is_stored(shop: Shop, name: str) -> None:
    with shop.taking() as arrived:
        answer = shop.post("/v1/track", data=BAD[name], auth=(shop.back, ""))
    assert (answer.status_code, answer.json()["success"]) == (400, False)
    assert arrived == []


@pytest.mark.parametrize(
    "body",
    [{}, {"batch": None}, {"batch": {}}, {"batch": "track"}, {"batch": [track(), "x" * 600_000]}],
)
def test_bad_batches_are_400_and_not_a_half_is_stored(shop: Shop, body: Any) -> None:
    with shop.taking() as arrived:
        assert shop.send("/v1/batch", body).status_code == 400
    assert arrived == []


def test_one_message_too_deep_refuses_its_batch_whole(shop: Shop) -> None:
    deep = json.loads(nested(250, opening='{"a":', closing="}"))
    with shop.taking() as arrived:
        assert shop.send("/v1/batch", {"batch": [track(), deep, track()]}).status_code == 400
    assert arrived == []


ODD = {
    "huge numbers": b'{"event":"A","userId":"u","properties":{"n":123456789012345678901234567890}}',
    "a NUL that is escaped": b'{"event":"A\\u0000","userId":"u"}',
    "half an emoji": b'{"event":"A \\ud83d","userId":"u"}',
    "a whole emoji beside half of one": b'{"event":"\\ud83d\\ude00 \\ude00","userId":"u"}',
    "a key twice": b'{"event":"B","event":"A","userId":"u"}',
    "spaces around": b' \r\n {"event":"A","userId":"u"} \n',
    "an empty key": b'{"event":"A","userId":"u","properties":{"":1}}',
}


@pytest.mark.parametrize("name", ODD)
def test_odd_bodies_that_are_json_are_taken(shop: Shop, name: str) -> None:
    with shop.taking() as arrived:
        answer = shop.post("/v1/track", data=ODD[name], auth=(shop.back, ""))
    assert answer.status_code == 200
    assert len(arrived) == 1


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = ("type", "event", "userId", "anonymousId", "context", "properties", "traits", "messageId")
messages = st.dictionaries(
    st.sampled_from((*FIELDS, "timestamp", "sentAt", "integrations")), json_values
)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(batch=st.lists(messages | json_values, max_size=5), shared=messages)
def test_any_json_in_a_batch_is_taken_or_refused_whole(
    shop: Shop, batch: list[Any], shared: dict[str, Any]
) -> None:
    """And what is taken has the shape that readers rely on."""
    body = json.dumps({**shared, "batch": batch})
    with shop.taking() as arrived:
        answer = shop.post("/v1/batch", data=body.encode(), auth=(shop.back, ""))
    assert answer.status_code == 200
    assert len(arrived) == len(batch)
    for envelope in arrived:
        message = envelope["message"]
        assert isinstance(message["messageId"], str)
        assert 0 < len(message["messageId"]) <= 100
        assert isinstance(message["type"], str)
        assert isinstance(message["context"], dict)
        if "refused" in envelope:
            continue
        assert message["type"] != "track" or message["event"].strip()
        kept = message.get("properties", message.get("traits", {}))
        assert isinstance(kept, dict) or message["type"] == "alias"


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(body=st.binary(max_size=200))
def test_any_bytes_get_an_answer(shop: Shop, body: bytes) -> None:
    for path in ("/v1/batch", "/api/s/s2s/track"):
        answer = shop.post(path, data=body, auth=(shop.back, ""))
        assert answer.status_code == 400


def resident_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(pid)


def test_memory_stays_bounded_under_bombs_and_bodies_without_end(shop: Shop) -> None:
    """20 at once of 10 MB each, and 20 bombs of 200 MB each."""
    bomb = gzip.compress(b" " * (200 * MEGABYTE), compresslevel=1)
    assert len(bomb) < 1_000_000
    assert shop.gateway.process
    pid = shop.gateway.process.pid
    before = resident_megabytes(pid)

    def endless() -> None:
        """Chunked, so that nothing says how much comes."""
        address = ("127.0.0.1", shop.gateway.port)
        head = (
            "POST /v1/batch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            f"Authorization: {basic(shop.back)['Authorization']}\r\n\r\n"
        )
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(head.encode())
            for _ in range(10):
                connection.sendall(b"100000\r\n" + b"x" * MEGABYTE + b"\r\n")
            connection.sendall(b"0\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")

    def explode() -> None:
        assert shop.raw("/api/s/s2s/batch", bomb, basic(shop.back))[0] == 400

    threads = [threading.Thread(target=work) for work in (endless, explode) for _ in range(20)]
    with shop.taking() as arrived:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert resident_megabytes(pid) - before < 100
    assert arrived == []
    assert shop.send("/v1/track", track()).status_code == 200


def test_a_sender_that_goes_away_leaves_nothing(shop: Shop) -> None:
    with shop.taking() as arrived:
        with socket.create_connection(("127.0.0.1", shop.gateway.port), timeout=30) as connection:
            head = "POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
            connection.sendall(head.encode() + as_json(track()))
        assert shop.send("/v1/track", track(messageId="after")).status_code == 200
    assert [envelope["message"]["messageId"] for envelope in arrived] == ["after"]
