"""Bulk operations of the emulated Shopify: restrictions, lines, states, slots, what goes wrong."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
import requests

from tests.emulator.conftest import ShopClient

RUN = """mutation($query: String!, $grouped: Boolean! = false) {
  bulkOperationRunQuery(query: $query, groupObjects: $grouped) {
    bulkOperation { id status } userErrors { field message code } } }"""
POLL = """query($id: ID!) { bulkOperation(id: $id) {
  id status type errorCode completedAt objectCount rootObjectCount fileSize url
  partialDataUrl } }"""
CANCEL = """mutation($id: ID!) { bulkOperationCancel(id: $id) {
  bulkOperation { id status } userErrors { field message } } }"""
LIST = """query($query: String) { bulkOperations(first: 10, query: $query) {
  nodes { id status type } } }"""
ORDERS = "{ orders { edges { node { id name lineItems { edges { node { id sku } } } } } } }"


def run(client: ShopClient, query: str, *, grouped: bool = False) -> dict[str, Any]:
    return client.data(RUN, query=query, grouped=grouped)["bulkOperationRunQuery"]


def started(client: ShopClient, query: str = ORDERS, **how: Any) -> str:
    answer = run(client, query, **how)
    assert answer["userErrors"] == []
    return answer["bulkOperation"]["id"]


def poll(client: ShopClient, job: str) -> dict[str, Any]:
    return client.data(POLL, id=job)["bulkOperation"]


def ended(client: ShopClient, job: str) -> dict[str, Any]:
    for _ in range(20):
        seen = poll(client, job)
        if seen["status"] in ("COMPLETED", "FAILED", "CANCELED", "EXPIRED"):
            return seen
    raise AssertionError("the job does not end")


def lines(client: ShopClient, query: str = ORDERS, **how: Any) -> list[dict[str, Any]]:
    done = ended(client, started(client, query, **how))
    assert done["status"] == "COMPLETED"
    return downloaded(done["url"])


def downloaded(url: str) -> list[dict[str, Any]]:
    answer = requests.get(url, timeout=10)
    assert answer.headers["content-type"] == "application/jsonl"
    return [orjson.loads(line) for line in answer.content.splitlines()]


# ---------------------------------------------------------------------- lines


def test_every_order_and_line_comes_once_with_its_parent_before_it(client: ShopClient) -> None:
    rows = lines(client)
    orders = [row for row in rows if "__parentId" not in row]
    items = [row for row in rows if "__parentId" in row]
    world = client.shop.world.orders
    assert {row["name"] for row in orders} == {order.name for order in world}
    assert len(items) == sum(len(order.lines) for order in world)
    assert set(items[0]) == {"id", "sku", "__parentId"}
    seen: set[str] = set()
    for row in rows:
        assert row.get("__parentId") is None or row["__parentId"] in seen
        seen.add(row["id"])


def test_children_stand_beside_their_parents_only_when_grouped(client: ShopClient) -> None:
    def adjacent(rows: list[dict[str, Any]]) -> bool:
        parent = None
        for row in rows:
            if "__parentId" not in row:
                parent = row["id"]
            elif row["__parentId"] != parent:
                return False
        return True

    loose, grouped = lines(client), lines(client, grouped=True)
    assert not adjacent(loose)
    assert adjacent(grouped)
    assert sorted(loose, key=lambda row: row["id"]) == sorted(grouped, key=lambda row: row["id"])


def test_grandchildren_name_the_child(client: ShopClient) -> None:
    query = """{ collections { nodes { id products { nodes { id
      variants { nodes { id selectedOptions { name value } } } } } } } }"""
    rows = lines(client, query)
    parents = {row["id"]: row.get("__parentId") for row in rows}
    variants = [row for row in rows if "/ProductVariant/" in row["id"]]
    assert variants
    assert all("/Collection/" in parents[row["__parentId"]] for row in variants)


def test_a_filter_narrows_and_nothing_found_has_no_url(client: ShopClient) -> None:
    query = "{ orders(query: \"created_at:>='2026-09-01T00:00:00Z'\") { nodes { id createdAt } } }"
    rows = lines(client, query)
    assert 0 < len(rows) < len(client.shop.world.orders)
    assert all(row["createdAt"] >= "2026-09-01" for row in rows)
    empty = query.replace("2026-09-01", "2031-01-01")
    done = ended(client, started(client, empty))
    assert (done["status"], done["url"], done["fileSize"]) == ("COMPLETED", None, None)
    assert done["objectCount"] == "0"


def test_a_sort_key_beside_an_updated_at_filter_loses_rows_silently(client: ShopClient) -> None:
    query = "{ orders(%squery: \"updated_at:>='2025-01-01T00:00:00Z'\") { nodes { id } } }"
    whole, sorted_ = lines(client, query % ""), lines(client, query % "sortKey: UPDATED_AT, ")
    assert len(whole) == len(client.shop.world.orders)
    assert 0 < len(sorted_) < len(whole)


def test_the_file_keeps_what_the_shop_held_when_the_job_began(client: ShopClient) -> None:
    job = started(client)
    client.shop.add_order()
    names = {row.get("name") for row in downloaded(ended(client, job)["url"])}
    assert len(names - {None}) == len(client.shop.world.orders) - 1


def test_a_large_job_is_written_while_others_are_answered(client: ShopClient) -> None:
    expected = lines(client)
    client.shop.add_order(like=3)
    client.shop.bulk.at_once = 10
    job = started(client)
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        if (seen := poll(client, job))["status"] == "COMPLETED":
            break
        assert seen["status"] == "RUNNING"
    assert len(downloaded(seen["url"])) == len(expected) + 1 + len(
        client.shop.world.orders.get(3).lines
    )


# ---------------------------------------------------------------------- restrictions


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("{ shop { id } }", "at least one connection"),
        ('{ node(id: "gid://shopify/Order/1") { id } }', "top-level `node`"),
        ("{ orders { nodes { id } } products { nodes { id } } }", "exactly one top-level field"),
        (
            "{ orders { nodes { id refunds { refundLineItems { nodes { id } } } } } }",
            "connection field within a list field",
        ),
        (
            "{ collections { nodes { id products { nodes { id variants { nodes { id "
            "metafields { nodes { id } } } } } } } } }",
            "nesting depth",
        ),
        (
            "{ products { nodes { id variants { nodes { id } } metafields { nodes { id } } "
            "collections { nodes { id } } events { nodes { id } } "
            "more: collections { nodes { id } } } } }",
            "more than 5 connections",
        ),
        ("{ orders { nodes { name lineItems { nodes { id } } } } }", "must select the 'id' field"),
        ("{ orders { pageInfo { hasNextPage } } }", "must select `nodes`"),
        ("{ orders { nodes { nope } } }", "Invalid bulk query"),
        ("{ orders {", "Invalid bulk query"),
        ("query($n: String) { orders(query: $n) { nodes { id } } }", "cannot take variables"),
    ],
)
def test_what_cannot_run_in_bulk_is_a_user_error(client: ShopClient, query: str, why: str) -> None:
    answer = run(client, query)
    assert answer["bulkOperation"] is None
    [error] = answer["userErrors"]
    assert (error["field"], error["code"]) == (["query"], "INVALID")
    assert why in error["message"]


def test_a_field_that_is_not_granted_fails_the_job(client: ShopClient) -> None:
    token = client.shop.tokens.grant("shpat_few", ["read_orders", "read_all_orders"])
    query = "{ orders { nodes { id customer { id } } } }"
    answer = client.ask(RUN, token=token, query=query)["data"]["bulkOperationRunQuery"]
    done = ended(client, answer["bulkOperation"]["id"])
    assert (done["status"], done["errorCode"]) == ("FAILED", "ACCESS_DENIED")
    assert done["url"] is done["partialDataUrl"] is None


def test_bulk_sees_only_recent_orders_without_read_all_orders(client: ShopClient) -> None:
    token = client.shop.tokens.grant("shpat_recent", ["read_orders"])
    query = "{ orders { nodes { id } } }"
    answer = client.ask(RUN, token=token, query=query)["data"]["bulkOperationRunQuery"]
    done = ended(client, answer["bulkOperation"]["id"])
    assert 0 < int(done["rootObjectCount"]) < len(client.shop.world.orders)


# ---------------------------------------------------------------------- states and slots


def test_a_job_passes_through_its_states(client: ShopClient) -> None:
    client.shop.bulk.script(polls=2)
    answer = run(client, ORDERS)["bulkOperation"]
    assert answer["status"] == "CREATED"
    seen = [poll(client, answer["id"]) for _ in range(4)]
    assert [one["status"] for one in seen] == ["RUNNING", "RUNNING", "COMPLETED", "COMPLETED"]
    assert [one["url"] is None for one in seen] == [True, True, False, False]
    size = len(requests.get(seen[-1]["url"], timeout=5).content)
    assert seen[-1]["fileSize"] == str(size)
    assert seen[-1]["rootObjectCount"] == str(len(client.shop.world.orders))
    assert int(seen[1]["objectCount"]) < int(seen[2]["objectCount"])


def test_a_job_can_be_done_at_the_first_look_and_be_found_as_a_node(client: ShopClient) -> None:
    client.shop.bulk.script(polls=0)
    job = started(client)
    node = "query($id: ID!) { node(id: $id) { ... on BulkOperation { status url } } }"
    assert client.data(node, id=job)["node"]["status"] == "COMPLETED"
    current = client.data("{ currentBulkOperation { id status } }")["currentBulkOperation"]
    assert current == {"id": job, "status": "COMPLETED"}


def test_five_jobs_run_at_a_time_and_a_leftover_holds_its_slot(client: ShopClient) -> None:
    leftover = client.shop.bulk.leave_behind()
    jobs = [started(client) for _ in range(4)]
    answer = run(client, ORDERS)
    assert answer["bulkOperation"] is None
    assert answer["userErrors"][0]["code"] == "LIMIT_REACHED"
    running = client.data(LIST, query="status:running operation_type:query")["bulkOperations"]
    assert [one["id"] for one in running["nodes"]] == [leftover]
    assert client.data(CANCEL, id=leftover)["bulkOperationCancel"]["userErrors"] == []
    assert ended(client, leftover)["status"] == "CANCELED"
    started(client)
    assert [ended(client, job)["status"] for job in jobs] == ["COMPLETED"] * 4


def test_one_slot_as_it_was_before_names_the_running_job(client: ShopClient) -> None:
    client.shop.bulk.slots = 1
    job = started(client)
    [error] = run(client, ORDERS)["userErrors"]
    assert error["code"] == "OPERATION_IN_PROGRESS"
    assert job in error["message"]


def test_cancelling_takes_its_time(client: ShopClient) -> None:
    client.shop.bulk.script(never_ends=True, cancel_polls=3)
    job = started(client)
    assert poll(client, job)["status"] == "RUNNING"
    answer = client.data(CANCEL, id=job)["bulkOperationCancel"]["bulkOperation"]
    assert answer["status"] == "CANCELING"
    states = [poll(client, job)["status"] for _ in range(4)]
    assert states == ["CANCELING"] * 3 + ["CANCELED"]
    again = client.data(CANCEL, id=job)["bulkOperationCancel"]["userErrors"]
    assert "cannot be canceled when it is canceled" in again[0]["message"]
    nobody = client.data(CANCEL, id="gid://shopify/BulkOperation/1")["bulkOperationCancel"]
    assert nobody["userErrors"]


def test_a_failed_job_offers_its_part_of_the_data_only_a_while_later(client: ShopClient) -> None:
    client.shop.bulk.script(error="INTERNAL_SERVER_ERROR", rows=30, partial_after=2)
    done = ended(client, job := started(client))
    assert (done["status"], done["errorCode"]) == ("FAILED", "INTERNAL_SERVER_ERROR")
    assert done["url"] is done["partialDataUrl"] is None
    assert poll(client, job)["partialDataUrl"] is None
    late = poll(client, job)["partialDataUrl"]
    assert len(downloaded(late)) == 30
    assert len(lines(client)) > 30


def test_a_file_expires_after_seven_days_and_a_job_after_ten(client: ShopClient) -> None:
    url = ended(client, started(client))["url"]
    client.emulator.clock.advance(7 * 86_400 + 1)
    assert requests.get(url, timeout=5).status_code == 403
    client.shop.bulk.script(url_expired=True)
    assert requests.get(ended(client, started(client))["url"], timeout=5).status_code == 403
    client.shop.bulk.script(never_ends=True)
    job = started(client)
    client.emulator.clock.advance(10 * 86_400 + 1)
    assert poll(client, job)["status"] == "EXPIRED"


def test_a_download_can_be_cut_off(client: ShopClient) -> None:
    url = ended(client, started(client))["url"]
    client.emulator.faults.script("bulk file", "truncated", 503)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(url, timeout=5)
    assert requests.get(url, timeout=5).status_code == 503
    assert len(downloaded(url)) > 100
