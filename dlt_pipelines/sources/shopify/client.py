"""One GraphQL call to Shopify: cost, throttling and errors in Shopify's own dialect.

Limits   cost points in a bucket per app and store; one query at most 1,000 requested points.
         Costs are never computed here: every answer tells its cost and the bucket's state.
Errors   come with HTTP 200, in `errors[].extensions.code`

Belongs here: one call. Does not belong here: pages (`paged.py`), bulk jobs (`bulk.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic, sleep
from typing import Any, NoReturn
from urllib.parse import urlsplit

import orjson
import requests

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import (
    CredentialsRejected,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.http import new_session
from dlt_pipelines.sources.shopify.auth import NAME, tokens_for
from dlt_pipelines.sources.shopify.documents import ACCOUNT, WRAPPERS
from dlt_pipelines.sources.shopify.scopes import Access
from dlt_pipelines.sources.shopify.shapes import API_VERSION

SECOND = 1.0
"""The shortest wait, which Shopify recommends; tests make it shorter."""
LONGEST_WAIT = 60
THROTTLED_TRIES = 12
FAILED_TRIES = 10


class TooExpensive(Exception):
    """The query's requested cost is above what any single query may cost."""

    def __init__(self, cost: float | None, limit: float | None) -> None:
        self.cost, self.limit = cost, limit
        super().__init__(f"{cost} points asked, {limit} allowed")


class FieldsDenied(Exception):
    """Paths of fields, from the record, that this key may not read; () is the stream itself. And
    the root queries in which they stand."""

    def __init__(self, paths: frozenset[str], roots: frozenset[str]) -> None:
        self.paths, self.roots = paths, roots
        super().__init__(", ".join(sorted(paths)))


class CursorRefused(Exception):
    """A page's cursor is no longer valid."""


@dataclass(frozen=True, slots=True)
class Answer:
    data: dict[str, Any]
    requested_points: float = 0.0
    actual_points: float = 0.0


class Client:
    """Opens nothing until the first call. Threads may share it: one asks at a time, because all
    spend of the same bucket (and dlt reads the tables of a sync in turns)."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.report = settings.report
        self.base_url = base_url(settings.values)
        self.session = new_session(settings.report, backoff_seconds=0.5 * SECOND)
        self.tokens = tokens_for(settings.values, self.session, self.base_url)
        self.url = f"{self.base_url}/admin/api/{API_VERSION}/graphql.json"
        self.shop = shop_name(settings.values)
        self.available = self.maximum = float("inf")
        self.restore_rate = 0.0
        self.measured_at = monotonic()
        self.one_at_a_time = Lock()

    def ask(
        self, document: str, variables: Mapping[str, Any] | None = None, *, points: float = 0
    ) -> Answer:
        """`points`: the expected requested cost, for which room is awaited beforehand.

        Raises:
            TooExpensive, FieldsDenied, CursorRefused: the caller asks differently.
        """
        with self.one_at_a_time:
            return self.answer(document, variables, points)

    def answer(self, document: str, variables: Mapping[str, Any] | None, points: float) -> Answer:
        body = orjson.dumps({"query": document, "variables": dict(variables or {})})
        throttled = failed = 0
        self.await_room(points)
        while True:
            answer = self.decoded(self.post(body))
            if answer is None:
                failed += 1
                if failed >= FAILED_TRIES:
                    raise VendorUnavailable(NAME, "the answers are cut short.", hint="Try later.")
                self.wait(SECOND * 2 ** (failed - 1))
                continue
            requested, actual = self.note_cost(answer)
            self.note_ignored_terms(answer)
            errors = answer.get("errors")
            if not errors and answer.get("data") is not None:
                return Answer(answer["data"], requested, actual)
            code = first_code(errors)
            if code == "THROTTLED":
                throttled += 1
                if throttled >= THROTTLED_TRIES:
                    raise VendorUnavailable(
                        NAME,
                        f"the store throttled the same question {throttled} times.",
                        hint="Another app uses up this key's limit; it is tried again by itself.",
                    )
                lacking = min(requested or points, self.maximum)
                self.wait(max(SECOND, self.seconds_to_earn(lacking)))
            elif code in ("INTERNAL_SERVER_ERROR", "TIMEOUT"):
                failed += 1
                if failed >= FAILED_TRIES:
                    raise VendorUnavailable(
                        NAME,
                        f"the store answered {code} {failed} times.",
                        hint="It is tried again by itself.",
                    )
                self.wait(SECOND * 2 ** (failed - 1))
            else:
                refuse(errors, variables or {})

    def post(self, body: bytes) -> requests.Response:
        renewed = False
        while True:
            headers = {
                "X-Shopify-Access-Token": self.tokens.current(),
                "Content-Type": "application/json",
                "Accept": "application/json",
            }
            try:
                # A redirected POST would become a GET, and at another shop.
                response = self.session.post(
                    self.url, data=body, headers=headers, allow_redirects=False
                )
            except requests.HTTPError as error:
                status = error.response.status_code if error.response is not None else 0
                if status == 401 and not renewed and self.tokens.renew():
                    renewed = True
                    continue
                refuse_status(status)
                raise
            if response.is_redirect or response.status_code in (301, 302, 303, 307, 308):
                moved = urlsplit(response.headers.get("Location", "")).netloc
                raise SettingsRefused(
                    NAME,
                    f"{self.shop} answers from another address ({moved or 'unknown'}).",
                    hint="The store was renamed: set `shop` to its present name.",
                )
            served = response.headers.get("X-Shopify-API-Version")
            if served and served != API_VERSION:
                self.report.warn(
                    "shop",
                    f"Shopify answered with API version {served} instead of {API_VERSION}:"
                    " this connector's version is out of support.",
                )
            return response

    def decoded(self, response: requests.Response) -> dict[str, Any] | None:
        """None: the body is cut short."""
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            if b"<html" in response.content[:300].lower():
                raise UnexpectedResponse(
                    NAME, "a web page was answered instead of data.", hint="Check the shop."
                ) from None
            return None
        if not isinstance(answer, dict) or ("data" not in answer and "errors" not in answer):
            raise UnexpectedResponse(NAME, "the answer is neither data nor an error.")
        return answer

    def note_cost(self, answer: Mapping[str, Any]) -> tuple[float, float]:
        cost = (answer.get("extensions") or {}).get("cost") or {}
        status = cost.get("throttleStatus") or {}
        if status:
            self.maximum = float(status.get("maximumAvailable") or 0) or self.maximum
            self.available = float(status.get("currentlyAvailable") or 0)
            self.restore_rate = float(status.get("restoreRate") or 0)
            self.measured_at = monotonic()
        return float(cost.get("requestedQueryCost") or 0), float(cost.get("actualQueryCost") or 0)

    def note_ignored_terms(self, answer: Mapping[str, Any]) -> None:
        """A search term that Shopify does not know is ignored, and more is answered than asked."""
        for search in (answer.get("extensions") or {}).get("search") or ():
            for warning in search.get("warnings") or ():
                note = f"Shopify ignored a search term: {warning.get('message')}"
                if note not in self.report.notes:
                    self.report.notes.append(note)

    def seconds_to_earn(self, points: float) -> float:
        """Until so many points have come back beyond those at hand; may be more than the bucket
        holds at a time."""
        if not self.restore_rate:
            return 0.0
        restored = (monotonic() - self.measured_at) * self.restore_rate
        lacking = points - min(self.available + restored, self.maximum)
        return max(0.0, lacking / self.restore_rate)

    def await_room(self, points: float) -> None:
        if seconds := self.seconds_to_earn(min(points, self.maximum)):
            self.wait(seconds)

    def wait(self, seconds: float) -> None:
        seconds = min(seconds, LONGEST_WAIT * SECOND)
        self.report.waited_seconds += seconds
        sleep(seconds)

    def account(self, document: str = ACCOUNT) -> tuple[Access, dict[str, Any]]:
        """The key's scopes and the shop it opens; one cheap request."""
        data = self.ask(document).data
        handles = data["currentAppInstallation"]["accessScopes"]
        shop = data["shop"]
        if shop["myshopifyDomain"].lower() != self.shop:
            raise SettingsRefused(
                NAME,
                f"the key opens {shop['myshopifyDomain']}, not {self.shop}.",
                hint="Set `shop` to the store that this key belongs to.",
            )
        return Access(frozenset(each["handle"] for each in handles)), shop


