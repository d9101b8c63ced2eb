"""Asks the Google Ads API: accounts, pages, streams, totals and the list of fields.

Belongs here: requests and their headers. Does not belong here: which queries (a connector), what an
error means (`dialect.py`), how an answer is cut (`bodies.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, TypeVar

import orjson

from dlt_pipelines.api import Api
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse
from dlt_pipelines.google_ads_api.accounts import (
    DEEPEST,
    TREE,
    Account,
    accounts_of,
    digits,
    once_each,
)
from dlt_pipelines.google_ads_api.bodies import chunks
from dlt_pipelines.google_ads_api.dialect import AccountRefused, PageExpired, judge_for
from dlt_pipelines.google_ads_api.tokens import Tokens
from dlt_pipelines.limits import limiter

Result = TypeVar("Result")
COMPACT = {"prettyPrint": "false"}
"""Google indents its answers otherwise: a third more bytes, measured on report rows."""
RESTARTS = 3
ONE_AT_A_TIME = Lock()
"""A chunk's 10,000 rows are 45 MB of Python objects, and two threads parse no faster than one."""
CONVERTED_ROWS = 2_500
"""At a time: the Python objects go as the columns come."""


class Client:
    """One connection's way to the API; threads share it."""

    def __init__(self, settings: ConnectionSettings, name: str) -> None:
        self.settings, self.name = settings, name
        self.version = settings["api_version"]
        self.tokens = Tokens(settings, name)
        self.developer_token = settings["developer_token"]
        self.api = Api(
            settings,
            name,
            f"{settings['base_url'].rstrip('/')}/{self.version}",
            judge_for(name),
            headers=self.headers,
            renew=self.tokens.renew,
            limiter=limiter(settings, "google ads", self.developer_token),
        )
        self.lock = Lock()
        self.found: list[Account] | None = None

    def headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.tokens.current()}",
            "developer-token": self.developer_token,
        }

    # ------------------------------------------------------------------ accounts

    def accounts(self) -> list[Account]:
        """Every account of the trees, managers and closed ones too.

        Raises:
            CredentialsRejected: none can be read.
        """
        with self.lock:
            if self.found is None:
                self.found = self.walk()
            return self.found

    def readable(self) -> list[Account]:
        wanted = {digits(each) for each in self.settings.get("customer_ids").split(",") if each}
        return [
            account
            for account in self.accounts()
            if account.is_read and (not wanted or account.id in wanted)
        ]

    def walk(self) -> list[Account]:
        found: list[Account] = []
        refusal: AccountRefused | None = None
        for root in self.roots():
            try:
                found += accounts_of(root, self.rows(root, root, TREE.text(DEEPEST)))
            except AccountRefused as error:
                refusal = error
                self.settings.report.warn(
                    "customers", f"{root} {error.reason}: nothing below it is read."
                )
        if not found:
            raise refusal or CredentialsRejected(
                self.name,
                "this login reaches no Google Ads account.",
                hint="Sign in as somebody who has access to the account.",
            )
        return once_each(found)

    def roots(self) -> list[str]:
        if only := digits(self.settings.get("login_customer_id")):
            return [only]
        answer = self.api.get("/customers:listAccessibleCustomers", COMPACT)
        return sorted(name.rpartition("/")[2] for name in answer.get("resourceNames", ()))

    # ------------------------------------------------------------------ queries

    def pages(self, account_id: str, through: str, query: str) -> Iterator[list[dict[str, Any]]]:
        """Pages of at most 10,000 rows; their size is Google's to choose.

        Raises:
            UnexpectedResponse: a page leads to itself, or its token keeps running out.
        """
        for attempt in range(RESTARTS):
            try:
                yield from self.each_page(account_id, through, query)
            except PageExpired:
                if attempt == RESTARTS - 1:
                    raise
                continue  # the rows that came already come again, and are merged by their keys
            return

    def each_page(
        self, account_id: str, through: str, query: str
    ) -> Iterator[list[dict[str, Any]]]:
        asked: dict[str, Any] = {"query": query}
        seen: set[str] = set()
        while True:
            answer = self.post(f"/customers/{account_id}/googleAds:search", asked, through)
            yield answer.get("results", [])
            token = answer.get("nextPageToken")
            if not token:
                return
            if token in seen:
                raise UnexpectedResponse(
                    self.name, "a page leads to itself.", hint="Nothing of it was stored."
                )
            seen.add(token)
            asked["pageToken"] = token

    def rows(self, account_id: str, through: str, query: str) -> list[dict[str, Any]]:
        return [row for page in self.pages(account_id, through, query) for row in page]

    def stream(
        self, account: Account, query: str, convert: Callable[[list[dict[str, Any]]], Result]
    ) -> list[Result]:
        """One answer, converted chunk by chunk: the Python objects of one chunk are gone before
        the next is parsed. Raises `bodies.CutShort`, `requests` errors too."""
        response, _ = self.api.ask(
            "POST",
            f"/customers/{account.id}/googleAds:searchStream",
            params=COMPACT,
            data=orjson.dumps({"query": query}),
            headers=self.through(account.through),
            decode=False,
        )
        parts = chunks(response.content)
        converted: list[Result] = []
        while True:
            with ONE_AT_A_TIME:
                chunk = next(parts, None)
                if chunk is None:
                    return converted
                rows = chunk.pop("results", ())
                del chunk
                while rows:
                    part, rows = rows[:CONVERTED_ROWS], rows[CONVERTED_ROWS:]
                    converted.append(convert(part))
                    del part

    def total(self, account: Account, query: str) -> int:
        """How many rows a query has, without any of them."""
        settings = {"returnTotalResultsCount": True, "omitResults": True}
        asked = {"query": query, "searchSettings": settings}
        answer = self.post(f"/customers/{account.id}/googleAds:search", asked, account.through)
        return int(answer.get("totalResultsCount", 0))

    def fields(self, query: str) -> list[dict[str, Any]]:
        """What the vendor's list of fields says of some."""
        found: list[dict[str, Any]] = []
        asked: dict[str, Any] = {"query": query}
        while True:
            answer = self.post("/googleAdsFields:search", asked, None)
            found += answer.get("results", [])
            if not answer.get("nextPageToken"):
                return found
            asked["pageToken"] = answer["nextPageToken"]

    def post(self, path: str, asked: dict[str, Any], through: str | None) -> dict[str, Any]:
        _, answer = self.api.ask(
            "POST", path, params=COMPACT, data=orjson.dumps(asked), headers=self.through(through)
        )
        if not isinstance(answer, dict):
            raise UnexpectedResponse(self.name, "an answer is no object.", hint="Please report it.")
        return answer

    def through(self, manager: str | None) -> dict[str, str]:
        named = {"login-customer-id": manager} if manager else {}
        return {"Content-Type": "application/json", **named}
