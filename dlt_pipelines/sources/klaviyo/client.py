"""One call to Klaviyo, and pages of calls: headers, limits and errors in Klaviyo's dialect.

Belongs here: what is the same for every endpoint. Does not belong here: what is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from dlt_pipelines import api, limits
from dlt_pipelines.api import Api, Verdict, judged_by_status, retry_after
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.limits import Limiter, limiter
from dlt_pipelines.sources.klaviyo.setup import BASE_URL

NAME = "klaviyo"
REVISION = "2026-07-15"
MEDIA_TYPE = "application/vnd.api+json"
LONGEST_WINDOW = 60.0
"""Seconds of Klaviyo's steady window; a day's window is told by `Retry-After` alone."""


class ScopeMissing(CredentialsRejected):
    """The key is good and may not read this."""


class Missing(UnexpectedResponse):
    """There is no such record (any more)."""


class BudgetUsedUp(VendorUnavailable):
    """Not before tomorrow."""


class Client:
    """Opens nothing until the first call."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        self.api = Api(
            settings,
            NAME,
            settings.get("base_url", BASE_URL),
            judge,
            headers=lambda: {
                "Authorization": f"Klaviyo-API-Key {settings['api_key']}",
                "revision": REVISION,
                "Accept": MEDIA_TYPE,
            },
        )
        self.remembered: dict[str, Any] = {}
        self.remembering = Lock()

    def get(self, endpoint: str, path: str, params: Mapping[str, str] | None = None) -> Any:
        """`endpoint`: the path without ids, whose limit this request counts against."""
        return self.ask("GET", endpoint, path, params=params)

    def post(self, path: str, kind: str, attributes: Mapping[str, Any], url: str = "") -> Any:
        body = orjson.dumps({"data": {"type": kind, "attributes": attributes}})
        return self.ask("POST", path, url or path, data=body, headers={"Content-Type": MEDIA_TYPE})

    def ask(self, method: str, endpoint: str, path: str, **given: Any) -> Any:
        limit = limiter(self.settings, f"{NAME} {endpoint}", self.settings["api_key"])
        response, body = self.api.ask(method, path, limiter=limit, **given)
        hold(limit, response)
        if not isinstance(body, dict) or "data" not in body:
            raise UnexpectedResponse(NAME, f"{endpoint} answered without data.")
        return body

    def pages(
        self, endpoint: str, path: str, params: Mapping[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Until there is no next link; an empty page with one is not the end."""
        seen = set[int]()
        while True:
            body = self.get(endpoint, path, params)
            yield body
            link = self.next_link(body, endpoint, seen)
            if link is None:
                return
            path, params = link, None

    def next_link(self, body: Mapping[str, Any], endpoint: str, seen: set[int]) -> str | None:
        """The next page's whole address: nothing may be added to it. Null or absent at the end.
        `seen`: which of this reading were followed before."""
        link = (body.get("links") or {}).get("next")
        if not link:
            return None
        if not link.startswith(self.api.base_url + "/"):
            host = urlsplit(link).netloc
            raise UnexpectedResponse(NAME, f"{endpoint} continues at another address ({host}).")
        if hash(link) in seen:
            raise UnexpectedResponse(NAME, f"{endpoint} repeats a page: stopped.")
        seen.add(hash(link))
        return link

    def once(self, endpoint: str) -> list[dict[str, Any]]:
        """All records of a small endpoint that several readers need; asked for once."""
        with self.remembering:
            if endpoint not in self.remembered:
                found = [each for body in self.pages(endpoint, endpoint) for each in body["data"]]
                self.remembered[endpoint] = found
            return self.remembered[endpoint]


def hold(limit: Limiter, response: requests.Response) -> None:
    """The minute's requests are used up: nobody asks this endpoint before it is over."""
    if response.headers.get("RateLimit-Remaining") == "0":
        try:
            seconds = float(response.headers.get("RateLimit-Reset", ""))
        except ValueError:
            return
        limit.hold(min(seconds, LONGEST_WINDOW) * limits.SECOND)


by_status = judged_by_status(NAME)


def judge(response: requests.Response, body: Any) -> Verdict:
    if response.ok:
        return None
    status, path = response.status_code, urlsplit(response.url).path
    if status == 429 and (retry_after(response) or 0) > api.LONGEST_WAIT:
        return BudgetUsedUp(NAME, f"today's requests of {path} are used up.", hint="Tomorrow.")
    if status == 403:
        return ScopeMissing(
            NAME,
            f"the key may not read {path}.",
            hint="Give it that read scope in Klaviyo, under Settings, API keys.",
        )
    if status in (404, 410):
        return Missing(NAME, f"there is no {path}.", hint="Check the base_url.")
    if status in (400, 405, 406, 415, 422):
        return refused(path, status, body)
    return by_status(response, body)


def refused(path: str, status: int, body: Any) -> ConnectorError:
    """Klaviyo's words on what is wrong with a request; they repeat the filter, never the key."""
    errors = body.get("errors") if isinstance(body, dict) else None
    error = errors[0] if isinstance(errors, list) and errors else {}
    source = error.get("source") or {}
    where = source.get("parameter") or source.get("pointer") or "the request"
    return UnexpectedResponse(
        NAME,
        f"{path} answered {status} {error.get('code', '')} for {where}:"
        f" {str(error.get('detail', ''))[:200]}",
        hint="Please report it with the log of this run.",
    )
