"""What a searchable list is, and the getters its filters are written with.

Belongs here: the shape. Does not belong here: the shop's lists (`lists.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from vendor_emulator.vendors.shopify.search import Filter, Kind
from vendor_emulator.vendors.shopify.things import FIRST_ID
from vendor_emulator.vendors.shopify.world import World

Key = Callable[[Any], Any]


@dataclass(frozen=True)
class Listing:
    """`rows` and `number` give the things and their numbers; `narrow` hides what is not granted."""

    type_name: str
    rows: Callable[[World], Iterable[Any]]
    filters: dict[str, Filter]
    sorts: dict[str, Key]
    number: Key = lambda thing: thing.id
    hidden: Callable[[Any, Any], bool] | None = None


def by(kind: Kind, get: Key) -> Filter:
    return Filter(kind, get)


def at(name: str) -> Filter:
    return Filter("time", lambda thing: getattr(thing, name))


def id_of(type_name: str, get: Key = lambda thing: thing.id) -> Filter:
    first = FIRST_ID[type_name]
    return Filter("id", lambda thing: None if (n := get(thing)) is None else n + first)
