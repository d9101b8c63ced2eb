"""One table's new rows, gathered as columns and handed over as Arrow.

What a message says is nearly all text. So the texts of one message are joined to one string while
they are in the processor's cache, and Arrow takes them apart again, for all messages of a shape at
once: value by value from Python's objects cost three times as much, and the objects waiting for it
most of the loader's memory.

Belongs here: gathering. Does not belong here: which value is which column (`shapes.py`), the
warehouse (`writing.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson

from chord_platform.events.loading.kinds import (
    Kind,
    array_of,
    arrow_type,
    exceeds_float,
    joined,
    widened,
)
from chord_platform.events.loading.shapes import Layout, picker

if TYPE_CHECKING:
    import pyarrow as pa

ORDINAL = "_message"
"""A row's message in its batch: how a duplicate's rows are found again."""

SEPARATOR = "\0"
TEXTS = frozenset({str, list, dict})
"""Of these types a value is written as text: containers as JSON."""


def separator_of(texts: Iterable[str]) -> str:
    """A character that stands in none of them; nearly always the usual one."""
    held = frozenset().union(*texts)
    return next(each for each in map(chr, count()) if each not in held)


@dataclass(frozen=True)
class Part:
    """One column's values in one group: texts of Arrow, values of Python, or none."""

    kind: type
    values: pa.Array | list[Any] | None


class Group:
    """Rows of one shape. `fixed` names the first values of each row, of `types`; the layout the
    others."""

    def __init__(
        self,
        fixed: Sequence[tuple[str, type]],
        types: Sequence[type],
        layout: Layout,
        *,
        separator: str = SEPARATOR,
    ) -> None:
        wanted = [
            (position, name, kind, held)
            for position, ((name, kind), held) in enumerate(zip(fixed, types, strict=True))
        ]
        wanted += [(laid.position, laid.column, laid.kind, laid.kind) for laid in layout.columns]
        self.kinds = {name: kind for _, name, kind, _ in wanted}
        self.texts = [(at, name) for at, name, _, held in wanted if held in TEXTS]
        self.others = [
            (at, name)
            for at, name, _, held in wanted
            if held not in TEXTS and held is not type(None)
        ]
        self.containers = [at for at, _, _, held in wanted if held is list or held is dict]
        self.pick_texts = picker([at for at, _ in self.texts])
        self.pick_others = picker([at for at, _ in self.others])
        self.separator = separator
        self.waiting: list[str] = []
        self.waiting_others: list[tuple[Any, ...]] = []
        self.packed: list[pa.Array] = []
        self.values: list[list[Any]] = [[] for _ in self.others]
        self.rows = 0

    def add(self, row: list[Any]) -> None:
        for position in self.containers:
            row[position] = orjson.dumps(row[position]).decode()
        self.waiting.append(self.separator.join(self.pick_texts(row)))
        self.waiting_others.append(self.pick_others(row))

    def pack(self) -> None:
        """Lets go of what waits as objects of Python."""
        import pyarrow as pa

        self.rows += len(self.waiting_others)
        self.packed.append(pa.array(self.waiting, pa.string()))
        for held, values in zip(self.values, zip(*self.waiting_others, strict=True), strict=True):
            held += values
        self.waiting, self.waiting_others = [], []

    def parts(self) -> dict[str, Part]:
        import pyarrow as pa
        import pyarrow.compute as pc

        found: dict[str, pa.Array | list[Any]] = {}
        if width := len(self.texts):
            whole = pa.concat_arrays(self.packed)
            split = pc.SplitPatternOptions(self.separator)
            flat: Any = pc.call_function("split_pattern", [whole], split).flatten()
            if len(flat) != width * self.rows:
                raise AssertionError(f"{len(flat)} texts of {self.rows} rows of {width}")
            first = pa.array(range(0, len(flat), width), pa.int64())
            for number, (_, name) in enumerate(self.texts):
                places = pc.call_function("add", [first, pa.scalar(number, pa.int64())])
                found[name] = flat.take(places)
        for (_, name), values in zip(self.others, self.values, strict=True):
            found[name] = values
        self.packed, self.values = [], []
        return {name: Part(kind, found.get(name)) for name, kind in self.kinds.items()}


class Gathered:
    """Rows of one table, whatever their shapes."""

    def __init__(self) -> None:
        self.groups: list[Group] = []

    def finished(self, there: Mapping[str, Kind]) -> Frame:
        parts = [group.parts() for group in self.groups]
        sizes = [group.rows for group in self.groups]
        names = dict.fromkeys(name for each in parts for name in each)
        arrays = {
            name: array_below_each_other(
                [each.get(name) for each in parts], sizes, there=there.get(name)
            )
            for name in names
        }
        return Frame(arrays, sum(sizes))


def array_below_each_other(
    parts: Sequence[Part | None], sizes: Sequence[int], *, there: Kind | None
) -> tuple[Kind, pa.Array]:
    import pyarrow as pa

    types = {part.kind for part in parts if part}
    held = [part.values if part else None for part in parts]
    if any(isinstance(values, list) for values in held):
        values: list[Any] = []
        for each, size in zip(held, sizes, strict=True):
            if each is None:
                values += [None] * size
            else:
                values += each if isinstance(each, list) else each.to_pylist()
        return array_of(values, types, there=there)
    arrays = [
        pa.nulls(size, pa.string()) if values is None else values
        for values, size in zip(held, sizes, strict=True)
    ]
    return array_of(pa.concat_arrays(arrays), types, there=there)


@dataclass(frozen=True)
class Frame:
    """Finished columns with their kinds."""

    arrays: dict[str, tuple[Kind, pa.Array]]
    rows: int


def kinds_of(frame: Frame, there: Mapping[str, Kind]) -> dict[str, Kind]:
    """The types that hold what is there and what comes; `there` are the table's columns."""
    found: dict[str, Kind] = {}
    for name, (kind, values) in frame.arrays.items():
        before = there.get(name)
        found[name] = joined(before, kind) if before else kind
        if found[name] is Kind.FLOAT and kind is Kind.INTEGER and exceeds_float(values):
            found[name] = Kind.TEXT  # a float would round it
    return found


def table_of(frame: Frame, kinds: Mapping[str, Kind]) -> pa.Table:
    """Each column of its type."""
    import pyarrow as pa

    columns = []
    for name, kind in kinds.items():
        was, values = frame.arrays[name]
        columns.append(pa.chunked_array([widened(values, kind, was)], arrow_type(kind)))
    return pa.table(columns, names=list(kinds))
