"""Which fields of an answer the vendor's schema does not name.

Belongs here: the walk of a value beside its schema. Does not belong here: types, patterns, numbers
(a validator judges those).

JSON Schema lets any further field pass unless a schema forbids it, and vendors' files seldom do. An
emulator could then make fields up and a connector read them. Here a schema that lists properties is
taken at its word: what it does not list is unknown. A schema that lists none is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

NESTED = ("allOf", "anyOf", "oneOf")


@dataclass
class Known:
    """The properties of a schema and of all the schemas that it is put together from."""

    properties: dict[str, list[Any]] = field(default_factory=dict)
    items: list[Any] = field(default_factory=list)
    rest: list[Any] = field(default_factory=list)
    listed: bool = False
    is_open: bool = False


def unknown_fields(value: Any, schemas: list[Any], *, spec: Any, at: str = "") -> Iterator[str]:
    """Pointers into the value, one for each field that none of the schemas lists."""
    if not isinstance(value, dict | list) or not schemas:
        return
    known = _known(schemas, spec)
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from unknown_fields(item, known.items, spec=spec, at=f"{at}/{place}")
        return
    for name, inner in value.items():
        here = f"{at}/{name}"
        if name in known.properties:
            yield from unknown_fields(inner, known.properties[name], spec=spec, at=here)
        elif known.rest:
            yield from unknown_fields(inner, known.rest, spec=spec, at=here)
        elif known.listed and not known.is_open:
            yield here


GATHERED: dict[tuple[int, ...], tuple[Any, list[Any], Known]] = {}
"""By identity of a file and some of its schemas: they stay as long as they are here. Records of a
page are of one schema, which was nine tenths of the walk."""


def _known(schemas: list[Any], spec: Any) -> Known:
    key = (id(spec), *map(id, schemas))
    if key not in GATHERED:
        known = Known()
        for schema in schemas:
            _gather(schema, known, spec=spec, depth=0)
        GATHERED[key] = spec, schemas, known
    return GATHERED[key][2]


def _gather(schema: Any, known: Known, *, spec: Any, depth: int) -> None:
    schema = _resolved(schema, spec)
    if depth > 20 or not isinstance(schema, dict):
        known.is_open = known.is_open or schema is True
        return
    known.items += [schema["items"]] if "items" in schema else []
    for name, inner in (schema.get("properties") or {}).items():
        known.properties.setdefault(name, []).append(inner)
    rest = schema.get("additionalProperties")
    known.rest += [rest] if isinstance(rest, dict) and rest else []
    nested = [one for word in NESTED for one in schema.get(word) or []]
    says_nothing = not (schema.get("properties") or nested)
    known.listed = known.listed or not says_nothing
    if rest is True or rest == {} or schema.get("patternProperties"):
        known.is_open = True
    for word in NESTED:
        for one in schema.get(word) or []:
            part = _resolved(one, spec)
            # One branch of a choice that lists nothing leaves everything open; one part of a sum
            # that lists nothing (a description, a `nullable`) opens nothing.
            choice = word != "allOf" and isinstance(part, dict) and _lists_nothing(part)
            known.is_open = known.is_open or choice
            _gather(part, known, spec=spec, depth=depth + 1)


def _lists_nothing(schema: dict[str, Any]) -> bool:
    if any(schema.get(word) for word in ("properties", *NESTED)):
        return False
    return schema.get("type") in (None, "object") and "enum" not in schema


def _resolved(schema: Any, spec: Any) -> Any:
    for _ in range(20):
        if not (isinstance(schema, dict) and "$ref" in schema):
            return schema
        schema = at_pointer(spec, schema["$ref"])
    return schema


def at_pointer(spec: Any, pointer: str) -> Any:
    """What stands at "#/a/b" of the file."""
    found = spec
    for step in pointer.removeprefix("#").strip("/").split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found
