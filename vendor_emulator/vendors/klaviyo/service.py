"""Answers Klaviyo's requests.

Belongs here: the order in which a request is judged. Does not belong here: lists of records
(`lists.py`), what endpoints accept (`endpoints.py`), questions for numbers (`asking.py`).

Options: `largest_page`, `largest_report` (small pages for tests), `without` (scopes that the key
lacks), `limits` ("off": none are kept), `scale` (so many events), `datetimes` ("spaced": with a
blank instead of the T, as Klaviyo sends some).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening
from vendor_emulator.vendors.klaviyo import asking, paging
from vendor_emulator.vendors.klaviyo.endpoints import ROUTES
from vendor_emulator.vendors.klaviyo.errors import MEDIA_TYPE, Refused, invalid, throttled
from vendor_emulator.vendors.klaviyo.event_pages import event_page
from vendor_emulator.vendors.klaviyo.lists import Lists, additional, owned_by
from vendor_emulator.vendors.klaviyo.numbers import Numbers, form_days, local
from vendor_emulator.vendors.klaviyo.records import Record
from vendor_emulator.vendors.klaviyo.routes import Route
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
        self.lists = Lists(self.options, lambda: self.world)
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
            body["data"], links["next"] = [], paging.same_place(asked) or links["self"]
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
        for name in additional(route, asked):
            if name in route.costly:
                size, endpoint = route.costly[name], f"{endpoint} {name}"
        if (seconds := self.windows.take(endpoint, size)) is not None:
            raise throttled(seconds)
        return self.windows.headers(endpoint, size)

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
            return event_page(self.lists, route, asked)
        if key and route.kind == "profile":
            kind = route.name.partition("_")[0]
            self.one(kind, key)
            return self.lists.listing(route, self.world.members(kind, key), asked)
        if not key:
            return self.lists.listing(route, list(self.world.of(route.kind).values()), asked)
        if (owner := route.pattern.split("/")[2].removesuffix("s")) != route.kind and (
            route.pattern.endswith("}") is False
        ):
            self.one(owner, key)
            owned = [one for one in self.world.of(route.kind).values() if owned_by(one, owner, key)]
            return self.lists.listing(route, owned, asked)
        one = self.one(route.kind, key)
        if "profile_count" in additional(route, asked):
            count = len(self.world.members(route.kind, key))
            one = {**one, "attributes": {**one["attributes"], "profile_count": count}}
        return orjson.dumps({"data": one, "links": {"self": one["links"]["self"]}})

    def one(self, kind: str, key: str) -> Record:
        if key not in self.world.of(kind):
            raise Refused(404, f"A {kind} with id {key} does not exist.")
        return self.world.of(kind)[key]


def unknown_key() -> Refused:
    return Refused(401, "Incorrect authentication credentials.")
