"""Takes out of a spec what its vendor's file gets wrong.

Belongs here: cutting one place, letting null stand. Does not belong here: which places.
"""

from __future__ import annotations

from typing import Any

KEYWORDS = ("required", "enum", "type", "format", "pattern", "minimum", "maximum", "security")
KEYWORDS += ("minLength", "maxLength", "minItems", "maxItems", "additionalProperties", "const")


def without(spec: Any, pointer: str) -> None:
    """A keyword is removed, a schema becomes one that takes anything."""
    *way, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer[2:].split("/")]
    places = [spec]
    for step in way:
        places = [inner for place in places for inner in _steps(place, step)]
    cut = 0
    for place in places:
        names = list(place) if last == "*" and isinstance(place, dict) else [last]
        for name in names:
            cut += _cut(place, name)
    assert cut, f"the exception {pointer} points at nothing in the file"


def _steps(place: Any, step: str) -> list[Any]:
    if isinstance(place, dict):
        return list(place.values()) if step == "*" else [place[step]] if step in place else []
    if isinstance(place, list):
        if step == "*":
            return place
        return [place[int(step)]] if step.isdigit() and int(step) < len(place) else []
    return []


def _cut(place: Any, name: str) -> int:
    if isinstance(place, list) and name.isdigit() and int(name) < len(place):
        place[int(name)] = {}
        return 1
    if not (isinstance(place, dict) and name in place):
        return 0
    # A property may be called "type" or "format"; then what stands there is a schema.
    if name in KEYWORDS and not (isinstance(place[name], dict) and name != "additionalProperties"):
        del place[name]
    else:
        place[name] = {}
    return 1


def with_nulls(spec: dict[str, Any]) -> dict[str, Any]:
    """Null may stand for every value of an answer; parameters stay as they are."""
    newer = str(spec.get("openapi", "")).startswith("3.1")
    components = spec.get("components", {})
    for part in ("schemas", "responses"):
        for schema in components.get(part, {}).values():
            _let_null(schema, newer=newer)
    for item in spec["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                _let_null(operation.get("responses"), newer=newer)
    return spec


def _let_null(schema: Any, *, newer: bool) -> None:
    if isinstance(schema, list):
        for one in schema:
            _let_null(one, newer=newer)
    if not isinstance(schema, dict):
        return
    for name, inner in schema.items():
        if name not in ("example", "examples", "default", "enum"):
            _let_null(inner, newer=newer)
    if isinstance(schema.get("type"), str):
        if newer:
            schema["type"] = [schema["type"], "null"]
        else:
            schema["nullable"] = True
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
