"""The one place that says who must act when a connector fails.

Belongs here: translating an exception of HTTP or of a bug into `errors.py`.
Does not belong here: a vendor's own error dialect (its source raises the right class itself).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from dlt.extract.exceptions import ResourceExtractionError
from dlt.pipeline.exceptions import PipelineStepFailed

from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)

REJECTED = (401, 402, 403)
PASSING = (408, 425, 429)


@contextmanager
def translated(connector: str) -> Iterator[None]:
    try:
        yield
    except ConnectorError:
        raise
    except Exception as error:
        failure = failure_of(error, connector)
        if failure is None:
            raise
        raise failure from error


def failure_of(error: BaseException, connector: str) -> ConnectorError | None:
    """None: not a failure between the vendor and us (the warehouse's, for one)."""
    chain = list(causes(error))
    for cause in chain:
        if isinstance(cause, ConnectorError):
            return cause
    for cause in chain:
        if isinstance(cause, requests.HTTPError) and cause.response is not None:
            return of_status(cause.response, connector)
        if isinstance(cause, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
            return SettingsRefused(
                connector, "the base_url is not an address.", hint="It begins with https://."
            )
        if isinstance(cause, requests.ConnectionError | requests.Timeout):
            return VendorUnavailable(
                connector,
                f"{host_of(cause)} could not be reached ({type(cause).__name__}).",
                hint="It is tried again by itself; if it lasts, check the base_url.",
            )
        if isinstance(cause, requests.RequestException) and not isinstance(cause, ValueError):
            return VendorUnavailable(
                connector, f"the connection broke off ({type(cause).__name__}).", hint=""
            )
    in_extract = isinstance(error, PipelineStepFailed) and error.step == "extract"
    if in_extract or any(isinstance(cause, ResourceExtractionError) for cause in chain):
        root = chain[-1]
        return UnexpectedResponse(
            connector,
            f"the answer is not of the shape this connector knows ({type(root).__name__}).",
            hint="Nothing was stored. Please report it with the log of this run.",
        )
    if isinstance(error, KeyError | TypeError | ValueError | AttributeError):
        return UnexpectedResponse(
            connector,
            f"the answer is not of the shape this connector knows ({type(error).__name__}).",
        )
    return None


def of_status(response: requests.Response, connector: str) -> ConnectorError:
    status, path = response.status_code, urlsplit(response.url).path
    what = f"the vendor answered {status} to {path}."
    if status in REJECTED:
        return CredentialsRejected(
            connector, what, hint="Check the key and its scopes, then reconnect the data source."
        )
    if status in PASSING or status >= 500:
        return VendorUnavailable(connector, what, hint="It is tried again by itself.")
    if status == 404:
        return SettingsRefused(connector, what, hint="Check the base_url and the account's name.")
    return UnexpectedResponse(connector, what, hint="Please report it with the log of this run.")


def host_of(error: requests.RequestException) -> str:
    url = getattr(error.request, "url", None)
    return urlsplit(url).netloc.rpartition("@")[2] if url else "the vendor"


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
