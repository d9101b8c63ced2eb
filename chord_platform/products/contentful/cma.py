"""Requests to Contentful's management API, within its limit of requests a second.

Belongs here: headers, the limit, which statuses pass by themselves.
Does not belong here: what an answer means for a product.

The limit is kept per token by all processes of this machine. It begins with the plan's lowest and
follows what the answers' headers say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import requests

from dlt_pipelines.api import Again, Api, Verdict
from dlt_pipelines.connector import ConnectionSettings, SyncReport
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse
from dlt_pipelines.limits import Limit, Limiter, limiter

Record = dict[str, Any]

BASE_URL = "https://api.contentful.com"
MEDIA_TYPE = "application/vnd.contentful.management.v1+json"
LOWEST_RATE = 7
LARGEST_PAGE = 1_000
IDS_PER_REQUEST = 150
"""Ids have at most 64 characters: the address stays below 10 kB."""
NAME = "contentful"


@dataclass(frozen=True)
class Answered:
    status: int
    body: Any

    @property
    def error(self) -> str:
        """Contentful's word for it; empty when it is none."""
        if self.status < 400 or not isinstance(self.body, dict):
            return "" if self.status < 400 else str(self.status)
        return (self.body.get("sys") or {}).get("id") or str(self.status)


@dataclass
class Cma:
    """limits: the folder in which processes share the count of requests."""

    space: str
    environment: str
    token: str = field(repr=False)
    base_url: str = BASE_URL
    limits: Path | None = None
    report: SyncReport = field(default_factory=SyncReport)

    def __post_init__(self) -> None:
        self.rate = LOWEST_RATE
        self.api = Api(
            settings=ConnectionSettings({}, report=self.report, limits=self.limits),
            name=NAME,
            base_url=self.base_url,
            judge=self.judge,
            headers=lambda: {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": MEDIA_TYPE,
            },
            limiter=self.limiter(self.rate),
        )

    def limiter(self, rate: int) -> Limiter:
        scope = f"contentful {rate}"
        return limiter(self.api_settings, scope, self.token, Limit(requests=rate, seconds=1))

    @property
    def api_settings(self) -> ConnectionSettings:
        return ConnectionSettings({}, report=self.report, limits=self.limits)

    def judge(self, response: requests.Response, body: Any) -> Verdict:
        status = response.status_code
        self.follow(response.headers)
        if status == 429:
            wait = number(response.headers.get("X-Contentful-RateLimit-Reset"))
            return Again("Contentful throttles (429)", after=wait or 1.0, throttled=True)
        if status in (408, 425) or status >= 500:
            return Again(f"Contentful answers {status}")
        if status in (401, 403):
            return CredentialsRejected(
                NAME,
                f"the management token was refused ({status}).",
                hint="Give the tenant a token of a user who may edit this environment.",
            )
        return None

    def follow(self, headers: Mapping[str, str]) -> None:
        rate = number(headers.get("X-Contentful-RateLimit-Second-Limit"))
        if rate and int(rate) != self.rate:
            self.rate = int(rate)
            self.api.limiter = self.limiter(self.rate)

    # ------------------------------------------------------------------ requests

    @property
    def root(self) -> str:
        return f"/spaces/{self.space}/environments/{self.environment}"

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        version: int | None = None,
        content_type: str = "",
    ) -> Answered:
        """path: beneath the environment, or from the root when it begins with a slash.

        Raises:
            ConnectorError: the token was refused, or it stayed throttled or ill.
        """
        headers = {} if version is None else {"X-Contentful-Version": str(version)}
        if content_type:
            headers["X-Contentful-Content-Type"] = content_type
        response, content = self.api.ask(
            method,
            path if path.startswith("/") else f"{self.root}/{path}",
            params=params,
            data=None if body is None else orjson.dumps(body),
            headers=headers,
        )
        return Answered(response.status_code, content)

    def get(self, path: str, **params: str) -> Any:
        """Raises: UnexpectedResponse for any refusal."""
        answered = self.ask("GET", path, params=params or None)
        if answered.error:
            raise unexpected(answered, f"GET {path}")
        return answered.body

    def all(self, path: str, params: Mapping[str, str]) -> Iterator[Record]:
        """Every record of a collection; the order must be stable across pages. An answer has at
        most 7 MB: a page that would be larger is asked for in halves."""
        skip, limit = 0, LARGEST_PAGE
        while True:
            asked = {**params, "limit": str(limit), "skip": str(skip)}
            answered = self.ask("GET", path, params=asked)
            if answered.error == "BadRequest" and limit > 1 and "size" in str(answered.body):
                limit //= 2
                continue
            if answered.error:
                raise unexpected(answered, f"GET {path}")
            page = answered.body
            yield from page["items"]
            skip += len(page["items"])
            if not page["items"] or skip >= page["total"]:
                return

    def by_ids(self, path: str, ids: Sequence[str]) -> Iterator[Record]:
        for start in range(0, len(ids), IDS_PER_REQUEST):
            some = ",".join(ids[start : start + IDS_PER_REQUEST])
            yield from self.all(path, {"sys.id[in]": some, "order": "sys.id"})

    def having(
        self, content_type: str, name: str, values: Sequence[str], **params: str
    ) -> list[Record]:
        """Entries with one of these values in a field. A comma would end a value of a list."""
        plain = [value for value in dict.fromkeys(values) if value and "," not in value]
        filters = [
            {f"fields.{name}[in]": ",".join(plain[start : start + IDS_PER_REQUEST])}
            for start in range(0, len(plain), IDS_PER_REQUEST)
        ]
        filters += [{f"fields.{name}": value} for value in dict.fromkeys(values) if "," in value]
        found = [
            entry
            for one in filters
            for entry in self.all(
                "entries",
                {"content_type": content_type, "order": "sys.createdAt,sys.id", **one, **params},
            )
        ]
        return list({one["sys"]["id"]: one for one in found}.values())


def number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def unexpected(answered: Answered, asked: str) -> UnexpectedResponse:
    return UnexpectedResponse(
        NAME,
        f"{asked} was answered {answered.status} {answered.error}.",
        hint="Run `chord tenants check`: the space, the environment or its content types differ.",
    )
