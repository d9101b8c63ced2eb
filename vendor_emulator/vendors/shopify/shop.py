"""The emulated Shopify: its addresses, its limits, its world.

Belongs here: one request from bytes to bytes, and what a test may do to the shop. Does not belong
here: executing (`execution.py`), jobs (`bulk.py`), tokens (`tokens.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from threading import RLock
from typing import Any
from uuid import uuid4

import orjson
from graphql import GraphQLError
from graphql.execution.values import get_variable_values

from vendor_emulator.vendors import Answer, Asked, Opening
from vendor_emulator.vendors.shopify import answers, rehearsing
from vendor_emulator.vendors.shopify.access import Grant
from vendor_emulator.vendors.shopify.bulk import BulkJobs
from vendor_emulator.vendors.shopify.changes import Changing
from vendor_emulator.vendors.shopify.cost import MAX_QUERY_COST, RESTORE_RATES, Bucket, Pricing
from vendor_emulator.vendors.shopify.documents import AnswerStore, Documents
from vendor_emulator.vendors.shopify.execution import Prepared, Session, execute
from vendor_emulator.vendors.shopify.paging import WALL
from vendor_emulator.vendors.shopify.schema import load_schema
from vendor_emulator.vendors.shopify.selecting import Selecting
from vendor_emulator.vendors.shopify.tokens import STATIC_TOKEN, Tokens
from vendor_emulator.vendors.shopify.webhook_changes import tell_changes
from vendor_emulator.vendors.shopify.webhooks import DAY_WAITS, Webhooks
from vendor_emulator.vendors.shopify.world import World
from vendor_emulator.vendors.shopify.writing import Writes
from vendor_emulator.webhooks import Manners

DUMP = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
SUPPORTED = ("2026-01", "2026-04", "2026-07", "2026-10")
VERSION = re.compile(r"20\d\d-(01|04|07|10)|unstable")
GRAPHQL = re.compile(r"/admin/api/(?P<version>[^/]+)/graphql\.json")
TOKEN_PATH = "/admin/oauth/access_token"  # noqa: S105


@dataclass(frozen=True)
class Query:
    text: str
    variables: dict[str, Any]
    operation: str | None


class Shop(Changing):
    """One shop. `lock` is held while it answers or changes, so a page is of one moment."""

    def __init__(self, opening: Opening) -> None:
        options = opening.options
        self.clock = opening.clock
        self.lock = RLock()
        self.domain = str(options.get("domain", "fable-and-co.myshopify.com"))
        self.plan = str(options.get("plan", "standard"))
        rate = float(options.get("restore_rate", RESTORE_RATES[self.plan]))
        maximum = float(options.get("bucket", rate * 20))
        self.bucket = Bucket(self.clock, maximum=maximum, restore_rate=rate)
        self.max_query_cost = int(options.get("max_query_cost", MAX_QUERY_COST))
        self.page_wall = int(options.get("page_wall", WALL))
        self.tokens = Tokens(self.clock)
        if "scopes" in options:
            self.tokens.grant(STATIC_TOKEN, options["scopes"])
        self.bulk = BulkJobs(opening.folder, self.clock, self.lock)
        self.world = World(opening.business, self.stamp)
        manners = opening.options.get("webhooks") or Manners(waits=DAY_WAITS)
        self.webhooks = Webhooks(self.domain, self.stamp, manners)
        tell_changes(self.world, self.webhooks)
        self.documents = Documents()
        self.store = AnswerStore(opening.folder / "answers")
        self.selecting = Selecting(self.world)
        self.writes = Writes(options)

    # ------------------------------------------------------------------ what the server calls

    def answer(self, asked: Asked) -> Answer:
        if asked.path == TOKEN_PATH and asked.method == "POST":
            with self.lock:
                return self.tokens.exchange(asked)
        if asked.path.startswith("/bulk/"):
            path = self.bulk.file(asked.path.rsplit("/", 1)[-1])
            return (
                answers.GONE if path is None else Answer(file=path, media_type="application/jsonl")
            )
        match = GRAPHQL.fullmatch(asked.path)
        if match is None or asked.method != "POST" or not VERSION.fullmatch(match["version"]):
            return answers.NOT_FOUND
        served = served_version(match["version"])
        if served is None:
            return answers.NOT_FOUND
        with self.lock:
            grant = self.tokens.who(asked.headers.get("x-shopify-access-token", ""))
            made = answers.UNAUTHORIZED if grant is None else self._graphql(asked, grant)
        return Answer(
            made.status,
            made.body,
            {
                **made.headers,
                "X-Shopify-API-Version": served,
                "X-Request-Id": str(uuid4()),
                "X-Shopify-Stage": "production",
            },
            made.media_type,
        )

    def names(self, asked: Asked) -> tuple[str, ...]:
        if GRAPHQL.fullmatch(asked.path) is None:
            return ("token",) if asked.path == TOKEN_PATH else ("bulk file",)
        query = read_query(asked)
        return () if query is None else self.documents.read(query.text).names()

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name in answers.STATUSES:
            return answers.STATUSES[name]
        if name == "throttled":
            return _json(
                answers.throttled(
                    self.max_query_cost, {**self.bucket.status(), "currentlyAvailable": 0}
                )
            )
        if name == "max-cost":
            return _json(answers.too_dear(self.max_query_cost + 1, self.max_query_cost))
        if name == "internal-error":
            return _json(answers.internal_error(str(uuid4())))
        if name == "shop-inactive":
            return answers.STATUSES["402"]
        if name == "revoked":
            with self.lock:
                self.tokens.revoke()
            return answers.UNAUTHORIZED
        if name == "expired-cursor":
            query = read_query(asked)
            names = self.names(asked)
            has_cursor = query is not None and bool(query.variables.get("after"))
            return _json(answers.expired_cursor(names[-1])) if has_cursor else None
        return None

    def credentials(self, base_url: str) -> dict[str, str]:
        name = self.domain.removesuffix(".myshopify.com")
        return {"shop": name, "access_token": STATIC_TOKEN, "base_url": base_url}

    def writing_credentials(self, base_url: str) -> dict[str, str]:
        """Of an app that syncs products; the reading app's key does not write."""
        return {**self.credentials(base_url), "access_token": self.tokens.writing()}

    def rows(self) -> dict[str, int]:
        with self.lock:
            return rehearsing.rows(self.world, self.clock.now())

    def touch(self, table: str) -> str:
        with self.lock:
            return rehearsing.touch(self.world, table)

    def close(self) -> None:
        self.bulk.closed = True
        self.webhooks.close()
        self.store.close()

    # ------------------------------------------------------------------ GraphQL

    def session(self, grant: Grant, base_url: str = "") -> Session:
        now = self.clock.now()
        return Session(
            world=self.world,
            grant=grant,
            now=now,
            jobs=self.bulk,
            select=lambda name, text, sort: self.selecting.select(name, text, sort, grant, now),
            base_url=base_url,
            domain=self.domain,
            plan=self.plan,
            versions=(*SUPPORTED, "unstable"),
            wall=self.page_wall,
            webhooks=self.webhooks,
            shop=self,
        )

    def _graphql(self, asked: Asked, grant: Grant) -> Answer:
        query = read_query(asked)
        if query is None:
            return answers.BAD_REQUEST
        document = self.documents.read(query.text)
        if document.unparsable is not None:
            return _json(answers.unparsable(document.unparsable))
        prepared = document.operation(query.operation)
        if document.invalid:
            name = document.operations[0].operation.value if document.operations else "query"
            return _json(answers.invalid(list(document.invalid), name))
        if prepared is None:
            return _json({"errors": [{"message": "An operation name is required"}]})
        variables = get_variable_values(
            load_schema(), prepared.operation.variable_definitions, query.variables
        )
        if isinstance(variables, list):
            return _json(answers.bad_variables(variables))
        return self._priced(asked, query, prepared, variables, grant)

    def _priced(
        self,
        asked: Asked,
        query: Query,
        prepared: Prepared,
        variables: dict[str, Any],
        grant: Grant,
    ) -> Answer:
        debug = asked.headers.get("shopify-graphql-cost-debug") == "1"
        key = (
            query.text,
            query.operation,
            orjson.dumps(query.variables, option=orjson.OPT_SORT_KEYS),
            grant,
            asked.base_url,
            self.world.version,
            self.clock.now().date(),
        )
        kept = None if debug else self.store.get(key)
        pricing = Pricing(load_schema(), prepared.fragments, variables)
        try:
            requested = kept.requested if kept else pricing.operation(prepared.operation)
        except GraphQLError as error:
            return _json(answers.invalid([error], prepared.operation.operation.value))
        if requested > self.max_query_cost:
            return _json(answers.too_dear(requested, self.max_query_cost))
        if not self.bucket.take(requested):
            return _json(answers.throttled(requested, self.bucket.status()))
        if kept is not None:
            self.bucket.give_back(requested - kept.actual)
            return self._framed(
                self.store.read(kept), b"", requested, kept.actual, kept.search, None
            )
        self.selecting.warned.clear()
        session = self.session(grant, asked.base_url)
        result = execute(prepared, variables, session)
        actual = requested if result.actual_cost is None else min(requested, result.actual_cost)
        self.bucket.give_back(requested - actual)
        data = orjson.dumps(result.data, option=DUMP)
        errors = orjson.dumps(result.errors, option=DUMP) if result.errors else b""
        search = list(self.selecting.warned)
        if not session.is_volatile and not errors:
            self.store.put(key, data, requested=requested, actual=actual, search=search)
        return self._framed(
            data, errors, requested, actual, search, pricing.details if debug else None
        )

    def _framed(
        self,
        data: bytes,
        errors: bytes,
        requested: int,
        actual: int,
        search: list[Any],
        details: list[Any] | None,
    ) -> Answer:
        cost: dict[str, Any] = {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": self.bucket.status(),
        }
        if details is not None:
            cost["fields"] = details
        extensions: dict[str, Any] = {"cost": cost}
        if search:
            extensions["search"] = search
        parts = [b'{"data":', data]
        if errors:
            parts += [b',"errors":', errors]
        parts += [b',"extensions":', orjson.dumps(extensions), b"}"]
        return Answer(body=b"".join(parts))


def served_version(asked: str) -> str | None:
    """What answers a version: itself, the oldest supported for an older one, None for a later."""
    if asked in (*SUPPORTED, "unstable"):
        return asked
    return SUPPORTED[0] if asked < SUPPORTED[0] else None


def read_query(asked: Asked) -> Query | None:
    if asked.headers.get("content-type", "").startswith("application/graphql"):
        return Query(asked.body.decode("utf-8", "replace"), {}, None)
    try:
        sent = orjson.loads(asked.body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(sent, dict) or not isinstance(sent.get("query"), str):
        return None
    variables = sent.get("variables") or {}
    return (
        Query(sent["query"], variables, sent.get("operationName"))
        if isinstance(variables, dict)
        else None
    )


def _json(content: Any) -> Answer:
    return Answer(body=orjson.dumps(content, option=DUMP))
