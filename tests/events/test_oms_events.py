"""What has happened in an OMS becomes events of its plan, once each, whenever it is loaded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from chord_platform.events.inbox import Inbox
from chord_platform.events.oms_events import derive
from chord_platform.events.oms_events.changes import TABLES
from chord_platform.events.plans import Plans
from chord_platform.events.source import Source, SourceRules
from chord_platform.settings import read_settings
from chord_platform.warehouse import Warehouse
from chord_platform.warehouse.inventory import body
from chord_platform.warehouse.models import load_models, upstream
from chord_platform.warehouse.testing import create, source_columns

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = Source(
    name="linen_back_end_production",
    title="Linen Back-End (Production)",
    company="Linen",
    side="back-end",
    environment="production",
    kind="oms",
    plan="chord",
    connection="oms",
)


class Oms:
    """The staged tables of one connection, as a sync and a build would leave them."""

    def __init__(self, home: Path) -> None:
        settings = read_settings(home)
        self.warehouse = Warehouse(
            settings.warehouse_path, settings.published_path, settings.sql_dir
        )
        self.inbox = Inbox(home / "inbox")
        models = load_models(settings.sql_dir)
        needed = [one for one in models if one.name in upstream(models, list(TABLES))]
        with self.warehouse.writer("test") as con:
            for table, columns in source_columns(needed).items():
                create(con, table, columns)
            con.execute("create schema staging")
            for model in needed:
                con.execute(f"create view {model.name} as {body(model.sql)}")

    def add(self, table: str, **values: Any) -> None:
        row = {"_connection_id": "oms", **values}
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        with self.warehouse.writer("test") as con:
            con.execute(
                f"insert into raw_chord_oms.{table} ({names}) values ({marks})", [*row.values()]
            )

    def change(self, statement: str) -> None:
        with self.warehouse.writer("test") as con:
            con.execute(statement)

    def derive(self, **options: Any) -> dict[str, int]:
        options = {"now": NOON, **options}
        return derive(self.warehouse, self.inbox, SOURCE, connection="oms", **options).events

    def messages(self) -> list[dict[str, Any]]:
        chunks = self.inbox.read()
        return [orjson.loads(one)["message"] for chunk in chunks for one in chunk.records]

    def sell(self, number: int, **order: Any) -> None:
        self.add(
            "spree_orders",
            **{
                "id": number,
                "number": f"R{number}",
                "state": "complete",
                "user_id": 7,
                "email": "jo@example.com",
                "currency": "USD",
                "item_total": 20,
                "promo_total": -2,
                "shipment_total": 5,
                "additional_tax_total": 1.5,
                "total": 24.5,
                "ship_address_id": 3,
                "completed_at": NOON - HOUR,
                "created_at": NOON - HOUR,
                "updated_at": NOON - HOUR,
                **order,
            },
        )
        self.add(
            "spree_line_items", id=number * 10, order_id=number, variant_id=1, quantity=2, price=10
        )


@pytest.fixture
def oms(tmp_path: Path) -> Oms:
    made = Oms(tmp_path / "home")
    made.add("spree_variants", id=1, product_id=4, sku="SHIRT")
    made.add("spree_products", id=4, name="Linen shirt", slug="linen-shirt")
    made.add("spree_users", id=7, email="jo@example.com")
    made.add("spree_addresses", id=3, name="Jo Doe", city="Austin", zipcode="73301")
    return made


def test_an_order_is_completed_once_and_deriving_again_yields_nothing(oms):
    oms.sell(1)
    assert oms.derive() == {"Order Completed": 1}
    assert oms.derive() == {}
    (message,) = oms.messages()
    assert message["messageId"] == "oms-oms-order_completed-1"
    assert message["userId"] == "7"
    said = message["properties"]
    assert (said["order_id"], said["order_number"], said["total"]) == ("1", "R1", 24.5)
    assert (said["revenue"], said["discount"]) == (18.0, 2.0)
    assert said["products"][0]["sku"] == "SHIRT"
    assert said["shipping_city"] == "Austin"


def test_a_change_of_an_order_is_no_second_sale_and_its_cancelling_is_news(oms):
    oms.sell(1)
    oms.derive()
    oms.change("update raw_chord_oms.spree_orders set total = 99, updated_at = now()")
    assert oms.derive() == {}
    oms.change(f"update raw_chord_oms.spree_orders set canceled_at = '{NOON.isoformat()}'")
    assert oms.derive() == {"Order Cancelled": 1}


def test_what_is_loaded_late_is_derived_late_and_once(oms):
    oms.sell(2, completed_at=NOON)
    oms.derive()
    oms.sell(1, completed_at=NOON - 5 * HOUR)
    assert oms.derive(now=NOON + HOUR) == {"Order Completed": 1}
    assert [one["messageId"] for one in oms.messages()] == [
        "oms-oms-order_completed-2",
        "oms-oms-order_completed-1",
    ]


def test_carts_history_and_other_connections_are_no_news(oms):
    oms.sell(1, completed_at=None)
    oms.sell(2, completed_at=NOON - timedelta(days=60))
    oms.sell(3, _connection_id="another")
    assert oms.derive() == {}
    assert oms.derive(since=NOON - timedelta(days=90)) == {"Order Completed": 1}
    assert oms.derive() == {}


def test_every_event_keeps_the_plan(oms):
    oms.sell(1, canceled_at=NOON, subscription_id=5, subscription_order=True)
    oms.sell(2, user_id=None)
    oms.add("spree_payments", id=6, order_id=1, amount=24.5, state="completed")
    oms.add("spree_refunds", id=8, payment_id=6, amount=4.5, created_at=NOON)
    oms.add("spree_shipments", id=9, number="H1", order_id=1, shipped_at=NOON, cost=5)
    subscription = {"id": 5, "user_id": 7, "state": "active", "currency": "USD"}
    oms.add(
        "solidus_subscriptions_subscriptions", interval_length=1, interval_units=2, **subscription
    )
    oms.add(
        "solidus_subscriptions_line_items", id=1, subscription_id=5, subscribable_id=1, quantity=1
    )
    kinds = ("created", "activated", "paused", "resumed", "skipped", "canceled", "ended")
    for number, kind in enumerate(kinds):
        oms.add(
            "solidus_subscriptions_subscription_events",
            id=number,
            subscription_id=5,
            event_type=f"subscription_{kind}",
            created_at=NOON,
        )
    oms.add("solidus_subscriptions_installments", id=3, subscription_id=5)
    for number, success in enumerate((False, True)):
        oms.add(
            "solidus_subscriptions_installment_details",
            id=number,
            installment_id=3,
            success=success,
            created_at=NOON,
        )
    assert oms.derive() == {
        "Order Completed": 2,
        "Order Cancelled": 1,
        "Order Refunded": 1,
        "Shipment Shipped": 1,
        "Subscription Created": 1,
        "Subscription Paused": 1,
        "Subscription Resumed": 1,
        "Subscription Order Skipped": 1,
        "Subscription Cancelled": 1,
        "Subscription Expired": 1,
        "Subscription Auto-Renewed": 1,
        "Subscription Payment Failed": 1,
    }
    plan = Plans(Path("nowhere")).load("chord").for_side("back-end")
    for message in oms.messages():
        verdict = plan.judge(message, SourceRules())
        assert verdict.is_planned, message["event"]
        assert verdict.violations == (), message["event"]
    guest = next(one for one in oms.messages() if "userId" not in one)
    assert guest["anonymousId"] == "oms-oms-R2"


def test_a_crash_before_the_warehouse_remembers_repeats_the_same_ids(oms):
    oms.sell(1)
    oms.derive()
    oms.change("delete from events_meta.oms_derived")
    assert oms.derive() == {"Order Completed": 1}
    first, again = oms.messages()
    assert first["messageId"] == again["messageId"]


def test_without_built_models_nothing_is_derived_and_the_lack_is_named(tmp_path):
    settings = read_settings(tmp_path / "home")
    warehouse = Warehouse(settings.warehouse_path, settings.published_path, settings.sql_dir)
    inbox = Inbox(tmp_path / "inbox")
    found = derive(warehouse, inbox, SOURCE, connection="oms", now=NOON)
    assert set(found.lacking) == set(TABLES)
