"""Reads values out of a webhook's body: numbers from texts, times as UTC, ids as text.

Belongs here: single values. Does not belong here: an event's shape.

A body may be of another API version than its header says (it happened in 2026-04 to all checkouts),
so that anything may be missing: what is not there is left out of the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


def text(value: Any) -> str | None:
    """Ids come as numbers beyond what JSON's readers hold exactly elsewhere: text, then."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    return str(value).strip() or None


def id_of(value: Any) -> str | None:
    """The number at the end of a global id; a plain one as it is."""
    known = text(value)
    return known.rsplit("/", 1)[-1].split("?", 1)[0] if known else None


def amount(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def number(value: Decimal | None) -> float | None:
    """The plan wants JSON numbers; sums are made before, exactly."""
    return None if value is None else float(value)


def total(values: Iterable[Any]) -> Decimal | None:
    """None when there was nothing to add: a nought would be a statement."""
    known = [found for value in values if (found := amount(value)) is not None]
    return sum(known, Decimal(0)) if known else None


def moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def mappings(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    return {key: value for key, value in values.items() if value is not None}
