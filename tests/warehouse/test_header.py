"""The header's grammar, as `sql/README.md` states it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from chord_platform.errors import ModelError
from chord_platform.warehouse.header import Column, Promise, Source, read_header

PATH = Path("sql/marts/m.sql")

WHOLE = """\
-- One row per order.
-- Over all stores.
--
-- materialized: incremental
-- key: order_id, line
-- cursor: _synced_at
-- lookback: 3 days
-- column order_id: text. The key. [not_null]
-- column status: varchar. Where it stands,
--   in the shop's words. [accepted: open, in transit] [warn unique]
-- column total: decimal(18, 2). Paid. [references marts.dim_customers.customer_id]
-- source raw_shop.orders: id text, total decimal(18,2), at_ timestamp with time zone,
--   payload json
select 1
-- materialized: view
"""


def test_a_whole_header_is_read():
    header = read_header(WHOLE, path=PATH)
    assert header.grain == "One row per order. Over all stores."
    assert (header.materialized, header.key) == ("incremental", ("order_id", "line"))
    assert (header.cursor, header.lookback) == ("_synced_at", timedelta(days=3))
    assert header.columns == [
        Column("order_id", "text", "The key.", (Promise("not_null"),), 8),
        Column(
            "status",
            "varchar",
            "Where it stands, in the shop's words.",
            (Promise("accepted", ("open", "in transit")), Promise("unique", severity="warn")),
            9,
        ),
        Column(
            "total",
            "decimal(18, 2)",
            "Paid.",
            (Promise("references", ("marts.dim_customers.customer_id",)),),
            11,
        ),
    ]
    assert header.sources == [
        Source(
            "raw_shop.orders",
            (
                ("id", "text"),
                ("total", "decimal(18,2)"),
                ("at_", "timestamp with time zone"),
                ("payload", "json"),
            ),
            12,
        )
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("-- materialised: table", "2: `materialised` is not an instruction"),
        ("-- materialized: tables", "2: `materialized` is view | table | incremental"),
        ("-- materialized:", "2: `materialized` says nothing"),
        ("-- key: order id", "2: 'order id' is not a column's name"),
        ("-- key: a, a", "2: a column stands twice"),
        ("-- cursor: a, b", "2: `cursor` is one column's name"),
        ("-- lookback: 3 weeks", "2: `lookback` is a number of minutes, hours or days"),
        ("-- severity: fatal", "2: `severity` is error | warn"),
        ("-- blocking: true", "2: `blocking` is yes | no"),
        ("-- column a: The key.", "2: column a has no description"),
        ("-- column a: text", "2: column a has no description"),
        ("-- column a: te'xt. The key.", "2: column a has no type"),
        ("-- column a: text. The [sic] key.", r"2: \[sic\] is not a promise"),
        ("-- column a: text. [not_null] The key.", "2: column a: promises stand after"),
        ("-- column a: text. The key. [not null]", r"2: \[not null\] is not a promise"),
        ("-- column a: text. The key. [accepted: a,]", r"2: \[accepted: a,\] is not a promise"),
        ("-- column a: text. Key. [references b.c]", r"2: \[references b.c\] is not a promise"),
        ("-- column: text. The key.", "2: `column` is not an instruction"),
        ("-- source orders: id text", "2: source 'orders' is not `schema.table`"),
        ("-- source raw.orders: id", "2: source raw.orders: 'id' is not `column type`"),
        ("-- source raw.orders: id text, id text", "2: source raw.orders: a column stands twice"),
        ("-- key: a\n-- key: b", "3: `key` stands twice"),
        ("-- key: a\n-- And prose again.", "3: `And prose again.` is not an instruction"),
        ("-- column a: text. A.\n-- column a: text. A.", "3: column a is declared twice"),
    ],
)
def test_what_the_grammar_does_not_know_is_refused_with_its_line(line: str, complaint: str):
    with pytest.raises(ModelError, match=f"sql/marts/m.sql:{complaint}"):
        read_header(f"-- One row per order.\n{line}\nselect 1", path=PATH)


def test_a_file_without_a_grain_is_refused():
    with pytest.raises(ModelError, match="the grain is missing"):
        read_header("-- key: a\nselect 1", path=PATH)
