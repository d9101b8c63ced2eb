"""The emulated Zendesk: its addresses, its keys, its limits.

Belongs here: one request from bytes to bytes, and what a test may do to the account. Does not
belong here: records (`records.py`, `account.py`), their order (`feed.py`), exports (`exports.py`).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from threading import RLock

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer
from vendor_emulator.vendors.zendesk import answers
from vendor_emulator.vendors.zendesk.exports import EXPORTS, Exports
from vendor_emulator.vendors.zendesk.limits import PER_MINUTE, Counted
from vendor_emulator.vendors.zendesk.lists import LISTS, listed
from vendor_emulator.vendors.zendesk.world import World

EMAIL = "ada.owner@fable-and-co.example"
API_TOKEN = "emulatedzendesktoken00000000000000000000"  # noqa: S105
OAUTH_TOKEN = "emulatedzendeskoauth00000000000000000000"  # noqa: S105
SUBDOMAIN = "fable-and-co"
OF_LARGER_PLANS = ("sla_policies", "satisfaction_ratings", "ticket_forms", "custom_statuses")
COUNTS = {"tickets", "ticket_fields", "satisfaction_ratings"}
PREFIX = "/api/v2/"
MOST_COUNTED = 100_000


class Desk:
    """One account. `lock` is held while it answers or changes, so a page is of one moment.

    options: limits ("off", "strict"), plan, exports_per_minute, role ("admin", "agent"),
    largest_page, delay_seconds (how long a change stays out of the exports), tickets (so many,
    made beyond the business's own).
    """

    def __init__(self, opening: Opening) -> None:
        self.clock, self.business, self.options = opening.clock, opening.business, opening.options
        self.lock = RLock()
        self.plan = str(self.options.get("plan", "professional"))
        self.role = str(self.options.get("role", "admin"))
        self.is_strict = self.options.get("limits", "strict") != "off"
        self.requests = Counted(self.clock, PER_MINUTE.get(self.plan, 400))
        self.exported = Counted(self.clock, int(self.options.get("exports_per_minute", 10)))
        self.is_revoked = False
        self.made: World | None = None
        self.exports = Exports(
            largest_page=int(self.options.get("largest_page", 1000)),
            delay=float(self.options.get("delay_seconds", 60)),
        )

    @property
    def world(self) -> World:
        """Made when somebody asks."""
        if self.made is None:
            self.made = World(self.business, tickets=int(self.options.get("tickets", 0)))
        return self.made

    # ------------------------------------------------------------------ what the server calls

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            if not self.knows(asked):
                return answers.UNAUTHORIZED
            table = table_of(asked.path)
            is_export = table in EXPORTS
            if self.is_strict:
                after = self.requests.take()
                if after is None and is_export:
                    after = self.exported.take()
                if after is not None:
                    return self.limited(answers.throttled(after, exports=is_export), is_export)
            return self.limited(self.routed(asked, table), is_export)

    def routed(self, asked: Asked, table: str) -> Answer:
        if asked.method != "GET" or not asked.path.startswith(PREFIX):
            return answers.NOT_FOUND
        if not self.shows(table):
            return answers.FORBIDDEN
        if table in EXPORTS:
            return self.exports.answer(EXPORTS[table], self.world, asked, self.clock.now())
        if table in LISTS:
            return listed(LISTS[table], self.world, asked, self.exports.largest_page)
        if table == "count":
            return self.counted(asked)
        if table == "account":
            return self.account()
        return answers.NOT_FOUND

    def shows(self, table: str) -> bool:
        if self.role != "admin" and table in EXPORTS:
            return False
        return self.plan != "team" or table not in OF_LARGER_PLANS

    def knows(self, asked: Asked) -> bool:
        sent = asked.headers.get("authorization", "")
        basic = b64encode(f"{EMAIL}/token:{API_TOKEN}".encode()).decode()
        return not self.is_revoked and sent in (f"Basic {basic}", f"Bearer {OAUTH_TOKEN}")

    def limited(self, answer: Answer, is_export: bool) -> Answer:
        headers = {
            **answer.headers,
            "X-Rate-Limit": str(self.requests.allowed),
            "X-Rate-Limit-Remaining": str(self.requests.remaining),
            "ratelimit-limit": str(self.requests.allowed),
            "ratelimit-remaining": str(self.requests.remaining),
            "ratelimit-reset": str(self.requests.resets),
        }
        if is_export:
            headers["zendesk-ratelimit-incremental-exports"] = (
                f"total={self.exported.allowed}; remaining={self.exported.remaining};"
                f" resets={self.exported.resets}"
            )
        return Answer(answer.status, answer.body, headers, answer.media_type)

    def counted(self, asked: Asked) -> Answer:
        table = asked.path.split("/")[-2]
        numbers = {
            "tickets": lambda: len(self.world.feeds["tickets"]),
            "ticket_fields": lambda: len(self.world.lists["ticket_fields"]),
            "satisfaction_ratings": lambda: len(self.world.ratings),
        }
        if not self.shows(table):
            return answers.FORBIDDEN
        value = min(numbers[table](), MOST_COUNTED)
        at = f"{self.clock.now():%Y-%m-%dT%H:%M:%SZ}"
        return json_answer({"count": {"value": value, "refreshed_at": at}})

    def account(self) -> Answer:
        larger = self.plan != "team"
        features = {"customer_satisfaction": larger, "ticket_forms": larger}
        return json_answer({"settings": {"active_features": features}})

    def names(self, asked: Asked) -> tuple[str, ...]:
        return (table_of(asked.path),)

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "429":
            return answers.throttled(1, exports=table_of(asked.path) in EXPORTS)
        if name in answers.ILL:
            return answers.ILL[name]
        if name == "revoked":
            self.is_revoked = True
            return answers.UNAUTHORIZED
        if name == "forbidden":
            return answers.FORBIDDEN
        if name == "too-recent":
            return answers.TOO_RECENT
        if name == "cursor-refused":
            return answers.invalid("cursor") if "cursor" in asked.query else None
        if name == "cursor-repeats":
            return self.standing_still(asked)
        return None

    def standing_still(self, asked: Asked) -> Answer | None:
        """A page that sends its reader back to where it came from."""
        page = orjson.loads(self.answer(asked).body)
        if "after_cursor" in page:
            page |= {"after_cursor": asked.query.get("cursor") or page["after_cursor"]}
        elif "end_time" in page:
            page |= {"end_time": int(asked.query["start_time"])}
        elif "meta" in page:
            after = asked.query.get("page[after]") or page["meta"]["after_cursor"]
            page["meta"] |= {"has_more": True, "after_cursor": after}
        return json_answer({**page, "end_of_stream": False})

    def credentials(self, base_url: str) -> dict[str, str]:
        values = {
            "subdomain": SUBDOMAIN,
            "email": EMAIL,
            "api_token": API_TOKEN,
            "base_url": base_url,
        }
        if not self.is_strict:
            values["exports_per_minute"] = "1000000"
        return values

    # ------------------------------------------------------------------ changing

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        with self.lock:
            self.world.advance(business, stamped_at=stamped_at)
            self.business = business

    def touch(self, table: str) -> str:
        with self.lock:
            return self.world.touch(table, self.clock.now())

    def rows(self) -> Mapping[str, int]:
        with self.lock:
            world = self.world
            until = self.exports.visible_until(self.clock.now())
            found = {
                export.table: world.feeds[export.table].count(until=until)
                for export in EXPORTS.values()
            }
            found["ticket_metrics"] = found["tickets"]
            found |= {table: len(records) for table, records in world.lists.items()}
            found["satisfaction_ratings"] = len(world.ratings)
            return {table: count for table, count in found.items() if self.shows(table)}

    def close(self) -> None:
        return


def table_of(path: str) -> str:
    """The raw table that a request reads a page of; "account", "count", or "" for none."""
    rest = path.removeprefix(PREFIX).removesuffix(".json")
    if rest == "account/settings":
        return "account"
    if rest == "slas/policies":
        return "sla_policies"
    first, _, second = rest.partition("/")
    if second == "count" and first in COUNTS:
        return "count"
    for export in EXPORTS.values():
        if rest == export.path:
            return export.table
    return first if first in LISTS and not second else ""
