"""A shop's orders travel as webhooks from the emulated Shopify through a real gateway into the
inbox, whatever is repeated, lost, forged or removed on the way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import orjson
import pytest
import requests
from click.testing import CliRunner, Result

from chord_dagster.assets.webhook_events import shopify_webhook_events
from chord_dagster.resources import PlatformResource
from chord_dagster.webhook_runs import (
    oms_events_sensor,
    shopify_webhooks_sensor,
    watch_webhooks_job,
)
from chord_platform.bootstrap import Platform, open_platform
from chord_platform.cli import main
from chord_platform.settings import Settings, read_settings
from chord_platform.shop_webhooks.registering import Registering
from chord_platform.shop_webhooks.working import Working
from chord_platform.webhooks.refusals import Refusals
from tests.conformance.spec_shopify import SPEC
from tests.gateway.served import served
from vendor_emulator.clock import Clock
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.access import Grant
from vendor_emulator.vendors.shopify.charges import Attempt
from vendor_emulator.vendors.shopify.tokens import CLIENT_ID, CLIENT_SECRET
from vendor_emulator.vendors.shopify.webhooks import ADMIN_SECRET, CONTRACTS, sign
from vendor_emulator.webhooks import Manners

SOURCE = "linen_shopify_webhook_production"
Chord = Callable[..., Result]


@dataclass
class Stage:
    """One gateway, one emulated shop, one home, for all tests of this file: each uses orders of its
    own."""

    settings: Settings
    platform: Platform
    emulator: Emulator
    gateway: str

    @property
    def shop(self) -> Any:
        return self.emulator.vendor("shopify")

    def settle(self) -> None:
        assert self.shop.webhooks.sender.settle()

    def work(self) -> dict[str, int]:
        return Working(self.platform, "shop").work(worker="test").results

    def messages(self) -> list[dict[str, Any]]:
        chunks = self.platform.inbox.read()
        return [orjson.loads(one)["message"] for chunk in chunks for one in chunk.records]

    def told(self, order: Any, name: str = "Order Completed") -> int:
        """How many different messages tell of an order."""
        from vendor_emulator.vendors.shopify.webhook_bodies import number

        wanted = str(number("Order", order.id))
        found = {
            message["messageId"]
            for message in self.messages()
            if message.get("event") == name and message["properties"]["order_id"] == wanted
        }
        return len(found)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home = tmp_path_factory.mktemp("home")
    options = {"shopify": {"webhooks": Manners(waits=(0.01,) * 8)}}
    clock = Clock(datetime.now(UTC))  # of what is older, copies would not be known
    with Emulator(orders=60, options=options, vendors=["shopify"], clock=clock) as emulator:
        tokens = emulator.vendor("shopify").tokens
        tokens.app = Grant(tokens.app.scopes - set(CONTRACTS), client_id=CLIENT_ID)
        settings = read_settings(home)
        chord = runner(home)
        added = chord(
            *("connections", "add", "shop", "--connector", "shopify"),
            *("--set", f"base_url={emulator.base_url('shopify')}", "--set", "shop=fable-and-co"),
            *("--set", f"client_id={CLIENT_ID}", "--secret", "client_secret=env:SECRET"),
            *("--secret", "webhook_secret=env:ADMIN"),
        )
        assert added.exit_code == 0, added.output
        assert chord("sources", "init", "--company", "Linen", "--shopify").exit_code == 0
        with served(settings) as gateway:
            registered = chord(
                *("connections", "webhooks", "shop", "--register", "--address", gateway),
                *("--source", SOURCE),
            )
            assert registered.exit_code == 0, registered.output
            platform = open_platform(settings)
            yield Stage(settings, platform, emulator, gateway)
            platform.store.close()
        for asked in emulator.requests:
            SPEC.check(asked)


def runner(home: Path) -> Chord:
    environment = {"SECRET": CLIENT_SECRET, "ADMIN": ADMIN_SECRET, "COLUMNS": "200"}

    def run(*arguments: str) -> Result:
        command = ["--home", str(home), *arguments]
        return CliRunner(env=environment).invoke(main, command, catch_exceptions=False)

    return run


@pytest.fixture
def chord(stage: Stage) -> Chord:
    return runner(stage.settings.home)


def test_topics_are_registered_once_and_those_without_scope_say_why(stage, chord):
    again = json.loads(chord("connections", "webhooks", "shop", "--register", "--json").output)
    assert "ORDERS_CREATE" in again["present"]
    assert again["made"] == []
    assert "cannot create" in again["refused"]["SUBSCRIPTION_CONTRACTS_CREATE"]
    assert again["source"] == SOURCE


def test_an_order_that_was_made_and_paid_is_completed_once(stage):
    stage.shop.webhooks.manners.duplicates = 0.5
    stage.shop.webhooks.manners.disorder = 0.05
    orders = [stage.shop.add_order(financial_status="paid") for _ in range(5)]
    stage.settle()
    stage.shop.webhooks.manners.duplicates = stage.shop.webhooks.manners.disorder = 0.0
    assert stage.work()["event"] == 10  # a create and a paid for each; duplicates are one delivery
    assert [stage.told(order) for order in orders] == [1] * 5
    assert stage.work() == {}


def test_a_forged_body_is_refused_and_counted_and_nothing_of_it_is_kept(stage):
    before = len(stage.platform.deliveries.list(limit=1000))
    body = b'{"id": 1}'
    answers = Counter(
        requests.post(
            f"{stage.gateway}/webhooks/shopify/{name}",
            data=sent,
            headers={"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Topic": "orders/create"},
            timeout=10,
        ).status_code
        for name, sent, signature in (
            ("shop", b'{"id": 2}', sign(body, CLIENT_SECRET)),
            ("shop", body, sign(body, "another")),
            ("shop", body, ""),
            ("nobody", body, sign(body, CLIENT_SECRET)),
        )
    )
    assert answers == {401: 4}
    assert len(stage.platform.deliveries.list(limit=1000)) == before
    counted = {(one.receiver, one.reason): one.refused for one in refused(stage)}
    assert counted == {
        ("shopify_events:shop", "signature"): 3,
        ("shopify", "unknown connection"): 1,
    }


def refused(stage: Stage) -> list[Any]:
    return Refusals(stage.platform.store).list()


def test_the_admin_pages_secret_is_taken_beside_the_apps(stage):
    hook = stage.shop.webhooks.by_hand("customers/update", f"{stage.gateway}/webhooks/shopify/shop")
    customer = next(iter(stage.shop.world.customers))
    stage.shop.update_customer(customer.id, note="twice told")
    stage.settle()
    del stage.shop.webhooks.subscriptions[hook.number]
    stage.work()
    told = [one for one in stage.messages() if one["type"] == "identify"]
    assert len({one["messageId"] for one in told}) == 1


def test_a_refund_is_joined_to_its_orders_person(stage):
    order = next(one for one in stage.shop.world.orders if one.refunds and one.customer_id)
    refund = replace(order.refunds[0], created_at=stage.shop.stamp())
    stage.shop.update_order(order.id, refunds=())
    stage.shop.update_order(order.id, refunds=(refund,))
    stage.settle()
    stage.work()
    (told,) = {
        one["messageId"]: one for one in stage.messages() if one.get("event") == "Order Refunded"
    }.values()
    assert told["userId"]
    assert told["properties"]["currency"] == order.currency


def test_removed_subscriptions_are_made_again_and_what_was_lost_is_asked_for(stage, chord):
    stage.shop.webhooks.forget()
    lost = stage.shop.add_order()
    assert chord("connections", "webhooks", "shop", "--check").exit_code == 1
    seen = Registering(stage.platform, "shop").watch()
    assert "ORDERS_CREATE" in seen.made
    assert seen.reconciled
    assert stage.told(lost) == 1
    after = stage.shop.add_order(lost.id)
    stage.settle()
    stage.work()
    assert stage.told(after) == 1
    assert Registering(stage.platform, "shop").watch().reconciled is None


def ids(stage: Stage, start: str) -> list[str]:
    found = [one["messageId"] for one in stage.messages()]
    return [one for one in found if one.startswith(f"shopify-{start}")]


def test_lost_checkouts_and_customers_are_asked_for_and_their_later_webhooks_are_copies(stage):
    from vendor_emulator.vendors.shopify.webhook_bodies import number

    stage.shop.webhooks.forget()
    stamp = stage.shop.stamp()
    known = next(iter(stage.shop.world.checkouts))
    begun = replace(known, created_at=stamp, updated_at=stamp)
    stage.shop.world.checkouts.put(begun)
    customer = [one for one in stage.shop.world.customers if one.email][-1]
    stage.shop.update_customer(customer.id, first_name="Renamed")
    Registering(stage.platform, "shop").watch()
    started = f"checkout_started-{begun.name.removeprefix('#')}"
    identified = f"identify-{number('Customer', customer.id)}-"
    assert len(ids(stage, started)) == len(ids(stage, identified)) == 1
    told = {one["messageId"]: one for one in stage.messages()}
    checkout = told[f"shopify-{started}"]
    assert checkout["event"] == "Checkout Started"
    assert checkout["properties"]["value"] == float(begun.total)
    assert len(checkout["properties"]["products"]) == len(begun.lines)
    traits = told[ids(stage, identified)[0]]["traits"]
    assert (traits["firstName"], traits["email"]) == ("Renamed", customer.email)

    stage.shop.world.checkouts.put(replace(begun, updated_at=stage.shop.stamp()))
    renamed = stage.shop.world.customers.get(customer.id)
    stage.shop.world.customers.put(renamed)  # the same change, told by its webhook after all
    stage.settle()
    assert stage.work()["event"] == 2
    for start in (started, identified):
        assert len(ids(stage, start)) == 2
        assert len(set(ids(stage, start))) == 1


def test_lost_contracts_are_asked_for_where_the_app_may_read_them(stage):
    from vendor_emulator.vendors.shopify.webhook_bodies import number

    contracts = stage.shop.world.store["SubscriptionContract"]
    stamp = stage.shop.stamp()
    made, ended = list(contracts)[:2]
    buyer = next(iter(stage.shop.world.customers)).id
    contracts.put(
        replace(
            made,
            updated_at=stamp,
            subscription=replace(
                made.subscription, state="active", created_at=stamp, customer_id=buyer
            ),
        )
    )
    contracts.put(
        replace(ended, updated_at=stamp, subscription=replace(ended.subscription, state="canceled"))
    )
    attempts = stage.shop.world.store["SubscriptionBillingAttempt"]
    for number_, failed in enumerate((True, False), start=1):
        key = f"charge-{number_}"
        attempts.put(Attempt(number_, contracts.get(ended.id), key, stamp, stamp, failed))
    tokens, before = stage.shop.tokens, stage.shop.tokens.app
    shop = Registering(stage.platform, "shop")
    shop.reconcile(stamp)
    assert ids(stage, "subscription") == []
    tokens.app = Grant(before.scopes | set(CONTRACTS), client_id=CLIENT_ID)
    try:
        for _ in range(2):
            Registering(stage.platform, "shop").reconcile(stamp)
    finally:
        tokens.app = before
    revision = len(ended.subscription.order_ids)
    wanted = {
        f"shopify-subscription_created-{number('SubscriptionContract', made.id)}",
        f"shopify-subscription_cancelled-{number('SubscriptionContract', ended.id)}-{revision}",
        f"shopify-subscription_payment_failed-{number('SubscriptionContract', ended.id)}-charge-1",
    }
    assert set(ids(stage, "subscription")) == wanted
    told = {one["messageId"]: one for one in stage.messages()}
    assert all(told[each]["userId"] for each in wanted)


def test_a_gateway_that_moved_gets_the_same_subscriptions(stage, chord):
    away = chord(
        "connections", "webhooks", "shop", "--register", "--address", "https://new.example"
    )
    assert "moved to the new address" in away.output
    back = chord("connections", "webhooks", "shop", "--register", "--address", stage.gateway)
    assert "moved to the new address" in back.output
    assert chord("connections", "webhooks", "shop").exit_code == 0


def test_deliveries_are_listed_shown_and_worked_again(stage, chord):
    listed = json.loads(chord("deliveries", "list", "--json", "--limit", "500").output)
    assert {one["state"] for one in listed} == {"done"}
    chosen = next(one for one in listed if one["subject"] == "orders/create")
    shown = chord("deliveries", "show", chosen["id"][:10])
    assert "Order Completed" in shown.output
    assert "x-shopify-event-id" in shown.output
    assert "1 deliveries wait" in chord("deliveries", "retry", chosen["id"]).output
    assert stage.work() == {"event": 1}
    table = chord("deliveries", "list").output
    assert "shopify_events:shop" in table
    assert "Refused at the door" in table


def test_a_large_body_is_refused_and_a_strange_one_kept_to_be_seen(stage):
    address = f"{stage.gateway}/webhooks/shopify/shop"
    huge = requests.post(address, data=b"x" * (9 << 20), timeout=30)
    assert huge.status_code == 413
    odd = b"no json"
    headers = {
        "X-Shopify-Hmac-Sha256": sign(odd, CLIENT_SECRET),
        "X-Shopify-Topic": "orders/create",
    }
    assert requests.post(address, data=odd, headers=headers, timeout=10).status_code == 200
    assert stage.work() == {"unreadable": 1}


def test_dagster_works_what_waits_and_watches_over_the_subscriptions(stage):
    resource = PlatformResource(home=str(stage.settings.home))
    with dg.DagsterInstance.ephemeral() as instance:

        def tick(sensor: dg.SensorDefinition) -> Any:
            context = dg.build_sensor_context(instance, resources={"platform": resource})
            return sensor(context)

        assert isinstance(tick(shopify_webhooks_sensor), dg.SkipReason)
        assert "No source" in tick(oms_events_sensor).skip_message
        order = stage.shop.add_order()
        stage.settle()
        assert "shop" in tick(shopify_webhooks_sensor).run_key
        run = dg.materialize(
            [shopify_webhook_events], instance=instance, resources={"platform": resource}
        )
        (done,) = run.asset_materializations_for_node("shopify_webhook_events")
        assert done.metadata["deliveries"].value >= 1
        assert stage.told(order) == 1
        stage.shop.webhooks.forget("orders/paid")
        watched = watch_webhooks_job.execute_in_process(
            instance=instance, resources={"platform": resource}
        )
        assert watched.success
        assert any(one.topic == "orders/paid" for one in stage.shop.webhooks.listed())
