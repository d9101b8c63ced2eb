"""Product sync as people meet it: in Dagster, on the command line, in the shop's own library."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import shopify
from click.testing import CliRunner
from click.testing import Result as Said
from dagster._core.definitions.partitions.context import partition_loading_context

from chord_dagster.definitions import build_definitions
from chord_dagster.keys import PRODUCT_TENANTS, SYNCED_PRODUCTS
from chord_dagster.resources import PlatformResource
from chord_platform.cli import main
from tests.products.both_sides import TENANT, BothSides
from tests.products.test_both_directions import shirt

Status = dg.DagsterRunStatus


@pytest.fixture(scope="module")
def defs(started: BothSides) -> dg.Definitions:
    resource = PlatformResource(home=str(started.platform.settings.home))
    return build_definitions(catalog={}, platform=resource)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        found.add_dynamic_partitions(PRODUCT_TENANTS, [TENANT])
        yield found


Run = Callable[..., dg.ExecuteInProcessResult]


@pytest.fixture
def run(defs: dg.Definitions, instance: dg.DagsterInstance) -> Run:
    def run(**config: Any) -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def("sync_products").execute_in_process(
            partition_key=TENANT,
            instance=instance,
            raise_on_error=False,
            run_config={"ops": {"synced_products": {"config": {"quiet_seconds": 0.5, **config}}}},
        )

    return run


def observations(done: dg.ExecuteInProcessResult) -> list[dg.AssetObservation]:
    return [
        event.event_specific_data.asset_observation  # type: ignore[union-attr]
        for event in done.all_events
        if event.event_type is dg.DagsterEventType.ASSET_OBSERVATION
    ]


def test_a_run_drains_the_queue_and_each_product_is_an_observation(
    world: BothSides, run: Run
) -> None:
    shirt(world)
    world.settle()
    done = run()
    assert done.success
    (seen,) = observations(done)
    assert (seen.asset_key, seen.partition) == (SYNCED_PRODUCTS, TENANT)
    assert "| name |  | Nordic Shirt |" in str(seen.metadata["diff"].value)
    assert "app.contentful.com" in str(seen.metadata["contentful"].value)
    assert "admin.shopify.com" in str(seen.metadata["shopify"].value)
    (check,) = done.get_asset_check_evaluations()
    assert check.passed
    assert "nordic-shirt" in world.shop_products()
    assert world.platform.deliveries.ready_topics("product_sync:") == {}


def test_a_failed_product_fails_the_check_and_no_other_product(world: BothSides, run: Run) -> None:
    shirt(world)
    world.cms.create("product", "other", name="Other", slug="other", status="active")
    world.cms.create("product", "long", name="x" * 256, slug="long", status="active")
    for id in ("other", "long"):
        world.cms.publish(id)
    world.settle()
    done = run()
    assert done.success
    (check,) = done.get_asset_check_evaluations()
    assert not check.passed
    assert "255" in str(check.metadata["why"].value)
    assert {"nordic-shirt", "other"} <= set(world.shop_products())
    (dead,) = world.platform.deliveries.list(state="dead")
    assert dead.key == "contentful/long"


def test_runs_by_hand_take_a_list_or_look_only(world: BothSides, run: Run) -> None:
    shirt(world)
    dry = run(products=["contentful/shirt"], dry_run=True)
    assert [one.metadata["result"].value for one in observations(dry)] == ["would_write"]
    assert world.writes() == []
    done = run(products=["contentful/shirt"])
    assert [one.metadata["result"].value for one in observations(done)] == ["written"]
    wrong = run(products=["nothing"])
    assert not wrong.success


def test_the_daily_reconcile_reports_drift_and_repairs_it_on_request(
    world: BothSides, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_way = "    # only the CMS starts a sync"
    shirt(world)
    world.work_until_quiet()
    world.shop.update_product(world.shop_product("nordic-shirt").id, vendor="Drift")
    world.settle()
    with world.platform.store.writing() as tx:
        for table in ("deliveries", "delivery_keys"):
            tx.exec_driver_sql(f"delete from {table}")
    apply_one_way(world, monkeypatch, one_way)
    seen = [one for one in observations(run(as_options=True)) if "diff" in one.metadata]
    assert "| vendor | Drift | Fable |" in str(seen[0].metadata["diff"].value)
    assert world.shop_product("nordic-shirt").vendor == "Drift"
    apply_one_way(world, monkeypatch, "    repair_drift: true")
    run(as_options=True)
    assert world.shop_product("nordic-shirt").vendor == "Fable"


def apply_one_way(world: BothSides, monkeypatch: pytest.MonkeyPatch, options: str) -> None:
    from tests.products import both_sides as stage

    monkeypatch.setattr(
        stage,
        "FILE",
        stage.FILE.replace("[contentful, shopify]", "[contentful]"),
    )
    world.apply(monkeypatch, options=options)


def test_the_sensor_asks_for_one_run_per_tenant_and_never_for_two(
    world: BothSides, defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    def tick() -> Any:
        with (
            partition_loading_context(dynamic_partitions_store=instance),
            dg.build_sensor_context(
                instance=instance,
                repository_def=defs.get_repository_def(),
                resources=dict(defs.resources or {}),
            ) as context,
        ):
            return defs.resolve_sensor_def("product_deliveries")(context)

    assert tick().skip_message == "No product's webhook is due."
    shirt(world)
    world.settle()
    (request,) = tick().run_requests
    assert request.partition_key == TENANT
    job = defs.resolve_job_def("sync_products")
    instance.create_run_for_job(job, tags={"dagster/partition": TENANT}, status=Status.STARTED)
    assert tick().skip_message == "Products are being synced."


def test_the_schedule_asks_for_all_tenants(
    world: BothSides, defs: dg.Definitions, tmp_path: Path
) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime(2026, 3, 1, 3, 20, tzinfo=UTC),
            resources=dict(defs.resources or {}),
        )
        schedule = defs.resolve_schedule_def("reconcile_products_schedule")
        (request,) = schedule(context)  # type: ignore[misc]
        assert instance.has_dynamic_partition(PRODUCT_TENANTS, TENANT)
    assert request.partition_key == TENANT
    assert request.run_config["ops"]["synced_products"]["config"] == {"as_options": True}


# ---------------------------------------------------------------------- the command line


@pytest.fixture
def chord(world: BothSides) -> Callable[..., Said]:
    home = str(world.platform.settings.home)

    def say(*arguments: str) -> Said:
        return CliRunner(env={"COLUMNS": "160"}).invoke(
            main, ["--home", home, "products", *arguments], catch_exceptions=False
        )

    return say


def test_a_dry_run_shows_a_diff_and_a_sync_writes_it(
    world: BothSides, chord: Callable[..., Said]
) -> None:
    shirt(world)
    dry = chord("sync", "--tenant", TENANT, "--product", "contentful/shirt", "--dry-run")
    assert dry.exit_code == 0
    assert "Nordic Shirt (contentful/shirt)  would write to shopify" in dry.output
    assert "+ name: Nordic Shirt" in dry.output
    assert "+ variant created of SHIRT-S: SHIRT-S, Size S, 49.00" in dry.output
    assert world.writes() == []
    done = chord("sync", "--tenant", TENANT, "--product", "contentful/shirt")
    assert "written to shopify" in done.output
    world.cms.edit("shirt-s", price="39.00")
    world.cms.publish("shirt-s")
    changed = chord("sync", "--tenant", TENANT, "--product", "contentful/shirt")
    assert "~ price of SHIRT-S: 49.00 → 39.00" in changed.output
    again = chord("sync", "--tenant", TENANT, "--product", "contentful/shirt", "--json")
    assert [one["result"] for one in json.loads(again.output)] == ["unchanged"]


def test_why_answers_in_one_screen(world: BothSides, chord: Callable[..., Said]) -> None:
    shirt(world)
    world.work_until_quiet()
    world.cms.edit("shirt", name="Nordic Shirt II")
    world.cms.publish("shirt")
    said = chord("why", "--tenant", TENANT, "contentful/shirt").output
    for expected in (
        "Nordic Shirt II",
        "origins contentful, shopify; description; tags; denylist",
        "shirt = gid://shopify/Product/",
        "ContentManagement.Entry.publish",
        "active, published, 2 variants",
        "~ name: Nordic Shirt → Nordic Shirt II",
    ):
        assert expected in said, said


def test_wrong_use_and_failures_have_their_exit_codes(
    world: BothSides, chord: Callable[..., Said]
) -> None:
    assert chord("sync", "--tenant", TENANT).exit_code == 2
    assert chord("sync", "--tenant", TENANT, "--product", "nonsense").exit_code == 1
    world.cms.create("product", "long", name="x" * 256, slug="long", status="active")
    world.cms.publish("long")
    failed = chord("sync", "--tenant", TENANT, "--product", "contentful/long")
    assert failed.exit_code == 1
    assert "256 characters in its name, and shopify takes 255" in failed.output


# ---------------------------------------------------------------------- the shop's own library


def test_shopifys_own_library_reads_what_we_think_we_wrote(world: BothSides) -> None:
    shirt(world, vendor="Fable & Söhne")
    world.work_until_quiet()
    told = world.shop.writing_credentials(world.emulator.base_url("shopify"))
    shopify.ShopifyResource.set_site(told["base_url"] + "/admin/api/2026-10")
    shopify.ShopifyResource.set_headers({"X-Shopify-Access-Token": told["access_token"]})
    answer = json.loads(
        shopify.GraphQL().execute(
            """query ($handle: String!) { productByIdentifier(identifier: {handle: $handle}) {
              title vendor status onlineStoreUrl
              options { name values }
              variants(first: 5) { nodes {
                sku price selectedOptions { name value } media(first: 1) { nodes { alt } }
                inventoryItem { measurement { weight { value unit } } } } } } }""",
            {"handle": "nordic-shirt"},
        )
    )
    found = answer["data"]["productByIdentifier"]
    assert (found["title"], found["vendor"], found["status"]) == (
        "Nordic Shirt",
        "Fable & Söhne",
        "ACTIVE",
    )
    assert found["onlineStoreUrl"].endswith("/products/nordic-shirt")
    assert found["options"] == [{"name": "Size", "values": ["S", "M"]}]
    first = found["variants"]["nodes"][0]
    assert (first["sku"], Decimal(first["price"])) == ("SHIRT-S", Decimal("49"))
    assert first["media"]["nodes"] == [{"alt": "From the front"}]
    weight = first["inventoryItem"]["measurement"]["weight"]
    assert weight == {"value": 0.3, "unit": "KILOGRAMS"}
