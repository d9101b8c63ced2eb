"""Reads a spreadsheet once for one sync: sheet by sheet, each into a Parquet file.

Belongs here: the order of questions, row blocks, one moment for all, what a person is told.
Does not belong here: what dlt makes of the files (`source.py`), types (`cells.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from dlt_pipelines.connector import ConnectionSettings, Table
from dlt_pipelines.sources.google_sheets.areas import Area, areas_of, batches, readable
from dlt_pipelines.sources.google_sheets.cells import Header, header_of, is_empty, typed
from dlt_pipelines.sources.google_sheets.client import Client, NotShared
from dlt_pipelines.sources.google_sheets.found import Formats, Found, described, found_in
from dlt_pipelines.sources.google_sheets.names import per_table
from dlt_pipelines.sources.google_sheets.setup import NAME
from dlt_pipelines.sources.google_sheets.tables import ROW

TIMES = 3
"""A file that is edited while it is read is read again; one that never rests is taken as it came,
and read again at the next sync."""
EMPTY_GROWTH = 10
SCOPE_MISSING = (
    "Drive does not tell whether the file changed (its API is not enabled, or the key lacks"
    " drive.metadata.readonly): it is read whole at every sync."
)


@dataclass(frozen=True)
class ReadSheet:
    """`path` is None where the area has no rows to be stored."""

    area: Area
    key: tuple[str, ...] = ()
    path: Path | None = None
    rows: int = 0
    header: Header | None = None
    header_row: int | None = None
    fingerprint: str | None = None

    def described(self, spreadsheet_id: str) -> dict[str, Any]:
        columns = self.header.columns if self.header else ()
        return {
            "spreadsheet_id": spreadsheet_id,
            "sheet_id": self.area.id,
            "title": self.area.title,
            "kind": self.area.kind,
            "table_name": self.area.table_name if self.path else None,
            "is_hidden": self.area.is_hidden,
            "header_row": self.header_row,
            "row_count": self.rows if self.header else None,
            "columns": {one.name: one.header for one in columns},
            "fingerprint": self.fingerprint,
            "left_out_because": self.area.because or None,
        }


@dataclass(frozen=True)
class Read:
    meta: dict[str, Any]
    file: dict[str, Any]
    sheets: tuple[ReadSheet, ...]
    mark: str | None


@dataclass
class Book:
    """One sync's reading, done once, when `read` is first asked for.

    remembered: the mark that the last sync left (the file's version and what it was read with).
    """

    settings: ConnectionSettings
    remembered: Callable[[], str | None]
    keys: dict[str, tuple[str, ...]] = field(init=False)
    personal: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = per_table(self.settings.get("keys"))
        self.personal = per_table(self.settings.get("personal"))
        self.report = self.settings.report

    @cached_property
    def client(self) -> Client:
        return Client(self.settings)

    @cached_property
    def read(self) -> Read | None:
        """None: the file is as it was."""
        whole = any(window.whole for window in self.settings.windows.values())
        file = self.file()
        if not whole and self.mark(file) is not None and self.mark(file) == self.remembered():
            return None
        for times in range(1, TIMES + 1):
            meta = self.client.meta()
            sheets = tuple(self.sheets(meta))
            after = self.file()
            rests = self.mark(after) == self.mark(file)
            file = after
            if rests or times == TIMES:
                break
        else:
            raise AssertionError("TIMES is at least one")
        if not rests:
            self.report.warn("sheets", "The file is being edited; it is read again next time.")
        return Read(meta, file, sheets, self.mark(file) if rests else None)

    def file(self) -> dict[str, Any]:
        try:
            return self.client.file()
        except NotShared:
            self.report.warn("spreadsheet", SCOPE_MISSING)
            return {}

    def mark(self, file: dict[str, Any]) -> str | None:
        """Other settings read the same file otherwise."""
        if "version" not in file:
            return None
        protection = self.settings.protection
        chosen = [self.settings.get(name) for name in ("spreadsheet", "sheets", "keys", "personal")]
        read_with = orjson.dumps([file["version"], chosen, protection and protection.choice])
        return hashlib.sha256(read_with).hexdigest()[:32]

    # ------------------------------------------------------------------ sheets

    def sheets(self, meta: dict[str, Any]) -> list[ReadSheet]:
        areas = areas_of(meta, self.settings.get("sheets"))
        found: dict[str, ReadSheet] = {}
        for batch in batches(readable(areas), int(self.settings["rows_per_request"])):
            filled = [one for one in map(found_in, batch, self.rows(batch)) if one is not None]
            formats = self.formats(filled) if filled else {}
            found.update({one.area.id: self.sheet(one, formats) for one in filled})
        return [found.get(area.id) or ReadSheet(area) for area in areas]

    def sheet(self, found: Found, formats: Formats) -> ReadSheet:
        area, data = found.area, found.data
        shown, kinds = described(found, formats)
        header = header_of(found.rows, found.at, shown, found.filled)
        numbers = [place for place, row in enumerate(data) if not all(map(is_empty, row))]
        made = self.columns(area, header, data, numbers, kinds)
        key = self.keys.get(area.table_name, (ROW,))
        known = ReadSheet(
            area,
            key,
            rows=len(numbers),
            header=header,
            header_row=area.first_row + found.at,
            fingerprint=hashlib.sha256(orjson.dumps(found.rows)).hexdigest()[:32],
        )
        if key == (ROW,):
            first = area.first_row + found.at + 1
            places = pa.array([first + place for place in numbers], type=pa.int64())
            made = made.add_column(0, ROW, places)
        elif self.breaks_key(area, key, made):
            return known
        path = self.written(area, self.protected(area, key, made))
        return replace(known, path=path)

    def rows(self, batch: list[Area]) -> list[list[list[Any]]]:
        size = int(self.settings["rows_per_request"])
        if len(batch) == 1:
            return [self.all_rows(batch[0], batch[0].rows_per_request(size))]
        return self.client.values([area.block(area.first_row, area.last_row) for area in batch])

    def all_rows(self, area: Area, size: int) -> list[list[Any]]:
        """Every row to the grid's end, which Google tells: a block without values may be a gap.

        After such a block a larger one is asked, so that a long empty sheet costs few requests.
        """
        rows: list[list[Any]] = []
        first, step = area.first_row, size
        while first <= area.last_row:
            last = min(first + step - 1, area.last_row)
            (block,) = self.client.values([area.block(first, last)])
            if block:
                rows += [[]] * (first - area.first_row - len(rows))
                rows += block
            step = size if block else step * EMPTY_GROWTH
            first = last + 1
        return rows

    def formats(self, batch: list[Found]) -> Formats:
        """Of each area's header and of the rows in which its columns begin: mostly the first."""
        answer = self.client.formats(
            [one.area.block(row, row) for one in batch for row in one.format_rows]
        )
        found: Formats = {}
        for sheet in answer.get("sheets") or ():
            sheet_id = sheet["properties"].get("sheetId", 0)
            for grid in sheet.get("data") or ():
                place = (sheet_id, grid.get("startRow", 0) + 1, grid.get("startColumn", 0) + 1)
                cells = (grid.get("rowData") or [{}])[0].get("values") or []
                found.setdefault(place, []).append(cells)
        return found

    def columns(
        self,
        area: Area,
        header: Header,
        data: list[list[Any]],
        numbers: list[int],
        kinds: dict[int, str],
    ) -> pa.Table:
        """Rows without any value are no rows."""
        made: dict[str, pa.Array] = {}
        for one in header.columns:
            values = [
                data[number][one.place] if one.place < len(data[number]) else None
                for number in numbers
            ]
            made[one.name], mixed = typed(values, kinds.get(one.place))
            if mixed:
                self.report.warn(
                    "sheets",
                    f"{area.title}: {one.header or one.name} holds text beside other"
                    " values; all of it is kept as text.",
                )
        return pa.table(made)

    def breaks_key(self, area: Area, key: tuple[str, ...], rows: pa.Table) -> bool:
        missing = [name for name in key if name not in rows.column_names]
        why = f"there is no column {', '.join(missing)}" if missing else ""
        if not why:
            keys = list(zip(*(rows[name].to_pylist() for name in key), strict=True))
            if any(part is None for each in keys for part in each):
                why = f"{', '.join(key)} is empty in a row"
            elif len(set(keys)) < len(keys):
                why = f"{', '.join(key)} stands twice with the same value"
        if why:
            self.report.warn(
                "sheets",
                f"{area.title} is not read, its key does not hold: {why}. What was read"
                " before stays.",
            )
        return bool(why)

    def protected(self, area: Area, key: tuple[str, ...], rows: pa.Table) -> pa.Table:
        protection, personal = self.settings.protection, self.personal.get(area.table_name, ())
        if protection is None or not personal:
            return rows
        columns = {name: {"data_type": "text"} for name in rows.column_names}
        described = Table(name=area.table_name, primary_key=key, columns=columns, personal=personal)
        return protection.rows(described, rows)

    def written(self, area: Area, rows: pa.Table) -> Path:
        assert self.settings.scratch is not None
        folder = self.settings.scratch / NAME
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{area.table_name}.parquet"
        pq.write_table(rows, path, compression="zstd")
        return path
