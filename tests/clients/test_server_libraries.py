"""Servers' libraries send to the gateway unchanged, and what they said arrives field by field."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
import rudderstack.analytics.client as rudderstack
import segment.analytics.client as segment
import segment.analytics.request as segment_request

from tests.clients.flaky import Flaky, ids_of
from tests.clients.installed import run_program
from tests.clients.shops import Shop


def test_segments_library_for_node_is_understood(server_shop: Shop, modules: Path) -> None:
    run_program("segment.cjs", modules=modules, key=server_shop.key, url=server_shop.url)
    came = server_shop.by_type(5)
    order = came["track"]
    assert order["event"] == "Order Completed"
    assert order["messageId"] == "order-1"
    assert order["userId"] == "u1"
    assert order["properties"] == {
        "order_id": "1001",
        "total": 12.5,
        "products": [{"product_id": "p1"}],
    }
    assert order["originalTimestamp"] == "2026-11-20T10:00:00.000Z"
    assert order["timestamp"].startswith("2026-11-20T")
    assert order["context"]["consent"] == {"categoryPreferences": {"marketing": False}}
    assert order["context"]["library"]["name"] == "@segment/analytics-node"
    assert order["integrations"] == {"All": False, "Braze": True}
    assert came["identify"]["traits"] == {"email": "ann@example.com", "age": 41}
    assert (came["page"]["name"], came["page"]["anonymousId"]) == ("Home", "a1")
    assert (came["group"]["groupId"], came["group"]["traits"]) == ("g1", {"plan": "gold"})
    assert (came["alias"]["userId"], came["alias"]["previousId"]) == ("u1", "a1")
    assert all(message["messageId"] for message in came.values())
    assert "writeKey" not in str(came)
    assert server_shop.key.split(":")[1] not in str(server_shop.envelopes())


def test_rudderstacks_library_for_node_is_understood(server_shop: Shop, modules: Path) -> None:
    run_program("rudderstack.cjs", modules=modules, key=server_shop.key, url=server_shop.url)
    came = server_shop.by_type(4)
    assert {message["messageId"] for message in came.values()} == {
        *("m-identify", "m-track", "m-page", "m-group")
    }
    assert came["track"]["event"] == "Product Added"
    assert came["track"]["properties"] == {"product_id": "p1", "price": 5}
    assert came["page"]["anonymousId"] == "a1"
    assert came["group"]["traits"] == {"plan": "gold"}
    assert came["identify"]["userId"] == "u1"
    assert came["identify"]["traits"]["email"] == "ann@example.com"


def test_segments_library_for_python_is_understood(server_shop: Shop) -> None:
    client = segment.Client(server_shop.key, host=server_shop.url, gzip=True)
    client.identify("u1", {"email": "ann@example.com"})
    client.track("u1", "Order Completed", {"order_id": "1001", "total": 12.5})
    client.page(anonymous_id="a1", name="Home", properties={"path": "/"})
    client.group("u1", "g1", {"plan": "gold"})
    client.screen("u1", name="Cart")
    client.flush()
    came = server_shop.by_type(5)
    client.join()
    assert came["identify"]["traits"] == {"email": "ann@example.com"}
    assert came["track"]["event"] == "Order Completed"
    assert came["track"]["properties"] == {"order_id": "1001", "total": 12.5}
    assert came["track"]["context"]["library"]["name"] == "analytics-python"
    assert came["page"]["anonymousId"] == "a1"
    assert came["group"]["groupId"] == "g1"
    assert came["screen"]["name"] == "Cart"
    assert all(message["timestamp"].endswith("Z") for message in came.values())


def test_rudderstacks_library_for_python_is_understood(server_shop: Shop) -> None:
    client = rudderstack.Client(server_shop.key, host=server_shop.url, gzip=True)
    client.identify("u1", {"email": "ann@example.com"}, message_id="m-identify")
    client.track("u1", "Order Completed", {"order_id": "1001"}, message_id="m-track")
    client.page(anonymous_id="a1", name="Home", properties={"path": "/"}, message_id="m-page")
    client.group("u1", "g1", {"plan": "gold"}, message_id="m-group")
    client.flush()
    came = server_shop.by_type(4)
    client.join()
    assert {kind: message["messageId"] for kind, message in came.items()} == {
        kind: f"m-{kind}" for kind in ("identify", "track", "page", "group")
    }
    assert came["track"]["properties"] == {"order_id": "1001"}
    assert came["identify"]["traits"] == {"email": "ann@example.com"}
    assert came["page"]["anonymousId"] == "a1"


def test_what_an_overloaded_gateway_refused_comes_again_under_the_same_ids(
    server_shop: Shop, modules: Path
) -> None:
    with Flaky(server_shop.url, failures=1).served() as flaky:
        run_program("segment.cjs", modules=modules, key=server_shop.key, url=flaky.url)
    came = {message["messageId"] for message in server_shop.messages(5)}
    assert ids_of(flaky.refused) == came
    assert ids_of(flaky.passed) == came


def test_a_rotated_key_stops_a_running_library_within_five_seconds(server_shop: Shop) -> None:
    def client_with(key: str) -> segment.Client:
        return segment.Client(key, host=server_shop.url, sync_mode=True, max_retries=0)

    old = client_with(server_shop.key)
    old.track("u1", "Before")
    _, fresh = server_shop.platform.sources.rotate_key(server_shop.source.name)
    until = time.monotonic() + 5
    client_with(fresh).track("u1", "With the new key")
    with pytest.raises(segment_request.APIError, match="401"):
        while time.monotonic() < until:
            old.track("u1", "For a moment")
            time.sleep(0.2)
    events = [envelope["message"]["event"] for envelope in server_shop.envelopes()]
    assert events[:2] == ["Before", "With the new key"]


def test_an_old_key_is_taken_beside_the_new_one_while_its_grace_lasts(server_shop: Shop) -> None:
    sources = server_shop.platform.sources
    _, fresh = sources.rotate_key(server_shop.source.name, grace=timedelta(hours=1))
    for key in (server_shop.key, fresh):
        client = segment.Client(key, host=server_shop.url, sync_mode=True, max_retries=0)
        client.track("u1", "Order Completed")
    server_shop.messages(2)
