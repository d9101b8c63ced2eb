"""One promise of the plan that a message breaks, in words a person can act on.

Belongs here: from a validator's error to field, type and description.
Does not belong here: what follows from it (`compiled.py`).

Neither field nor description holds a value of the message: a value may be personal, and the same
violation reads the same each time. Items of an array share one field, `products.$.sku`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

Type = Literal["Required", "Invalid Type", "Invalid Value"]

REQUIRED: Type = "Required"
INVALID_TYPE: Type = "Invalid Type"
INVALID_VALUE: Type = "Invalid Value"


class Violation(NamedTuple):
    event: str
    field: str
    type: Type
    description: str


class Found(NamedTuple):
    """A violation and where in the message it is; a missing property has no place."""

    violation: Violation
    place: tuple[str | int, ...] | None


def found(event: str, error: ValidationError) -> Iterable[Found]:
    """What one error of the validator says; it may name several properties."""
    kind, said, place = error.kind.name, error.kind.as_dict(), tuple(error.instance_path)
    if kind == "required":
        field = written((*place, said["property"]))
        yield Found(Violation(event, field, REQUIRED, f"{field} is required"), None)
    elif kind == "type":
        expected = " or ".join(with_article(name) for name in sorted(said["types"]))
        field = written(place)
        given = with_article(json_type(error.instance))
        text = f"{field} must be {expected}, but is {given}"
        yield Found(Violation(event, field, INVALID_TYPE, text), place)
    elif kind == "additionalProperties":
        for name in said["unexpected"]:
            yield invalid(event, (*place, name), "may not be there")
    else:
        describe = DESCRIPTIONS.get(kind)
        yield invalid(event, place, describe(said) if describe else "has a value not allowed here")


def invalid(event: str, place: tuple[str | int, ...], rule: str) -> Found:
    field = written(place)
    return Found(Violation(event, field, INVALID_VALUE, f"{field} {rule}"), place)


def written(place: Iterable[str | int]) -> str:
    """`properties.products.$.sku`; the message itself is `message`."""
    return ".".join("$" if isinstance(part, int) else part for part in place) or "message"


def listed(said: Mapping[str, Any]) -> str:
    return f"must be one of {', '.join(map(str, said['options']))}"


DESCRIPTIONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "enum": listed,
    "const": lambda said: f"must be {said['expected_value']}",
    "pattern": lambda said: f"must match {said['pattern']}",
    "format": lambda said: f"must be written as a {said['format']}",
    "minimum": lambda said: f"must be at least {said['limit']}",
    "maximum": lambda said: f"must be at most {said['limit']}",
    "exclusiveMinimum": lambda said: f"must be more than {said['limit']}",
    "exclusiveMaximum": lambda said: f"must be less than {said['limit']}",
    "minLength": lambda said: f"must have at least {said['limit']} characters",
    "maxLength": lambda said: f"must have at most {said['limit']} characters",
    "minItems": lambda said: f"must have at least {said['limit']} items",
    "maxItems": lambda said: f"must have at most {said['limit']} items",
    "minProperties": lambda said: f"must have at least {said['limit']} properties",
    "maxProperties": lambda said: f"must have at most {said['limit']} properties",
    "uniqueItems": lambda _: "must not hold the same item twice",
    "falseSchema": lambda _: "may not be there",
    "anyOf": lambda _: "fits none of the shapes the plan allows",
    "oneOf": lambda _: "must fit just one of the shapes the plan allows",
    "multipleOf": lambda said: f"must be a multiple of {said['multiple_of']}",
    "additionalItems": lambda said: f"must have at most {said['limit']} items",
    "contains": lambda _: "must hold an item that the plan asks for",
    "propertyNames": lambda _: "holds a name that the plan does not allow",
}


def json_type(value: object) -> str:
    if value is None:
        return "null"
    for kinds, name in JSON_TYPES:
        if isinstance(value, kinds):
            return name
    return type(value).__name__


# bool first: Python counts it among the integers.
JSON_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (str, "string"),
    (int, "integer"),
    (float, "number"),
    (dict, "object"),
    ((list, tuple), "array"),
)


def with_article(name: str) -> str:
    if name == "null":
        return name
    return f"an {name}" if name[0] in "aio" else f"a {name}"
