"""The emulated Sheets and Drive: addresses, tokens, limits, spreadsheets.

Belongs here: one request from bytes to bytes, and what a test may do to a spreadsheet. Does not
belong here: what stands in it (`books.py`), cells (`grid.py`), tokens (`tokens.py`).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import RLock
from typing import Any
from urllib.parse import unquote

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer
from vendor_emulator.vendors.google_sheets import answers, books
from vendor_emulator.vendors.google_sheets.answers import Refusal, bad
from vendor_emulator.vendors.google_sheets.grid import Book, Cell, Place, place_of, values_of
from vendor_emulator.vendors.google_sheets.masks import mask_of, masked
from vendor_emulator.vendors.google_sheets.tokens import Tokens

SPREADSHEET = re.compile(r"/v4/spreadsheets/(?P<id>[A-Za-z0-9_-]+)")
VALUES = re.compile(r"/v4/spreadsheets/(?P<id>[A-Za-z0-9_-]+)/values:batchGet")
ONE_RANGE = re.compile(r"/v4/spreadsheets/(?P<id>[A-Za-z0-9_-]+)/values/(?P<range>[^/]+)")
FILE = re.compile(r"/drive/v3/files/(?P<id>[A-Za-z0-9_-]+)")
COMMON = frozenset({"alt", "fields", "key", "prettyPrint", "quotaUser", "access_token"})
RENDER = frozenset({"majorDimension", "valueRenderOption", "dateTimeRenderOption"})
KNOWN = {
    "get": COMMON | {"ranges", "includeGridData", "excludeTablesInBandedRanges"},
    "values": COMMON | RENDER | {"ranges"},
    "value": COMMON | RENDER,
    "file": COMMON
    | {"acknowledgeAbuse", "supportsAllDrives", "supportsTeamDrives", "includeLabels"}
    | {"includePermissionsForView"},
}
CHOICES = {
    "valueRenderOption": ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"),
    "dateTimeRenderOption": ("SERIAL_NUMBER", "FORMATTED_STRING"),
    "majorDimension": ("ROWS",),
    "includeGridData": ("true", "false"),
}
SHEETS_SCOPES = {"spreadsheets", "spreadsheets.readonly", "drive", "drive.readonly"}
DRIVE_SCOPES = {"drive", "drive.readonly", "drive.metadata", "drive.metadata.readonly"}
PER_USER = 60
DEFAULT_FILE = "kind,id,name,mimeType"


class Service:
    """Options: `limits` ("strict" or "off"), `drive` ("off": the API is not enabled),
    `rows_per_request` (what the connection is told to ask for at once)."""

    def __init__(self, opening: Opening) -> None:
        options = opening.options
        self.clock, self.lock = opening.clock, RLock()
        self.tokens = Tokens(opening.clock)
        self.book = books.shared_book(opening.business)
        self.books = {one.id: one for one in (self.book, books.private_book(opening.business))}
        self.is_strict = options.get("limits") != "off"
        self.has_drive = options.get("drive") != "off"
        self.rows_per_request = options.get("rows_per_request")
        self.taken: deque[float] = deque()

    # ------------------------------------------------------------------ what the server calls

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            if asked.path == "/token" and asked.method == "POST":
                return self.tokens.exchange(asked)
            of_drive = asked.path.startswith("/drive/")
            try:
                return json_answer(self.data(asked))
            except Refusal as refusal:
                return bad(refusal, of_drive=of_drive)

    def names(self, asked: Asked) -> tuple[str, ...]:
        if asked.path == "/token":
            return ("token",)
        if VALUES.fullmatch(asked.path) or ONE_RANGE.fullmatch(asked.path):
            return ("values",)
        if FILE.fullmatch(asked.path):
            return ("file",)
        return ("formats" if "ranges" in asked.query else "spreadsheet",)

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "revoked":
            self.tokens.is_revoked = True
            return self.answer(asked)
        refusal = answers.FAULTS.get(name)
        return None if refusal is None else bad(refusal, of_drive=asked.path.startswith("/drive/"))

    def credentials(self, base_url: str) -> dict[str, str]:
        given = {
            "spreadsheet": f"https://docs.google.com/spreadsheets/d/{self.book.id}/edit#gid=11",
            "service_account": self.tokens.key_file(),
            "base_url": base_url,
            "drive_url": base_url,
            "token_url": f"{base_url}/token",
        }
        if self.rows_per_request:
            given["rows_per_request"] = str(self.rows_per_request)
        return given

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        """Someone corrects a cost, notes a target for the new day and signs another influencer."""
        with self.lock:
            when = stamped_at or self.clock.now()
            number = business.days_later
            books.edit(self.book, 11, 1 + number, 3, Cell(4.2 + number, "CURRENCY"), when)
            sheet = next(one for one in self.book.sheets if one.id == 13)
            row = [f"@new.voice.{number}", f"voice{number}@creators.example", f"VOICE{number}"]
            sheet.rows.append(row)
            books.saved(self.book, when)

    def rows(self) -> dict[str, int]:
        """Of sheets whose first row holds the headers; and the two lists."""
        by_title = {
            "Product costs": "product_costs",
            "Monthly targets": "monthly_targets",
            "Influencers": "influencers",
            "Promotions": "promotions",
            "Odds & ends!": "odds_ends",
        }
        found = {
            "spreadsheet": 1,
            "sheets": len(self.book.sheets) + len(self.book.named),
        }
        for sheet in self.book.sheets:
            if sheet.title in by_title:
                found[by_title[sheet.title]] = sum(1 for row in sheet.rows[1:] if any(row))
        return found

    def touch(self, table: str) -> str:
        """A cost is corrected; the key is the sheet's."""
        with self.lock:
            cost = 9.99 + self.book.version
            books.edit(self.book, 11, 1, 3, Cell(cost, "CURRENCY"), self.clock.now())
            return "11"

    def close(self) -> None:
        return

    # ------------------------------------------------------------------ answers

    def data(self, asked: Asked) -> Any:
        kind, found = self.route(asked)
        scopes = self.tokens.scopes(asked)
        if scopes is None:
            raise answers.UNAUTHENTICATED
        allowed = DRIVE_SCOPES if kind == "file" else SHEETS_SCOPES
        if not {one.rsplit("/", 1)[-1] for one in scopes} & allowed:
            raise answers.NARROW_SCOPE
        if kind == "file" and not self.has_drive:
            raise answers.NO_DRIVE
        self.take()
        self.refuse_unknown(kind, asked)
        book = self.books.get(found["id"])
        if book is None or (book is not self.book and kind == "file"):
            raise answers.NOT_FOUND
        if book is not self.book:
            raise answers.NOT_SHARED
        made = self.made(kind, book, asked, found)
        default = DEFAULT_FILE if kind == "file" else ""
        fields = asked.query.get("fields") or default
        return masked(made, mask_of(fields)) if fields else made

    def route(self, asked: Asked) -> tuple[str, Mapping[str, str]]:
        for kind, pattern in (
            ("values", VALUES),
            ("value", ONE_RANGE),
            ("get", SPREADSHEET),
            ("file", FILE),
        ):
            found = pattern.fullmatch(asked.path)
            if found and asked.method == "GET":
                return kind, found.groupdict()
        raise answers.NOT_FOUND

    def take(self) -> None:
        now = self.clock.seconds()
        while self.taken and self.taken[0] <= now - 60:
            self.taken.popleft()
        if self.is_strict and len(self.taken) >= PER_USER:
            raise answers.THROTTLED
        self.taken.append(now)

    def refuse_unknown(self, kind: str, asked: Asked) -> None:
        for name, value in asked.params:
            if name not in KNOWN[kind]:
                raise Refusal(
                    400,
                    f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query'
                    " parameter. Field could not be found in request message.",
                )
            if name in CHOICES and value not in CHOICES[name]:
                raise Refusal(400, f"Invalid value at '{name}', \"{value}\"")

    def made(self, kind: str, book: Book, asked: Asked, found: Mapping[str, str]) -> Any:
        if kind == "file":
            return file_of(book)
        formatted = asked.query.get("valueRenderOption", "FORMATTED_VALUE") == "FORMATTED_VALUE"
        ranges = [value for name, value in asked.params if name == "ranges"]
        if kind == "value":
            return value_range(place_of(book, unquote(found["range"])), formatted=formatted)
        places = [place_of(book, one) for one in ranges]
        if kind == "values":
            if not ranges:
                raise Refusal(400, "Must specify at least one range.")
            values = [value_range(place, formatted=formatted) for place in places]
            return {"spreadsheetId": book.id, "valueRanges": values}
        wants_cells = asked.query.get("includeGridData") == "true" or (
            "data" in asked.query.get("fields", "")
        )
        return spreadsheet(book, places, with_cells=wants_cells)


