"""The emulated Sheets and Drive refuse what Google refuses, and answer as raggedly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2 import service_account

from vendor_emulator.server import Emulator
from vendor_emulator.vendors.google_sheets import books, tokens

NAME = "google_sheets"
SCOPES = ("spreadsheets.readonly", "drive.metadata.readonly")
VALUES = f"/v4/spreadsheets/{books.BOOK_ID}/values:batchGet"
BOOK = f"/v4/spreadsheets/{books.BOOK_ID}"
FILE = f"/drive/v3/files/{books.BOOK_ID}"


class Reader:
    def __init__(self, emulator: Emulator, *scopes: str) -> None:
        self.address = emulator.base_url(NAME)
        info: dict[str, Any] = {
            "client_email": tokens.CLIENT_EMAIL,
            "token_uri": self.address + "/token",
            "private_key": emulator.vendor(NAME).tokens.pem,
        }
        named = [f"https://www.googleapis.com/auth/{one}" for one in scopes]
        key = service_account.Credentials.from_service_account_info(info, scopes=named)
        key.refresh(Request())
        self.token = key.token

    def ask(self, path: str, **params: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.get(self.address + path, params=params, headers=headers, timeout=10)

    def refused(self, path: str, **params: Any) -> tuple[int, str]:
        answer = self.ask(path, **params)
        error = answer.json()["error"]
        assert error["code"] == answer.status_code
        return answer.status_code, error["message"]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(orders=60, options={NAME: {"limits": "off"}}, vendors=(NAME,)) as started:
        yield started


@pytest.fixture(scope="module")
def reader(emulator: Emulator) -> Reader:
    return Reader(emulator, *SCOPES)


def test_rows_end_where_their_values_end(reader: Reader) -> None:
    asked = {"ranges": ["'Influencers'!A1:Z9", "Empty"], "valueRenderOption": "UNFORMATTED_VALUE"}
    ours, empty = reader.ask(VALUES, **asked).json()["valueRanges"]
    assert [len(row) for row in ours["values"]] == [6, 5, 6, 5, 0, 6, 2, 6]
    assert "values" not in empty


def test_values_are_shown_as_formatted_unless_asked_otherwise(reader: Reader) -> None:
    asked = {"ranges": "'Monthly targets'!A2:E2"}
    shown = reader.ask(VALUES, **asked).json()["valueRanges"][0]["values"][0]
    plain = reader.ask(VALUES, valueRenderOption="UNFORMATTED_VALUE", **asked).json()
    raw = plain["valueRanges"][0]["values"][0]
    assert (shown[4], raw[4]) == ("TRUE", True)
    assert shown[0].startswith("20")
    assert isinstance(raw[0], int)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"ranges": "Nowhere!A1"}, "Unable to parse range"),
        ({"ranges": "'Spend chart'!A1:B2"}, "Unable to parse range"),
        ({"ranges": "Promotions!A99999:B99999"}, "exceeds grid limits"),
        ({"ranges": "Promotions", "valueRenderOption": "RAW"}, "Invalid value"),
        ({"ranges": "Promotions", "pageSize": "10"}, "Unknown name"),
        ({}, "at least one range"),
    ],
)
def test_values_refuse_what_cannot_be_meant(
    reader: Reader, params: dict[str, str], message: str
) -> None:
    status, said = reader.refused(VALUES, **params)
    assert status == 400
    assert message in said


def test_fields_narrow_the_answer_and_a_wrong_mask_is_refused(reader: Reader) -> None:
    found = reader.ask(BOOK, fields="properties.title,sheets(properties(title,sheetId))").json()
    assert found["properties"] == {"title": "Targets & costs"}
    assert set(found["sheets"][0]["properties"]) == {"title", "sheetId"}
    assert reader.refused(BOOK, fields="sheets(properties")[0] == 400
    assert set(reader.ask(FILE).json()) == {"kind", "id", "name", "mimeType"}


def test_cells_come_only_where_they_are_asked_for(reader: Reader) -> None:
    assert "data" not in reader.ask(BOOK, ranges="Promotions!A1:B2").json()["sheets"][0]
    asked = {"ranges": ["Promotions!A1:B1", "Promotions!B3:C3"], "includeGridData": "true"}
    first, second = reader.ask(BOOK, **asked).json()["sheets"][0]["data"]
    assert "startRow" not in first
    assert (second["startRow"], second["startColumn"]) == (2, 1)


def test_a_file_or_an_api_that_is_not_open_says_so(emulator: Emulator, reader: Reader) -> None:
    assert reader.refused(f"/v4/spreadsheets/{books.OTHER_ID}")[0] == 403
    assert reader.refused("/v4/spreadsheets/1NoSuchSpreadsheet")[0] == 404
    assert reader.refused(f"/drive/v3/files/{books.OTHER_ID}")[0] == 404
    narrow = Reader(emulator, "spreadsheets.readonly")
    assert narrow.refused(FILE) == (403, "Request had insufficient authentication scopes.")


def test_a_claim_signed_by_another_key_gets_no_token(emulator: Emulator, reader: Reader) -> None:
    form = {"grant_type": tokens.JWT_BEARER, "assertion": "eyJhbGciOiJSUzI1NiJ9.e30.AAAA"}
    answer = requests.post(reader.address + "/token", data=form, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_tokens_run_out_after_an_hour(emulator: Emulator) -> None:
    reader = Reader(emulator, *SCOPES)
    assert reader.ask(FILE).status_code == 200
    emulator.clock.advance(3601)
    assert reader.refused(FILE)[0] == 401


def test_the_sixty_first_read_of_a_minute_is_refused() -> None:
    with Emulator(orders=60, vendors=(NAME,)) as strict:
        reader = Reader(strict, *SCOPES)
        taken = strict.vendor(NAME).taken
        taken.extend([strict.clock.seconds()] * 60)
        status, said = reader.refused(BOOK)
        assert (status, "per minute per user" in said) == (429, True)
        strict.clock.advance(61)
        assert reader.ask(BOOK).status_code == 200
