"""Tenants are made from a file that is right as a whole, and known by their key or their shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chord_platform.errors import TenantRefused, UnknownTenant
from chord_platform.products.options import SyncMode, WeightUnit
from chord_platform.products.sync_product import Side
from chord_platform.products.tenants import Tenants
from chord_platform.store import open_store
from chord_platform.store.vault import Vault
from tests.store.servers import migrated_url, postgres, postgres_template, sqlite_template
from tests.store.settings import settings_on

__all__ = ["migrated_url", "postgres", "postgres_template", "sqlite_template"]  # fixtures

PRODUCTION = """
  My Company Production:
    allowed_origins: [contentful, shopify]
    description: true
    tags: "true"
    weight_unit: pounds
    contentful:
      space_id: space1
      management_token: env:CMS_TOKEN
      signing_secret: env:CMS_SIGNING
    shopify:
      shop: https://My-Company.myshopify.com/
      sync_mode: allowlist
      admin_token: seal:SHOP_TOKEN
      client_secret: env:SHOP_SECRET
    slack_webhook_url: env:SLACK
    gateway_url: https://gateway.my-company.com/
"""
STAGING = """
  my_company_staging:
    contentful: {space_id: space1, environment_id: staging, management_token: env:CMS_TOKEN}
    shopify: {shop: my-company-staging}
