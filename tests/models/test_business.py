"""The marts come to what the seeded business knows of itself, over both of its shops."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from tests.models import raw_chord_oms, raw_shopify
from tests.models.raw_tables import World, broken, project
from vendor_emulator.business import Business, Order

BUSINESS = Business(seed=7, orders=300, today=date(2026, 9, 30))
SETTLED = {"paid", "partially_refunded", "refunded"}


def sold(order: Order) -> bool:
    """The rules of a sale, said once more in Python."""
    if order.is_test or order.cancelled_at:
        return False
    if order.shop == "oms":
        return True
    is_archived = order.closed_at is not None
    return order.fulfillment_status == "fulfilled" and (
        is_archived or order.financial_status in SETTLED
    )


@pytest.fixture(scope="module")
def world() -> World:
    found = World(time_zone="America/Los_Angeles")
    found.load("raw_shopify", raw_shopify.tables(BUSINESS), connection_id="shop")
    found.load("raw_chord_oms", raw_chord_oms.tables(BUSINESS), connection_id="oms")
    result = found.build()
    assert broken(result) == []
    assert result.committed
    return found


@pytest.fixture(scope="module")
def orders() -> dict[str, Order]:
    return {
        f"{'shop' if order.shop == 'shopify' else 'oms'}:{order.id}": order
        for shop in ("shopify", "oms")
        for order in BUSINESS.iter_orders(shop)
    }


def test_every_order_has_the_business_s_own_amounts(world, orders):
    rows = world.rows(
        "select order_id, items_amount, discount_amount, tax_amount, shipping_amount, total_amount,"
        " refunded_amount, currency, is_test, is_sale from marts.fct_orders"
        " where order_status <> 'cart'"
    )
    found = {row[0]: row[1:] for row in rows}
    expected = {
        order_id: (
            order.gross_total, order.discount_total, order.tax_total, order.shipping_total,
            order.total, order.refunded_total, order.currency, order.is_test, sold(order),
        )
        for order_id, order in orders.items()
    }  # fmt: skip
    assert found == expected


def test_totals_agree_per_shop_and_currency(world):
    for shop, source in (("shopify", "shopify"), ("oms", "chord_oms")):
        for currency, totals in BUSINESS.totals(shop).items():
            found = world.rows(
                "select count(*), sum(items_amount), sum(discount_amount), sum(tax_amount),"
                " sum(shipping_amount), sum(total_amount), sum(refunded_amount), sum(other_amount)"
                " from marts.fct_orders where source = ? and currency = ? and not is_test"
                " and order_status <> 'cart'",
                [source, currency],
            )
            assert found == [
                (
                    totals.orders, totals.gross, totals.discounts, totals.tax, totals.shipping,
                    totals.total, totals.refunded, Decimal(0),
                )
            ]  # fmt: skip


def test_the_first_order_of_a_person_is_the_first_over_both_shops(world, orders):
    by_email: dict[str, list[tuple[object, str]]] = defaultdict(list)
    for order_id, order in orders.items():
        if sold(order) and order.email:
            by_email[order.email.lower()].append((order.created_at, order_id))
    expected = {min(placed)[1] for placed in by_email.values()}
    found = world.rows(
        "select orders.order_id from marts.fct_orders as orders"
        " inner join marts.dim_customers as customers using (customer_id)"
        " where orders.is_first_order and customers.email is not null"
    )
    assert {row[0] for row in found} == expected


def test_each_person_stands_once_and_with_all_sales(world, orders):
    emails = world.rows("select email from marts.dim_customers where email is not null")
    assert len(emails) == len(set(emails))
    found = world.rows("select sum(orders_count) from marts.dim_customers")
    known = [
        order for order in orders.values() if sold(order) and (order.email or order.customer_id)
    ]
    assert found == [(len(known),)]


def test_lines_bring_what_was_sold_of_each_product(world, orders):
    expected: dict[str, int] = defaultdict(int)
    for order_id, order in orders.items():
        if sold(order) and order.shop == "shopify":
            for line in order.lines:
                expected[f"{order_id.partition(':')[0]}:{line.product_id}"] += line.quantity
    found = world.rows(
        "select product_id, sum(quantity) from marts.fct_order_lines"
        " where is_sale and source = 'shopify' group by product_id"
    )
    assert dict(found) == expected


def test_days_are_days_of_utc_though_the_session_is_in_california(world, orders):
    found = dict(world.rows("select order_id, placed_on from marts.fct_orders"))
    assert {key: found[key] for key in orders} == {
        key: order.processed_at.date() for key, order in orders.items()
    }


def test_every_column_of_every_model_is_described(world):
    for model in project().models:
        there = world.rows(f"select column_name from (describe {model.name})")
        assert {column.name for column in model.columns} == {name for (name,) in there}, model.name
