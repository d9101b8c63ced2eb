"""Google's two APIs for a spreadsheet: tokens, one request, its verdict.

Belongs here: sessions, the error dialect, which questions are asked.
Does not belong here: cells (`cells.py`), the order of questions (`reading.py`).

google-auth makes the tokens: it signs a service account's claim or spends a refresh token.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import google.auth.exceptions
import google.auth.transport.requests
import orjson
import requests
from google.oauth2 import credentials as oauth
from google.oauth2 import service_account

from dlt_pipelines.api import PASSING_STATUSES, Again, Api, Renew, Verdict, retry_after
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.http import new_session
from dlt_pipelines.limits import Limit, limiter
from dlt_pipelines.sources.google_sheets.setup import NAME

SHEETS_SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
DRIVE_SCOPE = "https://www.googleapis.com/auth/drive.metadata.readonly"
LIMIT = Limit(60, 60)
META_FIELDS = "spreadsheetId,properties(title,locale,timeZone),sheets.properties,namedRanges"
FORMAT_FIELDS = (
    "sheets(properties(sheetId),data(startRow,startColumn,"
    "rowData.values(formattedValue,effectiveFormat.numberFormat)))"
)


class NotShared(CredentialsRejected):
    """The key is good, but this file or this API is not open to it."""


def judge(response: requests.Response, body: Any) -> Verdict:
    status = response.status_code
    if response.ok:
        return None
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    said = str(error.get("message", ""))[:200]
    reasons = {one.get("reason") for one in error.get("errors") or () if isinstance(one, dict)}
    over_quota = bool(reasons & {"rateLimitExceeded", "userRateLimitExceeded"})
    if status == 429 or (status == 403 and over_quota):
        return Again("Google throttles", after=retry_after(response), throttled=True)
    if status in PASSING_STATUSES or status >= 500:
        return Again(f"Google answers {status}", after=retry_after(response))
    if status == 401:
        return Renew()
    what = f"Google answered {status}: {said}"
    if status == 403:
        return NotShared(
            NAME, what, hint="Share the spreadsheet with the account, and enable both APIs."
        )
    if status == 404:
        return SettingsRefused(NAME, what, hint="Check the spreadsheet's address.")
    return UnexpectedResponse(NAME, what, hint="Please report it with the log of this run.")


class Client:
    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        self.credentials, self.account, key = credentials_of(settings)
        self.session = new_session(settings.report, judges_statuses=False)
        shared = limiter(settings, NAME, key, LIMIT)
        self.sheets, self.drive = (
            Api(
                settings,
                NAME,
                settings[address],
                judge,
                headers=self.headers,
                renew=self.renew,
                limiter=shared,
            )
            for address in ("base_url", "drive_url")
        )
        self.spreadsheet_id = spreadsheet_id(settings["spreadsheet"])

    def headers(self) -> dict[str, str]:
        if not self.credentials.token:
            self.renew()
        return {"Authorization": f"Bearer {self.credentials.token}"}

    def renew(self) -> None:
        request = google.auth.transport.requests.Request(session=self.session)
        try:
            self.credentials.refresh(request)
        except google.auth.exceptions.TransportError as error:
            raise VendorUnavailable(
                NAME, f"no token could be had ({type(error.__cause__).__name__})."
            ) from None
        except google.auth.exceptions.GoogleAuthError as error:
            raise token_failure(error) from None

    # ------------------------------------------------------------------ questions

    def file(self) -> dict[str, Any]:
        """Version and time of the last change. Raises `NotShared` where Drive is not open."""
        path = f"/drive/v3/files/{self.spreadsheet_id}"
        fields = {"fields": "id,name,version,modifiedTime,trashed", "supportsAllDrives": "true"}
        return self.drive.get(path, fields)

    def meta(self) -> dict[str, Any]:
        path = f"/v4/spreadsheets/{self.spreadsheet_id}"
        return self.sheets.get(path, {"fields": META_FIELDS})

    def values(self, ranges: Sequence[str]) -> list[list[list[Any]]]:
        """Rows of each range: as computed, numbers as numbers, dates as serial numbers."""
        params = [
            *(("ranges", one) for one in ranges),
            ("valueRenderOption", "UNFORMATTED_VALUE"),
            ("dateTimeRenderOption", "SERIAL_NUMBER"),
            ("majorDimension", "ROWS"),
        ]
        path = f"/v4/spreadsheets/{self.spreadsheet_id}/values:batchGet"
        found = self.sheets.get(path, params).get("valueRanges") or []
        if len(found) != len(ranges):
            raise UnexpectedResponse(
                NAME, f"{len(ranges)} ranges were asked for, {len(found)} came."
            )
        return [one.get("values") or [] for one in found]

    def formats(self, ranges: Sequence[str]) -> dict[str, Any]:
        """Cells of a few rows with what they show and their number formats."""
        params = [*(("ranges", one) for one in ranges), ("fields", FORMAT_FIELDS)]
        return self.sheets.get(f"/v4/spreadsheets/{self.spreadsheet_id}", params)


def credentials_of(settings: ConnectionSettings) -> tuple[Any, str, str]:
    """The credentials, the account's name for people, and what the limiter goes by."""
    scopes = [SHEETS_SCOPE, DRIVE_SCOPE]
    if text := settings.get("service_account"):
        try:
            # The key file names its own token address; ours counts, or a file could send the
            # signed claim anywhere.
            info = {**orjson.loads(text), "token_uri": settings["token_url"]}
            made = service_account.Credentials.from_service_account_info(info, scopes=scopes)
        except (ValueError, TypeError, google.auth.exceptions.GoogleAuthError):
            raise SettingsRefused(
                NAME,
                "service_account is no key file of a service account.",
                hint="Give the whole JSON file as Google made it.",
            ) from None
        return made, str(info["client_email"]), str(info["client_email"])
    parts = [settings.get(name) for name in ("client_id", "client_secret", "refresh_token")]
    if not all(parts):
        raise SettingsRefused(
            NAME,
            "neither a service account nor an OAuth client with its refresh token is given.",
            hint="Give service_account, or client_id, client_secret and refresh_token.",
        )
    made = oauth.Credentials(
        None,
        refresh_token=parts[2],
        token_uri=settings["token_url"],
        client_id=parts[0],
        client_secret=parts[1],
    )
    return made, "the person who consented", parts[2]


def token_failure(error: google.auth.exceptions.GoogleAuthError) -> ConnectorError:
    """google-auth has already repeated what may pass."""
    if getattr(error, "retryable", False):
        return VendorUnavailable(NAME, "Google gives no token now.", hint="It is tried again.")
    said = str(error.args[0])[:120] if error.args else type(error).__name__
    return CredentialsRejected(
        NAME,
        f"Google gives no token: {said}",
        hint="The key was deleted or the consent withdrawn: reconnect the data source.",
    )


def spreadsheet_id(text: str) -> str:
    found = re.search(r"/d/([A-Za-z0-9_-]{10,})", text)
    return found[1] if found else text.strip()
