"""Access tokens: for a signed claim of the service account, or for a refresh token.

Belongs here: keys, grants, tokens that run out. Does not belong here: what a token may read
(`service.py`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Answer, Asked, json_answer

CLIENT_EMAIL = "chord-reader@fable-data.iam.gserviceaccount.com"
CLIENT_ID = "812345678901-fable.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-fable-4f1c9d7e2b"  # noqa: S105
REFRESH_TOKEN = "1//0g-fable-9d2c7a51e6f04b83"  # noqa: S105
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
LIFETIME = 3600


@cache
def private_key() -> rsa.RSAPrivateKey:
    """One for the process: to make one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Tokens:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.given: dict[str, tuple[float, frozenset[str]]] = {}
        self.is_revoked = False

    @cached_property
    def pem(self) -> str:
        return (
            private_key()
            .private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            .decode()
        )

    def key_file(self) -> str:
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "fable-data",
                "private_key_id": "5d0b1c",
                "private_key": self.pem,
                "client_email": CLIENT_EMAIL,
                "client_id": "108765432109876543210",
                "token_uri": AUDIENCE,
            }
        )

    def exchange(self, asked: Asked) -> Answer:
        if not asked.headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            return refused("invalid_request", "The request is not a form.")
        form = {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()}
        if form.get("grant_type") == JWT_BEARER:
            return self.for_claim(form.get("assertion", ""))
        if form.get("grant_type") == "refresh_token":
            return self.for_refresh_token(form)
        return refused("unsupported_grant_type", "Invalid grant_type.")

    def for_claim(self, assertion: str) -> Answer:
        try:
            head, body, signature = assertion.split(".")
            private_key().public_key().verify(
                unpadded(signature),
                f"{head}.{body}".encode(),
                padding.PKCS1v15(),
                hashes.SHA256(),
            )
            claim: dict[str, Any] = json.loads(unpadded(body))
        except (ValueError, InvalidSignature):
            return refused("invalid_grant", "Invalid JWT Signature.")
        if claim.get("iss") != CLIENT_EMAIL or self.is_revoked:
            return refused("invalid_grant", "Invalid grant: account not found")
        if claim.get("aud") != AUDIENCE:
            return refused("invalid_grant", "Invalid JWT: Failed audience check.")
        if not claim.get("scope"):
            return refused("invalid_scope", "Empty or missing scope not allowed.")
        return self.give(frozenset(claim["scope"].split()))

    def for_refresh_token(self, form: Mapping[str, str]) -> Answer:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return refused("invalid_client", "The OAuth client was not found.", status=401)
        if form.get("refresh_token") != REFRESH_TOKEN or self.is_revoked:
            return refused("invalid_grant", "Token has been expired or revoked.")
        scopes = ("spreadsheets.readonly", "drive.metadata.readonly")
        return self.give(frozenset(f"https://www.googleapis.com/auth/{one}" for one in scopes))

    def give(self, scopes: frozenset[str]) -> Answer:
        token = f"ya29.fable-{len(self.given) + 1:06d}"
        self.given[token] = (self.clock.seconds() + LIFETIME, scopes)
        return json_answer(
            {
                "access_token": token,
                "expires_in": LIFETIME - 1,
                "token_type": "Bearer",
                "scope": " ".join(sorted(scopes)),
            }
        )

    def scopes(self, asked: Asked) -> frozenset[str] | None:
        """None: no valid token came."""
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        until, scopes = self.given.get(token, (0.0, frozenset[str]()))
        is_good = kind == "Bearer" and not self.is_revoked and self.clock.seconds() < until
        return scopes if is_good else None


def refused(error: str, description: str, *, status: int = 400) -> Answer:
    return json_answer({"error": error, "error_description": description}, status=status)


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
