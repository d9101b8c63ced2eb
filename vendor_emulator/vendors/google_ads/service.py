"""The Google Ads API over REST: search, searchStream, accounts, the list of fields, tokens.

Belongs here: addresses, pages and chunks, faults, what the contract suite asks. Does not belong
here: who may ask (`access.py`), what a query may say (`catalogue.py`), rows (`answers.py`).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer
from vendor_emulator.vendors.google_ads import access, failures
from vendor_emulator.vendors.google_ads.access import Access
from vendor_emulator.vendors.google_ads.answers import Rows, field_mask
from vendor_emulator.vendors.google_ads.catalogue import listed
from vendor_emulator.vendors.google_ads.failures import Refused
from vendor_emulator.vendors.google_ads.gaql import Parsed, parse
from vendor_emulator.vendors.google_ads.rehearsing import RESOURCES_OF, expected_rows, rename
from vendor_emulator.vendors.google_ads.rules import require_allowed
from vendor_emulator.vendors.google_ads.world import Change, World

VERSION = "v26"
LARGEST_PAGE = 10_000
SEARCH = re.compile(r"/customers/(?P<id>[^/:]+)/googleAds:(?P<how>search|searchStream)")
SYSTEM_PARAMETERS = {"alt", "fields", "prettyPrint", "quotaUser", "key"}
SENT = {
    "search": {"query", "pageToken", "validateOnly", "searchSettings", "pageSize"},
    "searchStream": {"query", "summaryRowSetting"},
    "fields": {"query", "pageToken", "pageSize"},
}
PAGE_LIFE_SECONDS = 7_200


class GoogleAds:
    """Options: `scale` (times the campaigns), `largest_page` of a search, `largest_part` of a
    stream (as large, unless it is said), and those of `Access`."""

    def __init__(self, opening: Opening) -> None:
        self.clock = opening.clock
        self.world = World(opening.business, scale=opening.options.get("scale", 1))
        self.access = Access(opening.clock, opening.options)
        self.rows_of = Rows(self.world)
        self.largest_page = opening.options.get("largest_page", LARGEST_PAGE)
        self.largest_part = opening.options.get("largest_part", self.largest_page)

    # ------------------------------------------------------------------ requests

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            return self.access.exchange(asked)
        version, _, rest = asked.path.removeprefix("/").partition("/")
        is_stream = asked.path.endswith(":searchStream")
        if version != VERSION:
            return failures.plain(404, in_list=is_stream)
        try:
            self.access.require_key(asked)
            for name in asked.query:
                if name not in SYSTEM_PARAMETERS:
                    return failures.plain(
                        400, message=f'Invalid JSON payload received. Unknown name "{name}".'
                    )
            return self.routed(asked, "/" + rest)
        except Refused as error:
            return error.answer(VERSION, in_list=is_stream)

    def routed(self, asked: Asked, path: str) -> Answer:
        if path == "/customers:listAccessibleCustomers" and asked.method == "GET":
            names = [f"customers/{root}" for root in self.world.roots]
            return self.printed(asked, {"resourceNames": names})
        if path == "/googleAdsFields:search" and asked.method == "POST":
            return self.fields(asked)
        found = SEARCH.fullmatch(path)
        if found is None or asked.method != "POST":
            return failures.plain(404)
        if not found["id"].isdigit():
            raise Refused("requestError", "INVALID_CUSTOMER_ID", "Digits only.")
        sent = body_of(asked, SENT[found["how"]])
        self.access.require_account(asked, self.world, found["id"])
        customer = self.world.customers[found["id"]]
        query = parse(sent.get("query"))
        require_allowed(query, today=self.clock.now().astimezone(customer.zone).date())
        if customer.is_manager and query.metrics:
            raise Refused(
                "queryError", "REQUESTED_METRICS_FOR_MANAGER", "Metrics of a manager account."
            )
        if not sent.get("pageToken"):
            self.access.count_operation()
        rows = self.rows_of.of(customer, query)
        if found["how"] == "searchStream":
            return self.streamed(asked, query, rows)
        return self.paged(asked, query, rows, sent, customer.id)

    def streamed(self, asked: Asked, query: Parsed, rows: list[bytes]) -> Answer:
        size = self.largest_part
        mask = field_mask(query.select).encode()
        parts = [
            b'{"results":['
            + b",".join(rows[start : start + size])
            + b'],"fieldMask":"'
            + mask
            + b'","requestId":"emulated-request"}'
            for start in range(0, len(rows), size)
        ] or [b'{"fieldMask":"' + mask + b'","requestId":"emulated-request"}']
        return self.printed(asked, b"[" + b"\n,\n".join(parts) + b"]")

    def paged(
        self, asked: Asked, query: Parsed, rows: list[bytes], sent: dict[str, Any], account: str
    ) -> Answer:
        if "pageSize" in sent:
            raise Refused(
                "requestError", "PAGE_SIZE_NOT_SUPPORTED", "Setting the page size is not supported."
            )
        wanted = sent.get("searchSettings") or {}
        start = self.place(sent["pageToken"], account, sent["query"]) if "pageToken" in sent else 0
        page = [] if wanted.get("omitResults") else rows[start : start + self.largest_page]
        answer: dict[str, Any] = {"fieldMask": field_mask(query.select)}
        if page:
            answer["results"] = [orjson.Fragment(row) for row in page]
        if page and start + len(page) < len(rows):
            answer["nextPageToken"] = self.token(start + len(page), account, sent["query"])
        if wanted.get("returnTotalResultsCount"):
            answer["totalResultsCount"] = str(len(rows))
        return self.printed(asked, answer)

    def token(self, start: int, account: str, query: str) -> str:
        until = int(self.clock.seconds()) + PAGE_LIFE_SECONDS
        return base64.urlsafe_b64encode(orjson.dumps([start, account, query, until])).decode()

    def place(self, token: str, account: str, query: str) -> int:
        try:
            start, of_account, of_query, until = orjson.loads(base64.urlsafe_b64decode(token))
        except ValueError:
            raise Refused("requestError", "INVALID_PAGE_TOKEN", "No page token.") from None
        if (of_account, of_query) != (account, query):
            raise Refused("requestError", "INVALID_PAGE_TOKEN", "Of another query.")
        if until < self.clock.seconds():
            raise Refused("requestError", "EXPIRED_PAGE_TOKEN", "Page token has expired.")
        return start

    def fields(self, asked: Asked) -> Answer:
        sent = body_of(asked, SENT["fields"])
        query = parse(sent.get("query"), needs_from=False)
        if query.resource:
            raise Refused("queryError", "UNEXPECTED_FROM_CLAUSE", "No FROM here.")
        named = query.on("name")
        names = [value for condition in named for value in condition.values]
        rows = list(listed(names, query.select))
        return self.printed(asked, {"results": rows, "totalResultsCount": str(len(rows))})

    def printed(self, asked: Asked, body: Any) -> Answer:
        """Indented, unless `prettyPrint=false`."""
        is_pretty = asked.query.get("prettyPrint", "true") != "false"
        if isinstance(body, bytes) and not is_pretty:
            return Answer(body=body, media_type="application/json; charset=UTF-8")
        told = orjson.loads(body) if isinstance(body, bytes) else body
        text = orjson.dumps(told, option=orjson.OPT_INDENT_2 if is_pretty else None)
        return Answer(body=text, media_type="application/json; charset=UTF-8")

    # ------------------------------------------------------------------ tests and the demo

    def names(self, asked: Asked) -> tuple[str, ...]:
        """The resource of FROM, and the tables that a person would call it."""
        operation = asked.path.rpartition("/")[2].rpartition(":")[2]
        try:
            query = parse(orjson.loads(asked.body)["query"], needs_from=False)
        except (ValueError, KeyError, TypeError, Refused):
            return (operation,)
        if not query.resource:
            return ("googleAdsFields",)
        is_dated = "segments.date" in query.select
        by_action = any("conversion_action" in name for name in query.segments)
        tables = RESOURCES_OF.get((query.resource, is_dated, by_action), ())
        return (operation, query.resource, *tables)

    def fault(self, name: str, asked: Asked) -> Answer | None:
        is_stream = asked.path.endswith(":searchStream")
        if name == "revoked":
            self.access.revoke()
            return self.answer(asked)
        if name == "expired-access-token":
            self.access.expire()
            return self.answer(asked)
        if name == "mid-stream-error":
            return self.broken_stream(asked)
        if name in FAULTS:
            return FAULTS[name].answer(VERSION, in_list=is_stream)
        if name == "429":
            return FAULTS["throttled"].answer(VERSION, in_list=is_stream)
        return failures.plain(int(name), in_list=is_stream) if name.isdigit() else None

    def broken_stream(self, asked: Asked) -> Answer:
        """Good chunks, and an error after them in the same array of a good status."""
        good = self.answer(asked)
        chunks = orjson.loads(good.body)
        if not isinstance(chunks, list):
            return FAULTS["internal-error"].answer(VERSION, in_list=False)
        error = FAULTS["internal-error"].body(VERSION)
        return json_answer([*chunks, error])

    def credentials(self, base_url: str) -> dict[str, str]:
        return {
            "developer_token": access.DEVELOPER_TOKEN,
            "client_id": access.CLIENT_ID,
            "client_secret": access.CLIENT_SECRET,
            "refresh_token": access.REFRESH_TOKEN,
            "base_url": base_url,
            "token_url": f"{base_url}/token",
        }

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        """Days are restated, one campaign is paused or resumed."""
        self.world.move_to(business)
        campaigns = self.world.ads.campaigns
        chosen = campaigns[business.days_later % len(campaigns)]
        edits = self.world.edits.setdefault(("campaigns", chosen.id), {})
        is_paused = edits.get("campaign.status") == "PAUSED"
        edits["campaign.status"] = "ENABLED" if is_paused else "PAUSED"
        at = stamped_at or business.now - timedelta(hours=5)
        self.world.changes.append(Change(at, "CAMPAIGN", chosen.id))
        self.rows_of.forget()

    def rows(self) -> Mapping[str, int]:
        return expected_rows(self.world, self.clock.now())

    def touch(self, table: str) -> str:
        key = rename(self.world, table, self.clock.now())
        self.rows_of.forget()
        return key

    def close(self) -> None:
        self.rows_of.forget()


FAULTS = {
    "throttled": failures.quota("RESOURCE_TEMPORARILY_EXHAUSTED", seconds=2, name="Requests"),
    "quota-of-the-day": failures.quota(
        "RESOURCE_EXHAUSTED", seconds=43_200, name="Number of operations for basic access"
    ),
    "excessive-query": failures.quota(
        "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION", seconds=3_600, name="Query resources"
    ),
    "internal-error": Refused("internalError", "TRANSIENT_ERROR", "A transient error occurred."),
    "expired-page-token": Refused("requestError", "EXPIRED_PAGE_TOKEN", "Page token has expired."),
    "account-closed": Refused(
        "authorizationError", "CUSTOMER_NOT_ENABLED", "The account has been deactivated."
    ),
    "permission-denied": Refused(
        "authorizationError", "USER_PERMISSION_DENIED", "No permission to access customer."
    ),
    "test-token": Refused(
        "authorizationError",
        "DEVELOPER_TOKEN_NOT_APPROVED",
        "The developer token is only approved for use with test accounts.",
    ),
}


def body_of(asked: Asked, known: set[str]) -> dict[str, Any]:
    try:
        sent = orjson.loads(asked.body)
    except orjson.JSONDecodeError:
        sent = None
    if not isinstance(sent, dict):
        raise Refused("requestError", "REQUIRED_FIELD_MISSING", "The body is no JSON object.")
    for name in sent:
        if name not in known:
            raise Refused("requestError", "UNKNOWN", f'Unknown name "{name}": cannot find field.')
    return sent