def shop_name(settings: Mapping[str, str]) -> str:
    return settings["shop"].lower().removesuffix(".myshopify.com") + ".myshopify.com"


def base_url(settings: Mapping[str, str]) -> str:
    return (settings.get("base_url") or f"https://{shop_name(settings)}").rstrip("/")


def first_code(errors: Any) -> str:
    """The code that decides what to do: a passing one before a lasting one."""
    codes = [
        str((each.get("extensions") or {}).get("code") or "")
        for each in errors or ()
        if isinstance(each, dict)
    ]
    for passing in ("THROTTLED", "INTERNAL_SERVER_ERROR", "TIMEOUT"):
        if passing in codes:
            return passing
    return codes[0] if codes else ""


def refuse(errors: Any, variables: Mapping[str, Any]) -> NoReturn:
    if not isinstance(errors, list) or not errors:
        raise UnexpectedResponse(NAME, f"no data was answered ({str(errors)[:200]}).")
    denied, roots = set[str](), set[str]()
    for error in errors:
        code = (error.get("extensions") or {}).get("code")
        message = str(error.get("message", ""))
        if code == "MAX_COST_EXCEEDED":
            extensions = error["extensions"]
            raise TooExpensive(extensions.get("cost"), extensions.get("maxCost"))
        if code == "ACCESS_DENIED":
            path = error.get("path") or ()
            denied.add(record_path(path))
            roots.update(path[:1])
        elif code == "SHOP_INACTIVE":
            raise CredentialsRejected(
                NAME, "the store is inactive.", hint="Reactivate it, then reconnect."
            )
        elif variables.get("after") and "cursor" in message.lower():
            raise CursorRefused(message)
        else:
            raise UnexpectedResponse(
                NAME, f"{code or 'an error'}: {message[:300]}", hint="Please report it."
            )
    raise FieldsDenied(frozenset(denied), frozenset(roots))


def record_path(path: Any) -> str:
    """`["orders", "nodes", 0, "customer"]` is `customer`: the root and the pages left out."""
    steps = [str(step) for step in path[1:] if not isinstance(step, int) and step not in WRAPPERS]
    return ".".join(steps)


def refuse_status(status: int) -> None:
    if status == 401:
        raise CredentialsRejected(
            NAME,
            "the access token was not accepted.",
            hint="It was revoked or mistyped: reconnect the data source with a new one.",
        ) from None
    if status == 402:
        raise CredentialsRejected(
            NAME, "the store is frozen for an unpaid bill.", hint="Pay it, then reconnect."
        ) from None
    if status == 423:
        raise CredentialsRejected(
            NAME, "the store is locked.", hint="Ask Shopify's support, then reconnect."
        ) from None
    if status == 404:
        raise SettingsRefused(
            NAME, "there is no such store, or not this API version.", hint="Check the shop's name."
        ) from None
