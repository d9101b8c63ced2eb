"""The operations of the management API on an emulated space.

Belongs here: what each route reads from a request and answers. Does not belong here: who may ask
(`service.py`), what is allowed to things (`environment.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from vendor_emulator.vendors import Asked
from vendor_emulator.vendors.contentful.environment import Environment, link
from vendor_emulator.vendors.contentful.querying import Query, bad
from vendor_emulator.vendors.contentful.refusals import Refused, not_found
from vendor_emulator.vendors.contentful.routes import Route
from vendor_emulator.vendors.contentful.telling import Telling
from vendor_emulator.vendors.contentful.validation import Record, links_in

LARGEST_RESPONSE = 7_340_032
DEEPEST = 10
CREATED, OK, NO_CONTENT = 201, 200, 204
Answered = tuple[int, Any]


@dataclass
class Operations:
    """by: the user of the token. largest_references: how many linked things come along."""

    environments: Mapping[str, Environment]
    telling: Telling
    space_id: str
    by: str
    largest_references: int

    def answered(self, route: Route, asked: Asked) -> Answered:
        if not route.kind:
            return getattr(self, route.operation)(route, asked)
        if route.environment not in self.environments:
            raise not_found("Environment", route.environment, space=self.space_id)
        environment = self.environments[route.environment]
        return getattr(self, f"{route.operation}_thing")(environment, route, asked)

    # ------------------------------------------------------------------ entries and their like

    def list_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        return OK, self.page(at, at.all(route.type), asked)

    def list_published_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        every = [one for (type_, _), one in at.published.items() if type_ == route.type]
        return OK, self.page(at, every, asked)

    def page(self, at: Environment, records: Iterable[Record], asked: Asked) -> Record:
        query = Query(asked.query, locale=at.locales[0], content_types=at.things["ContentType"])
        found = query.page(records)
        if len(orjson.dumps(found)) > LARGEST_RESPONSE:
            raise Refused(
                "BadRequest",
                f"Response size too big. Maximum allowed response size: {LARGEST_RESPONSE}B.",
            )
        return found

    def get_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        return OK, at.get(route.type, route.id)

    def create_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        made, _ = at.put(
            route.type,
            None,
            body_of(asked),
            by=self.by,
            content_type=asked.headers.get("x-contentful-content-type"),
        )
        return CREATED, made

    def put_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        body = body_of(asked)
        made, is_new = at.put(
            route.type,
            route.id,
            body,
            by=self.by,
            version=version_of(asked),
            content_type=asked.headers.get("x-contentful-content-type"),
            visibility=(body.get("sys") or {}).get("visibility", "private"),
        )
        return CREATED if is_new else OK, made

    def delete_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        at.delete(route.type, route.id, version=version_of(asked), by=self.by)
        return NO_CONTENT, None

    def publish_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        return OK, at.publish(route.type, route.id, version=version_of(asked), by=self.by)

    def unpublish_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        return OK, at.unpublish(route.type, route.id, version=version_of(asked), by=self.by)

    def archive_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        return OK, at.archive(route.type, route.id, version=version_of(asked), by=self.by)

    def unarchive_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        return OK, at.unarchive(route.type, route.id, version=version_of(asked), by=self.by)

    def process_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        at.process(route.id, route.locale, version=version_of(asked))
        return NO_CONTENT, None

    def references_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        """The entry and, `include` links deep, what it leads to."""
        depth = asked.query.get("include", "2")
        if not depth.isdecimal() or not 1 <= int(depth) <= DEEPEST:
            raise bad("include", f"include is a number from 1 to {DEEPEST}.")
        first = at.get("Entry", route.id)
        found: dict[tuple[str, str], Record] = {}
        layer = [first]
        for _ in range(int(depth)):
            wanted = [one for record in layer for one in links_in(record["fields"])]
            layer = []
            for key in dict.fromkeys(wanted):
                thing = at.find(*key)
                is_known = key in found or key == ("Entry", route.id)
                if thing is None or is_known or len(found) >= self.largest_references:
                    continue
                found[key] = thing
                layer.append(thing)
        includes = {
            type_: [thing for (kind, _), thing in found.items() if kind == type_]
            for type_ in ("Entry", "Asset")
        }
        return OK, {
            "sys": {"type": "Array"},
            "total": 1,
            "skip": 0,
            "limit": 100,
            "items": [first],
            "includes": {name: some for name, some in includes.items() if some},
        }

    def snapshots_thing(self, at: Environment, route: Route, asked: Asked) -> Answered:
        at.get("Entry", route.id)
        items = [
            {
                "sys": {
                    "type": "Snapshot",
                    "id": f"{route.id}-{one['sys']['version']}",
                    "snapshotType": "publish",
                    "snapshotEntityType": "Entry",
                    "createdAt": one["sys"]["updatedAt"],
                    "updatedAt": one["sys"]["updatedAt"],
                    "createdBy": one["sys"]["updatedBy"],
                    "updatedBy": one["sys"]["updatedBy"],
                    "version": one["sys"]["version"],
                },
                "snapshot": one,
            }
            for one in at.snapshots.get(route.id, ())
        ]
        limit = int(asked.query.get("limit", "100"))
        return OK, whole(items[:limit], total=len(items))

    # ------------------------------------------------------------------ space, user, webhooks

    def me(self, route: Route, asked: Asked) -> Answered:
        sys = {"type": "User", "id": self.by, "version": 1}
        return OK, {"sys": sys, "firstName": "Fable", "lastName": "& Co", "activated": True}

    def spaces(self, route: Route, asked: Asked) -> Answered:
        return OK, whole([self.one_space()])

    def space(self, route: Route, asked: Asked) -> Answered:
        return OK, self.one_space()

    def one_space(self) -> Record:
        sys = {
            "type": "Space",
            "id": self.space_id,
            "version": 3,
            "createdAt": "2024-02-01T09:00:00.000Z",
            "updatedAt": "2024-02-01T09:00:00.000Z",
            "organization": link("Organization", "fableorg"),
        }
        return {"sys": sys, "name": "Fable & Co"}

    def environments_of(self) -> list[Record]:
        moment = "2024-02-01T09:00:00.000Z"
        return [
            {
                "name": name,
                "sys": {
                    "type": "Environment",
                    "id": name,
                    "version": 1,
                    "space": link("Space", self.space_id),
                    "status": link("Status", "ready"),
                    "createdAt": moment,
                    "updatedAt": moment,
                },
            }
            for name in self.environments
        ]

    def environments_page(self, route: Route, asked: Asked) -> Answered:
        return OK, whole(self.environments_of())

    def environment(self, route: Route, asked: Asked) -> Answered:
        for one in self.environments_of():
            if one["sys"]["id"] == route.environment:
                return OK, one
        raise not_found("Environment", route.environment, space=self.space_id)

    def list_hooks(self, route: Route, asked: Asked) -> Answered:
        return OK, whole([self.telling.get(id_) for id_ in self.telling.hooks])

    def get_hook(self, route: Route, asked: Asked) -> Answered:
        return OK, self.telling.get(route.id)

    def create_hook(self, route: Route, asked: Asked) -> Answered:
        return CREATED, self.telling.define(None, body_of(asked), by=link("User", self.by))

    def put_hook(self, route: Route, asked: Asked) -> Answered:
        current = self.telling.hooks.get(route.id)
        if current and version_of(asked) != current["sys"]["version"]:
            raise Refused("VersionMismatch")
        made = self.telling.define(route.id, body_of(asked), by=link("User", self.by))
        return OK if current else CREATED, made

    def delete_hook(self, route: Route, asked: Asked) -> Answered:
        self.telling.get(route.id)
        del self.telling.hooks[route.id]
        return NO_CONTENT, None

    def calls(self, route: Route, asked: Asked) -> Answered:
        self.telling.get(route.id)
        return OK, whole(self.telling.calls(route.id))

    def health(self, route: Route, asked: Asked) -> Answered:
        calls = self.telling.calls(route.id)
        healthy = sum(200 <= one["statusCode"] < 300 for one in calls)
        sys = {"type": "WebhookCallOverview", "id": route.id}
        return OK, {"sys": sys, "calls": {"total": len(calls), "healthy": healthy}}


def body_of(asked: Asked) -> Record:
    try:
        content = orjson.loads(asked.body or b"{}")
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict):
        raise Refused("BadRequest", "The body is not a JSON object.")
    return content


def version_of(asked: Asked) -> int | None:
    given = asked.headers.get("x-contentful-version", "")
    return int(given) if given.isdecimal() else None


def whole(items: list[Record], *, total: int | None = None) -> Record:
    count = len(items) if total is None else total
    return {"sys": {"type": "Array"}, "total": count, "skip": 0, "limit": 100, "items": items}
