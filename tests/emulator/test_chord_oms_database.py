"""The emulated OMS: Solidus's own catalogue, its invariants, and the business's sums."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from vendor_emulator.business import ZERO, Business
from vendor_emulator.vendors.chord_oms import OmsServer
from vendor_emulator.vendors.chord_oms.ddl import solidus_tables
from vendor_emulator.vendors.chord_oms.postgres import ADMIN, ADMIN_PASSWORD

TODAY = date(2026, 9, 30)
ADDED_COLUMNS = {
    ("spree_orders", "affiliate_id"),
    ("spree_orders", "loyalty_points"),
    ("spree_users", "loyalty_expires_at"),
    ("spree_products", "bundle"),
}
ADDED_TABLES = {"affiliates", "Loyalty Tiers", "import_notes"}
CATALOGUE = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attnum
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped
"""
# Each query answers the rows that break one of the invariants in schema_facts.json.
BREACHES = {
    "order.total = item_total + shipment_total + adjustment_total": """
        SELECT id FROM spree_orders WHERE total <> item_total + shipment_total + adjustment_total
    """,
    "order.item_total = sum(line_item.price * line_item.quantity)": """
        SELECT o.id FROM spree_orders o LEFT JOIN spree_line_items l ON l.order_id = o.id
        GROUP BY o.id HAVING o.item_total <> coalesce(sum(l.price * l.quantity), 0)
    """,
    "order.item_count = sum(line_item.quantity)": """
        SELECT o.id FROM spree_orders o LEFT JOIN spree_line_items l ON l.order_id = o.id
        GROUP BY o.id HAVING o.item_count <> coalesce(sum(l.quantity), 0)
    """,
    "order.shipment_total = sum(shipment.cost)": """
        SELECT o.id FROM spree_orders o LEFT JOIN spree_shipments s ON s.order_id = o.id
        GROUP BY o.id HAVING o.shipment_total <> coalesce(sum(s.cost), 0)
    """,
    "order.payment_total = completed payments - their refunds": """
        SELECT o.id FROM spree_orders o
        LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM spree_payments
                   WHERE state = 'completed' GROUP BY 1) p ON p.order_id = o.id
        LEFT JOIN (SELECT p.order_id, sum(r.amount) AS amount FROM spree_refunds r
                   JOIN spree_payments p ON p.id = r.payment_id WHERE p.state = 'completed'
                   GROUP BY 1) r ON r.order_id = o.id
        WHERE o.payment_total <> coalesce(p.amount, 0) - coalesce(r.amount, 0)
    """,
    "order.adjustment_total = lines + shipments + order-level adjustments": """
        SELECT o.id FROM spree_orders o
        WHERE adjustment_total <>
            coalesce((SELECT sum(adjustment_total) FROM spree_line_items l
                      WHERE l.order_id = o.id), 0)
          + coalesce((SELECT sum(adjustment_total) FROM spree_shipments s
                      WHERE s.order_id = o.id), 0)
          + coalesce((SELECT sum(amount) FROM spree_adjustments a
                      WHERE a.adjustable_type = 'Spree::Order' AND a.adjustable_id = o.id), 0)
    """,
    "line adjustment_total = its adjustments that are not included": """
        SELECT l.id FROM spree_line_items l
        LEFT JOIN spree_adjustments a ON a.adjustable_id = l.id
          AND a.adjustable_type = 'Spree::LineItem' AND NOT a.included
        GROUP BY l.id HAVING l.adjustment_total <> coalesce(sum(a.amount), 0)
    """,
    "payment_state follows Solidus's rule": """
        SELECT o.id FROM spree_orders o WHERE completed_at IS NOT NULL AND payment_state <> CASE
          WHEN (SELECT bool_and(state = 'invalid') FROM spree_payments p WHERE p.order_id = o.id)
               AND state <> 'canceled' AND total <> payment_total THEN 'failed'
          WHEN state = 'canceled' AND payment_total = 0 THEN 'void'
          WHEN total > payment_total THEN 'balance_due'
          WHEN total < payment_total THEN 'credit_owed'
          ELSE 'paid' END
    """,
    "shipment_state follows Solidus's rule": """
        SELECT o.id FROM spree_orders o WHERE shipment_state IS DISTINCT FROM CASE
          WHEN EXISTS (SELECT 1 FROM spree_inventory_units u JOIN spree_shipments s
                       ON s.id = u.shipment_id WHERE s.order_id = o.id AND u.state = 'backordered')
            THEN 'backorder'
          WHEN (SELECT count(DISTINCT state) FROM spree_shipments s WHERE s.order_id = o.id) > 1
            THEN 'partial'
          ELSE (SELECT min(state) FROM spree_shipments s WHERE s.order_id = o.id) END
    """,
    "a renewal has its successful installment detail": """
        SELECT o.id FROM spree_orders o
        LEFT JOIN solidus_subscriptions_installment_details d ON d.order_id = o.id AND d.success
        LEFT JOIN solidus_subscriptions_installments i ON i.id = d.installment_id
        WHERE o.subscription_order <> (d.id IS NOT NULL)
           OR o.subscription_id IS DISTINCT FROM i.subscription_id
    """,
    "store credit left is not negative": """
        SELECT id FROM spree_store_credits WHERE amount - amount_used - amount_authorized < 0
    """,
    "a store credit's events end at what is left": """
        SELECT c.id FROM spree_store_credits c WHERE amount - amount_used - amount_authorized <>
          (SELECT min(amount_remaining) FROM spree_store_credit_events e
           WHERE e.store_credit_id = c.id)
    """,
    "as many inventory units as ordered": """
        SELECT l.id FROM spree_line_items l JOIN spree_orders o ON o.id = l.order_id
        LEFT JOIN spree_inventory_units u ON u.line_item_id = l.id
        WHERE o.completed_at IS NOT NULL
        GROUP BY l.id HAVING count(u.id) <> l.quantity
    """,
    "no refund exceeds its payment": """
        SELECT p.id FROM spree_payments p JOIN spree_refunds r ON r.payment_id = p.id
        GROUP BY p.id HAVING sum(r.amount) > p.amount OR p.state <> 'completed'
    """,
    "references by convention point at rows": """
        SELECT l.id FROM spree_line_items l LEFT JOIN spree_variants v ON v.id = l.variant_id
          LEFT JOIN spree_orders o ON o.id = l.order_id WHERE v.id IS NULL OR o.id IS NULL
        UNION ALL SELECT o.id FROM spree_orders o LEFT JOIN spree_users u ON u.id = o.user_id
          WHERE o.user_id IS NOT NULL AND u.id IS NULL
        UNION ALL SELECT o.id FROM spree_orders o LEFT JOIN spree_addresses a
          ON a.id = o.ship_address_id WHERE o.ship_address_id IS NOT NULL AND a.id IS NULL
        UNION ALL SELECT a.id FROM spree_adjustments a LEFT JOIN spree_tax_rates t
          ON t.id = a.source_id WHERE a.source_type = 'Spree::TaxRate' AND t.id IS NULL
        UNION ALL SELECT p.id FROM spree_payments p LEFT JOIN spree_credit_cards c
          ON c.id = p.source_id WHERE p.source_type = 'Spree::CreditCard' AND c.id IS NULL
        UNION ALL SELECT r.id FROM spree_return_items r LEFT JOIN spree_inventory_units u
          ON u.id = r.inventory_unit_id WHERE u.id IS NULL
        UNION ALL SELECT s.id FROM spree_stock_items s LEFT JOIN spree_variants v
          ON v.id = s.variant_id WHERE v.id IS NULL
    """,
}

