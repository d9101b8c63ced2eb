"""Answers Klaviyo's requests.

Belongs here: the order in which a request is judged, and lists of records. Does not belong here:
what endpoints accept (`routes.py`), questions for numbers (`asking.py`).

Options: `largest_page`, `largest_report` (small pages for tests), `without` (scopes that the key
lacks), `limits` ("off": none are kept), `scale` (so many events), `datetimes` ("spaced": with a
blank instead of the T, as Klaviyo sends some).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening
from vendor_emulator.vendors.klaviyo import asking, paging
from vendor_emulator.vendors.klaviyo.errors import MEDIA_TYPE, Refused, invalid, throttled
from vendor_emulator.vendors.klaviyo.event_pages import event_page
from vendor_emulator.vendors.klaviyo.grammar import Term, read_filter
from vendor_emulator.vendors.klaviyo.numbers import Numbers, form_days, local
from vendor_emulator.vendors.klaviyo.records import Record, subscriptions
from vendor_emulator.vendors.klaviyo.routes import ROUTES, Route
from vendor_emulator.vendors.klaviyo.statistics import STATISTICS
from vendor_emulator.vendors.klaviyo.windows import Windows
from vendor_emulator.vendors.klaviyo.world import World

REVISION = "2026-07-15"
KEY = "pk_fable0000000000000000000000000000"
HALF_A_DAY = 43_200
TIME = re.compile(rb'"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?\+00:00)"')
PAGE_FAULTS = ("empty-page", "same-page", "foreign-next", "no-next", "not-included")
TABLES = {
    "accounts": "account",
    "campaign_messages": "campaign-message",
    "campaign_recipient_estimations": "campaign-recipient-estimation",
    "catalog_categories": "catalog-category",
    **{
        f"{name}s": name.replace("_", "-")
        for name in (
            *("profile", "campaign", "flow", "flow_action", "flow_message", "list", "segment"),
            *("metric", "template", "tag", "tag_group", "coupon", "coupon_code", "form", "image"),
            *("catalog_item", "catalog_variant"),
        )
    },
}


class Klaviyo:
    def __init__(self, opening: Opening) -> None:
        self.clock, self.options = opening.clock, opening.options
        self.business = opening.business
        self.windows = Windows(opening.clock)
        self.opened: World | None = None
        self.counted: Numbers | None = None

    @property
    def world(self) -> World:
        """Made when first asked for: not every run of the emulator looks here."""
        if self.opened is None:
            self.opened = World(self.business, self.options.get("scale"))
        return self.opened

    @property
    def numbers(self) -> Numbers:
        if self.counted is None:
            self.counted = Numbers(self.world.events)
        return self.counted

    # ------------------------------------------------------------------ what a service is

    def answer(self, asked: Asked) -> Answer:
        try:
            return self.judged(asked)
        except Refused as refused:
            return refused.answer()

    def names(self, asked: Asked) -> tuple[str, ...]:
        return (found[0].name,) if (found := self.route(asked)) else ()

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "throttled":
            return throttled(1).answer()
        if name == "ill":
            return Refused(503, "Please try again later.").answer()
        if name == "daily":
            return throttled(HALF_A_DAY).answer()
        if name == "revoked":
            return unknown_key().answer()
        return self.odd_page(name, asked) if name in PAGE_FAULTS else None

    def odd_page(self, name: str, asked: Asked) -> Answer:
        answer = self.answer(asked)
        if answer.status != 200:
            return answer
        body = orjson.loads(answer.body)
        links = body.setdefault("links", {})
        if name == "not-included":
            body["included"] = []
        elif name == "no-next":
            if links.get("next") is None:
                links.pop("next", None)
        elif name == "foreign-next":
            links["next"] = "https://elsewhere.example" + asked.path
        else:
            links["next"] = links["self"]
        if name == "empty-page":
            body["data"] = []
        return Answer(200, orjson.dumps(body), answer.headers, MEDIA_TYPE)

    def credentials(self, base_url: str) -> dict[str, str]:
        """Everything, from the business's first day: so far back go the numbers of `rows`."""
        began = self.business.start.date().isoformat()
        return {
            "api_key": KEY,
            "base_url": base_url,
            "start_on": began,
            "members": "yes",
            "member_counts": "yes",
        }

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        self.world.next_day(business, stamped_at=stamped_at)
        self.business, self.counted = business, None

    def rows(self) -> Mapping[str, int]:
        found = {table: len(self.world.of(kind)) for table, kind in TABLES.items()}
        series = form_days(
            self.business.seed,
            found["forms"],
            self.business.start.date(),
            local(self.business.now),
            STATISTICS["form"],
        )
        for kind in ("list", "segment"):
            found[f"{kind}_members"] = sum(
                len(self.world.members(kind, group)) for group in self.world.of(kind)
            )
        return {**found, "events": len(self.world.events.items), "form_series": series}

    def touch(self, table: str) -> str:
        self.counted = None
        if table == "events":
            return self.world.late_event(self.clock.now())
        return self.world.touch(TABLES[table], self.clock.now())

    def close(self) -> None:
        self.opened = self.counted = None

    # ------------------------------------------------------------------ a request

    def route(self, asked: Asked) -> tuple[Route, str] | None:
        for route in ROUTES:
            if route.method == asked.method and (found := route.matches(asked.path)):
                return route, found.group(1) if found.groups() else ""
        return None

    def judged(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization", "") != f"Klaviyo-API-Key {KEY}":
            raise unknown_key()
        revision = asked.headers.get("revision")
        if revision != REVISION:
            said = "is required" if revision is None else f"{revision} is not emulated"
            raise Refused(400, f"The revision header {said}.", pointer="/headers/revision")
        if (found := self.route(asked)) is None:
            known = any(route.matches(asked.path) for route in ROUTES)
            raise Refused(405 if known else 404, f"{asked.method} {asked.path} is not available.")
        route, key = found
        for scope in route.scopes:
            if scope in self.options.get("without", ()):
                raise Refused(403, f"Your private key is missing the required scope {scope}.")
        self.refuse_unknown(route, asked)
        headers = self.limited(route, asked)
        body = self.body_of(route, key, asked)
        if self.options.get("datetimes") == "spaced":
            body = TIME.sub(rb'"\1 \2"', body)
        return Answer(200, body, headers, MEDIA_TYPE)

    def limited(self, route: Route, asked: Asked) -> dict[str, str]:
        if self.options.get("limits") == "off":
            return {}
        size, endpoint = route.limit, f"{route.method} {route.pattern}"
        for name in self.additional(route, asked):
            if name in route.costly:
                size, endpoint = route.costly[name], f"{endpoint} {name}"
        if (seconds := self.windows.take(endpoint, size)) is not None:
            raise throttled(seconds)
        return self.windows.headers(endpoint, size)

    def additional(self, route: Route, asked: Asked) -> list[str]:
        return [
            name
            for kind in route.additional
            for name in asked.query.get(f"additional-fields[{kind}]", "").split(",")
            if name
        ]

    def refuse_unknown(self, route: Route, asked: Asked) -> None:
        allowed = {f"fields[{kind}]" for kind in (route.fields or (route.kind,)) if kind}
        allowed |= {f"additional-fields[{kind}]" for kind in route.additional}
        allowed |= {paging.CURSOR} if route.pages else set()
        allowed |= {"page[size]"} if route.sizes else set()
        allowed |= {"filter"} if route.filters else set()
        allowed |= {"sort"} if route.sorts else set()
        allowed |= {"include"} if route.relations else set()
        allowed |= {"page_cursor"} if route.limit == "report" else set()
        for name, _ in asked.params:
            if name not in allowed:
                raise invalid(f"'{name}' is not a valid query parameter.", name)
        for kind, names in route.additional.items():
            for name in asked.query.get(f"additional-fields[{kind}]", "").split(","):
                if name and name not in names:
                    parameter = f"additional-fields[{kind}]"
                    raise invalid(f"'{name}' is not an additional field.", parameter)

    def body_of(self, route: Route, key: str, asked: Asked) -> bytes:
        if route.method == "POST":
            if route.name == "metric_aggregates":
                return orjson.dumps(asking.aggregates(asked, self.numbers))
            return orjson.dumps(
                asking.report(
                    asked,
                    route.name,
                    self.world,
                    self.numbers,
                    largest=self.options.get("largest_report"),
                )
            )
        if route.kind == "event":
            return event_page(self, route, asked)
        if key and route.kind == "profile":
            kind = route.name.partition("_")[0]
            self.one(kind, key)
            return self.listing(route, self.world.members(kind, key), asked)
        if not key:
            return self.listing(route, list(self.world.of(route.kind).values()), asked)
        if (owner := route.pattern.split("/")[2].removesuffix("s")) != route.kind and (
            route.pattern.endswith("}") is False
        ):
            self.one(owner, key)
            owned = [one for one in self.world.of(route.kind).values() if owned_by(one, owner, key)]
            return self.listing(route, owned, asked)
        one = self.one(route.kind, key)
        if "profile_count" in self.additional(route, asked):
            count = len(self.world.members(route.kind, key))
            one = {**one, "attributes": {**one["attributes"], "profile_count": count}}
        return orjson.dumps({"data": one, "links": {"self": one["links"]["self"]}})

    def one(self, kind: str, key: str) -> Record:
        if key not in self.world.of(kind):
            raise Refused(404, f"A {kind} with id {key} does not exist.")
        return self.world.of(kind)[key]

    # ------------------------------------------------------------------ lists

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
                message = self.world.of("campaign-message")[link["id"]]
                if term.met_by(message["attributes"]["definition"]["channel"]):
                    return True
            return False
        return term.met_by(value_of(one, term.field))

    def shown(self, one: Record, route: Route, asked: Asked) -> Record:
        wanted = self.additional(route, asked)
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
                    record = self.world.of(link["type"]).get(link["id"])
                    if record is not None:
                        found[link["type"], link["id"]] = record
        return list(found.values())


def unknown_key() -> Refused:
    return Refused(401, "Incorrect authentication credentials.")


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
