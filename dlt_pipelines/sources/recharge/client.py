"""Recharge over HTTP: its error dialect, its cursor pages, the setup test.

Belongs here: one request and one list. Does not belong here: which list fills which table.

Recharge's errors are one JSON object whose value varies in kind: `{"errors": {"field": ["text"]}}`,
`{"errors": {"field": "text"}}`, nested objects, `{"errors": "text"}`, `{"error": "text"}`.
A cursor carries its list's filters and is sent with nothing but `limit` beside it: any other
parameter is a 422.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from dlt_pipelines.api import Again, Api, Verdict, judged_by_status, retry_after
from dlt_pipelines.connector import CheckResult, ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused, UnexpectedResponse
from dlt_pipelines.limits import Limit, limiter
from dlt_pipelines.sources.recharge.setup import ADDRESS, PROBES

NAME = "recharge"
API_VERSION = "2021-11"
LARGEST_PAGE = 250
BUCKET = Limit(38, 20)
"""A bucket of 40 that leaks 2 a second never overflows while any 20 seconds see at most 40; two
are kept back, because others met 429 at exactly 120 a minute."""
THROTTLED_SECONDS = 2.0
"""Recharge names no time; a bucket of 40 has room for four again by then."""


class Denied(CredentialsRejected):
    """The key is good, but not for this list."""


class Refused(UnexpectedResponse):
    """The vendor refused the request's words; `what` says which."""


class Client:
    def __init__(self, settings: ConnectionSettings) -> None:
        token = settings["api_token"]
        self.api = Api(
            settings,
            NAME,
            settings.get("base_url", ADDRESS),
            judge,
            headers=lambda: {
                "X-Recharge-Access-Token": token,
                "X-Recharge-Version": API_VERSION,
                "Accept": "application/json",
            },
            limiter=limiter(settings, NAME, token, BUCKET),
        )

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return self.api.get(path, params)

    def pages(
        self, path: str, params: Mapping[str, Any] | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Each page's records, until Recharge says itself that there is no further page."""
        name = path.removeprefix("/")
        asked: dict[str, Any] = {"limit": LARGEST_PAGE, **(params or {})}
        seen: set[str] = set()
        while True:
            body = self.get(path, asked)
            if not isinstance(body, dict) or not isinstance(body.get(name), list):
                raise UnexpectedResponse(NAME, f"the answer to {path} holds no {name}.")
            if "next_cursor" not in body:
                raise UnexpectedResponse(
                    NAME,
                    f"the answer to {path} has no next_cursor: it is of another API version.",
                    hint=f"This connector speaks {API_VERSION}.",
                )
            yield body[name]
            cursor = body["next_cursor"]
            if not cursor:
                return
            if cursor in seen:
                raise UnexpectedResponse(NAME, f"{path} gave the same cursor twice.")
            seen.add(cursor)
            asked = {"limit": LARGEST_PAGE, "cursor": cursor}


def judge(response: requests.Response, body: Any) -> Verdict:
    status, path = response.status_code, urlsplit(response.url).path
    if response.ok:
        return None
    said = told(body)
    if status == 429:
        after = retry_after(response)
        return Again(
            "Recharge's bucket is full (429)",
            after=THROTTLED_SECONDS if after is None else after,
            throttled=True,
        )
    if status == 402:
        return CredentialsRejected(
            NAME, f"the store owes Recharge a payment (402 to {path}).", hint="Settle it there."
        )
    if status == 403:
        return Denied(
            NAME,
            f"the key may not read {path}{said}.",
            hint="Give the token this permission in Recharge.",
        )
    if status == 426:
        return SettingsRefused(NAME, f"Recharge does not serve version {API_VERSION}{said}.")
    if status in (400, 404, 405, 406, 415, 422, 501):
        return Refused(
            NAME,
            f"Recharge answered {status} to {path}{said}.",
            hint="Please report it with the log of this run.",
        )
    return judged_by_status(NAME)(response, body)


def told(body: Any) -> str:
    """What an error's body says, whatever its kind, as the rest of a sentence."""
    if not isinstance(body, dict):
        return ""
    words = "; ".join(texts(body.get("errors", body.get("error"))))[:300]
    return f": {words}" if words else ""


def texts(value: Any, field: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, field)
    elif value is not None:
        yield f"{field}: {value}" if field else str(value)


def setup_test(settings: ConnectionSettings) -> CheckResult:
    """Raises `CredentialsRejected` for a wrong key; a good one's missing scopes are found by the
    smallest request to each kind of list."""
    client = Client(settings)
    missing, account = [], ""
    for scope, path in PROBES.items():
        try:
            body = client.get(path, None if path == "/store" else {"limit": 1})
        except Denied:
            missing.append(scope)
            continue
        if path == "/store":
            account = (body.get("store") or {}).get("name") or ""
    if len(missing) == len(PROBES):
        raise CredentialsRejected(
            NAME, "the key may read nothing.", hint="Give the token read permissions in Recharge."
        )
    return CheckResult(account=account, missing_scopes=tuple(missing))
