"""Access tokens from a refresh token, by google-auth.

Belongs here: getting and renewing one, and what a refusal means. Does not belong here: requests.
"""

from __future__ import annotations

from threading import Lock

import google.auth.exceptions
import requests
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, VendorUnavailable

SCOPE = "https://www.googleapis.com/auth/adwords"


class Tokens:
    """The newest access token, shared by the threads of a run."""

    def __init__(self, settings: ConnectionSettings, name: str) -> None:
        self.name = name
        self.lock = Lock()
        self.credentials = Credentials(
            token=None,
            refresh_token=settings["refresh_token"],
            token_uri=settings["token_url"],
            client_id=settings["client_id"],
            client_secret=settings["client_secret"],
            scopes=[SCOPE],
        )

    def current(self) -> str:
        with self.lock:
            if not self.credentials.valid:
                self.refresh()
            return str(self.credentials.token)

    def renew(self) -> None:
        """Raises: CredentialsRejected, VendorUnavailable."""
        with self.lock:
            self.refresh()

    def refresh(self) -> None:
        try:
            with requests.Session() as session:
                self.credentials.refresh(Request(session))
        except google.auth.exceptions.RefreshError as error:
            if error.retryable:
                raise VendorUnavailable(
                    self.name, "the token address is ill.", hint="It is tried again by itself."
                ) from error
            reason = refusal(error)
            raise CredentialsRejected(
                self.name,
                f"Google gave no access token ({reason}).",
                hint="The consent was taken back, or the consent screen is still in testing, where"
                " it ends after 7 days: reconnect the data source.",
            ) from None
        except google.auth.exceptions.TransportError as error:
            raise VendorUnavailable(
                self.name,
                "the token address could not be reached.",
                hint="It is tried again by itself.",
            ) from error


def refusal(error: google.auth.exceptions.RefreshError) -> str:
    """Google's own word for it (invalid_grant, invalid_client); the rest may hold the token."""
    answer = error.args[1] if len(error.args) > 1 else None
    word = answer.get("error") if isinstance(answer, dict) else None
    return word if isinstance(word, str) and word.replace("_", "").isalpha() else "refused"
