"""One table's new rows, gathered as columns and handed over as Arrow.

Belongs here: gathering. Does not belong here: which value is which column (`shapes.py`), the
warehouse (`writing.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chord_platform.events.loading.kinds import (
    Kind,
    array_of,
    arrow_type,
    exceeds_float,
    joined,
    widened,
)
from chord_platform.events.loading.shapes import Layout

if TYPE_CHECKING:
    import pyarrow as pa

ORDINAL = "_message"
"""A row's message in its batch: how a duplicate's rows are found again."""


@dataclass
class Column:
    values: list[Any]
    types: set[type] = field(default_factory=set)


class Gathered:
    """Rows of one table; each `add` brings those of one shape."""

    def __init__(self) -> None:
        self.columns: dict[str, Column] = {}
        self.rows = 0

    def add(
        self,
        rows: Sequence[Sequence[Any]],
        fixed: Sequence[tuple[str, type]],
        layout: Layout,
    ) -> None:
        """`fixed` names the first values of each row, the layout the others."""
        by_position = list(zip(*rows, strict=True))
        for position, (name, kind) in enumerate(fixed):
            self.extend(name, by_position[position], kind)
        for laid in layout.columns:
            self.extend(laid.column, by_position[laid.position], laid.kind)
        self.rows += len(rows)

    def extend(self, name: str, values: Sequence[Any], kind: type) -> None:
        column = self.columns.get(name)
        if column is None:
            column = self.columns[name] = Column([None] * self.rows)
        elif missing := self.rows - len(column.values):
            column.values += [None] * missing
        column.values += values
        column.types.add(kind)

    def finished(self, there: Mapping[str, Kind]) -> Frame:
        arrays: dict[str, tuple[Kind, pa.Array]] = {}
        for name, column in self.columns.items():
            if missing := self.rows - len(column.values):
                column.values += [None] * missing
            arrays[name] = array_of(column.values, column.types, there=there.get(name))
        self.columns = {}
        return Frame(arrays, self.rows)


@dataclass(frozen=True)
class Frame:
    """Finished columns with their kinds."""

    arrays: dict[str, tuple[Kind, pa.Array]]
    rows: int

    @property
    def kinds(self) -> dict[str, Kind]:
        return {name: kind for name, (kind, _) in self.arrays.items()}


def kinds_of(frames: Sequence[Frame], there: Mapping[str, Kind]) -> dict[str, Kind]:
    """The types that hold what is there and what comes; `there` are the table's columns."""
    found: dict[str, Kind] = {}
    for frame in frames:
        for name, kind in frame.kinds.items():
            before = found.get(name) or there.get(name)
            found[name] = joined(before, kind) if before else kind
    for frame in frames:  # an integer that a float would round is kept as text
        for name, (kind, values) in frame.arrays.items():
            if found[name] is Kind.FLOAT and kind is Kind.INTEGER and exceeds_float(values):
                found[name] = Kind.TEXT
    return found


def table_of(frames: Sequence[Frame], kinds: dict[str, Kind]) -> pa.Table:
    """All frames below each other, each column of its type."""
    import pyarrow as pa

    columns = []
    for name, kind in kinds.items():
        chunks: list[Any] = []
        for frame in frames:
            held = frame.arrays.get(name)
            if held is None:
                chunks.append(pa.nulls(frame.rows, arrow_type(kind)))
            else:
                chunks.append(widened(held[1], kind, held[0]))
        columns.append(pa.chunked_array(chunks, arrow_type(kind)))
    return pa.table(columns, names=list(kinds))
