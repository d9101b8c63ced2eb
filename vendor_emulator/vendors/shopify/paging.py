"""Pages of a list: order, cursors, how many, and the walls.

Belongs here: turning rows and the paging arguments into one page. Does not belong here: which rows.

A cursor of a searchable list names the last row's sort value and number, as the vendor's does: a
row that changes while somebody reads moves to its new place, and may be seen twice or not at all.
"""

from __future__ import annotations

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

PAGE_LIMIT = 250
WALL = 25_000
PAGING = ("first", "last", "after", "before", "reverse")


class PageRefused(Exception):
    """An argument the vendor does not take; `code` as in its `extensions.code`."""

    def __init__(self, message: str, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.code = code


class Ordered(NamedTuple):
    """Rows in the ascending order of `key`, which gives (sort value, number)."""

    rows: Sequence[Any]
    key: Callable[[Any], tuple[Any, int]]


class Page(NamedTuple):
    items: Sequence[Any]
    has_next: bool
    has_previous: bool
    cursor: Callable[[Any], str]


def sort_key(value: Callable[[Any], Any], number: Callable[[Any], int]) -> Callable[[Any], Any]:
    """Nothing sorts after everything."""

    def key(thing: Any) -> tuple[Any, int]:
        found = value(thing)
        return ((found is None, found if found is not None else 0), number(thing))

    return key


def size_asked(arguments: Mapping[str, Any]) -> int:
    """
    Raises:
        PageRefused: neither or both of `first` and `last`, or one that is out of range.
    """
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise PageRefused("you must provide one of first or last")
    if first is not None and last is not None:
        raise PageRefused("providing both first and last is not supported")
    size, name = (last, "last") if first is None else (first, "first")
    assert size is not None
    if size > PAGE_LIMIT:
        raise PageRefused(f"{name} cannot exceed {PAGE_LIMIT}")
    if size < 0:
        raise PageRefused(f"{name} cannot be negative")
    return size


def cut(source: Ordered | Sequence[Any], arguments: Mapping[str, Any], *, wall: int = WALL) -> Page:
    """
    Raises:
        PageRefused: the arguments, a cursor that fits no such list, or a page behind the wall.
    """
    size = size_asked(arguments)
    backward, reverse = arguments.get("last") is not None, bool(arguments.get("reverse"))
    after, before = arguments.get("after"), arguments.get("before")
    if isinstance(source, Ordered):
        low, high = _bounds(source, after, before, reverse=reverse)
        rows, make = source.rows, _cursor_of(source)
    else:
        rows = source[::-1] if reverse else source
        low = 0 if after is None else _place(after) + 1
        high = len(rows) if before is None else _place(before)
        places = {id(row): place for place, row in enumerate(rows)}
        make, reverse = (lambda row: _encode(places[id(row)], places[id(row)])), False
    total = len(rows)
    low, high = max(0, low), max(0, min(high, total))
    from_low = backward == reverse
    start, stop = (low, min(high, low + size)) if from_low else (max(low, high - size), high)
    stop = max(start, stop)
    seen_before = total - stop if reverse else start
    if seen_before >= wall and stop > start:
        raise PageRefused(f"Pagination is limited to {wall} objects. Narrow the query to see more.")
    items = rows[start:stop]
    above, below = stop < high or high < total, start > low or low > 0
    has_next, has_previous = (below, above) if reverse else (above, below)
    return Page(items[::-1] if reverse else items, has_next, has_previous, make)


def _bounds(
    source: Ordered, after: str | None, before: str | None, *, reverse: bool
) -> tuple[int, int]:
    rows, key = source
    if reverse:
        after, before = before, after
    sample = key(rows[0])[0][1] if rows else None
    low = 0 if after is None else bisect_right(rows, _decode(after, sample), key=key)
    high = len(rows) if before is None else bisect_left(rows, _decode(before, sample), key=key)
    return low, high


def _cursor_of(source: Ordered) -> Callable[[Any], str]:
    def cursor(row: Any) -> str:
        (_, value), number = source.key(row)
        return _encode(number, value)

    return cursor


def _encode(number: int, value: Any) -> str:
    if isinstance(value, Decimal):
        value = str(value)
    text = orjson.dumps({"last_id": number, "last_value": value})
    return base64.b64encode(text).decode()


def _decode(cursor: str, sample: Any) -> tuple[Any, int]:
    stored = _stored(cursor)
    value, number = stored.get("last_value"), stored.get("last_id")
    try:
        if value is None:
            pass
        elif isinstance(sample, datetime):
            value = datetime.fromisoformat(value)
        elif isinstance(sample, Decimal):
            value = Decimal(value)
        elif sample is not None and type(value) is not type(sample):
            raise ValueError(value)
    except (ValueError, TypeError) as error:
        raise PageRefused("Invalid cursor for current pagination sort.") from error
    if not isinstance(number, int):
        raise PageRefused("Invalid cursor for current pagination sort.")
    return ((True, 0) if value is None else (False, value)), number


def _place(cursor: str) -> int:
    number = _stored(cursor).get("last_id")
    if not isinstance(number, int):
        raise PageRefused("Invalid cursor for current pagination sort.")
    return number


def _stored(cursor: str) -> dict[str, Any]:
    try:
        stored = orjson.loads(base64.b64decode(cursor, validate=True))
    except ValueError as error:
        raise PageRefused("Invalid cursor for current pagination sort.") from error
    return stored if isinstance(stored, dict) else {}
