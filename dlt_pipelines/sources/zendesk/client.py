"""Zendesk's dialect: keys, refusals, limits.

Belongs here: the one `Api` of a connection. Does not belong here: pages (`exports.py`, `lists.py`).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import requests

from dlt_pipelines.api import Api, Verdict, judged_by_status, rejected
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused, UnexpectedResponse
from dlt_pipelines.limits import Limit, limiter

NAME = "zendesk"
MINUTE = 60


class NotAllowed(CredentialsRejected):
    """The key is good, and may not read this: the role, the token's scopes or the plan."""


class Refused(UnexpectedResponse):
    """Zendesk does not know a parameter of ours, a stored cursor for one."""


def client(settings: ConnectionSettings) -> Api:
    """Raises `SettingsRefused` when there is no key."""
    authorization = authorization_of(settings)
    return Api(
        settings,
        NAME,
        address(settings),
        judge,
        headers=lambda: {"Authorization": authorization, "Accept": "application/json"},
        limiter=limiter(settings, NAME, authorization),
    )


def exports_of(settings: ConnectionSettings) -> Any:
    """The limit of incremental exports: a burst first, then as they become free."""
    a_minute = Limit(int(settings.get("exports_per_minute", "10")), MINUTE)
    return limiter(
        settings, f"zendesk exports {a_minute.requests}", authorization_of(settings), a_minute
    )


def address(settings: ConnectionSettings) -> str:
    return settings.get("base_url") or f"https://{settings['subdomain']}.zendesk.com"


def authorization_of(settings: ConnectionSettings) -> str:
    if token := settings.get("access_token"):
        return f"Bearer {token}"
    if not (settings.get("email") and settings.get("api_token")):
        raise SettingsRefused(
            NAME,
            "there is neither an API token with its e-mail nor an OAuth token.",
            hint="Set email and api_token, or access_token.",
        )
    pair = f"{settings['email']}/token:{settings['api_token']}"
    return "Basic " + b64encode(pair.encode()).decode()


by_status = judged_by_status(NAME)


def judge(response: requests.Response, body: Any) -> Verdict:
    if response.ok and body is not None and not isinstance(body, Mapping):
        return UnexpectedResponse(NAME, "an answer is not an object.")
    if response.status_code == 401:
        return rejected(NAME)
    if response.status_code == 403:
        return NotAllowed(
            NAME,
            "the key may not read this.",
            hint="Exports need an administrator's key; some lists need a larger plan.",
        )
    if response.status_code in (400, 422):
        return Refused(
            NAME,
            f"the vendor refused a request ({response.status_code}, {word_of(body)}).",
            hint="Please report it with the log of this run.",
        )
    return by_status(response, body)


def word_of(body: Any) -> str:
    """Zendesk's name of an error; never its text, which may repeat what was asked."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(error, Mapping):
        error = error.get("title")
    return error if isinstance(error, str) else "no reason"
