"""What Pinterest demands of a question, and how it refuses.

Belongs here: parameters and their limits, tokens, rates, error bodies. Does not belong here: the
answers (`service.py`).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Answer, Asked, json_answer

LARGEST_PAGE = 250
DEFAULT_PAGE = 25
DIGITS = re.compile(r"\d+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
STATUSES = ("ACTIVE", "PAUSED", "ARCHIVED", "DRAFT", "DELETED_DRAFT")
CLIENT = ("1484362", "pinterest-secret-7f3a")
TOKEN_SECONDS = 30 * 86_400
REFRESH_SECONDS = 60 * 86_400
RATES = {"ads_read": 1000, "ads_analytics": 300, "org_read": 1000}


class Refused(Exception):
    def __init__(self, status: int, code: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.answer = json_answer({"code": code, "message": message}, status=status, **headers)


def bad(message: str, *, code: int = 400) -> Refused:
    return Refused(400, code, message)


@dataclass(frozen=True)
class Parameters:
    """The query of one request; each reading takes it off the list, and what is left is refused."""

    asked: Asked
    left: dict[str, list[str]]

    @classmethod
    def of(cls, asked: Asked) -> Parameters:
        left: dict[str, list[str]] = {}
        for name, value in asked.params:
            left.setdefault(name, []).append(value)
        return cls(asked, left)

    def one(self, name: str, *, allowed: Sequence[str] = (), default: str = "") -> str:
        values = self.left.pop(name, [default])
        if len(values) > 1 or (allowed and values[0] and values[0] not in allowed):
            raise bad(f"Invalid parameter {name}.")
        return values[0]

    def needed(self, name: str, *, allowed: Sequence[str] = ()) -> str:
        value = self.one(name, allowed=allowed)
        if not value:
            raise bad(f"Missing parameter {name}.")
        return value

    def many(self, name: str, *, at_most: int = 250, allowed: Sequence[str] = ()) -> list[str]:
        values = self.left.pop(name, [])
        if len(values) > at_most or any(allowed and one not in allowed for one in values):
            raise bad(f"Invalid parameter {name}.")
        return values

    def ids(self, name: str) -> list[str]:
        values = self.many(name)
        if not all(DIGITS.fullmatch(one) for one in values):
            raise bad(f"Invalid parameter {name}: ids are digits.")
        return values

    def listed(self, name: str) -> list[str]:
        """Comma separated in one value: a second value is refused."""
        return [one for one in self.needed(name).split(",") if one]

    def done(self) -> None:
        if self.left:
            raise bad(f"Unknown parameter {', '.join(sorted(self.left))}.")


def day_of(value: str) -> date:
    if not DAY.fullmatch(value):
        raise bad("Dates are YYYY-MM-DD.")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise bad("Dates are YYYY-MM-DD.") from error


def days_of(since: str, until: str, *, today: date, back: int, longest: int) -> tuple[date, date]:
    first, last = day_of(since), day_of(until)
    if first < today - timedelta(days=back):
        raise bad(f"You can only get data from the last {back} days, or the most recent 914 days.")
    if last < first:
        raise bad("end_date is before start_date.")
    if (last - first).days > longest:
        raise bad(f"The time range cannot be more than {longest} days.")
    return first, last


class Tokens:
    """`once`: a refresh token works once. Otherwise an earlier one still does for its 60 days."""

    def __init__(self, clock: Clock, scopes: str, *, once: bool) -> None:
        self.clock, self.scopes, self.once = clock, scopes, once
        self.made = 0
        self.access: dict[str, float] = {}
        self.refresh: dict[str, float] = {"pinr.first": clock.seconds() + REFRESH_SECONDS}
        self.revoked = False

    def exchange(self, asked: Asked) -> Answer:
        pair = base64.b64encode(":".join(CLIENT).encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            raise Refused(401, 2, "Authentication failed.")
        if "x-www-form-urlencoded" not in asked.headers.get("content-type", ""):
            raise Refused(400, 1, "The body must be a form.")
        form = {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()}
        if form.get("grant_type") != "refresh_token":
            raise Refused(400, 1, "Invalid grant_type.")
        given = form.get("refresh_token", "")
        now = self.clock.seconds()
        if self.revoked or self.refresh.get(given, -1.0) < now:
            raise Refused(401, 2, "Authentication failed.")
        if self.once:
            del self.refresh[given]
        self.made += 1
        access, refresh = f"pina.{self.made}", f"pinr.{self.made}"
        self.access[access] = now + TOKEN_SECONDS
        self.refresh[refresh] = now + REFRESH_SECONDS
        return json_answer(
            {
                "response_type": "refresh_token",
                "access_token": access,
                "token_type": "bearer",
                "expires_in": TOKEN_SECONDS,
                "scope": self.scopes,
                "refresh_token": refresh,
                "refresh_token_expires_in": REFRESH_SECONDS,
                "refresh_token_expires_at": int(self.clock.now().timestamp()) + REFRESH_SECONDS,
            }
        )

    def demand(self, asked: Asked, scope: str) -> None:
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        if self.revoked or kind != "Bearer" or self.access.get(token, -1.0) < self.clock.seconds():
            raise Refused(401, 2, "Authentication failed.")
        if scope not in self.scopes.split(","):
            raise Refused(403, 3, f"Your token lacks the permission {scope}.")


class Rates:
    """So many requests within a minute, by category."""

    def __init__(self, clock: Clock, *, kept: bool) -> None:
        self.clock, self.kept = clock, kept
        self.counts: dict[str, tuple[float, int]] = {}

    def headers(self, category: str) -> Mapping[str, str]:
        limit, now = RATES[category], self.clock.seconds()
        began, count = self.counts.get(category, (now, 0))
        if now - began >= 60:
            began, count = now, 0
        count += 1
        self.counts[category] = began, count
        told = {
            "x_ratelimit_limit": str(limit),
            "x_ratelimit_remaining": str(max(0, limit - count)),
            "x_ratelimit_reset": str(max(1, int(60 - (now - began)))),
        }
        if self.kept and count > limit:
            raise Refused(429, 8, "You have exceeded your rate limit. Try again later.", **told)
        return {name.replace("_", "-"): value for name, value in told.items()}


def page(
    records: Sequence[Any], parameters: Parameters, *, largest: int, sorts: Callable[[Any], Any]
) -> dict[str, Any]:
    """A bookmark names the last record of its page, so what changes meanwhile moves nothing."""
    size = parameters.one("page_size", default=str(DEFAULT_PAGE))
    if not size.isdigit() or not 1 <= int(size) <= LARGEST_PAGE:
        raise bad("page_size must be between 1 and 250.")
    bookmark = parameters.one("bookmark")
    ordered = sorted(records, key=sorts)
    if bookmark:
        try:
            last = base64.urlsafe_b64decode(bookmark.encode()).decode()
        except ValueError as error:
            raise bad("Invalid bookmark.", code=1) from error
        if not any(str(sorts(one)) == last for one in ordered):
            raise bad("Invalid bookmark.", code=1)
        ordered = [one for one in ordered if str(sorts(one)) > last]
    size_now = min(int(size), largest)
    shown = ordered[:size_now]
    more = len(ordered) > size_now
    mark = base64.urlsafe_b64encode(str(sorts(shown[-1])).encode()).decode() if more else None
    return {"items": shown, "bookmark": mark}
