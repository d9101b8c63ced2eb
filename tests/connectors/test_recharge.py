"""What is peculiar to Recharge: its lone cursor, its short log, its errors of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines.errors import CredentialsRejected, SettingsRefused, UnexpectedResponse
from dlt_pipelines.sources.recharge import CONNECTOR, source
from dlt_pipelines.sources.recharge.client import told
from dlt_pipelines.sync import check
from tests.connectors.played_vendors import SHORT_SECOND, HttpVendor, modules_that_wait
from tests.connectors.stage import Stage
from vendor_emulator.business import Business
from vendor_emulator.faults import status
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.things import legacy_id

ORDERS = 300


class Store(HttpVendor):
    """With enough orders for subscriptions of every state."""

    def __init__(self, **options: Any) -> None:
        super().__init__("recharge", options)
        self.emulator.stop()
        business = Business(seed=1, orders=ORDERS)
        merged = {**self.rehearsal.options, "largest_page": 250, **options}
        self.emulator = Emulator(
            business=business,
            clock=self.emulator.clock,
            options={"recharge": merged},
            vendors=("recharge",),
        )
        self.emulator.start()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for module in modules_that_wait("recharge"):
        monkeypatch.setattr(module, "SECOND", SHORT_SECOND)
    vendor = Store()
    yield Stage(CONNECTOR, vendor, tmp_path / "home")
    vendor.close()


def asked(stage: Stage, name: str) -> list[dict[str, str]]:
    return [dict(one.params) for one in stage.vendor.exchanges() if name in one.names]


def small_pages(stage: Stage) -> None:
    stage.vendor.service.options = {**stage.vendor.service.options, "largest_page": 5}


def test_a_cursor_is_sent_with_nothing_but_the_limit(stage: Stage) -> None:
    small_pages(stage)
    stage.sync("charges")
    first, *others = asked(stage, "charges")
    assert first == {"limit": "250", "sort_by": "updated_at-asc"}
    assert others
    assert {tuple(sorted(one)) for one in others} == {("cursor", "limit")}


def test_every_request_names_the_version(stage: Stage) -> None:
    stage.sync()
    versions = {one.headers.get("x-recharge-version") for one in stage.vendor.exchanges()}
    assert versions == {"2021-11"}


def test_an_answer_of_the_default_version_is_not_taken_for_the_end_of_the_list(
    stage: Stage,
) -> None:
    stage.vendor.meets(status(200, body=b'{"charges": []}'))
    with pytest.raises(UnexpectedResponse, match="another API version"):
        stage.sync("charges")


def test_a_cursor_that_comes_back_ends_in_an_error_and_not_in_a_loop(stage: Stage) -> None:
    page = status(200, body=b'{"next_cursor": "again", "previous_cursor": null, "charges": []}')
    stage.vendor.meets(page, page)
    with pytest.raises(UnexpectedResponse, match="same cursor twice"):
        stage.sync("charges")


def test_a_refused_cursor_is_an_error_and_not_the_end(stage: Stage) -> None:
    small_pages(stage)
    stage.vendor.meets(None, "bad-cursor")
    with pytest.raises(UnexpectedResponse, match="cursor: Invalid value"):
        stage.sync("charges")


def test_what_was_deleted_leaves_by_its_event(stage: Stage) -> None:
    stage.sync()
    world = stage.vendor.service.world
    gone = min(world.tables["subscriptions"])
    before = stage.count("subscriptions")
    world.delete("subscriptions", gone)
    result = stage.sync()
    assert result.tables["subscriptions"].deleted == 1
    assert stage.count("subscriptions") == before - 1
    kept = stage.query(
        "select count(*) from raw_recharge.subscriptions__history where id = ?", str(gone)
    )
    assert kept == [(1,)]


def test_of_two_merged_addresses_the_one_that_is_left_stays(stage: Stage) -> None:
    stage.sync()
    world = stage.vendor.service.world
    kept, gone = sorted(world.tables["addresses"])[:2]
    world.merge_addresses(kept, gone)
    stage.sync()
    there = {number for (number,) in stage.query("select id from raw_recharge.addresses")}
    assert str(kept) in there
    assert str(gone) not in there


def test_events_are_never_asked_for_beyond_seven_days(stage: Stage) -> None:
    stage.sync()
    stage.vendor.emulator.clock.advance(timedelta(days=20).total_seconds())
    result = stage.sync("events")
    assert any("was not seen" in said for said in result.warnings["events"])
    refused = [one for one in stage.vendor.exchanges() if one.status == 422]
    assert refused == []


def test_a_burst_goes_first_and_then_the_bucket_is_never_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in modules_that_wait("recharge"):
        monkeypatch.setattr(module, "SECOND", SHORT_SECOND)
    vendor = Store(limits="strict", largest_page=2)
    stage = Stage(CONNECTOR, vendor, tmp_path / "home")
    stage.sync("charges", "orders", "customers")
    statuses = [one.status for one in vendor.exchanges()]
    vendor.close()
    assert len(statuses) > 60
    assert statuses.count(429) <= 2


def test_metafields_are_read_once_for_each_kind_of_owner(stage: Stage) -> None:
    stage.sync("metafields")
    owners = [one["owner_resource"] for one in asked(stage, "metafields")]
    assert owners == ["customer", "subscription", "order", "charge", "address", "store"]
    times = stage.query(
        "select distinct updated_at = timestamptz '2025-06-01 09:00:00+00'"
        " from raw_recharge.metafields"
    )
    assert times == [(True,)]


def test_an_owner_that_recharge_does_not_know_is_no_failure(stage: Stage) -> None:
    said = b'{"errors": {"owner_resource": ["Not a valid choice."]}}'
    stage.vendor.emulator.faults.script(
        "metafields", None, None, None, None, status(422, body=said)
    )
    result = stage.sync("metafields")
    assert stage.count("metafields") == stage.vendor.rows()["metafields"]
    assert any("no metafields of the kind address" in note for note in result.notes)


def test_cancelled_onetimes_are_asked_for(stage: Stage) -> None:
    stage.sync("onetimes")
    assert asked(stage, "onetimes")[0]["include_cancelled"] == "true"
    assert stage.count("onetimes") == stage.vendor.rows()["onetimes"]


def test_the_shop_s_ids_are_those_that_shopify_shows(stage: Stage) -> None:
    stage.sync("orders", "customers")
    rows = stage.query("select payload->>'$.external_order_id.ecommerce' from raw_recharge.orders")
    business = stage.vendor.emulator.business
    known = {legacy_id("Order", order.id) for order in business.iter_orders("shopify")}
    assert rows
    assert {number for (number,) in rows} <= known


def test_every_subscription_order_of_the_shop_has_its_charge(stage: Stage) -> None:
    stage.sync("charges")
    business = stage.vendor.emulator.business
    wanted = {
        legacy_id("Order", order.id)
        for order in business.iter_orders("shopify")
        if order.subscription_id
    }
    found = stage.query(
        "select payload->>'$.external_order_id.ecommerce' from raw_recharge.charges"
    )
    assert wanted <= {number for (number,) in found}
    assert wanted


def test_a_long_first_sync_is_committed_in_slices(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(stage)
    monkeypatch.setattr(source, "ROWS_PER_SLICE", 20)
    stage.sync("charges")
    starts = [one for one in asked(stage, "charges") if "cursor" not in one]
    assert len(starts) >= 2
    assert "updated_at_min" not in starts[0]
    assert all("updated_at_min" in one for one in starts[1:])
    assert stage.count("charges") == stage.vendor.rows()["charges"]


def test_start_on_is_where_a_first_sync_begins(stage: Stage) -> None:
    stage.values = {**stage.vendor.values, "start_on": "2026-08-01"}
    stage.sync("charges")
    assert asked(stage, "charges")[0]["updated_at_min"] == "2026-08-01T00:00:00+00:00"
    assert stage.count("charges") < stage.vendor.rows()["charges"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errors": {"cursor": ["Invalid value"]}}, ": cursor: Invalid value"),
        ({"errors": {"cursor": "Invalid value"}}, ": cursor: Invalid value"),
        ({"errors": {"line": {"price": ["bad", "worse"]}}}, ": line.price: bad; line.price: worse"),
        ({"errors": "Not Found"}, ": Not Found"),
        ({"error": "Gone"}, ": Gone"),
        ({"warning": "too many requests"}, ""),
        (["odd"], ""),
        (None, ""),
    ],
)
def test_errors_of_every_shape_are_read(body: Any, words: str) -> None:
    assert told(body) == words


def test_an_unpaid_store_and_an_unserved_version_are_told_apart(stage: Stage) -> None:
    stage.vendor.meets("unpaid")
    with pytest.raises(CredentialsRejected, match="owes Recharge a payment"):
        stage.sync("charges")
    stage.vendor.meets(status(426, body=json.dumps({"error": "no such version"}).encode()))
    with pytest.raises(SettingsRefused, match="does not serve version"):
        stage.sync("charges")


def test_the_setup_test_names_the_scopes_that_are_missing(stage: Stage) -> None:
    assert check(CONNECTOR, stage.vendor.values).account == "Fable & Co"
    with stage.vendor.narrowed() as (vendor, _):
        assert check(CONNECTOR, vendor.values).missing_scopes == ("Discounts", "Events")
