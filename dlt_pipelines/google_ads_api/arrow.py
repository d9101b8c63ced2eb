"""Rows of an answer as one Arrow table, column by column.

Belongs here: a query's columns, the account's own, and the vendor's row as `payload`.
Does not belong here: the bytes of an answer (`bodies.py`), what is selected (`queries.py`).

Google leaves out what is zero: a missing metric is 0, a missing attribute null, and in a key
empty (a product without a title is a row of its own). Columns are
converted by Arrow as a whole; a loop over values costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dlt_pipelines.columns import PAYLOAD, declared_columns
from dlt_pipelines.google_ads_api.accounts import Account
from dlt_pipelines.google_ads_api.queries import ACCOUNT_COLUMNS, Column, Shape
from dlt_pipelines.records import ARROW_TYPES

MILLIONTH = pa.scalar(Decimal("0.000001"))
NOTHING: Mapping[str, Any] = {}


def arrow_table(shape: Shape, rows: Sequence[Mapping[str, Any]], account: Account) -> pa.Table:
    """Raises `pyarrow.ArrowInvalid` for a value that is not of its field's kind."""
    made: dict[str, pa.Array] = {}
    of_account = dict(
        zip(ACCOUNT_COLUMNS, (account.id, account.currency, account.time_zone), strict=True)
    )
    for name, value in of_account.items():
        made[name] = pa.repeat(pa.scalar(value, pa.string()), len(rows))
    sections: dict[tuple[str, ...], list[Any]] = {(): list(rows)}
    for column in shape.query.columns:
        step = column.path[-1]
        values = [each.get(step) for each in section(sections, column.path[:-1])]
        made[column.name] = converted(values, column, account)
        if column.kind == "text" and column.name in shape.table.primary_key:
            made[column.name] = pc.fill_null(made[column.name], "")
    dumped = pa.array([orjson.dumps(row) for row in rows], pa.binary())
    made[PAYLOAD] = dumped.cast(pa.string())
    declared = declared_columns(shape.table)
    schema = pa.schema(
        [pa.field(name, ARROW_TYPES[hints["data_type"]]) for name, hints in declared.items()]
    )
    return pa.Table.from_arrays([made[name] for name in declared], schema=schema)


def section(sections: dict[tuple[str, ...], list[Any]], path: tuple[str, ...]) -> list[Any]:
    """The objects that stand at a path, one a row; each path is walked once."""
    if path not in sections:
        above = section(sections, path[:-1])
        sections[path] = [each.get(path[-1]) or NOTHING for each in above]
    return sections[path]


def converted(values: list[Any], column: Column, account: Account) -> pa.Array:
    made = of_kind(values, column.kind, account)
    if column.is_metric:
        return pc.fill_null(made, pa.scalar(0, pa.int64()).cast(made.type))
    return pc.fill_null(made, False) if column.kind == "bool" else made


def of_kind(values: list[Any], kind: str, account: Account) -> pa.Array:
    if kind in ("bigint", "micros"):
        numbers = pa.array(values, pa.string()).cast(pa.int64())
        if kind == "bigint":
            return numbers
        exact = pc.call_function("multiply", [numbers.cast(pa.decimal128(19, 0)), MILLIONTH])
        return exact.cast(ARROW_TYPES["decimal"])
    if kind == "decimal":
        return decimals(values)
    if kind == "double":
        return pa.array(values, pa.float64())
    if kind == "bool":
        return pa.array(values, pa.bool_())
    if kind == "date":
        return pa.array(values, pa.string()).cast(pa.date32())
    if kind == "account_time":
        local = pa.array(values, pa.string()).cast(pa.timestamp("us"))
        options = pc.AssumeTimezoneOptions(
            account.time_zone, ambiguous="earliest", nonexistent="latest"
        )
        zoned = pc.call_function("assume_timezone", [local], options)
        return zoned.cast(ARROW_TYPES["timestamp"])
    return pa.array(values, pa.string()) if all_texts(values) else texts(values)


def decimals(values: list[Any]) -> pa.Array:
    """JSON numbers as the shortest decimals that mean them; beyond nine places rounded."""
    target = ARROW_TYPES["decimal"]
    try:
        return pa.array(values, pa.float64()).cast(pa.string()).cast(target)
    except pa.ArrowInvalid:
        step = Decimal(1).scaleb(-target.scale)
        exact = [None if each is None else Decimal(repr(each)).quantize(step) for each in values]
        return pa.array(exact, target)


def all_texts(values: list[Any]) -> bool:
    return all(value is None or isinstance(value, str) for value in values)


def texts(values: list[Any]) -> pa.Array:
    """A text column of a list or an object (final URLs) holds it as JSON."""
    made = [
        value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
        for value in values
    ]
    return pa.array(made, pa.string())
