"""Both emulated sides, a gateway that hears their webhooks, and a tenant between them.

Belongs here: starting them, and working the queue as a run does. Does not belong here: tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chord_platform.bootstrap import Platform, open_platform
from chord_platform.products.outcome import Outcome
from chord_platform.products.refs import Ref
from chord_platform.products.service import ProductSync
from chord_platform.products.sync import TenantSync
from chord_platform.products.sync_product import Side
from chord_platform.products.tenant_check import TenantCheck
from chord_platform.products.under_way import Asked
from chord_platform.settings import read_settings
from chord_platform.store import migrate
from tests.conformance.coverage import Held
from tests.gateway.served import GatewayProcess
from vendor_emulator.business import Business
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.tokens import CLIENT_SECRET

TENANT = "my_company"
TOPIC = f"product_sync:{TENANT}"
FILE = """
tenants:
  my_company:
    allowed_origins: [contentful, shopify]
    description: true
    tags: true
{options}
    contentful:
      space_id: {space_id}
      management_token: seal:CMS_TOKEN
      signing_secret: seal:CMS_SIGNING
      base_url: {cms}
    shopify:
      shop: {shop}
      admin_token: seal:SHOP_TOKEN
      client_secret: seal:SHOP_SECRET
      base_url: {store}
    slack_webhook_url: seal:SLACK
    gateway_url: {gateway}
"""
SIGNING = "s" * 64
KEPT_OF_PRODUCTS = (
    "product_variant_entries",
    "product_links",
    "product_syncs",
    "product_pictures",
    "deliveries",
    "delivery_keys",
)
OPTIONS = {
    "contentful": {"limits": "off", "retry_seconds": 0.05, "signing_secret": SIGNING},
    "shopify": {"restore_rate": 1_000_000},
    "slack": {"limits": "off"},
}


@dataclass
class BothSides:
    emulator: Emulator
    platform: Platform
    gateway: GatewayProcess
    folder: Path
    products: ProductSync = field(init=False, repr=False)
    sync: TenantSync = field(init=False, repr=False)

    @property
    def cms(self) -> Any:
        return self.emulator.vendor("contentful")

    @property
    def shop(self) -> Any:
        return self.emulator.vendor("shopify")

    @property
    def slack(self) -> list[Any]:
        return self.emulator.vendor("slack").messages

    def apply(self, monkeypatch: pytest.MonkeyPatch, *, options: str = "") -> None:
        """Makes the tenant, and has its check register the webhooks at both sides."""
        cms = self.emulator.credentials("contentful")
        shop = self.shop.writing_credentials(self.emulator.base_url("shopify"))
        for name, value in {
            "CMS_TOKEN": cms["management_token"],
            "CMS_SIGNING": SIGNING,
            "SHOP_TOKEN": shop["access_token"],
            "SHOP_SECRET": CLIENT_SECRET,
            "SLACK": self.emulator.credentials("slack")["webhook_url"],
        }.items():
            monkeypatch.setenv(name, value)
        file = self.folder / "tenants.yaml"
        file.write_text(
            FILE.format(
                options=options,
                space_id=cms["space_id"],
                cms=cms["base_url"],
                shop=shop["shop"],
                store=shop["base_url"],
                gateway=self.gateway.url,
            )
        )
        tenants = self.platform.tenants
        tenants.apply_file(file, by="a test")
        check = TenantCheck(
            tenants.get(TENANT), rotate_key=lambda: tenants.rotate_key(TENANT, by="a test")
        )
        checked = check.run()
        assert checked.is_right, checked
        self.products = ProductSync(store=self.platform.store, open_tenant=tenants.open)
        self.sync = self.products.open(TENANT)

    def begin_anew(self) -> None:
        """Both vendors as on the first day, but for the webhooks: they hold the tenant's key, which
        the gateway would take some seconds to hear of when it changed."""
        self.settle()
        hooks, subscriptions = self.cms.telling.hooks, self.shop.webhooks.subscriptions
        self.emulator.reset()
        self.cms.telling.hooks = hooks
        self.shop.webhooks.subscriptions.update(subscriptions)
        with self.platform.store.writing() as tx:
            for table in KEPT_OF_PRODUCTS:
                tx.exec_driver_sql(f"delete from {table}")

    # ------------------------------------------------------------------ working

    def settle(self) -> None:
        """Until the vendors have sent all they have to say."""
        assert self.cms.telling.settle(within=20)
        assert self.shop.webhooks.sender.settle(20)

    def work(self) -> list[Outcome]:
        """One round: what has been delivered until now."""
        self.settle()
        done = []
        lease = timedelta(minutes=1)
        while claims := self.platform.deliveries.claim(
            TOPIC, worker="a test", limit=50, lease=lease
        ):
            for claim in claims:
                outcome = self.sync.sync(Asked(ref=ref_of(claim.key), by="a test"))
                self.platform.deliveries.done(claim, outcome.result.value)
                done.append(outcome)
        if done:
            self.products.tell(self.sync.opened, done)
        return done

    def work_until_quiet(self, *, rounds: int = 8) -> list[list[Outcome]]:
        found = []
        for _ in range(rounds):
            done = self.work()
            if not done:
                return found
            found.append(done)
        raise AssertionError(f"there is no end to it: {[str(one) for one in found[-1]]}")

    def writes(self) -> list[str]:
        """What was written at either side since the last call."""
        found = []
        for one in self.emulator.requests:
            if one.vendor == "contentful" and one.method != "GET":
                found.append(f"{one.method} {one.path.rpartition('/environments/master/')[2]}")
            elif one.vendor == "shopify" and (one.operation or "").lstrip().startswith("mutation"):
                found.append(one.names[-1])
        self.check_conformance()
        self.emulator.requests.clear()
        return found

    def check_conformance(self) -> None:
        for vendor in ("contentful", "shopify", "slack"):
            asked = [one for one in self.emulator.requests if one.vendor == vendor]
            assert Held(vendor).hold(asked) == []

    def shop_products(self) -> dict[str, Any]:
        return {one.handle: one for one in self.shop.world.products}

    def shop_product(self, handle: str) -> Any:
        return self.shop_products()[handle]


def ref_of(key: str) -> Ref:
    side, _, name = key.partition("/")
    return Ref(side=Side.SHOPIFY if side == "shopify" else Side.CONTENTFUL, id=name)


@contextmanager
def both_sides(folder: Path) -> Iterator[BothSides]:
    settings = read_settings(folder / "home")
    migrate(settings)
    gateway = GatewayProcess(settings, arguments=("--workers", "1"))
    business = Business(orders=5)
    with Emulator(
        business=business, vendors=["contentful", "shopify", "slack"], options=OPTIONS
    ) as emulator:
        try:
            gateway.start()
            yield BothSides(emulator, open_platform(settings), gateway, folder)
        finally:
            gateway.end()
