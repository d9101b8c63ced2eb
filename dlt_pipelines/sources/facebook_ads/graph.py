"""The Graph API as this connector speaks it: errors, allowance, pages.

Belongs here: what an answer means and how a list is paged. Does not belong here: which lists
(`objects.py`), how a report that is too much is taken apart (`ladder.py`).

The HTTP status says little (a rejected token is a 400, so is a throttle), the error's code and
subcode say all. A page is the last one when it has no `next`, and never because it is short or
empty. The address in `next` holds the token and is not used: the cursor beside it is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import requests

from dlt_pipelines import api
from dlt_pipelines.api import Again, Api, Verdict, judged_by_status
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import (
    CredentialsRejected,
    QuotaSpent,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.limits import limiter
from dlt_pipelines.sources.facebook_ads.setup import BASE_URL, NAME

VERSION = "v26.0"
SLOW_ABOVE, STOP_AT = 75.0, 95.0
"""Percent of the hourly allowance."""
LONGEST_SPACING = 10.0
"""Seconds between two requests just below the stop."""
PAUSE_AT_STOP = 120.0
"""Seconds, where the headers name no time: the hour that is counted slides on."""
THROTTLES = {4, 17, 32, 341, 613} | {*range(80000, 80015)}
PASSING = {1, 2, -2, 99, 104, 368, 960}
TOO_MANY_ROWS = {(100, 1487534), (100, 1504018)}
NO_SUCH_DATA = (2, 1504041)
REDUCE = "reduce the amount of data"
TOKENS = {
    458: "the app was removed from the account",
    459: "the person has to log in at Facebook first",
    460: "the person's password was changed",
    463: "the token has expired",
    464: "the person's account is not confirmed",
    467: "the token is no longer valid",
    492: "the person may no longer act for the page or account",
}


class Denied(CredentialsRejected):
    """The token is good, but may not read this."""


class TooMuch(VendorUnavailable):
    """The vendor asks for less data at once."""


class PageTooLarge(TooMuch):
    """The same with fewer rows a page."""


class Ailing(VendorUnavailable):
    """A report did not come about; the same one may."""


class NoSuchData(UnexpectedResponse):
    """The vendor has no such metrics with these breakdowns."""


class Graph:
    """`get` asks again by itself while the vendor is ill; `report` says so after the first time,
    because a report that fails may be one that is too large."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        token = settings["access_token"]
        self.limit = limiter(settings, NAME, token)
        self.proof: dict[str, str] = {}
        if secret := settings.get("app_secret"):
            digest = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
            self.proof = {"appsecret_proof": digest}
        self.by_status = judged_by_status(NAME)
        self.stopped_for = 0
        base_url = f"{settings.get('base_url', BASE_URL).rstrip('/')}/{VERSION}"
        headers = {"Authorization": f"Bearer {token}"}
        self.api = Api(
            settings, NAME, base_url, self.judge, headers=lambda: headers, limiter=self.limit
        )
        self.reports = Api(
            settings, NAME, base_url, self.judge_report, headers=lambda: headers, limiter=self.limit
        )

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        self.refuse_when_stopped()
        return self.api.get(path, {**params, **self.proof})

    def report(self, path: str, params: Mapping[str, Any], *, start: bool = False) -> Any:
        """Raises: also `TooMuch`, `Ailing`, `NoSuchData`."""
        self.refuse_when_stopped()
        if start:
            return self.reports.post(path, data={**params, **self.proof})
        return self.reports.get(path, {**params, **self.proof})

    def pages(
        self, path: str, params: Mapping[str, Any], *, limit: int, is_report: bool = False
    ) -> Iterator[list[dict[str, Any]]]:
        ask = self.report if is_report else self.get
        after: str | None = None
        seen: set[str] = set()
        while True:
            sent = {**params, "limit": limit, **({"after": after} if after else {})}
            try:
                body = ask(path, sent)
            except PageTooLarge:
                if limit == 1:
                    raise
                limit = max(1, limit // 2)
                continue
            rows = body.get("data") if isinstance(body, dict) else None
            if not isinstance(rows, list):
                raise UnexpectedResponse(NAME, f"{path} answered no list.")
            yield rows
            after = next_cursor(body.get("paging") or {})
            if after is None:
                return
            if after in seen:
                raise UnexpectedResponse(NAME, f"the pages of {path} go round in a circle.")
            seen.add(after)

    # ------------------------------------------------------------------ what an answer means

    def judge(self, response: requests.Response, body: Any) -> Verdict:
        minutes = self.note_usage(response)
        error = body.get("error") if isinstance(body, dict) else None
        if not isinstance(error, dict):
            return self.by_status(response, body)
        code, subcode = number(error.get("code")), number(error.get("error_subcode"))
        path, message = urlsplit(response.url).path, str(error.get("message", ""))
        if code in THROTTLES:
            after = minutes * 60.0 if minutes else None
            if after and after > api.LONGEST_WAIT:
                return spent(minutes)
            return Again(f"the vendor throttles (code {code})", after=after, throttled=True)
        if code in (102, 190):
            because = TOKENS.get(subcode, "the token is not accepted")
            return CredentialsRejected(
                NAME, f"{because}.", hint="Make a new token, then reconnect the data source."
            )
        if REDUCE in message.lower() and code in (1, 2):
            return PageTooLarge(NAME, f"{path} asks for less data at once.")
        if (code, subcode) in TOO_MANY_ROWS:
            return TooMuch(NAME, f"{path} asks for less data at once (code {code}/{subcode}).")
        if (code, subcode) == NO_SUCH_DATA:
            return NoSuchData(NAME, "there is no such data for these metrics and breakdowns.")
        if code in PASSING:
            return Again(f"the vendor answers code {code}")
        if code in (3, 10, 272) or 200 <= code <= 299 or (code, subcode) == (100, 33):
            return Denied(
                NAME,
                f"the token may not read {path} (code {code}).",
                hint="Give it ads_read and the ad account, then reconnect the data source.",
            )
        if code == 2635 or "unknown path components" in message.lower():
            return UnexpectedResponse(NAME, f"the vendor no longer answers {VERSION}.")
        if "appsecret_proof" in message:
            return SettingsRefused(
                NAME, "the app wants a proof of its secret.", hint="Give the right app_secret."
            )
        return UnexpectedResponse(
            NAME,
            f"the vendor answered code {code}/{subcode} to {path}.",
            hint="Please report it with the log of this run.",
        )

    def judge_report(self, response: requests.Response, body: Any) -> Verdict:
        verdict = self.judge(response, body)
        has_code = isinstance(body, dict) and "error" in body
        if isinstance(verdict, Again) and not verdict.throttled and has_code:
            return Ailing(NAME, f"{verdict.because} to a report.")
        return verdict

    # ------------------------------------------------------------------ the allowance

    def note_usage(self, response: requests.Response) -> int:
        """Spaces the next requests out, or stops them. Returns the minutes until the account may
        ask again, which the headers tell once everything is used."""
        percent, minutes = usage_of(response.headers)
        if percent >= STOP_AT:
            wait = minutes * 60.0 or PAUSE_AT_STOP
            if wait > api.LONGEST_WAIT:
                self.stopped_for = minutes
            else:
                self.hold(wait)
        elif percent > SLOW_ABOVE:
            self.hold(LONGEST_SPACING * (percent - SLOW_ABOVE) / (STOP_AT - SLOW_ABOVE))
        return minutes

    def hold(self, seconds: float) -> None:
        self.limit.hold(seconds * api.SECOND)

    def refuse_when_stopped(self) -> None:
        if self.stopped_for:
            raise spent(self.stopped_for)


def spent(minutes: int) -> QuotaSpent:
    return QuotaSpent(
        NAME,
        f"the hourly allowance of the ad account is used up, for about {minutes} minutes.",
        hint="The next scheduled sync goes on from here; full access to the API allows more.",
    )


def usage_of(headers: Mapping[str, str]) -> tuple[float, int]:
    """The highest percentage that any of the usage headers tells, and the longest wait in minutes
    (`estimated_time_to_regain_access` is in minutes, `reset_time_duration` in seconds)."""
    percent, minutes = 0.0, 0
    parsed = {name: parsed_header(headers.get(name)) for name in USAGE_HEADERS}
    found = [parsed[name] for name in USAGE_HEADERS[:3]]
    business = parsed["x-business-use-case-usage"]
    for entries in business.values():
        found += [entry for entry in entries if isinstance(entry, dict)]
    for entry in found:
        shares = [entry.get(name, 0) for name in PERCENTAGES]
        percent = max(percent, *(float(share or 0) for share in shares))
        minutes = max(minutes, int(entry.get("estimated_time_to_regain_access") or 0))
    return percent, minutes


USAGE_HEADERS = (
    "x-app-usage",
    "x-ad-account-usage",
    "x-fb-ads-insights-throttle",
    "x-business-use-case-usage",
)
PERCENTAGES = (
    "call_count",
    "total_time",
    "total_cputime",
    "acc_id_util_pct",
    "app_id_util_pct",
)


def parsed_header(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def next_cursor(paging: Mapping[str, Any]) -> str | None:
    address = paging.get("next")
    if not address:
        return None
    after = (paging.get("cursors") or {}).get("after")
    after = after or parse_qs(urlsplit(address).query).get("after", [""])[0]
    if not after:
        raise UnexpectedResponse(NAME, "there is a next page, and no cursor to it.")
    return after


def number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
