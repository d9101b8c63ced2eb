"""The emulated Shopify's lists, pages, counts, and a world that changes while somebody reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.conftest import ShopClient

ORDERS = """query Orders($first: Int, $after: String, $last: Int, $before: String, $query: String,
  $sort: OrderSortKeys = PROCESSED_AT, $reverse: Boolean = false) {
  orders(first: $first, after: $after, last: $last, before: $before, query: $query,
    sortKey: $sort, reverse: $reverse) {
    nodes { id name createdAt updatedAt processedAt displayFinancialStatus }
    edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def all_orders(client: ShopClient, **variables: Any) -> list[dict[str, Any]]:
    rows, after = [], None
    while True:
        page = client.data(ORDERS, **{"first": 7, **variables, "after": after})["orders"]
        rows += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return rows
        after = page["pageInfo"]["endCursor"]


# ---------------------------------------------------------------------- lists


def test_pages_in_either_direction_hold_every_row_once(client: ShopClient) -> None:
    expected = {order.name for order in client.shop.world.orders}
    forward = all_orders(client)
    assert [row["processedAt"] for row in forward] == sorted(row["processedAt"] for row in forward)
    assert {row["name"] for row in forward} == expected
    assert len(forward) == len(expected)
    assert all_orders(client, reverse=True) == forward[::-1]
    by_change = all_orders(client, sort="UPDATED_AT")
    assert [one["updatedAt"] for one in by_change] == sorted(one["updatedAt"] for one in forward)
    page = client.data(ORDERS, last=3)["orders"]
    assert page["nodes"] == forward[-3:]
    assert page["pageInfo"]["hasPreviousPage"] is True
    before = client.data(ORDERS, last=3, before=page["pageInfo"]["startCursor"])["orders"]
    assert before["nodes"] == forward[-6:-3]


@pytest.mark.parametrize(
    "arguments", [{}, {"first": 251}, {"first": 1, "last": 1}, {"first": 1, "after": "nonsense"}]
)
def test_arguments_of_paging_are_checked(client: ShopClient, arguments: dict[str, Any]) -> None:
    assert client.code(ORDERS, **arguments) == "BAD_REQUEST"


def test_a_cursor_of_another_order_is_refused(client: ShopClient) -> None:
    cursor = client.data(ORDERS, first=1, sort="ID")["orders"]["pageInfo"]["endCursor"]
    answer = client.ask(ORDERS, first=1, after=cursor, sort="UPDATED_AT")
    assert answer["errors"][0]["message"] == "Invalid cursor for current pagination sort."
    assert answer["data"] is None


def test_an_expired_cursor_is_scripted_for_the_next_page_only(client: ShopClient) -> None:
    client.emulator.faults.script("orders", "expired-cursor", "expired-cursor")
    first = client.data(ORDERS, first=1)["orders"]["pageInfo"]["endCursor"]
    assert client.code(ORDERS, first=1, after=first) == "BAD_REQUEST"


def test_paging_ends_at_a_wall(client: ShopClient) -> None:
    client.shop.page_wall = 21
    with pytest.raises(AssertionError, match="limited to 21 objects"):
        all_orders(client)
    assert len(all_orders(client, query="id:<=5300000000030")) <= 21


def test_a_row_that_changes_under_paging_moves_to_the_end(client: ShopClient) -> None:
    before = all_orders(client, sort="UPDATED_AT")
    moved = before[10]["id"]
    client.emulator.faults.script("orders", lambda: client.shop.update_order(moved, note="changed"))
    rows = all_orders(client, sort="UPDATED_AT")
    assert rows[-1]["id"] == moved
    assert [row["id"] for row in rows].count(moved) == 1
    # One that was read already is read again, which is why reading must be by key.
    client.emulator.faults.script("orders", None, lambda: client.shop.update_order(rows[0]["id"]))
    again = all_orders(client, sort="UPDATED_AT")
    assert [row["id"] for row in again].count(rows[0]["id"]) == 2


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("", ("EXACT", None)), ("limit: 5", ("AT_LEAST", 5)), ("limit: null", ("EXACT", None))],
)
def test_counts_are_exact_up_to_their_limit(
    client: ShopClient, limit: str, expected: tuple[str, int | None]
) -> None:
    arguments = f"({limit})" if limit else ""
    count = client.data(f"{{ ordersCount{arguments} {{ count precision }} }}")["ordersCount"]
    precision, number = expected
    assert count == {"precision": precision, "count": number or len(client.shop.world.orders)}


def test_inactive_locations_come_only_when_asked_for(client: ShopClient) -> None:
    text = "{ locations(first: 9%s) { nodes { name isActive } } }"
    active = client.data(text % "")["locations"]["nodes"]
    everything = client.data(text % ", includeInactive: true")["locations"]["nodes"]
    assert all(one["isActive"] for one in active)
    assert len(everything) == len(active) + 1
    assert [one["name"] for one in everything] == sorted(one["name"] for one in everything)


