"""How much of its hourly allowance a caller has used, as the headers tell it.

Belongs here: counting by the emulated clock, the usage headers, the refusal when all is used.
Does not belong here: what is answered within the allowance.

An hour's calls by account: for management 100,000 + 40 per active ad with full access and 300 + 40
with limited access; for insights 190,000 + 400 and 600 + 400. There is no Retry-After: how long to
wait stands in minutes in a header, and only once everything is used.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from math import ceil
from typing import Any

import orjson

from vendor_emulator.clock import Clock
from vendor_emulator.vendors.facebook_ads.graph import Refused

HOUR = 3600.0
MANAGEMENT, INSIGHTS = "ads_management", "ads_insights"
ALLOWED = {
    ("standard_access", MANAGEMENT): (100_000, 40),
    ("standard_access", INSIGHTS): (190_000, 400),
    ("development_access", MANAGEMENT): (300, 40),
    ("development_access", INSIGHTS): (600, 400),
}
REFUSALS = {
    MANAGEMENT: (80004, "There have been too many calls to this ad-account."),
    INSIGHTS: (80000, "There have been too many calls from this ad-account."),
}


class Usage:
    """`calls_an_hour` stands in for the formula's number in tests."""

    def __init__(self, clock: Clock, options: Mapping[str, Any]) -> None:
        self.clock = clock
        self.is_off = options.get("limits", "strict") == "off"
        self.tier = str(options.get("tier", "standard_access"))
        self.calls_an_hour = options.get("calls_an_hour")
        self.calls: dict[tuple[str, str], deque[float]] = {}

    def allowed(self, kind: str, active_ads: int) -> int:
        if self.calls_an_hour is not None:
            return int(self.calls_an_hour)
        base, each = ALLOWED[self.tier, kind]
        return base + each * active_ads

    def take(self, account: str, kind: str, active_ads: int) -> dict[str, str]:
        """The headers of an answer. Raises `Refused` when the hour's calls are used up."""
        now = self.clock.seconds()
        calls = self.calls.setdefault((account, kind), deque())
        while calls and calls[0] <= now - HOUR:
            calls.popleft()
        allowed = self.allowed(kind, active_ads)
        if not self.is_off and len(calls) >= allowed:
            minutes = ceil((calls[0] + HOUR - now) / 60)
            code, message = REFUSALS[kind]
            raise throttled(code, message, self.headers(account, kind, 100.0, minutes))
        calls.append(now)
        return self.headers(account, kind, 100.0 * len(calls) / allowed, 0)

    def headers(self, account: str, kind: str, percent: float, minutes: int) -> dict[str, str]:
        whole = int(percent)
        business = {
            account: [
                {
                    "type": kind,
                    "call_count": whole,
                    "total_cputime": whole // 2,
                    "total_time": whole // 2,
                    "estimated_time_to_regain_access": minutes,
                    "ads_api_access_tier": self.tier,
                }
            ]
        }
        app = {"call_count": whole // 4, "total_time": whole // 8, "total_cputime": whole // 8}
        headers = {
            "x-business-use-case-usage": orjson.dumps(business).decode(),
            "x-app-usage": orjson.dumps(app).decode(),
        }
        if kind == INSIGHTS:
            shared = {
                "app_id_util_pct": round(percent / 4, 2),
                "acc_id_util_pct": round(percent, 2),
                "ads_api_access_tier": self.tier,
            }
            headers["x-fb-ads-insights-throttle"] = orjson.dumps(shared).decode()
        else:
            account_usage = {
                "acc_id_util_pct": round(percent, 2),
                "reset_time_duration": minutes * 60,
                "ads_api_access_tier": self.tier,
            }
            headers["x-ad-account-usage"] = orjson.dumps(account_usage).decode()
        return headers


def throttled(code: int, message: str, headers: Mapping[str, str]) -> Refused:
    subcode = {17: 2446079, 613: 1487742, 80004: 2446079}.get(code)
    status = 403 if code == 4 else 400
    text = f"(#{code}) {message} Wait a bit and try again."
    return Refused(text, code=code, subcode=subcode, status=status, headers=headers)