# How the invariants of schema_facts.json begin that the queries above, or the totals, look at.
COVERED = (
    "order.total =",
    "order.item_total =",
    "order.item_count =",
    "order.shipment_total =",
    "order.payment_total =",
    "order.adjustment_total =",
    "payment_state:",
    "shipment_state:",
    "an order counts as a sale when completed_at is not null",
    "an order made by a subscription",
    "store credit left =",
)


def specs_folder() -> Path | None:
    given = os.environ.get("CHORD_VENDOR_SPECS")
    root = Path(given) if given else Path(__file__).parents[2].parent / "shared" / "vendor_specs"
    return root / "chord_oms" if (root / "chord_oms" / "schema.sql").exists() else None


def contents(server: OmsServer) -> dict[str, str]:
    """A fingerprint of each table's rows."""
    names = [
        name
        for (name,) in server.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    return {
        name: server.fetch(
            f"SELECT md5(string_agg(t::text, e'\\n' ORDER BY t::text)) FROM \"{name}\" t"
        )[0][0]
        for name in sorted(names)
    }


@pytest.fixture(scope="module")
def business() -> Business:
    return Business(seed=7, orders=1500, today=TODAY)


@pytest.fixture(scope="module")
def oms(tmp_path_factory: pytest.TempPathFactory, business: Business) -> Iterator[OmsServer]:
    server = OmsServer.start(tmp_path_factory.mktemp("oms") / "data", business)
    yield server
    server.delete()


def test_our_catalogue_is_solidus_own_and_nothing_but_chords_additions(oms: OmsServer) -> None:
    ours = {row[:2]: row[2:] for row in oms.fetch(CATALOGUE)}
    ours = {key: facts for key, facts in ours.items() if key[0] not in ADDED_TABLES}
    assert set(ours) >= ADDED_COLUMNS
    ours = {key: facts for key, facts in ours.items() if key not in ADDED_COLUMNS}
    assert len({table for table, _ in ours}) == len(solidus_tables()) == 80
    assert len(ours) == 797
    specs = specs_folder()
    if specs is None:
        print("not compared with the vendor's schema.sql: no folder of vendor specs here")
        return
    oms.execute("CREATE DATABASE reference")
    with psycopg.connect(
        oms.process.conninfo(database="reference"), password=ADMIN_PASSWORD, autocommit=True
    ) as reference:
        reference.execute((specs / "schema.sql").read_bytes())
        theirs = {row[:2]: row[2:] for row in reference.execute(CATALOGUE.encode()).fetchall()}
    oms.execute("DROP DATABASE reference")
    assert ours == theirs


@pytest.mark.parametrize("promise", BREACHES)
def test_solidus_invariant_holds(oms: OmsServer, promise: str) -> None:
    assert oms.fetch(BREACHES[promise]) == []


def test_no_invariant_of_the_facts_is_left_unlooked_at() -> None:
    specs = specs_folder()
    if specs is None:
        print("not compared with schema_facts.json: no folder of vendor specs here")
        return
    facts = json.loads((specs / "schema_facts.json").read_text())
    unknown = [text for text in facts["invariants"] if not text.startswith(COVERED)]
    assert unknown == []


def test_states_are_solidus_own(oms: OmsServer) -> None:
    specs = specs_folder()
    if specs is None:
        print("states were not compared: no folder of vendor specs here")
        return
    values = json.loads((specs / "schema_facts.json").read_text())["values"]
    for column, allowed in values.items():
        table, name = column.split(".")
        if isinstance(allowed, dict):
            allowed = [int(key) for key in allowed]
        found = {value for (value,) in oms.fetch(f"SELECT DISTINCT {name} FROM {table}")}
        assert found <= {*allowed, None}, column


def test_many_states_occur(oms: OmsServer) -> None:
    def values(column: str, table: str) -> set[Any]:
        return {value for (value,) in oms.fetch(f"SELECT DISTINCT {column} FROM {table}")}

    assert values("state", "spree_orders") >= {
        "cart",
        "address",
        "complete",
        "canceled",
        "returned",
    }
    assert values("payment_state", "spree_orders") >= {
        "paid",
        "balance_due",
        "void",
        "failed",
        None,
    }
    assert values("shipment_state", "spree_orders") >= {"shipped", "ready", "partial", "canceled"}
    assert values("state", "spree_payments") >= {
        "completed",
        "failed",
        "invalid",
        "void",
        "pending",
    }
    assert values("state", "spree_inventory_units") >= {"shipped", "returned", "on_hand"}
    assert values("source_type", "spree_adjustments") == {
        "Spree::TaxRate",
        "Spree::PromotionAction",
        "SolidusPromotions::Benefit",
    }
    assert values("state", "solidus_subscriptions_subscriptions") == {"active", "canceled"}


def test_completed_orders_add_up_to_the_business_totals(oms: OmsServer, business: Business) -> None:
    rows = oms.fetch(
        "SELECT currency, count(*), sum(item_total),"
        " sum(additional_tax_total + included_tax_total),"
        " sum(shipment_total), sum(total), -sum(promo_total) FROM spree_orders"
        " WHERE completed_at IS NOT NULL GROUP BY currency"
    )
    refunds = dict(
        oms.fetch(
            "SELECT o.currency, sum(r.amount) FROM spree_refunds r JOIN spree_payments p"
            " ON p.id = r.payment_id JOIN spree_orders o ON o.id = p.order_id GROUP BY 1"
        )
    )
    totals = business.totals("oms")
    assert {row[0] for row in rows} == set(totals) == {"USD", "CAD"}
    for currency, count, gross, tax, shipping, total, discounts in rows:
        expected = totals[currency]
        assert count == expected.orders == expected.completed_orders
        assert (gross, tax, shipping, total, discounts) == (
            expected.gross,
            expected.tax,
            expected.shipping,
            expected.total,
            expected.discounts,
        )
        assert refunds[currency] == expected.refunded
    carts = oms.fetch("SELECT count(*) FROM spree_orders WHERE completed_at IS NULL")[0][0]
    assert carts == sum(1 for _ in business.iter_checkouts("oms")) > 200


def test_every_secret_column_holds_a_canary(oms: OmsServer) -> None:
    specs = specs_folder()
    if specs is None:
        print("secret columns were not compared: no folder of vendor specs here")
        return
    tables = json.loads((specs / "schema_facts.json").read_text())["tables"]
    secret = [
        (name, column) for name, one in tables.items() for column in one.get("secret_columns", ())
    ]
    assert len(secret) > 15
    for table, column in secret:
        held = oms.fetch(f"SELECT count(*) FROM {table} WHERE {column} LIKE '%CANARY-%'")
        if column != "cvv_response_message":
            assert held[0][0] > 0, (table, column)


def test_rows_that_trip_readers_are_there(oms: OmsServer) -> None:
    def one(sql: str) -> Any:
        return oms.fetch(sql)[0][0]

    for table in ("spree_orders", "spree_line_items", "spree_addresses", "spree_countries"):
        assert one(f"SELECT count(*) FROM {table} WHERE updated_at IS NULL") > 0, table
    for table in ("spree_users", "spree_products", "spree_variants", "spree_payment_methods"):
        assert one(f"SELECT count(*) FROM {table} WHERE deleted_at IS NOT NULL") > 0, table
    assert one("SELECT count(*) FROM affiliates WHERE commission = 'NaN'") == 1
    assert one("SELECT count(*) FROM affiliates WHERE joined_at IN ('infinity', '-infinity')") == 2
    assert one("SELECT count(*) FROM spree_orders WHERE loyalty_points = 'NaN'") > 0
    assert one("SELECT count(*) FROM spree_users WHERE loyalty_expires_at = 'infinity'") > 0
    assert one("SELECT count(*) FROM spree_addresses WHERE length(name) > 255") > 0
    assert one("SELECT count(*) FROM spree_addresses WHERE lastname = '\\N'") > 0
    fine = "extract(microseconds FROM created_at)::int % 1000 <> 0"
    assert one(f"SELECT count(*) FROM spree_orders WHERE {fine}") > 0
    assert one('SELECT count("Tier Name") FROM "Loyalty Tiers"') == 2
    assert one("SHOW timezone") == "America/New_York"
    latest = one("SELECT max(updated_at) FROM spree_orders")
    assert latest < oms.business.now.replace(tzinfo=None) + timedelta(seconds=1)


def test_the_reader_reads_and_writes_nothing(oms: OmsServer) -> None:
    given = oms.credentials()
    for address in (oms.url, oms.socket_url):
        with psycopg.connect(address, user=given["user"], password=given["password"]) as reader:
            assert reader.execute("SELECT count(*) FROM spree_orders").fetchone() != (0,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute("DELETE FROM spree_orders")


def test_a_wrong_password_and_missing_rights_are_refused(oms: OmsServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(oms.url, user="chord_reader", password="guess")
    narrow = oms.credentials("chord_narrow")
    with psycopg.connect(oms.url, user="chord_narrow", password=narrow["password"]) as reader:
        reader.execute("SELECT count(*) FROM spree_orders")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT count(*) FROM spree_users")
    outsider = oms.credentials("chord_outsider")
    with (
        psycopg.connect(oms.url, user="chord_outsider", password=outsider["password"]) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        reader.execute("SELECT count(*) FROM spree_orders")


def test_a_transaction_left_open_shows_nothing_until_it_commits(oms: OmsServer) -> None:
    with oms.open_transaction() as writer:
        writer.execute("UPDATE spree_stores SET name = 'Late' WHERE id = 1")
        assert oms.fetch("SELECT name FROM spree_stores WHERE id = 1") == [("Fable & Co",)]
    assert oms.fetch("SELECT name FROM spree_stores WHERE id = 1") == [("Late",)]


def test_a_standby_follows_refuses_writes_and_sees_rewritten_rows_once(
    oms: OmsServer, tmp_path: Path
) -> None:
    assert oms.bulk(rows=20_000) == 20_000
    columns = oms.fetch(
        "SELECT * FROM information_schema.columns WHERE table_name = 'bench_orders'"
    )
    assert len(columns) == 15
    before = oms.fetch("SELECT sum(total), count(DISTINCT id) FROM bench_orders")
    standby = oms.standby(tmp_path / "standby")
    try:
        assert standby.fetch("SELECT pg_is_in_recovery()") == [(True,)]
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            standby.execute("DELETE FROM bench_orders")
        with oms.rewriting() as load:
            deadline = time.monotonic() + 10
            while load.rewritten < 5_000 and time.monotonic() < deadline:
                time.sleep(0.05)
        assert load.rewritten >= 5_000
        oms.execute("UPDATE spree_stores SET url = 'moved.example.com' WHERE id = 2")
        standby.wait_for(oms)
        assert standby.fetch("SELECT url FROM spree_stores WHERE id = 2") == [
            ("moved.example.com",)
        ]
        assert standby.fetch("SELECT sum(total), count(DISTINCT id) FROM bench_orders") == before
    finally:
        standby.delete()
        oms.execute("DROP TABLE bench_orders")


def test_a_day_of_changes_leaves_what_a_fresh_load_of_that_day_has(tmp_path: Path) -> None:
    business = Business(seed=1, orders=2000, today=TODAY)
    later = business.next_day()
    changes = later.changes
    assert changes is not None
    server = OmsServer.start(tmp_path / "changed", business)
    fresh = OmsServer.start(tmp_path / "fresh", later)
    try:
        old_lines = server.fetch(
            "SELECT count(*) FROM spree_line_items WHERE id = ANY(%s)",
            list(changes.removed_line_ids),
        )
        written = server.apply_changes(later)
        assert contents(server) == contents(fresh)
        assert all(server.fetch(query) == [] for query in BREACHES.values())
        now = business.now.replace(tzinfo=None)
        moved = [order.id for order in changes.changed_orders if order.shop == "oms"]
        rows = server.fetch("SELECT min(updated_at) FROM spree_orders WHERE id = ANY(%s)", moved)
        assert moved
        assert rows[0][0] > now
        assert old_lines[0][0] == len(changes.removed_line_ids) > 0
        assert written.deleted["spree_line_items"] >= len(changes.removed_line_ids)
        assert sum((one.total for one in later.totals("oms").values()), ZERO) == Decimal(
            server.fetch("SELECT sum(total) FROM spree_orders WHERE completed_at IS NOT NULL")[0][0]
        )
    finally:
        server.delete()
        fresh.delete()


def test_a_kept_folder_starts_where_it_was_left_and_another_business_replaces_it(
    tmp_path: Path,
) -> None:
    business = Business(seed=5, orders=60, today=TODAY)
    with OmsServer.start(tmp_path / "data", business) as server:
        server.apply_changes(business.next_day())
        server.execute("UPDATE spree_stores SET name = 'Kept'")
        port = server.port
    kept = OmsServer.kept(tmp_path / "data")
    assert kept is not None
    assert (kept.seed, kept.base_orders, kept.base_today, kept.days_later) == (5, 60, TODAY, 1)
    assert OmsServer.kept(tmp_path) is None
    with OmsServer.start(tmp_path / "data", business) as server:
        assert server.business.days_later == 1
        assert server.port == port
        assert server.fetch("SELECT DISTINCT name FROM spree_stores") == [("Kept",)]
    other = OmsServer.start(tmp_path / "data", Business(seed=6, orders=50, today=TODAY))
    try:
        assert other.fetch("SELECT count(*) FROM spree_stores WHERE name = 'Kept'") == [(0,)]
    finally:
        other.delete()


START_AND_WAIT = """
import sys, time
from datetime import date
from pathlib import Path
from vendor_emulator.business import Business
from vendor_emulator.vendors.chord_oms import OmsServer
business = Business(seed=5, orders=20, today=date(2026, 9, 30))
server = OmsServer.start(Path(sys.argv[1]), business)
print(server.port, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_no_server_outlives_its_starter_and_its_data_stay_usable(
    tmp_path: Path, end: signal.Signals
) -> None:
    command = [sys.executable, "-c", START_AND_WAIT, str(tmp_path / "data")]
    starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    port = int(starter.stdout.readline())
    starter.send_signal(end)
    starter.wait(10)
    deadline = time.monotonic() + 10
    while _answers(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _answers(port)
    again = OmsServer.start(tmp_path / "data", Business(seed=5, orders=20, today=TODAY))
    try:
        assert again.fetch("SELECT count(*) FROM spree_stores") == [(2,)]
    finally:
        again.delete()


def _answers(port: int) -> bool:
    conninfo = f"host=127.0.0.1 port={port} dbname=postgres user={ADMIN}"
    try:
        psycopg.connect(conninfo, password=ADMIN_PASSWORD, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
