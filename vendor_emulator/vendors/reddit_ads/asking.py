"""What Reddit demands of a question, and how it refuses.

Belongs here: tokens, names, rates, pages, error bodies. Does not belong here: the answers
(`service.py`), what a report may ask (`reporting.py`).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, quote

import orjson

from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Answer, Asked, json_answer

CLIENT = ("kQm3Fable_app", "reddit-secret-9c1d")
REFRESH = "refresh-5521"
TOKEN_SECONDS = 3600
LARGEST_PAGE = 1000
DEFAULT_PAGE = 100
GENERIC_AGENT = re.compile(
    r"(python|java|curl|go-http|okhttp|node|axios|ruby|perl|php|wget|mozilla)", re.IGNORECASE
)
POLICIES = {
    "businesses": ("ads-business-manager", 100),
    "ad_accounts": ("ads-campaign-management-read", 400),
    "campaigns": ("ads-campaign-management-read", 400),
    "ad_groups": ("ads-campaign-management-read", 400),
    "ads": ("ads-campaign-management-read", 400),
    "saved_audiences": ("ads-campaign-management-read", 400),
    "custom_audiences": ("ads-targeting-taxonomy", 100),
    "funding_instruments": ("ads-funding-instruments", 30),
    "pixels": ("ads-conversion-signals", 30),
    "profiles": ("ads-business-manager", 100),
    "posts": ("ads-creative-management", 200),
    "history": ("ads-business-manager", 100),
    "reports": ("ads-reporting", 60),
}
LARGER = {"custom_audiences": 2000, "posts": 100}


class Refused(Exception):
    def __init__(self, status: int, message: str, *, field: str = "", **headers: str) -> None:
        super().__init__(message)
        error: dict[str, Any] = {"code": status, "message": message}
        if field:
            error["fields"] = [{"field": field, "message": message}]
        self.answer = json_answer({"error": error}, status=status, **headers)


def bad(message: str, field: str = "") -> Refused:
    return Refused(400, message, field=field)


class Tokens:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.access: dict[str, float] = {}
        self.revoked = False

    def exchange(self, asked: Asked) -> Answer:
        """On www.reddit.com, with errors of its own."""
        pair = base64.b64encode(":".join(CLIENT).encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return json_answer({"message": "Unauthorized", "error": 401}, status=401)
        form = {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()}
        if form.get("grant_type") != "refresh_token":
            return json_answer({"error": "unsupported_grant_type"})
        if self.revoked or form.get("refresh_token") != REFRESH:
            return json_answer({"message": "Bad Request", "error": 400}, status=400)
        token = f"access-{len(self.access) + 1}"
        self.access[token] = self.clock.seconds() + TOKEN_SECONDS
        return json_answer(
            {
                "access_token": token,
                "token_type": "bearer",
                "expires_in": TOKEN_SECONDS,
                "scope": "adsread",
                "refresh_token": REFRESH,
            }
        )

    def demand(self, asked: Asked) -> None:
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        ends_at = self.access.get(token, -1.0)
        if self.revoked or kind != "Bearer" or ends_at < self.clock.seconds():
            raise Refused(401, "Unauthorized.")


def demand_name(asked: Asked) -> None:
    """Libraries' own names are throttled, whatever they ask."""
    agent = asked.headers.get("user-agent", "")
    if not agent or GENERIC_AGENT.match(agent):
        raise Refused(429, "Too Many Requests")


class Rates:
    def __init__(self, clock: Clock, *, kept: bool) -> None:
        self.clock, self.kept = clock, kept
        self.counts: dict[str, tuple[float, int]] = {}

    def headers(self, resource: str) -> Mapping[str, str]:
        policy, quota = POLICIES[resource]
        now = self.clock.seconds()
        began, count = self.counts.get(policy, (now, 0))
        if now - began >= 60:
            began, count = now, 0
        count += 1
        self.counts[policy] = began, count
        left, wait = max(0, quota - count), max(1, int(60 - (now - began)))
        told = {
            "RateLimit_Policy": f'"{policy}";q={quota};w=60',
            "RateLimit": f'"{policy}";r={left};t={wait}',
        }
        if self.kept and count > quota:
            raise Refused(429, "Too Many Requests", **told)
        return {name.replace("_", "-"): value for name, value in told.items()}


def page(
    records: Sequence[Any], asked: Asked, resource: str, *, largest: int, extra: Sequence[str] = ()
) -> tuple[Sequence[Any], dict[str, Any]]:
    """A token holds the place and the size; a page's address carries it and nothing else."""
    known = {"page.size", "page.token", *extra}
    if unknown := [name for name in asked.query if name not in known]:
        raise bad(f"Unknown parameter {', '.join(unknown)}.", unknown[0])
    size, start = asked.query.get("page.size", str(DEFAULT_PAGE)), 0
    if token := asked.query.get("page.token"):
        try:
            start, size = orjson.loads(base64.b64decode(token, validate=True))
        except (ValueError, TypeError) as error:
            raise bad("Invalid page token.", "page.token") from error
    most = LARGER.get(resource, LARGEST_PAGE)
    if not str(size).isdigit() or not 1 <= int(size) <= most:
        raise bad(f"page.size is at most {most}.", "page.size")
    end = start + min(int(size), largest)
    address = None
    if end < len(records):
        following = base64.b64encode(orjson.dumps([end, str(size)])).decode()
        address = f"{asked.base_url}{asked.path}?page.token={quote(following, safe='')}"
    return records[start:end], {"next_url": address, "previous_url": None}
