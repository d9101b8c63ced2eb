"""What the marts say does not depend on when, in which order or by which connection rows came."""

from __future__ import annotations

import random
from datetime import date, timedelta

from tests.models import raw_chord_oms, raw_shopify
from tests.models.raw_tables import NOW, World, broken, project
from vendor_emulator.business import Business

SMALL = Business(seed=3, orders=60, today=date(2026, 9, 30))
MARTS = sorted(model.name for model in project().models if model.schema == "marts")
LATER = NOW + timedelta(hours=1)


def contents(world: World, *, without: str = "synced_at") -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for mart in MARTS:
        hidden = f" exclude ({without})" if mart == "marts.fct_payments" else ""
        found[mart] = sorted(world.rows(f"select *{hidden} from {mart}"), key=str)
    return found


def test_rows_that_come_in_pieces_and_out_of_order_make_the_same_marts():
    at_once, in_pieces = World(), World(time_zone="Asia/Tokyo")
    shopify, oms = raw_shopify.tables(SMALL), raw_chord_oms.tables(SMALL)
    at_once.load("raw_shopify", shopify, connection_id="shop")
    at_once.load("raw_chord_oms", oms, connection_id="oms")
    assert at_once.build().committed

    shuffle = random.Random(5).shuffle
    for rows in (*shopify.values(), *oms.values()):
        shuffle(rows)
    early = {table: rows[: len(rows) // 2] for table, rows in shopify.items()}
    in_pieces.load("raw_shopify", early, connection_id="shop")
    assert in_pieces.build(select=["+marts.*"]).committed
    in_pieces.load("raw_chord_oms", oms, connection_id="oms", synced_at=LATER)
    in_pieces.load("raw_shopify", shopify, connection_id="shop", synced_at=LATER)
    assert in_pieces.build().committed
    assert contents(in_pieces) == contents(at_once)


def test_payments_refreshed_by_their_cursor_equal_a_full_rebuild():
    world, chosen = World(), ["marts.fct_payments"]
    rng = random.Random(11)
    shopify, oms = raw_shopify.tables(SMALL), raw_chord_oms.tables(SMALL)
    transactions, payments = shopify["order_transactions"], oms["spree_payments"]
    late = transactions[::3]
    world.load(
        "raw_shopify",
        {**shopify, "order_transactions": [row for row in transactions if row not in late]},
        connection_id="shop",
    )
    world.load("raw_chord_oms", oms, connection_id="oms")
    world.build()

    changed = [
        {**row, "payload": {**row["payload"], "status": "FAILURE"}}
        for row in rng.sample(transactions, 5)
    ]
    world.load(
        "raw_shopify",
        {"order_transactions": late + [row for row in changed if row not in late]},
        connection_id="shop",
        synced_at=LATER,
    )
    other_currency = [{**row, "currency": "EUR"} for row in rng.sample(oms["spree_orders"], 5)]
    world.load(
        "raw_chord_oms", {"spree_orders": other_currency}, connection_id="oms", synced_at=LATER
    )
    gone = [row["id"] for row in rng.sample(payments, 3)]
    world.con.execute(
        "delete from raw_chord_oms.spree_payments where id in (select unnest(?))", [gone]
    )

    refreshed = world.build(select=chosen)
    how = {model.name: model.how for model in refreshed.models}
    assert how["marts.fct_payments"] == "refreshed"
    by_cursor = sorted(world.rows("from marts.fct_payments"), key=str)
    world.build(select=chosen, full_refresh=True)
    assert by_cursor == sorted(world.rows("from marts.fct_payments"), key=str)


def test_two_connections_with_the_same_ids_stay_apart_and_share_their_people():
    world = World()
    shopify = raw_shopify.tables(SMALL)
    world.load("raw_shopify", shopify, connection_id="eu")
    world.load("raw_shopify", shopify, connection_id="us")
    result = world.build()
    assert result.committed
    assert broken(result) == []
    orders = len(shopify["orders"])
    assert world.rows(
        "select connection_id, count(*) from marts.fct_orders group by 1 order by 1"
    ) == [("eu", orders), ("us", orders)]
    twice = (
        "select count(*) from marts.dim_customers where email is not null and accounts_count = 2"
    )
    with_email = [row for row in shopify["customers"] if row["payload"]["defaultEmailAddress"]]
    assert world.rows(twice) == [(len(with_email),)]


def test_one_shop_alone_or_none_at_all_makes_the_marts_too():
    only_oms, nothing = World(), World()
    only_oms.load("raw_chord_oms", raw_chord_oms.tables(SMALL), connection_id="oms")
    for world in (only_oms, nothing):
        result = world.build()
        assert result.committed
        assert broken(result) == []
    assert only_oms.rows("select distinct source from marts.fct_orders") == [("chord_oms",)]
    assert [nothing.rows(f"select count(*) from {mart}") for mart in MARTS] == [[(0,)]] * len(MARTS)


def test_an_order_deleted_at_the_vendor_vanishes_with_all_that_hangs_on_it():
    world = World()
    world.load("raw_shopify", raw_shopify.tables(SMALL), connection_id="shop")
    world.build()
    gone = world.rows(
        "select order_id, source_order_id from marts.fct_orders where refunded_amount > 0"
    )
    world.con.execute(
        "delete from raw_shopify.orders where id = ?", [raw_shopify.gid("Order", gone[0][1])]
    )
    result = world.build()
    assert result.committed
    for mart in ("fct_orders", "fct_order_lines", "fct_refunds"):
        assert world.rows(f"select * from marts.{mart} where order_id = ?", [gone[0][0]]) == []
    assert {check.name for check in result.warnings} >= {
        "every_line_has_its_order",
        "every_refund_has_its_order",
    }
