"""The five types of a column, and how one holds what another held.

A column takes the type of its first values. What does not fit widens it: integer to float, and
anything to text. No digit is lost on the way: integers beyond 2^53 never become floats, and those
beyond 64 bits are text. Numbers are what JSON's clients mean by them, doubles; their text is the
shortest that gives the same double back, without `.0`, so that it does not depend on whether the
column was integer or float before. A moment is a text of ISO 8601 with its zone: without one it
names no moment, and a bare day stays text.

Belongs here: types of values, of Arrow and of DuckDB. Does not belong here: rows (`columns.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    import pyarrow as pa


class Identifier:
    """Stands for the type of a value that is text whatever it looks like."""


class Moment:
    """Stands for the type of a text that is a moment, or else nothing."""


class Kind(StrEnum):
    BOOLEAN = "BOOLEAN"
    INTEGER = "BIGINT"
    FLOAT = "DOUBLE"
    TIMESTAMP = "TIMESTAMP WITH TIME ZONE"
    TEXT = "VARCHAR"


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)\Z", re.ASCII)
EXACT_IN_FLOAT = 2**53
LEAST, MOST = -(2**63), 2**63 - 1


def joined(one: Kind, other: Kind) -> Kind:
    """The narrowest type that holds both; the same in any order."""
    if one is other:
        return one
    numbers = (Kind.INTEGER, Kind.FLOAT)
    return Kind.FLOAT if one in numbers and other in numbers else Kind.TEXT


def text_of(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if is_short_whole(value) else repr(value)
    if isinstance(value, int):
        return str(value)
    return orjson.dumps(value).decode()


def is_short_whole(value: float) -> bool:
    return value.is_integer() and abs(value) <= EXACT_IN_FLOAT


def array_of(
    values: Any, types: Iterable[type], *, there: Kind | None = None
) -> tuple[Kind, pa.Array]:
    """values: a list, or texts that Arrow holds already. `types` are theirs, nulls aside; `there`
    is the column's type so far: what is text stays as it was written."""
    import pyarrow as pa

    kinds = set(types)
    if kinds in ({str}, {Identifier}, {Moment}) and isinstance(values, list):
        values = pa.array(values, pa.string())
    if not isinstance(values, list):
        if kinds == {str} and there is not Kind.TEXT:
            return texts(values)
        if kinds == {Moment}:
            return Kind.TIMESTAMP, moments(values)
        return Kind.TEXT, values
    if kinds == {bool}:
        return Kind.BOOLEAN, pa.array(values, pa.bool_())
    if kinds == {int}:
        try:
            return Kind.INTEGER, pa.array(values, pa.int64())
        except OverflowError:
            pass
    elif kinds == {float} or (kinds == {int, float} and all_exact(values)):
        return Kind.FLOAT, pa.array(values, pa.float64())
    return Kind.TEXT, pa.array([text_of(value) for value in values], pa.string())


def all_exact(values: Iterable[Any]) -> bool:
    return all(not isinstance(value, int) or abs(value) <= EXACT_IN_FLOAT for value in values)


def texts(values: pa.Array) -> tuple[Kind, pa.Array]:
    """One look at the first value spares most columns the attempt."""
    first = next(value.as_py() for value in values if value.is_valid)
    if MOMENT.match(first) and (found := as_moments(values.to_pylist())) is not None:
        return Kind.TIMESTAMP, found
    return Kind.TEXT, values


def moments(values: pa.Array) -> pa.Array:
    """Of times that clients state; one that is no time is null, and does not hold up the others."""
    import pyarrow as pa

    kind = pa.timestamp("us", "UTC")
    try:
        return values.cast(kind)
    except pa.ArrowInvalid:
        return pa.array([moment_of(value) for value in values.to_pylist()], kind)


def moment_of(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def as_moments(values: Sequence[str | None]) -> pa.Array | None:
    """None where one of them is not written as `MOMENT` says, or is no day of the calendar."""
    import pyarrow as pa

    found: list[datetime | None] = []
    for value in values:
        if value is None:
            found.append(None)
        elif MOMENT.match(value) and (moment := moment_of(value)) is not None:
            found.append(moment)
        else:
            return None
    return pa.array(found, pa.timestamp("us", "UTC"))


def widened(values: pa.ChunkedArray | pa.Array, wanted: Kind, was: Kind) -> Any:
    """Arrow values of the type `was` as `wanted`, which `joined` gave."""
    import pyarrow as pa

    if was is wanted:
        return values
    if wanted is Kind.FLOAT:
        return values.cast(pa.float64())
    if was is Kind.TIMESTAMP:
        import pyarrow.compute as pc

        return pc.call_function("strftime", [values], pc.StrftimeOptions("%Y-%m-%dT%H:%M:%SZ"))
    if was is Kind.FLOAT:
        return pa.array([text_of(value) for value in values.to_pylist()], pa.string())
    return values.cast(pa.string())


def exceeds_float(values: pa.ChunkedArray | pa.Array) -> bool:
    """Whether an integer among them would lose a digit as a float."""
    import pyarrow.compute as pc

    ends: Any = pc.call_function("min_max", [values]).as_py()
    return ends["max"] is not None and (
        ends["max"] > EXACT_IN_FLOAT or ends["min"] < -EXACT_IN_FLOAT
    )


def arrow_type(kind: Kind) -> pa.DataType:
    import pyarrow as pa

    return {
        Kind.BOOLEAN: pa.bool_(),
        Kind.INTEGER: pa.int64(),
        Kind.FLOAT: pa.float64(),
        Kind.TIMESTAMP: pa.timestamp("us", "UTC"),
        Kind.TEXT: pa.string(),
    }[kind]


def conversion(column: str, *, was: Kind, wanted: Kind) -> str:
    """The same widening in DuckDB's SQL, of a column that is there; `column` is quoted."""
    if wanted is Kind.FLOAT:
        return f"{column}::double"
    if was is Kind.FLOAT:
        return (
            f"case when {column} = trunc({column}) and abs({column}) <= {EXACT_IN_FLOAT}"
            f" then {column}::bigint::varchar else {column}::varchar end"
        )
    if was is Kind.TIMESTAMP:
        return f"strftime({column} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"{column}::varchar"
