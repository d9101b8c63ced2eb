"""What must hold for every seed: the sums of the emulated business, its times, its determinism."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_emulator.business import ZERO, Business, Order, presented

TODAY = date(2026, 9, 30)
businesses = st.builds(
    Business,
    seed=st.integers(min_value=0, max_value=10_000),
    orders=st.integers(min_value=1, max_value=150),
    today=st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31)),
    days_later=st.integers(min_value=0, max_value=2),
)
few = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def demo() -> Business:
    return Business(seed=1, orders=2000, today=TODAY)


@given(business=businesses)
@few
def test_each_orders_sums_add_up_to_the_cent(business: Business) -> None:
    for order in business.orders:
        added_tax = ZERO if order.taxes_included else order.tax_total
        assert order.gross_total == sum((line.gross for line in order.lines), ZERO)
        assert order.discount_total == sum((line.discount for line in order.lines), ZERO)
        assert order.tax_total == sum((line.tax for line in order.lines), ZERO)
        assert order.subtotal == sum((line.net for line in order.lines), ZERO)
        assert order.total == order.subtotal + order.shipping_total + added_tax
        assert all(ZERO <= line.discount <= line.gross for line in order.lines)
        assert order.total >= ZERO
        for amount in (order.total, order.tax_total, order.paid_total, order.refunded_total):
            assert amount.as_tuple().exponent == -2


@given(business=businesses)
@few
def test_no_order_gives_back_more_than_it_received(business: Business) -> None:
    for order in business.orders:
        received = sum(
            (
                one.amount
                for one in order.transactions
                if one.kind in ("sale", "capture") and one.status == "success"
            ),
            ZERO,
        )
        returned = sum((one.amount for one in order.transactions if one.kind == "refund"), ZERO)
        assert received == order.paid_total
        assert returned == order.refunded_total == sum((one.total for one in order.refunds), ZERO)
        assert returned <= received <= order.total
        by_parent = Counter[int | None]()
        for one in order.transactions:
            if one.kind == "refund":
                by_parent[one.parent_id] += int(one.amount * 100)
        for one in order.transactions:
            assert by_parent[one.id] <= int(one.amount * 100)


@given(business=businesses)
@few
def test_refunds_and_parcels_hold_no_more_than_was_ordered(business: Business) -> None:
    for order in business.orders:
        ordered = {line.id: line.quantity for line in order.lines}
        sent, back = Counter[int](), Counter[int]()
        for parcel in order.fulfillments:
            sent.update(dict(parcel.quantities))
        for refund in order.refunds:
            added_tax = ZERO if order.taxes_included else sum((r.tax for r in refund.lines), ZERO)
            parts = sum((part.subtotal for part in refund.lines), refund.shipping) + added_tax
            assert refund.total == parts > ZERO
            for part in refund.lines:
                back[part.line_id] += part.quantity
                assert part.restock_type != "return" or order.fulfillments
        assert all(sent[key] <= quantity for key, quantity in ordered.items())
        assert all(line.refunded_quantity == back[line.id] <= line.quantity for line in order.lines)
        assert set(sent) <= set(ordered)


@given(business=businesses)
@few
def test_everything_happens_in_order_in_utc_and_never_in_the_future(business: Business) -> None:
    for order in business.orders:
        moments = [order.processed_at, order.closed_at, order.cancelled_at]
        moments += [one.created_at for one in order.transactions]
        moments += [one.created_at for one in order.refunds]
        moments += [one.updated_at for one in order.fulfillments]
        moments += [one.delivered_at for one in order.fulfillments]
        assert business.start <= order.created_at <= order.updated_at <= business.now
        for moment in moments:
            if moment is not None:
                assert moment.tzinfo is UTC
                assert order.created_at <= moment <= order.updated_at
    ids = [order.created_at for order in business.orders]
    assert ids == sorted(ids)


@given(business=businesses)
@few
def test_status_names_what_the_amounts_say(business: Business) -> None:
    for order in business.orders:
        if order.financial_status == "refunded":
            assert order.refunded_total == order.total
        if order.financial_status == "partially_refunded":
            assert ZERO < order.refunded_total < order.total
        if order.financial_status == "paid":
            assert order.paid_total == order.total
        if order.financial_status in ("pending", "authorized", "voided"):
            assert order.paid_total == ZERO
        sent = sum(parcel.total_quantity for parcel in order.fulfillments)
        expected = "fulfilled" if sent == order.item_count else "partial" if sent else "unfulfilled"
        assert order.fulfillment_status == expected


@given(business=businesses)
@few
def test_people_and_goods_exist_before_they_are_used(business: Business) -> None:
    born = {product.id: product.created_at for product in business.catalog.sellable}
    customers = {customer.id: customer for customer in business.customers}
    for order in business.orders:
        assert all(born[line.product_id] <= order.created_at for line in order.lines)
        if order.customer_id is not None:
            customer = customers[order.customer_id]
            assert order.shop in customer.shops
            assert order.email == customer.email
            assert customer.created_at <= order.created_at
    ids = [line.id for order in business.orders for line in order.lines]
    ids_of_payments = [one.id for order in business.orders for one in order.transactions]
    assert len(ids) == len(set(ids))
    assert len(ids_of_payments) == len(set(ids_of_payments))


@given(business=businesses, data=st.data())
@few
def test_an_order_is_the_same_whether_streamed_or_asked_for_alone(
    business: Business, data: st.DataObject
) -> None:
    number = data.draw(st.integers(min_value=1, max_value=business.order_count))
    fresh = Business(
        seed=business.seed,
        orders=business.base_orders,
        today=business.base_today,
        days_later=business.days_later,
    )
    assert fresh.order(number) == business.orders[number - 1]


@given(seed=st.integers(min_value=0, max_value=500))
@settings(max_examples=10, deadline=None)
def test_a_day_later_only_what_the_changes_name_is_different(seed: int) -> None:
    before = Business(seed=seed, orders=300, today=TODAY)
    after = before.next_day()
    changes = after.changes
    assert changes is not None
    changed = {order.id for order in changes.changed_orders}
    for old, new in zip(before.orders, after.orders, strict=False):
        assert (old != new) == (old.id in changed)
        if old != new:
            assert new.updated_at > before.now
            assert len(new.transactions) >= len(old.transactions)
    assert [order.id for order in changes.new_orders] == [
        order.id for order in after.orders[len(before.orders) :]
    ]
    gone = {one.object_id for one in changes.deleted}
    assert {one.id for one in before.products} - gone <= {one.id for one in after.products}
    assert not gone & {one.id for one in after.products}
    renamed = {one.id: one.title for one in changes.changed_products}
    assert any("(new name)" in title for title in renamed.values())
    assert {cart.id for cart in changes.removed_checkouts} == {1}


def test_the_same_arguments_give_the_same_business_and_other_seeds_another(demo: Business) -> None:
    again = Business(seed=1, orders=2000, today=TODAY)
    assert again.orders[:300] == demo.orders[:300]
    assert again.customers == demo.customers
    assert again.products == demo.products
    assert again.inventory_levels == demo.inventory_levels
    assert again.checkouts == demo.checkouts
    assert again.subscriptions == demo.subscriptions
    other = Business(seed=2, orders=2000, today=TODAY)
    assert other.orders[:300] != demo.orders[:300]


def test_the_demo_holds_every_state_that_a_reader_has_to_know(demo: Business) -> None:
    def count(is_it: object) -> int:
        return sum(map(is_it, demo.orders))  # type: ignore[arg-type]

    for status in ("paid", "pending", "authorized", "voided", "refunded", "partially_refunded"):
        assert count(lambda order, status=status: order.financial_status == status), status
    for status in ("unfulfilled", "partial", "fulfilled"):
        assert count(lambda order, status=status: order.fulfillment_status == status), status
    assert count(lambda order: order.is_test)
    assert count(lambda order: order.cancelled_at is not None)
    assert count(lambda order: order.customer_id is None)
    assert count(lambda order: order.presentment_currency == "JPY")
    assert count(lambda order: order.currency == "CAD")
    assert count(lambda order: order.taxes_included)
    assert count(lambda order: order.total == 0)
    assert count(lambda order: any(line.is_gift_card for line in order.lines))
    assert count(lambda order: any(one.gateway == "gift_card" for one in order.transactions))
    assert count(lambda order: any(one.status == "failure" for one in order.transactions))
    assert count(lambda order: len(order.fulfillments) > 1)
    assert count(lambda order: len(order.refunds) > 1)
    assert count(
        lambda order: any(refund.shipping and not refund.lines for refund in order.refunds)
    )
    assert count(lambda order: any(_is_late(order, refund.created_at) for refund in order.refunds))
    assert count(lambda order: order.discount_ids != () and order.discount_codes == ())
    assert count(lambda order: order.is_subscription)
    assert {product.status for product in demo.products} == {"active", "draft", "archived"}
    assert any(product.is_gift_card for product in demo.products)
    assert any(customer.is_anonymised for customer in demo.customers)
    assert any(len(customer.shops) == 2 for customer in demo.customers)
    assert any(len(customer.first_name or "") > 100 for customer in demo.customers)
    assert any("🦄" in (customer.first_name or "") for customer in demo.customers)
    assert {one.state for one in demo.subscriptions} >= {"active", "canceled", "paused"}
    assert demo.deleted_objects
    assert {cart.shop for cart in demo.checkouts} == {"shopify", "oms"}


def _is_late(order: Order, moment: datetime) -> bool:
    return moment - order.created_at > timedelta(days=40)


def test_renewals_follow_their_first_order_month_by_month(demo: Business) -> None:
    with_renewals = [one for one in demo.subscriptions if len(one.order_ids) > 2]
    assert with_renewals
    for one in with_renewals:
        orders = [demo.order(number) for number in one.order_ids]
        assert demo.starts_subscription(orders[0].id)
        assert not demo.starts_subscription(orders[1].id)
        assert {order.subscription_id for order in orders} == {one.id}
        assert {order.customer_id for order in orders} == {one.customer_id}
        assert {order.shop for order in orders} == {one.shop}
        months = timedelta(days=30 * one.interval_months)
        for earlier, later in pairwise(orders):
            gap = later.created_at - earlier.created_at
            assert months - timedelta(days=10) < gap < months + timedelta(days=10)


def test_totals_are_the_sums_of_the_shops_orders_without_tests(demo: Business) -> None:
    for shop in ("shopify", "oms"):
        orders = [order for order in demo.orders if order.shop == shop and not order.is_test]
        totals = demo.totals(shop)
        assert sum(one.orders for one in totals.values()) == len(orders)
        assert sum((one.total for one in totals.values()), ZERO) == sum(
            (order.total for order in orders), ZERO
        )
        for one in totals.values():
            assert one.completed_orders <= one.orders
            assert one.refunded < one.total
    spend = demo.customer_spend("shopify")
    assert sum((amount for _, amount in spend.values()), ZERO) == sum(
        (
            order.paid_total - order.refunded_total
            for order in demo.orders
            if order.shop == "shopify" and order.customer_id is not None and not order.is_test
        ),
        ZERO,
    )
    shopify_share = sum(order.shop == "shopify" for order in demo.orders) / len(demo.orders)
    assert 0.55 < shopify_share < 0.65


def test_yen_have_no_minor_unit() -> None:
    assert presented(Decimal("10.00"), "JPY") == Decimal("1487")
    assert presented(Decimal("10.00"), "EUR") == Decimal("9.21")


def test_two_thousand_orders_take_less_than_six_tenths_of_a_second() -> None:
    began = time.process_time()
    count = sum(1 for _ in Business(seed=3, orders=2000, today=TODAY).iter_orders())
    assert count == 2000
    assert time.process_time() - began < 0.6


def test_each_later_day_of_the_demo_brings_every_kind_of_change(demo: Business) -> None:
    changes = demo.next_day().changes
    assert changes is not None
    for shop in ("shopify", "oms"):
        refunded = [order for order in changes.changed_orders if order.refunds]
        assert [order for order in refunded if order.shop == shop]
        assert [order for order in changes.new_orders if order.shop == shop]
    assert changes.removed_line_ids
    assert changes.new_products
    assert changes.changed_products
    assert changes.deleted
    assert changes.new_customers
    assert changes.new_checkouts
