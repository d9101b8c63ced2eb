"""Unit tests of models: what passes, what a difference looks like, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from chord_platform.errors import ModelError
from chord_platform.warehouse.testing import run_model_tests
from tests.warehouse import shop

GIVEN_RAW = """\
- name: totals keep their cents
  given:
    raw_shop.orders:
      - {id: "1", total: 5.10, status: open, customer: ann, _synced_at: 2026-01-31T10:00:00Z}
      - {id: "2", total: "7", status: open}
  expect:
    - {order_id: "2", total: 7.00, customer_id: null}
    - {order_id: 1, total: 5.1, customer_id: ann}
- name: no orders, no rows
  given: {}
  expect: []
"""

GIVEN_MODEL = """\
- name: orders are counted per customer
  given:
    staging.stg_shop__orders:
      - {order_id: a, customer_id: ann}
      - {order_id: b, customer_id: ann}
      - {order_id: c, customer_id: bob}
  expect:
    - {customer_id: ann, orders: 2}
    - {customer_id: bob, orders: 1}
"""


@pytest.fixture
def sql(sql_dir: Path) -> Path:
    return shop.write(sql_dir, shop.FILES)


def run(sql: Path, model: str, text: str) -> dict[str, str]:
    shop.write(sql, {f"{model}.test.yaml": text})
    return {outcome.name: outcome.difference for outcome in run_model_tests(sql)}


def test_given_raw_rows_pass_through_every_model_between(sql: Path):
    assert run(sql, "marts/fct_orders", GIVEN_RAW) == {
        "totals keep their cents": "",
        "no orders, no rows": "",
    }


def test_given_rows_can_stand_for_a_model(sql: Path):
    assert run(sql, "marts/dim_customers", GIVEN_MODEL) == {"orders are counted per customer": ""}


def test_a_difference_is_shown_row_by_row_and_column_by_column(sql: Path):
    wrong = GIVEN_MODEL.replace("orders: 2", "orders: 3").replace(
        "{customer_id: bob, orders: 1}", "{customer_id: eve, orders: 9}"
    )
    (difference,) = run(sql, "marts/dim_customers", wrong).values()
    assert difference.splitlines() == [
        "other       customer_id=ann: orders expected 3, found 2",
        "missing     customer_id=eve, orders=9",
        "unexpected  customer_id=bob, orders=1",
    ]


def test_rows_that_stand_twice_are_counted(sql: Path):
    given = "{raw_shop.orders: [{status: open}, {status: open}]}"
    text = f"- {{name: x, given: {given}, expect: [{{status: open}}]}}"
    (difference,) = run(sql, "staging/shop/stg_shop__orders", text).values()
    assert difference == "unexpected  status=open"


def test_json_columns_may_be_written_as_yaml(sql_dir: Path):
    shop.write(
        sql_dir,
        {
            "staging/s.sql": "-- One row per order.\n-- materialized: view\n"
            "-- source raw_shop.orders: payload json\n"
            "select payload ->> '$.name' as name, payload ->> '$.at' as at_,"
            " cast(payload -> '$.tags' ->> 1 as text) as tag from raw_shop.orders",
            "staging/s.test.yaml": "- name: fields\n  given:\n    raw_shop.orders:\n"
            "      - payload: {name: '#1', at: 2026-01-31T10:00:00Z, tags: [a, b]}\n"
            "  expect:\n    - {name: '#1', at_: '2026-01-31T10:00:00Z', tag: b}\n",
        },
    )
    assert [outcome.difference for outcome in run_model_tests(sql_dir)] == [""]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name: x", "case 1 is not `name`, `given` and `expect`"),
        ("- {name: x, expect: []}", "case 1 is not `name`, `given` and `expect`"),
        ("- {name: x, given: {a: 1}, expect: []}", "a is not a list of rows"),
        ("- {name: x, given: {marts.fct_latest: []}, expect: []}", "does not read marts.fct_l"),
        ("- {name: x, given: {}, expect: [{nope: 1}]}", "has no column nope"),
        (
            "- {name: x, given: {raw_shop.orders: [{nope: 1}]}, expect: []}",
            "raw_shop.orders has no column nope",
        ),
        ("- {name: x, given: {}, expect: []}\n" * 2, "two cases are called 'x'"),
        ("- {name: x", "while parsing"),
    ],
)
def test_a_case_that_is_none_is_refused(sql: Path, text: str, complaint: str):
    with pytest.raises(ModelError, match=complaint):
        run(sql, "marts/fct_orders", text)


def test_a_file_of_cases_without_its_model_is_refused(sql: Path):
    with pytest.raises(ModelError, match="there is no model beside it"):
        run(sql, "marts/fct_ordres", GIVEN_RAW)
