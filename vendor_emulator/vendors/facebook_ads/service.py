"""The emulated Graph API: which address is what, who may ask, what a test may do to it.

Belongs here: one request from bytes to bytes. Does not belong here: the dialect (`graph.py`),
lists of objects (`lists.py`), reports (`insights.py`, `jobs.py`), the allowance (`usage.py`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening
from vendor_emulator.vendors.facebook_ads import faults
from vendor_emulator.vendors.facebook_ads.figures import each_day
from vendor_emulator.vendors.facebook_ads.graph import (
    TRACE,
    VERSION,
    Call,
    Refused,
    call_of,
    page,
    select,
)
from vendor_emulator.vendors.facebook_ads.lists import ACCOUNT_FIELDS, TABLES, Lists
from vendor_emulator.vendors.facebook_ads.objects import PERSON
from vendor_emulator.vendors.facebook_ads.reporting import NAMED, REPORTS, Reporting, name_of
from vendor_emulator.vendors.facebook_ads.usage import INSIGHTS, MANAGEMENT, Usage
from vendor_emulator.vendors.facebook_ads.world import World

TOKEN = "EAAemulated0000000000000000000000000000000001"  # noqa: S105
APP_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105
PATH = re.compile(r"/(?P<version>v\d+\.\d+)/(?P<node>me|act_\d+|\d+)(?:/(?P<edge>\w+))?")


class FacebookAds:
    """Options: `largest_page` (of objects), `limits`, `tier`, `calls_an_hour`, `permissions`,
    `denied` (edges), `dead` (places of accounts), `requires_proof`, `scale` (of the campaigns), and
    those of `Reporting`."""

    def __init__(self, opening: Opening) -> None:
        options = opening.options
        self.options = options
        self.clock = opening.clock
        self.largest_page = int(options.get("largest_page", 5000))
        self.permissions = set(options.get("permissions", ("ads_read",)))
        self.world = World(opening.business, scale=int(options.get("scale", 1)))
        self.denied = set(options.get("denied", ()))
        numbers = list(self.world.accounts)
        self.dead = {numbers[place] for place in options.get("dead", ())}
        self.lists = Lists(self.world)
        self.reporting = Reporting(self.world, self.lists, opening.clock, options, TOKEN)
        self.jobs = self.reporting.jobs
        self.usage = Usage(opening.clock, options)
        self.revoked: Refused | None = None

    # ------------------------------------------------------------------ what the server calls

    def answer(self, asked: Asked) -> Answer:
        headers = {"facebook-api-version": VERSION, "x-fb-trace-id": TRACE}
        try:
            match = PATH.fullmatch(asked.path)
            if match is None or asked.method not in ("GET", "POST"):
                raise Refused(f"Unknown path components: {asked.path}", code=2500)
            if match["version"] != VERSION:
                raise wrong_version(match["version"])
            call = call_of(asked)
            self.admit(call, match["node"])
            body = self.routed(call, match["node"], match["edge"] or "", headers)
        except Refused as refused:
            return refused.answer(headers)
        return Answer(200, orjson.dumps(body), headers, "application/json; charset=UTF-8")

    def names(self, asked: Asked) -> tuple[str, ...]:
        match = PATH.fullmatch(asked.path)
        if match is None:
            return ()
        node, edge = match["node"], match["edge"] or ""
        if node in self.jobs.runs:
            name = name_of(self.jobs.runs[node].report)
            return (name, "insights", "result") if edge else ("report run", f"{name} run")
        if edge == "insights":
            try:
                call = call_of(asked)
                level = str(call.value("level") or "account")
                name = NAMED.get((level, frozenset(call.listed("breakdowns"))), "insights")
            except Refused:
                return ("insights",)
            how = "start" if asked.method == "POST" else "report"
            return (name, "insights", how)
        if not edge and node.startswith("act_"):
            return ("ad_accounts",)
        return (TABLES.get(edge, edge or "me"),)

    def fault(self, name: str, asked: Asked) -> Answer | None:
        return faults.answer(self, name, asked)

    def credentials(self, base_url: str) -> dict[str, str]:
        return {"access_token": TOKEN, "base_url": base_url}

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        self.world.next_day(business, stamped_at=stamped_at)

    def rows(self) -> Mapping[str, int]:
        alive = [account for account in self.world.accounts if account not in self.dead]
        counts = {"ad_accounts": len(self.world.accounts)}
        for edge, table in TABLES.items():
            if edge != "adaccounts" and edge not in self.denied:
                counts[table] = sum(len(self.world.nodes(account, edge)) for account in alive)
        for name, (level, breakdowns) in REPORTS.items():
            counts[name] = sum(
                len(self.reporting.figures.cell(account, level, breakdowns, day))
                for account in alive
                for day in each_day(self.world.advertising.first_day, self.reporting.today(account))
            )
        return counts

    def touch(self, table: str) -> str:
        edge = next(edge for edge, name in TABLES.items() if name == table)
        return self.world.touch(edge, self.clock.now())

    def close(self) -> None:
        self.reporting.kept.clear()

    # ------------------------------------------------------------------ who may ask

    def admit(self, call: Call, node: str) -> None:
        bearer = call.asked.headers.get("authorization", "")
        token = bearer.removeprefix("Bearer ").removeprefix("OAuth ")
        token = token or str(call.params.get("access_token", ""))
        if not token and node == "me":
            raise Refused(
                "An active access token must be used to query information about the current user.",
                code=2500,
            )
        if not token:
            raise Refused("(#104) An access token is required to request this resource.", code=104)
        if self.revoked is not None:
            raise self.revoked
        if token != TOKEN:
            raise Refused("Invalid OAuth access token - Cannot parse access token", code=190)
        self.admit_proof(call)

    def admit_proof(self, call: Call) -> None:
        proof = call.params.get("appsecret_proof")
        if proof is None and self.options.get("requires_proof"):
            raise Refused("API calls from the server require an appsecret_proof argument")
        right = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
        if proof is not None and proof != right:
            raise Refused("Invalid appsecret_proof provided in the API argument")

    def permit(self, account: str, edge: str) -> None:
        if account not in self.world.accounts or account in self.dead:
            raise Refused(
                f"Unsupported get request. Object with ID 'act_{account}' does not exist, cannot be"
                " loaded due to missing permissions, or does not support this operation",
                subcode=33,
                kind="GraphMethodException",
            )
        if not self.permissions & {"ads_read", "ads_management"}:
            raise Refused(
                "(#200) Ad account owner has NOT grant ads_management or ads_read permission",
                code=200,
            )
        if edge in self.denied:
            raise Refused(f"(#10) Application does not have permission for {edge}", code=10)

    # ------------------------------------------------------------------ routes

    def routed(self, call: Call, node: str, edge: str, headers: dict[str, str]) -> Any:
        if node == "me":
            return self.me(call, edge)
        if node in self.jobs.runs:
            run = self.jobs.runs[node]
            account = run.report.account
            headers.update(self.usage.take(account, INSIGHTS, self.world.active_ads(account)))
            return self.reporting.run(call, run, edge)
        account = node.removeprefix("act_")
        if not node.startswith("act_"):
            raise Refused(
                f"(#803) Some of the aliases you requested do not exist: {node}", code=803
            )
        self.permit(account, edge)
        kind = INSIGHTS if edge == "insights" else MANAGEMENT
        headers.update(self.usage.take(account, kind, self.world.active_ads(account)))
        if edge == "insights":
            return self.reporting.answered(call, account)
        if call.asked.method != "GET":
            raise Refused("(#3) Application does not have the capability to write", code=3)
        if not edge:
            call.only(())
            shown = self.world.accounts[account]
            return select(
                self.lists.rendered(account, shown),
                call.fields(),
                kind="AdAccount",
                known=ACCOUNT_FIELDS,
            )
        return self.listed(call, *self.lists.asked(call, account, edge, self.clock.now()))

    def me(self, call: Call, edge: str) -> Any:
        call.only(())
        if not edge:
            person = {"id": PERSON[0], "name": PERSON[1]}
            return select(person, call.fields() or ["name"], kind="User", known=("id", "name"))
        if edge == "permissions":
            granted = [{"permission": name, "status": "granted"} for name in self.permissions]
            return {"data": granted}
        if edge == "adaccounts":
            if not self.permissions & {"ads_read", "ads_management"}:
                raise Refused("(#200) Missing permissions", code=200)
            rows = self.lists.accounts(call)
            return self.listed(call, rows, len(rows))
        raise Refused(f"(#2500) Unknown path components: /{edge}", code=2500)

    def listed(self, call: Call, rows: list[Any], total: int) -> dict[str, Any]:
        start, end, paging = page(call, rows, largest=self.largest_page, token=TOKEN)
        body: dict[str, Any] = {"data": [make() for make in rows[start:end]]}
        if paging:
            body["paging"] = paging
        if "total_count" in call.listed("summary"):
            body["summary"] = {"total_count": total}
        return body


def wrong_version(version: str) -> Refused:
    if float(version[1:]) > float(VERSION[1:]):
        return Refused(f"Unknown path components: /{version}", code=2500)
    return Refused(
        "(#2635) You are calling a deprecated version of the Ads API. Please update to the latest"
        f" version: {VERSION}.",
        code=2635,
    )
