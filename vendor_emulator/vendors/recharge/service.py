"""Recharge's side of HTTP: who may ask, how often, for which list, by which words.

Belongs here: routes, headers, parameters, pages, errors. Does not belong here: records.

It refuses what Recharge refuses: a cursor with any other parameter than `limit` beside it, a page
above 250, an order or a filter that the list does not know, events of more than a week ago. Without
`X-Recharge-Version` it answers as the account's default version does: 2021-01, other names, no
cursors.

Options: `limits` strict | off, `largest_page`, `without` (scopes the token lacks).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer
from vendor_emulator.vendors.recharge.forms import Record, shown
from vendor_emulator.vendors.recharge.lists import LISTS, PLURAL_OWNERS, SCOPES, List, at
from vendor_emulator.vendors.recharge.world import LOGGED_FOR, World

TOKEN = "sk_1x1_fable_and_co_recharge_token"  # noqa: S105
VERSIONS = ("2021-01", "2021-11")
LARGEST_PAGE, DEFAULT_PAGE = 250, 50
BUCKET, LEAK = 40, 2.0


class Recharge:
    def __init__(self, opening: Opening) -> None:
        self.clock, self.options = opening.clock, opening.options
        self.world = World(opening.business, opening.clock)
        self.is_revoked = False
        self.level, self.leaked_at = 0.0, opening.clock.seconds()

    def credentials(self, base_url: str) -> dict[str, str]:
        return {"base_url": base_url, "api_token": TOKEN}

    def names(self, asked: Asked) -> tuple[str, ...]:
        return (asked.path.strip("/").split("/")[0],)

    def rows(self) -> Mapping[str, int]:
        """Events are left out: how many are shown depends on the second of the request."""
        return {"store": 1, **{kind: len(rows) for kind, rows in self.world.tables.items()}}

    def touch(self, table: str) -> str:
        kind = table if table in self.world.tables else "customers"
        record = min(self.world.tables[kind].values(), key=lambda one: one["updated_at"])
        changes: Record = {"note": "changed by hand"} if "note" in record else {}
        self.world.put(kind, record["id"], **changes)
        return str(record["id"])

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        self.world.next_day(business, stamped_at)

    def close(self) -> None:
        return None

    # ------------------------------------------------------------------ requests

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("x-recharge-access-token") != TOKEN or self.is_revoked:
            return refused(401, "Invalid or missing access token")
        if asked.method != "GET":
            return refused(405, "Method Not Allowed")
        if (version := asked.headers.get("x-recharge-version", "2021-01")) not in VERSIONS:
            return json_answer({"error": f"Unsupported API version {version}"}, status=426)
        if not self.has_room():
            return self.fault("throttled", asked) or refused(429, "")
        kind, _, own = asked.path.strip("/").partition("/")
        if SCOPES.get(kind) in self.options.get("without", ()):
            return self.fault("denied", asked) or refused(403, "")
        if kind == "store" and not own:
            return self.good({"store": self.world.store})
        if kind not in LISTS or (version == "2021-01" and kind == "plans"):
            return refused(404, "Not Found")
        if own:
            record = self.world.tables.get(kind, {}).get(int(own)) if own.isdigit() else None
            return self.good({SINGLE[kind]: record}) if record else refused(404, "Not Found")
        if version == "2021-01":
            return self.good(older(kind, self.world.tables.get(kind, {}).values()))
        return self.page(kind, LISTS[kind], asked)

    def has_room(self) -> bool:
        now = self.clock.seconds()
        self.level = max(0.0, self.level - (now - self.leaked_at) * LEAK)
        self.leaked_at = now
        if self.options.get("limits", "strict") == "strict" and self.level + 1 > BUCKET:
            return False
        self.level += 1
        return True

    def good(self, content: Any) -> Answer:
        level = f"{min(BUCKET, round(self.level))}/{BUCKET}"
        return json_answer(content, X_Recharge_Limit=level, X_Recharge_Version="2021-11")

    def page(self, kind: str, about: List, asked: Asked) -> Answer:
        given = dict(asked.params)
        limit = given.pop("limit", str(DEFAULT_PAGE))
        if not limit.isdigit() or not 0 < int(limit) <= LARGEST_PAGE:
            return wrong("limit", f"Must be between 1 and {LARGEST_PAGE}.")
        if (cursor := given.pop("cursor", None)) is not None:
            if given:
                return wrong("cursor", "Other parameters may not be sent with a cursor.")
            try:
                given, after = orjson.loads(urlsafe_b64decode(cursor))
            except ValueError:
                return wrong("cursor", "Invalid value")
        else:
            after = None
            for name, value in given.items():
                if trouble := about.trouble(name, value):
                    return wrong(name, trouble)
            if trouble := self.trouble(kind, given):
                return trouble
        return self.good(self.rows_of_page(kind, about, given, after, int(limit)))

    def trouble(self, kind: str, given: Mapping[str, str]) -> Answer | None:
        """What a list refuses as a whole."""
        if kind == "metafields" and "owner_resource" not in given:
            return wrong("owner_resource", "Missing data for required field.")
        since = given.get("created_at_min")
        if kind == "events" and since and self.clock.now() - at(since) > LOGGED_FOR:
            return wrong("created_at_min", "Must be within the last 7 days.")
        return None

    def rows_of_page(
        self, kind: str, about: List, given: Mapping[str, str], after: Any, limit: int
    ) -> Record:
        by, _, way = given.get("sort_by", about.default_sort).rpartition("-")
        rows = [row for row in self.records(kind) if about.matches(row, given)]
        rows.sort(key=lambda row: (row[by], row["id"]), reverse=way == "desc")
        if after is not None:
            place = tuple(after)
            rows = [row for row in rows if is_past((row[by], row["id"]), place, way)]
        limit = min(limit, self.options.get("largest_page", limit))
        shown_rows, rest = rows[:limit], rows[limit:]
        following = None
        if rest:
            last = [shown_rows[-1][by], shown_rows[-1]["id"]]
            following = urlsafe_b64encode(orjson.dumps([dict(given), last])).decode()
        return {"next_cursor": following, "previous_cursor": None, kind: shown_rows}

    def records(self, kind: str) -> Iterable[Record]:
        if kind == "events":
            oldest = shown(self.clock.now() - LOGGED_FOR) or ""
            return [event for event in self.world.events if event["created_at"] >= oldest]
        return self.world.tables[kind].values()

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "revoked":
            self.is_revoked = True
            return refused(401, "Invalid or missing access token")
        return FAULTS.get(name)


SINGLE = {name: PLURAL_OWNERS.get(name, name[:-1]) for name in LISTS}


def is_past(key: tuple[Any, ...], place: tuple[Any, ...], way: str) -> bool:
    return key < place if way == "desc" else key > place


def refused(status: int, text: str) -> Answer:
    return json_answer({"errors": text}, status=status)


def wrong(field: str, text: str) -> Answer:
    return json_answer({"errors": {field: [text]}}, status=422)


def older(kind: str, records: Iterable[Record]) -> Record:
    """As version 2021-01 has it: upper-case states, the shop's ids under their old names."""
    rows = []
    for record in list(records)[:DEFAULT_PAGE]:
        row = {name: value for name, value in record.items() if not name.startswith("external_")}
        if isinstance(record.get("status"), str):
            row["status"] = record["status"].upper()
        for name in ("customer", "product", "variant", "order"):
            if (outer := record.get(f"external_{name}_id")) is not None:
                row[f"shopify_{name}_id"] = outer["ecommerce"]
        rows.append(row)
    return {kind: rows}


FAULTS = {
    "throttled": json_answer({"warning": "too many requests"}, status=429),
    "denied": json_answer(
        {"errors": "The API token has insufficient permissions for this resource"}, status=403
    ),
    "unpaid": json_answer({"errors": "Payment required"}, status=402),
    "third-party": json_answer({"error": "A 3rd party service is unavailable"}, status=503),
    "bad-cursor": wrong("cursor", "Invalid value"),
    "errors-as-text": json_answer({"errors": "Server Error"}, status=500),
    "errors-nested": json_answer(
        {"errors": {"charge": {"_schema": ["Something is amiss"], "line": {"price": "bad"}}}},
        status=500,
    ),
}
