"""HTTP sessions for connectors: bounded retries that honour the vendor's signals.

Belongs here: what every HTTP vendor needs. Does not belong here: a vendor's own throttling dialect.

dlt's client retries 429, 5xx, time-outs and broken connections with growing waits and obeys
Retry-After; this file adds the count of requests and the retry of a body cut short.
"""

from __future__ import annotations

from typing import Any

import requests
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.requests.retry import DEFAULT_RETRY_STATUS

from dlt_pipelines.connector import SyncReport

ATTEMPTS = 6
TIMEOUT_SECONDS = (10, 120)
USER_AGENT = "chord-dagster/0.1"


def new_session(
    report: SyncReport,
    *,
    backoff_seconds: float = 0.5,
    judges_statuses: bool = True,
    attempts: int = ATTEMPTS,
) -> requests.Session:
    """Raises `requests.HTTPError` for a status that stays bad; `sync.py` says who must act.

    With `judges_statuses` off every status is returned as it came, for who knows the vendor's
    dialect (`api.py`); broken connections and time-outs are still retried, `attempts` times.
    """
    session = Client(
        request_timeout=TIMEOUT_SECONDS,
        status_codes=DEFAULT_RETRY_STATUS if judges_statuses else (),
        raise_for_status=judges_statuses,
        request_max_attempts=attempts,
        request_backoff_factor=backoff_seconds,
        request_max_retry_delay=60,
        retry_condition=is_cut_short,
    ).session
    session.headers["User-Agent"] = USER_AGENT

    def count(response: requests.Response, *_: Any, **__: Any) -> None:
        report.api_requests += 1

    session.hooks["response"].append(count)
    return session


def is_cut_short(response: requests.Response | None, error: BaseException | None) -> bool:
    """A JSON body that does not end like one: a proxy cut it and framed the rest as whole."""
    if response is None or not response.ok:
        return False
    if "json" not in response.headers.get("Content-Type", ""):
        return False
    return not response.content.rstrip().endswith((b"}", b"]", b'"', b"null", b"true", b"false"))