def test_nodes_are_found_by_id_also_inside_orders(client: ShopClient) -> None:
    order = next(one for one in client.shop.world.orders if one.refunds and one.fulfillments)
    text = f"""{{ order(id: "gid://shopify/Order/{5_300_000_000_000 + order.id}") {{ id
      lineItems(first: 1) {{ nodes {{ id }} }} refunds {{ id }} transactions {{ id }}
      fulfillments {{ id }} customer {{ id }} }} }}"""
    found = client.data(text)["order"]
    ids = [found["id"], found["lineItems"]["nodes"][0]["id"]]
    ids += [found[part][0]["id"] for part in ("refunds", "transactions", "fulfillments")]
    nodes = client.data("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)
    kinds = ["Order", "LineItem", "Refund", "OrderTransaction", "Fulfillment"]
    assert [one["__typename"] for one in nodes["nodes"]] == kinds
    assert [one["id"] for one in nodes["nodes"]] == ids
    gone = client.data('{ node(id: "gid://shopify/Product/7200009999999") { id } }')
    assert gone["node"] is None
    assert client.ask('{ node(id: "7") { id } }')["errors"]


# ---------------------------------------------------------------------- the world


def test_a_deleted_product_takes_its_parts_along_and_leaves_an_event(client: ShopClient) -> None:
    product = next(one for one in client.shop.world.products if len(one.variants) > 1)
    client.shop.delete_product(product.id)
    client.shop.max_query_cost = 10_000
    text = """query($query: String) {
      events(first: 9, query: $query, sortKey: CREATED_AT, reverse: true) {
        nodes { action ... on BasicEvent { subjectId subjectType subject { __typename } } } } }"""
    newest = client.data(text, query="action:destroy subject_type:PRODUCT")["events"]["nodes"][0]
    assert newest["subjectId"] == f"gid://shopify/Product/{7_200_000_000_000 + product.id}"
    assert (newest["action"], newest["subjectType"], newest["subject"]) == (
        "destroy",
        "PRODUCT",
        None,
    )
    assert all(
        level.variant_id not in {v.id for v in product.variants}
        for level in client.shop.world.levels
    )
    left = sum(len(one.variants) for one in client.shop.world.products)
    assert (
        client.data("{ productVariantsCount { count } }")["productVariantsCount"]["count"] == left
    )
    orders = (
        "{ orders(first: 250) { nodes { lineItems(first: 9) { nodes { sku product { id } } } } } }"
    )
    lines = [x for o in client.data(orders)["orders"]["nodes"] for x in o["lineItems"]["nodes"]]
    assert any(line["product"] is None for line in lines)


def test_customers_are_counted_by_another_filter_than_they_are_listed_by(
    client: ShopClient,
) -> None:
    """The list's filter of creation is `customer_date`, the count's is `created_at`."""
    text = """query ($query: String) { customersCount(query: $query) { count } }"""
    early = min(one.created_at for one in client.shop.world.customers) + timedelta(seconds=1)
    known = client.ask(text, query=f"created_at:<'{early.isoformat()}'")
    assert known["data"]["customersCount"]["count"] >= 1
    assert "search" not in known["extensions"]
    assert known["data"]["customersCount"]["count"] < len(client.shop.world.customers)
    unknown = client.ask(text, query=f"customer_date:<'{early.isoformat()}'")
    assert unknown["extensions"]["search"]


def test_changes_move_their_times_and_nothing_else(client: ShopClient) -> None:
    metafield = next(iter(client.shop.world.metafields))
    product = client.shop.world.products.get(metafield.owner_id)
    client.shop.update_metafield(metafield.id, value="new")
    assert client.shop.world.products.get(product.id).updated_at == product.updated_at
    variant = product.variants[0]
    changed = client.shop.update_variant(variant.id, price=variant.price + 1)
    assert client.shop.world.products.get(product.id).updated_at == changed.updated_at
    assert changed.updated_at > product.updated_at
    first, second = client.shop.update_order(3), client.shop.update_order(3)
    assert second.updated_at > first.updated_at


def test_a_later_day_shows_what_the_business_did(client: ShopClient) -> None:
    count = "{ ordersCount { count } productsCount { count } customersCount { count } }"
    before = client.data(count)
    client.emulator.next_day()
    business = client.emulator.business
    orders = list(business.iter_orders("shopify"))
    after = client.data(count)
    assert after != before
    assert after["ordersCount"]["count"] == len(orders)
    assert after["productsCount"]["count"] == len(business.products)
    assert after["customersCount"]["count"] == len(list(business.iter_customers("shopify")))
    assert set(client.shop.world.orders) == set(orders)
    assert {one.id for one in client.shop.world.levels} == {
        one.id for one in business.inventory_levels
    }


def test_a_day_can_be_stamped_so_that_a_reader_behind_it_sees_all_of_it(client: ShopClient) -> None:
    noticed = client.emulator.clock.now() + timedelta(days=30)
    before = {order.id: order for order in client.shop.world.orders}
    client.emulator.next_day(stamped_at=noticed)
    query = f"updated_at:>='{noticed.isoformat()}'"
    found = all_orders(client, query=query)
    changed = [one for one in client.shop.world.orders if before.get(one.id) != one]
    assert len(found) == len(changed) > 0
    assert {row["updatedAt"] for row in found} == {f"{noticed:%Y-%m-%dT%H:%M:%SZ}"}


def test_totals_of_the_orders_are_the_businesss(client: ShopClient) -> None:
    totals = client.emulator.business.totals("shopify")["USD"]
    text = """{ orders(first: 250, query: "test:false") {
      nodes { totalPriceSet { shopMoney { amount currencyCode } } } } }"""
    rows = client.data(text)["orders"]["nodes"]
    money = [row["totalPriceSet"]["shopMoney"] for row in rows]
    assert {one["currencyCode"] for one in money} == {"USD"}
    assert round(sum(float(one["amount"]) for one in money), 2) == float(totals.total)
    assert len(rows) == totals.orders
