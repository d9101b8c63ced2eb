"""Iterable's side of HTTP: who may ask, how often, which words a request takes.

Belongs here: routes, the key, limits, parameters, errors. Does not belong here: exports
(`exports.py`), records.

Refused as the vendor refuses it: unknown or malformed parameters (400 BadParams), a wrong key or a
missing permission (both 401), too many requests of one kind (429 RateLimitExceeded).

Options: `limits` strict | off, `largest_page`, `without` (kinds of export, or the last word of a
path, that the key may not read), `rows_per_file`, `files_per_page`, `job_seconds`, `cut_above`
(rows past which a direct export ends in the middle).
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer
from vendor_emulator.vendors.iterable.exports import EXPORTABLE, Exports
from vendor_emulator.vendors.iterable.records import Record, exported, millis, template_content
from vendor_emulator.vendors.iterable.trouble import FAULTS, Refused, error
from vendor_emulator.vendors.iterable.world import METRICS, World

KEY = "4c1a9e0b7d2f4e6a8b3c5d7e9f1a2b3c"
LARGEST_PAGE, LARGEST_PAGE_OF_JOURNEYS = 1000, 50
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
MEDIUM_OF = {"email": "Email", "sms": "SMS", "push": "Push", "inapp": "InApp"}


class Iterable:
    def __init__(self, opening: Opening) -> None:
        self.clock, self.options = opening.clock, opening.options
        self.business = opening.business
        self.made: World | None = None
        self.exports = Exports(self)
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
            return self.template(MEDIUM_OF[match[1]], asked)
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
            "/api/campaigns": ("else", self.campaigns),
            "/api/campaigns/metrics": ("metrics", self.metrics),
            "/api/journeys": ("else", self.journeys),
            "/api/templates": ("else", self.templates),
            "/api/lists": ("else", lambda _: json_answer({"lists": self.world.lists})),
            "/api/lists/getUsers": ("getUsers", self.list_users),
            "/api/channels": ("else", lambda _: json_answer({"channels": CHANNELS})),
            "/api/messageTypes": ("else", self.message_types),
            "/api/metadata": ("else", lambda _: json_answer({"results": [{"name": "zones"}]})),
            "/api/users/forgotten": ("forgotten", self.forgotten),
            "/api/users/forgottenUserIds": ("forgotten", self.forgotten_ids),
            "/api/export/data.json": ("direct", self.exports.directly),
        }

    # ------------------------------------------------------------------ lists

    def page(
        self, asked: Asked, name: str, total: str, records: list[Record], key: str = "id"
    ) -> Answer:
        largest = LARGEST_PAGE_OF_JOURNEYS if name == "journeys" else LARGEST_PAGE
        number = whole(asked.query.get("page", "1"), "page", 1, 10**9)
        size = whole(asked.query.get("pageSize", "20"), "pageSize", 1, largest)
        size = min(size, self.options.get("largest_page", size))
        sort = asked.query.get("sort", "id")
        field = sort.lstrip("+-")
        if field not in ("id", "name", "createdAt", "updatedAt", "startAt"):
            raise Refused(400, "BadParams", "Invalid sort")
        field = key if field == "id" else field
        records = sorted(records, key=lambda one: (one.get(field) or 0, one[key]))
        if sort.startswith("-"):
            records.reverse()
        body: Record = {name: records[(number - 1) * size : number * size], total: len(records)}
        others = "&".join(f"{k}={v}" for k, v in asked.params if k not in ("page", "pageSize"))
        for word, other in (("nextPageUrl", number + 1), ("previousPageUrl", number - 1)):
            if 0 < other <= -(-len(records) // size) and other != number:
                url = f"{asked.path}?page={other}&pageSize={size}"
                body[word] = url + (f"&{others}" if others else "")
        return json_answer(body)

    def campaigns(self, asked: Asked) -> Answer:
        states = {value for name, value in asked.params if name == "campaignState"}
        rows = [
            one
            for one in self.world.campaigns.values()
            if not states or one["campaignState"] in states
        ]
        return self.page(asked, "campaigns", "totalCampaignsCount", rows)

    def journeys(self, asked: Asked) -> Answer:
        archived = asked.query.get("state") == "Archived"
        rows = [one for one in self.world.journeys.values() if one["isArchived"] == archived]
        return self.page(asked, "journeys", "totalJourneysCount", rows)

    def templates(self, asked: Asked) -> Answer:
        medium = asked.query.get("messageMedium")
        if medium is not None and medium not in MEDIUM_OF.values():
            raise Refused(400, "BadParams", "Invalid messageMedium")
        kept = self.world.templates
        rows = [
            one
            for name, records in kept.items()
            if medium in (None, name)
            for one in records.values()
        ]
        return self.page(asked, "templates", "totalTemplatesCount", rows, key="templateId")

    def template(self, medium: str, asked: Asked) -> Answer:
        number = whole(asked.query.get("templateId", ""), "templateId", 1, 2**63)
        record = self.world.templates.get(medium, {}).get(number)
        if record is None:
            raise Refused(404, "NotFound", "Template not found")
        return json_answer(template_content(medium, record))

    def message_types(self, _: Asked) -> Answer:
        at = millis(self.world.business.start)
        return json_answer(
            {
                "messageTypes": [
                    {
                        "id": 501,
                        "name": "Newsletter",
                        "channelId": CHANNELS[0]["id"],
                        "subscriptionPolicy": "OptOut",
                        "createdAt": at,
                        "updatedAt": at,
                    }
                ]
            }
        )

    def list_users(self, asked: Asked) -> Answer:
        number = whole(asked.query.get("listId", ""), "listId", 1, 2**63)
        if number not in {one["id"] for one in self.world.lists}:
            raise Refused(400, "BadParams", "List not found")
        text = "".join(f"{email}\n" for email in self.world.users_of(number))
        return Answer(body=text.encode(), media_type="text/plain; charset=utf-8")

    def forgotten(self, _: Asked) -> Answer:
        return json_answer({"hashedEmails": self.world.forgotten})

    def forgotten_ids(self, _: Asked) -> Answer:
        raise Refused(400, "BadParams", "This project is email-based")

    def metrics(self, asked: Asked) -> Answer:
        ids = [value for name, value in asked.params if name == "campaignId"]
        if not ids:
            raise Refused(400, "BadParams", "campaignId is required")
        numbers = [whole(one, "campaignId", 1, 2**63) for one in ids]
        since, until = (iso(asked.query.get(f"{end}DateTime", "")) for end in ("start", "end"))
        written = StringIO()
        table = csv.DictWriter(written, METRICS, lineterminator="\n")
        table.writeheader()
        for number in numbers:
            if number in self.world.campaigns:
                table.writerow(self.world.metrics(number, since, until))
        return Answer(body=written.getvalue().encode(), media_type="text/plain; charset=utf-8")


def whole(text: str, name: str, least: int, most: int) -> int:
    if not text.isdigit() or not least <= int(text) <= most:
        raise Refused(400, "BadParams", f"Invalid {name}")
    return int(text)


def iso(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, "BadParams", "Invalid date") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


CHANNELS: list[Record] = [
    {"id": 41, "name": "Marketing", "channelType": "Marketing", "messageMedium": "Email"},
    {"id": 42, "name": "Texts", "channelType": "Marketing", "messageMedium": "SMS"},
]
TABLE_OF: Mapping[str, Any] = {
    **{kind: "email_events" for kind in EXPORTABLE if kind.startswith("email")},
    **{kind: "sms_events" for kind in EXPORTABLE if kind.startswith("sms")},
    "purchase": "purchases",
    "customEvent": "custom_events",
}
