"""Lists of records: filters, order, pages, fields and what comes along.

Belongs here: reading a question for a list, and its answer. Does not belong here: what an endpoint
accepts (`endpoints.py`), pages of events (`event_pages.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from vendor_emulator.vendors import Asked
from vendor_emulator.vendors.klaviyo import paging
from vendor_emulator.vendors.klaviyo.errors import invalid
from vendor_emulator.vendors.klaviyo.grammar import Term, read_filter
from vendor_emulator.vendors.klaviyo.records import Record, subscriptions
from vendor_emulator.vendors.klaviyo.routes import Route
from vendor_emulator.vendors.klaviyo.world import World


@dataclass
class Lists:
    options: Mapping[str, Any]
    world: Callable[[], World]

    def terms(self, route: Route, asked: Asked) -> tuple[Term, ...]:
        text = asked.query.get("filter")
        terms = read_filter(text, route.filters) if text else ()
        if route.needs and not any(term.field in route.needs for term in terms):
            raise invalid(f"A filter on {' or '.join(route.needs)} is required.", "filter")
        return terms

    def size(self, route: Route, asked: Asked) -> int:
        if route.sizes is None:
            return 200
        usual, largest = route.sizes
        text = asked.query.get("page[size]", str(usual))
        if not text.isdigit() or not 1 <= int(text) <= largest:
            raise invalid(f"Page size must be an integer between 1 and {largest}.", "page[size]")
        return min(int(text), self.options.get("largest_page", largest))

    def order(self, route: Route, asked: Asked) -> tuple[str, bool]:
        sort = asked.query.get("sort", "")
        if sort and sort.removeprefix("-") not in route.sorts:
            raise invalid(f"'{sort}' is not a valid sort.", "sort")
        return sort.removeprefix("-"), sort.startswith("-")

    def included(self, route: Route, asked: Asked) -> list[str]:
        names = [name for name in asked.query.get("include", "").split(",") if name]
        for name in names:
            if name not in route.relations:
                raise invalid(f"'{name}' is not a valid relationship.", "include")
        return names

    def listing(self, route: Route, records: list[Record], asked: Asked) -> bytes:
        terms = self.terms(route, asked)
        chosen = [one for one in records if all(self.meets(one, term) for term in terms)]
        sort, descending = self.order(route, asked)
        page, last = paging.page_of(
            chosen,
            asked,
            size=self.size(route, asked) if route.pages else len(chosen) + 1,
            by=lambda one: value_of(one, sort) or "" if sort else "",
            descending=descending,
        )
        body: dict[str, Any] = {
            "data": [self.shown(one, route, asked) for one in page],
            "links": paging.links_of(asked, last),
        }
        if names := self.included(route, asked):
            body["included"] = self.related(page, names, route)
        return orjson.dumps(body)

    def meets(self, one: Record, term: Term) -> bool:
        if term.field == "messages.channel":
            for link in one["relationships"]["campaign-messages"]["data"]:
                message = self.world().of("campaign-message")[link["id"]]
                if term.met_by(message["attributes"]["definition"]["channel"]):
                    return True
            return False
        return term.met_by(value_of(one, term.field))

    def shown(self, one: Record, route: Route, asked: Asked) -> Record:
        wanted = additional(route, asked)
        attributes = dict(one["attributes"])
        if "subscriptions" in wanted:
            attributes["subscriptions"] = subscriptions(one)
        if "predictive_analytics" in wanted:
            attributes["predictive_analytics"] = {"historic_clv": 0.0, "total_clv": 0.0}
        if only := asked.query.get(f"fields[{one['type']}]"):
            names = only.split(",")
            attributes = {name: value for name, value in attributes.items() if name in names}
        return {**one, "attributes": attributes}

    def related(self, page: list[Record], names: list[str], route: Route) -> list[Record]:
        found: dict[tuple[str, str], Record] = {}
        for one in page:
            for name in names:
                data = (one.get("relationships") or {}).get(name, {}).get("data") or []
                for link in data if isinstance(data, list) else [data]:
                    record = self.world().of(link["type"]).get(link["id"])
                    if record is not None:
                        found[link["type"], link["id"]] = record
        return list(found.values())


def additional(route: Route, asked: Asked) -> list[str]:
    """Names of the fields that are asked for beside the usual ones."""
    return [
        name
        for kind in route.additional
        for name in asked.query.get(f"additional-fields[{kind}]", "").split(",")
        if name
    ]


def owned_by(one: Record, owner: str, key: str) -> bool:
    link = (one.get("relationships") or {}).get(owner)
    return bool(link) and link["data"]["id"] == key


def value_of(one: Record, field: str) -> Any:
    if field == "id":
        return one["id"]
    if field.endswith(".id"):
        link = (one.get("relationships") or {}).get(field.removesuffix(".id"))
        return link["data"]["id"] if link else None
    value: Any = one["attributes"]
    for step in field.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
