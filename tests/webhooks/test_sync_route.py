"""`POST /sync` at a real gateway: who may tell of a change, under which key it is kept, and that
what a killed gateway has answered is on disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import requests

from chord_platform.products.tenants import Tenants
from chord_platform.settings import read_settings
from chord_platform.store import Store, migrate, open_store
from chord_platform.store.vault import Vault
from chord_platform.webhooks import Deliveries
from chord_platform.webhooks.refusals import Refusals
from chord_platform.webhooks.signatures import contentful_signature
from tests.gateway.served import GatewayProcess
from vendor_emulator.vendors.shopify.webhooks import sign

SECRETS = {
    "CMA": "token",
    "SIGNING": "s" * 64,
    "APP": "app secret",
    "ADMIN": "admin page's secret",
}
FILE = """
tenants:
  linen:
    contentful: {space_id: linen, management_token: "seal:CMA"}
    shopify: {shop: linen, client_secret: "seal:APP", webhook_secret: "seal:ADMIN"}
  wool:
    allowed_origins: [contentful, shopify]
    contentful: {space_id: wool, management_token: "seal:CMA", signing_secret: "seal:SIGNING"}
    shopify: {shop: wool, client_secret: "seal:APP"}
"""


@dataclass
class Stage:
    gateway: GatewayProcess
    store: Store
    keys: dict[str, str]

    @property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.store)

    def contentful(
        self, body: Any, *, tenant: str = "linen", key: str = "", event: str = "1", **more: str
    ) -> int:
        headers = {
            "content-type": "application/vnd.contentful.management.v1+json",
            "x-contentful-topic": "ContentManagement.Entry.publish",
            "x-contentful-idempotency-key": event,
            "x-chord-tenant-name": tenant,
            "x-api-key": key or self.keys[tenant],
            **more,
        }
        sent = requests.post(
            f"{self.gateway.url}/sync", data=orjson.dumps(body), headers=headers, timeout=10
        )
        return sent.status_code

    def shopify(
        self, body: bytes, *, shop: str, secret: str, topic: str = "products/update"
    ) -> int:
        headers = {
            "x-shopify-topic": topic,
            "x-shopify-shop-domain": f"{shop}.myshopify.com",
            "x-shopify-hmac-sha256": sign(body, secret),
            "x-shopify-event-id": "e1",
        }
        url = f"{self.gateway.url}/sync"
        return requests.post(url, data=body, headers=headers, timeout=10).status_code

    def keys_of(self, topic: str) -> list[str]:
        return [one.key for one in reversed(self.deliveries.list(topic=topic))]

    def refusals(self) -> dict[tuple[str, str], int]:
        found = Refusals(self.store).list()
        return {(one.receiver, one.reason): one.refused for one in found}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home = tmp_path_factory.mktemp("home")
    settings = read_settings(home)
    migrate(settings)
    store = open_store(settings)
    file = home / "tenants.yaml"
    file.write_text(FILE)
    tenants = Tenants(store, Vault(settings), environment=lambda: SECRETS)
    keys = {one.name: one.key for one in tenants.apply_file(file, by="test")}
    gateway = GatewayProcess(settings)
    gateway.start()
    yield Stage(gateway, store, keys)
    gateway.end()
    store.close()


def entry(id: str, kind: str = "product", type: str = "Entry") -> dict[str, Any]:
    link = {"sys": {"type": "Link", "linkType": "ContentType", "id": kind}}
    return {"sys": {"type": type, "id": id, "contentType": link}}


def test_contentfuls_changes_are_kept_by_product_and_repetitions_once(stage):
    assert stage.contentful(entry("shirt")) == 200
    assert stage.contentful(entry("shirt")) == 200  # the same delivery again
    assert stage.contentful(entry("shirt"), event="2") == 200
    assert stage.contentful(entry("shirt-blue", "variant"), event="3") == 200
    assert stage.contentful(entry("gone", type="DeletedEntry"), event="4") == 200
    assert stage.contentful(entry("page", "blogPost"), event="5") == 200
    assert stage.contentful({"no": "entry"}, event="6") == 200
    assert stage.keys_of("product_sync:linen") == [
        "contentful/shirt",
        "contentful/shirt",
        "contentful-variant/shirt-blue",
        "contentful/gone",
    ]


def test_wrong_keys_tenants_and_signatures_are_refused_counted_and_not_kept(stage):
    before = stage.deliveries.counts()
    assert stage.contentful(entry("shirt"), key="wrong") == 401
    assert stage.contentful(entry("shirt"), tenant="linen", key=stage.keys["wool"]) == 401
    assert stage.contentful(entry("shirt"), tenant="wool") == 401  # unsigned
    assert requests.post(f"{stage.gateway.url}/sync", data=b"{}", timeout=10).status_code == 401
    body = orjson.dumps({"id": 1})
    assert stage.shopify(body, shop="linen", secret="another") == 401
    assert stage.shopify(body, shop="nobody", secret=SECRETS["APP"]) == 401
    assert stage.deliveries.counts() == before
    assert stage.refusals() == {
        ("product_sync", "key or tenant"): 2,
        ("product_sync:wool", "signature: unsigned"): 1,
        ("product_sync", "no credentials"): 1,
        ("product_sync:linen", "signature"): 1,
        ("product_sync", "unknown shop"): 1,
    }


def test_a_signed_change_is_taken_tampered_or_overheard_long_ago_it_is_not(stage):
    body = entry("scarf")

    def signed(at: float) -> dict[str, str]:
        names = "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic"
        headers = {
            "x-contentful-topic": "ContentManagement.Entry.publish",
            "x-contentful-signed-headers": names,
            "x-contentful-timestamp": str(int(at * 1000)),
        }
        made = contentful_signature(
            method="POST",
            path="/sync",
            signed=headers,
            body=orjson.dumps(body),
            secret=SECRETS["SIGNING"],
        )
        return {**headers, "x-contentful-signature": made}

    now = time.time()
    assert stage.contentful(body, tenant="wool", **signed(now)) == 200
    assert stage.contentful(entry("other"), tenant="wool", **signed(now)) == 401
    assert stage.contentful(body, tenant="wool", **signed(now - 3600)) == 401
    assert stage.keys_of("product_sync:wool") == ["contentful/scarf"]


def test_shopifys_changes_find_their_tenant_by_the_shop_and_either_secret(stage):
    for event, secret in enumerate(("APP", "ADMIN"), start=1):
        body = orjson.dumps({"id": 7, "title": f"Shirt {event}"})
        assert stage.shopify(body, shop="linen", secret=SECRETS[secret]) == 200
    (delivery, _) = stage.deliveries.list(topic="product_sync:linen", limit=2)
    assert delivery.key == "shopify/gid://shopify/Product/7"
    # Only Contentful may start a sync of this tenant: kept to be seen, and stopped.
    assert (delivery.state, delivery.result) == ("done", {"result": "origin_not_allowed"})
    body = orjson.dumps({"id": 8})
    assert stage.shopify(body, shop="wool", secret=SECRETS["APP"]) == 200
    assert stage.deliveries.list(topic="product_sync:wool", limit=1)[0].state == "ready"


def test_what_a_killed_gateway_answered_is_on_disk_once(stage):
    """Senders repeat what nobody answered, with the same id."""
    acknowledged: list[str] = []
    repeated: list[str] = []
    is_over = threading.Event()

    def send(worker: int) -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            id = f"kill-{worker}-{number}"
            while not is_over.is_set():
                try:
                    if stage.contentful(entry(id), event=id) == 200:
                        acknowledged.append(id)
                        break
                except requests.RequestException:
                    repeated.append(id)
                    time.sleep(0.05)

    threads = [threading.Thread(target=send, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(0.7)
        stage.gateway.kill()
        stage.gateway.start()
    time.sleep(0.7)
    is_over.set()
    for thread in threads:
        thread.join()
    kept = [one.key for one in stage.deliveries.list(topic="product_sync:linen", limit=100_000)]
    of_kill = [key for key in kept if key.startswith("contentful/kill-")]
    assert len(of_kill) == len(set(of_kill))
    assert {f"contentful/{id}" for id in acknowledged} <= set(of_kill)
    assert repeated
    print(f"{len(acknowledged)} acknowledged over 2 kills, {len(set(repeated))} sent again")
