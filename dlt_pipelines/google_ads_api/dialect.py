"""What an answer of the Google Ads API means for the request that got it.

Belongs here: the error families and their verdicts. Does not belong here: asking (`client.py`).

The daily quota is no throttle: every further request of the day is refused, so nothing is tried
again before tomorrow. A closed account is no rejected key: the others are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests

from dlt_pipelines.api import LONGEST_WAIT, PASSING_STATUSES, Again, Judge, Renew, Verdict
from dlt_pipelines.api import retry_after as header_retry_after
from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    QuotaSpent,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.google_ads_api.bodies import CutShort, last_error

STREAM = "googleAds:searchStream"
CLOSED_ACCOUNT = {
    ("authorizationError", "CUSTOMER_NOT_ENABLED"): "is not enabled",
    ("authorizationError", "USER_PERMISSION_DENIED"): "may not be read with this login",
    ("queryError", "REQUESTED_METRICS_FOR_MANAGER"): "is a manager, which has no numbers",
}
SPENT_QUOTAS = (
    "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
    "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION",
)
RENEWABLE = ("OAUTH_TOKEN_EXPIRED", "OAUTH_TOKEN_INVALID", "OAUTH_TOKEN_HEADER_INVALID")
PASSING_ERRORS = ("TRANSIENT_ERROR", "INTERNAL_ERROR", "DEADLINE_EXCEEDED")


class AccountRefused(CredentialsRejected):
    """One account is closed to us; the key may read others."""

    def __init__(self, connector: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            connector,
            f"the account {reason}.",
            hint="Give the login access to the account, or leave the account out.",
        )


class BrokenOff(VendorUnavailable):
    """A stream ends before its end, though it was asked for several times (`http.py`)."""


class PageExpired(UnexpectedResponse):
    """A page token is no longer good: the query starts again."""


def judge_for(name: str) -> Judge:
    def judge(response: requests.Response, body: Any) -> Verdict:
        if response.ok:
            if body is not None or not urlsplit(response.url).path.endswith(STREAM):
                return None
            try:
                body = last_error(response.content)
            except CutShort:
                return BrokenOff(name, "an answer breaks off.", hint="It is tried again by itself.")
            return None if body is None else verdict(name, response, body)
        return verdict(name, response, body)

    return judge


def verdict(name: str, response: requests.Response, body: Any) -> Verdict:
    error = error_in(body)
    code = error.get("code", response.status_code)
    found = list(failures(error))
    for family, value, details in found:
        said = of_failure(name, family, value, details)
        if said is not None:
            return said
    if code == 429:
        return Again(
            "the vendor throttles (429)", after=header_retry_after(response), throttled=True
        )
    if code in PASSING_STATUSES or code >= 500:
        return Again(f"the vendor answers {code}", after=header_retry_after(response))
    if code == 401 and not found:
        return Renew()
    path = urlsplit(response.url).path
    names = ", ".join(f"{family}.{value}" for family, value, _ in found) or f"status {code}"
    return final(name, code, path, names, str(error.get("message", "")))


def of_failure(name: str, family: str, value: str, details: dict[str, Any]) -> Verdict:
    if family == "quotaError":
        return of_quota(name, value, details)
    if (family, value) in CLOSED_ACCOUNT:
        return AccountRefused(name, CLOSED_ACCOUNT[family, value])
    if family == "internalError" and value in PASSING_ERRORS:
        return Again(f"the vendor has a {value}")
    if family == "authenticationError" and value in RENEWABLE:
        return Renew()
    if family == "requestError" and value in ("EXPIRED_PAGE_TOKEN", "INVALID_PAGE_TOKEN"):
        return PageExpired(name, f"a page is refused ({value}).")
    return None


def of_quota(name: str, value: str, details: dict[str, Any]) -> Verdict:
    quota = details.get("quotaErrorDetails") or {}
    after = seconds(quota.get("retryDelay"))
    is_short = after is not None and after <= LONGEST_WAIT
    if value == "RESOURCE_TEMPORARILY_EXHAUSTED" or (value == "RESOURCE_EXHAUSTED" and is_short):
        return Again("the vendor throttles", after=after, throttled=True)
    if value in ("RESOURCE_EXHAUSTED", *SPENT_QUOTAS):
        of_what = quota.get("rateName") or value.lower().replace("_", " ")
        return QuotaSpent(
            name,
            f"the quota of the day is used up ({of_what}).",
            hint="Nothing more is asked today; the next scheduled sync goes on from here. A higher"
            " access level of the developer token has a larger quota.",
        )
    return None


def final(name: str, code: int, path: str, names: str, message: str) -> ConnectorError:
    if "DEVELOPER_TOKEN" in names:
        return CredentialsRejected(
            name,
            f"the developer token was refused ({names}).",
            hint="Look at its access level under Admin > API Center of the manager account.",
        )
    if code in (401, 403):
        return CredentialsRejected(
            name,
            f"the vendor answered {names} to {path}.",
            hint="Check the login and its accounts, then reconnect the data source.",
        )
    if code == 404 or "UNSUPPORTED_VERSION" in names:
        return SettingsRefused(
            name,
            f"the vendor answered {names} to {path}.",
            hint="Check base_url and api_version: a version lives about a year.",
        )
    return UnexpectedResponse(
        name,
        f"the vendor answered {names} to {path}: {message}",
        hint="Please report it with the log of this run.",
    )


def error_in(body: Any) -> dict[str, Any]:
    """searchStream wraps its errors in a list, search does not."""
    if isinstance(body, list) and body:
        body = body[-1]
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def failures(error: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(family, value, details) of each error of a GoogleAdsFailure."""
    for detail in error.get("details") or ():
        for one in detail.get("errors") or ():
            for family, value in (one.get("errorCode") or {}).items():
                yield family, str(value), one.get("details") or {}


def seconds(delay: Any) -> float | None:
    """
    >>> seconds("3.5s"), seconds(None)
    (3.5, None)
    """
    try:
        return float(str(delay).removesuffix("s"))
    except ValueError:
        return None
