"""Iterable over HTTP: its limits, its error dialect, its numbered pages.

Belongs here: one request and one list. Does not belong here: exports (`exports.py`), which list
fills which table (`source.py`).

Errors are `{"msg": ..., "code": ..., "params": ...}`. A 401 means a wrong key, or a good key that
lacks the permission for this one endpoint; which of both is told by asking for something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import get_ident
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from dlt_pipelines.api import Again, Api, Verdict, judged_by_status, retry_after
from dlt_pipelines.connector import CheckResult, ConnectionSettings
from dlt_pipelines.errors import (
    CredentialsRejected,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.limits import Limit, Limiter, limiter
from dlt_pipelines.sources.iterable.setup import ADDRESS

NAME = "iterable"
LARGEST_PAGE = 1000
LARGEST_PAGE_OF_JOURNEYS = 50
GENERIC_RETRIES = 3
"""`GenericError` says "please try again later", and past three tries later means another day."""
LIMITS = {
    "lists": Limit(100, 1),
    "export start": Limit(1, 1),
    "export files": Limit(1, 1),
    "direct export": Limit(4, 60),
    "metrics": Limit(10, 60),
    "members": Limit(5, 60),
    "forgotten": Limit(3, 1),
}
PROBES = ("/api/channels", "/api/messageTypes", "/api/lists", "/api/metadata")


class Denied(CredentialsRejected):
    """Refused with 401: a wrong key, or one without this permission."""


class Client:
    def __init__(self, settings: ConnectionSettings) -> None:
        key = settings["api_key"]
        self.limits: dict[str, Limiter] = {
            scope: limiter(settings, f"{NAME} {scope}", key, limit)
            for scope, limit in LIMITS.items()
        }
        self.api = Api(
            settings,
            NAME,
            settings.get("base_url", ADDRESS),
            Judge(),
            headers=lambda: {"Api-Key": key},
            limiter=self.limits["lists"],
        )

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, scope: str = "") -> Any:
        return self.api.get(path, params, limiter=self.limits[scope or "lists"])

    def text(self, path: str, params: Any, *, scope: str) -> str:
        """An answer that is no JSON; Iterable names no encoding, and it is UTF-8."""
        response, _ = self.api.ask(
            "GET", path, params=params, limiter=self.limits[scope], decode=False
        )
        return response.content.decode()

    def pages(
        self, path: str, params: Mapping[str, Any] | None = None, *, size: int = LARGEST_PAGE
    ) -> Iterator[list[dict[str, Any]]]:
        """Pages are numbered, in the order of ids that never change; the last names no next."""
        name = path.rpartition("/")[2]
        page = 1
        while True:
            asked = {"page": page, "pageSize": size, "sort": "id", **(params or {})}
            body = self.get(path, asked)
            if not isinstance(body, dict) or not isinstance(body.get(name), list):
                raise UnexpectedResponse(NAME, f"the answer to {path} holds no {name}.")
            yield body[name]
            if not body.get("nextPageUrl"):
                return
            if not body[name]:
                raise UnexpectedResponse(NAME, f"{path} names a page after an empty one.")
            page += 1

    def is_accepted(self) -> bool:
        """Whether the key opens anything: then a 401 elsewhere is a missing permission."""
        for path in PROBES:
            try:
                self.get(path)
            except Denied:
                continue
            return True
        return False


class Judge:
    """Counts a request's `GenericError`s, of which only some are worth another try."""

    def __init__(self) -> None:
        self.generic: dict[tuple[int, str], int] = {}

    def __call__(self, response: requests.Response, body: Any) -> Verdict:
        request = (get_ident(), response.url)
        if response.ok:
            self.generic.pop(request, None)
            return None
        path = urlsplit(response.url).path
        code, message = told(response, body)
        if response.status_code in (401, 403):
            return Denied(
                NAME,
                f"the key may not ask {path} ({response.status_code} {code}).",
                hint="Check the key and its permissions, then reconnect the data source.",
            )
        if response.status_code == 429:
            return Again("Iterable's limit was passed", after=retry_after(response), throttled=True)
        if code == "GenericError":
            tries = self.generic.get(request, 0) + 1
            if tries > GENERIC_RETRIES:
                self.generic.pop(request, None)
                return VendorUnavailable(
                    NAME,
                    f"{path} answered GenericError {tries} times.",
                    hint="It is tried again by itself.",
                )
            self.generic[request] = tries
            return Again("Iterable answers GenericError")
        if response.status_code == 400:
            return UnexpectedResponse(
                NAME,
                f"Iterable refused {path}: {code} {message}".rstrip() + ".",
                hint="Please report it with the log of this run.",
            )
        return judged_by_status(NAME)(response, body)


def told(response: requests.Response, body: Any) -> tuple[str, str]:
    if not isinstance(body, dict):
        try:
            body = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            return "", ""
    if not isinstance(body, dict):
        return "", ""
    return str(body.get("code") or ""), str(body.get("msg") or "")[:200].rstrip(".")


def setup_test(settings: ConnectionSettings) -> CheckResult:
    client = Client(settings)
    if not client.is_accepted():
        raise CredentialsRejected(
            NAME,
            "the key was not accepted.",
            hint="It was revoked or mistyped, or is of the other data centre (see base_url).",
        )
    try:
        body = client.get("/api/campaigns", {"page": 1, "pageSize": 1})
    except Denied:
        return CheckResult(missing_scopes=("campaigns",))
    return CheckResult(account=f"{body.get('totalCampaignsCount')} campaigns")


def counted(settings: ConnectionSettings, tables: Sequence[str]) -> dict[str, int]:
    if "campaigns" not in tables:
        return {}
    body = Client(settings).get("/api/campaigns", {"page": 1, "pageSize": 1})
    return {"campaigns": int(body["totalCampaignsCount"])}
