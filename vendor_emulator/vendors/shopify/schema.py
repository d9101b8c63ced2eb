"""The schema file as a graphql-core schema, and what every part of the emulator asks about it.

Belongs here: loading, small questions about types. Does not belong here: answering fields.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    specified_scalar_types,
)

SDL = tuple(sorted(Path(__file__).parent.glob("schema*.graphql")))


@cache
def load_schema() -> GraphQLSchema:
    """Scalars go out as they are: the field functions give the vendor's form already."""
    schema = build_schema("\n".join(one.read_text(encoding="utf-8") for one in SDL))
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLScalarType) and type_.name not in specified_scalar_types:
            type_.serialize = _as_it_is  # type: ignore[method-assign]
    return schema


def _as_it_is(value: Any) -> Any:
    return value


def is_connection(type_: GraphQLOutputType) -> bool:
    return get_named_type(type_).name.endswith("Connection")


def is_list(type_: GraphQLOutputType) -> bool:
    return str(type_).startswith("[")
