"""The emulated Shopify tells subscribers what changes, signed, and gives up as the real one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest
import requests

from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.tokens import CLIENT_SECRET, STATIC_TOKEN
from vendor_emulator.vendors.shopify.webhooks import ADMIN_SECRET
from vendor_emulator.webhooks import Manners

CREATE = """mutation ($topic: WebhookSubscriptionTopic!, $given: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $given) {
    webhookSubscription { id topic uri format }
    userErrors { field message }
  }
}"""


@dataclass
class Receiver:
    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(made.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    options = {"shopify": {"webhooks": Manners(waits=(0.01,) * 8)}}
    with Emulator(orders=30, options=options, vendors=["shopify"]) as running:
        yield running


def ask(emulator: Emulator, document: str, **variables: object) -> dict:
    answer = requests.post(
        f"{emulator.base_url('shopify')}/admin/api/2026-10/graphql.json",
        json={"query": document, "variables": variables},
        headers={"X-Shopify-Access-Token": STATIC_TOKEN},
        timeout=10,
    ).json()
    assert "errors" not in answer, answer
    return answer["data"]


def subscribe(emulator: Emulator, topic: str, uri: str) -> dict:
    made = ask(emulator, CREATE, topic=topic, given={"uri": uri, "format": "JSON"})
    return made["webhookSubscriptionCreate"]


def signature(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def test_a_new_order_is_told_and_signed_with_the_apps_secret(emulator, receiver):
    assert subscribe(emulator, "ORDERS_CREATE", receiver.url)["userErrors"] == []
    shop = emulator.vendor("shopify")
    order = shop.add_order()
    assert shop.webhooks.sender.settle()
    ((headers, body),) = receiver.got
    assert headers["x-shopify-topic"] == "orders/create"
    assert headers["x-shopify-hmac-sha256"] == signature(body, CLIENT_SECRET)
    assert orjson.loads(body)["name"] == order.name


def test_one_made_by_hand_is_signed_with_the_admin_pages_secret_and_not_listed(emulator, receiver):
    shop = emulator.vendor("shopify")
    shop.webhooks.by_hand("customers/update", receiver.url)
    shop.update_customer(next(iter(shop.world.customers)).id, note="hello")
    assert shop.webhooks.sender.settle()
    ((headers, body),) = receiver.got
    assert headers["x-shopify-hmac-sha256"] == signature(body, ADMIN_SECRET)
    listed = ask(emulator, "{ webhookSubscriptions(first: 5) { nodes { id } } }")
    assert listed["webhookSubscriptions"]["nodes"] == []


def test_a_subscription_that_failed_eight_times_in_a_row_is_gone(emulator, receiver):
    subscribe(emulator, "ORDERS_CREATE", receiver.url)
    receiver.status = 500
    shop = emulator.vendor("shopify")
    shop.add_order()
    assert shop.webhooks.sender.settle()
    assert len(receiver.got) == 8
    assert [one.topic for one in shop.webhooks.removed] == ["orders/create"]


def test_the_same_address_is_taken_once_and_a_strange_one_never(emulator, receiver):
    subscribe(emulator, "ORDERS_CREATE", receiver.url)
    again = subscribe(emulator, "ORDERS_CREATE", receiver.url)
    assert "already been taken" in again["userErrors"][0]["message"]
    plain = subscribe(emulator, "ORDERS_CREATE", "http://gateway.example/hook")
    assert plain["webhookSubscription"] is None


def test_duplicates_and_losses_happen_when_a_test_says_so(emulator, receiver):
    subscribe(emulator, "PRODUCTS_UPDATE", receiver.url)
    shop = emulator.vendor("shopify")
    shop.webhooks.manners.duplicates = 1.0
    product = next(iter(shop.world.products))
    shop.update_product(product.id, title="Another")
    assert shop.webhooks.sender.settle()
    first, second = receiver.got
    assert first[0]["x-shopify-webhook-id"] == second[0]["x-shopify-webhook-id"]
    shop.webhooks.manners.losses = 1.0
    shop.update_product(product.id, title="A third")
    assert shop.webhooks.sender.settle()
    assert len(receiver.got) == 2
