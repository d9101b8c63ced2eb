"""A query that is to run in bulk: what the vendor refuses, and the lines it gives.

Belongs here: the restrictions, compiling into lines, their order. Does not belong here: jobs,
slots, files (`bulk.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    parse,
    validate,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values

from vendor_emulator.vendors.shopify.access import denial
from vendor_emulator.vendors.shopify.execution import Compiler, Session, own_arguments
from vendor_emulator.vendors.shopify.fields import TYPES
from vendor_emulator.vendors.shopify.paging import Ordered, PageRefused
from vendor_emulator.vendors.shopify.schema import is_connection, is_list, load_schema
from vendor_emulator.vendors.shopify.things import type_of

MOST_CONNECTIONS = 5
DEEPEST = 2
BATCH = 100
"""Parents whose lines come before any of their children's, when lines are not grouped."""


class BulkRefused(Exception):
    """The text is nothing that runs in bulk; the message is the vendor's user error."""


class BulkDenied(Exception):
    """The token may not read a field: the job fails with ACCESS_DENIED."""


@dataclass
class Connection:
    """One connection of the query: its rows, its line, the connections inside."""

    key: str
    rows: Callable[[Any], Any]
    line: Callable[[Any], dict[str, Any]] = dict
    children: list[Connection] = field(default_factory=list)


@dataclass
class BulkPlan:
    """`name` is the root's; a `sortKey` beside an `updated_at` filter makes `loses_rows`."""

    name: str
    root: Connection
    loses_rows: bool


def check_text(query: str) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
    """
    Raises:
        BulkRefused: it does not parse, is not valid, or is no query.
    """
    try:
        document = parse(query)
    except GraphQLError as error:
        raise BulkRefused(f"Invalid bulk query: {error.message}") from error
    if errors := validate(load_schema(), document):
        raise BulkRefused(f"Invalid bulk query: {errors[0].message}")
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        raise BulkRefused("Bulk queries must hold exactly one query operation")
    if operations[0].variable_definitions:
        raise BulkRefused("Bulk queries cannot take variables")
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    return operations[0], fragments


