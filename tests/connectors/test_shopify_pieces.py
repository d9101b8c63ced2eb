"""The Shopify connector's pure parts: values in, values out, no socket."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from dlt_pipelines.connector import SyncReport, Window
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.sources.shopify import jsonl
from dlt_pipelines.sources.shopify.client import Answer, TooExpensive, first_code, record_path
from dlt_pipelines.sources.shopify.deletions import keys_of
from dlt_pipelines.sources.shopify.documents import search_terms
from dlt_pipelines.sources.shopify.jsonl import read_bulk_file
from dlt_pipelines.sources.shopify.order_queries import ORDERS
from dlt_pipelines.sources.shopify.paged import PageSize, Position
from dlt_pipelines.sources.shopify.queries import PRODUCTS
from dlt_pipelines.sources.shopify.rows import Batch
from dlt_pipelines.sources.shopify.scopes import Access
from dlt_pipelines.sources.shopify.shapes import Stream
from dlt_pipelines.sources.shopify.tables import BY_NAME

JUNE = Window(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))


def rows_from(lines: list[str], tmp_path: Path, stream=ORDERS) -> dict[str, list[dict]]:  # type: ignore[no-untyped-def]
    path = tmp_path / "result.jsonl"
    path.write_text("".join(line + "\n" for line in lines))
    found: dict[str, list[dict]] = {}
    for block in read_bulk_file(path, stream, SyncReport()):
        for table, rows in block:
            found.setdefault(table.name, []).extend(rows.to_pylist())
    return found


def order(number: int, **fields: object) -> str:
    record = {
        "id": f"gid://shopify/Order/{number}",
        "createdAt": "2026-06-01T10:00:00Z",
        "updatedAt": "2026-06-02T10:00:00+02:00",
        **fields,
        "transactions": [],
        "fulfillments": [],
        "refunds": [],
    }
    return json.dumps(record)


def line_item(number: int, of_order: int, **fields: object) -> str:
    parent = f"gid://shopify/Order/{of_order}"
    return json.dumps({"id": f"gid://shopify/LineItem/{number}", **fields, "__parentId": parent})


def test_children_find_their_parent_wherever_their_line_stands(tmp_path: Path) -> None:
    lines = [order(1), order(2), line_item(10, 2), line_item(11, 1), line_item(12, 2)]
    found = rows_from(lines, tmp_path)
    assert [(row["id"][-2:], row["order_id"][-1]) for row in found["order_line_items"]] == [
        ("10", "2"),
        ("11", "1"),
        ("12", "2"),
    ]
    assert all("__parentId" not in row["payload"] for row in found["order_line_items"])


def test_a_payload_keeps_every_field_but_those_with_a_table_of_their_own(tmp_path: Path) -> None:
    found = rows_from([order(1, note=None, rate=0.0825, tags=["é", "/"])], tmp_path)
    payload = json.loads(found["orders"][0]["payload"])
    assert payload["note"] is None and payload["rate"] == 0.0825 and payload["tags"] == ["é", "/"]
    assert not {"transactions", "fulfillments", "refunds"} & set(payload)


def test_bulk_and_pages_write_the_same_text(tmp_path: Path) -> None:
    record = order(788032119674292922, note='Ünï/code \U0001f600 "quoted"\n', total="1.10")
    from_bulk = rows_from([record], tmp_path)["orders"]
    node = json.loads(record)
    for field in ("transactions", "fulfillments", "refunds"):
        del node[field]
    batch = Batch(BY_NAME["orders"], SyncReport())
    batch.add([node])
    assert batch.take().to_pylist() == from_bulk


def test_times_land_in_utc_whatever_their_offset(tmp_path: Path) -> None:
    found = rows_from([order(1)], tmp_path)
    assert found["orders"][0]["updated_at"] == datetime(2026, 6, 2, 8, tzinfo=UTC)


def test_a_line_longer_than_a_block_is_read_whole(tmp_path: Path) -> None:
    long = "x" * (2 * jsonl.BLOCK + 17)
    found = rows_from([order(1, note=long), line_item(1, 1), order(2)], tmp_path)
    assert [len(json.loads(row["payload"]).get("note", "")) for row in found["orders"]] == [
        len(long),
        0,
    ]
    assert len(found["order_line_items"]) == 1


def test_a_broken_line_is_an_error_and_not_a_lost_row(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedResponse, match="not JSON"):
        rows_from([order(1), order(2)[:50]], tmp_path)


def test_a_line_of_an_unknown_kind_is_an_error_and_not_a_lost_row(tmp_path: Path) -> None:
    stray = json.dumps({"id": "gid://shopify/Metafield/1", "__parentId": "gid://shopify/Order/1"})
    with pytest.raises(UnexpectedResponse, match="1 lines"):
        rows_from([order(1), stray], tmp_path)


def test_a_time_that_is_none_becomes_null_with_a_warning_and_stays_in_the_payload() -> None:
    report = SyncReport()
    batch = Batch(BY_NAME["orders"], report)
    batch.add([{"id": "a", "updatedAt": "yesterday"}, {"id": "b", "updatedAt": None}])
    rows = batch.take().to_pylist()
    assert [row["updated_at"] for row in rows] == [None, None]
    assert "yesterday" in rows[0]["payload"]
    assert "updated_at" in report.warnings["orders"][0]


def test_search_terms_are_quoted_inclusive_and_in_utc() -> None:
    plus_two = timezone(timedelta(hours=2))
    window = Window(datetime(2026, 6, 1, 2, tzinfo=plus_two), JUNE.until)
    assert search_terms("updated_at", window) == (
        "updated_at:>='2026-06-01T00:00:00Z' AND updated_at:<='2026-07-01T00:00:00Z'"
    )
    assert search_terms("updated_at", Window(None, JUNE.until)) == (
        "updated_at:<='2026-07-01T00:00:00Z'"
    )


def test_a_page_that_was_too_expensive_is_never_asked_for_again() -> None:
    size = PageSize(100)
    size.too_expensive(TooExpensive(1_500, 1_000))
    assert size.size == 50
    size.learn(Answer({}, requested_points=100, actual_points=50), asked=50, got=50)
    assert size.size == 50


def test_a_page_grows_to_what_the_answers_show_as_affordable() -> None:
    size = PageSize(10)
    size.learn(Answer({}, requested_points=100, actual_points=40), asked=10, got=10)
    assert (size.size, size.points_spent_each) == (90, 4)
    size.learn(Answer({}, requested_points=9_000, actual_points=40), asked=90, got=10)
    assert size.size == 9


def test_a_single_record_that_is_too_expensive_is_said_and_not_retried_for_ever() -> None:
    with pytest.raises(UnexpectedResponse, match="one record costs too much"):
        PageSize(1).too_expensive(TooExpensive(1_001, 1_000))


def test_a_query_is_taken_up_again_where_its_order_vouches_for() -> None:
    start = Position(JUNE)
    by_time = start.after(ORDERS, {"id": "x", "updatedAt": "2026-06-10T00:00:00Z"})
    assert by_time.terms(ORDERS) == (
        "updated_at:>='2026-06-10T00:00:00Z' AND updated_at:<='2026-07-01T00:00:00Z'"
    )
    unsorted = Stream(
        table=None, root="productVariants", type="ProductVariant", fields="id", scopes=(), points=1
    )
    by_id = start.after(unsorted, {"id": "gid://shopify/ProductVariant/77?x=1"})
    assert by_id.terms(unsorted) == f"{start.terms(unsorted)} AND id:>77"


def test_a_denied_path_is_told_from_the_record() -> None:
    assert record_path(["orders", "nodes", 3, "customer", "email"]) == "customer.email"
    assert record_path(["node", "lineItems", "edges", 0, "node", "variant"]) == "lineItems.variant"
    assert record_path(["orders"]) == ""


def test_a_passing_error_is_waited_for_even_beside_a_lasting_one() -> None:
    errors = [{"extensions": {"code": code}} for code in ("ACCESS_DENIED", "THROTTLED")]
    assert first_code(errors) == "THROTTLED"


def test_scopes_close_fields_and_never_the_stream() -> None:
    access = Access(frozenset({"read_orders"}))
    assert access.closed("orders") == {
        "customer",
        "lineItems.variant",
        "lineItems.product",
        "returns",
        "returns.returnLineItems.returnReasonDefinition",
    }
    assert access.opens(ORDERS.scopes) and not access.opens(PRODUCTS.scopes)
    assert Access(frozenset({"write_orders"})).opens(ORDERS.scopes)


def test_missing_scopes_are_listed_once_each() -> None:
    missing = Access(frozenset({"read_orders", "read_products"})).missing()
    assert missing.count("read_customers") == 1
    assert {"read_all_orders", "read_inventory", "read_locations", "read_discounts"} <= set(missing)
    assert "read_products" not in missing


def test_a_deleted_discount_is_looked_for_under_each_of_its_names() -> None:
    keys = dict.fromkeys(key for _, key in keys_of("gid://shopify/DiscountCodeNode/5"))
    assert "gid://shopify/DiscountNode/5" in keys and len(keys) == 3
    assert list(keys_of("gid://shopify/Comment/5")) == []
    assert list(keys_of("gid://shopify/Customer/5")) == [("customers", "gid://shopify/Customer/5")]
