"""Iterable's lists: numbered pages, texts and tables.

Belongs here: what a list's request takes and answers. Does not belong here: keys and limits
(`service.py`), exports, records.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from vendor_emulator.vendors import Answer, Asked, json_answer
from vendor_emulator.vendors.iterable.records import Record, millis, template_content
from vendor_emulator.vendors.iterable.trouble import Refused
from vendor_emulator.vendors.iterable.world import METRICS, World

LARGEST_PAGE, LARGEST_PAGE_OF_JOURNEYS = 1000, 50
MEDIUM_OF = {"email": "Email", "sms": "SMS", "push": "Push", "inapp": "InApp"}
CHANNELS: list[Record] = [
    {"id": 41, "name": "Marketing", "channelType": "Marketing", "messageMedium": "Email"},
    {"id": 42, "name": "Texts", "channelType": "Marketing", "messageMedium": "SMS"},
]


class Lists:
    def __init__(self, world: Callable[[], World], options: Mapping[str, Any]) -> None:
        self.shown, self.options = world, options

    @property
    def world(self) -> World:
        return self.shown()

    def plain(self, path: str) -> Answer:
        return json_answer(
            {
                "/api/lists": {"lists": self.world.lists},
                "/api/channels": {"channels": CHANNELS},
                "/api/metadata": {"results": [{"name": "zones"}]},
            }[path]
        )

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
