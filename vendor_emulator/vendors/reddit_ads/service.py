"""The emulated Reddit: its addresses, its rules, its world.

Belongs here: one request from bytes to bytes, and what a test may do. Does not belong here: what a
question must look like (`asking.py`), records (`world.py`), reports (`reporting.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from threading import RLock
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer
from vendor_emulator.vendors.reddit_ads.asking import (
    CLIENT,
    LARGEST_PAGE,
    POLICIES,
    REFRESH,
    Rates,
    Refused,
    Tokens,
    bad,
    demand_name,
    page,
)
from vendor_emulator.vendors.reddit_ads.reporting import (
    BREAKDOWNS,
    CUTS,
    read_body,
    rows,
)
from vendor_emulator.vendors.reddit_ads.shapes import stamp
from vendor_emulator.vendors.reddit_ads.world import AGENCY, BUSINESS, CLOSED, World

TOKEN_PATH = "/api/v1/access_token"  # noqa: S105
BUSINESSES = re.compile(r"/api/v3/businesses/(?P<business>[^/]+)/ad_accounts")
ACCOUNT = re.compile(r"/api/v3/ad_accounts/(?P<account>[^/]+)/(?P<rest>\w+)")
POSTS = re.compile(r"/api/v3/profiles/(?P<profile>[^/]+)/posts")
LISTS = (
    "campaigns",
    "ad_groups",
    "ads",
    "profiles",
    "funding_instruments",
    "custom_audiences",
    "saved_audiences",
    "pixels",
)
LEVELS = {
    "account_daily": "account",
    "campaign_daily": "campaign",
    "ad_group_daily": "group",
    "ad_daily": "ad",
}
FAULTS = {
    "throttled": Refused(429, "Too Many Requests", RateLimit='"ads-reporting";r=0;t=1'),
    "throttled-without-header": Refused(429, "Too Many Requests"),
    "try-later": Refused(503, "Service Unavailable"),
    "token-ended": Refused(401, "Unauthorized."),
    "account-closed": Refused(403, "Forbidden."),
}


class RedditAds:
    """`lock` is held while it answers or changes, so a page is of one moment."""

    def __init__(self, opening: Opening) -> None:
        options = opening.options
        self.clock = opening.clock
        self.lock = RLock()
        self.largest_page = int(options.get("largest_page", LARGEST_PAGE))
        self.largest_report_page = int(options.get("largest_report_page", self.largest_page))
        self.denied = frozenset(options.get("denied", ()))
        self.tokens = Tokens(self.clock)
        self.rates = Rates(self.clock, kept=options.get("limits", "strict") != "off")
        self.world = World(opening.business, closed_account=bool(options.get("closed_account")))

    # ------------------------------------------------------------------ what the server calls

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            try:
                return self.answered(asked)
            except Refused as refused:
                return refused.answer

    def names(self, asked: Asked) -> tuple[str, ...]:
        if asked.path == TOKEN_PATH:
            return ("token",)
        resource = resource_of(asked.path)
        if resource != "reports":
            return (resource,)
        try:
            asked_for = orjson.loads(asked.body)["data"]["breakdowns"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return ("reports",)
        return ("reports", table_of(asked_for))

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "revoked":
            self.tokens.revoked = True
            return FAULTS["token-ended"].answer
        if name in FAULTS:
            return FAULTS[name].answer
        if name == "data-as-list":
            body = orjson.loads(self.answer(asked).body)
            return json_answer({**body, "data": [body["data"]]})
        if name.isdigit():
            return Refused(int(name), "Scripted.").answer
        return None

    def credentials(self, base_url: str) -> dict[str, str]:
        return {
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
            "refresh_token": REFRESH,
            "reddit_username": "maker_of_ads",
            "base_url": base_url,
            "token_url": base_url + TOKEN_PATH,
        }

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        """The days are restated by themselves; of the entities one campaign is renamed."""
        with self.lock:
            self.world.become(business)
            self.world.withdraw()
            name = f"[{business.today.isoformat()}]"
            self.rename("campaigns", name, stamped_at or business.now)

    def rows(self) -> Mapping[str, int]:
        with self.lock:
            accounts = list(self.world.numbers)
            found = {"businesses": 2, "ad_accounts": len(self.world.accounts())}
            for name in (*LISTS, "history"):
                found[name] = sum(len(self.world.records(name, one)) for one in accounts)
            found["profiles"] = len(accounts) + 1  # one is used by both
            found["posts"] = len(self.world.advertising.ads)
            for name in self.denied:
                del found[name]
            now, sums = self.clock.now(), self.world.sums
            until = {name: self.world.last_day(name, now) for name in accounts}
            for table, level in LEVELS.items():
                days = [
                    sums.rows(one.id, level, date.min, until[name])
                    for name, one in self.world.numbers.items()
                ]
                found[table] = sum(map(len, days))
            return found

    def touch(self, table: str) -> str:
        with self.lock:
            now = self.clock.now()
            return self.rename(table, f"(touched {stamp(now)})", now)

    def rename(self, table: str, ending: str, at: datetime) -> str:
        account = next(iter(self.world.numbers))
        first = self.world.records(table, account)[0]
        fields = {"name": f"{first['name'].partition(' [')[0]} {ending}"}
        if "modified_at" in first:
            fields["modified_at"] = stamp(at)
        self.world.edit(table, account, first, fields, at)
        return first["id"]

    def close(self) -> None:
        self.world.lists.clear()

    # ------------------------------------------------------------------ routes

    def answered(self, asked: Asked) -> Answer:
        demand_name(asked)
        if asked.path == TOKEN_PATH and asked.method == "POST":
            return self.tokens.exchange(asked)
        if asked.path.startswith("/api/v2"):
            raise Refused(410, "This version is no longer available.")
        resource = resource_of(asked.path)
        if resource not in POLICIES:
            raise Refused(404, "Not found.")
        self.tokens.demand(asked)
        headers = self.rates.headers(resource)
        wanted = "POST" if resource in ("reports", "history") else "GET"
        if asked.method != wanted:
            raise Refused(404, "Not found.")
        if resource in self.denied:
            raise FAULTS["account-closed"]
        return Answer(body=orjson.dumps(self.body(asked, resource)), headers=headers)

    def body(self, asked: Asked, resource: str) -> Any:
        if resource == "reports":
            return self.report(asked)
        extra: tuple[str, ...] = ()
        if resource == "businesses":
            records = self.world.businesses()
        elif match := BUSINESSES.fullmatch(asked.path):
            if match["business"] not in (BUSINESS, AGENCY):
                raise Refused(404, "Not found.")
            records = self.world.accounts()
        elif match := POSTS.fullmatch(asked.path):
            found = self.world.posts_of(match["profile"])
            if found is None:
                raise Refused(404, "Not found.")
            records, extra = found, ("type", "source")
        else:
            account = self.account(asked)
            records = self.world.records(resource, account)
            if resource == "history":
                records = self.changes(asked, records)
        shown, pagination = page(records, asked, resource, largest=self.largest_page, extra=extra)
        return {"data": shown, "pagination": pagination}

    def account(self, asked: Asked) -> str:
        match = ACCOUNT.fullmatch(asked.path)
        account = match["account"] if match else ""
        if account == CLOSED and self.world.closed_account:
            raise FAULTS["account-closed"]
        if account not in self.world.numbers:
            raise Refused(404, "Not found.")
        return account

    def report(self, asked: Asked) -> Any:
        account = self.account(asked)
        data = read_body(asked)
        found = rows(self.world, account, data, self.clock.now())
        shown, pagination = page(found, asked, "reports", largest=self.largest_report_page)
        pagination["total_count"] = len(found)
        updated = stamp(self.clock.now())
        return {
            "data": {"metrics": shown, "metrics_updated_at": updated},
            "pagination": pagination,
        }

    def changes(self, asked: Asked, records: list[Any]) -> list[Any]:
        try:
            body = orjson.loads(asked.body)
        except orjson.JSONDecodeError as error:
            raise bad("The request body is required.") from error
        data = body.get("data", {})
        if set(data) - {"start_time", "end_time"}:
            raise bad("Unknown filter.", "data")
        since = data.get("start_time", "")
        until = data.get("end_time", "9999")
        return [one for one in records if since <= one["cause"]["changed_at"] <= until]


def resource_of(path: str) -> str:
    if path == "/api/v3/me/businesses":
        return "businesses"
    if BUSINESSES.fullmatch(path):
        return "ad_accounts"
    if POSTS.fullmatch(path):
        return "posts"
    match = ACCOUNT.fullmatch(path)
    return match["rest"] if match else path


def table_of(breakdowns: list[str]) -> str:
    """A name for a report, by what it is broken down by."""
    cut = next((one for one in ("REGION", *CUTS) if one in breakdowns), None)
    if cut:
        return f"campaign_{cut.lower().removesuffix('_type')}_daily"
    by = next((one for one in reversed(BREAKDOWNS) if one in breakdowns and "_ID" in one), "")
    return f"{by.lower().removesuffix('_id') or 'account'}_daily"