"""


@dataclass
class World:
    folder: Path
    tenants: Tenants
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def apply(self, text: str):  # type: ignore[no-untyped-def]
        file = self.folder / "tenants.yaml"
        file.write_text(f"tenants:{text}")
        return self.tenants.apply_file(file, by="anna")

    def refused(self, text: str) -> str:
        before = [one.version for one in self.tenants.list()]
        with pytest.raises(TenantRefused) as refused:
            self.apply(text)
        assert [one.version for one in self.tenants.list()] == before
        return str(refused.value)


@pytest.fixture
def world(tmp_path: Path, migrated_url: str) -> World:
    settings = settings_on(tmp_path, migrated_url)
    environment = {
        "CMS_TOKEN": "cms-token",
        "CMS_SIGNING": "cms-signing",
        "SHOP_TOKEN": "shop-token",
        "SHOP_SECRET": "shop-secret",
        "SLACK": "https://hooks.slack.test/services/x",
    }
    store = open_store(settings)
    made = World(tmp_path, None, environment)  # type: ignore[arg-type]
    made.tenants = Tenants(
        store, Vault(settings), environment=lambda: environment, timer=lambda: made.seconds
    )
    return made


def test_a_file_makes_tenants_with_their_options_and_defaults(world: World) -> None:
    added = world.apply(PRODUCTION + STAGING)
    assert [(one.kind, one.name) for one in added] == [
        ("add", "my_company_production"),
        ("add", "my_company_staging"),
    ]
    production = world.tenants.get("My Company Production")
    assert production.options.allowed_origins == {Side.CONTENTFUL, Side.SHOPIFY}
    assert (production.options.description, production.options.tags) == (True, True)
    assert production.options.mode is SyncMode.ALLOWLIST
    assert production.options.weight_unit is WeightUnit.POUNDS
    assert production.shop_domain == "my-company.myshopify.com"
    assert production.sync_url == "https://gateway.my-company.com/sync"
    staging = world.tenants.get("my_company_staging")
    assert staging.options.allowed_origins == {Side.CONTENTFUL}
    assert (staging.options.tags, staging.options.mode) == (False, SyncMode.DENYLIST)
    assert staging.environment_id == "staging"


def test_a_key_is_shown_once_and_only_a_hash_is_kept(world: World) -> None:
    (added,) = world.apply(STAGING)
    assert added.key.startswith("chord_sync_")
    with world.tenants.store.reading() as connection:
        kept = str(connection.exec_driver_sql("select * from tenants").fetchall())
    assert added.key not in kept
    assert world.apply(STAGING)[0].key == ""


def test_a_key_belongs_to_one_tenant_and_dies_when_it_is_rotated(world: World) -> None:
    production, staging = (one.key for one in world.apply(PRODUCTION + STAGING))
    authorise = world.tenants.authorise
    assert authorise("my_company_staging", staging) is not None
    assert authorise("my_company_staging", production) is None
    assert authorise("nobody", staging) is None
    assert authorise("my_company_staging", "") is None
    assert authorise("", "") is None
    new = world.tenants.rotate_key("my_company_staging", by="anna")
    assert authorise("my_company_staging", staging) is None
    assert authorise("my_company_staging", new) is not None


def test_another_process_learns_of_a_rotated_key_within_seconds(world: World) -> None:
    (added,) = world.apply(STAGING)
    other = Tenants(
        world.tenants.store,
        world.tenants.secrets.vault,
        environment=lambda: world.environment,
        timer=lambda: world.seconds,
    )
    assert other.authorise("my_company_staging", added.key) is not None
    world.tenants.rotate_key("my_company_staging", by="anna")
    world.seconds += 6
    assert other.authorise("my_company_staging", added.key) is None


def test_a_tenant_is_found_by_its_shop(world: World) -> None:
    world.apply(PRODUCTION + STAGING)
    found = world.tenants.by_shop_domain("MY-COMPANY.myshopify.com")
    assert found is not None and found.name == "my_company_production"
    assert world.tenants.by_shop_domain("other.myshopify.com") is None
    assert world.tenants.by_shop_domain("") is None


def test_secrets_are_read_from_the_environment_or_sealed(world: World) -> None:
    world.apply(PRODUCTION)
    del world.environment["SHOP_TOKEN"]
    tenant = world.tenants.get("my_company_production")
    assert tenant.management_token == "cms-token"
    assert tenant.admin_token == "shop-token"
    assert tenant.contentful_signing_secret() == "cms-signing"
    assert tenant.shopify_webhook_secrets() == ("shop-secret",)
    assert tenant.slack_webhook_url == "https://hooks.slack.test/services/x"
    with world.tenants.store.reading() as connection:
        for table in ("tenants", "tenant_versions", "tenant_secrets", "audit_log"):
            rows = str(connection.exec_driver_sql(f"select * from {table}").fetchall())
            assert not any(value in rows for value in ("cms-token", "shop-token", "shop-secret"))
    world.environment["CMS_TOKEN"] = "another"
    world.seconds += 6
    assert tenant.management_token == "another"
    del world.environment["CMS_TOKEN"]
    world.seconds += 6
    with pytest.raises(TenantRefused, match="CMS_TOKEN for contentful"):
        _ = tenant.management_token
    assert "cms-token" not in repr(tenant)


def test_a_change_makes_a_version_and_an_unchanged_file_none(world: World) -> None:
    world.apply(PRODUCTION)
    assert world.apply(PRODUCTION)[0].kind == "same"
    (changed,) = world.apply(PRODUCTION.replace("description: true", "debug: true"))
    assert changed.differences == ("debug: default -> true", "description: true -> default")
    world.environment["SHOP_TOKEN"] = "renewed"
    (sealed,) = world.apply(PRODUCTION.replace("description: true", "debug: true"))
    assert sealed.differences == ("shopify.admin_token: sealed anew",)
    assert world.tenants.get("my_company_production").admin_token == "renewed"
    past = world.tenants.versions("my_company_production")
    assert [(one["version"], one["changed_by"]) for one in past] == [
        (3, "anna"),
        (2, "anna"),
        (1, "anna"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\n  a: {colour: red, contentful: {space_id: s}}", "it has no shopify"),
        ("\n  a: {contentful: [{space_id: s}, {space_id: t}]}", "pairs a CMS with a CMS"),
        (
            "\n  a: {contentful: {space_id: s}, shopify: [{shop: a}, {shop: b}]}",
            "one-to-many is not supported",
        ),
        ("\n  a: {contentful: [], shopify: []}", "pairs several with several"),
        (STAGING + "    colour: red", "there is no option colour; there are description"),
        (STAGING + "    tags: yes", "tags is true or false, not 'yes'"),
        (STAGING + "    allowed_origins: [klaviyo]", "a list of contentful and shopify"),
        (STAGING + "    weight_unit: stones", "weight_unit is one of KILOGRAMS"),
        (STAGING + "    slack_webhook_url: https://hooks.slack.com/x", "stands in the open"),
        (STAGING + "    gateway_url: gateway", "gateway_url is an address"),
        (STAGING.replace("space_id: space1, ", ""), "contentful.space_id is missing"),
        (STAGING.replace("shop: my", "shop: My_"), "shopify.shop is the shop's name"),
        (STAGING.replace("shop: m", "size: 3, shop: m"), "shopify has no option size"),
        (STAGING + STAGING.replace("staging:", "other:"), "one-to-many is not supported"),
        ("\n  a: x", "it has no options"),
        (" []", "names no tenants"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_its_reason(world: World, text: str, says: str) -> None:
    assert says in world.refused(text)


def test_all_faults_of_a_file_are_told_at_once(world: World) -> None:
    told = world.refused(STAGING + "    colour: red\n    tags: 5" + PRODUCTION.replace("true", "1"))
    assert told.count("\n") == 4


def test_a_shop_or_an_environment_of_another_tenant_is_not_paired_again(world: World) -> None:
    world.apply(STAGING)
    other = STAGING.replace("my_company_staging", "second")
    assert "my-company-staging.myshopify.com belongs to my_company_staging already" in (
        world.refused(other)
    )


def test_a_missing_variable_keeps_a_secret_from_being_sealed(world: World) -> None:
    del world.environment["SHOP_TOKEN"]
    assert "The environment variable SHOP_TOKEN" in world.refused(PRODUCTION)


def test_a_tenant_that_is_not_there_is_said_so(world: World) -> None:
    world.apply(STAGING)
    with pytest.raises(UnknownTenant, match="there is my_company_staging"):
        world.tenants.get("nobody")
