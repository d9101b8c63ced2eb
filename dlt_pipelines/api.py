"""One request to a vendor's HTTP API, repeated for as long as that makes sense.

Belongs here: the loop around a request: limit, send, judge, wait or renew, ask again, give up.
Does not belong here: a vendor's dialect (its source passes a `judge`), pages (its source).

Five vendors have five error dialects (real statuses, 200 with a code in the body, errors inside a
good stream), so what an answer means is asked of a function per vendor, and what follows is the
same for all. A refused page is an error here, never the end of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.http import new_session
from dlt_pipelines.limits import Limiter

SECOND = 1.0
"""Tests make it shorter."""
FAILED_TRIES = 6
THROTTLED_TRIES = 20
LONGEST_WAIT = 300.0
"""Seconds. Who is told to wait longer gives up, and the next scheduled sync goes on from there."""
PASSING_STATUSES = frozenset({408, 409, 425, 500, 502, 503, 504, 520, 522, 524})


@dataclass(frozen=True)
class Again:
    """The same request may succeed later.

    after      seconds the vendor named, None: growing waits
    throttled  the vendor asks for patience (more tries) rather than being ill
    """

    because: str
    after: float | None = None
    throttled: bool = False


@dataclass(frozen=True)
class Renew:
    """The access token has run out: get a new one and ask once more."""


Verdict = Again | Renew | ConnectorError | None
"""None: the answer is good."""
Judge = Callable[[requests.Response, Any], Verdict]


@dataclass
class Api:
    """headers: called for every request, so that a renewed token is used.
    renew: gets a new access token; None where there is none to get.
    """

    settings: ConnectionSettings
    name: str
    base_url: str
    judge: Judge
    headers: Callable[[], Mapping[str, str]] = dict
    renew: Callable[[], None] | None = None
    limiter: Limiter | None = None
    session: requests.Session = field(init=False)
    renewing: Lock = field(default_factory=Lock)
    generation: int = 0

    def __post_init__(self) -> None:
        self.base_url = self.base_url.rstrip("/")
        self.session = new_session(
            self.settings.report, backoff_seconds=0.5 * SECOND, judges_statuses=False
        )

    def get(self, path: str, params: Any = None, *, limiter: Limiter | None = None) -> Any:
        """The decoded JSON of the answer. Raises: as `ask`."""
        return self.ask("GET", path, params=params, limiter=limiter)[1]

    def post(
        self,
        path: str,
        json: Any = None,
        *,
        params: Any = None,
        data: Any = None,
        limiter: Limiter | None = None,
    ) -> Any:
        """The decoded JSON of the answer. Raises: as `ask`."""
        body = orjson.dumps(json) if json is not None else data
        headers = {"Content-Type": "application/json"} if json is not None else {}
        return self.ask("POST", path, params=params, data=body, headers=headers, limiter=limiter)[1]

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        limiter: Limiter | None = None,
        decode: bool = True,
    ) -> tuple[requests.Response, Any]:
        """`path` beneath the base address, or a whole address that the vendor gave.

        Returns the answer and its JSON (None where `decode` is off or it is none).

        Raises:
            ConnectorError: what the judge said, or that it stayed throttled or ill.
        """
        url = path if path.startswith(("http://", "https://")) else self.base_url + path
        failed = throttled = 0
        renewed = False
        limit = limiter or self.limiter
        while True:
            if limit is not None:
                limit.wait(self.settings.report)
            generation = self.generation
            response = self.session.request(
                method, url, params=params, data=data, headers={**self.headers(), **(headers or {})}
            )
            body, broken = self.decoded(response, wanted=decode)
            verdict = Again("the answer is cut short") if broken else self.judge(response, body)
            if verdict is None:
                return response, body
            if isinstance(verdict, ConnectorError):
                raise verdict
            if isinstance(verdict, Renew):
                if renewed or self.renew is None:
                    raise rejected(self.name)
                renewed = True
                self.renew_once(generation)
                continue
            if verdict.throttled:
                throttled += 1
            else:
                failed += 1
            growing = min(2.0 ** (failed + throttled - 1), 60.0)
            wait = growing if verdict.after is None else verdict.after
            exhausted = failed >= FAILED_TRIES or throttled >= THROTTLED_TRIES
            if exhausted or wait > LONGEST_WAIT:
                raise VendorUnavailable(
                    self.name,
                    f"{verdict.because} ({failed + throttled} tries of {urlsplit(url).path}).",
                    hint="It is tried again by itself.",
                )
            self.pause(wait, limit)

    def pause(self, seconds: float, limit: Limiter | None) -> None:
        seconds *= SECOND
        self.settings.report.waited_seconds += seconds
        if limit is not None:
            limit.hold(seconds)
        sleep(seconds)

    def renew_once(self, generation: int) -> None:
        """Threads that were refused together get one new token together."""
        assert self.renew is not None
        with self.renewing:
            if self.generation == generation:
                self.renew()
                self.generation += 1

    def decoded(self, response: requests.Response, *, wanted: bool) -> tuple[Any, bool]:
        """The JSON, and whether a good answer's body is broken."""
        if not response.content or not wanted:
            return None, response.ok and wanted and response.status_code != 204
        try:
            return orjson.loads(response.content), False
        except orjson.JSONDecodeError:
            return None, response.ok


def judged_by_status(name: str, *, throttled: frozenset[int] = frozenset({429})) -> Judge:
    """For vendors whose HTTP status says what happened, and Retry-After when to come back."""

    def judge(response: requests.Response, body: Any) -> Verdict:
        status = response.status_code
        if response.ok:
            return None
        after = retry_after(response)
        if status in throttled:
            return Again(f"the vendor throttles ({status})", after=after, throttled=True)
        if status in PASSING_STATUSES or status >= 500:
            return Again(f"the vendor answers {status}", after=after)
        path = urlsplit(response.url).path
        if status in (401, 402, 403):
            return CredentialsRejected(
                name,
                f"the vendor answered {status} to {path}.",
                hint="Check the key and its scopes, then reconnect the data source.",
            )
        if status == 404:
            return SettingsRefused(
                name,
                f"the vendor answered 404 to {path}.",
                hint="Check the base_url and the account's name.",
            )
        return UnexpectedResponse(
            name,
            f"the vendor answered {status} to {path}.",
            hint="Please report it with the log of this run.",
        )

    return judge


def rejected(name: str) -> CredentialsRejected:
    return CredentialsRejected(
        name,
        "the key was not accepted.",
        hint="It was revoked or mistyped: reconnect the data source with a new one.",
    )


def retry_after(response: requests.Response) -> float | None:
    """Seconds of a Retry-After header, None where there is none."""
    try:
        return max(0.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return None
