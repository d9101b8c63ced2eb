"""TikTok's Business API: one request, its verdict, pages by number.

Belongs here: the error dialect (status 200 with a `code`), the pager, the limiter.
Does not belong here: which streams are asked (`entities.py`, `reports.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from dlt_pipelines.api import Again, Api, Verdict, judged_by_status
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import (
    CredentialsRejected,
    SettingsRefused,
    UnexpectedResponse,
)
from dlt_pipelines.limits import Limit, limiter
from dlt_pipelines.sources.tiktok_ads.setup import NAME

PREFIX = "/open_api/v1.3"
LIMITS = (Limit(10, 1), Limit(600, 60))
PAGE_SIZE = 1000

GOOD, PARTLY = 0, 20001
THROTTLED = frozenset({40016, 40100, 40132, 40133})
"""App, request, value and advertiser levels of "too many requests"."""
PASSING = frozenset({40200, 40201, 40202, 40700, 60001})
"""Task errors, write conflicts, internal validation, maintenance; and every 5xxxx."""
KEY_REFUSED = frozenset({40101, 40102, 40103, 40104, 40105, 40106, 40107, 40113, 40115, 40116})
NOT_PERMITTED = frozenset({40001, 40003, 40117, 40118, 40125, 40130, 40301})
ACCOUNT_GONE = frozenset({40114, 40300, 40302})
MINUTE_SECONDS, DAY_SECONDS = 300.0, 86_400.0
"""What the vendor says to wait: five minutes for the minute's limit, midnight UTC for the day's."""


class NotPermitted(CredentialsRejected):
    """The token is good, but may not read this (of this account)."""


class AccountGone(SettingsRefused):
    """The ad account was deleted or has withdrawn its permission."""


def judge(response: requests.Response, body: Any) -> Verdict:
    if not response.ok:
        return by_status(response, body)
    path = urlsplit(response.url).path
    if not isinstance(body, dict) or not isinstance(body.get("code"), int):
        return Again("the answer is none of the API's")
    code, said = body["code"], str(body.get("message", ""))[:200]
    if code == GOOD or (code == PARTLY and path.endswith("/advertiser/info/")):
        return None
    if code in THROTTLED:
        return Again(f"TikTok throttles ({code})", after=seconds_named(said), throttled=True)
    if code in PASSING or code == PARTLY or 50000 <= code < 60000:
        return Again(f"TikTok answers {code}")
    what = f"TikTok answered {code} to {path}: {said}"
    if code in KEY_REFUSED:
        return CredentialsRejected(
            NAME, what, hint="Authorise the app anew and reconnect the data source."
        )
    if code in NOT_PERMITTED:
        return NotPermitted(
            NAME, what, hint="Check the app's permissions and the advertiser_ids, then reconnect."
        )
    if code in ACCOUNT_GONE:
        return AccountGone(NAME, what, hint="Take the account out of advertiser_ids.")
    return UnexpectedResponse(NAME, what, hint="Please report it with the log of this run.")


by_status = judged_by_status(NAME)


def seconds_named(said: str) -> float | None:
    """Which of the three limits was hit, where the text tells; else the waits grow from a second
    to a minute, and so reach over the second's and the minute's limit."""
    if re.search(r"\bqpd\b|per day|daily", said, re.IGNORECASE):
        return DAY_SECONDS
    if re.search(r"\bqpm\b|per minute", said, re.IGNORECASE):
        return MINUTE_SECONDS
    return None


class Client:
    def __init__(self, settings: ConnectionSettings) -> None:
        token = settings["access_token"]
        self.api = Api(
            settings,
            NAME,
            settings["base_url"],
            judge,
            headers=lambda: {"Access-Token": token},
            limiter=limiter(settings, NAME, token, *LIMITS),
        )

    def get(self, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The answer's `data`. Lists and objects go as JSON text, which is TikTok's way."""
        sent = {
            name: value if isinstance(value, str) else orjson.dumps(value).decode()
            for name, value in params.items()
        }
        data = self.api.get(PREFIX + path, sent).get("data")
        if not isinstance(data, dict):
            raise UnexpectedResponse(NAME, f"the answer to {path} holds no data.")
        return data

    def pages(
        self,
        path: str,
        params: Mapping[str, Any],
        *,
        records: str = "list",
        size: int = PAGE_SIZE,
    ) -> Iterator[list[dict[str, Any]]]:
        """Each page's records. Only TikTok's own number of pages ends the list."""
        page = 1
        while True:
            data = self.get(path, {**params, "page": page, "page_size": size})
            info = data.get("page_info")
            if not isinstance(info, dict) or info.get("page") != page:
                raise UnexpectedResponse(NAME, f"page {page} of {path} is not told to be it.")
            found = data.get(records) or []
            yield found
            if page >= int(info["total_page"]):
                return
            if not found:
                raise UnexpectedResponse(
                    NAME, f"page {page} of {path} is empty and said not to be the last."
                )
            page += 1

    def total(self, path: str, params: Mapping[str, Any]) -> int:
        data = self.get(path, {**params, "page": 1, "page_size": 1})
        return int(data["page_info"]["total_number"])
