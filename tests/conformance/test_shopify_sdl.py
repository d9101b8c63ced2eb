"""The emulated Shopify's schema, filters, sort keys and scopes, against the vendor's own files.

They are found by CHORD_VENDOR_SPECS or in `../shared/vendor_specs`; where they are absent, what
needs none of them is still tested, and the rest prints what was not compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    build_schema,
    get_named_type,
    is_leaf_type,
    validate,
    validate_schema,
)
from graphql import parse as parse_graphql

from tests.conformance.specs import SPECS
from vendor_emulator.vendors.shopify import access
from vendor_emulator.vendors.shopify.fields import TYPES
from vendor_emulator.vendors.shopify.lists import LISTINGS
from vendor_emulator.vendors.shopify.schema import load_schema

SHOPIFY = SPECS / "shopify"
VERSION = "2026-10"


def spec(name: str) -> Path | None:
    path = SHOPIFY / name
    if not path.exists():
        print(f"not compared: {name} is not here")
        return None
    return path


@cache
def official() -> GraphQLSchema | None:
    path = spec(f"admin_{VERSION}.schema.graphql")
    if path is None:
        return None
    return build_schema(path.read_text(), assume_valid=True, assume_valid_sdl=True)


def loaded(name: str) -> dict[str, Any]:
    path = spec(name)
    return {} if path is None else json.loads(path.read_text())


def own_types() -> Iterator[GraphQLNamedType]:
    for name, type_ in load_schema().type_map.items():
        if not name.startswith("__"):
            yield type_


def described(type_: GraphQLNamedType) -> dict[str, str]:
    """Each promise of a type as text: comparing texts shows at once what differs."""
    said = {type_.name: type(type_).__name__}
    if isinstance(type_, GraphQLEnumType):
        said.update({f"{type_.name}.{value}": "value" for value in type_.values})
    if isinstance(type_, GraphQLUnionType):
        said.update({f"{type_.name}.{one.name}": "member" for one in type_.types})
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        said.update({f"{type_.name} implements {one.name}": "yes" for one in type_.interfaces})
        for name, field in type_.fields.items():
            said[f"{type_.name}.{name}"] = str(field.type)
            for argument, definition in field.args.items():
                default = definition.default_value
                shown = "" if default is Undefined else f" = {default}"
                said[f"{type_.name}.{name}({argument})"] = f"{definition.type}{shown}"
    return said


def test_every_type_field_and_argument_is_the_vendors() -> None:
    theirs = official()
    if theirs is None:
        return
    ours, real = {}, {}
    for type_ in own_types():
        ours.update(described(type_))
        if type_.name in theirs.type_map:
            real.update(described(theirs.type_map[type_.name]))
    differing = {
        name: (said, real.get(name)) for name, said in ours.items() if real.get(name) != said
    }
    assert differing == {}
    assert len(ours) > 1500


def test_required_arguments_of_the_vendor_are_not_left_out() -> None:
    theirs = official()
    if theirs is None:
        return
    for type_ in own_types():
        if isinstance(type_, GraphQLObjectType):
            real = theirs.type_map[type_.name]
            assert isinstance(real, GraphQLObjectType)
            for name, field in type_.fields.items():
                required = {
                    argument
                    for argument, definition in real.fields[name].args.items()
                    if str(definition.type).endswith("!") and definition.default_value is Undefined
                }
                assert required <= set(field.args), f"{type_.name}.{name}"


def test_a_field_is_deprecated_here_exactly_if_it_is_at_the_vendor() -> None:
    theirs = official()
    if theirs is None:
        return
    for type_ in own_types():
        if isinstance(type_, GraphQLObjectType):
            real = theirs.type_map[type_.name]
            assert isinstance(real, GraphQLObjectType)
            for name, field in type_.fields.items():
                there = real.fields[name].deprecation_reason is not None
                assert (field.deprecation_reason is not None) is there, f"{type_.name}.{name}"


def test_the_schema_stands_by_itself() -> None:
    assert validate_schema(load_schema()) == []


def test_every_field_has_a_function() -> None:
    missing = [
        f"{type_.name}.{name}"
        for type_ in own_types()
        if isinstance(type_, GraphQLObjectType)
        and not type_.name.endswith(("Connection", "Edge"))
        and type_.name != "PageInfo"
        for name in type_.fields
        if name not in TYPES.get(type_.name, {})
    ]
    assert missing == []


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_filters_and_sort_keys_are_the_vendors(name: str) -> None:
    listing = LISTINGS[name]
    arguments = load_schema().query_type.fields[name].args  # type: ignore[union-attr]
    if "sortKey" in arguments:
        keys = get_named_type(arguments["sortKey"].type)
        assert isinstance(keys, GraphQLEnumType)
        assert set(listing.sorts) == set(keys.values)
    documented = loaded(f"query_filters_{VERSION}.json").get(name)
    if documented is None:
        return
    kinds = {"float": "number", "integer": "number", "bigdecimal": "number"}
    real = {term: kinds.get(kind, kind) for term, kind in documented["filters"].items()}
    ours = {term: filter_.kind for term, filter_ in listing.filters.items()}
    assert ours.items() <= real.items()
    if documented.get("default_sort_key"):
        assert arguments["sortKey"].default_value == documented["default_sort_key"]


def scopes_in(text: str | None) -> tuple[str, ...]:
    """The alternatives of a sentence, for reading; what a person's permissions need is no concern
    of an app's."""
    about_apps = (text or "").split("Also:")[0].split(" for queries")[0]
    return tuple(re.findall(r"`((?:read|write)_\w+)`", about_apps))


def test_scopes_of_types_and_fields_are_the_vendors() -> None:
    documented = loaded(f"access_scopes_{VERSION}.json")
    if not documented:
        return
    ours, real = {}, {}
    for type_ in own_types():
        ours[type_.name] = access.TYPES.get(type_.name, ())
        real[type_.name] = scopes_in(documented["types"].get(type_.name))
        if not isinstance(type_, GraphQLObjectType):
            continue
        for name in type_.fields:
            key = f"{type_.name}.{name}"
            said = documented["fields"].get(key, {})
            if type_.name == "QueryRoot":
                said = documented["queries"].get(name, {})
            if type_.name == "Mutation":
                said = documented["mutations"].get(name, {})
            ours[key] = (access.FIELDS.get(key, ()), key in access.PROTECTED)
            real[key] = (scopes_in(said.get("access")), said.get("protected") == "customer")
    differing = {key: (said, real[key]) for key, said in ours.items() if real[key] != said}
    assert differing == {}


def test_the_vendors_example_documents_are_valid_here() -> None:
    reading = ("bulk", "deleted", "orders")
    folder = spec("examples")
    if folder is None:
        return
    tried = 0
    for path in sorted(folder.glob("*.graphql")):
        if path.stem.startswith(reading):
            assert validate(load_schema(), parse_graphql(path.read_text())) == [], path.name
            tried += 1
    assert tried >= 5


def test_every_root_query_without_arguments_answers(shop_query: Any) -> None:
    root = load_schema().query_type
    assert root is not None
    for name, field in root.fields.items():
        named = get_named_type(field.type)
        if any(str(one.type).endswith("!") for one in field.args.values()):
            continue
        arguments = "(first: 5)" if named.name.endswith("Connection") else ""
        inner = "nodes { __typename }" if arguments else "__typename"
        selection = "" if is_leaf_type(named) else f" {{ {inner} }}"
        answer = shop_query(f"{{ {name}{arguments}{selection} }}")
        assert "errors" not in answer, (name, answer)
        assert name in answer["data"]
