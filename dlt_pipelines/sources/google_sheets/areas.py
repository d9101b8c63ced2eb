"""What of a spreadsheet can be read: its sheets and named ranges, each with its place.

Belongs here: the list, names, limits of each. Does not belong here: cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dlt_pipelines.sources.google_sheets.names import (
    column_letters,
    identifier,
    quoted_title,
    table_names,
)

CELLS_PER_REQUEST = 100_000
RANGES_PER_REQUEST = 40  # each stands in the address, which has its own limit
"""Google advises at most 2 MB an answer; a cell of text takes some 20 bytes."""


@dataclass(frozen=True)
class Area:
    """Rows and columns count from 1, both ends included. `because`: why it is not read."""

    id: str
    title: str
    kind: str
    sheet_id: int
    sheet_title: str
    first_row: int = 1
    last_row: int = 0
    first_column: int = 1
    last_column: int = 0
    is_hidden: bool = False
    table_name: str = ""
    because: str = ""

    @property
    def width(self) -> int:
        return self.last_column - self.first_column + 1

    def block(self, first: int, last: int) -> str:
        """A1 notation of these rows."""
        left, right = column_letters(self.first_column), column_letters(self.last_column)
        return f"{quoted_title(self.sheet_title)}!{left}{first}:{right}{last}"

    def rows_per_request(self, wanted: int) -> int:
        return max(1, min(wanted, CELLS_PER_REQUEST // max(self.width, 1)))


def areas_of(meta: Mapping[str, Any], only: str) -> list[Area]:
    """Named ones alone where `only` names some. Sheets before ranges, each in the order of their
    ids: moving a tab renames no table."""
    sheets = [sheet_area(one["properties"]) for one in meta.get("sheets") or ()]
    by_id = {area.sheet_id: area for area in sheets}
    ranges = [
        range_area(one, by_id[one["range"].get("sheetId", 0)])
        for one in meta.get("namedRanges") or ()
        if one.get("range", {}).get("sheetId", 0) in by_id
    ]
    found = sorted(sheets, key=lambda area: area.sheet_id)
    found += sorted(ranges, key=lambda area: area.id)
    names = table_names([(area.title, area.id) for area in found])
    named = [replace(area, table_name=name) for area, name in zip(found, names, strict=True)]
    wanted = {identifier(part, otherwise="") for part in only.split(",")} - {""}
    return [area if is_wanted(area, wanted) else not_asked(area) for area in named]


def is_wanted(area: Area, wanted: set[str]) -> bool:
    return not wanted or identifier(area.title, otherwise="") in wanted


def not_asked(area: Area) -> Area:
    return replace(area, because=area.because or "the connection's settings do not name it")


def sheet_area(properties: Mapping[str, Any]) -> Area:
    grid = properties.get("gridProperties") or {}
    kind = str(properties.get("sheetType", "GRID"))
    area = Area(
        id=str(properties.get("sheetId", 0)),
        title=properties["title"],
        kind="sheet",
        sheet_id=properties.get("sheetId", 0),
        sheet_title=properties["title"],
        last_row=grid.get("rowCount", 0),
        last_column=grid.get("columnCount", 0),
        is_hidden=bool(properties.get("hidden")),
    )
    if kind != "GRID":
        why = "a chart has no cells" if kind == "OBJECT" else f"a sheet of type {kind}"
        return replace(area, kind=kind.lower(), because=why)
    return area


def range_area(named: Mapping[str, Any], sheet: Area) -> Area:
    """An end that Google leaves out is the sheet's."""
    grid = named["range"]
    return replace(
        sheet,
        id=str(named["namedRangeId"]),
        title=named["name"],
        kind="named_range",
        first_row=grid.get("startRowIndex", 0) + 1,
        last_row=min(grid.get("endRowIndex", sheet.last_row), sheet.last_row),
        first_column=grid.get("startColumnIndex", 0) + 1,
        last_column=min(grid.get("endColumnIndex", sheet.last_column), sheet.last_column),
    )


def batches(areas: Iterable[Area], rows_per_request: int) -> Iterator[list[Area]]:
    """Small ones are asked for together; one that takes several requests comes alone."""
    batch: list[Area] = []
    cells = 0
    for area in areas:
        rows = area.last_row - area.first_row + 1
        size = rows * area.width
        is_small = rows <= area.rows_per_request(rows_per_request)
        if batch and (cells + size > CELLS_PER_REQUEST or len(batch) >= RANGES_PER_REQUEST):
            yield batch
            batch, cells = [], 0
        if is_small:
            batch.append(area)
            cells += size
        else:
            yield [area]
    if batch:
        yield batch


def readable(areas: list[Area]) -> Iterator[Area]:
    for area in areas:
        if not area.because and area.last_row >= area.first_row and area.width > 0:
            yield area