def plan_bulk(query: str, session: Session) -> BulkPlan:
    """
    Raises:
        BulkRefused: a restriction of bulk operations is broken.
        BulkDenied: a field is not granted.
    """
    operation, fragments = check_text(query)
    planner = _Planner(fragments, {}, session)
    root_type = planner.schema.query_type
    assert root_type is not None
    fields = collect_fields(planner.schema, fragments, {}, root_type, operation.selection_set)
    if any(nodes[0].name.value in ("node", "nodes") for nodes in fields.values()):
        raise BulkRefused("Bulk queries cannot use the top-level `node` or `nodes` fields")
    if len(fields) != 1:
        raise BulkRefused("Bulk queries must have exactly one top-level field")
    [(key, nodes)] = fields.items()
    name = nodes[0].name.value
    if name not in root_type.fields or not is_connection(root_type.fields[name].type):
        raise BulkRefused("Bulk queries must contain at least one connection.")
    root = planner.connection(root_type, key, nodes, depth=0)
    if planner.connections > MOST_CONNECTIONS:
        raise BulkRefused(f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections.")
    # Arguments that the text leaves out have defaults, so only what was written counts here.
    written = {one.name.value for one in nodes[0].arguments}
    asked = get_argument_values(root_type.fields[name], nodes[0], {})
    loses = "sortKey" in written and "updated_at" in (asked.get("query") or "")
    return BulkPlan(name, root, loses)


class _Planner(Compiler):
    """Compiles like the ordinary executor, but connections become lines of their own."""

    connections = 0

    def connection(
        self, parent: Any, key: str, nodes: list[FieldNode], *, depth: int
    ) -> Connection:
        name = nodes[0].name.value
        if depth > DEEPEST:
            raise BulkRefused(
                f"Bulk queries cannot contain connections with a nesting depth of more than "
                f"{DEEPEST}."
            )
        self.connections += 1
        definition = parent.fields[name]
        connection_type = get_named_type(definition.type)
        node_type = get_named_type(self.schema.type_map[connection_type.name].fields["nodes"].type)  # type: ignore[attr-defined]
        if denial(self.session.grant, parent.name, name, node_type.name) is not None:
            raise BulkDenied(name)
        arguments = get_argument_values(definition, nodes[0], {})
        resolve, session = TYPES[parent.name][name], self.session
        try:
            own = own_arguments(parent.name, name, arguments)
        except PageRefused as error:
            raise BulkRefused(str(error)) from error
        made = Connection(key, lambda thing: resolve(thing, session, **own))
        selections = self._node_selections(connection_type, nodes)
        made.line = self._line(node_type, selections, made, depth)
        return made

    def _node_selections(self, connection_type: Any, nodes: list[FieldNode]) -> list[FieldNode]:
        """The `nodes` and `edges { node }` of a connection; other fields of it give no lines."""
        found: list[FieldNode] = []
        inside = collect_sub_fields(self.schema, self.fragments, {}, connection_type, nodes)
        for picked in inside.values():
            if picked[0].name.value == "nodes":
                found += picked
            elif picked[0].name.value == "edges":
                edge = get_named_type(connection_type.fields["edges"].type)
                edges = collect_sub_fields(self.schema, self.fragments, {}, edge, picked)
                found += [
                    node for group in edges.values() for node in group if node.name.value == "node"
                ]
        if not found:
            raise BulkRefused("Bulk queries must select `nodes` or `edges { node }`")
        return found

    def _line(
        self, node_type: Any, nodes: list[FieldNode], made: Connection, depth: int
    ) -> Callable[[Any], dict[str, Any]]:
        if not is_abstract_type(node_type):
            return self._object_line(node_type, nodes, made, depth)
        by_type = {
            one.name: self._object_line(one, nodes, made, depth)
            for one in self.schema.get_possible_types(node_type)
        }
        return lambda thing: by_type[type_of(node_type.name, thing)](thing)

    def _object_line(
        self, type_: Any, nodes: list[FieldNode], made: Connection, depth: int
    ) -> Callable[[Any], dict[str, Any]]:
        inside = collect_sub_fields(self.schema, self.fragments, {}, type_, nodes)
        plain: dict[str, list[FieldNode]] = {}
        for key, picked in inside.items():
            name = picked[0].name.value
            if name != "__typename" and is_connection(type_.fields[name].type):
                made.children.append(self.connection(type_, key, picked, depth=depth + 1))
            else:
                plain[key] = picked
                self._look_below(type_, picked, in_list=False)
        if made.children and not any(
            key == "id" and picked[0].name.value == "id" for key, picked in plain.items()
        ):
            raise BulkRefused(
                "The parent 'node' field for a nested connection must select the 'id' field "
                "without an alias and must be of 'ID' return type."
            )
        return self.fields(type_, plain)

    def _look_below(self, parent: Any, nodes: list[FieldNode], *, in_list: bool) -> None:
        """Below a plain field no connection may stand."""
        name = nodes[0].name.value
        if name == "__typename":
            return
        type_ = parent.fields[name].type
        named = get_named_type(type_)
        if denial(self.session.grant, parent.name, name, named.name) is not None:
            raise BulkDenied(name)
        if is_leaf_type(named):
            return
        if is_connection(type_):
            if in_list:
                raise BulkRefused(
                    "Queries that contain a connection field within a list field are not "
                    "currently supported."
                )
            raise BulkRefused("The emulator runs no connection inside a plain object in bulk.")
        in_list = in_list or is_list(type_)
        possible = self.schema.get_possible_types(named) if is_abstract_type(named) else [named]
        for one in possible:
            below = collect_sub_fields(self.schema, self.fragments, {}, one, nodes)
            for picked in below.values():
                self._look_below(one, picked, in_list=in_list)


def root_rows(plan: BulkPlan) -> Sequence[Any]:
    rows = _rows(plan.root, None)
    return [row for place, row in enumerate(rows) if place % 5 != 3] if plan.loses_rows else rows


def bulk_lines(
    plan: BulkPlan, rows: Sequence[Any], *, grouped: bool
) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Each line, and whether it is of the root. Parents come before their children, always."""
    if grouped:
        for row in rows:
            yield from _with_children(plan.root, row)
        return
    for start in range(0, len(rows), BATCH):
        yield from _batch(plan.root, [(row, None) for row in rows[start : start + BATCH]], top=True)


def _rows(connection: Connection, thing: Any) -> Any:
    found = connection.rows(thing)
    return found.rows if isinstance(found, Ordered) else found


def _with_children(
    connection: Connection, thing: Any, parent: str | None = None
) -> Iterator[tuple[bool, dict[str, Any]]]:
    line = connection.line(thing)
    if parent is not None:
        line["__parentId"] = parent
    yield parent is None, line
    for child in connection.children:
        for row in _rows(child, thing):
            yield from _with_children(child, row, line["id"])


def _batch(
    connection: Connection, things: Sequence[tuple[Any, str | None]], *, top: bool
) -> Iterator[tuple[bool, dict[str, Any]]]:
    ids: list[tuple[Any, str]] = []
    for thing, parent in things:
        line = connection.line(thing)
        if parent is not None:
            line["__parentId"] = parent
        if connection.children:
            ids.append((thing, line["id"]))
        yield top, line
    for child in connection.children:
        below = [(row, parent) for thing, parent in ids for row in _rows(child, thing)]
        if below:
            yield from _batch(child, below, top=False)
