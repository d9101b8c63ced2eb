"""A shop's PostgreSQL becomes events: Dagster syncs, derives and loads, each happening once."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import orjson
import pytest

from chord_dagster.definitions import SQL_DIR, build_definitions
from chord_dagster.keys import event_key, model_key
from chord_dagster.resources import PlatformResource
from chord_dagster.webhook_runs import DERIVE_OMS_EVENTS
from chord_platform.bootstrap import Platform, open_platform
from chord_platform.events.oms_events.changes import SUBSCRIPTION_EVENTS, TABLES
from chord_platform.settings import read_settings
from chord_platform.warehouse.models import Model, load_models, upstream
from dlt_pipelines.sources.chord_oms import CONNECTOR
from tests.store.servers import sqlite_template
from vendor_emulator.business import Business
from vendor_emulator.vendors.chord_oms import OmsServer

__all__ = ["sqlite_template"]

SOURCE = "linen_back_end_production"
NOW_IN_SHOP = "now() at time zone 'utc'"
SINCE = {"ops": {"oms_events": {"config": {"since": "2000-01-01"}}}}


@dataclass
class Stage:
    shop: OmsServer
    platform: Platform
    defs: dg.Definitions
    instance: dg.DagsterInstance

    def run(self, job: str, **options: Any) -> dg.ExecuteInProcessResult:
        result = self.defs.resolve_job_def(job).execute_in_process(
            instance=self.instance, **options
        )
        assert result.success
        return result

    def sync(self) -> None:
        self.run("sync_chord_oms", partition_key="oms")

    def build(self) -> None:
        self.run("build_models", asset_selection=[model_key(model.name) for model in needed()])

    def derive(self, **options: Any) -> dict[str, int]:
        """Events by name, as the asset says."""
        done = self.run(DERIVE_OMS_EVENTS, **options)
        (told,) = done.asset_materializations_for_node("oms_events")
        counts = {name: value.value for name, value in told.metadata.items()}
        assert counts.pop("events") == sum(counts.values())
        return counts

    def load(self) -> dict[str, int]:
        """Rows by table."""
        done = self.run("load_events")
        return {
            event.asset_key.path[-1]: event.materialization.metadata["rows_loaded"].value
            for event in done.get_asset_materialization_events()
        }

    def tick(self) -> dg.RunRequest | dg.SkipReason:
        context = dg.build_sensor_context(
            self.instance, resources={"platform": self.platform_resource}
        )
        return self.defs.resolve_sensor_def("oms_events_after_syncs")(context)

    @property
    def platform_resource(self) -> PlatformResource:
        return PlatformResource(home=str(self.platform.settings.home))

    def ids(self) -> list[str]:
        chunks = self.platform.inbox.read()
        return [
            orjson.loads(one)["message"]["messageId"] for chunk in chunks for one in chunk.records
        ]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.platform.warehouse.writer("test") as con:
            return con.execute(sql).fetchall()


def needed() -> list[Model]:
    """The staging models that derivation asks, and what they stand on."""
    models = load_models(SQL_DIR)
    names = upstream(models, list(TABLES))
    return [model for model in models if model.name in names]


def raw_tables() -> str:
    """Those of the shop's tables that these read: a sync of all would cost four times as much."""
    found = {table for model in needed() for table in model.reads}
    return ",".join(sorted(name.split(".")[1] for name in found if name.startswith("raw_")))


@pytest.fixture
def stage(tmp_path: Path, sqlite_template: Path) -> Iterator[Stage]:
    settings = read_settings(tmp_path / "home")
    settings.home.mkdir(parents=True, exist_ok=True)
    shutil.copy(sqlite_template, settings.home / "store.sqlite")
    business = Business(seed=1, orders=60, today=datetime.now(UTC).date())
    shop = OmsServer.start(tmp_path / "oms", business)
    platform = open_platform(settings)
    platform.connections.add(
        "oms",
        connector="chord_oms",
        values={**shop.credentials(), "tables": raw_tables()},
        by="a test",
        start=True,
    )
    platform.sources.add(
        "Linen Back-End (Production)",
        side="back-end",
        environment="production",
        company="Linen",
        kind="oms",
        plan="chord",
        connection="oms",
    )
    defs = build_definitions(
        catalog={"chord_oms": CONNECTOR}, platform=PlatformResource(home=str(settings.home))
    )
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("chord_oms_connections", ["oms"])
        yield Stage(shop, platform, defs, instance)
    platform.store.close()
    shop.delete()


