"""Both emulated sides with a tenant between them, and products that are in both.

Belongs here: starting them, and people's edits. Does not belong here: what is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from chord_platform.bootstrap import Platform, open_platform
from chord_platform.product_deliveries.working import TOPICS, topic_of
from chord_platform.products.tenant_check import TenantCheck
from chord_platform.settings import read_settings
from chord_platform.store import migrate
from vendor_emulator.business import Business
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.tokens import CLIENT_SECRET

__all__ = ["TENANT", "TOPICS", "Stage", "gateway", "staged"]

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
OFF = {"contentful": {"limits": "off"}, "shopify": {"restore_rate": 1_000_000}}


@dataclass
class Stage:
    emulator: Emulator
    platform: Platform

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

    def deliver(self, key: str, event: str) -> None:
        self.platform.deliveries.receive(
            topic_of(TENANT), id=f"{key} {event}", key=key, body=b"{}", headers={}
        )

    def calls(self) -> dict[str, int]:
        """By vendor, since the last time."""
        found: dict[str, int] = {"contentful": 0, "shopify": 0}
        for one in self.emulator.requests:
            found[one.vendor] += 1
        self.emulator.requests.clear()
        return found


@contextmanager
def staged(folder: Path, *, options: dict[str, Any] | None = None) -> Iterator[Stage]:
    settings = read_settings(folder / "home")
    migrate(settings)
    emulator = Emulator(
        business=Business(orders=5),
        vendors=["contentful", "shopify"],
        options=OFF if options is None else options,
    )
    with emulator:
        stage = Stage(emulator, open_platform(settings))
        stage.tenant()
        yield stage


@contextmanager
def gateway(stage: Stage) -> Iterator[str]:
    """The real one, in a process of its own, and both vendors' webhooks led to it."""
    from chord_dagster.processes import free_port

    port = free_port(8300)
    home = str(stage.platform.settings.home)
    command = [sys.executable, "-m", "chord_platform.cli", "--home", home, "gateway"]
    with subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            give_up = time.monotonic() + 30
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
