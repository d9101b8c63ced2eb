"""The emulated Pinterest: its addresses, its rules, its world.

Belongs here: one request from bytes to bytes, and what a test may do. Does not belong here: what a
question must look like (`asking.py`), records (`world.py`), numbers (`analytics.py`).
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
from vendor_emulator.vendors.pinterest_ads.asking import (
    CLIENT,
    LARGEST_PAGE,
    STATUSES,
    Parameters,
    Rates,
    Refused,
    Tokens,
    bad,
    page,
)
from vendor_emulator.vendors.pinterest_ads.reporting import ANALYTICS, ENTITIES, Reporting
from vendor_emulator.vendors.pinterest_ads.world import CLOSED, World, seconds

ALL_SCOPES = "ads:read,boards:read,pins:read"
ACCOUNT = re.compile(r"/v5/ad_accounts/(?P<account>\d+)/(?P<rest>.+)")
FAULTS = {
    "throttled": Refused(429, 8, "You have exceeded your rate limit.", x_ratelimit_reset="1"),
    "throttled-in-text": bad("Rate limit reached. Retry after 1 seconds.", code=8),
    "try-later": Refused(503, 15, "Please try again later."),
    "token-ended": Refused(401, 1104, "The access token is invalid or expired."),
    "account-closed": Refused(403, 29, "You are not permitted to access that resource."),
    "link-expired": Refused(403, 0, "Request has expired."),
}


class PinterestAds:
    """`lock` is held while it answers or changes, so a page is of one moment."""

    def __init__(self, opening: Opening) -> None:
        options = opening.options
        self.clock = opening.clock
        self.lock = RLock()
        self.largest_page = int(options.get("largest_page", LARGEST_PAGE))
        self.tokens = Tokens(
            self.clock,
            str(options.get("scopes", ALL_SCOPES)),
            once=options.get("refresh") == "once",
        )
        self.rates = Rates(self.clock, kept=options.get("limits", "strict") != "off")
        self.world = World(opening.business, closed_account=bool(options.get("closed_account")))
        self.reporting = Reporting(self.world, self.clock)

    # ------------------------------------------------------------------ what the server calls

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            try:
                return self.answered(asked)
            except Refused as refused:
                return refused.answer

    def names(self, asked: Asked) -> tuple[str, ...]:
        if asked.path == "/v5/oauth/token":
            return ("token",)
        if asked.path.startswith("/report-files/"):
            return ("report file",)
        if (match := ACCOUNT.fullmatch(asked.path)) is None:
            return (asked.path.removeprefix("/v5/"),)
        rest = match["rest"]
        if rest in ANALYTICS:
            return ("analytics", ANALYTICS[rest][2])
        if rest == "reports":
            return ("report order" if asked.method == "POST" else "report state",)
        return (rest,)

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "revoked":
            self.tokens.revoked = True
            return Refused(401, 2, "Authentication failed.").answer
        if name in FAULTS:
            return FAULTS[name].answer
        if name in ("report-failed", "report-expired"):
            state = name.removeprefix("report-").upper()
            return json_answer({"report_status": state, "url": None, "size": None})
        if name.isdigit():
            code = 8 if name == "429" else 15
            return json_answer({"code": code, "message": "Scripted."}, status=int(name))
        return None

    def credentials(self, base_url: str) -> dict[str, str]:
        return {
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
            "refresh_token": "pinr.first",
            "base_url": base_url,
        }

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        """The days are restated by themselves; of the entities one campaign is renamed."""
        with self.lock:
            self.world.become(business)
            at = stamped_at or business.now
            account = next(iter(self.world.numbers))
            first = self.world.records("campaigns", account)[0]
            name = f"{first['name'].partition(' [')[0]} [{business.today.isoformat()}]"
            self.world.edit("campaigns", first["id"], {"name": name, "updated_time": seconds(at)})

    def rows(self) -> Mapping[str, int]:
        """From reports and analytics alike: a row of a day with delivery."""
        with self.lock:
            accounts = list(self.world.numbers)
            found = {"ad_accounts": len(self.world.accounts())}
            for name in ("campaigns", "ad_groups", "ads", "keywords", "audiences"):
                found[name] = sum(len(self.world.records(name, one)) for one in accounts)
            for name in ("customer_lists", "conversion_tags", "boards", "pins"):
                found[name] = sum(len(self.world.records(name, one)) for one in accounts)
            if "pins:read" not in self.tokens.scopes:
                del found["boards"], found["pins"]
            days = date.min, date.max
            for table, level in (
                ("account_daily", "account"),
                ("campaign_daily", "campaign"),
                ("ad_group_daily", "group"),
                ("ad_daily", "ad"),
            ):
                numbers = [one.id for one in self.world.numbers.values()]
                rows = [self.world.sums.rows(one, level, *days) for one in numbers]
                found[table] = sum(map(len, rows))
            return found

    def touch(self, table: str) -> str:
        with self.lock:
            account = next(iter(self.world.numbers))
            first = self.world.records(table, account)[0]
            now = seconds(self.clock.now())
            field = "title" if table == "pins" else "value" if table == "keywords" else "name"
            fields: dict[str, Any] = {field: f"{first[field]} (touched {now})"}
            if "updated_time" in first:
                fields["updated_time"] = now
            self.world.edit(table, first["id"], fields)
            return first["id"]

    def close(self) -> None:
        self.reporting.reports.clear()

    # ------------------------------------------------------------------ routes

    def answered(self, asked: Asked) -> Answer:
        if asked.path == "/v5/oauth/token" and asked.method == "POST":
            return self.tokens.exchange(asked)
        if asked.path.startswith("/report-files/") and asked.method == "GET":
            return self.reporting.file(asked)
        match = ACCOUNT.fullmatch(asked.path)
        rest = match["rest"] if match else asked.path.removeprefix("/v5/")
        is_analytics = rest in ANALYTICS or rest == "reports"
        scopes = {"boards": ("boards:read",), "pins": ("boards:read", "pins:read")}
        for scope in scopes.get(rest, ("ads:read",)):
            self.tokens.demand(asked, scope)
        category = "ads_analytics" if is_analytics else "ads_read"
        headers = self.rates.headers("org_read" if rest in scopes else category)
        body = self.body(asked, match, rest)
        return Answer(body=orjson.dumps(body), headers=headers)

    def body(self, asked: Asked, match: re.Match[str] | None, rest: str) -> Any:
        parameters = Parameters.of(asked)
        if match is not None and rest == "reports" and asked.method == "POST":
            parameters.done()
            return self.reporting.order(self.account(match["account"]), asked)
        if asked.method != "GET":
            raise Refused(405, 5, "Method not allowed.")
        if match is None:
            return self.of_user(rest, parameters)
        account = self.account(match["account"])
        if rest in ANALYTICS:
            return self.reporting.analytics(account, rest, parameters)
        if rest == "reports":
            return self.reporting.state(account, asked, parameters)
        if rest == "conversion_tags":
            parameters.one("filter_deleted", allowed=("true", "false"))
            parameters.done()
            return {"items": self.world.records(rest, account)}
        return self.listed(account, rest, parameters)

    def account(self, account: str) -> str:
        if account == CLOSED and self.world.closed_account:
            raise FAULTS["account-closed"]
        if account not in self.world.numbers:
            raise Refused(404, 2, "AdAccount not found.")
        return account

    def of_user(self, rest: str, parameters: Parameters) -> Any:
        if rest == "ad_accounts":
            parameters.one("include_shared_accounts", allowed=("true", "false"))
            records = self.world.accounts()
        elif rest in ("boards", "pins"):
            owner = self.account(parameters.needed("ad_account_id"))
            records = self.world.records(rest, owner)
        else:
            raise Refused(404, 404, "Not found.")
        return self.paged(records, parameters)

    def listed(self, account: str, rest: str, parameters: Parameters) -> Any:
        if rest not in (*ENTITIES, "keywords", "audiences", "customer_lists"):
            raise Refused(404, 404, "Not found.")
        records = self.world.records(rest, account)
        if rest == "keywords":
            parents = parameters.ids("ad_group_ids")
            parents += [one for one in (parameters.one("campaign_id"),) if one]
            parents += [one for one in (parameters.one("ad_group_id"),) if one]
            records = [one for one in records if one["parent_id"] in (parents or [account])]
            return self.paged(records, parameters)
        order = parameters.one("order", allowed=("ASCENDING", "DESCENDING"))
        if rest in ENTITIES:
            wanted = parameters.many("entity_statuses", at_most=5, allowed=STATUSES)
            wanted = wanted or ["ACTIVE", "PAUSED"]
            records = [one for one in records if one["status"] in wanted]
            for name in ENTITIES.values():
                if ids := parameters.ids(name):
                    field = "id" if name == ENTITIES[rest] else name.removesuffix("s")
                    records = [one for one in records if one[field] in ids]
        elif rest == "audiences":
            owned = parameters.one("ownership_type", allowed=("OWNED", "RECEIVED"))
            records = [] if owned == "RECEIVED" else records
        return self.paged(records, parameters, descending=order == "DESCENDING")

    def paged(
        self, records: list[Any], parameters: Parameters, *, descending: bool = False
    ) -> dict[str, Any]:
        if descending:
            raise bad("This emulation lists in ascending order only.")
        found = page(
            records, parameters, largest=self.largest_page, sorts=lambda one: one["id"].zfill(20)
        )
        parameters.done()
        return found