def happened(shop: OmsServer) -> Counter[str]:
    """What the shop's own tables hold, asked in PostgreSQL."""
    counts = Counter(
        {
            event: shop.fetch(f"select count(*) from {condition}")[0][0]
            for event, condition in {
                "Order Completed": "spree_orders where completed_at is not null",
                "Order Cancelled": "spree_orders where completed_at is not null"
                " and canceled_at is not null",
                "Order Refunded": "spree_refunds as r join spree_payments as p on p.id ="
                " r.payment_id join spree_orders as o on o.id = p.order_id"
                " where o.completed_at is not null",
                "Shipment Shipped": "spree_shipments where shipped_at is not null",
                "Subscription Auto-Renewed": "solidus_subscriptions_installment_details"
                " where success",
                "Subscription Payment Failed": "solidus_subscriptions_installment_details"
                " where not success",
            }.items()
        }
    )
    for kind, count in shop.fetch(
        "select event_type, count(*) from solidus_subscriptions_subscription_events group by 1"
    ):
        if kind in SUBSCRIPTION_EVENTS:
            counts[SUBSCRIPTION_EVENTS[kind]] += count
    return +counts


def change(shop: OmsServer) -> tuple[int, int]:
    """One order is cancelled, a cart is bought, a subscription is paused, and an order edited."""
    (cancelled,), (edited,) = shop.fetch(
        "select id from spree_orders where completed_at is not null and canceled_at is null"
        " order by id limit 2"
    )
    ((bought,),) = shop.fetch(
        "select id from spree_orders where completed_at is null order by id limit 1"
    )
    ((subscription,),) = shop.fetch(
        "select id from solidus_subscriptions_subscriptions order by id limit 1"
    )
    stamp = f"updated_at = {NOW_IN_SHOP}"
    shop.execute(
        f"update spree_orders set state = 'canceled', canceled_at = {NOW_IN_SHOP}, {stamp}"
        f" where id = {cancelled}"
    )
    shop.execute(
        f"update spree_orders set state = 'complete', completed_at = {NOW_IN_SHOP}, {stamp}"
        f" where id = {bought}"
    )
    shop.execute(f"update spree_orders set total = total + 1, {stamp} where id = {edited}")
    shop.execute(
        "insert into solidus_subscriptions_subscription_events"
        " (id, subscription_id, event_type, details, created_at, updated_at)"
        " select coalesce(max(id), 0) + 1, %s, 'subscription_paused', '{}',"
        f" {NOW_IN_SHOP}, {NOW_IN_SHOP} from solidus_subscriptions_subscription_events",
        subscription,
    )
    return cancelled, bought


def test_each_happening_of_a_shop_is_one_event_whatever_is_synced_or_run_again(stage: Stage):
    assert isinstance(stage.tick(), dg.SkipReason)
    stage.sync()
    assert isinstance(stage.tick(), dg.RunRequest)
    stage.build()
    wanted = happened(stage.shop)
    assert {"Order Completed", "Subscription Created", "Shipment Shipped"} <= wanted.keys()
    assert stage.derive(run_config=SINCE) == wanted
    assert isinstance(stage.tick(), dg.SkipReason)
    loaded = stage.load()
    assert loaded["events"] == sum(wanted.values())
    assert loaded["order_completed"] == wanted["Order Completed"]

    # Nothing new: a second run, and another sync of the same rows, derive nothing.
    assert stage.derive() == {}
    stage.sync()
    assert stage.derive() == {}
    assert stage.load() == {}

    cancelled, bought = change(stage.shop)
    stage.sync()
    assert isinstance(stage.tick(), dg.RunRequest)
    news = {"Order Cancelled": 1, "Order Completed": 1, "Subscription Paused": 1}
    before = stage.ids()
    assert stage.derive() == news
    assert stage.derive() == {}
    assert happened(stage.shop) == wanted + Counter(news)
    fresh = stage.ids()[len(before) :]
    assert f"oms-oms-order_completed-{bought}" in fresh
    assert any(each.startswith(f"oms-oms-order_cancelled-{cancelled}-") for each in fresh)
    assert stage.load()["events"] == 3

    # What the warehouse remembers is lost: the same ids are told again, and loaded once.
    stage.rows("delete from events_meta.oms_derived")
    assert stage.derive() == dict(wanted + Counter(news))
    every = stage.ids()
    assert Counter(every) == dict.fromkeys(every, 2)
    assert stage.load() == {}
    ((rows, different),) = stage.rows(
        "select count(*), count(distinct message_id) from events_meta.events"
    )
    assert rows == different == len(set(every))
    assert stage.rows("select count(*) from events_meta.quarantine") == [(0,)]
    assert stage.rows("select event, field from events_meta.violations") == []
    assert stage.rows(f"select count(*) from events_{SOURCE}.order_cancelled") == [
        (wanted["Order Cancelled"] + 1,)
    ]
    assert stage.instance.get_latest_materialization_event(event_key("order_cancelled"))
