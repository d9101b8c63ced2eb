"""What stands in an area before its types are known: rows, the header's place, formats.

Belongs here: matching Google's formats to columns; pure. Does not belong here: requests
(`reading.py`), types (`cells.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlt_pipelines.sources.google_sheets.areas import Area
from dlt_pipelines.sources.google_sheets.cells import filled_places, first_filled

FORMAT_ROWS = 4
Formats = dict[tuple[int, int, int], list[list[dict[str, Any]]]]
"""Cells of single rows by sheet, row and first column; a range and its sheet may begin alike."""


@dataclass(frozen=True)
class Found:
    """An area's rows with the place of the header, and by column the first row of `data` filled."""

    area: Area
    rows: list[list[Any]]
    at: int
    data: list[list[Any]]
    filled: dict[int, int]

    @property
    def format_rows(self) -> list[int]:
        places = sorted({self.at + 1 + number for number in self.filled.values()})
        return [self.area.first_row + place for place in (self.at, *places[:FORMAT_ROWS])]


def found_in(area: Area, rows: list[list[Any]]) -> Found | None:
    """None: there is not one value."""
    at = first_filled(rows)
    if at is None:
        return None
    data = rows[at + 1 :]
    return Found(area, rows, at, data, filled_places(data))


def described(found: Found, formats: Formats) -> tuple[dict[int, str], dict[int, str]]:
    """By column: what the header shows, and the number format of the first value."""
    area = found.area
    shown: dict[int, str] = {}
    kinds: dict[int, str] = {}
    for row in found.format_rows:
        number = row - area.first_row - found.at - 1
        for cells in formats.get((area.sheet_id, row, area.first_column), ()):
            for place, cell in enumerate(cells):
                if number < 0 and cell.get("formattedValue"):
                    shown[place] = cell["formattedValue"]
                elif number >= 0 and found.filled.get(place) == number:
                    kind = cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type")
                    if kind:
                        kinds[place] = kind
    return shown, kinds
