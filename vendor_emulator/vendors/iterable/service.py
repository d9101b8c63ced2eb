"""Iterable's side of HTTP: who may ask, how often, which words a request takes.

Belongs here: routes, the key, limits. Does not belong here: lists and exports (files of their own),
records.

Refused as the vendor refuses it: unknown or malformed parameters (400 BadParams), a wrong key or a
missing permission (both 401), too many requests of one kind (429 RateLimitExceeded).

Options: `limits` strict | off, `largest_page`, `without` (kinds of export, or the last word of a
path, that the key may not read), `rows_per_file`, `files_per_page`, `job_seconds`, `cut_above`
(rows past which a direct export ends in the middle).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer
from vendor_emulator.vendors.iterable.exports import EXPORTABLE, Exports
from vendor_emulator.vendors.iterable.lists import CHANNELS, MEDIUM_OF, Lists
from vendor_emulator.vendors.iterable.records import exported, millis
from vendor_emulator.vendors.iterable.trouble import FAULTS, Refused, error
from vendor_emulator.vendors.iterable.world import World

KEY = "4c1a9e0b7d2f4e6a8b3c5d7e9f1a2b3c"
LIMITS: dict[str, tuple[int, float]] = {
    "export start": (1, 1),
    "export files": (1, 1),
    "direct": (4, 60),
    "metrics": (10, 60),
    "getUsers": (5, 60),
    "forgotten": (3, 1),
    "else": (100, 1),
}
ON_THE_WAY = 0.8
"""Two requests that leave a second apart arrive a little closer: so much of a window counts."""
PAGED = frozenset({"page", "pageSize", "sort"})
WORDS = {
    "/api/campaigns": PAGED | {"campaignState"},
    "/api/journeys": PAGED | {"state"},
    "/api/templates": PAGED | {"templateType", "messageMedium", "startDateTime", "endDateTime"},
    "/api/campaigns/metrics": frozenset({"campaignId", "startDateTime", "endDateTime"}),
    "/api/lists/getUsers": frozenset({"listId", "preferUserId"}),
    "/api/export/data.json": frozenset(
        {"dataTypeName", "range", "startDateTime", "endDateTime", "omitFields", "onlyFields"}
    )
    | {"campaignId"},
}
TEMPLATE = re.compile(r"/api/templates/(email|push|sms|inapp)/get")
JOB_FILES = re.compile(r"/api/export/(\d+)/files")


class Iterable:
    def __init__(self, opening: Opening) -> None:
        self.clock, self.options = opening.clock, opening.options
        self.business = opening.business
        self.made: World | None = None
        self.exports = Exports(self)
        self.lists = Lists(lambda: self.world, self.options)
        self.is_revoked = False
        self.seen: dict[str, deque[float]] = {name: deque() for name in LIMITS}

    @property
    def world(self) -> World:
        """Made at the first request: it takes the events of all customers."""
        if self.made is None:
            self.made = World(self.business, self.clock)
        return self.made

    def credentials(self, base_url: str) -> dict[str, str]:
        kinds = ",".join(kind for kind in sorted(self.world.events))
        return {"base_url": base_url, "api_key": KEY, "metrics_days": "5", "event_types": kinds}

    def names(self, asked: Asked) -> tuple[str, ...]:
        if JOB_FILES.fullmatch(asked.path):
            return ("export_files",)
        if asked.path.startswith("/_storage/"):
            return ("export_file",)
        word = asked.path.removeprefix("/api/")
        return (word, word.replace("/", "_"))

    def rows(self) -> Mapping[str, int]:
        """Metrics are left out: how many days there are depends on the connection's setting."""
        world = self.world
        events: dict[str, int] = {}
        for kind, rows in world.events.items():
            table = TABLE_OF[kind]
            events[table] = events.get(table, 0) + len(rows)
        return {
            "campaigns": len(world.campaigns),
            "journeys": len(world.journeys),
            "templates": sum(map(len, world.templates.values())),
            "lists": len(world.lists),
            "list_users": sum(len(world.users_of(one["id"])) for one in world.lists),
            "channels": len(CHANNELS),
            "message_types": 1,
            "users": len(world.users),
            **events,
        }

    def touch(self, table: str) -> str:
        now = self.clock.now()
        if table == "users":
            number, record = min(self.world.users.items())
            self.world.users[number] = {
                **record,
                "firstName": "Changed",
                "profileUpdatedAt": exported(now),
            }
            return str(record["itblUserId"])
        if table == "templates":
            number, record = min(self.world.templates["Email"].items())
            changed = {"name": "Changed", "updatedAt": now.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
            self.world.templates["Email"][number] = {**record, **changed}
            return str(number)
        number, record = min(self.world.campaigns.items())
        changed = {"name": record["name"] + " (changed)", "updatedAt": millis(now)}
        self.world.campaigns[number] = {**record, **changed}
        return str(number)

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        self.world.next_day(business, stamped_at)
        self.business = business

    def close(self) -> None:
        return None

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "revoked":
            self.is_revoked = True
            return error(401, "BadApiKey", "Invalid API key")
        if name in ("job-failed", "export-truncated"):
            match = JOB_FILES.fullmatch(asked.path)
            state = "Failed" if name == "job-failed" else "Completed"
            return json_answer(
                {
                    "jobId": int(match[1]) if match else 0,
                    "jobState": state,
                    "exportTruncated": name == "export-truncated",
                    "files": [],
                }
            )
        return FAULTS.get(name)

    # ------------------------------------------------------------------ requests

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/_storage/"):
            return self.exports.file(asked)
        try:
            self.admit(asked)
            return self.routed(asked)
        except Refused as refused:
            return refused.answer

    def admit(self, asked: Asked) -> None:
        if asked.headers.get("api-key") != KEY or self.is_revoked:
            raise Refused(401, "BadApiKey", "Invalid API key")
        word = asked.path.rpartition("/")[2]
        without = self.options.get("without", ())
        if word in without or asked.path.split("/")[2] in without:
            raise Refused(401, "BadApiKey", "Invalid API key")
        unknown = set(asked.query) - WORDS.get(asked.path, frozenset(asked.query))
        if unknown:
            raise Refused(400, "BadParams", f"Unknown parameter {sorted(unknown)[0]}")

    def counts(self, scope: str) -> None:
        """Raises once the scope's limit was used up within its window."""
        if self.options.get("limits", "strict") == "off":
            return
        most, window = LIMITS[scope]
        now, seen = self.clock.seconds(), self.seen[scope]
        while seen and seen[0] <= now - window * ON_THE_WAY:
            seen.popleft()
        if len(seen) >= most:
            raise Refused(429, "RateLimitExceeded", "Rate limit exceeded")
        seen.append(now)

    def routed(self, asked: Asked) -> Answer:
        path = asked.path
        if path == "/api/export/start":
            self.needs(asked, "POST")
            self.counts("export start")
            return self.exports.start(asked)
        self.needs(asked, "GET")
        if match := JOB_FILES.fullmatch(path):
            self.counts("export files")
            return self.exports.files(int(match[1]), asked)
        if match := TEMPLATE.fullmatch(path):
            self.counts("else")
            return self.lists.template(MEDIUM_OF[match[1]], asked)
        scope, answer = self.routes.get(path, ("else", None))
        if answer is None:
            raise Refused(404, "NotFound", "Not found")
        self.counts(scope)
        return answer(asked)

    def needs(self, asked: Asked, method: str) -> None:
        if asked.method != method:
            raise Refused(405, "NotAllowed", "Method not allowed")

    @property
    def routes(self) -> dict[str, tuple[str, Callable[[Asked], Answer]]]:
        return {
            "/api/campaigns": ("else", self.lists.campaigns),
            "/api/campaigns/metrics": ("metrics", self.lists.metrics),
            "/api/journeys": ("else", self.lists.journeys),
            "/api/templates": ("else", self.lists.templates),
            "/api/lists": ("else", lambda asked: self.lists.plain(asked.path)),
            "/api/lists/getUsers": ("getUsers", self.lists.list_users),
            "/api/channels": ("else", lambda asked: self.lists.plain(asked.path)),
            "/api/messageTypes": ("else", self.lists.message_types),
            "/api/metadata": ("else", lambda asked: self.lists.plain(asked.path)),
            "/api/users/forgotten": ("forgotten", self.lists.forgotten),
            "/api/users/forgottenUserIds": ("forgotten", self.lists.forgotten_ids),
            "/api/export/data.json": ("direct", self.exports.directly),
        }


TABLE_OF: Mapping[str, Any] = {
    **{kind: "email_events" for kind in EXPORTABLE if kind.startswith("email")},
    **{kind: "sms_events" for kind in EXPORTABLE if kind.startswith("sms")},
    "purchase": "purchases",
    "customEvent": "custom_events",
}
