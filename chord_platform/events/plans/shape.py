"""Which properties a plan knows, and a message without the others.

Belongs here: the tree of planned names, finding unplanned ones, leaving places out of a message.
Does not belong here: whether values are valid (the compiled schema).

An object whose schema lists no properties, or allows others by a schema of its own, is open:
whatever stands in it is planned. So is anything behind `$ref`: it is not followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chord_platform.events.plans.violation import written

Place = tuple[str | int, ...]

ALTERNATIVES = ("anyOf", "oneOf", "allOf")
BRANCHES = ("if", "then", "else")
OPENING = ("patternProperties", "$ref")


@dataclass(frozen=True)
class Shape:
    """What stands below one place; `children` is None where anything may."""

    children: Mapping[str, Shape] | None = None
    items: Shape | None = None

    @property
    def is_open(self) -> bool:
        return self.children is None and self.items is None

    @cached_property
    def closed(self) -> tuple[tuple[str, Shape], ...]:
        """The children into which it is worth looking."""
        children = (self.children or {}).items()
        return tuple((name, child) for name, child in children if not child.is_open)

    def __or__(self, other: Shape) -> Shape:
        """What either knows."""
        if self.is_open or other.is_open:
            return OPEN
        return Shape(joined(self.children, other.children), joined_items(self.items, other.items))


OPEN = Shape()


def joined(
    one: Mapping[str, Shape] | None, other: Mapping[str, Shape] | None
) -> Mapping[str, Shape] | None:
    if one is None or other is None:
        return one if other is None else other
    both = {name: one[name] | other[name] for name in one.keys() & other.keys()}
    return {**one, **other, **both}


def joined_items(one: Shape | None, other: Shape | None) -> Shape | None:
    if one is None or other is None:
        return one if other is None else other
    return one | other


def shape(schema: Any) -> Shape:
    if not isinstance(schema, Mapping) or any(schema.get(word) for word in OPENING):
        return OPEN
    if schema.get("additionalProperties") not in (None, False):
        return OPEN
    parts = [part for word in ALTERNATIVES for part in schema.get(word, ())]
    parts += [schema[word] for word in BRANCHES if word in schema]
    known = [shape(part) for part in parts if lists_something(part)]
    children = schema.get("properties")
    items = schema.get("items")
    if children:
        known.append(Shape({name: shape(below) for name, below in children.items()}))
    if isinstance(items, Mapping):
        below = shape(items)
        known.append(OPEN if below.is_open else Shape(None, below))
    whole, *others = known or [OPEN]
    for other in others:
        whole = whole | other
    return whole


def lists_something(schema: Any) -> bool:
    """`{"required": [...]}` among alternatives says nothing of which names there are."""
    return isinstance(schema, Mapping) and any(
        word in schema for word in ("properties", "items", *OPENING, *ALTERNATIVES)
    )


def unplanned(value: Any, known: Shape, place: Place = ()) -> list[Place]:
    """Mostly there is nothing: comparing two sets of names finds that out in C."""
    found: list[Place] = []
    children = known.children
    if children is not None and isinstance(value, dict):
        if not value.keys() <= children.keys():
            found = [(*place, name) for name in value if name not in children]
        for name, child in known.closed:
            if name in value:
                found += unplanned(value[name], child, (*place, name))
    elif known.items is not None and isinstance(value, list):
        for position, item in enumerate(value):
            found += unplanned(item, known.items, (*place, position))
    return found


def without(value: Any, places: Iterable[Place]) -> Any:
    """A copy that lacks them; only what lies on the way to one is copied.

    Items leave an array last to first, so that a place stays true until its turn.
    """
    tree: dict[Any, Any] = {}
    for place in places:
        branch = tree
        for part in place[:-1]:
            branch = branch.setdefault(part, {})
            if branch is None:
                break  # what holds it goes already
        else:
            branch[place[-1]] = None
    return pruned(value, tree)


def pruned(value: Any, tree: Mapping[Any, Any]) -> Any:
    if isinstance(value, dict):
        return {
            name: pruned(below, tree[name]) if tree.get(name) else below
            for name, below in value.items()
            if name not in tree or tree[name] is not None
        }
    return [
        pruned(item, tree[position]) if tree.get(position) else item
        for position, item in enumerate(value)
        if position not in tree or tree[position] is not None
    ]


def names(places: Iterable[Place]) -> list[str]:
    """As `context.protocols` lists them: each once, items of an array under one name."""
    return sorted({written(place) for place in places})
