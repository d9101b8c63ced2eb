"""Access tokens: static ones of custom apps, and those that client credentials are exchanged for.

Belongs here: issuing, expiring, revoking. Does not belong here: what a token may see (`access.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

import orjson

from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Answer, Asked, json_answer
from vendor_emulator.vendors.shopify.access import SCOPES, Grant

STATIC_TOKEN = "shpat_emulated0000000000000000000000"  # noqa: S105
WRITING_TOKEN = "shpat_emulated0000000000000000000001"  # noqa: S105
WRITING_SCOPES = (
    "read_products",
    "write_products",
    "read_product_listings",
    "write_product_listings",
    "read_publications",
    "write_publications",
    "write_files",
)
CLIENT_ID = "emulated-client-id"
CLIENT_SECRET = "shpss_emulated0000000000000000000000"  # noqa: S105
LIFETIME_SECONDS = 86_399


class Tokens:
    """`lifetime` and `scopes` are for the tokens that are issued from now on."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lifetime = LIFETIME_SECONDS
        self.app = Grant(frozenset(SCOPES), client_id=CLIENT_ID)
        self.issued = 0
        self._static: dict[str, Grant] = {STATIC_TOKEN: self.app}
        self._timed: dict[str, tuple[Grant, float]] = {}

    def grant(self, token: str, scopes: Iterable[str], *, sees_protected: bool = True) -> str:
        """A static token with these scopes; given an existing one, it changes."""
        self._static[token] = Grant(
            frozenset(scopes), sees_protected=sees_protected, client_id=CLIENT_ID
        )
        return token

    def writing(self) -> str:
        """The key of an app that syncs products."""
        return self.grant(WRITING_TOKEN, WRITING_SCOPES)

    def revoke(self, token: str | None = None) -> None:
        """One token, or all of them (the app was removed from the shop)."""
        if token is None:
            self._static.clear()
            self._timed.clear()
        else:
            self._static.pop(token, None)
            self._timed.pop(token, None)

    def who(self, token: str) -> Grant | None:
        if grant := self._static.get(token):
            return grant
        grant, until = self._timed.get(token, (None, 0.0))
        return grant if self.clock.seconds() < until else None

    def exchange(self, asked: Asked) -> Answer:
        """`POST /admin/oauth/access_token` with the client credentials grant."""
        sent = _form(asked)
        if sent.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", "The grant type is not supported.")
        if (sent.get("client_id"), sent.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _refused("invalid_client", "Client authentication failed.")
        self.issued += 1
        token = f"shpat_timed{self.issued:028d}"
        self._timed[token] = (self.app, self.clock.seconds() + self.lifetime)
        return json_answer(
            {
                "access_token": token,
                "scope": ",".join(self.app.listed),
                "expires_in": self.lifetime,
            }
        )


def _refused(code: str, description: str) -> Answer:
    return json_answer({"error": code, "error_description": description}, status=400)


def _form(asked: Asked) -> dict[str, str]:
    if "json" in asked.headers.get("content-type", ""):
        try:
            sent = orjson.loads(asked.body)
        except orjson.JSONDecodeError:
            return {}
        return sent if isinstance(sent, dict) else {}
    return dict(parse_qsl(asked.body.decode("utf-8", "replace"))) or dict(asked.query)
