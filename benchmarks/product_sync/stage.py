"""Both emulated sides with a tenant between them, and products that are in both.

Belongs here: starting them, and people's edits. Does not belong here: what is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import requests

from chord_platform.bootstrap import Platform, open_platform
from chord_platform.product_deliveries.working import topic_of
from chord_platform.products.tenant_check import TenantCheck
from chord_platform.settings import read_settings
from chord_platform.store import migrate
from chord_platform.webhooks.delivery import Arrived
from vendor_emulator.business import Business
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.cost import BUCKET_SECONDS, RESTORE_RATES, Bucket
from vendor_emulator.vendors.shopify.tokens import CLIENT_SECRET

TENANT = "bench"
FILE = """
tenants:
  bench:
    allowed_origins: [contentful, shopify]
    contentful:
      space_id: {space_id}
      management_token: env:BENCH_CMS
      base_url: {cms}
    shopify:
      shop: {shop}
      admin_token: env:BENCH_SHOP
      client_secret: env:BENCH_SECRET
      base_url: {store}
    gateway_url: {gateway}
"""
FAST = 1_000_000.0
"""Points a second: a shop without a limit."""
SLOW_ANSWERS = {"contentful": {"retry_seconds": 1}}
"""The gateway hears of a tenant's new key after some seconds; a webhook of before comes again."""
ONCE_A_RUN = {"locales", "content_types", "Channels"}


@dataclass
class Stage:
    emulator: Emulator
    platform: Platform
    dagster_url: str = ""

    @property
    def cms(self) -> Any:
        return self.emulator.vendor("contentful")

    @property
    def shop(self) -> Any:
        return self.emulator.vendor("shopify")

    def tenant(self, gateway: str = "http://127.0.0.1:1") -> None:
        cms = self.emulator.credentials("contentful")
        shop = self.shop.writing_credentials(self.emulator.base_url("shopify"))
        os.environ["BENCH_CMS"] = cms["management_token"]
        os.environ["BENCH_SHOP"] = shop["access_token"]
        os.environ["BENCH_SECRET"] = CLIENT_SECRET
        file = self.platform.settings.home / "tenants.yaml"
        file.write_text(
            FILE.format(
                space_id=cms["space_id"],
                cms=cms["base_url"],
                shop=shop["shop"],
                store=shop["base_url"],
                gateway=gateway,
            )
        )
        self.platform.tenants.apply_file(file, by="benchmark")

    def hooks(self) -> None:
        tenants = self.platform.tenants
        rotate = lambda: tenants.rotate_key(TENANT, by="benchmark")  # noqa: E731
        checked = TenantCheck(tenants.get(TENANT), rotate_key=rotate).run()
        assert checked.is_right, checked

    def make(self, number: int) -> str:
        cms, id = self.cms, f"p{number}"
        if number == 0:
            for size in ("S", "M"):
                cms.create("optionValue", f"size-{size}", name=size, slug=size.lower())
            values = [cms.entry("size-S"), cms.entry("size-M")]
            cms.create("optionType", "size", name="Size", slug="size", optionValues=values)
        for size in ("S", "M"):
            cms.create(
                "variant",
                f"{id}-{size}",
                name=f"{id} {size}",
                sku=f"{id}-{size}",
                price="10.00",
                optionValues=[cms.entry(f"size-{size}")],
            )
        cms.create(
            "product",
            id,
            name=f"Product {number}",
            slug=f"product-{number}",
            status="active",
            optionTypes=[cms.entry("size")],
            variants=[cms.entry(f"{id}-{size}") for size in ("S", "M")],
        )
        cms.publish_with_links(id)
        return f"contentful/{id}"

    def edit(self, number: int, name: str) -> None:
        self.cms.edit(f"p{number}", name=name)
        self.cms.publish(f"p{number}")

    def deliver(self, keys: Sequence[str], event: str) -> None:
        deliver(self.platform, keys, event)

    def without_limits(self) -> None:
        self.cms.rate.is_strict = False
        self.shop.bucket.configure(restore_rate=FAST, maximum=FAST)

    def with_limits(self) -> None:
        """Contentful's and Shopify's lowest plan, both unused."""
        rate = RESTORE_RATES["standard"]
        self.cms.rate.is_strict = True
        self.cms.rate.taken.clear()
        self.shop.bucket.configure(restore_rate=rate, maximum=rate * BUCKET_SECONDS)
        self.shop.bucket.spent = 0.0

    def asked(self) -> Asked:
        """Since the last time."""
        found = Asked(points=self.shop.bucket.spent)
        for one in self.emulator.requests:
            if ONCE_A_RUN & set(one.names):
                found.once += 1
            elif one.vendor == "shopify":
                found.shopify += 1
            elif one.method == "GET":
                found.contentful_reads += 1
            else:
                found.contentful_writes += 1
        self.emulator.requests.clear()
        self.shop.bucket.spent = 0.0
        return found


@dataclass
class Asked:
    """once: what a run reads one time for all its products."""

    points: float
    contentful_reads: int = 0
    contentful_writes: int = 0
    shopify: int = 0
    once: int = 0

    @property
    def contentful(self) -> int:
        return self.contentful_reads + self.contentful_writes

    def __str__(self) -> str:
        reads, writes = self.contentful_reads, self.contentful_writes
        return f"Contentful {reads} reads, {writes} writes; Shopify {self.shopify}"


class CountedBucket(Bucket):
    """Adds up what was paid."""

    spent = 0.0

    def take(self, points: float) -> bool:
        is_paid = super().take(points)
        self.spent += points if is_paid else 0
        return is_paid

    def give_back(self, points: float) -> None:
        super().give_back(points)
        self.spent -= points


def deliver(
    platform: Platform, keys: Sequence[str], event: str, *, subject: str = "", version: int = 0
) -> None:
    """As the gateway puts them. version: of the state they tell of, as Contentful counts."""
    body = orjson.dumps({"sys": {"publishedVersion": version}} if version else {})
    arrived = [
        Arrived(
            id=f"{key} {event}",
            topic=topic_of(TENANT),
            key=key,
            subject=subject,
            headers={},
            body=body,
            received_at=datetime.now(UTC),
        )
        for key in keys
    ]
    for start in range(0, len(arrived), 50):
        platform.deliveries.receive_all(arrived[start : start + 50])


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Without limits, until they are asked for."""
    settings = read_settings(folder / "home")
    migrate(settings)
    with Emulator(
        business=Business(orders=5), vendors=["contentful", "shopify"], options=SLOW_ANSWERS
    ) as emulator:
        stage = Stage(emulator, open_platform(settings))
        bucket = CountedBucket(stage.shop.clock, maximum=FAST, restore_rate=FAST)
        stage.shop.bucket = bucket
        stage.without_limits()
        stage.tenant()
        yield stage


@contextmanager
def gateway(stage: Stage) -> Iterator[str]:
    """The real one, in a process of its own, and both vendors' webhooks led to it."""
    from chord_dagster.processes import free_port

    port = free_port(8300)
    home = str(stage.platform.settings.home)
    chord = "from chord_platform.cli import main; main()"
    command = [sys.executable, "-c", chord, "--home", home, "gateway", "--workers", "1"]
    with subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            give_up = time.monotonic() + 60
            while not answers(url):
                if time.monotonic() > give_up:
                    raise RuntimeError("the gateway does not answer")
                time.sleep(0.1)
            stage.tenant(url)
            stage.hooks()
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=1).ok
    except requests.RequestException:
        return False
