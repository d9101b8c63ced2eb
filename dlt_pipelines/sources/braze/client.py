"""Braze's dialect: refusals, limits, pages.

Belongs here: the one `Api` of a connection. Does not belong here: what is asked (`source.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import requests

from dlt_pipelines.api import Again, Api, Verdict, judged_by_status, rejected
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse
from dlt_pipelines.limits import Limit, Limiter, limiter

NAME = "braze"
HOUR = 3600
GOOD = frozenset({200, 201})
PROBES = ("/campaigns/list", "/canvas/list", "/segments/list", "/events/list")


class NotAllowed(CredentialsRejected):
    """The key is good and lacks the permission for this endpoint."""


class Braze:
    """Braze answers a missing permission like a wrong key (401): only an endpoint that the key may
    ask tells the two apart."""

    def __init__(self, settings: ConnectionSettings) -> None:
        key = settings["api_key"]
        self.settings = settings
        self.api = Api(
            settings,
            NAME,
            settings["base_url"],
            judge,
            headers=lambda: {"Authorization": f"Bearer {key}", "Accept": "application/json"},
            limiter=limiter(settings, NAME, key, Limit(250_000, HOUR)),
        )
        self.names = limiter(settings, "braze names", key, Limit(1000, HOUR))
        self.good: str | None = None

    def get(self, path: str, *, within: Limiter | None = None, **params: Any) -> Any:
        """Raises `NotAllowed` where the key is good and may not ask this."""
        try:
            answer = self.api.get(path, params, limiter=within)
        except CredentialsRejected:
            self.tell_apart(path)
            raise
        if path in PROBES:
            self.good = path
        return answer

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        try:
            return self.api.post(path, body)
        except CredentialsRejected:
            self.tell_apart(path)
            raise

    def tell_apart(self, path: str) -> None:
        """Raises `NotAllowed` when another endpoint takes the key."""
        for probe in (self.good,) if self.good else PROBES:
            if probe == path:
                continue
            try:
                self.api.get(probe, {"page": 0})
            except CredentialsRejected:
                continue
            self.good = probe
            permission = path.strip("/").replace("/", ".")
            raise NotAllowed(
                NAME,
                f"the key lacks the permission {permission}.",
                hint="Give it to the key in Braze, or leave it: the other tables are read.",
            ) from None

    def pages(
        self, path: str, rows: str, *, within: Limiter | None = None, **params: Any
    ) -> Iterator[Any]:
        """Lists by page end with an empty one."""
        number = 0
        while True:
            found = listed(self.get(path, within=within, page=number, **params), rows, path)
            if not found:
                return
            yield found
            number += 1

    def slices(self, path: str, rows: str, size: int, **params: Any) -> Iterator[Any]:
        """Lists by offset end with an empty slice; one that is not full may be a smaller page."""
        start = 0
        while True:
            found = listed(self.get(path, limit=size, offset=start, **params), rows, path)
            if not found:
                return
            yield found
            start += len(found)


def listed(answer: Any, rows: str, path: str) -> list[Any]:
    found = answer.get(rows) if isinstance(answer, Mapping) else None
    if not isinstance(found, list):
        raise UnexpectedResponse(NAME, f"the answer to {path} has no {rows}.")
    return found


by_status = judged_by_status(NAME)


def judge(response: requests.Response, body: Any) -> Verdict:
    if response.status_code in (401, 403):
        return rejected(NAME)
    if response.status_code == 429:
        return Again("the vendor throttles (429)", after=until_reset(response), throttled=True)
    if response.status_code in GOOD and isinstance(body, Mapping):
        if body.get("message", "success") == "success":
            return None
        return UnexpectedResponse(
            NAME,
            "an answer says something other than success.",
            hint="Please report it with the log of this run.",
        )
    if response.ok:
        return UnexpectedResponse(NAME, "an answer is not an object.")
    return by_status(response, body)


def until_reset(response: requests.Response) -> float | None:
    """Seconds until the epoch second in the header; Braze sends no Retry-After.

    None, for growing waits, where the two clocks lie so far apart that it says nothing.
    """
    try:
        reset = float(response.headers.get("X-RateLimit-Reset", ""))
    except ValueError:
        return None
    seconds = reset - time.time()
    return min(max(seconds, 1.0), HOUR) if seconds > -HOUR else None