def file_of(book: Book) -> dict[str, Any]:
    return {
        "kind": "drive#file",
        "id": book.id,
        "name": book.title,
        "mimeType": "application/vnd.google-apps.spreadsheet",
        "version": str(book.version),
        "modifiedTime": book.modified_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "trashed": False,
    }


def value_range(place: Place, *, formatted: bool) -> dict[str, Any]:
    values = values_of(place, formatted=formatted)
    made: dict[str, Any] = {"range": place.a1, "majorDimension": "ROWS"}
    return {**made, "values": values} if values else made


def spreadsheet(book: Book, places: list[Place], *, with_cells: bool) -> dict[str, Any]:
    """With ranges, only the sheets they stand in; with cells, one part of data for each range."""
    sheets = []
    for index, sheet in enumerate(book.sheets):
        of_sheet = [place for place in places if place.sheet is sheet]
        if places and not of_sheet:
            continue
        made: dict[str, Any] = {"properties": sheet.properties(index)}
        if with_cells and sheet.kind == "GRID":
            whole = Place(sheet, 0, sheet.row_count, 0, sheet.column_count)
            made["data"] = [grid_data(place) for place in (of_sheet or [whole])]
        sheets.append(made)
    found: dict[str, Any] = {
        "spreadsheetId": book.id,
        "properties": {
            "title": book.title,
            "locale": "en_US",
            "timeZone": "America/New_York",
            "autoRecalc": "ON_CHANGE",
        },
        "sheets": sheets,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }
    if book.named:
        found["namedRanges"] = [one.described() for one in book.named]
    return found


def grid_data(place: Place) -> dict[str, Any]:
    """A start of 0 is left out, as Google leaves out every zero of a grid's data."""
    rows = []
    for row in range(place.first_row, place.last_row):
        cells = [
            cell_data(place.sheet.cell(row, column))
            for column in range(place.first_column, place.last_column)
        ]
        while cells and not cells[-1]:
            cells.pop()
        rows.append({"values": cells} if cells else {})
    made: dict[str, Any] = {"rowData": rows}
    if place.first_row:
        made["startRow"] = place.first_row
    if place.first_column:
        made["startColumn"] = place.first_column
    return made


def cell_data(cell: Cell | None) -> dict[str, Any]:
    if cell is None:
        return {}
    kind = "boolValue" if isinstance(cell.value, bool) else "numberValue"
    kind = "stringValue" if isinstance(cell.value, str) else kind
    made: dict[str, Any] = {
        "effectiveValue": {kind: cell.value},
        "userEnteredValue": {kind: cell.value},
        "formattedValue": cell.shown,
    }
    if cell.format:
        made["effectiveFormat"] = {"numberFormat": {"type": cell.format, "pattern": "0"}}
    return made
