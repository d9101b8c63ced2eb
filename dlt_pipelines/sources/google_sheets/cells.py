"""From a sheet's cells to typed columns.

Belongs here: headers, types, serial dates; pure. Does not belong here: requests (`reading.py`).

A column's type is told by all of its values, so that no row is lost to a guess made from the first
ones: numbers, truths, dates; where they do not agree it is text, and a warning says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

import pyarrow as pa

from dlt_pipelines.records import DECIMAL_PRECISION, DECIMAL_SCALE
from dlt_pipelines.sources.google_sheets.names import column_names

DAY_ZERO = date(1899, 12, 30)
EXACT = pa.decimal128(DECIMAL_PRECISION, DECIMAL_SCALE)
PLACES = Decimal(1).scaleb(-DECIMAL_SCALE)
NOISE = Decimal("1e-12")
"""A sum of prices comes as 0.30000000000000004: what differs by so little is the same number."""
ENOUGH = Context(prec=DECIMAL_PRECISION)
LARGEST = Decimal(10) ** (DECIMAL_PRECISION - DECIMAL_SCALE)
LAST_SERIAL = (date(9999, 12, 31) - DAY_ZERO).days
INTEGERS = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Column:
    """`place` counts from 0 within the area; `header` as it stands there, None where empty."""

    place: int
    name: str
    header: str | None


@dataclass(frozen=True)
class Header:
    """`at` is the place of the header's row among the rows."""

    at: int
    columns: tuple[Column, ...]


def is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def first_filled(rows: Sequence[Sequence[Any]]) -> int | None:
    for place, row in enumerate(rows):
        if not all(is_empty(cell) for cell in row):
            return place
    return None


def filled_places(rows: Sequence[Sequence[Any]]) -> dict[int, int]:
    """By column: the first row that has a value there."""
    found: dict[int, int] = {}
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if place not in found and not is_empty(cell):
                found[place] = number
    return found


def header_of(
    rows: Sequence[Sequence[Any]], at: int, shown: Mapping[int, str], filled: Mapping[int, int]
) -> Header:
    """`shown` is what the header's cells show (a year formatted as a date shows the date).

    A column without a header is kept when it has values. The same header twice gets a number.
    """
    width = max([len(rows[at]), *(place + 1 for place in filled)])
    headers: list[str | None] = []
    for place in range(width):
        cell = rows[at][place] if place < len(rows[at]) else None
        text = shown.get(place) or ("" if is_empty(cell) else written(cell))
        headers.append(text.strip() or None)
    columns = [
        Column(place, name, header)
        for place, (name, header) in enumerate(zip(column_names(headers), headers, strict=True))
        if header is not None or place in filled
    ]
    return Header(at, tuple(columns))


def typed(values: Sequence[Any], kind: str | None) -> tuple[pa.Array, bool]:
    """The column and whether its values were of several kinds. `kind`: the number format's type."""
    present = [value for value in values if not is_empty(value)]
    are_numbers = all(is_number(value) for value in present)
    if not present:
        return pa.nulls(len(values), pa.string()), False
    if all(isinstance(value, bool) for value in present):
        return column(values, lambda value: value, pa.bool_()), False
    if are_numbers and kind in ("DATE", "DATE_TIME") and all(map(is_serial, present)):
        if kind == "DATE" and all(float(value).is_integer() for value in present):
            return column(values, day_of, pa.date32()), False
        return column(values, moment_of, pa.timestamp("us")), False
    if are_numbers and kind != "TIME":
        return numbers(values, present), False
    mixed = not all(isinstance(value, str) for value in present) and kind != "TIME"
    return column(values, lambda value: text_of(value, kind), pa.string()), mixed


def numbers(values: Sequence[Any], present: Sequence[Any]) -> pa.Array:
    if all(float(value).is_integer() and int(value) in INTEGERS for value in present):
        return column(values, int, pa.int64())
    exact = [decimal_of(value) for value in present]
    if all(number is not None for number in exact):
        return column(values, decimal_of, EXACT)
    return column(values, float, pa.float64())


def decimal_of(value: Any) -> Decimal | None:
    """None where nine places would lose more than the noise of a double."""
    number = Decimal(repr(value))
    if abs(number) >= LARGEST:
        return None
    rounded = number.quantize(PLACES, context=ENOUGH)
    return rounded if abs(rounded - number) <= abs(number) * NOISE else None


def column(values: Sequence[Any], made: Callable[[Any], Any], kind: pa.DataType) -> pa.Array:
    return pa.array([None if is_empty(value) else made(value) for value in values], type=kind)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_serial(value: Any) -> bool:
    return -600_000 < value < LAST_SERIAL


def day_of(serial: float) -> date:
    return DAY_ZERO + timedelta(days=int(serial))


def moment_of(serial: float) -> datetime:
    """To the second: a serial number's fraction of a day is no more exact. It has no zone."""
    start = datetime(DAY_ZERO.year, DAY_ZERO.month, DAY_ZERO.day)  # noqa: DTZ001
    return start + timedelta(seconds=round(serial * 86_400))


def text_of(value: Any, kind: str | None) -> str:
    if is_number(value) and is_serial(value):
        if kind == "DATE" and float(value).is_integer():
            return day_of(value).isoformat()
        if kind in ("DATE", "DATE_TIME"):
            return moment_of(value).isoformat(sep=" ")
        if kind == "TIME":
            seconds = round(value * 86_400)
            return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return written(value)


def written(value: Any) -> str:
    """Without a format; truths as DuckDB writes them, which casts a column that was of truths."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    return str(value)
