"""A spreadsheet: sheets of cells, formats, named ranges; and A1 notation.

Belongs here: the values themselves and how a place is named. Does not belong here: what stands in
the business's sheets (`books.py`), answers (`service.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from vendor_emulator.vendors.google_sheets.answers import Refusal

DAY_ZERO = date(1899, 12, 30)
REFERENCE = re.compile(
    r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[^!']+))(?:!|$))?(?P<cells>[A-Za-z0-9$:]*)"
)
CELLS = re.compile(r"\$?([A-Z]+)?\$?([1-9]\d*)?(?::\$?([A-Z]+)?\$?([1-9]\d*)?)?")
PATTERNS = {"DATE": "yyyy-mm-dd", "DATE_TIME": "yyyy-mm-dd hh:mm:ss", "TIME": "hh:mm:ss"}


@dataclass(frozen=True)
class Cell:
    """`value` as a sheet holds it: text, number, truth; a date is a number with a format."""

    value: Any
    format: str | None = None

    @property
    def shown(self) -> str:
        if isinstance(self.value, bool):
            return "TRUE" if self.value else "FALSE"
        if self.format == "DATE":
            return date.fromordinal(DAY_ZERO.toordinal() + int(self.value)).isoformat()
        if self.format == "CURRENCY":
            return f"${self.value:,.2f}"
        if self.format == "PERCENT":
            return f"{self.value:.0%}"
        return str(self.value)


def on(day: date) -> Cell:
    return Cell(day.toordinal() - DAY_ZERO.toordinal(), "DATE")


def at(moment: datetime) -> Cell:
    days = moment.date().toordinal() - DAY_ZERO.toordinal()
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return Cell(days + seconds / 86_400, "DATE_TIME")


@dataclass
class Sheet:
    """`rows` hold plain values or cells; None is an empty cell. `kind`: GRID, OBJECT, ..."""

    id: int
    title: str
    rows: list[list[Any]] = field(default_factory=list)
    kind: str = "GRID"
    is_hidden: bool = False
    spare_rows: int = 20
    spare_columns: int = 3

    @property
    def row_count(self) -> int:
        return len(self.rows) + self.spare_rows

    @property
    def column_count(self) -> int:
        return max((len(row) for row in self.rows), default=0) + self.spare_columns

    def cell(self, row: int, column: int) -> Cell | None:
        """Counted from 0; None where there is nothing."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        value = self.rows[row][column]
        if value is None or isinstance(value, Cell):
            return value
        return Cell(value)

    def properties(self, index: int) -> dict[str, Any]:
        made: dict[str, Any] = {
            "sheetId": self.id,
            "title": self.title,
            "index": index,
            "sheetType": self.kind,
        }
        if self.kind == "GRID":
            made["gridProperties"] = {
                "rowCount": self.row_count,
                "columnCount": self.column_count,
                "frozenRowCount": 1,
            }
        return {**made, "hidden": True} if self.is_hidden else made


@dataclass(frozen=True)
class Named:
    """A named range; ends left out are the sheet's. Counted from 0, the end not included."""

    id: str
    name: str
    sheet_id: int
    start_row: int = 0
    end_row: int | None = None
    start_column: int = 0
    end_column: int | None = None

    def described(self) -> dict[str, Any]:
        parts = {
            "sheetId": self.sheet_id,
            "startRowIndex": self.start_row,
            "endRowIndex": self.end_row,
            "startColumnIndex": self.start_column,
            "endColumnIndex": self.end_column,
        }
        found = {name: value for name, value in parts.items() if value is not None}
        return {"namedRangeId": self.id, "name": self.name, "range": found}


@dataclass
class Book:
    id: str
    title: str
    sheets: list[Sheet]
    named: list[Named]
    modified_at: datetime
    version: int = 1


@dataclass(frozen=True)
class Place:
    """Counted from 0, ends not included."""

    sheet: Sheet
    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def a1(self) -> str:
        title = self.sheet.title
        name = (
            title if re.fullmatch(r"[A-Za-z_]\w*", title) else "'" + title.replace("'", "''") + "'"
        )
        left, right = letters(self.first_column + 1), letters(self.last_column)
        return f"{name}!{left}{self.first_row + 1}:{right}{self.last_row}"


def place_of(book: Book, text: str) -> Place:
    """Raises `Refusal` for what cannot be parsed or begins outside of the grid."""
    for named in book.named:
        if named.name == text:
            sheet = next(one for one in book.sheets if one.id == named.sheet_id)
            return Place(
                sheet,
                named.start_row,
                min(named.end_row or sheet.row_count, sheet.row_count),
                named.start_column,
                min(named.end_column or sheet.column_count, sheet.column_count),
            )
    found = REFERENCE.fullmatch(text)
    if found is None:
        raise unparsable(text)
    title = (found["quoted"] or "").replace("''", "'") or found["bare"] or ""
    cells = found["cells"]
    if not title and not any(one.title == text for one in book.sheets):
        sheet = book.sheets[0]
    else:
        title = title or text
        sheet = next((one for one in book.sheets if one.title == title), None)
        cells = cells if title != text else ""
    if sheet is None or sheet.kind != "GRID":
        raise unparsable(text)
    parts = CELLS.fullmatch(cells)
    if parts is None:
        raise unparsable(text)
    left, top, right, bottom = parts.groups()
    whole = ":" not in cells
    first_row = int(top) - 1 if top else 0
    first_column = number_of(left) - 1 if left else 0
    last_row = int(bottom) if bottom else (first_row + 1 if whole and top else sheet.row_count)
    last_column = (
        number_of(right) if right else (first_column + 1 if whole and left else sheet.column_count)
    )
    if first_row >= sheet.row_count or first_column >= sheet.column_count:
        raise Refusal(
            400,
            f"Range ({text}) exceeds grid limits. Max rows: {sheet.row_count},"
            f" max columns: {sheet.column_count}",
        )
    return Place(
        sheet,
        first_row,
        min(last_row, sheet.row_count),
        first_column,
        min(last_column, sheet.column_count),
    )


def unparsable(text: str) -> Refusal:
    return Refusal(400, f"Unable to parse range: {text}")


def letters(number: int) -> str:
    made = ""
    while number:
        number, rest = divmod(number - 1, 26)
        made = chr(65 + rest) + made
    return made


def number_of(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def values_of(place: Place, *, formatted: bool) -> list[list[Any]]:
    """Ragged, as Google gives them: empty cells and rows at the end are cut, those within stay."""
    rows: list[list[Any]] = []
    for row in range(place.first_row, min(place.last_row, len(place.sheet.rows))):
        cells = []
        for column in range(place.first_column, place.last_column):
            cell = place.sheet.cell(row, column)
            cells.append("" if cell is None else cell.shown if formatted else cell.value)
        while cells and cells[-1] == "":
            cells.pop()
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    return rows
