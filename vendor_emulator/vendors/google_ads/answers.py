"""Rows as the JSON of an answer: nested, camelCase, unset fields left out.

Belongs here: the shape of a row, its bytes, and keeping those of a day. Does not belong here: what
is in a row (`things.py`, `days.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import orjson

from vendor_emulator.vendors.google_ads.catalogue import RESOURCES
from vendor_emulator.vendors.google_ads.clicks import click_rows
from vendor_emulator.vendors.google_ads.days import day_rows
from vendor_emulator.vendors.google_ads.gaql import Parsed
from vendor_emulator.vendors.google_ads.rules import days
from vendor_emulator.vendors.google_ads.things import Row, things
from vendor_emulator.vendors.google_ads.world import Customer, World


@cache
def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


@cache
def field_mask(select: tuple[str, ...]) -> str:
    return ",".join(".".join(camel(step) for step in name.split(".")) for name in select)


@cache
def shown(select: tuple[str, ...], resource: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Fields that a row shows and their paths: resource names come along unasked."""
    names = dict.fromkeys([f"{resource}.resource_name"])
    for name in select:
        prefix = name.partition(".")[0]
        if prefix not in ("metrics", "segments"):
            names[f"{prefix}.resource_name"] = None
        if name.startswith("ad_group_ad.ad."):
            names["ad_group_ad.ad.resource_name"] = None
        names[name] = None
    return tuple((name, tuple(camel(step) for step in name.split("."))) for name in names)


def nested(row: Row, fields: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, path in fields:
        value = row.get(name)
        if not value:
            continue
        place = made
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return made


class Rows:
    """The rows of a query as bytes, each day's kept until the world moves on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept: dict[tuple[Any, ...], list[bytes]] = {}

    def forget(self) -> None:
        self.kept.clear()

    def of(self, customer: Customer, query: Parsed) -> list[bytes]:
        is_dated = "segments.date" in query.select or query.resource == "click_view"
        if "segments.month" in query.select:
            return self.of_months(customer, query)
        if RESOURCES[query.resource].is_report and is_dated:
            rows = self.of_days(customer, query)
        else:
            rows = self.of_things(customer, query)
        return rows if query.limit is None else rows[: query.limit]

    def of_things(self, customer: Customer, query: Parsed) -> list[bytes]:
        fields = shown(query.select, query.resource)
        rows = list(things(self.world, customer, query.resource))
        chosen = [row for row in rows if fits(row, query)]
        for name, descends in reversed(query.order):
            chosen.sort(key=lambda row: row.get(name) or "", reverse=descends)
        return [orjson.dumps(nested(row, fields)) for row in chosen]

    def of_days(self, customer: Customer, query: Parsed) -> list[bytes]:
        first, last = days(query)
        first = max(first, self.world.ads.first_day)
        last = min(last, self.world.business.today)
        other = tuple(one for one in query.where if one.field != "segments.date")
        made: list[bytes] = []
        day = first
        while day <= last:
            key = (customer.id, query.resource, query.select, other, day)
            if key not in self.kept:
                self.kept[key] = list(self.of_day(customer, query, day))
            made += self.kept[key]
            day += timedelta(days=1)
        return made

    def of_months(self, customer: Customer, query: Parsed) -> list[bytes]:
        first, last = days(query)
        first = max(first, self.world.ads.first_day)
        last = min(last, self.world.business.today)
        fields = shown(query.select, query.resource)
        made: list[bytes] = []
        while first <= last:
            following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
            end = min(last, following - timedelta(days=1))
            for row in day_rows(self.world, customer, query, first, end):
                made.append(orjson.dumps(nested(row, fields)))
            first = following
        return made

    def of_day(self, customer: Customer, query: Parsed, day: date) -> Iterator[bytes]:
        fields = shown(query.select, query.resource)
        find: Callable[[], Iterator[Row]] = (
            (lambda: click_rows(self.world, customer, day))
            if query.resource == "click_view"
            else (lambda: day_rows(self.world, customer, query, day, day))
        )
        for row in find():
            if fits(row, query):
                yield orjson.dumps(nested(row, fields))


def fits(row: Row, query: Parsed) -> bool:
    return all(
        condition.field == "segments.date" or condition.holds(row.get(condition.field))
        for condition in query.where
    )
