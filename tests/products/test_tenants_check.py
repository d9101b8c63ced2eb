"""A check says exactly what is missing at either side, and a fix makes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chord_platform.cli import main
from chord_platform.products.findings import Checked, Level
from chord_platform.products.tenant_check import TenantCheck
from chord_platform.products.tenants import Tenants
from chord_platform.settings import read_settings
from chord_platform.store import migrate, open_store
from chord_platform.store.vault import Vault
from tests.conformance.coverage import Held
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.tokens import WRITING_SCOPES

GATEWAY = "http://127.0.0.1:9"
FILE = """
tenants:
  my_company:
    allowed_origins: [contentful, shopify]
    tags: true
    contentful:
      space_id: {space_id}
      management_token: env:CMS_TOKEN
      base_url: {cms}
    shopify:
      shop: {shop}
      admin_token: env:SHOP_TOKEN
      client_secret: env:SHOP_SECRET
      base_url: {store}
    slack_webhook_url: env:SLACK
    gateway_url: {gateway}
"""


@dataclass
class World:
    emulator: Emulator
    folder: Path
    tenants: Tenants
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def cms(self) -> Any:
        return self.emulator.vendor("contentful")

    @property
    def shop(self) -> Any:
        return self.emulator.vendor("shopify")

    def file(self) -> Path:
        told = self.emulator.credentials("contentful")
        shop = self.emulator.credentials("shopify")
        path = self.folder / "tenants.yaml"
        path.write_text(
            FILE.format(
                space_id=told["space_id"],
                cms=told["base_url"],
                shop=shop["shop"],
                store=shop["base_url"],
                gateway=GATEWAY,
            )
        )
        return path

    def check(self, *, fix: bool = False) -> Checked:
        rotate = (lambda: self.tenants.rotate_key("my_company", by="anna")) if fix else None
        return TenantCheck(self.tenants.get("my_company"), rotate_key=rotate).run()


def told(checked: Checked, level: Level) -> list[str]:
    return [
        f"{one.where}, {one.subject}: {one.text}" for one in checked.findings if one.level is level
    ]


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    options = {"contentful": {"limits": "off", "content_types": "none", "retry_seconds": 0.01}}
    with Emulator(orders=60, vendors=["contentful", "shopify"], options=options) as emulator:
        yield emulator


@pytest.fixture
def world(server: Emulator, tmp_path: Path) -> Iterator[World]:
    server.reset()
    settings = read_settings(tmp_path / "home")
    migrate(settings)
    environment = {
        "CMS_TOKEN": server.credentials("contentful")["management_token"],
        "SHOP_TOKEN": server.vendor("shopify").tokens.writing(),
        "SHOP_SECRET": "shpss_1",
        "SLACK": "https://hooks.slack.test/x",
    }
    tenants = Tenants(open_store(settings), Vault(settings), environment=lambda: environment)
    made = World(server, tmp_path, tenants, environment)
    tenants.apply_file(made.file(), by="anna")
    yield made
    for vendor in ("contentful", "shopify"):
        asked = [one for one in server.requests if one.vendor == vendor]
        assert Held(vendor).hold(asked) == []


def test_what_is_missing_is_named_then_made_and_then_right(world: World) -> None:
    before = world.check()
    assert not before.is_right
    wrong = told(before, Level.WRONG)
    for name in ("productType", "optionValue", "optionType", "variant", "product"):
        assert f"Contentful, content type {name}: is missing." in wrong
    assert f"Contentful, webhook: no webhook tells {GATEWAY}/sync for my_company." in wrong
    assert any("none of the app's tells" in one for one in wrong)
    fixed = world.check(fix=True)
    assert fixed.is_right, told(fixed, Level.WRONG)
    assert fixed.new_key.startswith("chord_sync_")
    assert world.tenants.authorise("my_company", fixed.new_key) is not None
    after = world.check()
    assert (told(after, Level.WRONG), told(after, Level.FIXED)) == ([], [])
    assert world.check(fix=True).new_key == ""


def test_the_webhook_that_was_made_tells_of_products_with_the_tenants_key(world: World) -> None:
    key = world.check(fix=True).new_key
    world.cms.telling.hold()
    world.cms.create("productType", "t", name="T", slug="t")
    world.cms.publish("t")
    world.cms.create("product", "p", name="P", slug="p")
    world.cms.publish("p")
    (call,) = world.cms.telling.held
    assert (call.headers["x-api-key"], call.headers["x-chord-tenant-name"]) == (key, "my_company")


def test_a_field_that_is_missing_is_added_and_one_of_another_type_is_named(world: World) -> None:
    world.check(fix=True)
    environment = world.cms.environments["master"]
    kind = environment.things["ContentType"]["variant"]
    kind["fields"] = [one for one in kind["fields"] if one["id"] != "weight"]
    environment.published[("ContentType", "variant")]["fields"] = list(kind["fields"])
    for one in environment.things["ContentType"]["product"]["fields"]:
        if one["id"] == "giftCard":
            one["type"] = "Symbol"
    assert told(world.check(), Level.WRONG) == [
        "Contentful, content type variant: has no field weight (Symbol or Text or Number or "
        "Integer).",
        "Contentful, content type product: the field giftCard is Symbol, and has to be Boolean.",
    ]
    fixed = world.check(fix=True)
    assert told(fixed, Level.FIXED) == ["Contentful, content type variant: has new fields: weight."]
    assert not fixed.is_right


def test_the_shops_tags_are_made(world: World) -> None:
    world.check(fix=True)
    names = {one["name"] for one in world.cms.environments["master"].all("Tag")}
    assert names and not names & {"chord-sync", "chord-no-sync"}


@pytest.mark.parametrize("side", ["Contentful", "Shopify"])
def test_a_token_that_is_not_taken_is_the_only_thing_said_of_that_side(
    world: World, side: str
) -> None:
    world.environment["CMS_TOKEN" if side == "Contentful" else "SHOP_TOKEN"] = "mistyped"
    checked = world.check()
    (only,) = [one for one in checked.findings if one.where == side]
    assert (only.subject, only.level) == ("token", Level.WRONG)


def test_scopes_that_lack_are_named(world: World) -> None:
    shop = world.shop
    scopes = [one for one in WRITING_SCOPES if one not in ("write_products", "write_files")]
    shop.tokens.grant(world.environment["SHOP_TOKEN"], scopes)
    checked = world.check()
    assert "Shopify, scopes: the app lacks write_products." in told(checked, Level.WRONG)
    assert any("without write_files" in one for one in told(checked, Level.WARNING))


def test_a_webhook_that_is_half_right_is_corrected(world: World) -> None:
    world.check(fix=True)
    ((_, hook),) = world.cms.telling.hooks.items()
    hook["topics"] = ["Entry.publish"]
    hook["filters"] = [{"equals": [{"doc": "sys.contentType.sys.id"}, "product"]}]
    wrong = told(world.check(), Level.WRONG)
    assert "Contentful, webhook: it does not tell of Entry.unpublish." in wrong
    assert "Contentful, webhook: its filter of sys.contentType.sys.id leaves out variant." in wrong
    assert world.check(fix=True).is_right
    assert len(world.cms.telling.hooks) == 1


def test_a_variable_that_is_not_set_is_said(world: World) -> None:
    del world.environment["SHOP_TOKEN"]
    assert any("SHOP_TOKEN" in one for one in told(world.check(), Level.WRONG))


def test_the_commands_make_list_show_and_check(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in world.environment.items():
        monkeypatch.setenv(name, value)

    def chord(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["--home", str(tmp_path / "other"), "tenants", *words])
        assert result.exit_code == code, result.output
        return result.output

    assert "No tenant yet" in chord("list")
    assert "key, shown this once: chord_sync_" in chord("apply", str(world.file()))
    assert "= my_company: as it should be" in chord("apply", str(world.file()))
    (listed,) = json.loads(chord("list", "--json"))
    assert listed["shopify"] == "fable-and-co.myshopify.com"
    assert listed["secrets"]["shopify.admin_token"] == "env:SHOP_TOKEN"
    assert "my_company" in chord("list")
    assert "contentful, shopify" in chord("show", "my_company")
    assert "✗ Contentful, content type product: is missing." in chord("check", "my_company", code=1)
    fixed = chord("check", "my_company", "--fix")
    assert "+ Contentful, content type product: made, with 12 fields." in fixed
    assert "✓ Contentful, webhook" in chord("check", "my_company")
    assert "The new key of my_company" in chord("rotate-key", "my_company")
    assert "shown" not in chord("check", "my_company", "--json")
