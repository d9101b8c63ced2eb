"""Access tokens that a refresh token buys (OAuth 2, RFC 6749 section 6), with Basic authentication.

Belongs here: the exchange, the memory of its result within this process, keeping a renewed refresh
token. Does not belong here: using a token, a vendor's addresses and scopes (its source).

One sync is several slices with a source each, and a setup test often precedes it. They share one
token by the connection's own values, so a vendor whose refresh token works once is asked with the
newest one, also before the caller has read back what `settings.keep` stored.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import requests

from dlt_pipelines.api import Api, Verdict, judged_by_status
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse

EARLY_SECONDS = 120.0


@dataclass
class Bought:
    """What a connection's values last bought; `value` is empty before."""

    refresh_token: str
    value: str = ""
    scopes: frozenset[str] | None = None
    ends_at: float = 0.0
    lock: Lock = field(default_factory=Lock)


bought: dict[str, Bought] = {}
finding = Lock()


class RefreshedToken:
    """`form` goes beside the grant, `headers` beside the authentication."""

    def __init__(
        self,
        settings: ConnectionSettings,
        *,
        name: str,
        url: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.settings, self.name = settings, name
        self.form, self.extra = dict(form or {}), dict(headers or {})
        self.api = Api(settings, name, url, self.judge, self.authentication)
        values = (url, settings["client_id"], settings["client_secret"], settings["refresh_token"])
        key = hashlib.sha256("\0".join(values).encode()).hexdigest()
        with finding:
            self.bought = bought.setdefault(key, Bought(settings["refresh_token"]))

    def current(self) -> str:
        """Raises: CredentialsRejected where the refresh token is not taken."""
        with self.bought.lock:
            if not self.bought.value or monotonic() >= self.bought.ends_at:
                self.exchange()
            return self.bought.value

    def renew(self) -> None:
        """A new one, because the vendor refused the current one. Raises: as `current`."""
        with self.bought.lock:
            self.exchange()

    @property
    def scopes(self) -> frozenset[str] | None:
        """Those of the current token; None: the vendor does not say."""
        self.current()
        return self.bought.scopes

    def exchange(self) -> None:
        self.bought.value = ""
        given = self.settings["refresh_token"]
        try:
            answer = self.asked(self.bought.refresh_token)
        except CredentialsRejected:
            if self.bought.refresh_token == given:
                raise
            # The connection was given another one since, or the vendor took ours back.
            self.bought.refresh_token = given
            answer = self.asked(given)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise UnexpectedResponse(self.name, "the vendor's token answer holds no access_token.")
        self.bought.value = token
        seconds = float(answer.get("expires_in") or 3600)
        self.bought.ends_at = monotonic() + max(0.0, seconds - EARLY_SECONDS)
        scope = answer.get("scope")
        self.bought.scopes = (
            frozenset(scope.replace(",", " ").split()) if isinstance(scope, str) else None
        )
        renewed = answer.get("refresh_token")
        if isinstance(renewed, str) and renewed and renewed != self.bought.refresh_token:
            self.bought.refresh_token = renewed
            self.settings.keep({"refresh_token": renewed})

    def asked(self, refresh_token: str) -> Mapping[str, Any]:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **self.form}
        answer = self.api.post("", data=urlencode(form))
        if not isinstance(answer, dict):
            raise UnexpectedResponse(self.name, "the vendor's token answer is no object.")
        return answer

    def authentication(self) -> Mapping[str, str]:
        pair = f"{self.settings['client_id']}:{self.settings['client_secret']}"
        return {
            "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            **self.extra,
        }

    def judge(self, response: requests.Response, body: Any) -> Verdict:
        # RFC 6749 section 5.2: a refused grant is a 400, a refused client a 401.
        if response.status_code in (400, 401, 403) or refused(body):
            return CredentialsRejected(
                self.name,
                "the vendor refused the refresh token or the app's secret.",
                hint="Authorise the app again, then reconnect the data source.",
            )
        return judged_by_status(self.name)(response, body)


def refused(body: Any) -> bool:
    """Some answer a refused grant with 200 and an error."""
    return isinstance(body, dict) and "error" in body and "access_token" not in body
