"""The two kinds of Shopify token: a static one, and client credentials renewed at run time.

Tokens   static `shpat_...` of older custom apps (new ones cannot be made);
         apps of the Dev Dashboard exchange id and secret for a token of about 24 hours

Belongs here: getting a token. Does not belong here: using it (`client.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import Protocol

import orjson
import requests

from dlt_pipelines.errors import CredentialsRejected, SettingsRefused, UnexpectedResponse

NAME = "shopify"
EARLY_SECONDS = 300
DEFAULT_LIFETIME = 86_399


class Tokens(Protocol):
    def current(self) -> str: ...
    def renew(self) -> bool:
        """Whether there is a new token to try, after Shopify refused the current one."""
        ...


class StaticToken:
    def __init__(self, token: str) -> None:
        self.token = token

    def current(self) -> str:
        return self.token

    def renew(self) -> bool:
        return False


class ClientCredentials:
    def __init__(
        self, session: requests.Session, base_url: str, client_id: str, client_secret: str
    ) -> None:
        self.session = session
        self.url = f"{base_url}/admin/oauth/access_token"
        self.client_id, self.client_secret = client_id, client_secret
        self.token, self.expires_at = "", 0.0

    def current(self) -> str:
        if not self.token or monotonic() >= self.expires_at:
            self.exchange()
        return self.token

    def renew(self) -> bool:
        self.exchange()
        return True

    def exchange(self) -> None:
        body = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "grant_type": "client_credentials",
        }
        try:
            answer = self.session.post(self.url, json=body, allow_redirects=False)
        except requests.HTTPError as error:
            if error.response is not None and error.response.status_code in (400, 401, 403):
                raise CredentialsRejected(
                    NAME,
                    "the client id and secret were not accepted.",
                    hint="Check them, and that the app is installed on the store, then reconnect.",
                ) from None
            raise
        try:
            granted = orjson.loads(answer.content)
            self.token = granted["access_token"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise UnexpectedResponse(
                NAME, "the answer to the token request holds no token.", hint="Check the shop."
            ) from None
        lifetime = float(granted.get("expires_in") or DEFAULT_LIFETIME)
        self.expires_at = monotonic() + max(lifetime - EARLY_SECONDS, lifetime / 2)


def tokens_for(values: Mapping[str, str], session: requests.Session, base_url: str) -> Tokens:
    if token := values.get("access_token"):
        return StaticToken(token)
    client_id, secret = values.get("client_id"), values.get("client_secret")
    if client_id and secret:
        return ClientCredentials(session, base_url, client_id, secret)
    raise SettingsRefused(
        NAME,
        "neither an access token nor a client id with its secret is given.",
        hint="Give access_token, or client_id and client_secret.",
    )
