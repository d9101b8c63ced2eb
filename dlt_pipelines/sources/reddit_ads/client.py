"""Reddit's Ads API: the token, its name for us, its limits, its pages.

Belongs here: one question and its answer, and a list of pages. Does not belong here: which
questions a table needs (`listings.py`, `reports.py`).

A page's address carries its cursor and nothing else: a report's body is sent again with each, or
Reddit answers 400.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from dlt_pipelines import api
from dlt_pipelines.api import Again, Api, Renew, Verdict, judged_by_status, retry_after
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse
from dlt_pipelines.limits import Limit, Limiter, limiter
from dlt_pipelines.refreshed_tokens import RefreshedToken

NAME = "reddit_ads"
VERSION = "/api/v3"
LARGEST_PAGE = 1000
POLICIES = {
    "ads-reporting": 60,
    "ads-campaign-management-read": 400,
    "ads-creative-management": 200,
    "ads-business-manager": 100,
    "ads-targeting-taxonomy": 100,
    "ads-conversion-signals": 30,
    "ads-funding-instruments": 30,
}
"""Requests a minute. Each answer says what is left of its policies."""
STATE = re.compile(r'"(?P<policy>[^"]+)"\s*;\s*r=(?P<left>\d+)\s*;\s*t=(?P<seconds>\d+)')


class NotPermitted(CredentialsRejected):
    """The key or its user may not read this; others may well be readable."""


class Client:
    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        self.named = {"User-Agent": user_agent(settings)}
        self.token = RefreshedToken(
            settings, name=NAME, url=settings["token_url"], headers=self.named
        )
        self.limiters = {
            policy: limiter(settings, f"reddit {policy}", settings["client_id"], Limit(number, 60))
            for policy, number in POLICIES.items()
        }
        self.api = Api(
            settings,
            NAME,
            settings["base_url"].rstrip("/") + VERSION,
            judge,
            lambda: {"Authorization": f"Bearer {self.token.current()}", **self.named},
            self.token.renew,
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        policy: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
    ) -> Any:
        limit = self.limiters[policy]
        headers = {"Content-Type": "application/json"} if body is not None else {}
        response, answer = self.api.ask(
            method, path, params=params, data=body, headers=headers, limiter=limit
        )
        self.heed(response, limit)
        return answer

    def heed(self, response: requests.Response, limit: Limiter) -> None:
        """Nobody asks before the vendor has something left."""
        if wait := seconds_to_wait(response):
            limit.hold(wait * api.SECOND)

    def pages(
        self,
        path: str,
        *,
        policy: str,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        size: int = LARGEST_PAGE,
    ) -> Iterator[Any]:
        """`data` of each page, until no further address is named."""
        sent = orjson.dumps(body) if body is not None else None
        method = "GET" if body is None else "POST"
        asked: Mapping[str, Any] | None = {**(params or {}), "page.size": size}
        address, seen = path, set[str]()
        while True:
            answer = self.ask(method, address, policy=policy, params=asked, body=sent)
            yield answer["data"]
            following = (answer.get("pagination") or {}).get("next_url")
            if not following:
                return
            if following in seen:
                raise UnexpectedResponse(NAME, f"the vendor repeats a page of {path}.")
            self.refuse_stranger(following)
            seen.add(following)
            address, asked = following, None

    def refuse_stranger(self, address: str) -> None:
        """The token goes to the host it belongs to and nowhere else."""
        theirs, ours = urlsplit(address), urlsplit(self.api.base_url)
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            raise UnexpectedResponse(NAME, "the vendor's next page is on another host.")


def user_agent(settings: ConnectionSettings) -> str:
    """In the form that Reddit asks for; a library's own name is throttled at once."""
    person = settings.get("reddit_username")
    by = f" (by /u/{person})" if person else ""
    return f"server:chord-dagster.{settings['client_id']}:0.1{by}"


def judge(response: requests.Response, body: Any) -> Verdict:
    status = response.status_code
    if response.ok:
        return None
    if status == 429:
        after = retry_after(response)
        told = seconds_to_wait(response) or None
        return Again(
            "the vendor throttles (429)", after=told if after is None else after, throttled=True
        )
    if status == 401:
        return Renew()
    path = response.url.partition("?")[0].partition(VERSION)[2]
    if status in (403, 404):
        return NotPermitted(NAME, f"the vendor answered {status} to {path}.")
    if status == 400:
        return UnexpectedResponse(
            NAME,
            f"the vendor answered 400 to {path}: {reason(body)}",
            hint="Please report it with the log of this run.",
        )
    return judged_by_status(NAME)(response, body)


def reason(body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "no reason."
    fields = [one for one in error.get("fields") or () if isinstance(one, dict)]
    named = "; ".join(f"{one.get('field')} {one.get('message')}" for one in fields)
    return f"{error.get('message', '')} {named}".strip()[:200]


def seconds_to_wait(response: requests.Response) -> float:
    """The longest wait of the policies that have nothing left; 0.0 where all have."""
    states = STATE.finditer(response.headers.get("RateLimit", ""))
    return max((float(one["seconds"]) for one in states if int(one["left"]) == 0), default=0.0)
