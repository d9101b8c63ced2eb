"""Messages of one shape are laid out in columns together.

Real traffic has few shapes: which keys a message has, in which order, and of which types their
values are. So names and types are worked out once per shape, and values move from messages to
columns in C: `dict.values`, `zip`, `list.extend` (measured: 4 times as fast as value by value).

Belongs here: a message's shape, and which value becomes which column. Does not belong here: types
of whole columns (`kinds.py`), tables (`columns.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from chord_platform.events.loading.names import CONTEXT, RESERVED, column_name

DEEPEST = 8
"""Objects below are kept as JSON: a column a level would have a name that nobody can read."""

MOST_LEVELS = 20_000
MOST_CONTEXTS = 2_000
"""Some 3 kB each."""

EMPTY: Mapping[str, Any] = {}


class Level:
    """One object's keys and the types of their values; compared by identity."""

    __slots__ = ("keys", "nested", "pick", "pick_nested", "types")

    def __init__(self, keys: tuple[str, ...], types: tuple[type, ...]) -> None:
        self.keys = keys
        self.types = types
        self.nested = tuple(key for key, kind in zip(keys, types, strict=True) if kind is dict)
        self.pick_nested = picker(self.nested)
        self.pick = picker([key for key in keys if key not in self.nested]) if self.nested else None


def picker(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """The values under these keys or places, as a tuple whatever their number."""
    if not keys:
        return lambda _: ()
    pick = itemgetter(*keys)
    return pick if len(keys) > 1 else lambda found: (pick(found),)


Signature = tuple[Level, ...]


@dataclass(frozen=True)
class Laid:
    """The value at `position` of a row becomes `column`; `kind` is its Python type."""

    position: int
    column: str
    kind: type


@dataclass(frozen=True)
class Clash:
    """`path` did not get the column it asked for: another, or (None) none."""

    path: str
    wanted: str
    given: str | None


@dataclass(frozen=True)
class Layout:
    columns: tuple[Laid, ...]
    clashes: tuple[Clash, ...]


class Shapes:
    """Remembers shapes over the messages of a load."""

    def __init__(self) -> None:
        self.levels: dict[tuple[Any, ...], Level] = {}
        self.layouts: dict[tuple[Any, ...], Layout] = {}
        self.contexts: dict[str, tuple[Signature, list[Any]]] = {}

    def read(
        self,
        context: Mapping[str, Any],
        payload: Mapping[str, Any],
        row: list[Any],
        *,
        context_text: str | None = None,
    ) -> Signature:
        """Appends all values to the row, and tells how they stand in it. context_text: the context
        as JSON; all events of a page or a server's process have the same one."""
        known = self.contexts.get(context_text) if context_text else None
        if known is None:
            values: list[Any] = []
            known = self.walk(context, values), values
            if context_text:
                if len(self.contexts) >= MOST_CONTEXTS:
                    self.contexts.clear()
                self.contexts[context_text] = known
        row += known[1]
        return known[0] + self.walk(payload, row)

    def walk(self, whole: Mapping[str, Any], row: list[Any]) -> Signature:
        """Level by level, all objects of one depth before those below."""
        levels = self.levels
        signature: list[Level] = []
        depth, found = 1, (whole,)
        while found:
            below: tuple[Mapping[str, Any], ...] = ()
            for each in found:
                values = each.values()
                key = (*each, *map(type, values))
                level = levels.get(key)
                if level is None:
                    level = self.new_level(key)
                signature.append(level)
                if level.pick is None or depth == DEEPEST:
                    row += values
                    continue
                row += level.pick(each)
                below += level.pick_nested(each)
            depth, found = depth + 1, below
        return tuple(signature)

    def new_level(self, key: tuple[Any, ...]) -> Level:
        if len(self.levels) >= MOST_LEVELS:  # somebody sends another key each time
            self.levels.clear()
            self.layouts.clear()
            self.contexts.clear()
        half = len(key) // 2
        level = self.levels[key] = Level(key[:half], key[half:])
        return level

    def layout(
        self, signature: Signature, *, first: int, taken: frozenset[str] = RESERVED
    ) -> Layout:
        """`first` is the position of the row's first value, `taken` what Segment itself fills."""
        key = (signature, first, taken)
        if (known := self.layouts.get(key)) is None:
            known = self.layouts[key] = laid_out(signature, first=first, taken=taken)
        return known


@dataclass(frozen=True)
class Leaf:
    position: int
    path: tuple[str, ...]
    kind: type
    is_context: bool

    @property
    def column(self) -> str:
        return column_name(self.path)


def leaves(signature: Signature, *, first: int) -> Iterator[Leaf]:
    """In the order in which `Shapes.read` met them; nulls are nobody's column."""
    levels = iter(signature)
    position = first
    for is_context, root in ((True, (CONTEXT,)), (False, ())):
        depth, paths = 1, [root]
        while paths:
            below: list[tuple[str, ...]] = []
            for path in paths:
                level = next(levels)
                for key, kind in zip(level.keys, level.types, strict=True):
                    if kind is dict and depth < DEEPEST:
                        continue
                    if kind is not type(None):
                        yield Leaf(position, (*path, key), kind, is_context)
                    position += 1
                below += [(*path, key) for key in level.nested]
            depth, paths = depth + 1, below if depth < DEEPEST else []


def laid_out(signature: Signature, *, first: int, taken: frozenset[str]) -> Layout:
    """Who gets a column that several paths want: Segment's own, then the context, then who is
    spelled like the column, then by spelling. The others get `_2`, `_3`; a reserved one nothing.
    A rule of the message alone, so that a replay lays it out the same way."""
    wanted: dict[str, list[Leaf]] = {}
    for leaf in leaves(signature, first=first):
        wanted.setdefault(leaf.column, []).append(leaf)
    columns: list[Laid] = []
    clashes: list[Clash] = []
    used = {*wanted, *taken}
    for column, claims in wanted.items():
        claims.sort(key=lambda leaf: (not leaf.is_context, leaf.path != (column,), leaf.path))
        for number, leaf in enumerate(claims, 1):
            is_refused = column in taken and not leaf.is_context
            given = None if is_refused else numbered(column, number, used)
            if given != column:
                clashes.append(Clash(".".join(leaf.path), column, given))
            if given:
                columns.append(Laid(leaf.position, given, leaf.kind))
    return Layout(tuple(columns), tuple(clashes))


def numbered(column: str, number: int, used: set[str]) -> str:
    if number == 1:
        return column
    while (name := column_name((f"{column}_{number}",))) in used:
        number += 1
    used.add(name)
    return name
