"""Pinterest's API: the token, its error dialect, its bookmarks.

Belongs here: one question and its answer, and a list of pages. Does not belong here: which
questions a table needs (`listings.py`, `reports.py`).

Code 8 is a throttle wherever it stands: a peer that ignored it stored throttled slices as empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import requests

from dlt_pipelines.api import Again, Api, Renew, Verdict, judged_by_status
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse
from dlt_pipelines.limits import Limit, limiter
from dlt_pipelines.refreshed_tokens import RefreshedToken

NAME = "pinterest_ads"
VERSION = "/v5"
LARGEST_PAGE = 250
READS = Limit(1000, 60)
ANALYTICS = Limit(300, 60)
THROTTLED, TRY_LATER = 8, 15
TOKEN_ENDED = 1104
AFTER = re.compile(r"[Rr]etry after (\d+(?:\.\d+)?) ?s")


class NotPermitted(CredentialsRejected):
    """The key or its user may not read this; others may well be readable."""


class Client:
    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        base_url = settings["base_url"].rstrip("/")
        self.token = RefreshedToken(
            settings, name=NAME, url=f"{base_url}{VERSION}/oauth/token", form={}
        )
        app = settings["client_id"]
        self.reads = limiter(settings, "pinterest ads_read", app, READS)
        self.analytics = limiter(settings, "pinterest ads_analytics", app, ANALYTICS)
        self.api = Api(
            settings,
            NAME,
            base_url + VERSION,
            judge,
            lambda: {"Authorization": f"Bearer {self.token.current()}"},
            self.token.renew,
            self.reads,
        )
        self.files = Api(settings, NAME, base_url, judge_file)
        """For the addresses of finished reports: they carry their own signature and no token."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        return self.api.get(path, params)

    def analyse(self, path: str, params: Mapping[str, Any]) -> Any:
        """A question that Pinterest counts as analytics."""
        return self.api.get(path, params, limiter=self.analytics)

    def order(self, path: str, body: Mapping[str, Any]) -> Any:
        return self.api.post(path, body, limiter=self.analytics)

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
        """Until there is no bookmark; an empty page with a bookmark is not the end."""
        asked = {**params, "page_size": LARGEST_PAGE}
        seen = set[str]()
        while True:
            answer = self.get(path, asked)
            yield answer["items"]
            bookmark = answer.get("bookmark")
            if not bookmark:
                return
            if bookmark in seen:
                raise UnexpectedResponse(NAME, f"the vendor repeats a bookmark of {path}.")
            seen.add(bookmark)
            asked = {**asked, "bookmark": bookmark}


def judge(response: requests.Response, body: Any) -> Verdict:
    status = response.status_code
    if response.ok:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    message = str(body.get("message", "")) if isinstance(body, dict) else ""
    waits = AFTER.search(message)
    if status == 429 or code == THROTTLED or waits:
        after = float(waits[1]) if waits else seconds_until_reset(response)
        return Again("the vendor throttles (code 8)", after=after, throttled=True)
    if status == 401 or code == TOKEN_ENDED:
        return Renew()
    if code == TRY_LATER and status != 403:
        return Again("the vendor asks to try later (code 15)")
    path = response.url.partition("?")[0].partition(VERSION)[2]
    if status in (403, 404):
        return NotPermitted(NAME, f"the vendor answered {status} (code {code}) to {path}.")
    if status == 400:
        return UnexpectedResponse(
            NAME,
            f"the vendor answered 400 (code {code}) to {path}: {message[:200]}",
            hint="Please report it with the log of this run.",
        )
    return judged_by_status(NAME)(response, body)


def judge_file(response: requests.Response, body: Any) -> Verdict:
    """A link lives five minutes; who comes later is refused, and asks for a new one."""
    if response.status_code in (400, 401, 403, 404, 410):
        return NotPermitted(NAME, "the report's address is no longer valid.")
    return judged_by_status(NAME)(response, body)


def seconds_until_reset(response: requests.Response) -> float | None:
    for header in ("Retry-After", "x-ratelimit-reset"):
        try:
            return max(0.0, float(response.headers.get(header, "")))
        except ValueError:
            continue
    return None
