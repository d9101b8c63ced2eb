"""Who may ask: refresh tokens, access tokens, the developer token, and through which manager.

Belongs here: issuing, expiring, revoking, and the operations of a day. Does not belong here: rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Answer, Asked, json_answer
from vendor_emulator.vendors.google_ads.failures import Refused, quota
from vendor_emulator.vendors.google_ads.world import World

CLIENT_ID = "emulated.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-emulated0000000000000000"  # noqa: S105
REFRESH_TOKEN = "1//0emulatedrefreshtoken000000000000"  # noqa: S105
DEVELOPER_TOKEN = "emulatedDeveloperToken"  # noqa: S105
SCOPE = "https://www.googleapis.com/auth/adwords"
LIFETIME_SECONDS = 3599
OPERATIONS_A_DAY = 15_000
DAY_SECONDS = 86_400


class Access:
    """Options: `limits` ("strict", "off"), `operations_per_day`, `closed` and `denied` (accounts
    that answer CUSTOMER_NOT_ENABLED or USER_PERMISSION_DENIED)."""

    def __init__(self, clock: Clock, options: Mapping[str, Any]) -> None:
        self.clock = clock
        self.is_revoked = False
        self.issued = 0
        self.good_until: dict[str, float] = {}
        self.is_strict = options.get("limits", "strict") != "off"
        self.operations_per_day = options.get("operations_per_day", OPERATIONS_A_DAY)
        self.closed: set[str] = set(options.get("closed", ()))
        self.denied: set[str] = set(options.get("denied", ()))
        self.day, self.operations = 0, 0

    def exchange(self, asked: Asked) -> Answer:
        """`POST /token` with the refresh token grant."""
        sent = dict(parse_qsl(asked.body.decode("utf-8", "replace")))
        if asked.method != "POST" or sent.get("grant_type") != "refresh_token":
            return denial("unsupported_grant_type", "Invalid grant_type.")
        if (sent.get("client_id"), sent.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return denial("invalid_client", "The OAuth client was not found.", status=401)
        if self.is_revoked or sent.get("refresh_token") != REFRESH_TOKEN:
            return denial("invalid_grant", "Token has been expired or revoked.")
        self.issued += 1
        token = f"ya29.emulated{self.issued:08d}"
        self.good_until[token] = self.clock.seconds() + LIFETIME_SECONDS
        return json_answer(
            {
                "access_token": token,
                "expires_in": LIFETIME_SECONDS,
                "scope": SCOPE,
                "token_type": "Bearer",
            }
        )

    def revoke(self) -> None:
        self.is_revoked = True
        self.good_until.clear()

    def expire(self) -> None:
        """The access tokens end now; the refresh token is still good."""
        self.good_until = dict.fromkeys(self.good_until, 0.0)

    def require_key(self, asked: Asked) -> None:
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not token:
            raise Refused("authenticationError", "OAUTH_TOKEN_INVALID", "No OAuth token.")
        if token not in self.good_until:
            code = "OAUTH_TOKEN_REVOKED" if self.is_revoked else "OAUTH_TOKEN_INVALID"
            raise Refused("authenticationError", code, "The OAuth token is not good.")
        if self.good_until[token] <= self.clock.seconds():
            raise Refused("authenticationError", "OAUTH_TOKEN_EXPIRED", "The token expired.")
        developer = asked.headers.get("developer-token")
        if not developer:
            raise Refused(
                "requestError", "DEVELOPER_TOKEN_PARAMETER_MISSING", "No developer token."
            )
        if developer != DEVELOPER_TOKEN:
            raise Refused(
                "authenticationError", "DEVELOPER_TOKEN_INVALID", "The developer token is invalid."
            )

    def require_account(self, asked: Asked, world: World, customer_id: str) -> None:
        through = asked.headers.get("login-customer-id")
        if through is not None and not through.isdigit():
            raise Refused("headerError", "INVALID_LOGIN_CUSTOMER_ID", "Digits only.")
        customer = world.customers.get(customer_id)
        reached = customer is not None and (
            customer_id in world.roots
            if through is None
            else through in world.roots and through in (customer_id, *customer.under)
        )
        if not reached or customer_id in self.denied:
            raise Refused(
                "authorizationError",
                "USER_PERMISSION_DENIED",
                "User doesn't have permission to access customer.",
            )
        assert customer is not None
        if customer.status != "ENABLED" or customer_id in self.closed:
            raise Refused(
                "authorizationError",
                "CUSTOMER_NOT_ENABLED",
                "The customer account can't be accessed because it is not yet enabled or has been"
                " deactivated.",
            )

    def count_operation(self) -> None:
        """A search or a stream is one, whatever its rows; a further page is none."""
        if not self.is_strict:
            return
        today = int(self.clock.now().timestamp()) // DAY_SECONDS
        if today != self.day:
            self.day, self.operations = today, 0
        self.operations += 1
        if self.operations > self.operations_per_day:
            left = DAY_SECONDS - int(self.clock.now().timestamp()) % DAY_SECONDS
            raise quota(
                "RESOURCE_EXHAUSTED", seconds=left, name="Number of operations for basic access"
            )


def denial(code: str, description: str, *, status: int = 400) -> Answer:
    return json_answer({"error": code, "error_description": description}, status=status)
